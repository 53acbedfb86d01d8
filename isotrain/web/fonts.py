"""Inter for the browser: the installed font, cut down to the letters a page needs, as WOFF.

The installed file is 860 KB because it draws 2,900 glyphs. Nothing is renumbered when it is cut:
outlines (glyf) and their variations (gvar) of unused glyphs become empty, kerning stays whole.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, abort

from isotrain.web.gate import public
from isotrain.web.glyphs import FEATURES, read_swaps, write_swaps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

Tables = dict[bytes, bytes]

# The ranges of the @font-face rules in static/css/fonts.css.
RANGES = {
    "latin": ((0x20, 0x7E), (0xA0, 0x17F), (0x2C6, 0x2DD), (0x2010, 0x2027), (0x2030, 0x203A),
              (0x20AC, 0x20AC), (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212),
              (0x2260, 0x2265)),
    "more-latin": ((0x180, 0x24F), (0x300, 0x323), (0x1E80, 0x1EF9)),
    "greek-cyrillic": ((0x370, 0x3FF), (0x400, 0x52F), (0x1F00, 0x1FFF)),
}  # fmt: skip
DROPPED = (b"DSIG", b"prep", b"gasp")


def install(app: Flask) -> None:
    """Serve the cut fonts below /static/fonts/."""
    app.add_url_rule("/static/fonts/inter-4-<name>.woff", "font", public(serve))


def serve(name: str) -> Response:
    """Answer with one of the cuts; a page without it shows the system's letters."""
    if name not in RANGES:
        abort(404)
    body = inter(name)
    if body is None:
        abort(404)
    response = Response(body, mimetype="font/woff")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@lru_cache(maxsize=len(RANGES))
def inter(name: str) -> bytes | None:
    """Return one cut of the installed Inter as WOFF, or None where it is not installed."""
    try:
        root = Path(import_module("fontpkg_inter").ROOT)
    except ImportError:
        return None
    return cut((root / "files" / "Inter[opsz,wght].ttf").read_bytes(), RANGES[name])


def cut(font: bytes, ranges: Iterable[tuple[int, int]]) -> bytes:
    """Return a TrueType variable font with only the characters of these ranges, as WOFF."""
    tables = _read_tables(font)
    letters = {
        point: glyph
        for point, glyph in _read_cmap(tables[b"cmap"]).items()
        if any(first <= point <= last for first, last in ranges)
    }
    kept = {0, *letters.values()}
    tables[b"GSUB"] = _cut_swaps(tables[b"GSUB"], kept)
    outlines = _read_outlines(tables)
    kept = _with_components(kept, outlines)
    _write_outlines(tables, [g if i in kept else b"" for i, g in enumerate(outlines)])
    tables[b"gvar"] = _cut_variations(tables[b"gvar"], kept)
    tables[b"cmap"] = _write_cmap(letters)
    tables[b"post"] = struct.pack(">I", 0x00030000) + tables[b"post"][4:32]
    return _write_woff({tag: data for tag, data in tables.items() if tag not in DROPPED})


def _read_tables(font: bytes) -> Tables:
    (count,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * i) for i in range(count))
    return {tag: font[start : start + size] for tag, _sum, start, size in records}


def _read_cmap(table: bytes) -> dict[int, int]:
    """Return code point to glyph, from the format 12 part (OpenType, cmap)."""
    (count,) = struct.unpack_from(">H", table, 2)
    for i in range(count):
        (start,) = struct.unpack_from(">I", table, 8 + 8 * i)
        if struct.unpack_from(">H", table, start) == (12,):
            (groups,) = struct.unpack_from(">I", table, start + 12)
            found = struct.iter_unpack(">III", table[start + 16 : start + 16 + 12 * groups])
            return {p: g + p - a for a, z, g in found for p in range(a, z + 1)}
    raise ValueError("This font has no format 12 character map.")


def _write_cmap(letters: dict[int, int]) -> bytes:
    """Return a format 4 map: runs in which code point and glyph rise together."""
    runs: list[list[int]] = []
    for point, glyph in sorted(letters.items()):
        if runs and point == runs[-1][1] + 1 and (glyph - point) % 65536 == runs[-1][2]:
            runs[-1][1] = point
        else:
            runs.append([point, point, (glyph - point) % 65536])
    runs.append([0xFFFF, 0xFFFF, 1])
    count = len(runs)
    power = 1 << (count.bit_length() - 1)
    search = (2 * count, 2 * power, power.bit_length() - 1, 2 * (count - power))
    firsts, lasts, deltas = zip(*runs, strict=True)
    words = (*search, *lasts, 0, *firsts, *deltas, *([0] * count))
    body = struct.pack(f">{len(words)}H", *words)
    return struct.pack(">HHHHIHHH", 0, 1, 3, 1, 12, 4, 6 + len(body), 0) + body


def _cut_swaps(gsub: bytes, kept: set[int]) -> bytes:
    """Return the features we use for these glyphs, and keep what they lead to."""
    features = {}
    for tag in FEATURES:
        swaps = read_swaps(gsub, tag)
        features[tag] = {old: new for old, new in swaps.items() if old in kept}
        kept.update(features[tag].values())
    return write_swaps(features)


def _read_outlines(tables: Tables) -> list[bytes]:
    long = struct.unpack_from(">h", tables[b"head"], 50)[0]
    loca = [n for (n,) in struct.iter_unpack(">I" if long else ">H", tables[b"loca"])]
    starts = loca if long else [2 * n for n in loca]
    glyf = tables[b"glyf"]
    return [glyf[a:z] for a, z in pairwise(starts)]


def _with_components(glyphs: set[int], outlines: list[bytes]) -> set[int]:
    """Add the glyphs that composite glyphs are made of."""
    kept, todo = set(glyphs), list(glyphs)
    while todo:
        new = set(_components(outlines[todo.pop()])) - kept
        kept |= new
        todo += new
    return kept


def _components(outline: bytes) -> Iterable[int]:
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return
    place, more = 10, True
    while more:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        yield glyph
        place += 8 if flags & 0x1 else 6
        place += 8 if flags & 0x80 else 4 if flags & 0x40 else 2 if flags & 0x8 else 0
        more = bool(flags & 0x20)


def _write_outlines(tables: Tables, outlines: list[bytes]) -> None:
    """Put glyf and loca back, with long offsets."""
    padded = [data + bytes(-len(data) % 4) for data in outlines]
    tables[b"glyf"] = b"".join(padded)
    tables[b"loca"] = struct.pack(f">{len(padded) + 1}I", *_offsets(padded))
    head = bytearray(tables[b"head"])
    struct.pack_into(">h", head, 50, 1)
    tables[b"head"] = bytes(head)


def _offsets(parts: list[bytes]) -> list[int]:
    offsets = [0]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return offsets


def _cut_variations(table: bytes, kept: set[int]) -> bytes:
    """Return gvar with empty variations for all glyphs but these (OpenType, gvar)."""
    axes, shared, shared_at, count, flags, data_at = struct.unpack_from(">HHIHHI", table, 4)
    size = 4 if flags & 1 else 2
    raw = struct.iter_unpack(">I" if flags & 1 else ">H", table[20 : 20 + size * (count + 1)])
    starts = [data_at + (n if flags & 1 else 2 * n) for (n,) in raw]
    parts = [table[starts[i] : starts[i + 1]] if i in kept else b"" for i in range(count)]
    tuples = table[shared_at : shared_at + 2 * axes * shared]
    tuples_at = 20 + 4 * (count + 1)
    new_header = (axes, shared, tuples_at, count, flags | 1, tuples_at + len(tuples))
    offsets = struct.pack(f">{count + 1}I", *_offsets(parts))
    return table[:4] + struct.pack(">HHIHHI", *new_header) + offsets + tuples + b"".join(parts)


def _write_woff(tables: Tables) -> bytes:
    """Pack tables as WOFF 1.0 (W3C): a directory, then every table deflated by itself."""
    place = 44 + 20 * len(tables)
    full = 12 + 16 * len(tables)
    directory, body = b"", b""
    for tag, data in sorted(tables.items()):
        packed = zlib.compress(data, 9)
        packed = packed if len(packed) < len(data) else data
        entry = (tag, place + len(body), len(packed), len(data), _checksum(tag, data))
        directory += struct.pack(">4sIIII", *entry)
        body += packed + bytes(-len(packed) % 4)
        full += len(data) + -len(data) % 4
    size = place + len(body)
    header = (b"wOFF", 0x00010000, size, len(tables), 0, full, 1, 0, 0, 0, 0, 0, 0)
    return struct.pack(">4sIIHHIHHIIIII", *header) + directory + body


def _checksum(tag: bytes, data: bytes) -> int:
    """Return OpenType's table checksum; head counts without its own adjustment field."""
    if tag == b"head":
        data = data[:8] + bytes(4) + data[12:]
    words = struct.iter_unpack(">I", data + bytes(-len(data) % 4))
    return int(sum(word for (word,) in words) % 2**32)
