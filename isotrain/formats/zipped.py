"""A question file and its pictures in one zip archive; the texts call a picture by its path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Self

from isotrain.formats.contract import ARCHIVE, Unreadable
from isotrain.formats.model import Import
from isotrain.formats.picture import Picture
from isotrain.formats.qti.files import Files, in_markdown
from isotrain.formats.qti.package import Package
from isotrain.formats.qti.packing import archived, with_links
from isotrain.questions.pictured import lost
from isotrain.questions.problem import warning

FOLDER = "pictures"
"""Where the pictures stand in an archive of ours."""

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff")
_HIDDEN = re.compile(r"(?:^|/)(?:\.|__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_PICTURED = ("yaml", "csv", "xlsx", "text2qti", "numbered", "docx", "aiken", "gift")
"""The formats whose texts may name pictures as Markdown does."""


@dataclass(frozen=True)
class Zip:
    """An archive, and the one question file in it."""

    package: Package
    name: str

    @classmethod
    def of(cls, data: bytes, endings: Collection[str]) -> Self:
        """The archive whose question file has one of these endings; raises Unreadable."""
        package = Package(data)
        names = [name for name in package.names if not _HIDDEN.search(name)]
        found = [name for name in names if posixpath.splitext(name)[1].lower() in endings]
        if not found:
            raise Unreadable("The zip archive holds no question file.",
                             "Put one into it, such as questions.yaml or questions.csv, with its"
                             " pictures beside it.", code="zip_no_file")
        if len(found) > 1:
            raise Unreadable("The zip archive holds several question files: %(names)s.",
                             "Leave one of them in it, or bring them one by one.",
                             code="zip_several", names=", ".join(found)[:300])
        return cls(package, found[0])

    def read(self) -> bytes:
        """The question file; raises Unreadable."""
        return self.package.read(self.name)

    def unread(self, imported: Import) -> Import:
        """The import, and a word on what of the archive no question shows."""
        left = [name for name in self.package.names if name != self.name
                and name not in imported.files and not _HIDDEN.search(name)]
        if not left:
            return imported
        said = warning("file", "Files of the archive that no question shows: %(names)s.",
                       "Write ![what it shows](its name) where a picture belongs.",
                       names=", ".join(left)[:300])
        return replace(imported, problems=(*imported.problems, said))


def is_archive(data: bytes, readers: Collection[bool]) -> bool:
    """Whether this is a zip archive, and none that a format reads as its own."""
    return data.startswith(ARCHIVE) and not any(readers)


def illustrated(imported: Import, archive: Zip | None) -> Import:
    """The import with the pictures that its texts name; raises Unreadable for too many."""
    if imported.format not in _PICTURED:
        return archive.unread(imported) if archive else imported
    files = Files(archive.package if archive else None)
    beside = files.beside(archive.name if archive else "")

    def find(address: str, alt: str) -> str:
        is_picture = ":" in address or address.lower().endswith(_PICTURES)
        return beside(address, alt) or (lost(address, alt) if is_picture else "")

    drafts = tuple(draft.retold(lambda text: in_markdown(text, find))
                   for draft in imported.questions)
    told = replace(imported, questions=drafts, files={**imported.files, **files.used})
    return archive.unread(told) if archive else told


def carried(data: bytes, pictures: Mapping[str, Picture], *, name: str) -> bytes:
    """A zip archive with a text of ours under this name, and its pictures in a folder."""
    text, files = with_links(data.decode(), pictures, folder=FOLDER, link=FOLDER)
    return archived({name: text.encode(), **files})
