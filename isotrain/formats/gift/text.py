"""The texts of GIFT: escapes, format tags, and HTML reduced to plain text."""

import re
from collections import Counter
from collections.abc import Iterator

from isotrain.formats.markup import looks_like_html, reduced, unescaped
from isotrain.questions.problem import Problem, warning
from isotrain.text import tidy

BLANK = " \t\n\r\0\x0b"
"""What counts as space around lines and answers; a no-break space does not."""

_ESCAPED = ":#={}~n"
# Halves of surrogate pairs stand for escaped characters while a question is taken apart, because
# decoded text cannot contain them.
_HIDDEN = {char: chr(0xD800 + index) for index, char in enumerate(_ESCAPED)} | {"\\": "\\"}
_SHOWN = {ord(_HIDDEN[char]): "\n" if char == "n" else char for char in _ESCAPED}
_SOURCE = {ord(_HIDDEN[char]): f"\\{char}" for char in _ESCAPED}
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_TAG = re.compile(r"\[(html|moodle|plain|markdown)\]")
_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\:#={}~"} | {"\n": "\\n"})


def hide(text: str) -> str:
    """The text with escaped characters out of the way of everything that looks for them."""
    return _ESCAPE.sub(lambda match: _HIDDEN[match[1]], text) if "\\" in text else text


def show(text: str) -> str:
    """A hidden text as it is meant."""
    return text.translate(_SHOWN)


def source(text: str) -> str:
    """A hidden text as it was written, except that a doubled backslash comes back single."""
    return text.translate(_SOURCE)


def escape(text: str) -> str:
    """A text as GIFT writes it, on one line."""
    return text.translate(_SPECIAL)


class Wording:
    """Turns the pieces of one question into plain text and counts what that loses.

    Every piece may begin with a format tag; without one it has the format of the stem.
    """

    def __init__(self) -> None:
        self.format = "moodle"
        self.removed: Counter[str] = Counter()

    def stem(self, hidden: str) -> str:
        """The stem, whose format holds for the rest of the question."""
        tag = _TAG.match(hidden.strip(BLANK))
        self.format = tag[1] if tag else "moodle"
        return self.text(hidden, rich=True)

    def text(self, hidden: str, *, rich: bool = False) -> str:
        """Plain text; `rich` keeps emphasis as Markdown."""
        text = hidden.strip(BLANK)
        tag = _TAG.match(text)
        if tag:
            text = text[tag.end() :]
        return self._plain(show(text), tag[1] if tag else self.format, rich=rich)

    def problems(self, place: str) -> Iterator[Problem]:
        """What was left out."""
        if self.removed:
            names = ", ".join(f"{name} ({count})" for name, count in sorted(self.removed.items()))
            yield warning(
                place,
                "Elements that a question cannot hold were removed: %(names)s.",
                "Check that the question can still be understood.",
                names=names,
            )

    def _plain(self, text: str, format_: str, *, rich: bool) -> str:
        if format_ == "html" or (format_ == "moodle" and looks_like_html(text)):
            plain, removed = reduced(text, rich=rich, lines=format_ == "moodle")
            if plain or format_ == "html":
                self.removed += removed
                return plain
        return tidy(unescaped(text) if format_ == "moodle" else text)
