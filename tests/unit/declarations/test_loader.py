"""YAML to declarations: what is filled in, and how every problem of every file is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_cloudelements.declarations.loader import DeclarationError, load
from pulumi_cloudelements.declarations.loader import _stack_values as stack_values

VALUES = {"config.key": "sk_live_5e1f", "stack": "staging", "project": "integrations"}


def resolve(name: str) -> str:
    """A stack with three values."""
    try:
        return VALUES[name]
    except KeyError:
        raise LookupError(f"${{{name}}} has no value") from None


def written(folder: Path, **files: str | bytes) -> Path:
    """A folder with YAML files."""
    for name, content in files.items():
        (folder / f"{name}.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def problems(folder: Path) -> list[str]:
    """The lines with which a folder is refused."""
    with pytest.raises(DeclarationError) as caught:
        load(folder, resolve)
    return str(caught.value).splitlines()


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


def test_an_entry_becomes_the_arguments_of_an_instance(tmp_path: Path) -> None:
    text = """
    instances:
      payments:
        element: stripe
        name: Payments
        tags: [a, b]
        enabled: false
        external_authentication: none
        configuration:
          event.notification.enabled: true
          event.poller.refresh_interval: 15
          event.poller.configuration: {events: {url: /a}}
          "": ""
          schlüssel: "größe/☃"
    """
    (declaration,) = load(written(tmp_path, one=text), resolve)
    assert declaration.name == "payments"
    assert declaration.file == tmp_path / "one.yaml"
    assert declaration.arguments == {
        "element": "stripe",
        "name": "Payments",
        "tags": ["a", "b"],
        "enabled": False,
        "external_authentication": "none",
        "configuration": {
            "event.notification.enabled": True,
            "event.poller.refresh_interval": 15,
            "event.poller.configuration": {"events": {"url": "/a"}},
            "": "",
            "schlüssel": "größe/☃",
        },
    }


def test_the_files_of_a_folder_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    written(tmp_path, b="instances: {two: {element: b}}", a="instances: {one: {element: a}}")
    (tmp_path / "README.md").write_text("not: yaml: here")
    assert [declaration.name for declaration in load(tmp_path, resolve)] == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${config.key}", "sk_live_5e1f"),
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
    (declaration,) = load(written(tmp_path, one=yaml), resolve)
    assert declaration.arguments["configuration"] == {"a": filled, "b": {"c": [filled]}}


@pytest.mark.parametrize(
    ("entry", "path", "words"),
    [
        ("{name: x}", "instances.x.element", "is required"),
        ("{element: stripe, nmae: x}", "instances.x.nmae", "no such property"),
        ("{element: stripe, externalAuthentication: x}", "instances.x.externalAuthentication", "no such property"),
        ("text", "instances.x", "must be a map"),
        ("", "instances.x", "must be a map"),
        ("[a]", "instances.x", "must be a map"),
        ('{element: "${config.none}"}', "instances.x.element", "${config.none} has no value"),
        ('{element: a, configuration: {b.c: "${none}"}}', "instances.x.configuration.b.c", "${none} has no value"),
        ('{element: a, tags: [b, "${none}"]}', "instances.x.tags[1]", "${none} has no value"),
        ('{element: "${}"}', "instances.x.element", "has no value"),
    ],
)
def test_a_problem_is_told_with_its_file_and_path(tmp_path: Path, entry: str, path: str, words: str) -> None:
    (problem,) = problems(written(tmp_path, one=f"instances:\n  x: {entry}\n"))
    assert problem.startswith(f"{tmp_path / 'one.yaml'}: {path}")
    assert words in problem


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    written(
        tmp_path,
        a='instances: {one: {nmae: x, name: "${none}"}, two: {element: "${other}"}}',
        b="instances: [",
        c="instances: {one: {element: x}}",
        d="[]",
    )
    lines = problems(tmp_path)
    assert len(lines) == 7
    for beginning in (
        "a.yaml: instances.one.nmae",
        "a.yaml: instances.one.element",
        "a.yaml: instances.one.name",
        "a.yaml: instances.two.element",
        "b.yaml: ",
        "c.yaml: instances.one",
        "d.yaml: ",
    ):
        assert any(line.startswith(f"{tmp_path}/{beginning}") for line in lines), beginning


def test_a_name_that_two_files_declare_is_told_with_both(tmp_path: Path) -> None:
    (problem,) = problems(written(tmp_path, a="instances: {one: {element: a}}", b="instances: {one: {element: b}}"))
    assert str(tmp_path / "a.yaml") in problem
    assert problem.startswith(f"{tmp_path / 'b.yaml'}: instances.one")


UNREADABLE = {
    "empty": "",
    "comment": "# nothing\n",
    "null": "instances:\n",
    "text": "instances",
    "list": "- instances",
    "list of instances": "instances: [a]",
    "another key": "instances: {}\nresources: {}\n",
    "truncated": 'instances:\n  one:\n    element: "str',
    "truncated flow": "instances: {one: {element: stripe",
    "tab": "instances:\n\tone: {}\n",
    "two documents": "instances: {}\n---\ninstances: {}\n",
    "tag": "instances: !!python/object:os.system {}\n",
    "alias": "instances: *nothing\n",
    "a key twice": "instances:\n  one: {element: stripe}\n  one: {element: jira}\n",
    "a property twice": "instances: {one: {element: stripe, element: jira}}\n",
    "a number for a key": "instances: {one: {element: x, configuration: {1: a}}}\n",
    "a date by its tag": "instances: {one: {element: x, name: !!timestamp 2024-01-01}}\n",
    "too deep": "instances: " + "[" * 5000,
    "nul": b"instances: \x00",
    "latin-1": "instances: {größe: {element: x}}".encode("latin-1"),
    "utf-16": "instances: {}".encode("utf-16"),
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: str | bytes) -> None:
    (problem,) = problems(written(tmp_path, one=content))
    assert problem.startswith(f"{tmp_path / 'one.yaml'}: ")
    assert problem.isprintable()


def test_a_folder_in_place_of_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").mkdir()
    (problem,) = problems(tmp_path)
    assert problem.startswith(f"{tmp_path / 'one.yaml'}: cannot be read")


@pytest.mark.parametrize("folder", ["", "missing"])
def test_a_folder_without_declarations_is_one_line(tmp_path: Path, folder: str) -> None:
    (problem,) = problems(tmp_path / folder)
    assert problem.startswith(str(tmp_path / folder))


def test_a_broken_file_says_where_and_repeats_none_of_its_text(tmp_path: Path) -> None:
    text = 'instances:\n  one:\n    element: stripe\n    configuration: {api.key: "sk_live_5e1f" "x"}\n'
    (problem,) = problems(written(tmp_path, one=text))
    assert "line 4" in problem
    assert "sk_live_5e1f" not in problem


@pytest.mark.parametrize(
    "value", ["!hunter2SECRET", "*hunter2SECRET", "'hunter2SECRET", "[hunter2SECRET", "a: hunter2SECRET: b"]
)
def test_what_is_wrong_with_a_file_is_said_without_quoting_it(tmp_path: Path, value: str) -> None:
    text = f"instances:\n  one:\n    element: jira\n    configuration:\n      password: {value}\n"
    (problem,) = problems(written(tmp_path, one=text))
    assert "is not YAML: line " in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize("text", ["no", "on", "01234", "12:30", "2024-01-01", "0x1F", "1_000", ".inf"])
def test_what_is_a_text_in_json_is_one_in_a_declaration(tmp_path: Path, text: str) -> None:
    folder = written(tmp_path, one=f"instances: {{one: {{element: x, configuration: {{a: {text}}}}}}}")
    (declaration,) = load(folder, lambda name: name)
    assert declaration.arguments["configuration"] == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("False", False), ("-12", -12), ("0", 0), ("1.5", 1.5), ("~", None)]
)
def test_what_json_has_a_value_for_is_that_value(tmp_path: Path, text: str, value: object) -> None:
    folder = written(tmp_path, one=f"instances: {{one: {{element: x, configuration: {{a: {text}}}}}}}")
    (declaration,) = load(folder, lambda name: name)
    assert declaration.arguments["configuration"] == {"a": value}


def test_a_file_with_another_ending_is_a_problem_and_not_passed_over(tmp_path: Path) -> None:
    folder = written(tmp_path, one="instances: {one: {element: x}}")
    (folder / "two.yml").write_text("instances: {two: {element: x}}", encoding="utf-8")
    assert problems(folder) == [f"{folder / 'two.yml'}: is not read: name it two.yaml"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [("'foo-${stack}': {element: x}", "same in every stack"), ("one: {element: x, name: 'a${stack'}", "has no end")],
)
def test_a_placeholder_that_cannot_be_filled_in_is_a_problem(tmp_path: Path, entry: str, words: str) -> None:
    (problem,) = problems(written(tmp_path, one=f"instances: {{{entry}}}"))
    assert words in problem
