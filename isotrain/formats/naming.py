"""Files that are not read here, named by what they are and with what to do about it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple

from isotrain.formats.contract import ARCHIVE, OLE, Unreadable
from isotrain.text import N_

NAMED = N_("This is %(kind)s, not a text file.")
_READ = N_("This is %(kind)s, which is not read here.")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOK = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_HEAD = 2 * 1024 * 1024
_TAKE = N_("Export the questions as GIFT, Aiken, CSV or a workbook.")


class Kind(NamedTuple):
    """A kind of file, and what its owner can do."""

    name: str
    hint: str


_AS_TEXT = N_("Copy the questions into a workbook, or save them as plain text in UTF-8.")
_SIGNED: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind(N_("a PDF"), _AS_TEXT)),
    (b"{\\rtf", Kind(N_("an RTF document"), _AS_TEXT)),
    (b"\x89PNG", Kind(N_("a picture"), N_("Type the questions, or have their text recognised."))),
    (b"\xff\xd8\xff", Kind(N_("a picture"),
                           N_("Type the questions, or have their text recognised."))),
    (b"GIF8", Kind(N_("a picture"), N_("Type the questions, or have their text recognised."))),
    (b"\x1f\x8b", Kind(N_("a compressed file"), N_("Unpack it first."))),
    (b"7z\xbc\xaf\x27\x1c", Kind(N_("a compressed file"), N_("Unpack it first."))),
    (b"Rar!", Kind(N_("a compressed file"), N_("Unpack it first."))),
    (b"BZh", Kind(N_("a compressed file"), N_("Unpack it first."))),
    (b"\xfd7zXZ", Kind(N_("a compressed file"), N_("Unpack it first."))),
    (b"SQLite format 3", Kind(N_("a database"), _TAKE)),
    (b"$FL2", Kind(N_("an SPSS file"), N_("Save it as CSV."))),
    (b"\x7fELF", Kind(N_("a program"), _TAKE)),
    (b"MZ\x90\x00", Kind(N_("a program"), _TAKE)),
    (OLE, Kind(N_("an old Office file"), N_("Save it in the newer form, such as .docx or .xlsx."))),
    (ARCHIVE, Kind(N_("a zip archive or an Office file"), N_("Unpack it first."))),
)
_MOODLE = Kind(N_("a Moodle backup"), N_("Export the question bank as Moodle XML or GIFT instead."))
_NUMBERS = Kind(N_("a workbook of Apple Numbers"), N_("Export it as Excel."))
_MEMBERS: tuple[tuple[str, Kind], ...] = (
    (r"moodle_backup\.xml", _MOODLE),
    (r"h5p\.json", Kind(N_("an H5P package"), N_("Copy its questions into a workbook."))),
    (r"ppt/presentation\.xml", Kind(N_("a presentation"), _AS_TEXT)),
    (r"collection\.anki2\w*", Kind(N_("an Anki deck"), N_("Export the cards as text."))),
    (r"index/document\.iwa|index\.zip", _NUMBERS),
    (r"xl/workbook\.bin", Kind(N_("a binary workbook (XLSB)"), N_("Save it as .xlsx."))),
    (r"tincan\.xml|cmi5\.xml|.*adlcp_rootv1p2\.xsd", Kind(
        N_("a SCORM or xAPI package"), _TAKE)),
    (r"\.bb-package-info", Kind(N_("a Blackboard package"), N_("Export it as QTI."))),
    (r"mimetype-odt", Kind(N_("a text document"), _AS_TEXT)),
)
_ODF: tuple[tuple[bytes, Kind], ...] = (
    (b"opendocument.text", Kind(N_("a text document"), _AS_TEXT)),
    (b"opendocument.presentation", Kind(N_("a presentation"), _AS_TEXT)),
    (b"epub+zip", Kind(N_("an e-book"), _AS_TEXT)),
)


def signed_kind(data: bytes) -> str:
    """What a file is by its first bytes, empty for what may be a text."""
    return next((kind.name for signature, kind in _SIGNED if data.startswith(signature)), "")


def check_kind(data: bytes, filename: str) -> None:
    """Raise Unreadable for a file that is known and not read here."""
    kind = _kind(data, filename.lower())
    if kind:
        raise Unreadable(_READ, kind.hint, code="named", kind=kind.name)


def _kind(data: bytes, filename: str) -> Kind | None:
    if data.startswith(OLE):
        return _old_kind(data)
    if data.startswith(ARCHIVE):
        return _packed_kind(data)
    found = next((kind for signature, kind in _SIGNED if data.startswith(signature)), None)
    if found and filename.endswith(".mbz"):
        return _MOODLE
    return found


def _old_kind(data: bytes) -> Kind | None:
    if _LOCKED in data[:_HEAD] or _LOCKED in data[-_HEAD:]:
        return Kind(N_("an Office file locked with a password"),
                    N_("Take the password off in the program that made it."))
    if any(word in data for word in _OLD_BOOK):
        return None
    if "PowerPoint Document".encode("utf-16-le") in data:
        return Kind(N_("a presentation"), _AS_TEXT)
    if "WordDocument".encode("utf-16-le") in data:
        return Kind(N_("a Word document"), _AS_TEXT)
    return Kind(N_("an old Office file"), N_("Save it in the newer form, such as .docx or .xlsx."))


def _packed_kind(data: bytes) -> Kind | None:
    """What an archive is by the names of its members; None where it may be one of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [info.filename.lower() for info in archive.infolist()[:2_000]]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return None
    for pattern, kind in _MEMBERS:
        if any(re.fullmatch(pattern, name) for name in names):
            return kind
    return next((kind for sign, kind in _ODF if sign in data[:200]), None)
