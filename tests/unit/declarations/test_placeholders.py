"""Placeholders: what is filled in, where it becomes a boolean or a number, and what stays secret."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pulumi
import pytest

from pulumi_cloudelements.declarations.placeholders import Secret, fill, is_whole, stack_values, typed
from tests.support.yaml_folder import SECRET, loaded, problems, resolve, written


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${config.word}", "maybe"),
        ("${stack}", "staging"),
        ("a ${stack} of ${project}!", "a staging of integrations!"),
        ("${stack}${stack}", "stagingstaging"),
        ("$${stack}", "${stack}"),
        ("$${stack} in ${stack}", "${stack} in staging"),
        ("where=created >'$${epoch}'", "where=created >'${epoch}'"),
        ("$stack", "$stack"),
        ("{stack}", "{stack}"),
        ("$", "$"),
        ("", ""),
    ],
)
def test_a_placeholder_is_filled_in_and_a_literal_stands(tmp_path: Path, text: str, filled: str) -> None:
    yaml = f'instances: {{x: {{element: stripe, configuration: {{a: "{text}", b: {{c: ["{text}"]}}}}}}}}'
    (declaration,) = loaded(written(tmp_path, one=yaml))
    assert declaration.arguments["configuration"] == {"a": filled, "b": {"c": [filled]}}


@pytest.mark.parametrize("text", ["${config.key}", "a ${config.key} b", "${stack}${config.key}", "$${${config.key}"])
def test_a_text_with_a_secret_in_it_is_a_secret(text: str) -> None:
    filled = fill(text, resolve)
    assert isinstance(filled, Secret)
    assert SECRET in filled.value


def secrets(folder: Path) -> dict[str, bool]:
    """Which of the arguments and configuration values of a folder's one entry are secret outputs."""

    async def program() -> dict[str, bool]:
        (declaration,) = loaded(folder)
        values = {**declaration.arguments, **declaration.arguments.get("configuration", {})}
        return {
            key: await value.is_secret() if isinstance(value, pulumi.Output) else False for key, value in values.items()
        }

    return asyncio.run(program())


def test_a_secret_becomes_a_secret_output(tmp_path: Path) -> None:
    text = "instances: {x: {element: stripe, configuration: {api.key: '${config.key}', note: '${stack}'}}}"
    assert secrets(written(tmp_path, one=text)) == {
        "element": False, "configuration": False, "api.key": True, "note": False
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("no", "boolean", "no"),
        ("True", "boolean", "True"),
        ("15", "number", 15),
        ("1.5", "number", 1.5),
        ("015", "number", "015"),
        ("", "number", ""),
        ("9" * 400, "number", "9" * 400),
    ],
)
def test_what_stands_for_a_boolean_or_a_number_becomes_one_where_that_is_wanted(
    text: str, kind: str, value: Any
) -> None:
    assert typed(text, kind) == value
    assert type(typed(text, kind)) is type(value)
    assert typed(Secret(text), kind) == Secret(value)


@pytest.mark.parametrize(
    ("text", "whole"),
    [("${a}", True), ("${a}${b}", False), (" ${a}", False), ("$${a}", False), ("${a", False), ("", False)],
)
def test_a_text_is_whole_that_is_one_placeholder_and_nothing_else(text: str, whole: bool) -> None:
    assert is_whole(text) == whole


def test_config_serves_booleans_and_numbers_where_a_property_wants_them(tmp_path: Path) -> None:
    text = """
    instances:
      x:
        element: closeio
        name: ${config.number}
        enabled: ${config.no}
        tags: ["${config.yes}"]
        configuration:
          event.notification.enabled: ${config.yes}
          filter.response.nulls: is ${config.yes}
          event.poller.refresh_interval: ${config.number}
          event.notification.signature.key: ${config.number}
          other: ${config.yes}
    """
    (problem,) = problems(written(tmp_path, one=text))
    assert problem == 'one.yaml:10:11: instances.x.configuration["filter.response.nulls"]: must be true or false'
    (declaration,) = loaded(written(tmp_path, one=text.replace("is ${config.yes}", "${config.no}")))
    assert declaration.arguments == {
        "element": "closeio",
        "name": "15",
        "enabled": False,
        "tags": ["true"],
        "configuration": {
            "event.notification.enabled": True,
            "filter.response.nulls": False,
            "event.poller.refresh_interval": 15,
            "event.notification.signature.key": "15",
            "other": "true",
        },
    }


def test_a_secret_boolean_stays_secret_and_is_checked(tmp_path: Path) -> None:
    text = "instances: {{x: {{element: a, enabled: '${{config.{}}}'}}}}"
    assert secrets(written(tmp_path, one=text.format("hidden"))) == {"element": False, "enabled": True}
    assert problems(written(tmp_path, one=text.format("key"))) == [
        "one.yaml:1:29: instances.x.enabled: must be true or false"
    ]


def test_a_value_of_the_config_that_cannot_be_used_is_a_problem_before_anything_is_declared(tmp_path: Path) -> None:
    text = "instances: {x: {element: a, adopt: '${config.word}', external_authentication: '${config.key}'}}"
    assert problems(written(tmp_path, one=text)) == [
        "one.yaml:1:29: instances.x.adopt: must be the number of an instance",
        "one.yaml:1:54: instances.x.external_authentication: must be none or initial",
    ]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{element: x, name: 'a${stack'}", "instances.x.name: ${ has no end; write $${ for a literal ${"),
        ("{element: x, name: '${}'}", "instances.x.name: ${} has no value"),
        (
            "{element: x, configuration: {'a${stack}': b}}",
            'instances.x.configuration["a${stack}"]: placeholders stand in values alone',
        ),
    ],
)
def test_a_placeholder_that_cannot_be_filled_in_is_a_problem(tmp_path: Path, entry: str, problem: str) -> None:
    (told,) = problems(written(tmp_path, one=f"instances: {{x: {entry}}}"))
    assert told.endswith(problem)


@pytest.mark.parametrize(
    ("key", "how"),
    [
        ("stripeApiKey", "pulumi config set --secret stripeApiKey …"),
        ("jiraPassword", "pulumi config set --secret jiraPassword …"),
        ("jiraUrl", "pulumi config set jiraUrl …, with --secret if it is secret"),
    ],
)
def test_a_value_that_is_not_set_is_advised_to_be_set_as_a_secret_where_it_is_one(key: str, how: str) -> None:
    with pytest.raises(LookupError) as caught:
        stack_values(f"config.{key}")
    assert str(caught.value).endswith(f" ({how})")
