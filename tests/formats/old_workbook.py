"""Workbooks of the years before .xlsx, made record by record: BIFF 8 in a compound file."""

import struct

_SECTOR, _END, _FREE, _FAT = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xls(*sheets, more=b""):
    """A workbook with these sheets: name, rows of texts and numbers, and whether it is hidden.

    `more` stands behind the records, where a workbook keeps nothing that a cell shows.
    """
    listed = [_record(0x85, struct.pack("<IBB", 0, int(hidden), 0) + _short(name))
              for name, _rows, hidden in sheets]
    begin, end = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), _record(0x0A, b"")
    pages = [_sheet(rows) for _name, rows, _hidden in sheets]
    at = len(begin) + sum(map(len, listed)) + len(end)
    placed = []
    for record, page in zip(listed, pages, strict=True):
        placed.append(record[:4] + struct.pack("<I", at) + record[8:])
        at += len(page)
    return _compound(b"".join([begin, *placed, end, *pages]) + more)


def _sheet(rows):
    cells = [_cell(row, column, value)
             for row, cells in enumerate(rows) for column, value in enumerate(cells) if value != ""]
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows), default=0), 0)
    return b"".join([_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)),
                     _record(0x200, size), *cells, _record(0x0A, b"")])


def _cell(row, column, value):
    at = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x204, at + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, at + struct.pack("<d", value))


def _short(text):
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _record(kind, body):
    return struct.pack("<HH", kind, len(body)) + body


def _compound(stream):
    """A compound file with one stream called Workbook, in sectors that follow each other."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    fat = [_FAT, _END, *range(3, count + 2), _END]
    head = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3,
                       0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    entries = _entry("Root Entry", 5, child=1) + _entry("Workbook", 2, start=2, size=len(stream))
    entries += 2 * (b"\0" * 68 + struct.pack("<III", *[_FREE] * 3) + b"\0" * 48)
    return head + b"".join((struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat))), entries,
                            stream.ljust(count * _SECTOR, b"\0")))


def _entry(name, kind, *, child=_FREE, start=_END, size=0):
    text = name.encode("utf-16-le") + b"\0\0"
    return (text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
            + b"\0" * 36 + struct.pack("<IQ", start, size))
