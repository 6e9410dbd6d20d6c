"""The native provider's configuration: what is wrong with it, and what another one means for its resources."""

from __future__ import annotations

import json
from typing import Any

from pulumi_cloudelements.client import Client
from pulumi_cloudelements.config import ENVIRONMENT, ProviderConfig
from pulumi_cloudelements.diff import Kind, PropertyChange
from pulumi_cloudelements.errors import CloudElementsError, ConfigurationError
from pulumi_cloudelements.model import UNKNOWN, Properties

PROBE_TIMEOUT = 30.0
"""Seconds to find out whether the platform still accepts a secret."""

ENGINES_OWN = frozenset({"version", "pluginDownloadURL", "__internal", "pluginChecksums"})
"""What the engine adds to a provider's configuration."""


def load(given: Properties) -> ProviderConfig:
    """The configuration; what a preview does not know yet counts as not given.

    Raises:
        ConfigurationError: it cannot be used.
    """

    def value(key: str) -> Any:
        told = given.get(key.removeprefix("cloudelements:"))
        if told is None or told is UNKNOWN:
            return None
        return json.dumps(told) if isinstance(told, bool) else told

    return ProviderConfig.load(value)


def check(given: Properties) -> list[str]:
    """Every reason why the configuration cannot be used."""
    unknown = sorted(given.keys() - ENVIRONMENT.keys() - ENGINES_OWN)
    reasons = [f"{key}: no such setting; there are {', '.join(ENVIRONMENT)}" for key in unknown]
    try:
        load(given)
    except ConfigurationError as error:
        reasons.append(str(error))
    return reasons


def diff(old: Properties, new: Properties) -> list[PropertyChange]:
    """List what changes. Another address, or another organization, means other resources.

    A secret that was rotated is another text for the same organization. Which of the two it is the platform tells:
    what it does not accept any more was rotated.
    """
    changed = sorted(name for name in {*old, *new} - ENGINES_OWN if old.get(name) != new.get(name))
    return [PropertyChange(name, _kind(name, old, new), _means_other_resources(name, old, new)) for name in changed]


def _kind(name: str, old: Properties, new: Properties) -> Kind:
    return Kind.ADD if name not in old else Kind.DELETE if name not in new else Kind.UPDATE


def _means_other_resources(name: str, old: Properties, new: Properties) -> bool:
    if UNKNOWN in (old.get(name), new.get(name)):
        return False  # a preview cannot tell
    try:
        was, now = load(old), load(new)
    except ConfigurationError:
        return False
    if name == "baseUrl":
        return was.base_url != now.base_url
    return name == "organizationSecret" and was.organization_secret != now.organization_secret and _is_accepted(was)


def _is_accepted(config: ProviderConfig) -> bool:
    """Whether the platform accepts these credentials; not where it cannot be asked."""
    client = Client(config)
    try:
        with client.within(PROBE_TIMEOUT):
            next(iter(client.list_instances()), None)
    except CloudElementsError:
        return False
    return True
