"""Pure rules of second factors: which code is whose, how recovery codes are written and read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest

SECONDS, DRIFT, DIGITS = 30, 1, 6
# Without i, l, o and u, which are read as other signs; 28 of 32 signs are 140 bits, so that a
# plain hash keeps them (ASVS 11.5.1 asks for 128). Codes of earlier versions have 24.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
GROUP, LENGTH, EARLIER = 4, 28, 24
BITS = 5 * LENGTH
_READ_AS = str.maketrans({"i": "1", "l": "1", "o": "0"})


def step_of(moment: datetime) -> int:
    """Return the number of the half minute in which a moment lies."""
    return int(moment.timestamp()) // SECONDS


def matching_step(code: str, step: int, *, after: int, code_at: Callable[[int], str]) -> int | None:
    """Return the time step that a code is of: this one, the one before or the next.

    None for a code of none of them, or of none that is later than the last that was taken.
    """
    found = None
    for each in range(step - DRIFT, step + DRIFT + 1):
        if compare_digest(code.encode(), code_at(each).encode()) and each > after:
            found = each
    return found


def read_app_code(text: str) -> str | None:
    """Return the six digits that somebody typed, None for anything else."""
    code = "".join(text.split())
    return code if len(code) == DIGITS and code.isascii() and code.isdigit() else None


def write_recovery_code(number: int) -> str:
    """Return a recovery code for a number of `BITS` bits, in groups that can be read."""
    signs = [ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH))]
    return "-".join("".join(signs[at:at + GROUP]) for at in range(0, LENGTH, GROUP))


def read_recovery_code(text: str) -> str | None:
    """Return the code in the one spelling, however it was typed; None for what is none."""
    plain = "".join(text.split()).replace("-", "").lower().translate(_READ_AS)
    if len(plain) not in (LENGTH, EARLIER) or set(plain) - set(ALPHABET):
        return None
    return "-".join(plain[at:at + GROUP] for at in range(0, len(plain), GROUP))
