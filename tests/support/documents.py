"""What the documents show, so that tests can run it."""

from __future__ import annotations

import re

from tests.support.project import CHECKOUT

PAGES = {
    str(file.relative_to(CHECKOUT)): file.read_text(encoding="utf-8")
    for file in sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"), CHECKOUT / "emulator/README.md"])
}
"""Every document of the project, by its path from the top."""

README = PAGES["README.md"]


def snippets(text: str, language: str) -> list[str]:
    """The fenced snippets of a document in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def snippet(language: str, beginning: str) -> str:
    """The one snippet of all pages that begins so, or is repeated by them; a document that loses it fails here."""
    (found,) = {code for text in PAGES.values() for code in snippets(text, language) if code.startswith(beginning)}
    return found


def section(page: str, heading: str) -> str:
    """What stands in a page below a heading, as far as the next one."""
    (found,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", PAGES[page], re.DOTALL | re.MULTILINE)
    return str(found)


def rows(text: str) -> list[list[str]]:
    """The cells of the one table in a text, row by row, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert set(lines[1]) == {"|", "-"}, "a text with more than one table, or with none"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
