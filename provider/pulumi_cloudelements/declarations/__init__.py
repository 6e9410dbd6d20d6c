"""Element instances declared in YAML: `deploy` makes a resource of every entry of a folder."""

from pulumi_cloudelements.declarations.loader import Declaration, DeclarationError, deploy, load

__all__ = ["Declaration", "DeclarationError", "deploy", "load"]
