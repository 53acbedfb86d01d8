"""Catalogues for tests: English that knows every sentence, and a language that nobody speaks.

Both know what extraction finds and nothing else, so that a sentence it misses is seen.
"""

from __future__ import annotations

import ast
import gettext
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from isotrain.i18n import KEY
from isotrain.translations import extracting

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest
    from flask import Flask

PSEUDO = "ar"  # its script runs from right to left, so that pages are mirrored
BEGIN, END = "⟦", "⟧"
_HOLE = re.compile(r"%\(\w+\)[sd]|%%|&\w+;|<[^>]*>|\{\w+\}|https?://\S+|\s+|--?[a-z][a-z-]*")
MADE_UP = re.compile(r"\bthing\b", re.IGNORECASE)  # in names of events that tests invent
_LONGER = str.maketrans("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ")


@cache
def _written() -> frozenset[str]:
    with extracting.TEMPLATE.open("rb") as file:
        return _ids(read_po(file))


@cache
def _extracted() -> frozenset[str]:
    return _ids(extracting.extract())


@cache
def _lent() -> frozenset[str]:
    """What the question type says that the tests bring along."""
    folder = Path(__file__).parent / "questions"
    tree = ast.parse((folder / "pairing.py").read_text(encoding="utf-8"))
    said = [node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    for template in folder.rglob("*.html"):
        said += re.findall(r"""\b_\(["'](.+?)["'][,)]""", template.read_text(encoding="utf-8"))
    return frozenset(said)


def _ids(catalog) -> frozenset[str]:
    found: set[str] = set()
    for message in catalog:
        found.update([message.id] if isinstance(message.id, str) else message.id)
    return frozenset(found - {""})


def is_known(sentence: str) -> bool:
    """Say whether extraction finds a sentence; what was written since is looked for as well."""
    return sentence in _written() or sentence in _extracted() or sentence in _lent()


class Strict(gettext.NullTranslations):
    """English; complains of a sentence that no translator would ever see."""

    def gettext(self, message: str) -> str:
        known = not message or is_known(message) or MADE_UP.search(message)
        assert known, f"extraction does not find {message!r}"
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        assert is_known(msgid1) and is_known(msgid2), f"extraction does not find {msgid1!r}"
        return msgid1 if n == 1 else msgid2


class Pseudo(gettext.NullTranslations):
    """Marks and lengthens every sentence that extraction finds, and leaves the others alone."""

    def gettext(self, message: str) -> str:
        return pseudo(message) if message and is_known(message) else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@cache
def pseudo(sentence: str) -> str:
    """Return a sentence marked, with accents, and about two fifths longer."""
    holes = _HOLE.findall(sentence)
    parts = [part.translate(_LONGER) for part in _HOLE.split(sentence)]
    mixed = "".join(part + hole for part, hole in zip(parts, [*holes, ""], strict=True))
    words = max(1, round(len(sentence) * 0.4) // 5)
    end = "\n" if sentence.endswith("\n") else ""
    return f"{BEGIN}{mixed.rstrip()}{' låång' * words}{END}{end}"


def speak(
    app: Flask, catalogues: Mapping[str, gettext.NullTranslations], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let an application speak other languages until the end of a test."""
    here = app.extensions[KEY]
    alone = len(catalogues) == 1
    monkeypatch.setattr(here, "catalogues", catalogues)
    monkeypatch.setattr(here, "only", next(iter(catalogues)) if alone else None)
    monkeypatch.setattr(here, "_sole", next(iter(catalogues.values())) if alone else None)
