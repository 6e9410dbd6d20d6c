"""The commands behind `make` for stack `local`: its emulator, its state, and the environment that pulumi runs in."""

from __future__ import annotations

import os
import shutil

import click

import emulator_process
import environment
import stack
from layout import PULUMI_HOME, ROOT, STATE

PASS_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}


@click.group()
def local() -> None:
    """Work with stack local."""


@local.command()
def start() -> None:
    """Start the emulator, where this checkout's isn't running yet."""
    emulator_process.start()


@local.command()
def stop() -> None:
    """Stop this checkout's emulator; its data stays."""
    emulator_process.stop()


@local.command()
def reset() -> None:
    """Stop the emulator, then drop its data and the stack's state: each would be wrong without the other."""
    stack.refuse_while_running()
    emulator_process.stop()
    emulator_process.drop_data()
    for folder in (STATE, PULUMI_HOME):
        shutil.rmtree(folder, ignore_errors=True)


@local.command()
def unlock() -> None:
    """Clear a lock that a killed run has left."""
    stack.unlock()


@local.command()
def summary() -> None:
    """Say what is deployed, where the emulator is, and how to read a token."""
    deployed = stack.instances()
    click.echo(f"\nInstances on stack {environment.STACK}: {len(deployed)}")
    for instance in deployed:
        click.echo(f"  {instance.resource:<24} {instance.element:<12} id {instance.id:<8} {instance.name}")
    click.echo(
        f"Emulator: {emulator_process.base_url()} (log: {emulator_process.LOG.relative_to(ROOT)}; make down stops it)"
    )
    if deployed:
        click.echo(f"A token:  eval $(make env) && pulumi stack output {deployed[0].resource} --show-secrets")


@local.command()
def env() -> None:
    """Print what makes plain pulumi in the user's shell work on the stack."""
    click.echo("\n".join(environment.shell_lines(os.environ)))


@local.command(context_settings=PASS_ON)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(command: tuple[str, ...]) -> None:
    """Run COMMAND with this checkout's programs first on PATH, and none of the user's stack settings."""
    _become(command, environment.checkout(os.environ))


@local.command(context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def pulumi(arguments: tuple[str, ...]) -> None:
    """Run pulumi with ARGUMENTS in the environment of the stack."""
    _become(("pulumi", *arguments), stack.environment())


def _become(command: tuple[str, ...], variables: dict[str, str]) -> None:
    # In make's place: signals, terminal and exit code are the command's own.
    try:
        os.execvpe(command[0], command, variables)  # noqa: S606 (the Makefile's own command)
    except OSError as problem:
        raise click.ClickException(f"{command[0]}: {problem.strerror}") from None


if __name__ == "__main__":
    local()
