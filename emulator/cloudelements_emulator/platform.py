"""The platform's rules for element instances, without HTTP: each method is one call of the API.

A method takes the decoded body, changes the store and returns the answer's JSON; refusing is raising
`PlatformError`. The caller wraps each call in one transaction, so a refused call has changed nothing.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode

from cloudelements_emulator import configuration
from cloudelements_emulator.catalog import Catalog, Element
from cloudelements_emulator.errors import PlatformError, unauthorized
from cloudelements_emulator.store import Instance, Store

Json = dict[str, Any]

CODE_MISSING = "You must provide an OAuth code in order to create an instance of this element"  # [D]
HTML_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


@dataclass(frozen=True)
class Page:
    """One page of a listing, the number of all matches, and the cursor of the next page if there is one."""

    items: list[Json]
    total: int
    next_page: str | None


class Platform:
    """An account of the platform, with the instances of `store` and the elements of `catalog`."""

    def __init__(self, store: Store, catalog: Catalog, visible_after: Callable[[], float]) -> None:
        """Serve what `store` holds, each instance so many seconds after its creation."""
        self._store = store
        self._catalog = catalog
        self._visible_after = visible_after

    def element(self, key_or_id: str) -> Json:
        """Return an element with its configuration definitions [T]."""
        element = self._element(key_or_id)
        return element.summary() | {"configuration": element.definitions()}

    def element_configuration(self, key_or_id: str) -> Json:
        """Return what an instance of the element can be given [D]; the shape of `providerData` is inferred [I]."""
        element = self._element(key_or_id)
        code = {"key": "code", "name": "OAuth code", "type": "TEXTFIELD_1000", "required": True}
        return {"configuration": element.definitions(), "providerData": [code] if element.oauth_types else []}

    def oauth_url(self, key_or_id: str, query: dict[str, str]) -> Json:
        """Return where the user is sent to get an OAuth code [D]."""
        element = self._element(key_or_id)
        if element.oauth_url is None:
            raise PlatformError(400, f"Element {element.key} does not use OAuth")
        absent = [name for name in ("apiKey", "apiSecret", "callbackUrl") if not query.get(name)]
        if absent:
            raise PlatformError(400, f"Missing required query parameters: {', '.join(absent)}")
        parameters = {"response_type": "code", "client_id": query["apiKey"], "redirect_uri": query["callbackUrl"]}
        parameters |= {name: query[name] for name in ("scope", "state") if name in query}
        return {"element": element.key, "oauthUrl": f"{element.oauth_url}?{urlencode(parameters)}"}

    def create(self, body: Json) -> Json:
        """Create an instance; nothing stops two from having the same name [T]."""
        element = self._element(_element_key(body))
        name = _name(body)
        settled = element.defaults() | configuration.settle(element, _map(body, "configuration"))
        instance = Instance(
            element=element.key,
            name=name,
            token=base64.b64encode(secrets.token_bytes(32)).decode(),
            tags=_tags(body) or [name],  # [I]
            configuration=_checked(element, settled),
            external_authentication=_external_authentication(body),
            created_date=_now(),
        )
        return self._shown(self._store.add(self._authenticated(element, instance, body)))

    def read(self, instance_id: str) -> Json:
        """Return an instance."""
        return self._shown(self._instance(instance_id))

    def read_by_token(self, token: str) -> Json:
        """Return the instance that a hub call is addressed to by its token.

        Raises:
            PlatformError: 401 when no instance has the token, 403 when the instance is disabled.
        """
        instance = self._store.find_by_token(token)
        if instance is None:
            raise unauthorized()
        if instance.disabled:
            raise PlatformError(403, "The element instance is disabled")
        return self._shown(instance)

    def update(self, instance_id: str, body: Json, *, resets: bool = False, reauthenticate: bool = False) -> Json:
        """Change what `body` holds of name, tags and configuration, and leave the rest.

        Whether PUT resets the configuration keys that are left out is unknown, so both readings exist: with
        `resets` they go back to the element's defaults, and where there is none are gone, OAuth tokens included.
        `externalAuthentication` and anything else is passed over [I].
        """
        old = self._instance(instance_id)
        element = self._element(old.element)
        if body.get("element") is not None and self._element(_element_key(body)) != element:
            raise PlatformError(400, "The element of an instance cannot be changed")
        new = old
        if body.get("name") is not None:
            new = replace(new, name=_name(body))
        if body.get("tags") is not None:
            new = replace(new, tags=_tags(body))
        if body.get("configuration") is not None:
            kept = element.defaults() if resets else old.configuration
            sent = configuration.settle(element, _map(body, "configuration"))
            new = replace(new, configuration=_checked(element, kept | sent))
        if reauthenticate and element.uses_oauth(new.configuration):
            new = self._exchanged(new, body)
        self._store.save(new)
        return self._shown(new)

    def enable(self, instance_id: str, enabled: bool) -> Json:
        """Enable or disable an instance; id, token and configuration stay [T]."""
        instance = replace(self._instance(instance_id), disabled=not enabled)
        self._store.save(instance)
        return self._shown(instance)

    def delete(self, instance_id: str) -> None:
        """Delete an instance for good."""
        self._store.remove(self._instance(instance_id))

    def list(
        self,
        *,
        element: str | None = None,
        tags: Sequence[str] = (),
        search_text: str = "",
        page_size: str = "200",
        next_page: str | None = None,
    ) -> Page:
        """Return the instances that match everything asked for.

        Several tags must all be there, and `search_text` is found in a name in either case [I].

        Raises:
            PlatformError: 404 when nothing is found [T]; 400 for a bad page size or cursor.
        """
        key = self._element(element).key if element is not None else None
        size, after = _page_size(page_size), _cursor_id(next_page)
        found = [
            instance
            for instance in self._store.instances()
            if key in (None, instance.element) and set(tags) <= set(instance.tags) and _mentions(instance, search_text)
            if not self._is_hidden(instance)
        ]
        rest = [instance for instance in found if instance.id > after]
        if not rest:
            raise PlatformError(404, "No element instances found")
        page = rest[:size]
        # Configuration never comes with a list; the token does, in clear.
        items = [self._shown(instance) | {"configuration": {}} for instance in page]
        return Page(items, len(found), _cursor(page[-1].id) if len(rest) > size else None)

    def _element(self, key_or_id: str) -> Element:
        element = self._catalog.find(key_or_id)
        if element is None:  # 404 on create as well, where 400 is as likely [I]
            raise PlatformError(404, f"No element found with key or id {key_or_id}")
        return element

    def _instance(self, instance_id: str) -> Instance:
        known = instance_id.isascii() and instance_id.isdigit() and len(instance_id) <= 18  # what SQLite can hold
        instance = self._store.find(int(instance_id)) if known else None
        if instance is None or self._is_hidden(instance):
            raise PlatformError(404, f"No element instance found with id {instance_id}")
        return instance

    def _is_hidden(self, instance: Instance) -> bool:
        # Whether the real platform is only eventually consistent is unknown [I]; hub calls by token are never late.
        age = (datetime.now(timezone.utc) - _time(instance.created_date)).total_seconds()
        return max(0.0, age) < self._visible_after()

    def _authenticated(self, element: Element, instance: Instance, body: Json) -> Instance:
        if not element.uses_oauth(instance.configuration):
            return instance
        if instance.external_authentication == "none":
            return self._exchanged(instance, body)
        if not instance.configuration.get("oauth.user.refresh_token"):
            raise _missing_configuration(["oauth.user.refresh_token"])
        return _with_oauth(instance, {"oauth.user.token": secrets.token_urlsafe(24)})

    def _exchanged(self, instance: Instance, body: Json) -> Instance:
        code = _map(body, "providerData").get("code")
        if not isinstance(code, str) or not code:
            raise PlatformError(400, CODE_MISSING)
        if not self._store.redeem(code):
            raise PlatformError(400, "The OAuth code has already been used")
        names = ("oauth.user.token", "oauth.user.refresh_token")
        return _with_oauth(instance, {name: secrets.token_urlsafe(24) for name in names})

    def _shown(self, instance: Instance) -> Json:
        element = self._element(instance.element)
        return {
            "id": instance.id,
            "name": instance.name,
            "createdDate": instance.created_date,
            "token": instance.token,
            "element": element.summary(),
            "elementId": element.id,
            "tags": instance.tags,
            "provisionInteractions": [],
            "valid": True,
            "disabled": instance.disabled,
            "maxCacheSize": 0,
            "cacheTimeToLive": 0,
            "configuration": configuration.shown(element, instance.configuration),
            "eventsEnabled": instance.configuration.get("event.notification.enabled") == "true",
            "traceLoggingEnabled": False,
            "externalAuthentication": instance.external_authentication,
            "cachingEnabled": False,
        }


def _element_key(body: Json) -> str:
    key = _map(body, "element").get("key")
    if not isinstance(key, str) or not key:
        raise PlatformError(400, "element.key is required")
    return key


def _name(body: Json) -> str:
    name = body.get("name")
    stripped = HTML_TAG.sub("", str(name)) if isinstance(name, str) else ""
    if not stripped.strip():
        raise PlatformError(400, "name is required and must be a string")
    return stripped


def _tags(body: Json) -> list[str]:
    tags = [] if body.get("tags") is None else body["tags"]
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise PlatformError(400, "tags must be a list of strings")
    return [HTML_TAG.sub("", str(tag)) for tag in tags]


def _map(body: Json, name: str) -> Json:
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise PlatformError(400, f"{name} must be an object")
    return value or {}


def _external_authentication(body: Json) -> str:
    value = body.get("externalAuthentication") or "none"
    if value not in ("none", "initial"):
        raise PlatformError(400, "externalAuthentication must be none or initial")
    return str(value)


def _checked(element: Element, values: configuration.Configuration) -> configuration.Configuration:
    unknown = configuration.unknown_choices(element, values)
    if unknown:
        raise PlatformError(400, f"Unknown value of configuration: {', '.join(unknown)}")
    absent = configuration.missing(element, values)
    if absent:
        raise _missing_configuration(absent)
    return values


def _missing_configuration(keys: list[str]) -> PlatformError:
    # All keys in one message [D]; the wording is unknown [I].
    return PlatformError(400, f"Missing required configuration: {', '.join(keys)}")


def _with_oauth(instance: Instance, tokens: configuration.Configuration) -> Instance:
    managed = tokens | {"authentication.time": _now(), "expires_in": "3600"}
    return replace(instance, configuration=instance.configuration | managed)


def _mentions(instance: Instance, text: str) -> bool:
    return text.lower() in instance.name.lower() or text == instance.element


def _page_size(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,8}", text):
        raise PlatformError(400, "pageSize must be a positive integer")
    return int(text)


def _cursor(last_id: int) -> str:
    return base64.urlsafe_b64encode(f"after:{last_id}".encode()).decode()


def _cursor_id(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        mark, _, last_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        if mark == "after" and last_id.isascii():
            return int(last_id)
    except ValueError:
        pass
    raise PlatformError(400, "nextPage is not a page token of this listing")


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
