"""Many closed attempts that verify: a few are sat, the others are copies under other names.

Nothing of an attempt names who sat it, so a copy is derived and marked again like the one it was
taken from. Certificates are signed and records frozen anew.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock, create_app, schema
from isotrain.accounts import search
from isotrain.accounts.models import Identity, User
from isotrain.accounts.news import registered
from isotrain.attempts.models import Answer, Attempt, AttemptItem, AttemptMark, Form, Result
from isotrain.audit.noting import Actor
from isotrain.certificates import rules, signing_keys
from isotrain.certificates.models import Certificate, Holder
from isotrain.config import ROOT
from isotrain.db import db
from isotrain.ledger.hashing import hash_of
from isotrain.quizzes import loading
from isotrain.records.models import CompletionRecord, RecordPerson
from tests import postgresql, sittings
from tests.conftest import make_settings
from tests.factories import BY, a_user, committed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PEOPLE, EACH = 20, 3  # who really sit, and how often: one of five never passes
OF_ATTEMPTS = (Form, AttemptItem, Answer, AttemptMark, Result)
Rows = dict[type[Any], list[dict[str, Any]]]


def load_course() -> None:
    """Load the shipped course."""
    with committed():
        loading.load_course(ROOT / "question_banks" / "iso-certification", by=Actor.command())


def places(
    settings: tuple[str, ...] = postgresql.FAST, fill: Callable[[], None] = load_course
) -> Iterator[str]:
    """Stand in a new place with the shipped course on each database, and yield its name."""
    for name in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = ""
            if name == "PostgreSQL":
                url = stack.enter_context(postgresql.temporary(settings)).url()
            with create_app(make_settings(folder, url)).app_context():
                schema.upgrade(db.engine)
                fill()
                yield name
                db.session.remove()
                db.engine.dispose()


def seed(attempts: int) -> int:
    """Sit the shipped exam and copy what came of it; return how many attempts there are."""
    for n in range(PEOPLE):
        _sat(n)
    models = {model: _rows(model) for model in
              (User, Identity, Attempt, *OF_ATTEMPTS, Certificate, Holder, CompletionRecord,
               RecordPerson)}
    with committed():
        key_id, private = signing_keys.current(by=BY)
    one = len(models[Attempt])
    guards = [statement for statement in schema.trigger_statements(db.engine.dialect.name)
              if statement.startswith("CREATE TRIGGER freeze_answer")]
    with committed():
        for guard in guards:
            on_table = " ON answer" if db.engine.dialect.name == "postgresql" else ""
            db.session.execute(sa.text(f"DROP TRIGGER {guard.split()[2]}{on_table}"))
    for number in range(1, attempts // one):
        with committed():
            copied = _copied(models, number, key_id, private)
            _insert(copied)
            people = [row["id"] for row in copied[User]]
            search.rewrite(people)
            registered(people)
    with committed():
        for guard in guards:
            db.session.execute(sa.text(guard))
    return attempts // one * one


def _sat(n: int) -> int:
    user = a_user(name=f"Sitter {n}")
    for turn in range(EACH):
        right = 20 if turn and n % 5 else 9
        with clock.moved_by(timedelta(days=2 * turn - 10)):
            sittings.sat(user, right=right, wrong=20 - right)
    return user


def _rows(model: type[Any]) -> list[dict[str, Any]]:
    table: sa.Table = model.__table__
    db.session.rollback()
    return [dict(row) for row in db.session.connection().execute(sa.select(table)).mappings()]


def _insert(rows: Rows) -> None:
    for model, values in rows.items():
        db.session.connection().execute(sa.insert(model.__table__), values)


def _copied(models: Rows, number: int, key_id: str, private: bytes) -> Rows:
    """Return all rows once more, with ids that are further on."""
    on = number * 1000
    certificates = {row["id"]: _signed(row, on, private) for row in models[Certificate]}
    return {
        User: [{**row, "id": row["id"] + on} for row in models[User]],
        Identity: [{**row, "user_id": row["user_id"] + on,
                    "personnel_no": f"{row['personnel_no']}-{on}"} for row in models[Identity]],
        Attempt: [{**row, "id": row["id"] + on, "user_id": row["user_id"] + on}
                  for row in models[Attempt]],
        **{model: list(_of_attempts(models[model], on)) for model in OF_ATTEMPTS},
        Certificate: list(certificates.values()),
        Holder: [{**row, "certificate_id": row["certificate_id"] + on}
                 for row in models[Holder]],
        CompletionRecord: [_frozen(row, on) for row in models[CompletionRecord]],
        RecordPerson: [{**row, "record_id": row["record_id"] + on}
                       for row in models[RecordPerson]],
    }


def _of_attempts(rows: list[dict[str, Any]], on: int) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {**row, "attempt_id": row["attempt_id"] + on}


def _signed(row: dict[str, Any], on: int, private: bytes) -> dict[str, Any]:
    attempt, number = row["attempt_id"] + on, f"{row['number']}-{on}"
    payload = {**row["payload"], "attempt": str(attempt), "number": number,
               "code": f"{row['code']}{on}"}
    return {**row, "id": row["id"] + on, "user_id": row["user_id"] + on, "attempt_id": attempt,
            "number": number, "code": payload["code"], "payload": payload,
            "signature": rules.sign(payload, private)}


def _frozen(row: dict[str, Any], on: int) -> dict[str, Any]:
    frozen = {**row["frozen"], "attempt": {**row["frozen"]["attempt"],
                                           "id": row["attempt_id"] + on}}
    certificate = row["certificate_id"]
    return {**row, "id": row["id"] + on, "user_id": row["user_id"] + on,
            "attempt_id": row["attempt_id"] + on,
            "certificate_id": certificate and certificate + on, "frozen": frozen,
            "hash": hash_of(frozen)}
