"""Resource options with the real CLI, where only an engine can tell what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.project import INSTANCE, Project, account_of

HEAD = """
import pulumi
from pulumi_cloudelements import Instance, native

stripe = {"api.key": "key-0J4vNq"}
"""

CLASSES = pytest.mark.parametrize("kind", ["Instance", "native.Instance"])


@pytest.fixture
def project(tmp_path: Path, emulator: Emulator) -> Project:
    """An empty stack."""
    return Project(tmp_path / "options", config=account_of(emulator))


def declare(project: Project, lines: str) -> None:
    """Write a program of these lines."""
    project.write("__main__.py", HEAD + lines + "\n")


def writes(emulator: Emulator) -> list[str]:
    """The methods of what was written since the last look, oldest first."""
    methods = [entry["method"] for entry in emulator.requests() if entry["method"] != "GET"]
    emulator.clear()
    return methods


@CLASSES
def test_replace_on_changes_replaces_for_the_keys_that_it_names(
    project: Project, emulator: Emulator, kind: str
) -> None:
    def with_values(key: str, pages: int) -> str:
        given = f'{{"api.key": "{key}", "pagination.max": {pages}}}'
        opts = "opts=pulumi.ResourceOptions(replace_on_changes=['configuration[\"api.key\"]'])"
        return f'{kind}("a", "stripe", configuration={given}, {opts})'

    declare(project, with_values("key-0J4vNq", 1))
    project.up()
    made = project.instances()["a"]["id"]
    emulator.clear()
    declare(project, with_values("key-0J4vNq", 2))
    project.up()
    assert writes(emulator) == ["PUT"]
    declare(project, with_values("key-7xY2", 2))
    project.up()
    assert writes(emulator) == ["POST", "DELETE"]
    assert project.instances()["a"]["id"] != made
    project.expect_no_changes()


def test_a_rename_replaces_nothing_where_every_change_does(project: Project, emulator: Emulator) -> None:
    """The ownership tag is written again, which no program has declared."""
    opts = "replace_on_changes=['*']"
    declare(project, f'Instance("a", "stripe", name="A", configuration=stripe, opts=pulumi.ResourceOptions({opts}))')
    project.up()
    emulator.clear()
    opts += ", aliases=[pulumi.Alias(name='a')]"
    declare(project, f'Instance("b", "stripe", name="A", configuration=stripe, opts=pulumi.ResourceOptions({opts}))')
    project.up()
    assert writes(emulator) == ["PUT"]
    project.expect_no_changes()


@CLASSES
@pytest.mark.parametrize("option", ["replacement_trigger", "replace_with", "deleted_with"])
def test_a_replacement_that_the_engine_decides_upon_keeps_the_instance_and_says_so(
    project: Project, emulator: Emulator, kind: str, option: str
) -> None:
    def version(number: int) -> str:
        lead = f'lead = {kind}("lead", "stripe", external_authentication={["none", "initial"][number]!r}, '
        value = {"replacement_trigger": str(number), "replace_with": "[lead]", "deleted_with": "lead"}[option]
        return f"""{lead}configuration=stripe)
{kind}("a", "stripe", configuration=stripe, opts=pulumi.ResourceOptions({option}={value}))"""

    declare(project, version(0))
    project.up()
    made = project.instances()["a"]["id"]
    declare(project, version(1))
    told = f"adopted instance {made} instead of creating another" in project.up().text
    assert told or option == "deleted_with"  # engines such as 3.217.0 replace nothing for it
    assert project.instances()["a"]["id"] == made
    assert emulator.call("GET", f"/instances/{made}").status_code == 200


@CLASSES
def test_a_subclass_with_defaults_of_its_own_can_be_left_and_come_back_to(
    project: Project, emulator: Emulator, kind: str
) -> None:
    own = f"""
class Payments({kind}):
    def __init__(self, name, opts=None):
        super().__init__(name, "stripe", configuration=stripe, opts=opts)

Payments("a")
"""
    declare(project, f'{kind}("a", "stripe", configuration=stripe)')
    project.up()
    for lines in (own, f'{kind}("a", "stripe", configuration=stripe)'):
        declare(project, lines)
        project.expect_no_changes()
    assert emulator.health()["instances"] == 1


def test_a_transform_that_gives_a_dynamic_resource_the_native_provider_is_refused_in_one_line(
    project: Project, emulator: Emulator
) -> None:
    declare(
        project,
        """
account = native.Provider("account")

def given(args):
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(provider=account))
    return pulumi.ResourceTransformResult(args.props, opts)

Instance("a", "stripe", configuration=stripe, opts=pulumi.ResourceOptions(transforms=[given]))
""",
    )
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    (told,) = [line for line in failed.errors if "problem" in line]
    assert f"a provider of cloudelements serves cloudelements:index:Instance, and no {INSTANCE}" in told
    assert emulator.health()["instances"] == 0


def test_a_provider_of_dynamic_resources_reaches_the_account_that_it_names(
    project: Project, emulator: Emulator
) -> None:
    with Emulator().start() as other:
        settings = {"userSecret": USER, "organizationSecret": ORGANIZATION, "baseUrl": other.base_url}
        inputs = {f"cloudelements:{key}": value for key, value in settings.items()}
        declare(
            project,
            f"""
other = pulumi.ProviderResource("pulumi-python", "other", {inputs!r})
Instance("a", "stripe", configuration=stripe, opts=pulumi.ResourceOptions(provider=other))
""",
        )
        project.up()
        assert [platform.health()["instances"] for platform in (emulator, other)] == [0, 1]
        project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
        project.must("destroy", "--yes", "--skip-preview")
        assert other.health()["instances"] == 0


def test_outputs_that_the_options_make_secret_are_secret_and_no_drift(project: Project) -> None:
    options = 'additional_secret_outputs=["hub", "tags", "createdDate"]'
    declare(
        project,
        f"""
a = Instance("a", "stripe", tags=["x-5e1f"], configuration=stripe, opts=pulumi.ResourceOptions({options}))
pulumi.export("hub", a.hub)
""",
    )
    project.up()
    assert "x-5e1f" not in str(project.instances()["a"]["outputs"])
    assert '"hub": "[secret]"' in project.must("stack", "output", "--json").stdout
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.expect_no_changes()
