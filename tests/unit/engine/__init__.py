"""The tests of `pulumi_cloudelements.engine`, a file per module."""
