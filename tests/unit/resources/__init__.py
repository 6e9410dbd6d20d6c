"""The tests of `pulumi_cloudelements.resources`, a file per module."""
