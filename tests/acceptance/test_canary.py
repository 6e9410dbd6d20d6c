"""No secret, in whatever form, in anything that a user stores or reads: state, previews, logs, errors.

The log is taken at the level below the one from which the engine itself prints values.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.canary import canary, header_canary, leaks
from tests.support.emulator import Emulator
from tests.support.project import Project
from tests.support.server import Answer, Request, ScriptedServer, refusal

CREDENTIALS = {"userSecret": header_canary("user"), "organizationSecret": header_canary("organization")}
VALUES = {
    name: canary(name)
    for name in ("apiKey", "signature", "nested", "listed", "harmless", "password", "code", "refreshToken", "vendorKey")
}
CANARIES = [*CREDENTIALS.values(), *VALUES.values(), canary("rotated")]

PROGRAM = """
import pulumi
from pulumi_cloudelements import Instance
secret = pulumi.Config().require_secret
oauth = {"oauth.api.key": secret("vendorKey"), "oauth.callback.url": "https://example.com"}
payments = Instance("payments", "stripe", tags=["a"], configuration={
    "api.key": secret("apiKey"),
    "event.notification.signature.key": secret("signature"),
    "event.poller.configuration": {"auth": [{"password": secret("nested")}, secret("listed")]},
})
Instance("support", "jira", configuration={
    "username": secret("harmless"),
    "password": secret("password"),
    "base.url": payments.token.apply(lambda token: "https://example.com/" + token),
})
Instance("crm", "sfdc", provider_data={"code": secret("code")}, provider_data_version=VERSION,
         configuration=oauth | {"oauth.api.secret": secret("password")})
Instance("chat", "slack", external_authentication="initial", configuration=oauth | {
    "oauth.api.secret": secret("password"),
    "oauth.user.refresh_token": secret("refreshToken"),
})
pulumi.export("token", payments.token)
"""
SDK = tuple(map(int, version("pulumi").split(".")[:2]))
QUIET = ("--logtostderr", "-v=6") if SDK >= (3, 260) else ()
"""Older SDKs write the stack's outputs into this log, secrets in clear (`register resource outputs prepared`)."""


FORMS = (str, lambda text: quote(text, safe=""), lambda text: base64.b64encode(text.encode()).decode(), json.dumps)
"""Raw, URL-encoded, base64 and JSON-escaped."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The program's stack, with every secret of it a canary."""
    secrets: dict[str, object] = {f"cloudelements:{key}": (value,) for key, value in CREDENTIALS.items()}
    secrets |= {f"test:{key}": (value,) for key, value in VALUES.items()}
    made = Project(tmp_path / "project", config=secrets | {"cloudelements:maxRetries": "0"})
    made.write("__main__.py", PROGRAM.replace("VERSION", "1"))
    return made


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A platform that accepts the canaries as credentials."""
    credentials = (
        "--user-secret",
        CREDENTIALS["userSecret"],
        "--organization-secret",
        CREDENTIALS["organizationSecret"],
    )
    with Emulator().start(*credentials) as running:
        yield running


def tokens(emulator: Emulator) -> list[str]:
    """The element tokens that the platform has given out."""
    header = {"Authorization": f"User {CREDENTIALS['userSecret']}, Organization {CREDENTIALS['organizationSecret']}"}
    return [item["token"] for item in emulator.call("GET", "/instances", headers=header).json()]


def given_away(text: str, tokens: list[str]) -> list[str]:
    """The tokens that a text holds."""
    return [token for token in tokens if any(form(token) in text for form in FORMS)]


def test_no_secret_is_found_from_the_first_preview_to_the_end(project: Project, emulator: Emulator) -> None:
    project.configure({"cloudelements:baseUrl": emulator.base_url})
    seen = {name: project.must("preview", option).text for name, option in (("new", "--diff"), ("new json", "--json"))}
    seen["up"] = project.up(*QUIET).text
    seen["state"] = project.export()
    given = tokens(emulator)
    assert len(given) == 4
    shown = project.must("stack", "export", "--show-secrets").text
    assert set(leaks(shown, CANARIES)) == set(CANARIES) - {canary("rotated")}
    assert given_away(shown, given) == given

    # Each value changes: what a preview of a change shows is the old one beside the new.
    project.configure({f"test:{key}": (canary("rotated"),) for key in VALUES if key != "code"})
    project.write("__main__.py", PROGRAM.replace("VERSION", "1").replace('"sfdc"', '"slack"'))
    seen |= {name: project.must("preview", option).text for name, option in (("changed", "--diff"), ("json", "--json"))}
    project.write("__main__.py", PROGRAM.replace("VERSION", "1"))
    seen["update"] = project.up(*QUIET).text
    seen["refresh"] = project.must("refresh", "--yes", "--diff", *QUIET).text
    seen["changed state"] = project.export()
    seen["destroy"] = project.must("destroy", "--yes", *QUIET).text
    assert {name: leaks(text, CANARIES) + given_away(text, given) for name, text in seen.items()} == {
        name: [] for name in seen
    }


@pytest.mark.parametrize("call", ["GET /instances", "POST /instances"])
def test_no_error_of_a_run_repeats_what_the_platform_echoes(project: Project, call: str) -> None:
    def echo(request: Request) -> Answer:
        if request.line.startswith("GET /instances") and not call.startswith("GET"):
            return refusal(404)
        asked = request.headers["Authorization"] + request.body.decode()
        known = [text for text in CANARIES if leaks(asked, [text])]
        return refusal(400, " ".join(form(text) for text in known for form in FORMS), providerMessage=asked)

    with ScriptedServer(beyond=echo) as server:
        project.configure({"cloudelements:baseUrl": server.base_url})
        outcome = project.pulumi("up", "--yes", *QUIET)
    assert outcome.code != 0
    assert "checked less" in outcome.text
    assert f"{call}: 400" in outcome.text
    assert leaks(outcome.text + project.export(), CANARIES) == []
