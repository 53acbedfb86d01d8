"""Every released version upgrades to the present one, and everything in it still holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from flask import current_app

import isotrain
from isotrain import create_app, schema
from isotrain.attempts.models import Result
from isotrain.banks.models import QuestionVersion
from isotrain.certificates import holdings
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.keeping import verifying
from isotrain.questions import TYPES, marked_by
from isotrain.quizzes import loading
from tests import sittings
from tests.conftest import make_settings
from tests.factories import BY, committed
from tests.keeping import make_release, migrating, small_course
from tests.keeping.dumps import DUMPS, Dump, PostgresqlPlace, SqlitePlace
from tests.keeping.lived import COURSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.keeping.dumps import Place

TABLES = "SELECT name, type || ' ' || sql FROM sqlite_master WHERE sql IS NOT NULL"
# What every PostgreSQL says of itself in words: columns, constraints, indexes, triggers, functions.
CATALOGUE = """
SELECT 'column ' || c.oid::regclass || '.' || a.attname,
       format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || a.attidentity::text
       || ' ' || COALESCE(pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger ' || tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function ' || proname, prosrc FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Released:
    """An upgraded database, what its dump said of it, and where its application lives."""

    dump: Dump
    place: Place
    folder: Path
    before: dict[str, int]

    @property
    def facts(self) -> dict[str, Any]:
        return self.dump.facts


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.path.stem)
def released(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Iterator[Released]:
    """A dump, loaded and upgraded, five minutes after its last act."""
    dump, folder = request.param, tmp_path / "instance"
    if dump not in _upgraded:
        _upgraded[dump] = upgraded(dump, request, tmp_path_factory.mktemp("upgraded"))
    place, before = _upgraded[dump]
    place.put_back("upgraded")
    dump.write_keys(folder / "keys")
    app = create_app(make_settings(folder, place.url))
    with app.app_context(), dump.moved_clock():
        yield Released(dump, place, folder, before)
        db.session.remove()
        db.engine.dispose()


# Versions whose questions with several right options were marked in equal parts.
UNBALANCED = ("0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0")
_upgraded: dict[Dump, tuple[Place, dict[str, int]]] = {}  # once for all tests


def upgraded(
    dump: Dump, request: pytest.FixtureRequest, folder: Path
) -> tuple[Place, dict[str, int]]:
    """Load a dump and upgrade it; keep the state, and say what it held before."""
    if dump.dialect == "sqlite":
        place: Place = SqlitePlace(folder)
    else:
        server = request.getfixturevalue("postgresql_backend").server
        place = PostgresqlPlace(server, f"released_{dump.revision}")
    place.load(dump.text)
    app = create_app(make_settings(folder, place.url))
    with app.app_context(), dump.moved_clock():
        before = _counted()
        schema.upgrade(db.engine)
        with db.engine.connect() as connection:
            if dump.dialect == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    place.keep("upgraded")
    return place, before


def _counted() -> dict[str, int]:
    """Count the rows of every table."""
    with db.engine.connect() as connection:
        quote = connection.dialect.identifier_preparer.quote
        return {table: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {quote(table)}").scalar()
                for table in sa.inspect(connection).get_table_names()}


def test_it_verifies(released):
    report = verifying.verify()
    assert report.sound, report.to_data()
    seen = {check.name: check.seen for check in report.checks}
    assert seen["FORM"] >= 9 and seen["CERT"] >= 5 and seen["RECORD"] >= 7


KEPT = ("attempt", "form", "answer", "late_answer", "result", "certificate", "certificate_holder",
        "certificate_revocation", "certificate_supersession", "completion_record",
        "record_person", "question_version", "question_key", "approval", "identity",
        "placement", "assignment")


def test_what_happened_is_all_there(released):
    after = _counted()
    assert all(released.before[table] for table in KEPT)
    assert {table: after[table] for table in KEPT} == {
        table: released.before[table] for table in KEPT}


def test_its_courses_load_again_and_only_what_is_marked_otherwise_since_is_a_new_version(released):
    before = db.session.execute(sa.select(
        QuestionVersion.id, QuestionVersion.revision, QuestionVersion.marking)).all()
    assert before and {(revision, marked_by(rule)) for _id, revision, rule in before} <= {
        (1, type_) for type_ in TYPES}
    for name in COURSES:
        with committed():
            loading.load_course(small_course.write(released.folder / name, name), by=BY)
    # A file that names no rule means the one of new questions, and that is balanced since.
    kept = {row.id for row in before}
    after = db.session.execute(sa.select(QuestionVersion.id, QuestionVersion.type)).all()
    assert kept <= {row.id for row in after}
    assert {row.type for row in after if row.id not in kept} == (
        {"multiple_choice"} if released.dump.version in UNBALANCED else set())


def test_its_certificates_verify_offline(released):
    keys = released.folder / "keys.json"
    public = {row[0]: row[1] for row in db.session.execute(
        sa.text("SELECT key_id, public_pem FROM signing_key"))}
    keys.write_text(json.dumps({"keys": public}))
    runner = current_app.test_cli_runner()
    ids = db.session.scalars(sa.select(Certificate.id)).all()
    assert len(ids) >= 5
    for certificate_id in ids:
        file = released.folder / "certificate.json"
        file.write_bytes(holdings.document(holdings.get(certificate_id, owner=None)))
        told = runner.invoke(args=["certificate", "verify", str(file), "--keys", str(keys)])
        assert told.exit_code == 0 and "VALID" in told.output


def test_its_records_are_exported_and_the_export_verifies(released):
    file, runner = released.folder / "records.csv", current_app.test_cli_runner()
    told = runner.invoke(args=["records", "export", str(file), "--people", "all"])
    assert told.exit_code == 0, told.output
    text = file.read_text()
    assert all(name in text for name in ("Ada Ångström", "Bela O'Neill", "Chi Nguyễn", "Dee"))
    told = runner.invoke(args=["records", "verify", str(file), f"{file}.manifest.json"])
    assert told.exit_code == 0 and "VALID" in told.output, told.output


def test_its_open_attempt_goes_on_to_a_certificate(released):
    attempt, sitter = released.facts["open"], released.facts["sitter"]
    sittings.answer(attempt, sitter, right=5, rev=2)
    sittings.hand_in(attempt, sitter)
    assert db.session.get_one(Result, attempt).passed
    report = verifying.verify()
    assert report.sound, report.to_data()


def test_its_schema_is_that_of_a_fresh_database(released, a_fresh_place):
    assert described(released.place) == described(a_fresh_place(released.dump.dialect))


@pytest.fixture
def a_fresh_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Place]:
    """Return what makes a place of a kind with the present schema and nothing in it."""

    def make(dialect: str) -> Place:
        if dialect == "sqlite":
            (tmp_path / "fresh").mkdir()
            place: Place = SqlitePlace(tmp_path / "fresh")
        else:
            backend = request.getfixturevalue("postgresql_backend")
            place = PostgresqlPlace(backend.server, "fresh")
        engine = migrating.an_engine(place.url)
        schema.upgrade(engine)
        engine.dispose()
        return place

    return make


def described(place: Place) -> dict[str, list[str]]:
    """Return what makes each table, index and trigger, without regard to white space.

    Nor to order: where Alembic copies a table, its constraints come in any.
    """
    engine = migrating.an_engine(place.url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            TABLES if engine.dialect.name == "sqlite" else CATALOGUE).all()
    engine.dispose()
    return {name: sorted(" ".join(definition.split()).removesuffix(" )").split(", "))
            for name, definition in rows}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_version_that_the_code_calls_itself_has_a_dump(dialect):
    assert Dump(isotrain.__version__, dialect) in DUMPS, (
        "before a release, run: python -m tests.keeping.make_release")


def test_a_sqlite_dump_is_the_same_whenever_it_is_made():
    assert make_release.sqlite_dump() == make_release.sqlite_dump()


def test_a_postgresql_dump_is_the_same_whenever_it_is_made(postgresql_backend):
    server = postgresql_backend.server
    for name in ("release_1", "release_2"):
        server.create(name)
    once, again = (make_release.postgresql_dump(server, name)
                   for name in ("release_1", "release_2"))
    assert once == again
