"""HTML and plain texts of a question made into the text that is kept, with what that loses."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from xml.etree.ElementTree import Element

from isotrain.formats.markup import Find, looks_like_html, reduced, unescaped
from isotrain.questions.pictured import lost
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import tidy

_FILMS = frozenset({"video", "audio", "iframe", "applet", "object", "embed"})
_QUIET = frozenset({"track", "source", "link", "style", "meta", "title", "head"})
_WRAPPED = re.compile(r"\s*<(p|div|span|h[1-6]|ul|ol|b|strong|em|i)\b[^>]*>.*</\1>\s*", re.DOTALL)
_ALONE = frozenset({"br", "hr", "img"})
# Halves of surrogate pairs cannot occur in decoded text, so they mark what is put in afterwards.
_OPEN, _CLOSE = chr(0xD802), chr(0xD803)
_KEPT = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")

Replaced = Callable[[Element], str | None]
"""What stands for an element in a text: HTML, nothing, or None where it is written as it is."""


@dataclass
class Wording:
    """Makes the texts of one question, and counts by place what they lose.

    `find` finds their pictures.
    """

    find: Find = lost
    removed: dict[str, Counter[str]] = field(default_factory=dict)

    def html(self, place: str, source: str) -> str:
        """The text of HTML, also of HTML that was escaped twice."""
        if "<" not in source and "&lt;" in source and _WRAPPED.fullmatch(unescaped(source)):
            source = unescaped(source)
        return self._reduced(place, source)

    def plain(self, place: str, text: str) -> str:
        """A text of no stated kind: HTML where its tags can be nothing else."""
        return self.html(place, text) if looks_like_html(text) else tidy(unescaped(text))

    def element(self, place: str, element: Element, replaced: Replaced | None = None) -> str:
        """The text of an element of XHTML; `replaced` says what stands for some in it."""
        kept: list[str] = []

        def shielded(part: Element) -> str | None:
            if part.tag != "pre" or len(part):
                return None if replaced is None else replaced(part)
            kept.append(tidy(part.text or ""))
            return f"<p>{_OPEN}{len(kept) - 1}{_CLOSE}</p>"

        text = self._reduced(place, html_of(element, shielded))
        return _KEPT.sub(lambda match: kept[int(match[1])], text)

    def forget(self, place: str) -> None:
        """Forget what a text lost that is read again."""
        self.removed.pop(place, None)

    def problems(self) -> Iterator[Problem]:
        """What was lost, beside pictures: an error where the question asks nothing without it."""
        for place, removed in self.removed.items():
            films = sum(count for name, count in removed.items() if name in _FILMS)
            if films:
                yield error(
                    place,
                    "A film, a sound or a page from elsewhere cannot be kept (%(count)s).",
                    "Put what it shows into words, or leave the question out.", count=films)
            others = sorted(removed.keys() - _FILMS - _QUIET)
            if others:
                yield warning(
                    place, "Elements that a question cannot hold were removed: %(names)s.",
                    "Check that the question can still be understood.", names=", ".join(others))

    def _reduced(self, place: str, source: str) -> str:
        text, removed = reduced(source, find=self.find)
        if removed:
            self.removed[place] = self.removed.get(place, Counter()) + removed
        return text


def html_of(element: Element, replaced: Replaced) -> str:
    """The content of an element as HTML, some of it replaced."""
    parts = [escape(element.text or "", quote=False)]
    for part in element:
        instead = replaced(part)
        if instead is None:
            names = "".join(f' {n}="{escape(v)}"' for n, v in part.attrib.items())
            within = html_of(part, replaced)
            instead = (f"<{part.tag}{names}/>" if part.tag in _ALONE
                       else f"<{part.tag}{names}>{within}</{part.tag}>")
        parts.append(instead)
        parts.append(escape(part.tail or "", quote=False))
    return "".join(parts)
