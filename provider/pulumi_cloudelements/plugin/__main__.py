"""Serves the native provider: ``python -m pulumi_cloudelements.plugin``."""

from pulumi_cloudelements.plugin.server import main

main()
