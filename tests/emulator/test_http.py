"""What holds for every call: authorization, request ids, errors, bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from tests.emulator.conftest import Create
from tests.support.emulator import Emulator

REFUSED = "Invalid Organization or User secret, or invalid Element token provided."
USER, ORGANIZATION = "User emulator-user", "Organization emulator-organization"


@pytest.fixture
def as_someone() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        USER,
        ORGANIZATION,
        f"{USER}, Organization wrong",
        f"User wrong, {ORGANIZATION}",
        f"{USER}, {ORGANIZATION}, {USER}",
        f"{USER}, {ORGANIZATION}, Element unasked",
        "User emulator-organization, Organization emulator-user",
        "Basic ZW11bGF0b3I6",
        f"User , {ORGANIZATION}",
    ],
)
@pytest.mark.parametrize("path", ["/instances", "/elements/stripe", "/instance"])
def test_wrong_or_missing_authorization_is_refused(
    emulator: Emulator, as_someone: requests.Session, path: str, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = as_someone.get(emulator.base_url + path, headers=headers, timeout=30)
    assert (response.status_code, response.json()["message"]) == (401, REFUSED)


def test_the_order_of_the_authorization_is_free(emulator: Emulator) -> None:
    response = emulator.call("GET", "/elements/stripe", headers={"Authorization": f"{ORGANIZATION},{USER}"})
    assert response.status_code == 200


def test_authorization_is_checked_before_the_body(emulator: Emulator) -> None:
    response = emulator.call("POST", "/instances", data="{", headers={"Authorization": "User x, Organization y"})
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/elements/stripe", 200),
        ("GET", "/instances", 404),
        ("GET", "/nothing/here", 404),
        ("GET", "/instances/", 404),
        ("GET", "/../../elsewhere", 404),
        ("GET", "/..%0A/elsewhere", 404),
        ("POST", "/instances", 400),
        ("PUT", "/instances", 405),
    ],
)
def test_every_answer_has_a_request_id_and_an_error_repeats_it(
    emulator: Emulator, method: str, path: str, status: int
) -> None:
    response = emulator.call(method, path)
    assert response.status_code == status
    assert re.fullmatch("[0-9a-f]{24}", response.headers["Elements-Request-Id"])
    if status != 200:
        assert set(response.json()) == {"requestId", "message"}
        assert response.json()["requestId"] == response.headers["Elements-Request-Id"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\xfd",
        b"{'a': 1}",
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"a": ' + b"[" * 500 + b"]" * 500 + b"}",
        b"[]",
        b'"text"',
        b"null",
        b"7",
    ],
    ids=["empty", "cut", "no utf-8", "quotes", "NaN", "endless", "deep", "list", "string", "null", "number"],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_body_that_is_no_json_object_is_refused(
    emulator: Emulator, create: Create, method: str, content: bytes
) -> None:
    path = "/instances" if method == "POST" else f"/instances/{create()['id']}"
    assert emulator.call(method, path, data=content).status_code == 400


def test_text_that_is_not_valid_unicode_survives_the_way(emulator: Emulator, create: Create) -> None:
    path = f"/instances/{create()['id']}"
    text = r'{"name": "half \ud800", "tags": ["\u00fc\u4e16"]}'
    assert emulator.call("PUT", path, data=text).status_code == 200
    assert emulator.call("GET", path).json()["name"] == "half \ud800"
    assert emulator.call("GET", path).json()["tags"] == ["\u00fc\u4e16"]


def test_other_secrets_can_be_set_by_option_or_environment(as_someone: requests.Session) -> None:
    environment = {"CLOUDELEMENTS_EMULATOR_ORGANIZATION_SECRET": "b/+="}
    with Emulator(environment).start("--user-secret", "a/+=") as other:
        assert other.call("GET", "/elements/stripe").status_code == 401
        accepted = {"Authorization": "User a/+=, Organization b/+="}
        assert as_someone.get(f"{other.base_url}/elements/stripe", headers=accepted, timeout=30).status_code == 200
