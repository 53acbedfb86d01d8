"""Checks on the texts of a question that hold for every type."""

import unicodedata
from collections.abc import Iterator

from isotrain.questions.pictured import check_pictures
from isotrain.questions.problem import Problem, error, warning

STEM_LIMIT = 20_000
OPTION_LIMIT = 5_000

_INVISIBLE = ("C", "Z")
_ALLOWED_CONTROLS = "\n\r\t"


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen (spaces, zero-width and control characters)."""
    return all(unicodedata.category(char)[0] in _INVISIBLE for char in text)


def check_text(place: str, text: str, *, limit: int) -> Iterator[Problem]:
    """Problems of a text that may be empty: its length in characters, characters of no use,
    pictures."""
    if len(text) > limit:
        yield error(
            place,
            "The text has %(length)s characters; %(limit)s are allowed.",
            "Shorten the text.",
            length=len(text),
            limit=limit,
        )
    bad = next((char for char in text if _is_unusable(char)), None)
    if bad is not None:
        yield error(
            place,
            "The text contains the control character %(code)s.",
            "Delete the character or type the text again.",
            code=f"U+{ord(bad):04X}",
        )
    yield from check_pictures(place, text)


def check_needed_text(place: str, text: str, *, limit: int) -> Iterator[Problem]:
    """Problems of a text that must not be empty."""
    if is_blank(text):
        yield error(place, "The text is empty.", "Write the text.")
    yield from check_text(place, text, limit=limit)


def check_explanation(text: str) -> Iterator[Problem]:
    """Problems of an explanation, which may be missing but should not be."""
    if is_blank(text):
        yield warning(
            "explanation",
            "The explanation is missing.",
            "Say in a sentence why the answer is right.",
        )
    yield from check_text("explanation", text, limit=STEM_LIMIT)


def _is_unusable(char: str) -> bool:
    """Control characters and halves of surrogate pairs, which no database or page can hold."""
    return char not in _ALLOWED_CONTROLS and unicodedata.category(char) in ("Cc", "Cs")
