"""The texts of GIFT: escapes and format tags."""

import re

from isotrain.formats.moodle.wording import Wording

BLANK = " \t\n\r\0\x0b"
"""What counts as space around lines and answers; a no-break space does not."""

_ESCAPED = ":#={}~n\\"
# Halves of surrogate pairs stand for escaped characters while a question is taken apart, because
# decoded text cannot contain them.
_HIDDEN = {char: chr(0xD800 + index) for index, char in enumerate(_ESCAPED)}
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
    """A hidden text as it was written."""
    return text.translate(_SOURCE)


def escape(text: str) -> str:
    """A text as GIFT writes it, on one line."""
    return text.translate(_SPECIAL)


class TaggedWording(Wording):
    """The texts of one question; each may begin with the tag of a format, else has the stem's."""

    def __init__(self) -> None:
        super().__init__()
        self.format = "moodle"

    def stem(self, hidden: str) -> str:
        """The stem, whose format holds for the rest of the question."""
        return self.untagged(self.take_format(hidden), rich=True)

    def take_format(self, hidden: str) -> str:
        """A stem without the tag of its format, which holds for the rest of the question."""
        text = hidden.strip(BLANK)
        tag = _TAG.match(text)
        self.format = tag[1] if tag else "moodle"
        return text[tag.end() :] if tag else text

    def untagged(self, hidden: str, *, rich: bool = False) -> str:
        """Plain text of what has no tag and has the stem's format."""
        return self.plain(show(hidden.strip(BLANK)), self.format, rich=rich)

    def text(self, hidden: str, *, rich: bool = False) -> str:
        """Plain text; `rich` keeps emphasis as Markdown."""
        text = hidden.strip(BLANK)
        tag = _TAG.match(text)
        if tag:
            text = text[tag.end() :]
        return self.plain(show(text), tag[1] if tag else self.format, rich=rich)
