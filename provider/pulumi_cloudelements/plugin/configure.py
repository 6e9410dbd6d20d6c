"""The native provider's configuration: what is wrong with it, and what another one means for its resources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from pulumi_cloudelements.config import ENVIRONMENT, ProviderConfig
from pulumi_cloudelements.errors import ConfigurationError
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.diagnostics import Severity
from pulumi_cloudelements.model.properties import UNKNOWN, Path, Properties
from pulumi_cloudelements.resources.account import Account
from pulumi_cloudelements.resources.diff import Kind, PropertyChange

PROBE_TIMEOUT = 30.0
"""Seconds to find out whether the platform still accepts a secret."""

CREDENTIALS = frozenset({"userSecret", "organizationSecret"})

ENGINES_OWN = frozenset({"version", "pluginDownloadURL", "__internal", "pluginChecksums"})
"""What the engine adds to a provider's configuration."""


def load(given: Properties) -> ProviderConfig:
    """The configuration; what a preview does not know yet counts as not given.

    Raises:
        ConfigurationError: it cannot be used.
    """
    return ProviderConfig.load(_stack_config(given))


def check(given: Properties) -> list[str]:
    """Every reason why the configuration cannot be used."""
    unknown = sorted(given.keys() - ENVIRONMENT.keys() - ENGINES_OWN)
    reasons = [f"{key}: no such setting; there are {', '.join(ENVIRONMENT)}" for key in unknown]
    # One by one, since loading tells the first; then with the environment, which fills in what is not given.
    parts = [{name: given[name]} for name in ENVIRONMENT if name in given]
    each = [partial(ProviderConfig.load, _stack_config(part), {}) for part in parts]
    for loading in (*each, partial(load, given)):
        try:
            loading()
        except ConfigurationError as error:
            reasons.append(str(error))
    return list(dict.fromkeys(reasons))


def diff(old: Properties, new: Properties) -> list[PropertyChange]:
    """List what changes. Another address, or another organization, means other resources.

    A secret that was rotated is another text for the same organization. Which of the two it is the platform tells:
    what it does not accept any more was rotated, and a new one that it does not accept was mistyped.
    """
    changed = sorted(name for name in {*old, *new} - ENGINES_OWN if old.get(name) != new.get(name))
    return [PropertyChange(name, _kind(name, old, new), _means_other_resources(name, old, new)) for name in changed]


def meaning(changes: Iterable[PropertyChange]) -> Iterator[tuple[Severity, str]]:
    """What the user is to know of changes whose consequences show at other resources."""
    for change in changes:
        if change.replaces:
            yield (
                Severity.WARNING,
                f"{change.path} leads to another account: every instance is created there, and deleted where it was",
            )
        elif change.path in CREDENTIALS:
            yield (
                Severity.INFO,
                f"{change.path} changes: instances that do not belong to the account of the new one are refused",
            )


def secret_paths(given: Properties) -> frozenset[Path]:
    """The paths of all secret settings, since the stack's config may hold them in clear."""
    secret = {name for name, flags in schema.configuration().items() if flags.secret}
    return frozenset((name,) for name, value in given.items() if name in secret and value is not UNKNOWN)


def _stack_config(given: Properties) -> Callable[[str], str | None]:
    """The configuration as a stack's is read, by keys such as ``cloudelements:baseUrl``."""

    def setting(key: str) -> str | None:
        name = key.removeprefix("cloudelements:")
        value = given.get(name)
        return None if value is None or value is UNKNOWN else _text(name, value)

    return setting


def _text(name: str, value: Any) -> str:
    """A setting as the stack's config would have it: an engine may bring numbers and booleans as JSON, texts too."""
    if isinstance(value, str) and schema.configuration()[name].type != "string":
        with suppress(ValueError):
            value = json.loads(value)
    return value if isinstance(value, str) else json.dumps(value)


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
    moved = name == "organizationSecret" and was.organization_secret != now.organization_secret
    return moved and all(Account(config).accepts_credentials(PROBE_TIMEOUT) for config in (was, now))
