"""The texts of Moodle's formats, each in a format of its own, as plain text."""

import re
from collections import Counter
from collections.abc import Iterator

from isotrain.formats.markup import looks_like_html, reduced, unescaped
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import tidy

MEDIA = frozenset(["audio", "canvas", "embed", "file", "iframe", "img", "math", "object", "svg",
                   "video"])
"""Elements that say something themselves, without which a question is incomplete."""

FILE = "@@PLUGINFILE@@"
"""What stands in Moodle's texts for the folder of files that belong to them."""

_PICTURE = re.compile(
    r"!\[[^\]\n]{0,200}\]\((?:data:|[^()\s]{1,1000}\.(?:png|jpe?g|gif|svg|webp)\b)", re.IGNORECASE)


class Wording:
    """Turns the texts of one question into plain text and counts what that loses.

    Formats are html, markdown, plain and moodle, which guesses between text and HTML.
    """

    def __init__(self) -> None:
        self.removed: Counter[str] = Counter()

    def plain(self, text: str, format_: str, *, rich: bool = False) -> str:
        """Plain text; `rich` keeps emphasis as Markdown."""
        before = self.removed["img"]
        plain = self._reduced(text, format_, rich=rich)
        if format_ == "markdown" and "![" in text:
            self.removed["img"] += len(_PICTURE.findall(text))
        if FILE in text:
            files = text.count(FILE) - (self.removed["img"] - before)
            self.removed["file"] += max(0, files)
        return plain

    def _reduced(self, text: str, format_: str, *, rich: bool) -> str:
        if format_ == "html" or (format_ == "moodle" and looks_like_html(text)):
            plain, removed = reduced(text, rich=rich, lines=format_ == "moodle")
            if plain or removed or format_ == "html":
                self.removed += removed
                return plain
        return tidy(unescaped(text) if format_ == "moodle" else text)

    def problems(self, place: str) -> Iterator[Problem]:
        """What was left out: an error where the question is incomplete without it."""
        counts = {name: count for name, count in self.removed.items() if count}
        media = {name: count for name, count in counts.items() if name in MEDIA}
        others = {name: count for name, count in counts.items() if name not in MEDIA}
        if media:
            yield error(
                place,
                "Pictures and media of this question cannot be kept: %(names)s.",
                "Say in words what they show and remove them, or leave the question out.",
                names=_listed(media),
            )
        if others:
            yield warning(
                place,
                "Elements that a question cannot hold were removed: %(names)s.",
                "Check that the question can still be understood.",
                names=_listed(others),
            )


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in sorted(counts.items()))
