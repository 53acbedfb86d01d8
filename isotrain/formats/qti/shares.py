"""How options earn marks, told by the rules of marking there are."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from isotrain.questions.draft import Option, equal_shares
from isotrain.questions.percent import snapped
from isotrain.questions.writing.numbers import plain

Key = TypeVar("Key")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")


def number(text: str | None) -> Fraction | None:
    """The number that a text writes, with a decimal point or comma; None for any other text."""
    plain = (text or "").strip().replace(",", ".")
    return Fraction(plain) if _NUMBER.fullmatch(plain) else None


def digits(value: Fraction) -> str:
    """A number in plain digits; one whose decimals never end is rounded after the 12th."""
    exact = plain(value)
    if Fraction(exact) == value:
        return exact
    text = f"{float(value):.12f}" if value.denominator != 1 else str(value.numerator)
    return text.rstrip("0").rstrip(".") if "." in text else text


def scaled(points: Mapping[Key, Fraction], full: Fraction) -> dict[Key, Fraction]:
    """The points of each key as parts of the full mark, none beyond it in either direction."""
    if full <= 0:
        return dict.fromkeys(points, Fraction(0))
    return {key: snapped(max(Fraction(-1), min(Fraction(1), value / full)))
            for key, value in points.items()}


def rule_of(shares: Sequence[Fraction]) -> str:
    """The rule by which several options earn these shares when what they earn is added up."""
    right = [share for share in shares if share > 0]
    wrong = [share for share in shares if share <= 0]
    if right and set(right) == {Fraction(1, len(right))}:
        if not wrong or set(wrong) == {Fraction(-1, len(wrong))}:
            return "balanced"
        if set(wrong) == {Fraction(-1, len(right))}:
            return "equal_parts"
    return "weights"


def shared(options: Sequence[Option], rule: str) -> tuple[Option, ...]:
    """The options with the shares that a rule needs: only weights have some of their own."""
    if rule == "weights":
        return tuple(options)
    return tuple(o._replace(share=max(Fraction(0), o.share)) for o in equal_shares(options))
