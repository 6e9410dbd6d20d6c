"""Listings: filters, pages, and what is never in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Create
from tests.support.emulator import Emulator


@pytest.fixture(scope="module", autouse=True)
def listed(emulator: Emulator) -> list[int]:
    """Seven instances, five of stripe and two of jira; returns their ids."""
    stripe = {"element": {"key": "stripe"}, "configuration": {"api.key": "k"}}
    account = {"username": "u", "password": "p", "base.url": "https://jira.example"}
    jira = {"element": {"key": "jira"}, "configuration": account}
    bodies: list[dict[str, Any]] = [stripe | {"name": f"Pay {n}", "tags": ["all", f"n{n}"]} for n in range(5)]
    bodies += [jira | {"name": f"Desk {n}", "tags": ["all", "desk"]} for n in range(2)]
    return [emulator.call("POST", "/instances", json=body).json()["id"] for body in bodies]


def names(emulator: Emulator, path: str, **query: Any) -> list[str]:
    return [item["name"] for item in emulator.call("GET", path, params=query).json()]


def test_a_listing_holds_tokens_in_clear_and_no_configuration(emulator: Emulator, listed: list[int]) -> None:
    items = emulator.call("GET", "/instances").json()
    assert [item["id"] for item in items] == listed
    first = emulator.call("GET", f"/instances/{listed[0]}").json()
    assert items[0] == first | {"configuration": {}}
    assert items[0]["token"] == first["token"]
    assert items[0]["createdDate"]


def test_all_given_tags_must_be_there(emulator: Emulator) -> None:
    assert names(emulator, "/instances", **{"tags[]": ["all", "n3"]}) == ["Pay 3"]
    assert emulator.call("GET", "/instances", params={"tags[]": ["n2", "n3"]}).status_code == 404


def test_search_text_finds_part_of_a_name_or_an_element_key(emulator: Emulator) -> None:
    assert names(emulator, "/instances", searchText="ay 2") == ["Pay 2"]
    assert names(emulator, "/instances", searchText="jira") == ["Desk 0", "Desk 1"]
    assert emulator.call("GET", "/instances", params={"searchText": "jir"}).status_code == 404


def test_an_element_lists_its_own_instances(emulator: Emulator) -> None:
    assert names(emulator, "/elements/jira/instances") == ["Desk 0", "Desk 1"]
    assert emulator.call("GET", "/elements/slack/instances").status_code == 404
    assert emulator.call("GET", "/elements/nope/instances").status_code == 404


def test_pages_follow_the_cursor_until_it_is_absent(emulator: Emulator, listed: list[int]) -> None:
    query: dict[str, str] = {"pageSize": "3"}
    pages = []
    while True:
        response = emulator.call("GET", "/instances", params=query)
        pages.append([item["id"] for item in response.json()])
        assert response.headers["Elements-Total-Count"] == "7"
        if "Elements-Next-Page-Token" not in response.headers:
            break
        query["nextPage"] = response.headers["Elements-Next-Page-Token"]
    assert pages == [listed[:3], listed[3:6], listed[6:]]


def test_a_full_last_page_has_no_cursor(emulator: Emulator) -> None:
    assert "Elements-Next-Page-Token" not in emulator.call("GET", "/instances", params={"pageSize": "7"}).headers


@pytest.mark.parametrize(
    "query", [{"pageSize": "0"}, {"pageSize": "many"}, {"nextPage": "made up"}, {"nextPage": "bm9wZTox"}]
)
def test_a_bad_page_size_or_cursor_is_refused(emulator: Emulator, query: dict[str, str]) -> None:
    assert emulator.call("GET", "/instances", params=query).status_code == 400


def test_an_instance_that_is_deleted_between_pages_moves_no_other(emulator: Emulator, create: Create) -> None:
    ids = [create(tags=["moving"])["id"] for _ in range(3)]
    query = {"tags[]": "moving", "pageSize": "1"}
    cursor = emulator.call("GET", "/instances", params=query).headers["Elements-Next-Page-Token"]
    emulator.call("DELETE", f"/instances/{ids[0]}")
    following = emulator.call("GET", "/instances", params=query | {"nextPage": cursor}).json()
    assert [item["id"] for item in following] == [ids[1]]
    for instance_id in ids[1:]:
        emulator.call("DELETE", f"/instances/{instance_id}")
