"""The engine's values on the native plugin's wire, and the core's properties: what is secret stays secret both ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime import rpc

from pulumi_cloudelements.model.properties import UNKNOWN, Path, Properties, change_at, whole_numbers


@dataclass(frozen=True)
class Secret:
    """A value that the engine is to keep secret."""

    value: Any


@dataclass(frozen=True)
class Values:
    """Properties as an engine gave them.

    Attributes:
        plain: by schema name, as the core takes them.
        secret: the names of those that were given as secrets, or hold one; the configuration is told key by key.
        secret_keys: the configuration keys whose values were given as secrets, or hold one.
    """

    plain: dict[str, Any]
    secret: frozenset[str] = frozenset()
    secret_keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, struct: Struct) -> Values:
        """Read a message's properties. Null means not declared."""
        values = PropertyValue.unmarshal_map(struct)
        declared = {name: value for name, value in values.items() if value.value is not None}
        return cls(
            {name: _plain(value) for name, value in declared.items()},
            frozenset(name for name, value in declared.items() if name != "configuration" and value.contains_secret()),
            _secret_keys(declared.get("configuration")),
        )

    def __or__(self, other: Values) -> Values:
        """Both, the other's values first."""
        return Values(self.plain | other.plain, self.secret | other.secret, self.secret_keys | other.secret_keys)

    def message(self, properties: Properties, secret: Collection[Path]) -> Struct:
        """A message of the core's properties: secret is what stands at these paths, and what was given so here."""
        given = {(name,) for name in self.secret}
        return struct(change_at(properties, {*secret, *given}, Secret))


def struct(properties: Properties) -> Struct:
    """A message of properties, in which a `Secret` or `UNKNOWN` may stand at any depth."""
    return PropertyValue.marshal_map({name: _value(value) for name, value in properties.items()})


def _secret_keys(configuration: PropertyValue | None) -> frozenset[str]:
    if configuration is None or not isinstance(configuration.value, Mapping):
        return frozenset()
    whole = configuration.is_secret
    return frozenset(key for key, value in configuration.value.items() if whole or value.contains_secret())


def _plain(value: PropertyValue) -> Any:
    inner = value.value
    if isinstance(inner, Computed) or inner == rpc.UNKNOWN:
        return UNKNOWN
    if isinstance(inner, Mapping):
        return {key: _plain(item) for key, item in inner.items()}
    if isinstance(inner, tuple):
        return [_plain(item) for item in inner]
    return whole_numbers(inner)


def _value(value: Any) -> PropertyValue:
    if isinstance(value, Secret):
        return _value(value.value).with_secret(True)
    if value is UNKNOWN:
        return PropertyValue(rpc.UNKNOWN)  # the SDK writes no `Computed`
    if isinstance(value, Mapping):
        return PropertyValue({key: _value(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return PropertyValue([_value(item) for item in value])
    return PropertyValue(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)
