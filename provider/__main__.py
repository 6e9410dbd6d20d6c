"""The native plugin's root, for `pulumi package add <this folder>`; the wheel's is `pulumi-resource-cloudelements`."""

from pulumi_cloudelements.plugin.server import main

main()
