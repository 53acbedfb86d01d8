"""Content packages: zip archives with a manifest, opened within limits and never unpacked."""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from isotrain.formats.contract import Unreadable
from isotrain.formats.qti.elements import child, parsed

MANIFEST = "imsmanifest.xml"
MEMBER_LIMIT = 20_000
UNPACKED_LIMIT = 200 * 1024 * 1024
TEXT_LIMIT = 20 * 1024 * 1024
RATIO_LIMIT, RATIO_FROM = 120, 1024 * 1024
"""How many times smaller than its content a member may be, from this many bytes on."""

_ENCRYPTED = 1
_TEXTS = (".xml", ".qti")
_NEWER = re.compile(r"imsqti_(?:item|test|section|stimulus|apip|\w*v[23]p)")
_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError,
           NotImplementedError, ValueError, KeyError)


class Resource(NamedTuple):
    """What a manifest says of one of its resources: its kind and where its files are."""

    type: str
    files: tuple[str, ...]


class Package:
    """An archive whose members can be read; raises Unreadable where its outside looks wrong."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            members = self._archive.infolist()
        except _FAULTS:
            raise _damaged() from None
        _check(members)
        self.names = {info.filename: info for info in members if not info.is_dir()}

    @property
    def texts(self) -> dict[str, zipfile.ZipInfo]:
        """The members that may hold questions by their names, in the order of the archive."""
        return {name: info for name, info in self.names.items()
                if name.lower().endswith(_TEXTS) and not name.startswith("__MACOSX/")}

    @property
    def manifest(self) -> str:
        """The name of the manifest nearest to the root, empty where there is none."""
        found = [name for name in self.names if posixpath.basename(name).lower() == MANIFEST]
        return min(found, key=lambda name: name.count("/"), default="")

    def read(self, name: str, *, upto: int = 0) -> bytes:
        """The content of a member, or its first bytes; raises Unreadable."""
        info = self.names[name]
        if info.file_size > TEXT_LIMIT and not upto:
            raise Unreadable(
                'The file "%(name)s" in the package is larger than %(limit)s MB.',
                "Split it into several files.", code="too_large", name=name[:100],
                limit=TEXT_LIMIT // 1024**2)
        try:
            with self._archive.open(info) as member:
                return member.read(upto or -1)
        except _FAULTS:
            raise _damaged() from None

    def resources(self) -> Iterator[Resource]:
        """What the manifest lists, in its order; raises Unreadable."""
        if not self.manifest:
            return
        root, _ = parsed(self.read(self.manifest))
        folder = posixpath.dirname(self.manifest)
        listed = child(root, "resources")
        bases = folder, root.get("base", ""), "" if listed is None else listed.get("base", "")
        for resource in [] if listed is None else listed.findall("resource"):
            yield _resource(resource, posixpath.join(*bases, resource.get("base", "")))


def version(data: bytes) -> int:
    """Which QTI an archive holds: 1 also where its manifest tells nothing, 2, or 0 for none."""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except _FAULTS:
        return 0
    if not any(posixpath.basename(name).lower() == MANIFEST or name.lower().endswith(".qti")
               for name in names[:MEMBER_LIMIT]):
        return 0
    try:
        types = {resource.type for resource in Package(data).resources()}
    except Unreadable:
        return 1
    return 2 if any(_NEWER.match(name) for name in types) else 1


def _resource(resource: Element, base: str) -> Resource:
    """The resource with the names of its files, what it is called by first."""
    links = [resource.get("href", ""), *(file.get("href", "") for file in resource.iter("file"))]
    paths = (posixpath.normpath(posixpath.join(base, unquote(link))) for link in links if link)
    return Resource(resource.get("type", ""), tuple(dict.fromkeys(paths)))


def _check(members: list[zipfile.ZipInfo]) -> None:
    """Raise Unreadable for an archive that is too large, locked, or names what is not in it."""
    names = {info.filename for info in members}
    if len(members) > MEMBER_LIMIT or sum(info.file_size for info in members) > UNPACKED_LIMIT:
        raise _swollen()
    for info in members:
        if info.file_size > max(RATIO_FROM, RATIO_LIMIT * info.compress_size):
            raise _swollen()
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable("The package is locked with a password.",
                             "Export it again without a password.", code="locked")
        if _leaves(info.filename):
            raise Unreadable(
                'The package has a file "%(name)s", whose name leads out of it.',
                "Export it again from the program that made it.", code="path",
                name=info.filename[:100])
    if len(names) < len(members):
        raise Unreadable("The package has two files of one name.",
                         "Export it again from the program that made it.", code="twice")


def _leaves(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0].endswith(":")


def _damaged() -> Unreadable:
    return Unreadable("The package is damaged.", "Export it again and upload it again.",
                      code="damaged")


def _swollen() -> Unreadable:
    return Unreadable("The package becomes too large when it is unpacked.",
                      "Split it into several packages.", code="too_large")
