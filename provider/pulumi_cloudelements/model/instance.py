"""The values that the core works on: frozen dataclasses, free of the engine's and of the platform's spelling.

`InstanceInputs` is what a program declares, `InstanceState` what exists. Their *properties*, a mapping by the
schema's camelCase names, are the form in which the engine hands them over and keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import ANSWERED_KEY, Properties


def property_name(attribute: str) -> str:
    """The schema's name of a Python attribute: ``created_date`` is ``createdDate``."""
    return HIDDEN.get(attribute) or re.sub(r"_(.)", lambda match: match[1].upper(), attribute)


def attribute_name(property: str) -> str:
    """The Python attribute of a property: ``createdDate`` is ``created_date``."""
    return re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", property)


WRITE_ONLY = {"write_only": True}
"""Marks an input that is no output: it is not kept, and so never compared."""

OWNER_KEY = "__owner"
"""The hidden output that says with which nonce a resource owns its instance; the engine shows no such name."""

ACCOUNT_KEY = "__account"
"""The hidden output that says to which account the instance belongs, as `ProviderConfig.fingerprint` tells it."""

HIDDEN = {"owner": OWNER_KEY, "fingerprint": ACCOUNT_KEY, "answered": ANSWERED_KEY}
"""The hidden outputs, by the attribute that holds them."""


@dataclass(frozen=True)
class InstanceInputs:
    """What a program declares of one element instance.

    Attributes:
        element: the element's key, such as ``stripe``.
        name: the instance's name on the platform.
        configuration: declared configuration values by key; what is not declared is not here.
        tags: in the declared order, or None where the program says nothing of them.
        enabled: whether the instance answers calls.
        external_authentication: ``none`` or ``initial``.
        provider_data: what the platform authenticates with once; sent, and never kept.
        provider_data_version: a new one sends `provider_data` again.
        adopt: the id of an instance to adopt instead of creating one; means nothing after that.
        takeover: whether the resource may have an instance that another resource manages.
    """

    element: str
    name: str
    configuration: Mapping[str, Any] = field(default_factory=dict, repr=False)
    tags: tuple[str, ...] | None = None
    enabled: bool = True
    external_authentication: str = "none"
    provider_data: Mapping[str, Any] | None = field(default=None, repr=False, metadata=WRITE_ONLY)
    provider_data_version: Any = None
    adopt: str | None = field(default=None, metadata=WRITE_ONLY)
    takeover: bool | None = field(default=None, metadata=WRITE_ONLY)

    @classmethod
    def from_properties(cls, properties: Properties) -> InstanceInputs:
        """Pick the inputs out of checked inputs or of outputs, which hold them as well."""
        given = {f.name: properties[property_name(f.name)] for f in fields(cls) if property_name(f.name) in properties}
        if given.get("tags") is not None:
            given["tags"] = tuple(given["tags"])
        return cls(**given)

    def to_properties(self) -> dict[str, Any]:
        """The inputs by schema name; what is not declared, or only ever written, is left out."""
        return _declared(self) | ({} if self.tags is None else {"tags": list(self.tags)})


@dataclass(frozen=True)
class InstanceState:
    """One instance as it exists: what was declared of it, and what the platform added.

    Attributes:
        id: the platform's number, as text so that no digit is ever lost.
        inputs: the declared part; after a read, with the live values laid over it.
        token: the element token.
        element_id, hub, valid, created_date: as the platform says them, None where it does not.
        owner: the resource that has the instance, None where it carries no ownership tags.
        answered: what the platform made of declared values, by property path: what it answered to the write where that
            means something else than what was sent. None where it made nothing of them.
        fingerprint: the account's that the instance belongs to, None where the state does not tell.
    """

    id: str
    inputs: InstanceInputs
    token: str = field(default="", repr=False)
    element_id: int | None = None
    hub: str | None = None
    valid: bool | None = None
    created_date: str | None = None
    owner: Owner | None = None
    fingerprint: str | None = None
    answered: Mapping[str, Any] | None = field(default=None, repr=False)

    @classmethod
    def from_properties(cls, id: str, properties: Properties) -> InstanceState:
        """The state that the engine keeps: a resource id and its outputs."""
        own: dict[str, Any] = {
            f.name: properties[property_name(f.name)] for f in fields(cls) if property_name(f.name) in properties
        }
        # A state that was edited by hand may lack what a delete can do without.
        inputs = InstanceInputs.from_properties({"element": "", "name": "", **properties})
        owner = Owner.from_text(properties.get(OWNER_KEY))
        return cls(**own | {"id": id, "inputs": inputs, "owner": owner})

    def to_properties(self) -> dict[str, Any]:
        """The outputs by schema name; the id travels beside them."""
        own = {name: value for name, value in _declared(self).items() if name not in ("id", "inputs", OWNER_KEY)}
        return self.inputs.to_properties() | own | ({OWNER_KEY: str(self.owner)} if self.owner else {})

    def to_found(self) -> dict[str, Any]:
        """What functions give of the instance, by schema name."""
        shown = self.to_properties() | {"id": self.id, "tags": list(self.inputs.tags or ())}
        return {name: value for name, value in shown.items() if name in schema.found_instance()}


def _declared(record: InstanceInputs | InstanceState) -> dict[str, Any]:
    kept = [f for f in fields(record) if f.metadata != WRITE_ONLY]
    values = {property_name(f.name): getattr(record, f.name) for f in kept}
    return {name: value for name, value in values.items() if value is not None}
