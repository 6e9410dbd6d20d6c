"""The provider's configuration: from the stack's config, else from the environment, else the default.

Stack config wins, so that a stray variable never points a stack at another account. This is the one module
that reads environment variables. Credentials live here and in no other object, and never in a repr.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from pulumi_cloudelements.errors import ConfigurationError

API_PATH = "/elements/api-v2"
"""The constant end of every base URL [D]."""

DEFAULT_BASE_URL = f"https://api.cloud-elements.com{API_PATH}"
"""US production [D]."""

ENVIRONMENT = {
    "userSecret": "CLOUDELEMENTS_USER_SECRET",
    "organizationSecret": "CLOUDELEMENTS_ORGANIZATION_SECRET",
    "baseUrl": "CLOUDELEMENTS_BASE_URL",
    "updateMethod": "CLOUDELEMENTS_UPDATE_METHOD",
    "requestTimeout": "CLOUDELEMENTS_REQUEST_TIMEOUT",
    "maxRetries": "CLOUDELEMENTS_MAX_RETRIES",
    "orphans": "CLOUDELEMENTS_ORPHANS",
    "ownershipTag": "CLOUDELEMENTS_OWNERSHIP_TAG",
    "account": "CLOUDELEMENTS_ACCOUNT",
}
"""The variable that stands in for each key of the stack config's namespace ``cloudelements``."""

LOG = "CLOUDELEMENTS_LOG"
"""The variable that asks for a line per request. It has no key: who debugs a run wants to change no stack."""

HOST = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*|[0-9a-f:]+", re.ASCII)
"""A host name or address that can be asked for."""

FINGERPRINT_ROUNDS = 100_000
"""What a guess at the secret behind a fingerprint costs, in rounds of SHA-256: some 50 ms, once per process."""

FINGERPRINT_BYTES = 6

SALT = b"cloudelements:account"

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class ProviderConfig:
    """What a provider process needs to know.

    Attributes:
        user_secret, organization_secret: the account's credentials; empty where none are set, which only a call to
            the platform minds, so that a preview works without them.
        base_url: the API's address, ending with ``/elements/api-v2``.
        update_method: ``PUT`` sends all that is declared, ``PATCH`` what changed.
        request_timeout: seconds to wait for an answer.
        max_retries: how often a request that may be repeated is tried again.
        orphans: ``adopt`` what a killed run has left over of the same resource, or ``ignore`` it.
        ownership_tag: whether instances are tagged with the resource that manages them.
        account: the fingerprint of the account that instances are taken to belong to, whatever the state says; empty
            where the state is believed.
        log: where a line per request goes: ``debug`` is stderr, other text a file's path, nothing nowhere.
    """

    user_secret: str = field(default="", repr=False)
    organization_secret: str = field(default="", repr=False)
    base_url: str = DEFAULT_BASE_URL
    update_method: str = "PUT"
    request_timeout: float = 120.0
    max_retries: int = 5
    orphans: str = "adopt"
    ownership_tag: bool = True
    account: str = ""
    log: str = ""

    @classmethod
    def load(cls, stack_config: Callable[[str], object], environment: Mapping[str, str] = os.environ) -> ProviderConfig:
        """Read the configuration.

        Parameters:
            stack_config: the value of ``cloudelements:<key>``, or None.
            environment: variables, for keys that the stack config leaves out. An empty one counts as unset.

        Raises:
            ConfigurationError: a value cannot be used; the message names its key and its variable.
        """

        def value(key: str) -> str | None:
            configured = stack_config(f"cloudelements:{key}")
            return str(configured) if configured is not None else environment.get(ENVIRONMENT[key]) or None

        return cls(
            user_secret=_header_safe("userSecret", value("userSecret")),
            organization_secret=_header_safe("organizationSecret", value("organizationSecret")),
            base_url=_base_url(value("baseUrl") or DEFAULT_BASE_URL),
            update_method=_choice("updateMethod", (value("updateMethod") or cls.update_method).upper(), "PUT", "PATCH"),
            request_timeout=_number("requestTimeout", value("requestTimeout"), cls.request_timeout, least=1),
            max_retries=int(_number("maxRetries", value("maxRetries"), cls.max_retries, least=0, whole=True)),
            orphans=_choice("orphans", (value("orphans") or cls.orphans).lower(), "adopt", "ignore"),
            ownership_tag=_choice("ownershipTag", (value("ownershipTag") or "true").lower(), "true", "false") == "true",
            account=_fingerprint(value("account")),
            log=log_target(environment),
        )

    def authorization(self) -> str:
        """The value of the ``Authorization`` header [T].

        Raises:
            ConfigurationError: a credential is missing; the message says how to set each one that is.
        """
        missing = [
            f"{_named(key)} is not set (pulumi config set --secret cloudelements:{key})"
            for key, secret in (("userSecret", self.user_secret), ("organizationSecret", self.organization_secret))
            if not secret
        ]
        if missing:
            raise ConfigurationError("; ".join(missing))
        return f"User {self.user_secret}, Organization {self.organization_secret}"

    def fingerprint(self) -> str | None:
        """What tells this account from others in a state; None without credentials.

        It is derived of the user secret alone, since a user has one account, while an organization has several. It is
        slow to compute and too short to tell which secret it was made of. A user secret that was rotated has another
        fingerprint.
        """
        return _digest(self.user_secret) if self.user_secret else None

    def secrets(self) -> tuple[str, ...]:
        """What no message may repeat."""
        return tuple(secret for secret in (self.user_secret, self.organization_secret) if secret)


def log_target(environment: Mapping[str, str] = os.environ) -> str:
    """Where a line per request goes, as `ProviderConfig.log`, whether or not the configuration can be used."""
    return environment.get(LOG, "")


def _named(key: str) -> str:
    return f"cloudelements:{key} or {ENVIRONMENT[key]}"


def _header_safe(key: str, secret: str | None) -> str:
    """A secret that a header can carry; a pasted line break is forgiven at the ends, and nowhere else."""
    stripped = (secret or "").strip()
    if not (stripped.isascii() and stripped.isprintable()):
        raise ConfigurationError(f"{_named(key)} holds characters that no secret has: paste it again")
    return stripped


@lru_cache(maxsize=8)
def _digest(secret: str) -> str:
    digest = hashlib.pbkdf2_hmac("sha256", secret.encode(), SALT, FINGERPRINT_ROUNDS, FINGERPRINT_BYTES)
    return f"acct-{digest.hex()}"  # not digits alone, which YAML would take for a number


def _fingerprint(text: str | None) -> str:
    if text and not re.fullmatch(f"acct-[0-9a-f]{{{2 * FINGERPRINT_BYTES}}}", text):
        raise ConfigurationError(
            f"{_named('account')} is {text!r}: the fingerprint of an account is wanted, as an error names them"
        )
    return text or ""


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and HOST.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:  # an unbalanced bracket, or a port that is none
        usable = False
    if not usable:
        raise ConfigurationError(f"{_named('baseUrl')} must be an https URL, such as {DEFAULT_BASE_URL}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(f"{_named('baseUrl')} must be an address alone, without user, query or fragment")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigurationError(
            f"{_named('baseUrl')} is http://{parts.netloc}: credentials are sent over https alone, loopback excepted"
        )
    path = parts.path.rstrip("/") or API_PATH
    if not path.endswith(API_PATH):
        raise ConfigurationError(f"{_named('baseUrl')} must end with {API_PATH}, or be a bare origin")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _choice(key: str, text: str, *choices: str) -> str:
    if text not in choices:
        raise ConfigurationError(f"{_named(key)} is {text!r}: {' or '.join(choices)} is wanted")
    return text


def _number(key: str, text: str | None, default: float, least: int, whole: bool = False) -> float:
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number < float("inf") or (whole and not number.is_integer()):
        raise ConfigurationError(
            f"{_named(key)} is {text!r}: a {'whole ' if whole else ''}number of at least {least} is wanted"
        )
    return number
