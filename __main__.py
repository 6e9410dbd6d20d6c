"""Deploys what instances/ declares to the selected stack."""

from pulumi_cloudelements.declarations import deploy

deploy("instances")
