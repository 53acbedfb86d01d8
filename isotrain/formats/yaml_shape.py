"""Checking a tree of YAML against what its kind may say: keys, values, and where each stands.

A kind is written down as its YAML would be, `{"id": "id", "points": ["text"]}`: every key with
the word for its value (a line of WORDS), with a list of what its parts are, or with another kind.
A key that ends in "?" may be left out. Where a kind depends on what the mapping says, it is a
function from the mapping to the kind.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from isotrain.formats.yaml_tree import Fields
from isotrain.questions.problem import Problem, error
from isotrain.text import N_

Kind: TypeAlias = "Mapping[str, Rule]"
Rule: TypeAlias = "str | Sequence[Rule] | Kind | Callable[[Fields], Kind]"
Path = tuple[str | int, ...]
Place = Callable[[int, str], str]

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
NEAR = 0.5
"""How alike two keys must be, as difflib counts, for one to be taken for the other."""


@dataclass(frozen=True)
class Word:
    """What one value may be: `read` makes it of a text or raises ValueError."""

    read: Callable[[str], object]
    wanted: str
    hint: str


def _identifier(text: str) -> str:
    if not IDENTIFIER.fullmatch(text):
        raise ValueError
    return text


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError
    return int(text)


def _day(text: str) -> str:
    if len(text) != len("2027-05-31"):
        raise ValueError
    return date.fromisoformat(text).isoformat()


def _one_of(**values: object) -> Callable[[str], object]:
    def read(text: str) -> object:
        if text not in values:
            raise ValueError
        return values[text]

    return read


WORDS = {
    "text": Word(str, N_("A text is expected here."), N_("Put it on one line, or in quotes.")),
    "id": Word(_identifier, N_("This is no id."),
               N_("Use only letters, digits, dots and hyphens.")),
    "number": Word(_number, N_("A whole number is expected here."), N_("Write digits only.")),
    "truth": Word(_one_of(true=True, false=False), N_("Neither true nor false."),
                  "Write true or false."),
    "day": Word(_day, N_("A day is expected here."), N_("Write it as 2027-05-31.")),
    "difficulty": Word(_one_of(**{"1": 1, "2": 2, "3": 3}), N_("The difficulty is not 1, 2 or 3."),
                       "Write 1, 2 or 3."),
    "use": Word(_one_of(exam="exam", practice="practice"), N_("The use is unknown."),
                N_("Write exam or practice.")),
}  # fmt: skip
"""The words for single values; beside them "any" stands for what is checked elsewhere."""


@dataclass(frozen=True)
class Checked:
    """What a tree says: plain values, the line of each by its path, and what is wrong."""

    value: Any
    lines: Mapping[Path, int]
    problems: tuple[Problem, ...]


def check(tree: Any, rule: Rule, place: Place) -> Checked:
    """Check a tree and turn it into plain values.

    Everything wrong is left out of the value and stands among the problems; `place` says where,
    of a line and the name of a key.
    """
    reader = _Reader(place)
    value = reader.read(tree, rule, (), 1)
    return Checked(value, reader.lines, tuple(reader.problems))


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known key that a misspelt one comes nearest to, or None when none is near.

    Of several, one of about the same length: "il" is id rather than title.
    """
    return min(_near(name, known), key=lambda key: abs(len(key) - len(name)) > 1, default=None)


def _near(name: str, known: Sequence[str]) -> list[str]:
    """All known keys that may have been meant, nearest first."""
    return difflib.get_close_matches(name.casefold(), known, n=len(known), cutoff=NEAR)


class _Reader:
    """One tree being read: collects lines and problems on the way."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def read(self, node: Any, rule: Rule, path: Path, line: int) -> Any:
        """The plain value of a node, None where it is wrong."""
        self.lines[path] = line = node.line if isinstance(node, Fields) else line
        if rule == "any":
            return _plain(node)
        if isinstance(rule, str):
            return self._word(node, WORDS[rule], path, line)
        if isinstance(rule, Sequence):
            return self._list(node, rule[0], path, line)
        if not isinstance(node, Fields):
            self._fault(path, line, "Fields with names are expected here.", "Write name: value.")
            return None
        return self._fields(node, rule(node) if callable(rule) else rule, path)

    def _word(self, node: Any, word: Word, path: Path, line: int) -> Any:
        if isinstance(node, str) and node:
            with suppress(ValueError):
                return word.read(node)
        self._fault(path, line, word.wanted, word.hint)
        return None

    def _list(self, node: Any, rule: Rule, path: Path, line: int) -> Any:
        if not isinstance(node, list):
            self._fault(path, line, "A list is expected here.", "Write [first, second].")
            return None
        parts = (self.read(part, rule, (*path, n), line) for n, part in enumerate(node))
        return [part for part in parts if part is not None]

    def _fields(self, node: Fields, kind: Kind, path: Path) -> dict[str, Any]:
        rules = {key.removesuffix("?"): rule for key, rule in kind.items()}
        unknown = [name for name in node if name not in rules]
        for name in unknown:
            self._unknown(node, name, list(rules), path)
        meant = {key for name in unknown for key in _near(name, list(rules))}
        values = {}
        for name, rule in rules.items():
            optional = f"{name}?" in kind
            if name in node and not (optional and node[name] == ""):
                values[name] = self.read(node[name], rule, (*path, name), node.lines[name])
            elif not optional and name not in meant:
                self._fault((*path, name), node.line, "The key is missing.",
                            "Add the line %(name)s: ...", name=name)
        return {name: value for name, value in values.items() if value is not None}

    def _unknown(self, node: Fields, name: str, known: list[str], path: Path) -> None:
        near = nearest(name, known)
        where = (*path, name), node.lines[name]
        if near:
            self._fault(*where, N_('The key "%(name)s" is unknown: did you mean %(near)s?'),
                        "Write %(near)s, or remove the key.", name=name[:60], near=near)
        else:
            self._fault(*where, N_('The key "%(name)s" is unknown.'),
                        "Remove it, or write one of these: %(known)s.",
                        name=name[:60], known=", ".join(known))

    def _fault(self, path: Path, line: int, template: str, hint: str, **params: Any) -> None:
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        self.problems.append(error(self.place(line, name[:60]), template, hint, **params))


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _plain(value) for name, value in node.items()}
    return [_plain(part) for part in node] if isinstance(node, list) else node
