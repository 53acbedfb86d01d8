"""Whether a typed text is one that a writer accepts, whatever keyboard it was typed on."""

import re
import unicodedata

ANYTHING = "*"
"""In an accepted text this stands for any text, also none; a backslash before it makes it a star.
"""

# Signs that keyboards and word processors put in the place of plain ones.
_PLAIN = str.maketrans({
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
})
_STAR = "\0"  # a star that is meant: no text that is kept holds this sign


def levelled(text: str, *, case: bool) -> str:
    """The form in which two texts are the same answer: NFKC, plain quotes and hyphens, one space.

    Upper and lower case are the same unless `case`; what cannot be seen does not count.
    """
    text = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", text if case else text.casefold()).split())


def pieces(accepted: str, *, case: bool) -> tuple[str, ...]:
    """The levelled pieces of an accepted text, between which anything may stand."""
    levelled_text = levelled(accepted.replace(f"\\{ANYTHING}", _STAR), case=case)
    return tuple(piece.replace(_STAR, ANYTHING) for piece in levelled_text.split(ANYTHING))


def fits(given: str, accepted: str, *, case: bool) -> bool:
    """Whether an answer is the accepted text.

    Each piece is looked for once, after the one before: no answer makes this slow.
    """
    text = levelled(given, case=case)
    first, *rest = pieces(accepted, case=case)
    if not rest:
        return text == first
    *between, last = rest
    if not text.startswith(first) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in between:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return text.endswith(last)


def readable(accepted: str) -> str:
    """An accepted text for readers: dots where anything may stand; what is only that stays."""
    if accepted == ANYTHING:
        return accepted
    dotted = re.sub(r"(?<!\\)\*", "\N{HORIZONTAL ELLIPSIS}", accepted)
    return dotted.replace(f"\\{ANYTHING}", ANYTHING)


def literal(accepted: str) -> str:
    """An answer that fits an accepted text, with as little as can be where anything may stand."""
    shortest = _filled(accepted, "")
    return shortest if fits(shortest, accepted, case=True) else _filled(accepted, "x")


def _filled(accepted: str, text: str) -> str:
    plain = re.sub(r"(?<!\\)\*", text, accepted)
    return " ".join(plain.replace(f"\\{ANYTHING}", ANYTHING).split())
