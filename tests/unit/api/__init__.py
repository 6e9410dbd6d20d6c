"""The tests of `pulumi_cloudelements.api`, a file per module."""
