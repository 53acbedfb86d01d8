"""Backing up: one file with the database, the keys and the address, while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import isotrain
from isotrain import clock, config, schema
from isotrain.audit.noting import Actor, note
from isotrain.certificates import signing_keys
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs import leasing, overview
from isotrain.keeping import archiving, copying
from isotrain.ledger import signing
from isotrain.ledger.canonical import canonical_bytes
from isotrain.scratch import scratch
from isotrain.second_factor import sealing
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from isotrain.config import Installation
    from isotrain.keeping.archiving import Archive

# What is neither secret nor bound to the machine it runs on.
VARIABLES = {"environment": "ENV", "public_url": "PUBLIC_URL", "proxies": "PROXIES"}


@dataclass(frozen=True)
class Backup:
    """A finished archive."""

    path: Path
    sha256: str
    size: int
    key_id: str
    rows: int


def signing_key(*, by: Actor) -> bytes:
    """Return the private key that seals archives; the first one ever is made here."""
    _key_id, private = signing_keys.current(by=by)
    return private


def back_up(path: Path, private: bytes) -> Backup:
    """Write everything to one sealed file, as it was at one moment; nobody waits meanwhile."""
    if path.exists():
        raise Refusal(_("%(file)s exists already. Choose another name.", file=path.name))
    if not path.parent.is_dir():
        raise Refusal(_("There is no folder %(folder)s.", folder=path.parent))
    here = config.current()
    with archiving.writing_to(path, private) as archive:
        archive.add(archiving.SETTINGS, [canonical_bytes(variables_of(here))])
        archive.add(archiving.KEYS, [canonical_bytes({**_private_keys(here.keys),
                                                      **_factor_key()})])
        if db.engine.dialect.name == "sqlite":
            _add_sqlite(archive, path.parent)
        else:
            _add_postgresql(archive)
    with archiving.opened(path) as sealed:
        return Backup(path, sealed.sha256, path.stat().st_size, sealed.key_id,
                      sum(sealed.manifest.rows.values()))


def variables_of(here: Installation) -> dict[str, str]:
    """Return what the environment says of a place, without secrets and addresses of machines."""
    return {f"{config.PREFIX}{name}": str(getattr(here, field))
            for field, name in VARIABLES.items()}


def _private_keys(folder: Path) -> dict[str, str]:
    """Return the private keys by the id that each of them really has."""
    keys = {}
    for path in sorted(folder.glob("*.pem")):
        pem = path.read_bytes()
        try:
            keys[signing.key_id(signing.public_key(pem))] = pem.decode()
        except signing.BadKey:
            raise Refusal(_("%(file)s in the keys folder is not a signing key.",
                            file=path.name)) from None
    return keys


def _factor_key() -> dict[str, str]:
    """Return the key of second factors under its name, nothing where none was made yet."""
    try:
        text = sealing.path().read_text(encoding="ascii").strip()
        sealing.parse(text)
    except FileNotFoundError:
        return {}
    except ValueError:
        raise Refusal(_("%(file)s in the keys folder is not a key of second factors.",
                        file=sealing.NAME)) from None
    return {sealing.NAME: text}


def _add_sqlite(archive: Archive, folder: Path) -> None:
    """VACUUM INTO reads one snapshot; copying the file would miss what stands in the log."""
    with scratch(folder) as private:
        copy = private / archiving.SQLITE
        with closing(db.engine.raw_connection()) as connection:
            driver = connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA query_only=OFF")
            connection.info.pop("reading", None)  # the next reader is restricted again
            driver.execute(N_("VACUUM INTO ?"), (str(copy),))
        with closing(sqlite3.connect(copy)) as connection:
            rows, revision = counted(connection), revision_of(connection)
        archive.add(archiving.SQLITE, _blocks(copy))
    _add_manifest(archive, revision, rows=rows, columns={})


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(archiving.BLOCK):
            yield block


def counted(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the rows of every table of a SQLite file that holds content."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"
                               " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name")
    return {name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for (name,) in names.fetchall() if name != copying.NOT_CONTENT}


def revision_of(connection: sqlite3.Connection) -> str:
    """Return the schema of a SQLite file."""
    return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _add_postgresql(archive: Archive) -> None:
    with copying.snapshot() as connection:
        columns, rows = copying.columns(connection), {}
        for table, names in columns.items():
            blocks = copying.Rows(connection, table, names)
            archive.add(archiving.TABLES + table, blocks)
            rows[table] = blocks.count
        revision = schema.current(connection)
    _add_manifest(archive, str(revision), rows=rows, columns=columns)


def _add_manifest(
    archive: Archive, revision: str, *, rows: dict[str, int], columns: dict[str, list[str]]
) -> None:
    archiving.add_manifest(archive, archiving.Manifest(
        made_at=clock.now().isoformat(timespec="seconds"), schema=revision,
        app_version=isotrain.__version__, database=db.engine.dialect.name, rows=rows,
        columns=columns, members=dict(archive.members),
    ))


def note_backup(backup: Backup, *, by: Actor) -> None:
    """Append to the log that a backup was made, and note it for the health page."""
    leasing.note_done(overview.BACKUP, backup.rows)
    note("backup.made", by, scope="technical", on=("installation", "database"),
         details={"sha256": backup.sha256, "bytes": backup.size, "rows": backup.rows})
