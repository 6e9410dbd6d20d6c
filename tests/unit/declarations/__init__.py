"""The tests of `pulumi_cloudelements.declarations`, a file per module."""
