"""The tests of `pulumi_cloudelements.plugin`, a file per module."""
