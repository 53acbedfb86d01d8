"""What a cell shows: its number written by its number format (ECMA-376 part 1, 18.8.30, 18.8.31).

Points stand for decimals and English words for months, since no workbook says its reader's locale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "$#,##0", 6: "$#,##0", 7: "$#,##0.00",
    8: "$#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[\$(?P<money>[^\]]*)\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<aside>[^\]]*)\]|(?P<noon>AM/PM|A/P)"
    r"|(?P<general>General)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?)|(?P<digits>[0#?][0#?,]*)"
    r"|(?P<point>\.)|(?P<power>E[+-])|(?P<percent>%)|(?P<text>@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_PIECE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|;|[^;"\\\[]+|.', re.DOTALL)
_FRACTION = re.compile(r"\s*(?:([#0?]+)\s+)?[#0?]+\s*/\s*([#0?]+|\d+)\s*")
_CONDITION = re.compile(r"[<>=]")
_PRECISE = Context(prec=400)
_EPOCH = datetime(1899, 12, 30)


class Shown(NamedTuple):
    """A text as a cell shows it; `day` where it is a date, `sure` where the format was known."""

    text: str
    day: bool = False
    sure: bool = True


def general(value: float) -> str:
    """A number as it is shown without a format."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}".replace("e", "E")
    return re.sub(r"E([+-])0(\d)$", r"E\1\2", text)


def built_in(number: int) -> str:
    """The format that a program knows by this number, "General" for others."""
    return _BUILT_IN.get(number, "General")


def shown(value: float, code: str, *, from_1904: bool = False) -> Shown:
    """A number as this format writes it; one that it hides is told, and unsure."""
    told = _shown(float(value), code, from_1904=from_1904)
    return told if told.text else Shown(general(float(value)), sure=False)


def _shown(value: float, code: str, *, from_1904: bool) -> Shown:
    if code in ("General", "@", ""):
        return Shown(general(value))
    section, value = _section(value, code)
    tokens = [(match.lastgroup or "", match[match.lastgroup or 0])
              for match in _TOKEN.finditer(section)]
    kinds = {kind for kind, _text in tokens}
    if any(kind == "aside" and _CONDITION.search(text) for kind, text in tokens):
        return Shown(general(value), sure=False)
    if kinds & {"date", "elapsed", "noon"}:
        return _moment(value, tokens, 1462 if from_1904 else 0)
    fraction = _FRACTION.fullmatch(section)
    if fraction:
        return Shown(_fraction(value, fraction[1], fraction[2]))
    return _number(value, tokens)


def _section(value: float, code: str) -> tuple[str, float]:
    """The part of a format that holds for a number, and the number that part is to write."""
    sections = _sections(code)
    if value < 0 and len(sections) > 1:
        return sections[1], abs(value)
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _sections(code: str) -> list[str]:
    sections = [""]
    for piece in _PIECE.findall(code):
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return sections


def _number(value: float, tokens: Sequence[tuple[str, str]]) -> Shown:
    """The number between the literals around it; a sign stands in front of all."""
    kinds = [kind for kind, _text in tokens]
    if "general" in kinds:
        return Shown("".join(general(value) if k == "general" else _literal(k, t)
                             for k, t in tokens))
    places = [n for n, kind in enumerate(kinds) if kind in ("digits", "point", "power")]
    if not places:
        return Shown("".join(general(value) if k == "text" else _literal(k, t) for k, t in tokens))
    first, last = places[0], places[-1]
    if any(kind not in ("digits", "point", "power") for kind in kinds[first : last + 1]):
        return Shown(general(value), sure=False)
    scaled = abs(value) * 100 ** kinds.count("percent")
    number = _digits(scaled, "".join(text for _kind, text in tokens[first : last + 1]))
    before = "".join(_literal(*token) for token in tokens[:first])
    after = "".join(_literal(*token) for token in tokens[last + 1 :])
    sign = "-" if value < 0 and re.search("[1-9]", number) else ""
    return Shown(f"{sign}{before}{number}{after}".strip())


def _literal(kind: str, text: str) -> str:
    if kind == "money":
        return text.partition("-")[0]
    return {"space": " ", "fill": "", "aside": ""}.get(kind, text)


def _digits(value: float, pattern: str) -> str:
    """The digits of a number by a pattern such as #,##0.00 or 0.0E+00."""
    mantissa, power, exponent = re.match(r"([^Ee]*)([Ee][+-])?(.*)", pattern).groups()  # type: ignore[union-attr]
    while mantissa.endswith(","):
        mantissa, value = mantissa[:-1], value / 1000
    whole, _, decimals = mantissa.partition(".")
    if power:
        places = len(decimals)
        shifted = f"{value:.{places}E}"
        head, _, tail = shifted.partition("E")
        size = max(2, len(exponent.replace("#", "")))
        sign = tail[0] if tail[0] == "-" or power[1] == "+" else ""
        return f"{head}E{sign}{abs(int(tail)):0{size}d}"
    least = decimals.count("0") + decimals.count("?")
    exact = Decimal(f"{value:.15g}")
    text = f"{exact.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP, _PRECISE):f}"
    head, _, tail = text.partition(".")
    while len(tail) > least and tail.endswith("0"):
        tail = tail[:-1]
    head = head.lstrip("0").rjust(whole.replace(",", "").count("0"), "0")
    if "," in whole:
        head = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", head)
    return f"{head}.{tail}" if decimals and (tail or least) else head


def _fraction(value: float, whole: str | None, below: str) -> str:
    """A number in parts: of a size that a format fixes, such as eighths, else the nearest."""
    number = Fraction(str(abs(value)))
    near = number.limit_denominator(10 ** min(len(below), 4) - 1)
    above, size = near.numerator, near.denominator
    if below.isdigit() and int(below):
        above, size = round(number * int(below)), int(below)
    units, rest = divmod(above, size) if whole or not above % size else (0, above)
    parts = [str(units)] if units or not rest else []
    if rest:
        parts.append(f"{rest}/{size}")
    return ("-" if value < 0 and above else "") + " ".join(parts)


def _moment(value: float, tokens: Sequence[tuple[str, str]], shift: int) -> Shown:
    """A date or time; days before 1 March 1900 are one off in every program, so they are unsure."""
    if not 0 <= value + shift < 2_958_466:
        return Shown(general(value), sure=False)
    digits = next((len(t.partition(".")[2]) for k, t in tokens if k == "date" and "." in t), 0)
    tick = 10 ** max(0, 6 - digits)
    micro = round(Fraction(str(value)) * 86_400_000_000 / tick) * tick
    at = _EPOCH + timedelta(days=shift) + timedelta(microseconds=micro)
    noon = any(kind == "noon" for kind, _text in tokens)
    out, clock = [], False
    for place, (kind, text) in enumerate(tokens):
        if kind in ("date", "elapsed"):
            word = text.lower()
            minute = word.startswith("m") and (clock or _before_seconds(tokens[place + 1 :]))
            out.append(_elapsed(word, micro) if kind == "elapsed"
                       else _stamp(word, at, minute=minute, noon=noon))
            clock = word[0] in "h" or (clock and word[0] == "s")
        elif kind == "noon":
            out.append(text.split("/")[at.hour >= 12])
        else:
            out.append(_literal(kind, text))
    day = any(kind == "date" and (text[0] in "yYdD") for kind, text in tokens)
    return Shown("".join(out).strip(), day=day, sure=not (day and value + shift < 61))


def _before_seconds(rest: Sequence[tuple[str, str]]) -> bool:
    return next((text[0] in "sS" for kind, text in rest if kind in ("date", "elapsed")), False)


def _elapsed(word: str, micro: int) -> str:
    size = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000}[word[0]]
    return str(micro // size).rjust(len(word), "0")


def _stamp(word: str, at: datetime, *, minute: bool, noon: bool) -> str:
    """One part of a date: how often its letter stands says how it is written."""
    letter, size = word[0], len(word)
    if letter == "y":
        return f"{at.year:04d}" if size > 2 else f"{at.year % 100:02d}"
    if letter == "s":
        whole, _, parts = word.partition(".")
        tail = f".{at.microsecond:06d}"[: 1 + len(parts)] if parts else ""
        return str(at.second).rjust(len(whole), "0") + tail
    if letter == "m" and not minute and size > 2:
        return _MONTHS[at.month - 1][: 3 if size == 3 else 1 if size == 5 else None]
    if letter == "d" and size > 2:
        return _DAYS[at.weekday()][: 3 if size == 3 else None]
    number = {"m": at.minute if minute else at.month, "d": at.day,
              "h": (at.hour % 12 or 12) if noon else at.hour}[letter]
    return str(number).rjust(min(size, 2), "0")
