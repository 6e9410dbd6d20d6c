"""The native provider with the real CLI: what the dynamic host cannot do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.emulator import Emulator
from tests.support.project import CHECKOUT, CREDENTIALS, Project, account_of

TYPE = "cloudelements:index:Instance"

PROGRAM = """
import pulumi
from pulumi_cloudelements.native import Instance, Provider

payments = Instance("payments", {arguments})
pulumi.export("token", payments.token)
"""
STRIPE = 'element="stripe", name="Payments", configuration={"api.key": "sk_live_5e1f", "pagination.max": PAGES}'


def declare(project: Project, arguments: str = STRIPE, pages: int = 1) -> None:
    """Write the program."""
    project.write("__main__.py", PROGRAM.format(arguments=arguments.replace("PAGES", str(pages))))


@pytest.fixture
def project(tmp_path: Path, account: dict[str, object]) -> Project:
    """A stack with one instance declared."""
    project = Project(tmp_path / "native", config=account)
    declare(project)
    return project


def steps(project: Project) -> dict[str, dict[str, Any]]:
    """What a preview would do, by resource name."""
    report = json.loads(project.must("preview", "--json").stdout)
    return {step["urn"].rpartition("::")[2]: step for step in report["steps"]}


def test_a_first_preview_knows_what_is_declared_and_not_what_the_platform_adds(project: Project) -> None:
    told = 'payments.name.apply(lambda name: print(f"known {name}"))\n'
    told += 'payments.hub.apply(lambda hub: print(f"hub {hub}"))\n'
    project.write("__main__.py", (project.folder / "__main__.py").read_text() + told)
    preview = project.must("preview").text
    assert "known Payments" in preview
    assert "hub " not in preview
    assert "hub payment" in project.up().text


def test_a_preview_shows_each_key_that_changes_and_what_it_means(project: Project) -> None:
    project.up()
    declare(project, STRIPE.replace('"Payments"', '"Money"') + ', tags=["a"]', pages=2)
    shown = steps(project)["payments"]["detailedDiff"]
    assert {path: change["kind"] for path, change in shown.items()} == {
        "name": "update",
        'configuration["pagination.max"]': "update",
        "tags": "add",
    }
    declare(project, STRIPE + ', external_authentication="initial"')
    shown = steps(project)["payments"]["detailedDiff"]
    assert shown["externalAuthentication"]["kind"] == "update-replace"


@pytest.mark.parametrize("options", ["", 'replace_on_changes=["configuration"]'], ids=["", "replace_on_changes"])
def test_a_value_that_becomes_a_secret_is_an_update_and_stays_one_until_it_changes(
    project: Project, options: str
) -> None:
    arguments = f"{STRIPE}, opts=pulumi.ResourceOptions({options})"
    declare(project, arguments)
    project.up()
    token = project.instances("--show-secrets")["payments"]["outputs"]["token"]
    declare(project, arguments.replace('"pagination.max": PAGES', '"pagination.max": pulumi.Output.secret(PAGES)'))
    step = steps(project)["payments"]
    assert step["op"] == "update"
    assert not step["detailedDiff"]
    assert 'becomes secret in the state: configuration["pagination.max"]' in project.up().text
    project.expect_no_changes()
    declare(project, arguments)
    project.expect_no_changes()
    assert project.instances("--show-secrets")["payments"]["outputs"]["token"] == token


@pytest.mark.parametrize("options", ["", 'replace_on_changes=["configuration"]'], ids=["", "replace_on_changes"])
def test_nothing_changes_after_an_up_that_could_not_read_the_definitions(
    project: Project, emulator: Emulator, options: str
) -> None:
    declare(project, f"{STRIPE}, opts=pulumi.ResourceOptions({options})")
    emulator.fault("status", method="GET", call="/elements/{key}", status=500, times=None)
    assert "checked less" in project.up().text
    emulator.clear_faults()
    project.expect_no_changes()
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.expect_no_changes()


def test_drift_is_shown_by_refresh_and_repaired(project: Project, emulator: Emulator) -> None:
    project.up()
    made = project.instances()["payments"]["id"]
    emulator.call("PATCH", f"/instances/{made}", json={"configuration": {"pagination.max": "9"}})
    project.must("refresh", "--yes", "--skip-preview")
    assert set(steps(project)["payments"]["detailedDiff"]) == {'configuration["pagination.max"]'}
    project.up()
    live = emulator.call("GET", f"/instances/{made}").json()
    assert live["configuration"]["pagination.max"] == "1"
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_what_the_resource_options_make_secret_is_no_drift(project: Project) -> None:
    options = 'additional_secret_outputs=["name", "configuration", "tags", "enabled", "hub"]'
    declare(project, f'{STRIPE}, tags=["a"], opts=pulumi.ResourceOptions({options})')
    project.up()
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.expect_no_changes()


def test_secrets_are_secret_in_state(project: Project) -> None:
    project.configure({name: value for name, (value,) in CREDENTIALS.items()})  # in clear
    project.up()
    token = project.outputs()["token"]
    export = project.must("stack", "export").stdout
    assert token not in export
    assert "sk_live_5e1f" not in export
    assert "emulator-user" not in export


def test_a_program_that_declares_nothing_any_more_fails_without_a_traceback(
    project: Project, emulator: Emulator
) -> None:
    project.up()
    project.write("__main__.py", "import pulumi\nfrom pulumi_cloudelements import native\n")
    emulator.fault("status", method="DELETE", call="/instances/{id}", status=403)
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "DELETE /instances/1: 403" in failed.text
    assert "Traceback" not in failed.text


def test_an_error_is_one_line(project: Project) -> None:
    declare(project, 'element="strpie"')
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "element: the platform knows no element strpie" in failed.text
    assert "Traceback" not in failed.text


def test_a_half_made_instance_keeps_its_id_and_is_finished_by_the_next_run(
    project: Project, emulator: Emulator
) -> None:
    declare(project, STRIPE + ", enabled=False")
    emulator.fault("status", method="DELETE", call="/instances/{id}/enabled", status=403)
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "instance 1 was created, and the next run finishes it: DELETE /instances/1/enabled: 403" in failed.text
    assert emulator.health()["instances"] == 1
    project.up()
    assert project.instances()["payments"]["id"] == "1"
    live = emulator.call("GET", "/instances/1").json()
    assert live["disabled"] is True
    project.expect_no_changes()


def test_custom_timeouts_bound_an_operation(project: Project, emulator: Emulator) -> None:
    timeouts = 'opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="2s"))'
    declare(project, f"{STRIPE}, {timeouts}")
    emulator.fault("hang", method="POST", call="/instances", when="before")
    began = time.monotonic()
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "POST /instances" in failed.text
    assert time.monotonic() - began < 60  # the request itself would be waited for twice as long


def test_an_interruption_ends_what_waits_and_keeps_what_was_made(project: Project, emulator: Emulator) -> None:
    many = 'from pulumi_cloudelements.native import Instance\nfor n in range(12):\n    Instance(f"i{n}", "stripe"'
    project.write("__main__.py", many + ', configuration={"api.key": "k"})\n')
    emulator.fault("status", method="POST", call="/instances", status=429, retry_after=600, skip=5, times=None)
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", f"--stack={project.stack}"]
    with subprocess.Popen(command, cwd=project.folder, env=project.environment, stdout=subprocess.DEVNULL) as run:
        until = time.monotonic() + 60
        while not emulator.faults()[0]["struck"]:
            assert time.monotonic() < until
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGINT)
        assert run.wait(timeout=60) != 0
    made = emulator.health()["instances"]
    assert {resource["id"] for resource in project.instances().values()} == {
        str(number) for number in range(1, made + 1)
    }
    emulator.clear_faults()
    project.up()
    assert emulator.health()["instances"] == 12
    project.expect_no_changes()


# import


def existing(emulator: Emulator, **body: Any) -> str:
    """The id of an instance that nobody manages."""
    return str(emulator.call("POST", "/instances", json=body).json()["id"])


def test_what_is_imported_checks_and_diffs_clean_and_what_is_masked_is_told(
    project: Project, emulator: Emulator
) -> None:
    jira = {"username": "robot", "password": "p-5e1f", "base.url": "https://example.atlassian.net"}
    made = existing(emulator, element={"key": "jira"}, name="Support", configuration=jira, tags=["b", "a"])
    before = emulator.call("GET", f"/instances/{made}").json()
    imported = project.must("import", TYPE, "support", made, "--yes", "--protect=false", "--generate-code=false")
    assert 'the platform does not show configuration["password"]' in imported.text
    state = project.instances()["support"]
    assert state["inputs"]["configuration"].keys() == {"username", "base.url"}
    assert state["inputs"]["tags"] == ["b", "a"]
    assert "********" not in project.must("stack", "export", "--show-secrets").stdout
    assert emulator.call("GET", f"/instances/{made}").json() == before

    program = 'import pulumi\nfrom pulumi_cloudelements.native import Instance\nInstance("support", element="jira", '
    program += 'name="Support", tags=["a", "b"], configuration={"username": "robot", '
    program += '"base.url": "https://example.atlassian.net"PASSWORD})\n'
    project.write("__main__.py", program.replace("PASSWORD", ""))
    project.expect_no_changes()
    project.write("__main__.py", program.replace("PASSWORD", ', "password": "p-5e1f"'))
    assert set(steps(project)["support"]["detailedDiff"]) == {'configuration["password"]'}
    project.up()
    project.expect_no_changes()


def test_the_first_update_makes_what_was_imported_ones_own(project: Project, emulator: Emulator) -> None:
    made = existing(emulator, element={"key": "stripe"}, name="Payments", configuration={"api.key": "old"}, tags=["x"])
    project.must("import", TYPE, "payments", made, "--yes", "--protect=false", "--generate-code=false")
    project.up()
    owner, tags = "pulumi:payments#", emulator.call("GET", f"/instances/{made}").json()["tags"]
    assert tags[0] == "x"
    assert [tag for tag in tags if tag.startswith(owner)]
    project.expect_no_changes()


def test_an_import_of_nothing_fails_and_says_so(project: Project) -> None:
    failed = project.pulumi("import", TYPE, "support", "99", "--yes", "--generate-code=false")
    assert failed.code != 0
    assert "does not exist" in failed.text


def test_get_reads_an_instance_of_somebody_elses(project: Project, emulator: Emulator) -> None:
    made = existing(emulator, element={"key": "stripe"}, name="Theirs", configuration={"api.key": "k"})
    program = (
        "import pulumi\nfrom pulumi_cloudelements.native import Instance, get_instance, get_instances, get_element\n"
    )
    program += f'theirs = Instance.get("theirs", "{made}")\npulumi.export("name", theirs.name)\n'
    program += (
        f'pulumi.export("token", theirs.token)\nfound = get_instance("{made}")\npulumi.export("same", found.token)\n'
    )
    program += 'pulumi.export("all", [one.id for one in get_instances(element="stripe")])\n'
    program += 'pulumi.export("hub", get_element("stripe").hub)\n'
    project.write("__main__.py", program)
    project.up()
    outputs = project.outputs()
    assert (outputs["name"], outputs["all"], outputs["hub"]) == ("Theirs", [made], "payment")
    assert outputs["token"] == outputs["same"] == emulator.call("GET", f"/instances/{made}").json()["token"]
    assert outputs["token"] not in project.must("stack", "export").stdout
    project.must("destroy", "--yes", "--skip-preview")
    assert emulator.call("GET", f"/instances/{made}").ok


# from the dynamic provider


def test_a_program_moves_to_the_native_door_with_its_instances(project: Project, emulator: Emulator) -> None:
    native = (project.folder / "__main__.py").read_text()
    dynamic = native.replace(
        "pulumi_cloudelements.native import Instance, Provider", "pulumi_cloudelements import Instance"
    )
    project.write("__main__.py", dynamic.replace('Instance("payments"', 'Instance("pay"'))
    project.up()
    renamed = 'name="Payments", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="pay")])'
    project.write("__main__.py", dynamic.replace('name="Payments"', renamed))
    project.up()
    before = project.instances()["payments"]["id"], project.outputs()["token"]
    emulator.clear()
    project.write("__main__.py", native)
    moved = project.up()
    assert f"adopted instance {before[0]}" in moved.text
    assert (project.instances()["payments"]["id"], project.outputs()["token"]) == before
    assert [entry["method"] for entry in emulator.requests() if entry["method"] != "GET"] == ["PUT"]
    project.expect_no_changes()
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.must("destroy", "--yes", "--skip-preview")
    assert emulator.health()["instances"] == 0


# providers


def test_another_address_means_other_instances_and_a_rotated_secret_does_not(
    project: Project, emulator: Emulator, tmp_path: Path
) -> None:
    provider = 'provider = Provider("account", base_url=pulumi.Config().require("at"), user_secret='
    provider += 'pulumi.Config().require_secret("user"), organization_secret="emulator-organization")\n'
    instance = STRIPE.replace("PAGES", "1") + ", opts=pulumi.ResourceOptions(provider=provider)"
    head = "import pulumi\nfrom pulumi_cloudelements.native import Instance, Provider\n"
    project.write("__main__.py", f'{head}{provider}Instance("payments", {instance})\n')
    data = tmp_path / "moved.db"
    with Emulator().start("--data", str(data)) as first:
        project.configure({"test:at": first.base_url, "test:user": ("emulator-user",)})
        project.up()
        made = project.instances()["payments"]["id"]
    port = str(urlsplit(first.base_url).port)
    with Emulator().start("--data", str(data), "--user-secret", "rotated", "--port", port):
        project.configure({"test:user": ("rotated",)})
        shown = steps(project)
        assert shown["account"]["op"] == "update"
        assert shown.get("payments", {"op": "same"})["op"] == "same"
        project.up()
        assert project.instances()["payments"]["id"] == made
        project.configure({"test:at": emulator.base_url, "test:user": ("emulator-user",)})
        shown = steps(project)
        assert shown["account"]["op"] == "replace"
        assert shown["payments"]["op"] == "replace"


def test_a_provider_that_is_replaced_deletes_what_it_had_in_the_same_run(project: Project, emulator: Emulator) -> None:
    """Engines since 3.232 send Cancel to a provider before they replace it, older ones end it without."""
    provider = 'Provider("account", base_url=pulumi.Config().require("at"), user_secret="emulator-user", '
    provider += 'organization_secret="emulator-organization")'
    instance = STRIPE.replace("PAGES", "1") + f", opts=pulumi.ResourceOptions(provider={provider})"
    head = "import pulumi\nfrom pulumi_cloudelements.native import Instance, Provider\n"
    project.write("__main__.py", f'{head}Instance("payments", {instance})\n')
    project.configure({"test:at": emulator.base_url})
    project.up()
    assert emulator.health()["instances"] == 1
    with Emulator().start() as other:
        project.configure({"test:at": other.base_url})
        project.up()
        assert [platform.health()["instances"] for platform in (emulator, other)] == [0, 1]
        project.expect_no_changes()
        project.must("destroy", "--yes", "--skip-preview")
        assert other.health()["instances"] == 0


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"cloudelements:baseUrl": "http://example.com"}, "credentials are sent over https alone"),
        ({"cloudelements:updatemethod": "PUT"}, "updatemethod: no such setting"),
    ],
    ids=["unusable", "misspelt"],
)
def test_a_bad_provider_configuration_is_told_at_preview(project: Project, setting: dict[str, str], words: str) -> None:
    project.configure(setting)
    failed = project.pulumi("preview")
    assert failed.code != 0
    assert words in failed.text
    assert "emulator-user" not in failed.text


# parallel


def test_a_refresh_has_as_many_requests_in_flight_as_parallel_allows(tmp_path: Path, emulator: Emulator) -> None:
    project = Project(tmp_path / "many", config=account_of(emulator))
    program = 'from pulumi_cloudelements.native import Instance\nfor n in range(300):\n    Instance(f"i{n}", "stripe", '
    project.write("__main__.py", program + 'configuration={"api.key": "k"})\n')
    project.must("up", "--yes", "--skip-preview", "--parallel=64", PULUMI_SKIP_CHECKPOINTS="true")
    emulator.clear()
    emulator.settings(latency=0.2)
    project.must("refresh", "--yes", "--skip-preview", "--parallel=64", PULUMI_SKIP_CHECKPOINTS="true")
    assert emulator.counters()["most_in_flight"] >= 48
    assert emulator.counters()["by_call"]["GET /instances/{id}"] == 300


def test_the_plugin_tells_the_schema_that_is_committed(tmp_path: Path) -> None:
    told = subprocess.run(
        ["pulumi", "package", "get-schema", str(Path(sys.executable).parent / "pulumi-resource-cloudelements")],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"PULUMI_HOME": str(tmp_path)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    schema = json.loads((CHECKOUT / "schema.json").read_text())
    assert json.loads(told.stdout)["resources"].keys() == schema["resources"].keys()
    assert json.loads(told.stdout)["functions"].keys() == schema["functions"].keys()


def test_credentials_of_the_environment_are_in_no_state(project: Project, emulator: Emulator) -> None:
    project.configure(dict.fromkeys(CREDENTIALS))
    account = {
        "CLOUDELEMENTS_USER_SECRET": "emulator-user",
        "CLOUDELEMENTS_ORGANIZATION_SECRET": "emulator-organization",
    }
    project.up(**account)
    shown = project.must("stack", "export", "--show-secrets").stdout
    assert "emulator-organization" not in shown
    assert emulator.health()["instances"] == 1
