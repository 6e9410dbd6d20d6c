"""Instances that exist become resources of the native provider: by import, by `get`, from the dynamic provider."""

from __future__ import annotations

from typing import Any

from tests.support.emulator import Emulator
from tests.support.native_program import TYPE, project, steps
from tests.support.project import Project

__all__ = ["project"]


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


def test_a_program_moves_to_the_native_provider_with_its_instances(project: Project, emulator: Emulator) -> None:
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
