"""The texts of Moodle's formats, each in a format of its own, as plain text."""

import re
from collections import Counter
from collections.abc import Iterator

from isotrain.formats.markup import Find, looks_like_html, reduced, unescaped
from isotrain.formats.moodle.files import in_markdown
from isotrain.questions.pictured import lost
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import tidy

MEDIA = frozenset(["audio", "embed", "file", "iframe", "object", "video"])
"""Elements that say something themselves, without which a question is incomplete."""

_FILE = "@@PLUGINFILE@@"
_IMAGE = re.compile("<img\\b[^>]*>", re.IGNORECASE)

_PICTURE = re.compile(
    r"!\[([^\[\]\n]{0,200})\]\((data:[^()\s]*|[^()\s]{1,1000}\.(?:png|jpe?g|gif|svg|webp))\)",
    re.IGNORECASE)


class Wording:
    """Turns the texts of one question into plain text and counts what that loses.

    Formats are html, markdown, plain and moodle, which guesses between text and HTML.
    """

    def __init__(self) -> None:
        self.removed: Counter[str] = Counter()

    def plain(
        self, text: str, format_: str, *, rich: bool = False, find: Find = lost
    ) -> str:
        """Plain text; `rich` keeps emphasis as Markdown, `find` finds the pictures."""
        if format_ == "markdown" and "![" in text:
            text = _PICTURE.sub(lambda m: lost(m[2], m[1]), in_markdown(text, find))
        if _FILE in text:  # the folder of the files that belong to a text: a link to one
            self.removed["file"] += _IMAGE.sub("", text).count(_FILE)
        return self._reduced(text, format_, rich=rich, find=find)

    def _reduced(self, text: str, format_: str, *, rich: bool, find: Find) -> str:
        if format_ == "html" or (format_ == "moodle" and looks_like_html(text)):
            plain, removed = reduced(text, rich=rich, lines=format_ == "moodle", find=find)
            if plain or removed or format_ == "html":
                self.removed += removed
                return plain
        return tidy(unescaped(text) if format_ == "moodle" else text)

    def problems(self, place: str) -> Iterator[Problem]:
        """What was left out, beside pictures: an error where the question asks nothing without."""
        counts = {name: count for name, count in self.removed.items() if count}
        media = {name: count for name, count in counts.items() if name in MEDIA}
        others = {name: count for name, count in counts.items() if name not in MEDIA}
        if media:
            yield error(
                place,
                "Files and media of this question cannot be kept: %(names)s.",
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
