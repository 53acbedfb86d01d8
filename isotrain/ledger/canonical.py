"""Canonical JSON: one value, one sequence of bytes.

UTF-8 without a byte order mark; no white space between tokens; names of an object sorted by code
point; only `"`, `\\` and the characters below U+0020 escaped, the latter as \\b \\t \\n \\f \\r or
\\u00xx with lower-case digits; whole numbers only, from -2**53 to 2**53, so that every JSON reader
keeps them. Text is taken as it is, never normalised.
"""

import json
from typing import Any, TypeAlias

# An object of JSON as it is stored or written in a file; who reads it knows its names.
JsonObject: TypeAlias = dict[str, Any]

LARGEST = 2**53
DEEPEST = 64


class NotCanonical(ValueError):
    """A value has no canonical form, or bytes are not one."""


def canonical_bytes(value: Any) -> bytes:
    """The canonical bytes of None, bool, int, str, list and dict values; raises NotCanonical."""
    _check(value, DEEPEST)
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("a text contains half of a surrogate pair") from None


def parse(data: bytes) -> Any:
    """The value whose canonical bytes these are; raises NotCanonical for any other bytes."""
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise NotCanonical("not JSON in UTF-8") from None
    if canonical_bytes(value) != data:
        raise NotCanonical("JSON, but not in canonical form")
    return value


def _check(value: Any, depth: int) -> None:
    # Exact types: a subclass (an enum, a lazy text) may look different tomorrow.
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return
    if kind is int:
        if abs(value) > LARGEST:
            raise NotCanonical("a number beyond 2**53")
        return
    if kind not in (list, dict):
        raise NotCanonical(f"a value of type {kind.__name__}")
    if depth == 0:
        raise NotCanonical(f"nested deeper than {DEEPEST}")
    if kind is dict and any(type(name) is not str for name in value):
        raise NotCanonical("a name that is not text")
    for part in value.values() if kind is dict else value:
        _check(part, depth - 1)
