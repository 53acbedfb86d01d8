"""Write the dumps of a release: `python -m tests.keeping.make_release`, once per version.

A dump is SQL text of a small database in which things have happened (lived.py), one of SQLite and
one of PostgreSQL, the same bytes whenever it is made by the same code. Its first line says as JSON
what a test needs to go on.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import tempfile
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import isotrain
from isotrain import clock, create_app
from isotrain.db import db
from isotrain.ledger import signing
from tests import postgresql
from tests.conftest import make_settings
from tests.keeping import lived
from tests.keeping.dumps import Dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATABASE = "release"


def main() -> None:
    """Write the dumps of the version that the code calls itself; refuse to replace one."""
    with postgresql.temporary() as server:
        server.create(DATABASE)
        _write("sqlite", sqlite_dump())
        _write("postgresql", postgresql_dump(server, DATABASE))


def _write(dialect: str, text: str) -> None:
    path = Dump(isotrain.__version__, dialect).path
    if path.exists():
        raise SystemExit(f"{path} exists: what was released does not change.")
    path.write_text(text, encoding="utf-8")
    print(f"Wrote {path}, {path.stat().st_size} bytes.")


def sqlite_dump() -> str:
    """Let things happen in a SQLite file and return it as SQL text."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = _lived(folder, f"sqlite:///{folder / 'release.db'}")
        with closing(sqlite3.connect(folder / "release.db")) as connection:
            return first + "\n".join(map(_in_order, connection.iterdump())) + "\n"


def _in_order(statement: str) -> str:
    """Return a statement with the constraints of its table in order: Alembic copies them in any."""
    if not statement.startswith("CREATE TABLE"):
        return statement
    table, *body, end = statement.split("\n")
    parts = [" ".join(part.split()) for part in re.split(r", *\n", "\n".join(body))]
    parts.sort(key=lambda part: part if part.startswith("CONSTRAINT") else "")
    return "\n".join((table, ",\n".join(f"    {part}" for part in parts if part), end))


def postgresql_dump(server: postgresql.Server, database: str) -> str:
    """Let the same happen in an empty PostgreSQL database and return it as SQL text."""
    with tempfile.TemporaryDirectory() as name:
        first = _lived(Path(name), server.url(database))
        server.sort(database)
        return first + server.dump(database)


def _lived(folder: Path, url: str) -> str:
    """Let things happen, always the same; return the first line of the dump."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(secrets, "token_bytes", _dice()))
        stack.enter_context(mock.patch.object(signing, "new_private_key", _key))
        app = create_app(make_settings(folder / "place", url))
        stack.enter_context(app.app_context())
        with _the_database_clock_stopped():
            facts = lived.live(folder)
        db.session.remove()
        db.engine.dispose()
    keys = {path.stem: path.read_text() for path in (folder / "place" / "keys").iterdir()}
    return f"-- {json.dumps({**facts, 'at': lived.END.isoformat(), 'keys': keys})}\n"


@contextmanager
def _the_database_clock_stopped() -> Iterator[None]:
    """Let statements that ask PostgreSQL for the time hear what our own clock says."""

    def told(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any
    ) -> tuple[str, Any]:
        moment = f"TIMESTAMPTZ '{clock.now().isoformat()}'"
        return statement.replace("clock_timestamp()", moment), parameters

    sa.event.listen(db.engine, "before_cursor_execute", told, retval=True)
    try:
        with mock.patch.object(clock, "shift", timedelta):
            yield
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", told)


def _dice() -> Callable[..., bytes]:
    """Return what stands for secrets.token_bytes: other bytes at each call, the same each time."""
    count = iter(range(10**6))

    def token_bytes(size: int | None = None) -> bytes:
        return sha256(str(next(count)).encode()).digest()[: size or 32]

    return token_bytes


def _key() -> bytes:
    """A private key that is no secret."""
    key = Ed25519PrivateKey.from_private_bytes(sha256(b"a key for tests only").digest())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


if __name__ == "__main__":
    main()
