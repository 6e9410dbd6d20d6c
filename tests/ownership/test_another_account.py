"""Credentials of another account change nothing: what is not there is not believed deleted, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pulumi_cloudelements.errors import AnotherAccount
from pulumi_cloudelements.model.instance import InstanceState
from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.runs import LIST, STRIPE, Account, Run

OTHER: dict[str, Any] = {"user_secret": "other-user", "organization_secret": "other-organization"}
CHANGED = replace(STRIPE, configuration={"api.key": "sk_live_77"})

OPERATIONS: dict[str, Callable[[Run, InstanceState], object]] = {
    "diff": lambda run, state: run.diff(state),
    "diff of a change": lambda run, state: run.diff(state, CHANGED),
    "read": lambda run, state: run.core.read(state, run.owner("payments"), run.tell),
    "update": lambda run, state: run.update(state, CHANGED),
    "disable": lambda run, state: run.update(state, replace(STRIPE, enabled=False)),
    "delete": lambda run, state: run.delete(state),
}


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Emulator]:
    """Another account, which has instances with the ids of this one."""
    with Emulator().start("--user-secret", "other-user", "--organization-secret", "other-organization") as running:
        theirs = Account(running, "theirs").run(**OTHER)
        for name in map(str, range(3)):
            theirs.create(name)
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Account]:
    """This account, whose ids begin at 1."""
    with Emulator().start("--data", str(tmp_path / "home.db")) as running:
        yield Account(running, "staging")


def abroad(home: Account, elsewhere: Emulator) -> Run:
    """A run of the stack with credentials of the other account."""
    return home.run(base_url=elsewhere.base_url, **OTHER)


@contextmanager
def rotated(home: Account, tmp_path: Path, **secrets: Any) -> Iterator[Run]:
    """A run of the stack after the platform has got other secrets for the account."""
    home.emulator.stop()
    arguments = [f"--{name.replace('_', '-')}={secret}" for name, secret in secrets.items()]
    with Emulator().start("--data", str(tmp_path / "home.db"), *arguments) as running:
        yield Account(running, home.stack).run(**secrets)


@pytest.mark.parametrize("there", [True, False], ids=["the id exists in both", "the id exists in one"])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_nothing_is_believed_or_written(
    home: Account, elsewhere: Emulator, operation: Callable[[Run, InstanceState], object], there: bool
) -> None:
    states = [home.run().create(f"payments{number}") for number in range(3 if there else 4)]
    elsewhere.clear()
    run = abroad(home, elsewhere)
    with pytest.raises(AnotherAccount) as refused:
        operation(run, states[-1])
    message = str(refused.value)
    assert elsewhere.base_url in message
    assert f"pulumi config set cloudelements:account {run_fingerprint(run)}" in message
    assert set(elsewhere.counters()["by_method"]) <= {"GET"}
    assert len(home.ids()) == len(states)


def run_fingerprint(run: Run) -> str | None:
    """The account of a run."""
    return run.core._identity.fingerprint  # noqa: SLF001 - what the message names


def test_the_refusal_is_long_once(home: Account, elsewhere: Emulator) -> None:
    states = [home.run().create(name) for name in ("a", "b", "c")]
    elsewhere.clear()
    run, texts = abroad(home, elsewhere), []
    for state in states:
        with pytest.raises(AnotherAccount) as refused:
            run.diff(state)
        texts.append(str(refused.value))
    assert [("pulumi config set" in text) for text in texts] == [True, False, False]
    assert all(f"instance {state.id}" in text for state, text in zip(states, texts, strict=True))
    assert elsewhere.counters()["by_call"][LIST] == 1


def test_a_new_resource_of_a_run_that_was_refused_is_not_made_there(home: Account, elsewhere: Emulator) -> None:
    state = home.run().create()
    elsewhere.clear()
    run = abroad(home, elsewhere)
    with pytest.raises(AnotherAccount):
        run.diff(state)
    with pytest.raises(AnotherAccount):
        run.create("new")
    assert set(elsewhere.counters()["by_method"]) <= {"GET"}


def test_the_right_account_goes_on_where_it_was(home: Account, elsewhere: Emulator) -> None:
    state = home.run().create()
    with pytest.raises(AnotherAccount):
        abroad(home, elsewhere).read(state)
    run = home.run()
    assert run.diff(run.read(state)) == []


@pytest.mark.parametrize(
    "secrets",
    [
        {"user_secret": "user-2"},
        {"organization_secret": "organization-2"},
        {"user_secret": "user-2", "organization_secret": "organization-2"},
    ],
    ids=" and ".join,
)
def test_an_account_is_known_again_after_its_secrets_were_rotated(
    home: Account, tmp_path: Path, secrets: dict[str, Any]
) -> None:
    kept, deleted = (home.run().create(name) for name in ("kept", "deleted"))
    home.emulator.call("DELETE", f"/instances/{deleted.id}")
    with rotated(home, tmp_path, **secrets) as run:
        assert run.core.read(deleted, run.owner("deleted"), run.tell) is None
        assert run.diff(kept, name="kept") == []
        read = run.read(kept, "kept")
        assert read.fingerprint == run_fingerprint(run)
        run.delete(run.update(read, CHANGED, "kept"))
        assert run.told == []


def test_an_organization_secret_alone_says_nothing_of_the_account(home: Account, tmp_path: Path) -> None:
    """So that the last instance of a stack is believed deleted after its rotation."""
    state = home.run().create()
    home.emulator.call("DELETE", f"/instances/{state.id}")
    with rotated(home, tmp_path, organization_secret="organization-2") as run:
        assert run.core.read(state, run.owner("payments"), run.tell) is None


def test_where_nothing_tells_the_account_the_stack_config_does(home: Account, elsewhere: Emulator) -> None:
    state = home.run().create()
    fingerprint = run_fingerprint(abroad(home, elsewhere))
    moved = home.run(base_url=elsewhere.base_url, account=fingerprint, **OTHER)
    assert moved.core.read(replace(state, id="99"), moved.owner("payments"), moved.tell) is None
    wrong = home.run(base_url=elsewhere.base_url, account="acct-0123456789ab", **OTHER)
    with pytest.raises(AnotherAccount):
        wrong.read(state)


@pytest.mark.parametrize("seen", [True, False])
def test_a_state_that_does_not_tell_the_account_believes_a_deletion_where_the_stack_has_instances(
    home: Account, seen: bool
) -> None:
    state = replace(home.run().create(), fingerprint=None)
    if seen:
        home.run().create("another")
    run = home.run()
    assert run.diff(state) == []
    assert run.read(state).fingerprint == run_fingerprint(run)
    home.emulator.call("DELETE", f"/instances/{state.id}")
    believes: Any = home.run()
    if seen:
        assert believes.core.read(state, believes.owner("payments"), believes.tell) is None
        believes.delete(state)
    else:
        for operation in ("read", "delete"):
            with pytest.raises(AnotherAccount, match="that the state does not tell"):
                OPERATIONS[operation](home.run(), state)


def test_a_state_reveals_no_secret(home: Account) -> None:
    kept = str(home.run().create().to_properties())
    assert USER not in kept
    assert ORGANIZATION not in kept
