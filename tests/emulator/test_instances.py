"""The life of an instance, as the platform is known to treat it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.emulator.conftest import Create
from tests.support.emulator import Emulator

CODE_MISSING = "You must provide an OAuth code in order to create an instance of this element"


def get(emulator: Emulator, instance: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = emulator.call("GET", f"/instances/{instance['id']}").json()
    return answer


def change(emulator: Emulator, method: str, instance: dict[str, Any], **fields: Any) -> dict[str, Any]:
    response = emulator.call(method, f"/instances/{instance['id']}", json=fields)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def refusal(emulator: Emulator, method: str, path: str, **options: Any) -> tuple[int, str]:
    response = emulator.call(method, path, **options)
    return response.status_code, response.json()["message"]


def test_the_answer_has_the_documented_fields(create: Create) -> None:
    instance = create(name="Test", tags=["a"])
    assert set(instance) == {
        *("id", "name", "token", "element", "provisionInteractions", "valid", "disabled", "maxCacheSize"),
        *("cacheTimeToLive", "configuration", "eventsEnabled", "traceLoggingEnabled", "externalAuthentication"),
        *("cachingEnabled", "createdDate", "elementId", "tags"),
    }
    assert (instance["valid"], instance["disabled"], instance["externalAuthentication"]) == (True, False, "none")
    assert instance["element"]["id"] == instance["elementId"] == 483
    assert (instance["element"]["key"], instance["element"]["hub"]) == ("stripe", "payment")
    assert len(base64.b64decode(instance["token"], validate=True)) == 32


def test_a_stripe_instance_reads_back_as_documented(emulator: Emulator, create: Create) -> None:
    shown = get(emulator, create())["configuration"]
    documented = {
        "bulk.add_metadata": None,
        "base.url": "https://api.stripe.com/v1",
        "bulk.query.field_name": "created",
        "pagination.max": "100",
        "event.vendor.type": "polling",
        "bulk.query.operator": ">=",
        "bulk.query.date_mask": "yyyy-MM-dd'T'HH:mm:ssXXX",
        "bulk.query.download_format": "JSON",
        "password": "********",
        "pagination.type": "cursor",
        "bulk.relations": None,
        "event.poller.refresh_interval": "15",
        "event.notification.callback.url": None,
        "event.poller.configuration": (
            '{"events":{"url":"/hubs/payment/events?where=created >\'${epoch}\'","idField":"id"}}'
        ),
        "username": "sk_test",
        "event.notification.enabled": "false",
    }
    assert {key: shown.get(key, "absent") for key in documented} == documented
    assert "api.key" not in shown


def test_a_key_that_is_shown_under_another_name_can_be_sent_under_it(emulator: Emulator, create: Create) -> None:
    changed = change(emulator, "PATCH", create(), configuration={"username": "sk_other"})
    assert changed["configuration"]["username"] == "sk_other"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("true", '"true"'),
        ("15", '"15"'),
        ("1.10", '"1.10"'),
        ("123456789012345678901234567890", '"123456789012345678901234567890"'),
        ("1e400", '"1e400"'),
        ('{"a": [1.50, null, true]}', r'"{\"a\":[1.50,null,true]}"'),
        ("null", "null"),
        ('""', '""'),
    ],
)
def test_values_come_back_as_text_or_null(emulator: Emulator, create: Create, sent: str, shown: str) -> None:
    path = f"/instances/{create()['id']}"
    emulator.call("PATCH", path, data=f'{{"configuration": {{"my.key": {sent}}}}}')
    assert emulator.call("GET", path).json()["configuration"]["my.key"] == json.loads(shown)


def test_secrets_are_masked_but_not_by_type(emulator: Emulator, create: Create) -> None:
    shown = get(emulator, create("jira"))["configuration"]
    assert (shown["username"], shown["password"]) == ("ada", "********")
    signed = change(emulator, "PATCH", create(), configuration={"event.notification.signature.key": "in clear"})
    assert signed["configuration"]["event.notification.signature.key"] == "in clear"
    oauth = get(emulator, create("sfdc"))["configuration"]
    assert (oauth["oauth.api.key"], oauth["oauth.api.secret"]) == ("********", "********")


def test_a_mask_that_is_sent_overwrites_the_secret(emulator: Emulator, create: Create) -> None:
    changed = change(emulator, "PATCH", create(), configuration={"api.key": "********"})
    assert changed["configuration"]["username"] == "********"


def test_names_are_not_unique_and_ids_grow(create: Create) -> None:
    first, second = create(name="twin"), create(name="twin")
    assert second["id"] > first["id"] > 0
    assert first["token"] != second["token"]


def test_html_is_stripped_from_name_and_tags(create: Create) -> None:
    instance = create(name="<b>Pay</b>ments 1 < 2", tags=["<i>a</i>"])
    assert (instance["name"], instance["tags"]) == ("Payments 1 < 2", ["a"])


def test_without_tags_the_name_becomes_the_tag(create: Create) -> None:
    assert create(name="Only")["tags"] == ["Only"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_tags_are_replaced_whole_and_an_empty_list_clears_them(emulator: Emulator, create: Create, method: str) -> None:
    instance = create(tags=["a", "b"])
    assert change(emulator, method, instance, tags=["c"])["tags"] == ["c"]
    assert change(emulator, method, instance, name="still c")["tags"] == ["c"]
    assert change(emulator, method, instance, tags=[])["tags"] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_one_key_alone_changes_and_the_others_survive(emulator: Emulator, create: Create, method: str) -> None:
    instance = create("jira", tags=["a"])
    changed = change(emulator, method, instance, configuration={"event.notification.enabled": True})
    assert changed["configuration"] == instance["configuration"] | {"event.notification.enabled": "true"}
    kept = ("id", "token", "name", "tags", "createdDate")
    assert {key: changed[key] for key in kept} == {key: instance[key] for key in kept}
    assert changed["eventsEnabled"] is True


def test_null_goes_back_to_the_default_or_stays_null(emulator: Emulator, create: Create) -> None:
    instance = create(configuration={"api.key": "k", "pagination.max": 5, "site": "x"})
    shown = change(emulator, "PUT", instance, configuration={"pagination.max": None, "site": None})["configuration"]
    assert (shown["pagination.max"], shown["site"]) == ("100", None)


def test_a_put_may_be_set_to_reset_what_it_leaves_out(emulator: Emulator, create: Create) -> None:
    instance = create(configuration={"api.key": "k", "pagination.max": 5, "site": "x"})
    emulator.settings(put_resets=True)
    try:
        patched = change(emulator, "PATCH", instance, configuration={"bulk.relations": "r"})["configuration"]
        renamed = change(emulator, "PUT", instance, name="renamed")["configuration"]
        reset = change(emulator, "PUT", instance, configuration={"api.key": "k"})["configuration"]
        missing = refusal(emulator, "PUT", f"/instances/{instance['id']}", json={"configuration": {}})
    finally:
        emulator.settings(put_resets=False)
    assert patched == renamed == instance["configuration"] | {"bulk.relations": "r"}
    assert (reset["pagination.max"], reset["bulk.relations"], "site" in reset) == ("100", None, False)
    assert missing == (400, "Missing required configuration: api.key")


def test_the_element_of_an_instance_cannot_change(emulator: Emulator, create: Create) -> None:
    instance = create()
    path = f"/instances/{instance['id']}"
    assert emulator.call("PUT", path, json={"element": {"key": "jira"}}).status_code == 400
    assert emulator.call("PUT", path, json={"element": {"key": "stripe"}}).status_code == 200


def test_a_deleted_instance_is_gone_and_its_id_is_not_used_again(emulator: Emulator, create: Create) -> None:
    path = f"/instances/{(instance := create())['id']}"
    deleted = emulator.call("DELETE", path)
    assert (deleted.status_code, deleted.content) == (200, b"")
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert emulator.call(method, path, json={}).status_code == 404
    assert create()["id"] > instance["id"]


@pytest.mark.parametrize("unknown", ["999999", "nine", "1" * 30, "-1", "%0A"])
def test_an_unknown_id_is_not_found(emulator: Emulator, unknown: str) -> None:
    assert emulator.call("GET", f"/instances/{unknown}").status_code == 404


def test_a_disabled_instance_keeps_everything_but_hub_calls_are_forbidden(emulator: Emulator, create: Create) -> None:
    instance = create()
    addressed = f"User emulator-user, Organization emulator-organization, Element {instance['token']}"
    hub = {"headers": {"Authorization": addressed}}
    assert emulator.call("GET", "/instance", **hub).json() == instance
    assert emulator.call("DELETE", f"/instances/{instance['id']}/enabled").status_code == 200
    assert get(emulator, instance) == instance | {"disabled": True}
    assert emulator.call("GET", "/instance", **hub).status_code == 403
    assert emulator.call("PUT", f"/instances/{instance['id']}/enabled").status_code == 200
    assert emulator.call("GET", "/instance", **hub).json() == instance


@pytest.mark.parametrize(
    ("element", "configuration", "missing"),
    [
        ("stripe", {}, "api.key"),
        ("stripe", {"api.key": None}, "api.key"),
        ("jira", {"username": ""}, "username, password, base.url"),
        ("bigcommerce", {"oauth.api.key": "x"}, "username, password, store.url"),
        ("bigcommerce", {"authentication.type": "custom"}, "oauth.api.key, store.url"),
        ("sfdc", {}, "oauth.api.key, oauth.api.secret, oauth.callback.url"),
    ],
)
def test_all_missing_required_configuration_is_named_at_once(
    emulator: Emulator, body: Create, element: str, configuration: dict[str, Any], missing: str
) -> None:
    answer = refusal(emulator, "POST", "/instances", json=body(element, configuration=configuration))
    assert answer == (400, f"Missing required configuration: {missing}")


@pytest.mark.parametrize("element", ["sfdc", "slack", "bigcommerce"])
def test_an_oauth_element_wants_a_code_and_the_code_works_once(emulator: Emulator, body: Create, element: str) -> None:
    custom = {"authentication.type": "custom", "oauth.api.key": "x", "store.url": "https://shop.example"}
    wanted = body(element, **({"configuration": custom} if element == "bigcommerce" else {}))
    without = {key: value for key, value in wanted.items() if key != "providerData"}
    assert refusal(emulator, "POST", "/instances", json=without) == (400, CODE_MISSING)
    once = without | {"providerData": {"code": f"once-{element}"}}
    first = emulator.call("POST", "/instances", json=once).json()
    assert "providerData" not in first
    assert {"oauth.user.token", "oauth.user.refresh_token", "authentication.time"} <= set(first["configuration"])
    assert refusal(emulator, "POST", "/instances", json=once) == (400, "The OAuth code has already been used")


def test_a_refused_create_does_not_use_up_the_code(emulator: Emulator, body: Create) -> None:
    wanted = body("sfdc", providerData={"code": "kept"})
    assert emulator.call("POST", "/instances", json=wanted | {"tags": "no list"}).status_code == 400
    assert emulator.call("POST", "/instances", json=wanted).status_code == 200


def test_initial_authentication_wants_a_refresh_token_and_no_code(
    emulator: Emulator, create: Create, body: Create
) -> None:
    initial = {"externalAuthentication": "initial", "providerData": None}
    answer = refusal(emulator, "POST", "/instances", json=body("sfdc", **initial))
    assert answer == (400, "Missing required configuration: oauth.user.refresh_token")
    with_token = body("sfdc")["configuration"] | {"oauth.user.refresh_token": "rt"}
    instance = create("sfdc", **initial, configuration=with_token)
    assert instance["externalAuthentication"] == "initial"
    assert instance["configuration"]["oauth.user.refresh_token"] == "rt"


def test_reauthentication_wants_a_fresh_code_and_keeps_the_element_token(emulator: Emulator, create: Create) -> None:
    instance = create("sfdc", providerData={"code": "spent"})
    path = f"/instances/{instance['id']}?reAuthenticate=true"
    assert refusal(emulator, "PUT", path, json={}) == (400, CODE_MISSING)
    assert emulator.call("PUT", path, json={"providerData": {"code": "spent"}}).status_code == 400
    renewed = emulator.call("PUT", path, json={"providerData": {"code": "fresh"}}).json()
    assert renewed["token"] == instance["token"]
    assert renewed["configuration"]["oauth.user.token"] != instance["configuration"]["oauth.user.token"]


def test_a_put_without_reauthenticate_passes_over_the_code(emulator: Emulator, create: Create) -> None:
    instance = create("sfdc")
    assert change(emulator, "PUT", instance, providerData={"code": "unused"}) == instance


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"element": None}, 400, "element.key is required"),
        ({"element": "stripe"}, 400, "element must be an object"),
        ({"element": {"key": "nope"}}, 404, "No element found with key or id nope"),
        ({"name": None}, 400, "name is required and must be a string"),
        ({"name": "<b></b>"}, 400, "name is required and must be a string"),
        ({"tags": "a"}, 400, "tags must be a list of strings"),
        ({"tags": [["a"]]}, 400, "tags must be a list of strings"),
        ({"configuration": []}, 400, "configuration must be an object"),
        ({"externalAuthentication": "later"}, 400, "externalAuthentication must be none or initial"),
    ],
)
def test_bad_fields_are_refused(
    emulator: Emulator, body: Create, fields: dict[str, Any], status: int, message: str
) -> None:
    assert refusal(emulator, "POST", "/instances", json=body() | fields) == (status, message)


def test_an_authentication_type_that_does_not_exist_is_refused(emulator: Emulator, body: Create) -> None:
    wanted = body("bigcommerce", configuration={"authentication.type": "magic", "store.url": "https://shop.example"})
    assert refusal(emulator, "POST", "/instances", json=wanted)[0] == 400
