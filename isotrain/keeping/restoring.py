"""Restoring: an archive into an empty place, and nowhere else."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock, config, schema
from isotrain.accounts.models import OneTimeLink, Session
from isotrain.audit.noting import Actor, note
from isotrain.db import db, writing
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs import asking, leasing
from isotrain.keeping import archiving, copying, moving, progress
from isotrain.keeping.backing_up import counted, revision_of, variables_of
from isotrain.ledger import signing
from isotrain.ledger.canonical import parse
from isotrain.scratch import scratch
from isotrain.second_factor import arriving, sealing
from isotrain.settings import seeding

if TYPE_CHECKING:
    from collections.abc import Callable

    from isotrain.keeping.archiving import Manifest, Sealed

# A place whose only rows are the first values of settings is empty: nobody has decided anything.
SEEDED = "setting"
VERIFY = "verify"  # the job that goes through what came before the backup, once this place serves


@dataclass(frozen=True)
class Restored:
    """What was put back, and what the environment said where it came from."""

    manifest: Manifest
    sha256: str
    key_id: str
    variables: dict[str, str]

    @property
    def differing(self) -> dict[str, str]:
        """The variables that were set differently there."""
        here = variables_of(config.current())
        return {name: self.variables[name] for name in here
                if self.variables.get(name) not in (None, here[name])}


def restore(path: Path, *, sha256: str | None) -> Restored:
    """Check an archive whole, then put its keys and its database into this empty place.

    `sha256` is the hash that the backup printed, where somebody noted it apart from the file.
    """
    with archiving.opened(path) as sealed:
        if sha256 is not None and sha256.strip().lower() != sealed.sha256:
            raise Refusal(_("This is a sound archive, but not the one with this SHA-256."))
        _refuse_unless_fitting(sealed.manifest)
        keys, variables = _keys(sealed), _variables(sealed)
        if db.engine.dialect.name == "sqlite":
            _place_sqlite(sealed, keys)
        elif sealed.manifest.database == "sqlite":
            _move_to_postgresql(sealed, keys)
        else:
            _place_postgresql(sealed, keys)
    schema.upgrade(db.engine)
    progress.forget()
    return Restored(sealed.manifest, sealed.sha256, sealed.key_id, variables)


def settle(restored: Restored, *, by: Actor) -> None:
    """Shut what has ended since the backup, for all we know: sessions, one-time links, jobs.

    Settings that the archive is too old to know begin as its place was told, not this one.
    """
    now = clock.now()
    db.session.execute(sa.update(Session).where(Session.ended_at.is_(None)).values(ended_at=now))
    db.session.execute(
        sa.update(OneTimeLink).where(OneTimeLink.used_at.is_(None)).values(used_at=now))
    arriving.forget_all()
    leasing.release_all()
    leasing.hasten(VERIFY)
    asking.forget_all()
    seeding.seed(by=by, given={name.removeprefix(config.PREFIX): value
                               for name, value in restored.variables.items()})
    note("installation.restored", by, scope="technical", on=("installation", "database"),
         details={"sha256": restored.sha256, "made_at": restored.manifest.made_at,
                  "schema": restored.manifest.schema})


def _refuse_unless_fitting(manifest: Manifest) -> None:
    if (manifest.database, db.engine.dialect.name) == ("postgresql", "sqlite"):
        raise Refusal(_("This archive is of a PostgreSQL database."
                        " Set ISOTRAIN_DATABASE_URL to an empty PostgreSQL database."))
    if manifest.schema not in schema.revisions():
        raise Refusal(_("This archive has schema %(schema)s, which this version does not know."
                        " Install version %(version)s or a later one.",
                        schema=manifest.schema, version=manifest.app_version))


def _keys(sealed: Sealed) -> dict[str, bytes]:
    """Return the private keys by the names of their files, worked out from each signing key."""
    keys = {}
    try:
        for name, text in parse(sealed.read(archiving.KEYS)).items():
            private = text.encode()
            if name == sealing.NAME:
                sealing.parse(text)
                keys[name] = private
            else:
                keys[f"{signing.key_id(signing.public_key(private))}.pem"] = private
    except (ValueError, AttributeError):
        raise Refusal(_("The keys in this archive cannot be read.")) from None
    if f"{sealed.key_id}.pem" not in keys:
        raise Refusal(_("This archive is sealed with a key that is not among its own."))
    folder = config.current().keys
    for path in (*folder.glob("*.pem"), *folder.glob(sealing.NAME)):
        if keys.get(path.name, b"").strip() != path.read_bytes().strip():
            raise Refusal(_("The keys folder %(folder)s is not empty. Restore into an empty place.",
                            folder=folder))
    return keys


def _write_keys(keys: dict[str, bytes]) -> None:
    folder = config.current().keys
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, private in keys.items():
        if not (folder / name).exists():
            archiving.synced(folder / name, private)
    archiving.sync_folder(folder)


def _variables(sealed: Sealed) -> dict[str, str]:
    try:
        then = dict(parse(sealed.read(archiving.SETTINGS)))
    except (ValueError, TypeError):
        raise Refusal(_("The variables in this archive cannot be read.")) from None
    return {str(name): str(value) for name, value in then.items()}


def _place_sqlite(sealed: Sealed, keys: dict[str, bytes]) -> None:
    path = Path(str(db.engine.url.database))
    if path.exists() and _holds_rows(path):
        raise _occupied()
    with scratch(path.parent) as folder:
        fresh = folder / archiving.SQLITE
        _unpack_sqlite(sealed, fresh)
        _write_keys(keys)
        db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        fresh.replace(path)
        archiving.sync_folder(path.parent)


def _unpack_sqlite(sealed: Sealed, path: Path) -> None:
    """Write the database of an archive to a new file and see that it is sound."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        sealed.unpack(archiving.SQLITE, file.write)
        file.flush()
        os.fsync(file.fileno())
    _check_sqlite(path, sealed.manifest)


def _holds_rows(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return any(count for table, count in counted(connection).items() if table != SEEDED)
    except sqlite3.DatabaseError:
        return True


def _check_sqlite(path: Path, manifest: Manifest) -> None:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            sound = (found == "ok" and revision_of(connection) == manifest.schema
                     and counted(connection) == manifest.rows
                     and connection.execute("PRAGMA foreign_key_check").fetchone() is None)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise Refusal(_("The database in this archive is damaged."))


def _move_to_postgresql(sealed: Sealed, keys: dict[str, bytes]) -> None:
    with scratch(config.current().instance) as folder:
        file = folder / archiving.SQLITE
        _unpack_sqlite(sealed, file)
        _clear_empty_tables()
        _write_keys(keys)
        moving.move(file)


def _place_postgresql(sealed: Sealed, keys: dict[str, bytes]) -> None:
    _clear_empty_tables()
    _write_keys(keys)
    schema.upgrade(db.engine, sealed.manifest.schema)
    with writing(), db.engine.connect() as connection, connection.begin():
        known = copying.columns(connection)
        _check_columns(sealed.manifest, known)
        with copying.loading(connection):
            for table, count in sealed.manifest.rows.items():
                read = copying.copy_in(connection, table, sealed.manifest.columns[table],
                                       _unpacking(sealed, table))
                if read != count:
                    raise Refusal(_("The database in this archive is damaged."))
        copying.advance_counters(connection)


def _unpacking(sealed: Sealed, table: str) -> Callable[[Callable[[bytes], Any]], None]:
    return lambda take: sealed.unpack(archiving.TABLES + table, take)


def _check_columns(manifest: Manifest, known: dict[str, list[str]]) -> None:
    fits = manifest.rows.keys() == known.keys() == manifest.columns.keys() and all(
        set(manifest.columns[table]) == set(names) for table, names in known.items())
    if not fits:
        raise Refusal(_("The tables in this archive are not those of schema %(schema)s.",
                        schema=manifest.schema))


def _clear_empty_tables() -> None:
    """Drop tables that were made but never filled; refuse when a single one holds a row."""
    with writing(), db.engine.connect() as connection, connection.begin():
        quote = connection.dialect.identifier_preparer.quote
        tables = list(copying.columns(connection))
        if any(connection.exec_driver_sql(f"SELECT 1 FROM {quote(table)} LIMIT 1")  # noqa: S608
               .first() for table in tables if table != SEEDED):
            raise _occupied()
        for table in [*tables, copying.NOT_CONTENT]:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {quote(table)} CASCADE")


def _occupied() -> Refusal:
    return Refusal(_("This place holds a database already. Restore into an empty one: set"
                     " ISOTRAIN_INSTANCE to a new folder, or ISOTRAIN_DATABASE_URL to an empty"
                     " database."))
