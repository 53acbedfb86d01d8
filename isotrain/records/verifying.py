"""Verifying an exported file against its signed manifest, without the database."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from isotrain.ledger.public_keys import PublicKey
from isotrain.records.rules import Checked, FileFacts, verify
from isotrain.spreadsheet import BYTE_ORDER_MARK


def check(path: Path, document: bytes, public_keys: Mapping[str, PublicKey]) -> Checked:
    """Check a CSV or XLSX file and its manifest."""
    return verify(document, facts_of(path), public_keys)


def facts_of(path: Path) -> FileFacts:
    """Return hash, size, rows and header of a file; no rows and no header if it cannot be read."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1024 * 1024), b""):
            digest.update(part)
            size += len(part)
    try:
        rows, header = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    except Exception:  # a file that was changed may be anything; its hash says so
        rows, header = 0, ()
    return FileFacts(digest.hexdigest(), size, rows, header)


def _csv(path: Path) -> tuple[int, tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        rows = sum(1 for _row in reader)
    if header:
        header[0] = header[0].removeprefix(BYTE_ORDER_MARK)
    return rows, tuple(header)


def _xlsx(path: Path) -> tuple[int, tuple[str, ...]]:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return len(rows) - 1, tuple(str(cell) for cell in rows[0])
