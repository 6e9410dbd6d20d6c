"""The native provider's configuration: all that is wrong with it is told, and what another one means for resources."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pulumi_cloudelements.config import ENVIRONMENT
from pulumi_cloudelements.model.diagnostics import Severity
from pulumi_cloudelements.model.properties import UNKNOWN
from pulumi_cloudelements.plugin import configure
from pulumi_cloudelements.resources.diff import Kind, PropertyChange
from tests.support.server import Answer, Request, ScriptedServer, answer, refusal

OLD, NEW, USER = "organization-old-5e1f", "organization-new-91bc", "user-7f3a"
ACCOUNT = {"baseUrl": "https://api.example", "userSecret": USER, "organizationSecret": OLD}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT.values():
        monkeypatch.delenv(name, raising=False)


@contextmanager
def accepting(*secrets: str) -> Iterator[dict[str, Any]]:
    """The account on a platform that knows these organization secrets, and no other."""

    def play(request: Request) -> Answer:
        known = any(request.headers["Authorization"].endswith(f"Organization {secret}") for secret in secrets)
        return answer([]) if known else refusal(401)

    with ScriptedServer(beyond=play) as server:
        yield ACCOUNT | {"baseUrl": server.base_url, "maxRetries": "0"}


@pytest.mark.parametrize(
    ("accepted", "replaces"),
    [((OLD, NEW), True), ((NEW,), False), ((OLD,), False), ((), False)],
    ids=["another organization", "rotated", "mistyped", "neither"],
)
def test_another_organization_replaces_and_a_rotated_or_mistyped_secret_does_not(
    accepted: tuple[str, ...], replaces: bool
) -> None:
    with accepting(*accepted) as account:
        changes = configure.diff(account, account | {"organizationSecret": NEW})
    assert changes == [PropertyChange("organizationSecret", Kind.UPDATE, replaces)]


def test_another_address_replaces_and_another_spelling_of_it_does_not() -> None:
    for address, replaces in (("https://other.example", True), ("https://api.example/elements/api-v2/", False)):
        (change,) = configure.diff(ACCOUNT, ACCOUNT | {"baseUrl": address})
        assert change == PropertyChange("baseUrl", Kind.UPDATE, replaces)


def test_what_a_change_means_for_the_instances_is_told() -> None:
    changes = configure.diff(ACCOUNT, ACCOUNT | {"baseUrl": "https://other.example", "userSecret": "user-2"})
    (moved, another) = configure.meaning([*changes, PropertyChange("maxRetries", Kind.ADD)])
    assert moved == (
        Severity.WARNING,
        "baseUrl leads to another account: every instance is created there, and deleted where it was",
    )
    assert another[0] is Severity.INFO
    assert another[1].startswith("userSecret changes: ")


def test_what_a_preview_does_not_know_and_what_cannot_be_used_replaces_nothing() -> None:
    for address in (UNKNOWN, "ftp://nowhere"):
        (change,) = configure.diff(ACCOUNT, ACCOUNT | {"baseUrl": address})
        assert not change.replaces


def test_other_settings_change_nothing_but_themselves() -> None:
    new = {**ACCOUNT, "maxRetries": "1", "version": "2"}
    assert configure.diff(ACCOUNT | {"orphans": "ignore"}, new) == [
        PropertyChange("maxRetries", Kind.ADD),
        PropertyChange("orphans", Kind.DELETE),
    ]
    assert configure.diff(new, new | {"version": "3"}) == []


def test_everything_that_is_wrong_is_told_at_once_and_nothing_secret() -> None:
    wrong = {
        "userSecret": "user\nhunter22",
        "baseUrl": "http://api.example",
        "requestTimeout": "soon",
        "maxRetries": "-1",
        "updatemethod": "PUT",
    }
    reasons = configure.check(wrong)
    assert len(reasons) == len(wrong)
    for name in wrong:
        assert [reason for reason in reasons if name in reason]
    assert "hunter22" not in "".join(reasons)


def test_the_environment_fills_in_and_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDELEMENTS_BASE_URL", "http://api.example")
    assert configure.check(ACCOUNT) == []
    (reason,) = configure.check({"userSecret": USER})
    assert "CLOUDELEMENTS_BASE_URL" in reason


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("requestTimeout", 30, 30.0),
        ("requestTimeout", "30", 30.0),
        ("requestTimeout", '"30"', 30.0),
        ("maxRetries", 0, 0),
        ("ownershipTag", False, False),
        ("ownershipTag", "false", False),
        ("ownershipTag", '"false"', False),
        ("orphans", "ignore", "ignore"),
    ],
)
def test_a_setting_is_read_however_an_engine_brings_it(name: str, given: object, read: object) -> None:
    attribute = {"requestTimeout": "request_timeout", "maxRetries": "max_retries", "ownershipTag": "ownership_tag"}
    config = configure.load({name: given})
    assert getattr(config, attribute.get(name, name)) == read


def test_secrets_that_come_in_clear_are_marked() -> None:
    given = ACCOUNT | {"userSecret": UNKNOWN, "maxRetries": "1"}
    assert configure.secret_paths(given) == {("organizationSecret",)}
