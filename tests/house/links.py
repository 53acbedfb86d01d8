"""Links of Markdown documents, and whether they lead somewhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def links(text: str) -> list[str]:
    """Return where the links of a document lead."""
    return _LINK.findall(_CODE.sub("", text))


def fault(document: Path, link: str) -> str | None:
    """Say what is wrong with a link in a document; None when it leads somewhere."""
    if link.startswith(("http://", "https://", "mailto:")):
        return None
    name, _, anchor = link.partition("#")
    target = (document.parent / name).resolve() if name else document
    if not target.exists():
        return f"{link}: there is no such file"
    if anchor and anchor not in anchors(target):
        return f"{link}: there is no such section"
    return None


@cache
def anchors(document: Path) -> frozenset[str]:
    """Return the names of the sections of a document, as hosts of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", document.read_text("utf-8")), re.MULTILINE)
    return frozenset(_anchor(heading) for heading in headings)


def _anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).lower())
    return kept.strip().replace(" ", "-")
