"""Secrets in the hands of a real engine: kept in every state, rotated without a trace, handed on by look-ups."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.canary import canary, header_canary, leaks
from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.project import Project, account_of

PROGRAM = """
import pulumi
from pulumi_cloudelements import Instance
config = pulumi.Config()
Instance("support", "jira", configuration={
    "username": config.require_secret("username"),
    "password": config.require_secret("password"),
    "base.url": "https://example.com",
    "event.poller.configuration": {"events": {"url": "/a"}},
})
"""
USERNAME, PASSWORD, ROTATED, NESTED = map(canary, ("username", "password", "rotated password", "nested"))
SIGNATURE, PLAINTEXT = "4dabf18193072939515e22adb298388d", "plaintext"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One emulator for the stack that the tests share."""
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator) -> Project:
    """The program's stack, deployed."""
    secrets: dict[str, object] = {"test:username": (USERNAME,), "test:password": (PASSWORD,)}
    project = Project(tmp_path_factory.mktemp("secrets") / "project", config=account_of(emulator) | secrets)
    project.write("__main__.py", PROGRAM)
    project.up()
    return project


@pytest.fixture
def deployed(stack: Project) -> Project:
    """The shared stack as its program declares it, whatever the test before left behind."""
    stack.up()
    return stack


def support(project: Project) -> dict[str, Any]:
    return project.instances()["support"]


def in_clear(value: Any) -> Any:
    """A part of an export with its secrets replaced by what they hold, as if nobody had ever marked them."""
    if isinstance(value, dict):
        return json.loads(value[PLAINTEXT]) if SIGNATURE in value else {key: in_clear(v) for key, v in value.items()}
    return [in_clear(item) for item in value] if isinstance(value, list) else value


# In state


def test_what_is_given_as_a_secret_stays_one_through_up_refresh_and_up(deployed: Project, emulator: Emulator) -> None:
    assert leaks(deployed.export(), [USERNAME, PASSWORD]) == []
    change = {"name": "Renamed", "configuration": {"username": canary("drifted")}}
    assert emulator.call("PATCH", f"/instances/{support(deployed)['id']}", json=change).status_code == 200
    deployed.must("refresh", "--yes")
    assert leaks(deployed.export(), [USERNAME, PASSWORD, canary("drifted")]) == []
    deployed.up()
    assert leaks(deployed.export(), [USERNAME, PASSWORD]) == []


def test_what_a_refresh_meets_for_the_first_time_is_secret_in_state(deployed: Project, emulator: Emulator) -> None:
    change = {"configuration": {"event.poller.configuration": {"auth": [{"password": NESTED}]}}}
    assert emulator.call("PATCH", f"/instances/{support(deployed)['id']}", json=change).status_code == 200
    refreshed = deployed.must("refresh", "--yes", "--diff")
    assert "event.poller.configuration" in refreshed.text
    assert leaks(refreshed.text + deployed.export(), [NESTED]) == []
    deployed.up()
    assert leaks(deployed.export(), [NESTED]) == []


def test_a_state_that_holds_secrets_in_clear_is_healed_by_a_refresh(deployed: Project) -> None:
    state = json.loads(deployed.must("stack", "export", "--show-secrets").stdout)
    for resource in state["deployment"]["resources"]:
        resource["inputs"], resource["outputs"] = map(in_clear, (resource.get("inputs"), resource.get("outputs")))
    deployed.write("clear.json", json.dumps(state))
    deployed.must("stack", "import", "--file", "clear.json")
    token = support(deployed)["outputs"]["token"]
    assert leaks(deployed.export(), [PASSWORD]) == [PASSWORD]

    deployed.up("--expect-no-changes")
    deployed.must("refresh", "--yes")
    export = deployed.export()
    assert token not in export
    assert leaks(export, [PASSWORD]) == []


def test_a_value_that_becomes_a_secret_without_changing_is_one_after_a_refresh(deployed: Project) -> None:
    more = """
value = {value}
Instance("more", "stripe", configuration={{"api.key": "key-0J4vNq", "bulk.relations": value}})
"""
    deployed.write("__main__.py", PROGRAM + more.format(value=repr(USERNAME)))
    deployed.up()
    assert leaks(deployed.export(), [USERNAME]) == [USERNAME]
    deployed.write("__main__.py", PROGRAM + more.format(value=f"pulumi.Output.secret({USERNAME!r})"))
    deployed.up()
    deployed.must("refresh", "--yes")
    export = deployed.export()
    deployed.write("__main__.py", PROGRAM)
    assert leaks(export, [USERNAME]) == []


# Rotation


def test_a_rotated_password_is_one_put_and_is_named_without_being_shown(deployed: Project, emulator: Emulator) -> None:
    before = support(deployed)
    deployed.configure({"test:password": (ROTATED,)})
    preview = deployed.must("preview", "--diff")
    assert 'configuration["password"]' in preview.text
    emulator.clear()
    up = deployed.up()
    assert leaks(preview.text + up.text + deployed.export(), [PASSWORD, ROTATED]) == []
    assert support(deployed)["id"] == before["id"]
    methods = emulator.counters()["by_method"]
    assert {method: count for method, count in methods.items() if method != "GET"} == {"PUT": 1}
    deployed.configure({"test:password": (PASSWORD,)})


IN_CONFIG = ("cloudelements:userSecret", "cloudelements:organizationSecret")
IN_ENVIRONMENT = ("CLOUDELEMENTS_USER_SECRET", "CLOUDELEMENTS_ORGANIZATION_SECRET")


@pytest.mark.parametrize("by_config", [False, True], ids=["environment", "stack config"])
def test_rotated_credentials_change_no_resource_and_serve_refresh_and_destroy(tmp_path: Path, by_config: bool) -> None:
    first, second = (USER, ORGANIZATION), (header_canary("user"), header_canary("organization"))
    data = ("--data", str(tmp_path / "platform.db"))
    project = Project(tmp_path / "project", config={"cloudelements:maxRetries": "0"})
    project.write(
        "__main__.py",
        "from pulumi_cloudelements import Instance\n"
        "Instance('payments', 'stripe', configuration={'api.key': 'key-0J4vNq'})\n",
    )

    def use(secrets: tuple[str, str]) -> None:
        if by_config:
            project.configure({key: (secret,) for key, secret in zip(IN_CONFIG, secrets, strict=True)})
        else:
            project.environment.update(zip(IN_ENVIRONMENT, secrets, strict=True))

    with Emulator().start(*data) as emulator:
        project.configure({"cloudelements:baseUrl": emulator.base_url})
        use(first)
        project.up()
        port = str(urlsplit(emulator.base_url).port)

    use(second)
    accepted = ("--user-secret", second[0], "--organization-secret", second[1])
    options = ("--run-program",) if by_config else ()
    with Emulator().start("--port", port, *data, *accepted) as emulator:
        project.expect_no_changes()
        project.must("refresh", "--yes", "--expect-no-changes", *options)
        project.must("destroy", "--yes", "--skip-preview", *options)
        assert emulator.health()["instances"] == 0
        assert emulator.counters()["by_method"].keys() == {"GET", "DELETE"}
    assert leaks(project.export(), second) == []
    if not by_config:
        assert "userSecret" not in project.export()


# Look-ups

LOOK_UPS = """
import pulumi
from pulumi_cloudelements import get_element, get_instance, get_instances
(listed,) = get_instances(element="stripe", tags=["europe"], search_text="pay")
found = get_instance(listed.id)
pulumi.export("listed", {"id": listed.id, "token": listed.token, "tags": list(listed.tags)})
pulumi.export("found", {"token": found.token, "key": found.configuration["username"], "name": found.name})
pulumi.export("none", len(get_instances(search_text="nothing of that name")))
pulumi.export("required", [entry.key for entry in get_element("stripe").configuration if entry.required])
"""


def test_look_ups_in_a_program_hand_on_secrets_as_secrets(tmp_path: Path, emulator: Emulator) -> None:
    body = {"element": {"key": "stripe"}, "configuration": {"api.key": canary("api key")}}
    for name, tags in (("Payments", ["a", "europe"]), ("Payments", ["a"]), ("Other", ["europe"])):
        answer = emulator.call("POST", "/instances", json=body | {"name": name, "tags": tags})
        assert answer.status_code == 200
    instances = emulator.call("GET", "/elements/stripe/instances").json()
    wanted = next(item for item in instances if item["tags"] == ["a", "europe"])

    project = Project(tmp_path / "project", config=account_of(emulator))
    project.write("__main__.py", LOOK_UPS)
    up = project.up()
    assert project.outputs() == {
        "listed": {"id": str(wanted["id"]), "token": wanted["token"], "tags": ["a", "europe"]},
        "found": {"token": wanted["token"], "key": canary("api key"), "name": "Payments"},
        "none": 0,
        "required": ["api.key"],
    }
    shown = up.text + project.export() + project.must("stack", "output", "--json").stdout
    assert wanted["token"] not in shown
    assert leaks(shown, [canary("api key")]) == []


def test_a_look_up_of_nothing_is_one_line(tmp_path: Path, emulator: Emulator) -> None:
    project = Project(tmp_path / "project", config=account_of(emulator))
    project.write("__main__.py", "from pulumi_cloudelements import get_instance\nget_instance('404404')\n")
    outcome = project.pulumi("preview")
    assert outcome.code != 0
    assert "Traceback" not in outcome.text
    assert "GET /instances/404404: 404" in outcome.text
