"""Fixtures: an application on a fresh database for every test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import g, request_started
from hypothesis import HealthCheck
from hypothesis import settings as laws
from jinja2 import FileSystemBytecodeCache

from isotrain import create_app, kept, schema
from isotrain.accounts import passwords
from isotrain.config import Installation
from isotrain.db import db, writing
from isotrain.people import days
from isotrain.settings import values
from isotrain.web.application import Application
from tests import postgresql
from tests.catalogues import Strict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

ROOT = Path(__file__).resolve().parent.parent

# A law does not fail because the machine is busy or an example is hard to find, and in CI it
# tries the same examples every time.
laws.register_profile(
    "isotrain", deadline=None, derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
laws.load_profile("isotrain")

# What takes a thief long takes the tests long: there are thousands of passwords in them.
OURS = passwords.hasher
passwords.hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
passwords._DUMMY = passwords.hasher.hash("no account has this password")

# Each of the many applications of a run would compile every template anew.
COMPILED = ROOT / ".pytest_cache" / "templates"
COMPILED.mkdir(parents=True, exist_ok=True)
Application.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(COMPILED))}

# Statements are counted; a test that takes long must not find one more than another time.
kept.REREAD_SECONDS = 86_400.0
SECRET = "a secret for tests only, long enough"


def make_settings(instance: Path, url: str = "", **more: object) -> Installation:
    url = url or f"sqlite:///{instance / 'test.db'}"
    return Installation(environment="testing", instance=instance, database_url=url,
                        secret_key=SECRET, public_url="http://localhost",
                        seeds={"ORGANIZATION": "Example Works", "TIME_ZONE": "UTC",
                               "SECOND_FACTOR": "0"}, **more)


def _leave_to_the_system(connection: Any, _record: Any) -> None:
    """Let no commit wait for the disk: what a power cut leaves is tried in tests/faults."""
    connection.execute("PRAGMA synchronous=OFF")


class SqliteBackend:
    """One application on a SQLite file that is replaced by a clean copy for every test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "test.db"
        self.app = create_app(make_settings(folder), CATALOGUES={"en": Strict()})
        with self.app.app_context():
            sa.event.listen(db.engine, "connect", _leave_to_the_system)
            schema.upgrade(db.engine)
            db.engine.dispose()
        self.keep("empty")

    def keep(self, name: str) -> None:
        """Keep the present state under a name."""
        with self.app.app_context():
            db.session.remove()
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        shutil.copy(self.file, self.folder / f"{name}.template")

    def has(self, name: str) -> bool:
        return (self.folder / f"{name}.template").exists()

    def reset(self, name: str = "empty") -> None:
        with self.app.app_context():
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.folder / f"{name}.template", self.file)


class PostgresqlBackend:
    """One application on a PostgreSQL database whose rows are put back for every test.

    A clone of a kept database would cost each test a tenth of a second: only where a test has
    changed the schema, or still holds a lock, is the database cloned anew.
    """

    def __init__(self, folder: Path, server: postgresql.Server) -> None:
        self.server = server
        self.kept: dict[str, str] = {}  # by name, the statements that put its rows back
        self.admin = sa.create_engine(server.url(), isolation_level="AUTOCOMMIT")
        self._sql("CREATE DATABASE test")
        self.app = create_app(make_settings(folder, server.url("test")),
                              CATALOGUES={"en": Strict()})
        with self.app.app_context():
            schema.upgrade(db.engine)
        self._dispose()
        self.inside = sa.create_engine(server.url("test"), poolclass=sa.NullPool)
        self.schema = self._schema()
        self.keep("empty")

    def _sql(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def _dispose(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _schema(self) -> Any:
        with self.inside.connect() as connection:
            return connection.exec_driver_sql(SCHEMA_OF_PUBLIC).one()

    def keep(self, name: str) -> None:
        self._dispose()
        with self.inside.begin() as connection:
            tables = connection.exec_driver_sql(TABLES_OF_PUBLIC).scalars().all()
            connection.exec_driver_sql(f"CREATE SCHEMA kept_{name}")
            for table in tables:
                connection.exec_driver_sql(f"CREATE TABLE kept_{name}.{table} AS TABLE {table}")
            filled = [table for table in tables if connection.exec_driver_sql(
                f"SELECT EXISTS (SELECT FROM {table})").scalar_one()]
            last = connection.exec_driver_sql(SEQUENCES_OF_PUBLIC).all()
        self.kept[name] = ";".join((
            "SET LOCAL session_replication_role = replica", "SET LOCAL lock_timeout = '1s'",
            *(f"DELETE FROM {table}" for table in tables),
            *(f"INSERT INTO {table} SELECT * FROM kept_{name}.{table}" for table in filled),
            *(f"SELECT setval('{sequence}', {value or 1}, {value is not None})"
              for sequence, value in last),
        ))
        self._sql(f"CREATE DATABASE kept_{name} TEMPLATE test")

    def has(self, name: str) -> bool:
        return name in self.kept

    def reset(self, name: str = "empty") -> None:
        self._dispose()
        try:
            with self.inside.begin() as connection:
                connection.exec_driver_sql(self.kept[name])
            if self._schema() == self.schema:
                return
        except sa.exc.DBAPIError:
            pass
        self._sql("DROP DATABASE IF EXISTS test WITH (FORCE)")
        self._sql(f"CREATE DATABASE test TEMPLATE kept_{name}")

    def close(self) -> None:
        self._dispose()
        self.admin.dispose()


TABLES_OF_PUBLIC = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
SEQUENCES_OF_PUBLIC = ("SELECT quote_ident(sequencename), last_value FROM pg_sequences"
                       " WHERE schemaname = 'public'")
# What a test may have changed of it: names and kinds of relations, columns, constraints, triggers.
SCHEMA_OF_PUBLIC = """
SELECT
  (SELECT sum(hashtext(relname::text || relkind::text)) FROM pg_class
   WHERE relnamespace = 'public'::regnamespace),
  (SELECT sum(hashtext(concat(relname, attname, atttypid, attnotnull))) FROM pg_attribute
   JOIN pg_class ON attrelid = pg_class.oid
   WHERE relnamespace = 'public'::regnamespace AND attnum > 0),
  (SELECT sum(hashtext(conname::text)) FROM pg_constraint
   WHERE connamespace = 'public'::regnamespace),
  (SELECT sum(hashtext(concat(tgname, tgenabled))) FROM pg_trigger WHERE NOT tgisinternal),
  (SELECT sum(hashtext(concat(proname, prosrc))) FROM pg_proc
   WHERE pronamespace = 'public'::regnamespace)
"""


@pytest.fixture(scope="session")
def sqlite_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteBackend]:
    backend = SqliteBackend(tmp_path_factory.mktemp("sqlite"))
    yield backend
    with backend.app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlBackend]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgresql.temporary())
        except postgresql.NoServer as missing:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no PostgreSQL: {missing}")
        backend = PostgresqlBackend(tmp_path_factory.mktemp("postgresql"), server)
        yield backend
        backend.close()


def _serve(backend: SqliteBackend | PostgresqlBackend, template: str) -> Iterator[Flask]:
    if not backend.has(template):
        backend.reset("empty")
        with backend.app.app_context():
            _fill(template)
        backend.keep(template)
    backend.reset(template)
    with backend.app.app_context(), request_started.connected_to(_forget_request, backend.app):
        values.KEPT.forget()
        days.KEPT.forget()
        yield backend.app
        db.session.remove()


def _forget_request(_app: Flask) -> None:
    """Let no request see what the one before left in `g`: here they share one context."""
    for name in list(g):
        g.pop(name)


def _fill(template: str) -> None:
    """Fill an empty database as a named template wants it."""
    assert template == "course"
    from isotrain.audit.noting import Actor
    from isotrain.quizzes import loading

    with writing():
        loading.load_course(ROOT / "question_banks" / "iso-certification", by=Actor.command())
        db.session.commit()


@pytest.fixture
def app(sqlite_backend: SqliteBackend) -> Iterator[Flask]:
    """The application on an empty SQLite database, inside an application context."""
    yield from _serve(sqlite_backend, "empty")


@pytest.fixture(params=["sqlite", "postgresql"])
def each_app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on an empty database, once on SQLite and once on PostgreSQL."""
    yield from _serve(request.getfixturevalue(f"{request.param}_backend"), "empty")


@pytest.fixture
def course_app(sqlite_backend: SqliteBackend) -> Iterator[Flask]:
    """The application on SQLite with the shipped course loaded."""
    yield from _serve(sqlite_backend, "course")


@pytest.fixture(params=["sqlite", "postgresql"])
def each_course_app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with the shipped course loaded, on both databases."""
    yield from _serve(request.getfixturevalue(f"{request.param}_backend"), "course")
