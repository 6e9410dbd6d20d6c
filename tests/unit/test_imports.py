"""What the provider needs, what a program pays for the import, and what of the provider goes into every state."""

from __future__ import annotations

import ast
import base64
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from pulumi_cloudelements.dynamic import InstanceProvider

BY_REFERENCE = b"\x8c\x1cpulumi_cloudelements.dynamic\x94\x8c\x10InstanceProvider\x94\x93\x94)\x81\x94."
"""Module and class by name, and no attribute. Frozen: states hold these bytes, and destroy needs them."""

ROOT = Path(__file__).parents[2]

SDKS_OWN = {"grpc", "google"}
"""What is imported because the engine's SDK raises and returns it, so that the SDK alone can say which version."""


def imported(module: Path) -> Iterator[str]:
    """The packages that a module imports, by the first of their names."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_each_library_that_the_provider_imports_is_declared() -> None:
    modules = (ROOT / "provider" / "pulumi_cloudelements").rglob("*.py")
    names = {name for module in modules for name in imported(module)}
    foreign = names - sys.stdlib_module_names - {"pulumi_cloudelements"} - SDKS_OWN
    libraries = {library.lower() for name in foreign for library in packages_distributions()[name]}
    declared = re.search(r"(?ms)^dependencies = \[\n(.+?)^\]", (ROOT / "pyproject.toml").read_text())
    assert declared
    assert libraries == set(re.findall(r'^ +"([\w-]+)', declared[1], re.MULTILINE))


def interpreted(program: str, **environment: str) -> str:
    """What a program prints in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "module", ["pulumi_cloudelements", "pulumi_cloudelements.declarations", "pulumi_cloudelements.native"]
)
def test_a_program_loads_no_http_library_and_no_emulator(module: str) -> None:
    unwanted = {"requests", "urllib3", "cloudelements_emulator"}
    assert interpreted(f"import sys, {module}; print({unwanted!r} & sys.modules.keys())") == "set()"


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_the_pickled_provider_is_the_same_small_reference_everywhere(seed: str) -> None:
    program = (
        "from pulumi.dynamic.dynamic import serialize_provider\n"
        "from pulumi_cloudelements.dynamic import InstanceProvider\n"
        "print(serialize_provider(InstanceProvider()))"
    )
    pickled = base64.b64decode(interpreted(program, PYTHONHASHSEED=seed))
    header = 11  # protocol and frame length, which the version of Python chooses
    assert pickled[header:] == BY_REFERENCE


def test_the_provider_holds_no_attribute_in_a_program() -> None:
    assert vars(InstanceProvider()) == {}
    assert InstanceProvider.serialize_as_secret_always is False


def test_the_type_is_frozen() -> None:
    program = "from pulumi_cloudelements import Instance; print(Instance._resource_type_name)"
    assert interpreted(program) == "dynamic/cloudelements:Instance"


@pytest.mark.parametrize("module", ["pulumi_cloudelements", "pulumi_cloudelements.native"])
def test_a_process_without_a_program_keeps_its_exception_hook(module: str) -> None:
    """Such as the host of dynamic providers, which other people's providers share."""
    assert interpreted(f"import sys, {module}; print(sys.excepthook is sys.__excepthook__)") == "True"


RUNNING = """
import sys
from pulumi.runtime import settings
settings.configure(settings.Settings("integrations", "staging", monitor=object()))
import pulumi_cloudelements
print(sys.excepthook is sys.__excepthook__)
"""


def test_an_application_that_runs_a_program_in_its_own_process_keeps_its_exception_hook() -> None:
    assert interpreted(RUNNING) == "True"


@pytest.mark.parametrize("module", ["pulumi_cloudelements", "pulumi_cloudelements.native"])
@pytest.mark.parametrize(
    ("raised", "last"),
    [("KeyboardInterrupt", []), ("ValueError('a fault of the program')", ["ValueError: a fault of the program"])],
)
def test_pulumis_own_process_of_a_program_ends_quietly_when_it_is_interrupted(
    tmp_path: Path, module: str, raised: str, last: list[str]
) -> None:
    script = tmp_path / "pulumi-language-python-exec"
    script.write_text(f"import {module}\nraise {raised}\n")
    done = subprocess.run([sys.executable, "-u", script, "program"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1:] == last
