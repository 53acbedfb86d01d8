"""Words of a text: taken apart, compared, counted."""

import re
from collections.abc import Set


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP = _set(
    "a about after also an and are as ask asks at be been being but by can could did do does for"
    " from had has have he her his how i if in into is it its may might more most must no not of"
    " on one or other our out say says she should so some such than that the their them then there"
    " these they this those to up was we were what when where which who whom whose why will with"
    " would you your")
HEDGES = _set(
    "can could generally largely likely mainly may might mostly normally often possibly probably"
    " some sometimes typically usually")
ABSOLUTES = _set(
    "absolutely all always any completely entirely every everybody everyone everything impossible"
    " must never no nobody none nothing only totally")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)*")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters, in their order."""
    return tuple(_WORD.findall(text.casefold()))


def telling(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about."""
    return frozenset(words(text)) - STOP


def roots(text: str) -> frozenset[str]:
    """Return the same by their first six letters, so that endings make no difference."""
    return frozenset(word[:6] for word in telling(text))


def likeness(one: Set[str], other: Set[str]) -> float:
    """Return which part of the words of two sets both have, from 0 to 1 (Jaccard)."""
    there = len(one | other)
    return len(one & other) / there if there else 0.0


def sentences(text: str) -> list[tuple[str, ...]]:
    """Return the words of each sentence of a text."""
    return [found for part in _SENTENCE.split(text) if (found := words(part))]


def grade(text: str) -> float:
    """Return the grade of school at which an English text can be read.

    Flesch-Kincaid: Kincaid et al. 1975, Research Branch Report 8-75, Naval Technical Training.
    """
    parts = sentences(text)
    count = sum(map(len, parts))
    if not count:
        return 0.0
    syllables = sum(_syllables(word) for part in parts for word in part)
    return 0.39 * count / len(parts) + 11.8 * syllables / count - 15.59


def _syllables(word: str) -> int:
    found = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and found > 1
    return max(1, found - silent)


def number(text: str) -> float | None:
    """Return the number that a text is, before what is counted in it; None for any other text."""
    match = _NUMBER.match(text.strip())
    if not match or len(words(text)) > 3:
        return None
    digits = match[0]
    thousands = re.fullmatch(r"[-+]?[0-9]{1,3}(,[0-9]{3})+", digits)
    try:
        return float(digits.replace(",", "" if thousands else "."))
    except ValueError:
        return None


def span(text: str) -> tuple[float, float] | None:
    """Return the two ends of a range of numbers such as "2-4 years"; None for any other text."""
    match = re.match(r"\s*(?:between\s+)?([0-9]+(?:[.,][0-9]+)?)\s*(?:-|–|to|and)\s*"
                     r"([0-9]+(?:[.,][0-9]+)?)\b", text, re.IGNORECASE)
    if not match or len(words(text)) > 6:
        return None
    low, high = (float(each.replace(",", ".")) for each in match.groups())
    return (low, high) if low < high else None
