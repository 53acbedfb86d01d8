"""Whatever the code does: the database itself refuses the rows that must never be."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from isotrain import clock, schema
from isotrain.db import Base, db, writing

NOW, DAY = clock.now(), date(2026, 3, 29)
SETTLED = {"settled_at": NOW, "settler_kind": "user", "settled_by": 7}
schema.load_models()
TABLES = Base.metadata.sorted_tables
CHECKS = {rule.name: (table, str(rule.sqltext)) for table in TABLES for rule in table.constraints
          if isinstance(rule, sa.CheckConstraint)}
UNIQUE = {rule.name: (table, rule) for table in TABLES
          for rule in (*table.constraints, *table.indexes)
          if (isinstance(rule, sa.UniqueConstraint) or getattr(rule, "unique", False))
          and not set(rule.columns) >= set(table.primary_key)}
WORDS = re.compile(r"\"?(\w+)\"? IN \('([\w/]+)'.*\)")
# What breaks a rule that does not just list words, and no other rule of its table.
BREAKS = {
    "ck_attempt_closed_when_not_open": {"state": "submitted"},
    "ck_attempt_state_known": {"state": "else", "closed_at": NOW},
    "ck_certificate_passed_only": {"passed": False},
    "ck_employment_in_order": {"left_on": DAY - timedelta(days=1)},
    "ck_extra_attempt_given_by_another": {"giver_kind": "user", "given_by": 7, "user_id": 7},
    "ck_extra_attempt_given_by_somebody": {"giver_kind": "user"},
    "ck_job_held_by_somebody": {"held_by": "a worker"},
    "ck_placement_in_order": {"valid_to": DAY},
    "ck_placement_not_own_manager": {"user_id": 7, "manager_id": 7},
    "ck_proposal_asked_by_somebody": {"asker_kind": "user"},
    "ck_proposal_confirmed_by_another": {"state": "confirmed", "asker_kind": "user",
                                         "asked_by": 7, **SETTLED},
    "ck_proposal_settled_by_somebody": {"state": "declined", "settled_at": NOW},
    "ck_proposal_settled_when_over": SETTLED,
    "ck_proposal_state_known": {"state": "else", **SETTLED},
    "ck_question_batch_shown_at_a_time": {"state": "shown"},
    "ck_question_batch_upload_of_import": {"act": "import"},
    "ck_question_version_difficulty_band": {"difficulty": 4},
    "ck_requirement_joiner_days_positive": {"joiner_days": -1},
    "ck_requirement_target_complete": {"target": "unit"},
    "ck_signing_key_stolen_is_retired": {"stolen_at": NOW},
    "ck_work_ended_when_over": {"state": "done"},
    "ck_work_held_while_running": {"state": "running"},
    "ck_work_state_known": {"state": "else", "ended_at": NOW},
}
# What two rows are that must not both be, beside what they share.
BOTH = {
    "uq_attempt_user_id_quiz_id_number": {"state": "submitted", "closed_at": NOW},
    "uq_authenticator_app_confirmed": {"confirmed_at": NOW},
    "uq_bank_upload_applied": {"state": "applied"},
    "uq_quiz_version_quiz_id_number": {"state": "published"},
}


@pytest.fixture
def connection(each_app):
    """A transaction in which rows may point nowhere, and of which nothing stays."""
    with writing():
        connection = db.session.connection()
        connection.exec_driver_sql(
            "PRAGMA defer_foreign_keys=ON" if connection.dialect.name == "sqlite"
            else "SET LOCAL session_replication_role = replica")
        yield connection
        db.session.rollback()


def a_row(table: sa.Table, n: int, **more: object) -> dict[str, object]:
    """Return a row that its table takes, unlike every other row."""
    words = dict(WORDS.fullmatch(text).groups() for of, text in CHECKS.values()
                 if of is table and WORDS.fullmatch(text))
    row = {column.name: words.get(column.name, a_value(column, n)) for column in table.columns
           if not column.nullable}
    return {**row, **more}


def a_value(column: sa.Column, n: int) -> object:
    kind = type(column.type)
    return {sa.BigInteger: n, sa.Text: f"{column.name} {n}", sa.Date: DAY, sa.Boolean: True,
            sa.JSON: [n], sa.LargeBinary: bytes([n])}.get(kind, NOW)


def refusal(connection: sa.Connection, *statements: sa.Executable) -> str:
    """Return what the database says to the last of these statements, "" where it takes all."""
    try:
        with connection.begin_nested() as point:
            for statement in statements:
                connection.execute(statement)
            point.rollback()
    except DBAPIError as error:
        assert statement is statements[-1], error
        assert isinstance(error, IntegrityError)
        return str(error.orig)
    return ""


def test_a_row_of_every_table_is_taken(connection):
    for table in TABLES:
        assert refusal(connection, sa.insert(table).values(**a_row(table, 1))) == ""


def test_a_row_that_breaks_a_rule_is_refused(connection):
    said = {}
    for name, (table, text) in CHECKS.items():
        broken = BREAKS.get(name) or {WORDS.fullmatch(text).group(1): "else"}
        said[name] = refusal(connection, sa.insert(table).values(**a_row(table, 1, **broken)))
    assert {name: text for name, text in said.items() if name not in text} == {}


def test_a_second_row_with_the_same_key_is_refused(connection):
    said = {}
    for name, (table, rule) in UNIQUE.items():
        key = {column.name: a_row(table, 1).get(column.name, a_value(column, 1))
               for column in rule.columns if column.name not in BOTH.get(name, {})}
        one, other = (sa.insert(table).values(**a_row(table, n, **key, **BOTH.get(name, {})))
                      for n in (1, 2))
        columns = ", ".join(f"{table.name}.{column.name}" for column in rule.columns)
        text = refusal(connection, one, other)
        if name not in text and text != f"UNIQUE constraint failed: {columns}":
            said[name] = text
    assert said == {}


def test_a_row_that_is_frozen_or_kept_stays_as_it_is(connection):
    changes = {}
    for name in {*schema.FROZEN, *schema.UNDELETABLE}:
        table = Base.metadata.tables[name]
        connection.execute(sa.insert(table).values(**a_row(table, 1)))
        column = next(iter(table.columns)).name
        same = sa.update(table).values({column: sa.literal_column(column)})
        changes |= {(name, "frozen"): same} if name in schema.FROZEN else {}
        changes |= {(name, "kept"): sa.delete(table)} if name in schema.UNDELETABLE else {}
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
    said = {place: refusal(connection, change) for place, change in changes.items()}
    assert {(name, how): text for (name, how), text in said.items()
            if not re.match(rf"{name} rows are (frozen|{how})", text)} == {}
