"""The tests of `pulumi_cloudelements.model`, a file per module."""
