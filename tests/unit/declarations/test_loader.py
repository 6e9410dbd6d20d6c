"""YAML to declarations: what becomes of an entry, and how every problem of every file is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_cloudelements.declarations import DeclarationError, load
from tests.support.documents import section, snippets
from tests.support.yaml_folder import loaded, problems, resolve, written


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
    (declaration,) = loaded(written(tmp_path, one=text))
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
    assert [declaration.name for declaration in loaded(tmp_path)] == ["one", "two"]


def test_a_file_without_instances_declares_none(tmp_path: Path) -> None:
    assert loaded(written(tmp_path, one="instances: {}")) == []


def test_what_is_not_read_is_named_once_and_stops_nothing(tmp_path: Path) -> None:
    written(tmp_path, one="instances: {one: {element: a}}")
    for name in ("README.md", ".gitkeep"):
        (tmp_path / name).write_text("not: yaml: here", encoding="utf-8")
    notes: list[str] = []
    assert len(load(tmp_path, resolve, notes.append)) == 1
    assert notes == [
        f"declarations are read from *.yaml files alone, and not from {tmp_path}/.gitkeep, {tmp_path}/README.md"
    ]


def test_of_many_files_that_are_not_read_some_are_named_and_all_are_counted(tmp_path: Path) -> None:
    written(tmp_path, one="instances: {one: {element: a}}")
    for number in range(25):
        (tmp_path / f"{number:02}.txt").touch()
    notes: list[str] = []
    load(tmp_path, resolve, notes.append)
    assert notes[0].endswith(f"{tmp_path}/19.txt and 5 more")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{name: x}", "2:3: instances.x.element: is required"),
        ("{element: stripe, nmae: x}", "2:24: instances.x.nmae: no such property; did you mean name?"),
        ("text", "2:3: instances.x: must be a map"),
        ("", "2:3: instances.x: must be a map"),
        ("[a]", "2:3: instances.x: must be a map"),
        ('{element: "${config.none}"}', "2:7: instances.x.element: ${config.none} has no value"),
        (
            '{element: a, configuration: {b.c: "${none}"}}',
            '2:35: instances.x.configuration["b.c"]: ${none} has no value',
        ),
        ('{element: a, tags: [b, "${none}"]}', "2:29: instances.x.tags[1]: ${none} has no value"),
    ],
)
def test_a_problem_is_told_with_its_file_place_and_path(tmp_path: Path, entry: str, problem: str) -> None:
    assert problems(written(tmp_path, one=f"instances:\n  x: {entry}\n")) == [f"one.yaml:{problem}"]


def test_every_problem_of_every_file_is_told_at_once_in_the_order_of_the_files(tmp_path: Path) -> None:
    written(
        tmp_path,
        a='instances: {one: {nmae: x, name: "${none}"}, two: {element: "${other}"}}',
        b="instances: [",
        c="instances: {one: {element: x}}",
        d="[]",
    )
    (tmp_path / "e.yml").touch()
    assert [": ".join(line.split(": ")[:2]) for line in problems(tmp_path)] == [
        "e.yml: is not read",
        "a.yaml:1:13: instances.one.element",
        "a.yaml:1:19: instances.one.nmae",
        "a.yaml:1:28: instances.one.name",
        "a.yaml:1:52: instances.two.element",
        "b.yaml:1:13: is not YAML",
        "d.yaml:1:1: must hold one map, `instances:`, with an entry per instance",
        "c.yaml:1:13: instances.one",
    ]


def test_a_name_that_two_files_declare_is_told_with_both(tmp_path: Path) -> None:
    written(tmp_path, a="instances: {one: {element: a}}", b="instances:\n  one: {element: b}")
    assert problems(tmp_path) == [f"b.yaml:2:3: instances.one: is declared in {tmp_path}/a.yaml:1:13 already"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ('""', 'instances[""]: the name of a resource must not be empty'),
        (r'"a\nb"', r'instances["a\nb"]: the name of a resource must hold no control character'),
        ('"foo-${stack}"', 'instances["foo-${stack}"]: the name of a resource is the same in every stack'),
    ],
)
def test_a_name_that_no_resource_can_have_is_a_problem(tmp_path: Path, name: str, words: str) -> None:
    assert problems(written(tmp_path, one=f"instances: {{{name}: {{element: x}}}}")) == [f"one.yaml:1:13: {words}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: must hold one map, `instances:`, with an entry per instance"),
        ("# nothing\n", "1:1: must hold one map, `instances:`, with an entry per instance"),
        ("--- \n...\n", "2:1: must hold one map, `instances:`, with an entry per instance"),
        ("{}", "1:1: instances: must be a map with an entry per instance"),
        ("instances:\n", "1:1: instances: must be a map with an entry per instance"),
        ("instances: [a]", "1:1: instances: must be a map with an entry per instance"),
        ("instances", "1:1: must hold one map, `instances:`, with an entry per instance"),
        ("- instances", "1:1: must hold one map, `instances:`, with an entry per instance"),
        ("instance: {}", "1:1: instance: no such key; a file holds one map, `instances:`, with an entry per instance"),
        (
            "instances: {}\nresources: {}\n",
            "2:1: resources: no such key; a file holds one map, `instances:`, with an entry per instance",
        ),
    ],
)
def test_a_file_with_something_else_than_instances_is_a_problem(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(written(tmp_path, one=text)) == [f"one.yaml:{problem}"]


def test_the_errors_that_the_documents_show_are_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("instances")
    (folder / "team").mkdir(parents=True)
    (folder / "team/old.yml").touch()
    (folder / "crm.yaml").write_text("instances:\n\n  crm:\n    element: sfdc\n    enabled: no\n    nmae: CRM\n")
    (folder / "chat.yaml").write_text("instances: {}", encoding="utf-16")
    (shown,) = snippets(section("docs/declarations.md", "Errors"), "text")
    with pytest.raises(DeclarationError) as caught:
        load(folder, resolve)
    assert sorted(str(caught.value).splitlines()) == sorted(shown.splitlines())


def test_a_long_key_is_told_in_part(tmp_path: Path) -> None:
    text = f'instances: {{x: {{element: a, configuration: {{{"k" * 500}: "${{none}}"}}}}}}'
    (problem,) = problems(written(tmp_path, one=text))
    assert f'instances.x.configuration["{"k" * 64}…"]: ' in problem
