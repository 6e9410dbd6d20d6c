"""Replacement and the engine's resource options with the real CLI: an instance behaves as any Pulumi resource does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pulumi_cloudelements.model.owner import without_owner
from tests.support.emulator import Emulator
from tests.support.project import INSTANCE, Project, account_of

DECLARED = """
import pulumi
from pulumi_cloudelements import Instance

stripe = {"api.key": "key-0J4vNq"}
closeio = {"username": "user-7fWq1b", "password": "password-2cXo9"}
"""
BEFORE = f"""{DECLARED}
Instance("swapped", "stripe", name="Swapped", configuration=stripe)
Instance("emptied", "stripe", name="Emptied", configuration=stripe,
         opts=pulumi.ResourceOptions(delete_before_replace=True))
Instance("token-less", "stripe", configuration=stripe)
Instance("retained", "stripe", configuration=stripe, opts=pulumi.ResourceOptions(retain_on_delete=True))
Instance("dropped", "stripe", configuration=stripe)
Instance("ignoring", "stripe", name="First", tags=["a"],
         configuration=stripe | {{"pagination.max": 1, "base.url": "a"}})
Instance("old-name", "stripe", name="Aliased", configuration=stripe)
"""
AFTER = f"""{DECLARED}
Instance("swapped", "closeio", name="Swapped", configuration=closeio)
Instance("emptied", "closeio", name="Emptied", configuration=closeio,
         opts=pulumi.ResourceOptions(delete_before_replace=True))
Instance("token-less", "stripe", external_authentication="initial", configuration=stripe)
Instance("ignoring", "stripe", name="Second", tags=["b"],
         configuration=stripe | {{"pagination.max": 2, "base.url": "b"}},
         opts=pulumi.ResourceOptions(ignore_changes=["name", 'configuration["pagination.max"]']))
Instance("new-name", "stripe", name="Aliased", configuration=stripe,
         opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old-name")]))
"""


@dataclass(frozen=True)
class Deployment:
    """What one `up` did: the instances in state before and after it, and what it asked of the platform."""

    emulator: Emulator
    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]
    requests: list[dict[str, Any]]

    def calls(self, id: str) -> list[str]:
        """The methods of the writes to an instance."""
        suffix = f"/instances/{id}"
        return [entry["method"] for entry in self.requests if entry["path"].endswith(suffix)]

    def at(self, method: str, *, id: str = "", name: str = "") -> int:
        """When the write to an instance, or the one with a name in its body, came among all."""
        (index,) = [
            index
            for index, entry in enumerate(self.requests)
            if entry["method"] == method
            and entry["path"].endswith(f"/instances/{id}" if id else "/instances")
            and (not name or entry["body"]["name"] == name)
        ]
        return index


def writes(emulator: Emulator) -> list[dict[str, Any]]:
    """What was asked of the platform, look-ups aside, oldest first."""
    return [entry for entry in emulator.requests() if entry["method"] != "GET"]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One `up` that replaces, drops, renames and ignores, after which a preview shows nothing."""
    with Emulator().start() as emulator:
        project = Project(tmp_path_factory.mktemp("replacement") / "project", config=account_of(emulator))
        project.write("__main__.py", BEFORE)
        project.up()
        before = project.instances("--show-secrets")
        emulator.clear()
        project.write("__main__.py", AFTER)
        project.up()
        requests = writes(emulator)
        project.expect_no_changes()
        yield Deployment(emulator, before, project.instances("--show-secrets"), requests)


def test_another_element_makes_the_new_instance_before_the_old_one_goes(deployment: Deployment) -> None:
    old, new = deployment.before["swapped"], deployment.after["swapped"]
    assert (old["outputs"]["element"], new["outputs"]["element"]) == ("stripe", "closeio")
    assert old["id"] != new["id"]
    assert old["outputs"]["token"] != new["outputs"]["token"]
    assert deployment.at("POST", name="Swapped") < deployment.at("DELETE", id=old["id"])
    assert deployment.emulator.call("GET", f"/instances/{old['id']}").status_code == 404
    assert deployment.emulator.call("GET", f"/instances/{new['id']}").json()["element"]["key"] == "closeio"


def test_delete_before_replace_removes_the_old_one_first(deployment: Deployment) -> None:
    old = deployment.before["emptied"]
    assert deployment.at("DELETE", id=old["id"]) < deployment.at("POST", name="Emptied")
    assert deployment.after["emptied"]["outputs"]["element"] == "closeio"


def test_another_external_authentication_is_another_instance(deployment: Deployment) -> None:
    old, new = deployment.before["token-less"]["id"], deployment.after["token-less"]["id"]
    assert deployment.at("POST", name="token-less") < deployment.at("DELETE", id=old)
    assert deployment.emulator.call("GET", f"/instances/{new}").json()["externalAuthentication"] == "initial"


def test_a_retained_instance_outlives_its_declaration_and_another_does_not(deployment: Deployment) -> None:
    assert not {"retained", "dropped"} & deployment.after.keys()
    kept, gone = deployment.before["retained"]["id"], deployment.before["dropped"]["id"]
    assert deployment.calls(kept) == []
    assert deployment.emulator.call("GET", f"/instances/{kept}").status_code == 200
    assert deployment.calls(gone) == ["DELETE"]


def test_ignored_changes_are_sent_as_they_were(deployment: Deployment) -> None:
    ignoring = deployment.after["ignoring"]["id"]
    assert ignoring == deployment.before["ignoring"]["id"]
    assert deployment.calls(ignoring) == ["PUT"]
    live = deployment.emulator.call("GET", f"/instances/{ignoring}").json()
    assert (live["name"], without_owner(live["tags"])) == ("First", ("b",))
    assert (live["configuration"]["pagination.max"], live["configuration"]["base.url"]) == ("1", "b")


def test_an_alias_keeps_the_instance_and_renews_its_ownership_tag(deployment: Deployment) -> None:
    assert "old-name" not in deployment.after
    assert deployment.after["new-name"]["id"] == deployment.before["old-name"]["id"]
    kept = deployment.after["new-name"]["id"]
    assert deployment.calls(kept) == ["PUT"]
    tags = deployment.emulator.call("GET", f"/instances/{kept}").json()["tags"]
    assert [tag for tag in tags if tag.startswith("pulumi:new-name#")]


PAIR = f"""{DECLARED}
Instance("one", ELEMENT, name="NAME one", configuration=CONFIGURATION, opts=pulumi.ResourceOptions(protect=True))
Instance("two", ELEMENT, name="NAME two", configuration=CONFIGURATION)
"""


def pair(element: str, name: str) -> str:
    """A program with a protected instance and another."""
    return PAIR.replace("ELEMENT", repr(element)).replace("NAME", name).replace("CONFIGURATION", element)


@pytest.fixture
def project(tmp_path: Path, emulator: Emulator) -> Project:
    """A stack with the pair."""
    project = Project(tmp_path / "pair", config=account_of(emulator))
    project.write("__main__.py", pair("stripe", "First"))
    project.up()
    emulator.clear()
    return project


def urn(name: str) -> str:
    return f"urn:pulumi:test::test::{INSTANCE}::{name}"


def test_a_target_is_changed_or_replaced_and_no_other(project: Project, emulator: Emulator) -> None:
    ids = {name: resource["id"] for name, resource in project.instances().items()}
    project.write("__main__.py", pair("stripe", "Second"))
    project.up("--target", urn("one"))
    (put,) = writes(emulator)
    assert (put["method"], put["path"].rsplit("/", 1)[1], put["body"]["name"]) == ("PUT", ids["one"], "Second one")

    emulator.clear()
    refused = project.pulumi("up", "--yes", "--skip-preview", "--target-replace", urn("two"))
    assert refused.code != 0
    assert f"instance {ids['two']} (stripe, 'First two') carries the ownership tag" in refused.text
    assert writes(emulator) == []

    project.up("--target-replace", urn("two"), CLOUDELEMENTS_ORPHANS="ignore")
    post, delete = writes(emulator)
    assert (post["method"], post["body"]["name"]) == ("POST", "Second two")
    assert (delete["method"], delete["path"].rsplit("/", 1)[1]) == ("DELETE", ids["two"])
    after = {name: resource["id"] for name, resource in project.instances().items()}
    assert after["one"] == ids["one"]
    assert after["two"] != ids["two"]
    project.expect_no_changes()


@pytest.mark.parametrize("flag", ["--replace", "--target-replace"])
def test_a_forced_replacement_keeps_the_instance_and_says_how_to_have_another(
    project: Project, emulator: Emulator, flag: str
) -> None:
    had = project.instances()["two"]["id"]
    forced = project.up(flag, urn("two"))
    assert f"adopted instance {had}" in forced.text
    assert "cloudelements:orphans=ignore" in forced.text
    assert [entry["method"] for entry in writes(emulator)] == ["PUT"]
    assert project.instances()["two"]["id"] == had
    project.expect_no_changes()
    project.must("destroy", "--yes", "--skip-preview", "--target", urn("two"))
    assert emulator.call("GET", f"/instances/{had}").status_code == 404


def test_a_protected_instance_is_changed_but_neither_replaced_nor_deleted(project: Project, emulator: Emulator) -> None:
    protected = project.instances()["one"]["id"]
    project.write("__main__.py", pair("closeio", "First"))
    refused = project.pulumi("up", "--yes", "--skip-preview", "--target", urn("one"))
    assert refused.code != 0
    assert "protect" in refused.text
    destroyed = project.pulumi("destroy", "--yes", "--skip-preview", "--target", urn("one"))
    assert destroyed.code != 0
    assert writes(emulator) == []
    assert emulator.call("GET", f"/instances/{protected}").status_code == 200
    project.write("__main__.py", pair("stripe", "Second"))
    project.up()
    assert [entry["method"] for entry in writes(emulator)] == ["PUT", "PUT"]


def test_a_resource_that_is_renamed_and_adopts_its_instance_keeps_it(project: Project, emulator: Emulator) -> None:
    had = project.instances()["two"]["id"]
    program = f'Instance("three", "stripe", adopt="{had}", takeover=True, configuration={{"api.key": "sk_live_5e1f"}})'
    project.write("__main__.py", f"from pulumi_cloudelements import Instance\n\n{program}\n")
    project.up("--target", urn("two"), "--target", urn("three"))
    assert {"two", "three"} & project.instances().keys() == {"three"}
    assert project.instances()["three"]["id"] == had
    assert emulator.call("GET", f"/instances/{had}").json()["name"] == "three"
