"""Numbers as people type them, read exactly and never guessed."""

import re
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

LENGTH = 100
"""The most signs of a number, so that no text makes reading it slow."""

_PLACES = 40
_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9]"
_GROUP = f"{_DIGIT}{{1,3}}(?:%s{_DIGIT}{{3}})"
_SPACED = _GROUP % "[ '\u2019\u066c]"
_COMMAS, _POINTS = _GROUP % ",", _GROUP % r"\."
_MINUS = "\\-\u2212\u2013"
# Also what a browser matches against (its flag "u"), so it keeps to what both understand.
PATTERN = (
    f"[+{_MINUS}]? ?(?:"
    f"(?:{_DIGIT}{{1,40}}|{_SPACED}{{1,12}})(?:[.,\u066b]{_DIGIT}{{0,40}})?"
    f"|[.,\u066b]{_DIGIT}{{1,40}}"
    f"|{_POINTS}{{1,12}}[,\u066b]{_DIGIT}{{0,40}}|{_COMMAS}{{1,12}}[.\u066b]{_DIGIT}{{0,40}}"
    f"|{_COMMAS}{{2,12}}|{_POINTS}{{2,12}}"
    f")(?:[eE][+{_MINUS}]?{_DIGIT}{{1,2}})?"
)
"""A number: decimal comma or point; thousands apart only where they can be nothing else."""

_NUMBER = re.compile(PATTERN)
# Wide signs of East Asian keyboards, and spaces of any width; 10\u00b2 stays what it is, no number.
_KEYS = {**{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
         **dict.fromkeys((0xA0, 0x2007, 0x2008, 0x2009, 0x200A, 0x202F, 0x3000), " ")}
_DIGITS = {ord(chr(zero + n)): str(n) for zero, n in product((0x660, 0x6F0), range(10))}
_SIGNS = {**_DIGITS, **dict.fromkeys(map(ord, "\u2212\u2013"), "-"), 0x66B: ",",
          **dict.fromkeys(map(ord, " '\u2019\u066c"))}  # fmt: skip


def number_of(text: str) -> Fraction | None:
    """The number that a text writes, None for any other text.

    One comma is a decimal comma, as one point is a decimal point: 1,234 is a little more than 1.
    """
    text = text.translate(_KEYS).strip()
    if len(text) > LENGTH or not _NUMBER.fullmatch(text):
        return None
    plain = text.translate(_SIGNS)
    for mark, other in (",.", ".,"):
        if plain.count(mark) > 1 or -1 < plain.find(mark) < plain.find(other):
            plain = plain.replace(mark, "")
    return Fraction(plain.replace(",", ".").rstrip(".").replace(".e", "e").replace(".E", "E"))


def answer_of(text: str, unit: str = "") -> Fraction | None:
    """The number that an answer writes, also with the unit of the question after it."""
    found = number_of(text)
    if found is None and unit and text.endswith(unit):
        return number_of(text.removesuffix(unit))
    return found


def is_near(given: Fraction, text: str, tolerance: str) -> bool:
    """Whether a number lies within the tolerance of the one that a writer gave."""
    number, margin = number_of(text), number_of(tolerance or "0")
    return number is not None and margin is not None and abs(given - number) <= margin


def plain(number: Fraction) -> str:
    """A number in digits with a decimal point, exactly as far as its decimals end.

    With a power of ten where it is longer than a number may be.
    """
    with localcontext() as context:
        context.prec = 300
        decimal = Decimal(number.numerator) / Decimal(number.denominator)
        text = f"{decimal:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    whole, _point, decimals = text.lstrip("-").partition(".")
    return text if max(len(whole), len(decimals)) <= _PLACES else _powered(decimal)


def _powered(decimal: Decimal) -> str:
    sign, digits, power = decimal.as_tuple()
    figures = "".join(map(str, digits)).rstrip("0")
    power = int(power) + len(digits) - len(figures)
    whole = min(len(figures), _PLACES)
    told = f"{figures[:whole]}.{figures[whole:]}".rstrip(".")
    return f"{'-' if sign else ''}{told}e{power + len(figures) - whole}"


def middle(text: str) -> tuple[str, str] | None:
    """The middle of a range such as 10..12, and half its width; None when it is no range."""
    low, dots, high = text.partition("..")
    ends = [number_of(end) for end in (low, high)] if dots else []
    if not ends or ends[0] is None or ends[1] is None or ends[0] > ends[1]:
        return None
    return plain((ends[0] + ends[1]) / 2), plain((ends[1] - ends[0]) / 2)
