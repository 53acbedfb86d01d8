"""The zip archive a workbook is: unpacked under limits, because what it declares is not trusted."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Collection

from isotrain.formats.contract import ARCHIVE, Unreadable, check_content
from isotrain.formats.picture import FILE_LIMIT
from isotrain.formats.picturing import check_together
from isotrain.text import N_

MEMBER_LIMIT = 2_000
UNPACKED_LIMIT = 64 * 1024 * 1024

SAVE_AGAIN = N_("Save the sheet as .xlsx or as CSV and try again.")
_CHUNK = 1024 * 1024
_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),
    *(RuntimeError, NotImplementedError, ValueError, KeyError),
)


def names_of(data: bytes) -> frozenset[str]:
    """The names of the members of an archive; none where it is no archive or broken."""
    if not data.startswith(ARCHIVE):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(info.filename for info in archive.infolist())
    except _FAULTS:
        return frozenset()


def pictures_of(data: bytes, names: Collection[str]) -> dict[str, bytes]:
    """The members of these names, each as far as a picture may be large; raises Unreadable."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in sorted(names):
                with archive.open(name) as member:
                    found[name] = member.read(FILE_LIMIT + 1)
                check_together(sum(map(len, found.values())))
    except _FAULTS:
        raise Unreadable("The file is damaged or locked.", SAVE_AGAIN, code="zip_broken") from None
    return found


def members_of(data: bytes) -> dict[str, bytes]:
    """The parts of an archive that are XML, the names of all others without their content.

    Raises Unreadable for one that is broken, holds a name twice or unpacks too big.
    """
    check_content(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive)
    except _FAULTS:
        raise Unreadable("The file is damaged or locked.", SAVE_AGAIN, code="zip_broken") from None


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MEMBER_LIMIT:
        raise Unreadable("The archive has too many members.", SAVE_AGAIN, code="zip_too_many")
    if len({info.filename.lower() for info in infos}) < len(infos):
        raise Unreadable("The archive has a member twice.", SAVE_AGAIN, code="zip_duplicate")
    found: dict[str, bytes] = {}
    unpacked = 0
    for info in infos:
        kept = []
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > UNPACKED_LIMIT:
                    raise Unreadable("The file unpacks too big.", SAVE_AGAIN, code="zip_too_big")
                if info.filename.endswith((".xml", ".rels", "mimetype")):
                    kept.append(chunk)
        found[info.filename] = b"".join(kept)
    return found
