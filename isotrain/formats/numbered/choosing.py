"""One option from its line: what stands before it, and the signs that say whether it is right."""

from __future__ import annotations

import re
import unicodedata

from isotrain.formats.numbered.item import LETTER, Choice
from isotrain.formats.numbered.lines import BOLD, Line
from isotrain.formats.numbered.words import SAID_RIGHT, SAID_WRONG, TICKED

_HEAVY = re.compile(r"\*\*([^*]+)\*\*")


def letter_of(match: re.Match[str]) -> str:
    """The letter of a line that begins like an option, as a capital."""
    return unicodedata.normalize("NFKC", match["a"] or match["b"]).upper()


def choice_of(line: Line, match: re.Match[str], kind: str) -> Choice:
    """The option of a line, without the signs at its ends."""
    groups = match.groupdict(default="")
    body = groups.get("body", groups.get("rest", ""))
    label = letter_of(match) if kind == LETTER else groups.get("n") or groups.get("box") or "-"
    choice = Choice(kind, label, line, [], looks=line.looks(len(line.text) - len(body)))
    if groups.get("star") or groups.get("bullet", "").startswith("*"):
        choice.signs.add("star")
    if TICKED.match(groups.get("box", "")):
        choice.signs.add("box")
    choice.texts.append(_bare(choice, body.strip()))
    return choice


def _bare(choice: Choice, body: str) -> str:
    """The text of an option; the signs at its ends are noted and taken off."""
    if choice.kind != LETTER and body.startswith("*") and body.count("*") == 1:
        choice.signs.add("star")
        body = body[1:].strip()
    right = SAID_RIGHT.search(body)
    if right and not (right[0].strip() == "*" and body.count("*") > 1):
        choice.signs.add("star" if right[0].strip() == "*" else "said")
        body = body[: right.start()]
    body = SAID_WRONG.sub("", body)
    heavy = _HEAVY.fullmatch(body)
    if heavy:
        choice.looks |= {BOLD}
    return heavy[1] if heavy else body
