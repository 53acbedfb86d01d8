"""The parts of a text2qti file: what each line begins, with the lines that go on with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from isotrain.text import tidy

_SIGNS = {
    "question": r"\d+\.[ \t]+(?=\S)",
    "right": r"\*[a-zA-Z]\)[ \t]+(?=\S)",
    "wrong": r"[a-zA-Z]\)[ \t]+(?=\S)",
    "ticked": r"\[\*\][ \t]+(?=\S)",
    "unticked": r"\[ ?\][ \t]+(?=\S)",
    "short": r"\*[ \t]+(?=\S)",
    "number": r"=[ \t]+(?=\S)",
    "feedback": r"\.\.\.[ \t]+(?=\S)",
    "outcome": r"[+-][ \t]+(?=\S)",
    "solution": r"![ \t]+(?=\S)",
    "essay": r"_{3,}[ \t]*$",
    "upload": r"\^{3,}[ \t]*$",
    "group": r"GROUP[ \t]*$",
    "end": r"END_GROUP[ \t]*$",
    "pick": r"[Pp]ick:[ \t]*",
    "each": r"[Pp]oints per question:[ \t]*",
    "title": r"[Tt]itle:[ \t]*",
    "points": r"[Pp]oints:[ \t]*",
    "text": r"[Tt]ext(?: title)?:[ \t]*",
    "quiz": r"(?:[Qq]uiz (?:title|description)|[Ss]huffle answers|[Ss]how correct answers"
            r"|[Oo]ne question at a time|[Cc]an't go back|[Ff]eedback is solution"
            r"|[Ss]olutions (?:sample|randomize) groups):[ \t]*",
}
_SIGN = re.compile("|".join(f"(?P<{name}>{sign})" for name, sign in _SIGNS.items()))
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)")
_RUN = re.compile(r"\{[^}]*\.run\b[^}]*\}")
_INDENTED = re.compile(r"[ ]{2,}|\t")

Numbered = tuple[int, str]


@dataclass
class Element:
    """One part: what it is, the number of its line, its lines behind the sign it begins with."""

    kind: str
    line: int
    lines: list[str] = field(default_factory=list)
    sign: str = ""

    @property
    def text(self) -> str:
        """Its lines as one text."""
        return tidy("\n".join(self.lines))


def elements(text: str) -> Iterator[Element]:
    """Yield the parts of a text; `code` is what asks to be run, `stray` a line of nothing."""
    current: Element | None = None
    lines = iter(enumerate(text.lstrip("\ufeff").split("\n"), 1))
    for number, line in lines:
        fence = _FENCE.match(line)
        if fence and not line[0].isspace() and _RUN.search(fence[2]):
            yield from filter(None, (current, Element("code", number)))
            current = None
            _fenced(lines, fence[1])
        elif fence and current is not None:
            current.lines += [line, *_fenced(lines, fence[1])]
        elif line.startswith("COMMENT"):
            _until(lines, "END_COMMENT")
        elif not line.startswith("%"):
            begun = _begun(number, line, current)
            if begun is not current:
                yield from filter(None, (current,))
            current = begun
    yield from filter(None, (current,))


def _begun(number: int, line: str, current: Element | None) -> Element | None:
    """The part that a line begins, or the one that it goes on with."""
    match = _SIGN.match(line)
    if match:
        return Element(match.lastgroup or "", number, [line[match.end():]], match[0])
    if not line.strip() or (current is not None and _INDENTED.match(line)):
        if current is not None:
            current.lines.append(line.strip())
        return current
    return Element("stray", number, [line])


def _fenced(lines: Iterable[Numbered], fence: str) -> list[str]:
    """The lines up to the end of a fence, which may be missing."""
    found = []
    for _number, line in lines:
        found.append(line)
        if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            break
    return found


def _until(lines: Iterable[Numbered], word: str) -> None:
    for _number, line in lines:
        if line.startswith(word):
            return
