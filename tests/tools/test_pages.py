"""The pages are well-formed: links lead somewhere, tables agree with the code, and walks with the imports."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from pulumi_cloudelements.config import ENVIRONMENT
from tests.support.documents import PAGES, README, rows, section
from tests.support.project import CHECKOUT

PROVIDER = CHECKOUT / "provider/pulumi_cloudelements"
ARCHITECTURE = "docs/development/architecture.md"
WALKS = [
    "Walk: `configuration` from YAML to the wire and back",
    "Walk: a lost POST to its adopted instance",
]


@pytest.mark.parametrize("name", PAGES)
def test_each_link_inside_the_repository_leads_somewhere(name: str) -> None:
    document = CHECKOUT / name
    for link in re.findall(r"\]\((?!\w+://)([^)\s]+)\)", _prose(PAGES[name])):
        path, _, heading = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not heading or heading in headings(target), link


def headings(document: Path) -> set[str]:
    """The anchors of a document's headings."""
    titles = re.findall(r"^#+ (.+)$", _prose(document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def _prose(text: str) -> str:
    """A document without its snippets: a comment in one is no heading."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def test_the_readme_is_short_and_links_every_page() -> None:
    assert len(README.splitlines()) <= 150
    linked = set(re.findall(r"\]\((docs/[^)#]+)", README + PAGES["DESIGN.md"]))
    assert linked == {name for name in PAGES if name.startswith("docs/")}


@pytest.mark.parametrize("name", ["docs/_index.md", "docs/installation-configuration.md"])
def test_the_pages_of_the_registry_begin_with_what_it_reads(name: str) -> None:
    found = re.match(r"---\ntitle: (.+)\nmeta_desc: (.+)\nlayout: package\n---\n\n(?!# )", PAGES[name])
    assert found, "its front matter, and no heading of the first level: the title is one"
    assert "Cloud Elements" in found[1]


def test_every_other_page_begins_with_its_title() -> None:
    for name, text in PAGES.items():
        assert text.startswith(("# ", "---\n")), name
        assert len(re.findall(r"^# ", _prose(text), re.MULTILINE)) == text.startswith("# "), name


def test_both_tables_of_settings_are_one_and_have_the_settings_of_the_provider() -> None:
    short, long = (
        rows(re.sub(r"\]\((docs/)?", "](", section(page, "Configuration")))
        for page in ("README.md", "docs/installation-configuration.md")
    )
    assert short == long
    assert {key.strip("`"): variable.strip("`") for key, variable, *_ in short} == ENVIRONMENT
    schema = json.loads((CHECKOUT / "schema.json").read_text(encoding="utf-8"))["config"]["variables"]
    for key, _, default, _ in short:
        known = schema[key.strip("`")].get("default", "")
        assert default.strip("`") == (known if isinstance(known, str) else json.dumps(known)), key


def test_no_page_uses_a_word_that_is_not_the_fields() -> None:
    for name, text in PAGES.items():
        assert not re.search(r"\b(doors?|look-ups?)\b", text, re.IGNORECASE), name


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_names_each_module_once_and_never_goes_back_up(walk: str) -> None:
    modules = [row[0].strip("`") for row in rows(section(ARCHITECTURE, walk))]
    assert len(set(modules)) == len(modules) > 10
    for number, module in enumerate(modules):
        called = imported(module)
        assert not called & set(modules[:number]), module
        assert number == 0 or any(module in imported(above) for above in modules[:number]), module


def imported(module: str) -> set[str]:
    """The package's modules that a module imports, by their paths inside the package."""
    found = set()
    for node in ast.walk(ast.parse((PROVIDER / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pulumi_cloudelements"):
            path = "/".join(str(node.module).split(".")[1:])
            found |= {path, *(f"{path}/{alias.name}".removeprefix("/") for alias in node.names)}
    return found


def test_every_file_that_a_page_of_development_names_exists() -> None:
    named = [
        (name, path)
        for name, text in PAGES.items()
        if name.startswith("docs/development/")
        for path in re.findall(r"`((?:api|engine|model|plugin|program|resources|declarations)/\w+)`", text)
    ]
    assert named
    for name, path in named:
        assert (PROVIDER / f"{path}.py").exists(), (name, path)
