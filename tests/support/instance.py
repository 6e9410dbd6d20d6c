"""An instance as its program declares it and as the platform shows it, and the resource that manages it."""

from __future__ import annotations

from typing import Any

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.model.diagnostics import Severity
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.redaction import MASK
from pulumi_cloudelements.resources.account import Account
from pulumi_cloudelements.resources.instance import InstanceResource
from tests.support.server import Answer, ScriptedServer, answer, refusal

CERTAIN = {"id": 1234, "name": "Test", "token": "live-token", "element": {"key": "stripe"}}
DECLARED = InstanceInputs("stripe", "Test", {"api.key": "sk_live_5e1f", "pagination.max": 50}, ("a",))
USER_SECRET = "user-secret"
ACCOUNT = ProviderConfig(USER_SECRET).fingerprint()
LAST = InstanceState("1234", DECLARED, "last-token", 483, "payment", True, fingerprint=ACCOUNT)

CANARY = "canary-5f1d"
"""A value that no message may repeat."""


def live(**more: Any) -> Answer:
    """The instance as the platform shows it."""
    element = {"id": 483, "key": "stripe", "hub": "payment"}
    configuration = {"api.key": MASK, "pagination.max": "50", "base.url": "https://api.stripe.com/v1"}
    shown = {"valid": True, "disabled": False, "tags": ["a"], "externalAuthentication": "none"}
    return answer(CERTAIN | {"element": element, "configuration": configuration} | shown | more)


def defined(key: str = "stripe", authentication: str = "basic", **defaults: str | None) -> Answer:
    """An element as the platform defines it, with its keys' defaults; an underscore in a key stands for a dot."""
    rows = [{"key": name.replace("_", "."), "defaultValue": default} for name, default in defaults.items()]
    return answer({"key": key, "authentication": {"type": authentication}, "configuration": rows})


def wanting(key: str, *names: str, authentication: str = "basic") -> Answer:
    """An element that demands these keys."""
    rows = [{"key": name, "required": True} for name in names]
    return answer({"key": key, "authentication": {"type": authentication}, "configuration": rows})


UNDEFINED = refusal(403)
"""An account that may not read definitions."""


def resource(server: ScriptedServer, update_method: str = "PUT") -> InstanceResource:
    """The resource on the server's account."""
    account = (USER_SECRET, "organization-secret", server.base_url)
    config = ProviderConfig(*account, update_method, max_retries=0, ownership_tag=False)
    return Account(config).instances


class Heard(list[tuple[str, str]]):
    """The diagnostics so far: severity and message, oldest first."""

    def __call__(self, severity: Severity, message: str) -> None:
        """Keep one."""
        assert "\n" not in message
        self.append((severity.value, message))


OAUTH: dict[str, tuple[Answer, dict[str, Any]]] = {
    "by its element": (defined(authentication="oauth2"), {}),
    "by an element's default": (defined(authentication_type="oauth2"), {}),
    "by its choice": (defined(), {"authentication.type": "oauth2"}),
    "by its keys": (defined(), {"oauth.api.key": "k"}),
    "by its keys, without a definition": (UNDEFINED, {"oauth.api.key": "k"}),
    "by its choice, without a definition": (UNDEFINED, {"authentication.type": "oauth2"}),
}
"""How an instance may tell that it holds OAuth tokens: what the element answers, and the configuration."""
