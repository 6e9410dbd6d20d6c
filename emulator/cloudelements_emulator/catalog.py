"""The elements that the emulator knows, read from `catalog.yaml`: another element is one entry in that file."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Entry:
    """The definition of one configuration key; `catalog.yaml` says what each field means."""

    key: str
    type: str = "TEXTFIELD_128"
    required: bool = False
    default: str | None = None
    internal: bool = False
    managed: bool = False
    masked: bool = False
    secret: bool = False
    shown_as: str | None = None
    group_control: bool = False
    group: str | None = None
    options: tuple[str, ...] = ()

    @property
    def is_secret(self) -> bool:
        """Whether the value must be kept out of the log."""
        return self.secret or self.masked or self.type == "PASSWORD"

    def definition(self) -> dict[str, Any]:
        """Return the definition as the platform words it [T]."""
        hidden = self.internal or self.managed
        return {
            "key": self.key,
            "name": self.key.replace(".", " ").replace("_", " ").capitalize(),
            "type": self.type,
            "required": self.required,
            "defaultValue": self.default,
            "hideFromConsole": hidden,
            "internal": hidden,
            "active": True,
            "groupControl": self.group_control,
            "groupName": self.group,
            "options": [{"name": option, "value": option} for option in self.options],
        }


@dataclass(frozen=True)
class Element:
    """An element: who it is, how it authenticates, and its configuration entries by key."""

    key: str
    id: int
    name: str
    hub: str
    description: str
    image: str
    authentication: str
    entries: dict[str, Entry]
    oauth_types: tuple[str, ...] = ()
    oauth_url: str | None = None
    aliases: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        aliases = {entry.shown_as: entry.key for entry in self.entries.values() if entry.shown_as}
        object.__setattr__(self, "aliases", aliases)

    def defaults(self) -> dict[str, str | None]:
        """Return the configuration that an instance has before anything is declared."""
        return {entry.key: entry.default for entry in self.entries.values() if entry.default is not None}

    def authentication_types(self, configuration: dict[str, str | None]) -> set[str]:
        """Return how an instance with this configuration authenticates: as it chose, else as the element does."""
        controls = [entry.key for entry in self.entries.values() if entry.group_control]
        return {configuration.get(key) or "" for key in controls} or {self.authentication}

    def uses_oauth(self, configuration: dict[str, str | None]) -> bool:
        """Return whether an instance with this configuration needs an OAuth code."""
        return bool(self.authentication_types(configuration) & set(self.oauth_types))

    def summary(self) -> dict[str, Any]:
        """Return the element as it is nested in an instance [D]."""
        return {
            "id": self.id,
            "name": self.name,
            "key": self.key,
            "description": self.description,
            "image": self.image,
            "active": False,
            "deleted": False,
            "typeOauth": self.authentication in self.oauth_types,
            "trialAccount": False,
            "resources": [],
            "transformationsEnabled": True,
            "bulkDownloadEnabled": True,
            "bulkUploadEnabled": True,
            "cloneable": True,
            "authentication": {"type": self.authentication},
            "hub": self.hub,
            "parameters": [],
        }

    def definitions(self) -> list[dict[str, Any]]:
        """Return the definitions of all configuration keys."""
        return [entry.definition() for entry in self.entries.values()]


class Catalog:
    """All elements, found by key or by id."""

    def __init__(self, elements: list[Element]) -> None:
        """Index `elements`."""
        self._elements = {name: element for element in elements for name in (element.key, str(element.id))}

    def find(self, key_or_id: str) -> Element | None:
        """Return the element with this key or numeric id, if there is one."""
        return self._elements.get(key_or_id)

    def secret_keys(self) -> frozenset[str]:
        """Return every configuration key that is a secret in any element, under each name it goes by."""
        entries = [entry for element in self._elements.values() for entry in element.entries.values()]
        secret = [entry for entry in entries if entry.is_secret]
        return frozenset(name for entry in secret for name in (entry.key, entry.shown_as) if name)


def load() -> Catalog:
    """Return the catalog that ships with the emulator."""
    document = yaml.safe_load(files(__package__).joinpath("catalog.yaml").read_text(encoding="utf-8"))
    return Catalog([_element(key, row, document["shared"]) for key, row in document["elements"].items()])


def _element(key: str, row: dict[str, Any], shared: dict[str, list[dict[str, Any]]]) -> Element:
    lists = [shared[name] for name in ["common", *row.pop("includes", [])]] + [row.pop("configuration", [])]
    entries = [_entry(**fields) for rows in lists for fields in rows]
    oauth_types = tuple(row.pop("oauth_types", ()))
    # A key that is met again replaces the one before: the element's own definition has the last word.
    return Element(key=key, entries={entry.key: entry for entry in entries}, oauth_types=oauth_types, **row)


def _entry(**fields: Any) -> Entry:
    return Entry(**{**fields, "options": tuple(fields.get("options", ()))})
