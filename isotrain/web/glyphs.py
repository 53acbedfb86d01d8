"""A font's substitutions, cut down to the features our style sheets ask for.

Reads and writes OpenType's GSUB table; offsets are those of the specification's chapter of that
name. Only features made of single substitutions (one glyph for another) can be kept.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FEATURES = (b"case", b"tnum")
SINGLE, EXTENSION = 1, 7

Swaps = dict[int, int]


def read_swaps(gsub: bytes, feature: bytes) -> Swaps:
    """Return glyph to glyph for one feature, of all scripts together."""
    (lookup_list,) = struct.unpack_from(">H", gsub, 8)
    lookups = _words(gsub, lookup_list)
    swaps: Swaps = {}
    for place in _features(gsub, feature):
        for index in _words(gsub, place + 2):
            for subtable in _single_subtables(gsub, lookup_list + lookups[index]):
                swaps.update(_read_single(gsub, subtable))
    return swaps


def write_swaps(features: dict[bytes, Swaps]) -> bytes:
    """Return a table that offers these features to every script."""
    tags = sorted(features)
    count = len(tags)
    indexes = struct.pack(f">{count}H", *range(count))
    script = struct.pack(">H4sHHHHHH", 1, b"DFLT", 8, 4, 0, 0, 0xFFFF, count) + indexes
    feature_list = struct.pack(">H", count)
    for i, tag in enumerate(tags):
        feature_list += struct.pack(">4sH", tag, 2 + 6 * count + 6 * i)
    feature_list += b"".join(struct.pack(">HHH", 0, 1, i) for i in range(count))
    lookups = [_write_lookup(features[tag]) for tag in tags]
    lookup_list = struct.pack(">H", count)
    place = 2 + 2 * count
    for lookup in lookups:
        lookup_list += struct.pack(">H", place)
        place += len(lookup)
    start = 10 + len(script)
    header = struct.pack(">HHHHH", 1, 0, 10, start, start + len(feature_list))
    return header + script + feature_list + lookup_list + b"".join(lookups)


def _write_lookup(swaps: Swaps) -> bytes:
    """Return a lookup of one single substitution, format 2, with its coverage."""
    olds = sorted(swaps)
    count = len(olds)
    news = [swaps[old] for old in olds]
    substitution = struct.pack(f">HHH{count}H", 2, 6 + 2 * count, count, *news)
    coverage = struct.pack(f">HH{count}H", 1, count, *olds)
    return struct.pack(">HHHH", SINGLE, 0, 1, 8) + substitution + coverage


def _words(table: bytes, place: int) -> tuple[int, ...]:
    """Return a list that is preceded by its length."""
    (count,) = struct.unpack_from(">H", table, place)
    return struct.unpack_from(f">{count}H", table, place + 2)


def _features(gsub: bytes, wanted: bytes) -> Iterator[int]:
    (start,) = struct.unpack_from(">H", gsub, 6)
    (count,) = struct.unpack_from(">H", gsub, start)
    for i in range(count):
        tag, offset = struct.unpack_from(">4sH", gsub, start + 2 + 6 * i)
        if tag == wanted:
            yield start + offset


def _single_subtables(gsub: bytes, lookup: int) -> Iterator[int]:
    """Yield where single substitutions stand, looking through extensions."""
    (kind,) = struct.unpack_from(">H", gsub, lookup)
    for offset in _words(gsub, lookup + 4):
        place, inner = lookup + offset, kind
        if kind == EXTENSION:
            _form, inner, far = struct.unpack_from(">HHI", gsub, place)
            place += far
        if inner == SINGLE:
            yield place


def _read_single(gsub: bytes, place: int) -> Swaps:
    form, coverage, delta = struct.unpack_from(">HHH", gsub, place)
    olds = _read_coverage(gsub, place + coverage)
    news = _words(gsub, place + 4) if form == 2 else [(old + delta) % 65536 for old in olds]
    return dict(zip(olds, news, strict=True))


def _read_coverage(gsub: bytes, place: int) -> list[int]:
    (form,) = struct.unpack_from(">H", gsub, place)
    if form == 1:
        return list(_words(gsub, place + 2))
    (count,) = struct.unpack_from(">H", gsub, place + 2)
    ranges = struct.iter_unpack(">HHH", gsub[place + 4 : place + 4 + 6 * count])
    return [glyph for first, last, _index in ranges for glyph in range(first, last + 1)]
