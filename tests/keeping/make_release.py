"""Write the dump of a released schema: `python -m tests.keeping.make_release`, once per schema.

The dump is SQL text of a small SQLite database in which things have happened, the same bytes
whenever it is made by the same code. Its first line says as JSON what a test needs to go on.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from isotrain import clock, create_app, schema
from isotrain.accounts import registering
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.attempts import taking
from isotrain.audit.noting import Actor
from isotrain.certificates import revoking
from isotrain.certificates.issuing import find_for_attempt
from isotrain.db import db
from isotrain.ledger import signing
from isotrain.quizzes import loading
from isotrain.study.content import get_course
from tests import sittings
from tests.conftest import make_settings
from tests.factories import committed
from tests.keeping import small_course

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent / "released"
BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = (("1001", "Ada Ångström"), ("1002", "Bela O'Neill"), ("1003", "Chi Nguyễn"),
          ("1004", "Dee Expired"), ("1005", "Eli Left"), ("1006", "Fay Sitting"))


def main() -> None:
    """Write the dump of the schema that the code has now; refuse to replace one."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{schema.head()}.sql"
    if path.exists():
        raise SystemExit(f"{path} exists: a released schema does not change.")
    path.write_text(dump(), encoding="utf-8")
    print(f"Wrote {path}, {path.stat().st_size} bytes.")


def dump() -> str:
    """Make the database and return it as SQL text."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        stack.enter_context(mock.patch.object(secrets, "token_bytes", _dice()))
        stack.enter_context(mock.patch.object(signing, "new_private_key", _key))
        app = create_app(make_settings(folder / "place"))
        with app.app_context():
            facts = _lived(small_course.write(folder / "course"))
            db.session.remove()
            db.engine.dispose()
        with closing(sqlite3.connect(folder / "place" / "test.db")) as connection:
            text = "\n".join(map(_in_order, connection.iterdump()))
        keys = {path.stem: path.read_text() for path in (folder / "place" / "keys").iterdir()}
    first = json.dumps({**facts, "at": (BEGIN + timedelta(hours=2)).isoformat(), "keys": keys})
    return f"-- {first}\n{text}\n"


def _in_order(statement: str) -> str:
    """Return a statement with the constraints of its table in order: Alembic copies them in any."""
    if not statement.startswith("CREATE TABLE"):
        return statement
    lines = [line.strip().removesuffix(",") for line in statement.split("\n")]
    table, columns, end = lines[0], lines[1:-1], lines[-1]
    columns.sort(key=lambda line: line if line.startswith("CONSTRAINT") else "")
    return "\n".join((table, ",\n".join(f"    {line}" for line in columns if line), end))


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


def _lived(course: Path) -> dict[str, int | str]:
    """Let a course be loaded and sat by people in every way an attempt can go."""
    with clock.frozen_at(BEGIN):
        schema.upgrade(db.engine)
        with committed():
            loading.load_course(course, by=Actor.command())
            ids = [registering.add(Person(*person), roles=frozenset({Role.EMPLOYEE}),
                                   by=Actor.command()).id for person in PEOPLE]
            assigning.assign(course_id=get_course("short").id, target="everybody", unit_id=None,
                             user_id=None, due_on=date(2026, 12, 31), by=Actor.command())
        expiring = sittings.begin(ids[3], "short-exam")
        sittings.answer(expiring, ids[3], right=1)
    with clock.frozen_at(BEGIN + timedelta(hours=1)):
        with committed():
            taking.close_overdue(expiring, by=Actor.command())
            registering.deactivate(ids[4], by=Actor.command(), reason="left")
        passed = [_sat(id_, right=5) for id_ in ids[:2]]
        _sat(ids[2], right=1, wrong=2)
        certificate = find_for_attempt(passed[1])
        assert certificate is not None
        with committed():
            revoking.revoke(certificate.id, reason="Made to be revoked.", by=Actor.command())
    with clock.frozen_at(BEGIN + timedelta(hours=2)):
        practising = sittings.begin(ids[1], "short-practice")
        sittings.hand_in(practising, ids[1])
        running = sittings.begin(ids[5], "short-exam")
        sittings.answer(running, ids[5], right=1, wrong=1)
    return {"open": running, "sitter": ids[5]}


def _sat(user_id: int, *, right: int, wrong: int = 0) -> int:
    attempt = sittings.begin(user_id, "short-exam")
    sittings.answer(attempt, user_id, right=right, wrong=wrong)
    sittings.hand_in(attempt, user_id)
    return attempt


if __name__ == "__main__":
    main()
