"""What the documents say is true: every snippet is run, in a fresh clone where it is about one."""

from __future__ import annotations

import os
import re
import signal
import site
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pulumi_cloudelements.declarations.loader import load
from tests.acceptance.test_root_program import VENDOR_SECRETS
from tests.support.documents import PAGES, rows, section, snippet, snippets
from tests.support.emulator import Emulator
from tests.support.project import CHECKOUT, Outcome, Project, clone_checkout, run


def sh(script: str, folder: Path, **environment: str) -> Outcome:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return run(["sh", "-eu", "-c", script], folder, outer | environment, seconds=600)


def must(script: str, folder: Path, **environment: str) -> Outcome:
    outcome = sh(script, folder, **environment)
    assert outcome.code == 0, f"{script}\nended with {outcome.code}:\n{outcome.text}"
    return outcome


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh clone, its path with a blank in it and the emulator on a free port. Its processes end with the test."""
    folder = clone_checkout(tmp_path_factory.mktemp("documents") / "a clone")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    local = folder / "Pulumi.local.yaml"
    local.write_text(local.read_text().replace(":8765/", f":{port}/"))
    try:
        yield folder
    finally:
        must("make down", folder)


def test_the_commands_of_a_fresh_clone(clone: Path) -> None:
    two, reading = snippet("sh", "make up      # virtual"), snippet("sh", 'eval "$(make env)"')
    first = must(two, clone, PYTEST_ARGS="-q tests/unit/test_schema.py")
    assert "5 created" in first.text or "6 created" in first.text
    assert " passed" in first.text
    second = must("make up", clone)
    assert "6 unchanged" in second.text
    assert "created" not in second.text
    token = re.search(r'"token": ?"([^"]+)"', must(reading, clone).stdout)
    assert token
    assert token[1] not in must('eval "$(make env)"; pulumi stack export', clone).text
    for command in ("preview", "refresh", "recover", "destroy", "down", "reset"):
        assert f"`make {command}`" in PAGES["CONTRIBUTING.md"]
        must(f"make {command}", clone)
    assert not (clone / ".local/emulator.db").exists()


def test_every_make_target_that_a_document_names_exists(clone: Path) -> None:
    targets = set(re.findall(r"^  ([\w-]+) ", must("make", clone).stdout, re.MULTILINE))
    named = {word for text in PAGES.values() for word in re.findall(r"`make (?:\w+=[^\s`]+ )?([a-z][\w-]*)", text)}
    named |= {
        word
        for text in PAGES.values()
        for code in snippets(text, "sh")
        for word in re.findall(r"make (?:\w+=\S+ )?([a-z][\w-]*)", code)
    }
    assert named
    assert named <= targets


@pytest.mark.parametrize("source", ["checkout", "wheel"])
def test_installing_the_package_brings_the_provider_and_the_emulator(tmp_path: Path, source: str) -> None:
    checkout, environment = clone_checkout(tmp_path / "checkout"), tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=120)
    (packages,) = environment.glob("lib/python*/site-packages")
    # What the package depends on, and what builds it, is here already; the package itself must come from its source.
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    settings = {
        "PATH": f"{environment}/bin:{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_IGNORE_INSTALLED": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it so: no isolation
    }
    install = snippet("sh", "pip install .")
    if source == "wheel":
        must("pip wheel --quiet --wheel-dir . .", checkout, **settings)
        (wheel,) = checkout.glob("*.whl")
        install = install.replace("install .", f"install {wheel}").replace('".[', f'"{wheel}[')
    must(install, checkout, **settings)
    where = "import pulumi_cloudelements as p, pulumi_cloudelements.model.schema as s; s.package(); print(p.__file__)"
    assert must(f"python -c '{where}'", tmp_path, **settings).stdout.startswith(str(packages))
    assert must("pulumi-resource-cloudelements --version", tmp_path, **settings).stdout
    assert "--data" in must("cloudelements-emulator --help", tmp_path, **settings).stdout


def test_the_emulator_starts_as_documented(tmp_path: Path) -> None:
    command = snippet("sh", "cloudelements-emulator").replace("8765", "0")
    process = subprocess.Popen(
        ["sh", "-c", f"exec {command}"], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )  # fmt: skip
    with process:
        assert process.stdout
        assert "listening on http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    assert (tmp_path / "emulator.db").exists()


def test_a_pipeline_deploys_staging_as_documented(tmp_path: Path, emulator: Emulator) -> None:
    project = Project(tmp_path / "root", CHECKOUT)
    staging = (CHECKOUT / "Pulumi.staging.yaml").read_text(encoding="utf-8")
    address = re.search(r"baseUrl: (\S+)", staging)
    assert address
    project.write("Pulumi.staging.yaml", staging.replace(address[1], emulator.base_url))
    must("pulumi stack init staging", project.folder, **project.environment)
    for key, value in VENDOR_SECRETS.items():
        must(f"pulumi config set --stack staging --secret {key} {value}", project.folder, **project.environment)
    account = {"MY_USER_SECRET": "emulator-user", "MY_ORGANIZATION_SECRET": "emulator-organization"}
    pipeline = snippet("sh", "set -eu    # whatever fails ends the pipeline")
    must(pipeline, project.folder, **project.environment | account)
    assert emulator.health()["instances"] == len(VENDOR_SECRETS) - 3
    must(pipeline, project.folder, **project.environment | account)
    assert {method: count for method, count in emulator.counters()["by_method"].items() if method != "GET"} == {
        "POST": len(VENDOR_SECRETS) - 3
    }


def test_credentials_are_set_as_documented(tmp_path: Path, emulator: Emulator) -> None:
    project = Project(tmp_path / "quickstart", CHECKOUT / "examples/quickstart-py")
    project.configure({"quickstart-py:stripeApiKey": ("key-0J4vNq",), "cloudelements:baseUrl": emulator.base_url})
    account = {"MY_USER_SECRET": "emulator-user", "MY_ORGANIZATION_SECRET": "emulator-organization"}
    must(snippet("sh", "pulumi config set --secret"), project.folder, **project.environment | account)
    assert "emulator-user" not in project.stack_file.read_text()
    project.up()


def test_an_instance_is_imported_as_documented(tmp_path: Path, account: dict[str, object], emulator: Emulator) -> None:
    body = {"element": {"key": "stripe"}, "name": "Payments", "configuration": {"api.key": "key-0J4vNq"}}
    made = str(emulator.call("POST", "/instances", json=body).json()["id"])
    project = Project(tmp_path / "import", config=account)
    imported = must(snippet("sh", "pulumi import"), project.folder, **project.environment, INSTANCE_ID=made)
    assert project.instances()["payments"]["id"] == made
    assert "using pulumi-resource-cloudelements from $PATH" in imported.text
    # Where the plugin is not on PATH, and in silence:
    declared = yaml.safe_load(snippet("yaml", "plugins:"))
    project.write("Pulumi.yaml", yaml.safe_dump({"name": "test", "runtime": "python"} | declared))
    refreshed = project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert "$PATH" not in refreshed.text


def test_the_documents_show_the_quickstart_as_it_is() -> None:
    assert snippet("python", '"""A Stripe') == (CHECKOUT / "examples/quickstart-py/__main__.py").read_text()
    assert snippet("typescript", "/** A Stripe") == (CHECKOUT / "examples/quickstart-ts/index.ts").read_text()


def test_the_documents_show_a_declaration_that_loads(tmp_path: Path) -> None:
    (tmp_path / "payments.yaml").write_text(snippet("yaml", "instances:"))
    (declaration,) = load(tmp_path, lambda name: f"<{name}>")
    assert declaration.arguments["configuration"] == {"api.key": "<config.stripeApiKey>"}
    assert declaration.arguments["name"] == "Payments (<stack>)"


def test_every_error_that_troubleshooting_quotes_is_one_of_ours_or_the_engines() -> None:
    table = rows(section("docs/troubleshooting.md", "Errors and warnings"))
    quoted = [message.strip("`") for message, _ in table]
    ours = "".join(file.read_text() for file in (CHECKOUT / "provider/pulumi_cloudelements").rglob("*.py"))
    platforms = (CHECKOUT / "emulator/cloudelements_emulator/errors.py").read_text()
    engines = {
        "incorrect passphrase",
        "the stack is currently locked",
        "Resource monitor has terminated",
        "using pulumi-resource-cloudelements from $PATH",
    }
    named = {"cloudelements:userSecret or CLOUDELEMENTS_USER_SECRET is not set": " is not set "}
    for error in set(quoted) - engines:
        assert named.get(error, error.removeprefix("401 ")) in ours + platforms, error


def test_every_promise_names_a_test_that_there_is() -> None:
    promises = rows(section("docs/reliability.md", "What it promises"))
    assert len(promises) > 10
    for _, proof in promises:
        file, _, test = proof.strip("`").partition("::")
        assert f"def {test or 'test_'}" in (CHECKOUT / file).read_text(encoding="utf-8"), file


def test_staging_and_production_want_the_same_values_as_local() -> None:
    local = yaml.safe_load((CHECKOUT / "Pulumi.local.yaml").read_text())["config"]
    wanted = {key for key in local if key.startswith("integrations:")}
    for name in ("staging", "production"):
        text = (CHECKOUT / f"Pulumi.{name}.yaml").read_text()
        set_there = set(yaml.safe_load(text)["config"])
        by_owner = {key for key in wanted - set_there if key.removeprefix("integrations:") in text}
        assert wanted <= set_there | by_owner
