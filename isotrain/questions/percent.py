"""Shares of a mark as percent, the way Moodle's formats write them."""

import re
from fractions import Fraction
from functools import lru_cache

_FINEST = 20
_NEAR = Fraction(1, 10_000)
_DECIMALS = 7
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{0,18})?(?:[eE]-[0-9]{1,2})?|[+-]?\.[0-9]{1,18}")


def snapped(share: Fraction) -> Fraction:
    """The simple fraction that a rounded decimal such as 0.33333 stands for, if one is near."""
    near = share.limit_denominator(_FINEST)
    return near if abs(near - share) < _NEAR else share


def percent(share: Fraction) -> str:
    """The share in percent, exact where it ends, with seven decimals where it does not."""
    hundred = share * 100
    places = next((n for n in range(_DECIMALS + 12) if (hundred * 10**n).denominator == 1),
                  _DECIMALS)
    whole = round(abs(hundred) * 10**places)
    digits = f"{whole:0{places + 1}d}"
    number = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{number}" if share < 0 else number


@lru_cache(1024)
def share_of(text: str, *, whole: int = 100) -> Fraction | None:
    """The share that a number says of this whole, snapped; None unless it is from -1 to 1."""
    if not _NUMBER.fullmatch(text):
        return None
    share = Fraction(text) / whole
    return snapped(share) if abs(share) <= 1 else None
