"""Archiving: a whole installation in one sealed file.

An archive is a ZIP file: manifest.json (canonical JSON: what is inside, with the SHA-256 of every
member), settings.json, keys.json, and the database as database.sqlite or as tables/<name> in
PostgreSQL's COPY text. The last bytes, its ZIP comment, are a public key (PEM) and the Ed25519
signature (hexadecimal digits) over everything before the signature. The seal is checked before
anything is opened, so whichever bit changed, nothing is unpacked.
"""

from __future__ import annotations

import os
import re
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any

from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger import signing
from isotrain.ledger.canonical import JsonObject, NotCanonical, canonical_bytes, parse
from isotrain.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

SCHEMA = "isotrain-backup-1"
MANIFEST, SETTINGS, KEYS, SQLITE = (
    "manifest.json", "settings.json", "keys.json", "database.sqlite",
)
TABLES = "tables/"
KEY_LENGTH, SIGNATURE_LENGTH = 113, 128
SEAL_LENGTH = KEY_LENGTH + SIGNATURE_LENGTH
BLOCK = 1024 * 1024
LARGEST_IN_MEMORY = 16 * BLOCK
_TABLE = re.compile(r"tables/[a-z_]{1,63}")


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself; `members` has (SHA-256, bytes) by name."""

    made_at: str
    app_version: str
    schema: str
    database: str
    rows: dict[str, int]
    columns: dict[str, list[str]]
    members: JsonObject


class Archive:
    """An archive that is being written."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self.file = file
        self.members: JsonObject = {}

    def add(self, name: str, blocks: Iterable[bytes | memoryview]) -> None:
        """Write one member, block by block."""
        digest, size = sha256(), 0
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with self.file.open(info, "w", force_zip64=True) as member:
            for block in blocks:
                member.write(block)
                digest.update(block)
                size += len(block)
        self.members[name] = [digest.hexdigest(), size]


@contextmanager
def writing_to(path: Path, private_pem: bytes) -> Iterator[Archive]:
    """Write an archive that appears under its name, readable by its owner alone, once sealed."""
    with scratch(path.parent) as folder:
        partial = folder / path.name
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            with zipfile.ZipFile(file, "w", compresslevel=3) as packed:
                yield Archive(packed)
                packed.comment = bytes(SEAL_LENGTH)
            _seal(file, private_pem)
        if path.exists():
            raise Refusal(_("%(file)s exists already.", file=path.name))
        partial.replace(path)
        sync_folder(path.parent)


def add_manifest(archive: Archive, manifest: Manifest) -> None:
    """Write the manifest, last of all members."""
    archive.add(MANIFEST, [canonical_bytes({"format": SCHEMA, **asdict(manifest)})])


def _seal(file: IO[bytes], private_pem: bytes) -> None:
    file.seek(-SEAL_LENGTH, os.SEEK_END)
    file.write(signing.public_key(private_pem))
    signed = _digest(file, file.tell())
    file.write(signing.sign(_statement(signed.hexdigest()), private_pem).encode())
    file.flush()
    os.fsync(file.fileno())


def _statement(digest: str) -> bytes:
    """What is signed: it names its kind, so that no other signed document passes for it."""
    return canonical_bytes({"schema": SCHEMA, "sha256": digest})


def _digest(file: IO[bytes], length: int) -> Any:
    """Hash the first bytes of a file, and leave it just behind them."""
    digest, left = sha256(), length
    file.seek(0)
    while left and (block := file.read(min(BLOCK, left))):
        digest.update(block)
        left -= len(block)
    return digest


def sync_folder(folder: Path) -> None:
    """Make the new name of a file last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Sealed:
    """An archive whose seal was found right."""

    file: zipfile.ZipFile
    manifest: Manifest
    sha256: str
    key_id: str

    def read(self, name: str) -> bytes:
        """Return a small member, checked against the manifest."""
        blocks: list[bytes] = []
        if self.manifest.members[name][1] > LARGEST_IN_MEMORY:
            raise _broken(name)
        self.unpack(name, blocks.append)
        return b"".join(blocks)

    def unpack(self, name: str, take: Callable[[bytes], object]) -> None:
        """Hand over a member block by block; raises Refusal at the end where it is another."""
        wanted, size = self.manifest.members[name]
        digest, left = sha256(), size
        try:
            with self.file.open(name) as member:
                while block := member.read(BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise _broken(name)
                    digest.update(block)
                    take(block)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise _broken(name) from error
        if left or digest.hexdigest() != wanted:
            raise _broken(name)


@contextmanager
def opened(path: Path) -> Iterator[Sealed]:
    """Open an archive after checking its seal, its names and its manifest; raises Refusal."""
    with path.open("rb") as file:
        digest, key_id = _checked_seal(file)
        try:
            packed = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise _not_ours() from error
        with packed:
            yield Sealed(packed, _checked_manifest(packed), digest, key_id)


def _checked_seal(file: IO[bytes]) -> tuple[str, str]:
    length = file.seek(0, os.SEEK_END)
    if length <= SEAL_LENGTH:
        raise _not_ours()
    file.seek(-SEAL_LENGTH, os.SEEK_END)
    public = file.read(KEY_LENGTH)
    digest = _digest(file, length - SIGNATURE_LENGTH)
    statement, signature = _statement(digest.hexdigest()), file.read(SIGNATURE_LENGTH)
    try:
        right = signing.verify(statement, signature.decode("latin-1"), public)
        key_id = signing.key_id(public)
    except signing.BadKey:
        raise _not_ours() from None
    if not right:
        raise Refusal(_("The seal of this archive is broken: it was changed or is incomplete."))
    digest.update(signature)
    return digest.hexdigest(), key_id


def _checked_manifest(packed: zipfile.ZipFile) -> Manifest:
    names = packed.namelist()
    if len(set(names)) < len(names) or names.count(MANIFEST) != 1:
        raise _not_ours()
    if packed.getinfo(MANIFEST).file_size > LARGEST_IN_MEMORY:
        raise _not_ours()
    try:
        data = parse(packed.read(MANIFEST))
        if data.pop("format") != SCHEMA:
            raise Refusal(_("This archive was made by another version of the program."))
        manifest = Manifest(**data)
        _check_names(manifest, set(names) - {MANIFEST})
    except (NotCanonical, TypeError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        raise _not_ours() from error
    return manifest


def _check_names(manifest: Manifest, names: set[str]) -> None:
    """Hold the members to the fixed list: no name from an archive ever becomes a path."""
    content = {SQLITE} if manifest.database == "sqlite" else {
        TABLES + table for table in manifest.rows
    }
    wanted = {SETTINGS, KEYS} | content
    odd = sorted((names | set(manifest.members)) - wanted)
    if odd:
        raise Refusal(_("This archive holds something that does not belong there: %(name)s",
                        name=odd[0]))
    if names != wanted or set(manifest.members) != wanted:
        raise _not_ours()
    if manifest.database != "sqlite" and not all(map(_TABLE.fullmatch, content)):
        raise _not_ours()


def synced(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, so that it lasts through a power cut."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _not_ours() -> Refusal:
    return Refusal(_("This file is not a backup made with “flask backup”, or it is incomplete."))


def _broken(name: str) -> Refusal:
    return Refusal(_("A part of this archive is not what its manifest says: %(name)s", name=name))
