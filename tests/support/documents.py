"""What the documents show, so that tests can run it."""

from __future__ import annotations

import re

from tests.support.project import CHECKOUT

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def snippets(text: str, language: str) -> list[str]:
    """The fenced snippets of a document in one language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def snippet(language: str, beginning: str) -> str:
    """The README's one snippet that begins so; a document that loses it fails here."""
    (found,) = [text for text in snippets(README, language) if text.startswith(beginning)]
    return found
