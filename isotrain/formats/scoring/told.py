"""Questions in terms in which what we read can be compared with what another program read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from isotrain.formats.markup import looks_like_html, reduced, unescaped
from isotrain.formats.moodle.weights import weighed
from isotrain.questions.cloze_source import BadSource, Part, parsed
from isotrain.questions.draft import Draft, Option
from isotrain.text import level

Values = tuple[tuple[str, ...], ...]

_MARKS = re.compile(r"[*`_\\]|\[image[^\]]*\]|!\[[^\]]*\]\(picture:[^)]*\)")
_ADDRESS = re.compile(r" \((?:https?|mailto):[^)]*\)")
_SIGNS = re.compile(r"[\W_]+")
_GAP = re.compile(r"\{#\d+\}|\[\[\d+\]\]")
_PAIRED = ("matching", "categorising", "gap_text")
_ACCEPTING = ("numeric", "short_text")
_SHOWN_DIGITS = 3
_LONGEST_NUMBER = 30
_LABEL_LENGTH = 60


@dataclass(frozen=True)
class Told:
    """One question as a program told it.

    An empty `type` stands for a kind that has none here. What is None was not told, so that it is
    not compared: `right` and `shares` hold values as `right_of` and `shares_of` make them.
    """

    type: str | None
    title: str
    stem: str
    right: Values | None = None
    shares: Values | None = None

    @property
    def label(self) -> str:
        """The beginning of its title, on one line."""
        return " ".join(self.title.split())[:_LABEL_LENGTH].rstrip()

    @property
    def sign(self) -> str:
        """The letters and digits of its text, by which the two sides find each other."""
        return _SIGNS.sub("", _GAP.sub("", bare(self.stem))) or _SIGNS.sub("", bare(self.title))


def told(draft: Draft) -> Told:
    """One question as we read it."""
    if draft.type == "cloze":
        return _told_cloze(draft)
    if draft.type == "ordering":
        items = tuple((bare(option.text),) for option in draft.options)
        return Told(draft.type, draft.title, draft.stem, items, items)
    if draft.type in _PAIRED:
        pairs = pairs_of(draft.pairs)
        return Told(draft.type, draft.title, draft.stem, pairs, pairs)
    options = weighed(draft) if draft.type == "multiple_choice" else draft.options
    return Told(draft.type, draft.title, draft.stem, right_of(draft.type, options),
                shares_of(options))


def told_parts(title: str, stem: str, parts: Sequence[Sequence[Option]]) -> Told:
    """A cloze whose parts have these alternatives."""
    right = tuple(tuple(sorted(bare(option.text) for option in part if option.share > 0))
                  for part in parts)
    return Told("cloze", title, stem, right, tuple(
        share for part in parts for share in shares_of(part)))


def right_of(type_: str, options: Iterable[Option]) -> Values:
    """What earns something, in no order; numbers with how far from them an answer may be."""
    accepted = [option for option in options if option.share > 0]
    if type_ in _ACCEPTING:
        return tuple(sorted((bare(o.text), as_number(o.tolerance or "0")) for o in accepted))
    return tuple(sorted((bare(option.text),) for option in accepted))


def shares_of(options: Iterable[Option]) -> Values:
    """What earns how much or takes it away, in no order."""
    return tuple(sorted((bare(option.text), f"{float(option.share):.{_SHOWN_DIGITS}f}")
                        for option in options if option.share))


def pairs_of(pairs: Iterable[tuple[str, str]]) -> Values:
    """Pairs in no order."""
    return tuple(sorted((bare(left), bare(right)) for left, right in pairs))


def bare(text: str) -> str:
    """A text without what may differ where it says the same: spaces, emphasis, addresses."""
    return as_number("".join(level(_MARKS.sub("", _ADDRESS.sub("", text))).split()))


def _told_cloze(draft: Draft) -> Told:
    try:
        pieces = parsed(draft.stem)
    except BadSource:
        return Told("cloze", draft.title, draft.stem)
    stem = "".join(piece for piece in pieces if isinstance(piece, str))
    return told_parts(draft.title, stem, [
        piece.alternatives for piece in pieces if isinstance(piece, Part)])


def as_number(text: str) -> str:
    """A number in one way of writing it, anything else as it stands."""
    try:
        return f"{float(Fraction(text)):.9g}" if len(text) < _LONGEST_NUMBER else text
    except (ValueError, ZeroDivisionError):
        return text


def plain(text: str, format_: str = "html") -> str:
    """A text that a program keeps in this format of Moodle's, without markup."""
    if format_ == "html" or (format_ == "moodle" and looks_like_html(text)):
        return reduced(text)[0]
    return unescaped(text) if format_ == "moodle" else text

