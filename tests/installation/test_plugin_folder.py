"""`provider/` as a plugin folder: what Pulumi's host for Python does there, step by step, while newer releases are out.

The host upgrades pip first, which would make this another test tomorrow: the pip that `venv` brings must do as well.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2

from tests.installation import decoys
from tests.installation.conftest import INSTALLED
from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.engine import listening
from tests.support.native_provider import NativeProvider, served
from tests.support.project import CHECKOUT, clone_checkout, run

SECONDS = 900


def host_installs(folder: Path, environment: dict[str, str]) -> Path:
    """Make the virtual environment of a plugin folder, and return its Python."""
    options: dict[str, str] = yaml.safe_load((folder / "PulumiPlugin.yaml").read_text(encoding="utf-8"))["runtime"][
        "options"
    ]
    python = folder / options["virtualenv"] / "bin" / "python"
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    for command in (
        [str(base), "-m", "venv", str(folder / options["virtualenv"])],
        [str(python), "-m", "pip", "install", "-r", "requirements.txt"],
        [str(python), "-m", "pip", "check"],
    ):
        outcome = run(command, folder, environment, SECONDS)
        assert outcome.code == 0, f"{' '.join(command)} ended with {outcome.code}:\n{outcome.text}"
    return python


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the repository."""
    return clone_checkout(tmp_path_factory.mktemp("plugin") / "clone")


@pytest.fixture(scope="module")
def python(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of the virtual environment that the host has made in the clone's plugin folder."""
    scratch = tmp_path_factory.mktemp("packages")
    newer = decoys.make(scratch / "decoys", CHECKOUT / "requirements.lock")
    return host_installs(clone / "provider", os.environ | decoys.settings(newer, scratch / "cache"))


@pytest.fixture(params=["in a clone", "copied out of it"])
def folder(request: pytest.FixtureRequest, clone: Path, tmp_path: Path) -> Path:
    """The plugin folder: as it lies in a clone, with a link to the schema, and without the repository around it."""
    if request.param == "in a clone":
        return clone / "provider"
    return Path(shutil.copytree(clone / "provider", tmp_path / "cloudelements", ignore=shutil.ignore_patterns("venv")))


def test_the_folder_serves_the_plugin(
    folder: Path, python: Path, record_property: Callable[[str, object], None]
) -> None:
    schema = json.loads((CHECKOUT / "schema.json").read_text(encoding="utf-8"))
    with (
        Emulator().start() as emulator,
        listening() as engine,
        served(engine.address, str(python), str(folder)) as channel,
    ):
        account = {"userSecret": USER, "organizationSecret": ORGANIZATION, "baseUrl": emulator.base_url}
        provider = NativeProvider(channel, account, engine.diagnostics)
        assert provider.call("GetPluginInfo", Empty()).version == schema["version"]
        assert json.loads(provider.call("GetSchema", provider_pb2.GetSchemaRequest()).schema) == schema
        provider.urn = "urn:pulumi:test::test::cloudelements:index:Instance::payments"
        checked = provider.check({"element": "stripe"})
        assert checked.inputs["name"] == "payments"
        assert ["is required by stripe" in reason for _, reason in checked.failures] == [True]
    record_property(INSTALLED, f"Python 3.{sys.version_info.minor}: provider/ runs as a plugin folder")


def test_git_ignores_what_the_host_makes() -> None:
    ignored = run(["git", "check-ignore", "provider/venv/bin/python"], CHECKOUT, os.environ, SECONDS)
    assert ignored.code == 0
