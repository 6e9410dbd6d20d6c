"""The tests of `pulumi_cloudelements.program`, a file per module."""
