"""Every file of a folder is read or named: what is dropped is an instance that `up` deletes."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pulumi_cloudelements.declarations.folder import look
from tests.support.documents import rows, section

GOOD = "instances: {one: {element: a}}"


def file(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(GOOD, encoding="utf-8")

    return make


def link(name: str, target: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(target)

    return make


def bind(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "s"))


def both(*makers: Callable[[Path], None]) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for maker in makers:
            maker(folder)

    return make


READ = {
    "a file": (file("x.yaml"), ["x.yaml"]),
    "a file in a subfolder": (file("a/b/x.yaml"), ["a/b/x.yaml"]),
    "a hidden file": (file(".x.yaml"), [".x.yaml"]),
    "a file without a name": (file(".yaml"), [".yaml"]),
    "a name with blanks": (file("a b (copy).yaml"), ["a b (copy).yaml"]),
    "a link to a file": (both(file("../x.txt"), link("x.yaml", "../x.txt")), ["x.yaml"]),
    "a link to a folder": (both(file("../elsewhere/x.yaml"), link("sub", "../elsewhere")), ["sub/x.yaml"]),
    "an empty file": (lambda folder: (folder / "x.yaml").touch(), ["x.yaml"]),
}


@pytest.mark.parametrize(("make", "read"), READ.values(), ids=READ.keys())
def test_what_ends_in_yaml_is_read(tmp_path: Path, make: Callable[[Path], None], read: list[str]) -> None:
    (folder := tmp_path / "instances").mkdir()
    make(folder)
    found = look(folder)
    assert [str(path.relative_to(folder)) for path in found.files] == read
    assert (found.others, found.problems) == ([], [])


NAMED = {
    "a document": (file("README.md"), "README.md"),
    "another format": (file("x.toml"), "x.toml"),
    "no ending": (file("x"), "x"),
    "a file for version control": (file(".gitkeep"), ".gitkeep"),
    "a hidden folder": (file(".history/x.yaml"), ".history/"),
    "a file that is switched off": (file("x.yaml.off"), "x.yaml.off"),
    "a document in a subfolder": (file("a/README.md"), "a/README.md"),
    "a lock of Emacs": (link(".#x.yaml", "somebody@host.1234:5678"), ".#x.yaml"),
    "a backup": (file("x.yaml~"), "x.yaml~"),
    "an automatic backup": (file("#x.yaml#"), "#x.yaml#"),
    "a swap file": (file(".x.yaml.swp"), ".x.yaml.swp"),
    "a file of macOS": (file("._x.yaml"), "._x.yaml"),
    "a file of an office": (file("~$x.yaml"), "~$x.yaml"),
    "a patch's leftover": (file("x.yaml.orig"), "x.yaml.orig"),
    "a socket": (bind, "s"),
    "a name that is no text": (lambda folder: Path(os.fsdecode(bytes(folder) + b"/\xff\n")).touch(), "\\udcff\\n"),
}


@pytest.mark.parametrize(("make", "named"), NAMED.values(), ids=NAMED.keys())
def test_what_is_no_declaration_is_named_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], named: str
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    folder = Path("i")
    folder.mkdir()
    file("x.yaml")(folder)
    make(folder)
    found = look(folder)
    assert found.files == [folder / "x.yaml"]
    assert found.others == [f"i/{named}"]
    assert found.problems == []


REFUSED = {
    "yml": (file("a/x.yml"), "a/x.yml: is not read: name it x.yaml, or move it elsewhere"),
    "capitals": (file("x.YAML"), "x.YAML: is not read: name it x.yaml, or move it elsewhere"),
    "json": (file("x.json"), "x.json: is not read: name it x.yaml, or move it elsewhere"),
    "a dangling link": (link("x.yaml", "nothing"), "x.yaml: is a link to nothing: mend it, or remove it"),
    "a dangling link to a folder": (link("sub", "/nothing"), "sub: is a link to nothing: mend it, or remove it"),
    "links in a circle": (both(link("x", "y"), link("y", "x")), "x: is a link to nothing: mend it, or remove it"),
    "a link to its own folder": (link("x", "."), "x: is the same folder as {folder}: remove the link"),
    "a link to a folder above": (link("a/b/x", ".."), "a/b/x: is the same folder as {folder}/a: remove the link"),
    "a second link": (both(file("a/x.yaml"), link("b", "a")), "b: is the same folder as {folder}/a: remove the link"),
    "a folder": (lambda folder: (folder / "x.yaml").mkdir(), "x.yaml: cannot be read: it is a folder"),
    "a pipe": (lambda folder: os.mkfifo(folder / "x.yaml"), "x.yaml: cannot be read: it is no file"),
    "a device": (link("x.yaml", "/dev/zero"), "x.yaml: cannot be read: it is no file"),
}


@pytest.mark.parametrize(("make", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_what_looks_meant_to_be_read_and_is_not_is_a_problem(
    tmp_path: Path, make: Callable[[Path], None], problem: str
) -> None:
    make(tmp_path)
    assert f"{tmp_path}/{problem.format(folder=tmp_path)}" in look(tmp_path).problems


@pytest.mark.parametrize("what", ["missing", "a file"])
def test_a_folder_that_is_none_is_a_problem(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "instances"
    if what == "a file":
        folder.touch()
    reason = "no such file or directory" if what == "missing" else "not a directory"
    assert look(folder).problems == [f"{folder}: cannot be read: {reason}"]


def test_a_folder_without_declarations_is_a_problem(tmp_path: Path) -> None:
    file("a/README.md")(tmp_path)
    assert look(tmp_path).problems == [f"{tmp_path}: holds no *.yaml file"]


def test_a_folder_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file("a.yaml")(tmp_path)
    (tmp_path / "closed").mkdir()
    listed = Path.iterdir

    # An administrator, as whom tests may run, may read everything.
    def refused(path: Path) -> Iterator[Path]:
        if path.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refused)
    assert look(tmp_path).problems == [f"{tmp_path}/closed: cannot be read: permission denied"]


def test_folders_that_all_link_to_each_other_are_looked_into_once(tmp_path: Path) -> None:
    names = [f"f{number}" for number in range(12)]
    for name in names:
        file(f"{name}/x.yaml")(tmp_path)
        for other in names:
            (tmp_path / name / f"to-{other}").symlink_to(f"../{other}")
    found = look(tmp_path)
    assert len(found.files) == len(names)
    assert len(found.problems) == len(names) ** 2


def test_the_documents_tell_what_becomes_of_each_file() -> None:
    table = rows(section("docs/declarations.md", "Files"))
    assert {outcome.partition(":")[0] for _, outcome in table} == {"is read", "is named in a message", "is an error"}
