"""What make itself promises: its list of targets, its environment, and quiet where there is nothing to do."""

from __future__ import annotations

import re
import sys

import pytest

from tests.tools.checkout import Checkout, write_program

SHOWN = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_STACK")
FOREIGN = {
    "PULUMI_BACKEND_URL": "https://example.invalid",
    "PULUMI_CONFIG_PASSPHRASE": "another",
    "PULUMI_CONFIG_PASSPHRASE_FILE": "/nowhere",
    "PULUMI_ACCESS_TOKEN": "another",
    "PULUMI_STACK": "production",
    "PULUMI_HOME": "/nowhere",
    "PULUMI_PYTHON_CMD": "/nowhere",
    "PULUMI_DIY_BACKEND_GZIP": "true",
    "CLOUDELEMENTS_USER_SECRET": "another",
}


def test_a_bare_make_lists_every_target_with_its_help(checkout: Checkout) -> None:
    listed = checkout.run("make").stdout
    phony = re.findall(r"^\.PHONY: (.*)$", (checkout.root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    targets = set(" ".join(phony).split()) - {"help", "python"}
    assert {"up", "preview", "refresh", "destroy", "down", "reset", "env", "test", "lint", "lock", "clean"} <= targets
    assert set(re.findall(r"^  ([\w-]+) +\S", listed, re.MULTILINE)) == targets


def test_env_leads_plain_pulumi_to_stack_local_whatever_was_exported(checkout: Checkout) -> None:
    checkout.environment |= FOREIGN
    script = """
        eval $(make env) && cd tools &&
        printf '%s\\n' "$PATH" "${PULUMI_CONFIG_PASSPHRASE_FILE-unset}" "${PULUMI_ACCESS_TOKEN-unset}" \
            "${CLOUDELEMENTS_USER_SECRET-unset}" "$PULUMI_STACK" && pulumi stack ls --json
    """
    done = checkout.run("sh", "-c", script)
    assert done.returncode == 0, done.stderr
    path, *variables = done.stdout.splitlines()[:5]
    assert path.startswith(f"{checkout.root}/.venv/bin:{checkout.root}/.local/cli:")
    assert variables == ["unset", "unset", "unset", "local"]
    assert '"name": "local"' in done.stdout
    assert (checkout.root / ".local" / "state" / ".pulumi" / "stacks" / "miniature" / "local.json").exists()


def test_env_is_the_same_from_another_folder_and_for_a_second_time(checkout: Checkout) -> None:
    where = 'printf \'%s\\n\' "$PATH" "$PULUMI_HOME" "$PULUMI_BACKEND_URL"'
    once = f'eval $(make -s -C "$1" env) && {where}'
    first = checkout.run("sh", "-c", once, "sh", str(checkout.root), cwd=checkout.root.parent)
    again = checkout.run("sh", "-c", f"{once} > /dev/null; {once}", "sh", str(checkout.root), cwd=checkout.root.parent)
    assert f"{checkout.root}/.local/pulumi" in first.stdout, first.stderr
    assert again.stdout == first.stdout


@pytest.mark.parametrize("broken", ["cli", "local"])
def test_no_command_goes_on_to_another_backend_where_env_fails(checkout: Checkout, broken: str) -> None:
    (checkout.root / "tools" / f"{'pulumi_cli' if broken == 'cli' else 'local'}.py").write_text("raise SystemExit(3)")
    done = checkout.run("sh", "-c", 'eval "$(make env)" && echo "went on"')
    assert done.returncode != 0
    assert done.stdout == ""


def test_the_engine_that_was_asked_for_is_the_one_of_every_make_below(checkout: Checkout) -> None:
    checkout.environment |= FOREIGN | {"PULUMI_VERSION": "3.217.0"}
    seen = checkout.local("run", "sh", "-c", 'echo "$PULUMI_VERSION ${PULUMI_STACK-unset}"').stdout
    assert seen == "3.217.0 unset\n"
    assert "PULUMI_VERSION" not in checkout.local("env").stdout


def test_a_proxy_of_the_users_is_no_way_to_the_emulator(checkout: Checkout) -> None:
    checkout.environment |= {"NO_PROXY": "intranet.example", "http_proxy": "http://127.0.0.1:1"}
    seen = checkout.local("run", "sh", "-c", 'echo "$no_proxy $NO_PROXY"').stdout.split()
    assert seen == ["intranet.example,127.0.0.1,localhost"] * 2


def test_the_oldest_sdk_has_a_virtual_environment_of_its_own(checkout: Checkout) -> None:
    (checkout.root / "requirements-oldest-sdk.lock").touch()
    write_program(checkout.root / ".venv-oldest-sdk" / "bin" / "python", f'exec "{sys.executable}" "$@"')
    (checkout.root / ".venv-oldest-sdk" / "installed").touch()
    first = checkout.run("sh", "-c", 'eval $(make SDK=oldest env) && echo "$PATH"')
    assert first.stdout.startswith(f"{checkout.root}/.venv-oldest-sdk/bin:{checkout.root}/.local/cli:"), first.stderr


def test_an_sdk_that_there_is_not_is_one_line(checkout: Checkout) -> None:
    done = checkout.run("make", "SDK=older", "venv")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"Makefile:\d+: \*\*\* SDK is newest or oldest, not older\.  Stop\.\n", done.stderr)


@pytest.mark.parametrize("target", ["down", "reset", "destroy"])
def test_nothing_to_stop_or_drop_is_quiet_and_installs_nothing(checkout: Checkout, target: str) -> None:
    (checkout.root / ".venv" / "installed").unlink()
    done = checkout.run("make", target)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (checkout.root / ".local").exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (None, "is not there: install Python 3.10 or later, or name one, as in make PYTHON=python3.12"),
        (
            f"exec '{sys.executable}' -c 'import sys; sys.version_info = (3, 9, 1); exec(sys.argv[1])' \"$2\"",
            "is 3.9: name another, as in make PYTHON=python3.12",
        ),
    ],
)
def test_a_python_that_cannot_serve_is_one_line(checkout: Checkout, script: str | None, said: str) -> None:
    python = checkout.root.parent / "python"
    if script:
        write_program(python, script)
    (checkout.root / ".venv" / "installed").unlink()
    done = checkout.run("make", "venv", f"PYTHON={python}")
    assert done.returncode != 0
    assert [line for line in done.stderr.splitlines() if said in line] == [done.stderr.splitlines()[0]]
    assert not (checkout.root / ".venv" / "installed").exists()
    assert (checkout.root / ".venv" / "bin" / "python").exists()
