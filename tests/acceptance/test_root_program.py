"""The program at the top of the repository, from its first deployment to its end."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.support.emulator import Emulator
from tests.support.project import CHECKOUT, Project

VENDOR_SECRETS = {
    "stripeApiKey": "stripe-key-7QpXv2",
    "jiraPassword": "jira-password-9LmRt4",
    "closeioApiKey": "closeio-key-3KsWz8",
    "closeioPassword": "closeio-password-5TnBy6",
    "bigcommercePassword": "bigcommerce-password-1HdFc0",
    "salesforceKey": "salesforce-key-8JgVx3",
    "salesforceSecret": "salesforce-secret-4PwQm9",
    "salesforceRefreshToken": "salesforce-refresh-6ZrKd2",
}
DECLARED = {"stripe-payments", "jira-support", "closeio-leads", "bigcommerce-orders", "salesforce-crm"}


@pytest.fixture
def project(tmp_path: Path, account: dict[str, object]) -> Project:
    secrets = {f"integrations:{key}": (value,) for key, value in VENDOR_SECRETS.items()}
    plain = {"integrations:jiraUsername": "support@example.com", "integrations:bigcommerceUsername": "shop"}
    return Project(tmp_path / "root", CHECKOUT, account | secrets | plain)


def posts(emulator: Emulator) -> list[dict[str, object]]:
    return [request for request in emulator.requests() if request["method"] == "POST"]


def test_an_instance_lives_from_up_to_destroy(project: Project, emulator: Emulator) -> None:
    project.up()
    assert project.instances().keys() == DECLARED
    assert {post["body"]["element"]["key"] for post in posts(emulator)} == {  # type: ignore[index]
        "stripe", "jira", "closeio", "bigcommerce", "sfdc",
    }  # fmt: skip
    project.expect_no_changes()
    project.up("--expect-no-changes")

    project.write("instances/payments.yaml", (project.folder / "instances/payments.yaml").read_text().replace(
        "tags: [payments]", "tags: [payments, europe]"
    ))  # fmt: skip
    before = project.instances()["stripe-payments"]
    project.up()
    after = project.instances()["stripe-payments"]
    assert after["id"] == before["id"]
    assert after["outputs"]["tags"] == ["payments", "europe"]
    assert emulator.counters()["by_method"].get("PUT") == 1

    project.must("refresh", "--yes", "--expect-no-changes")
    project.expect_no_changes()
    project.must("destroy", "--yes", "--skip-preview")
    assert project.instances() == {}
    assert emulator.health()["instances"] == 0


def test_one_post_per_instance_in_the_shape_of_the_documented_request(project: Project, emulator: Emulator) -> None:
    project.up()
    assert len(posts(emulator)) == len(DECLARED)
    (stripe,) = [post for post in posts(emulator) if post["body"]["element"] == {"key": "stripe"}]  # type: ignore[index]
    body = stripe["body"]
    assert isinstance(body, dict)
    declared, stack, resource = body.pop("tags")
    assert (declared, stack) == ("payments", "pulumi:integrations/test")
    assert resource.startswith("pulumi:stripe-payments#")
    assert body == {
        "element": {"key": "stripe"},
        "name": "Payments (test)",
        "configuration": {"api.key": "********"},
    }
    assert stripe["authorization"] == "User …, Organization …"


def test_state_holds_no_secret_in_clear(project: Project) -> None:
    project.up()
    export = project.export()
    tokens = [output["token"] for output in project.outputs().values()]
    assert len(tokens) == len(DECLARED)
    for secret in (*tokens, *VENDOR_SECRETS.values(), "emulator-user", "emulator-organization"):
        assert secret not in export


def test_a_token_is_read_with_show_secrets_alone(project: Project, emulator: Emulator) -> None:
    project.up()
    hidden = project.must("stack", "output", "stripe-payments").stdout
    shown = project.must("stack", "output", "stripe-payments", "--show-secrets").stdout
    token = project.outputs()["stripe-payments"]["token"]
    assert token in shown
    assert token not in hidden
    answer = requests.get(
        f"{emulator.base_url}/instance",
        headers={"Authorization": f"User emulator-user, Organization emulator-organization, Element {token}"},
        timeout=5,
    )
    assert answer.json()["name"] == "Payments (test)"


def test_missing_stack_config_is_named_all_at_once(project: Project, emulator: Emulator) -> None:
    project.configure({"integrations:stripeApiKey": None, "integrations:jiraPassword": None})
    outcome = project.pulumi("up", "--yes", "--skip-preview")
    assert outcome.code != 0
    not_set = "is not set for stack test (pulumi config set --secret"
    for place, key in (
        ('instances/payments.yaml:8:7: instances.stripe-payments.configuration["api.key"]', "stripeApiKey"),
        ("instances/support.yaml:8:7: instances.jira-support.configuration.password", "jiraPassword"),
    ):
        assert f"{place}: integrations:{key} {not_set} {key} …)" in outcome.text
    assert "Traceback" not in outcome.text
    assert posts(emulator) == []
