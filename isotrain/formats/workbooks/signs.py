"""Pictures while a file is read: a sign stands for each, which no reader takes for words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from isotrain.formats.model import Import
from isotrain.questions.draft import Draft
from isotrain.questions.pictured import named, worded
from isotrain.questions.problem import Problem

_FIRST, _MOST = 0x100000, 0xFFFE  # the last private plane of Unicode, where no font has anything
_SIGN = re.compile("[\U00100000-\U0010fffd]")

Load = Callable[[Collection[str]], Mapping[str, bytes]]
"""The content of the members of an archive that have these names."""


class Signs:
    """The pictures of one file in the order in which its reader met them."""

    def __init__(self, names: Collection[str] = ()) -> None:
        self._names = names
        self._met: list[tuple[str, str]] = []

    def add(self, name: str, alt: str) -> str:
        """A sign for the picture of this name; none where the file does not hold it."""
        if name not in self._names or len(self._met) >= _MOST:
            return ""
        self._met.append((name, alt))
        return chr(_FIRST + len(self._met) - 1)

    def put_in(self, imported: Import, load: Load) -> Import:
        """The import with pictures in place of their signs, and with their files."""
        if not self._met:
            return imported
        shown = {self._met[at][0] for draft in imported.questions
                 for at in map(_number, signs_of(draft)) if at < len(self._met)}
        return replace(imported, files=load(shown),
                       questions=tuple(draft.retold(self._told) for draft in imported.questions),
                       problems=tuple(map(self._worded, imported.problems)))

    def _told(self, text: str) -> str:
        return _SIGN.sub(lambda match: self._reference(match[0]), text)

    def _reference(self, sign: str) -> str:
        at = _number(sign)
        if at >= len(self._met):
            return sign
        name, alt = self._met[at]
        return named(alt, name)

    def _worded(self, problem: Problem) -> Problem:
        readings = tuple(each._replace(params=self._words(each.params))
                         for each in problem.readings)
        return replace(problem, params=self._words(problem.params), readings=readings)

    def _words(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {key: worded(self._told(value)) if isinstance(value, str) else value
                for key, value in params.items()}


def signs_in(text: str) -> list[str]:
    """The signs of pictures in a text."""
    return [] if text.isascii() else _SIGN.findall(text)


def signs_of(draft: Draft) -> frozenset[str]:
    """The signs of pictures in all texts of a question."""
    found: list[str] = []

    def look(text: str) -> str:
        found.extend(signs_in(text))
        return text

    draft.retold(look)
    return frozenset(found)


def without_signs(text: str) -> str:
    """What a text says beside its pictures."""
    return text if text.isascii() else _SIGN.sub("", text)


def bare(text: str) -> str:
    """What a text says beside its pictures; they, where it says nothing."""
    return text if text.isascii() else without_signs(text).strip() or text


def _number(sign: str) -> int:
    return ord(sign) - _FIRST
