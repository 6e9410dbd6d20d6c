"""A Pulumi provider for Cloud Elements element instances."""

from pulumi_cloudelements.dynamic import Instance

__all__ = ["Instance"]
