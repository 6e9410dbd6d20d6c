"""Element look-ups: definitions and OAuth addresses."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.emulator import Emulator


@pytest.mark.parametrize("name", ["stripe", "483"])
def test_an_element_is_found_by_key_and_by_id_with_its_definitions(emulator: Emulator, name: str) -> None:
    element = emulator.call("GET", f"/elements/{name}").json()
    assert (element["key"], element["id"], element["hub"]) == ("stripe", 483, "payment")
    definitions = {definition["key"]: definition for definition in element["configuration"]}
    assert set(definitions["api.key"]) == {
        *("key", "name", "type", "required", "defaultValue", "hideFromConsole", "internal", "active"),
        *("groupControl", "groupName", "options"),
    }
    assert (definitions["api.key"]["type"], definitions["api.key"]["required"]) == ("PASSWORD", True)
    assert definitions["pagination.max"]["defaultValue"] == "100"


@pytest.mark.parametrize("key", ["stripe", "jira", "closeio", "bigcommerce", "sfdc", "slack"])
def test_every_element_has_the_common_definitions(emulator: Emulator, key: str) -> None:
    answer = emulator.call("GET", f"/elements/{key}/configuration").json()
    keys = {definition["key"] for definition in answer["configuration"]}
    assert {"event.notification.enabled", "filter.response.nulls", "event.notification.callback.url"} <= keys
    oauth = key in ("bigcommerce", "sfdc", "slack")
    assert [entry["key"] for entry in answer["providerData"]] == (["code"] if oauth else [])


def test_definitions_name_the_group_and_what_chooses_it(emulator: Emulator) -> None:
    definitions = {
        definition["key"]: definition
        for definition in emulator.call("GET", "/elements/bigcommerce").json()["configuration"]
    }
    control = definitions["authentication.type"]
    assert (control["groupControl"], control["defaultValue"]) == (True, "basic")
    assert [option["value"] for option in control["options"]] == ["basic", "custom"]
    assert (definitions["oauth.api.key"]["groupName"], definitions["store.url"]["groupName"]) == ("custom", None)


@pytest.mark.parametrize("path", ["", "/configuration", "/oauth/url"])
def test_an_unknown_element_is_not_found(emulator: Emulator, path: str) -> None:
    assert emulator.call("GET", f"/elements/nope{path}").status_code == 404


def test_the_oauth_address_carries_what_was_asked_and_never_the_secret(emulator: Emulator) -> None:
    query = {"apiKey": "id", "apiSecret": "hush", "callbackUrl": "https://app.example/cb", "state": "s"}
    answer = emulator.call("GET", "/elements/sfdc/oauth/url", params=query).json()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer["oauthUrl"]).query).items()}
    assert answer["element"] == "sfdc"
    assert asked == {"response_type": "code", "client_id": "id", "redirect_uri": query["callbackUrl"], "state": "s"}


def test_an_oauth_address_without_its_parameters_or_without_oauth_is_refused(emulator: Emulator) -> None:
    absent = emulator.call("GET", "/elements/sfdc/oauth/url", params={"apiKey": "id"})
    assert (absent.status_code, "apiSecret, callbackUrl" in absent.json()["message"]) == (400, True)
    assert emulator.call("GET", "/elements/jira/oauth/url").status_code == 400
