"""The database: typed base, transactions, and the wiring of SQLite and PostgreSQL.

Reading is the rule: a session outside `writing()` reads. On SQLite a writer begins with BEGIN
IMMEDIATE, because a reader that turns writer is refused at once under load, whatever the busy
timeout says; our own short jittered retry is fair where SQLite's back-off starves one writer.
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, registry

from isotrain import clock
from isotrain.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection, Dialect, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

WAIT_SECONDS = 10.0
REST_SECONDS = 1.0
NO_TIME = timedelta(0)
_writing: ContextVar[bool] = ContextVar("isotrain_writing", default=False)


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant in UTC; SQLite keeps it as sortable text, PostgreSQL as timestamptz."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(32))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        return datetime.fromisoformat(value)  # strptime takes ten times as long


BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Base(DeclarativeBase):
    """The base of every table."""

    registry = registry(
        type_annotation_map={
            int: BigId,
            str: sa.Text(),
            bool: sa.Boolean(),
            bytes: sa.LargeBinary(),
            datetime: Instant(),
            date: sa.Date(),
            dict[str, Any]: sa.JSON(),
            list[Any]: sa.JSON(),
        }
    )
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(
    model_class=Base,
    session_options={"expire_on_commit": False, "autoflush": True},
)


@contextmanager
def writing() -> Iterator[None]:
    """Mark what begins inside as a write transaction; commits nothing by itself."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def is_writing() -> bool:
    """Say whether a write transaction may begin here."""
    return _writing.get()


def end_reading() -> None:
    """End what this thread reads, before slow work: hashing, printing, parsing, talking to others.

    Refuses inside a write, which would be undone without a word.
    """
    if is_writing():
        raise RuntimeError("slow work inside a write transaction")
    db.session.rollback()


def now(connection: Connection | None = None) -> datetime:
    """Ask the database's clock; deadlines are judged by it, so that all nodes agree."""
    if db.engine.dialect.name == "sqlite":
        return clock.now()
    asked = connection or db.session
    instant: datetime = asked.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return instant.astimezone(UTC) + clock.shift()


def database_now(ahead: timedelta = NO_TIME) -> sa.ColumnElement[datetime]:
    """Return the expression for now, or some time from now, by the clock that `db.now()` asks."""
    if db.engine.dialect.name == "sqlite":
        return sa.literal(moment_value(ahead), Instant())
    moved: Any = sa.func.clock_timestamp() + sa.literal(moment_value(ahead), sa.Interval())
    return sa.type_coerce(moved, Instant())


def moment(name: str) -> sa.ColumnElement[datetime]:
    """Return the same with a parameter of this name, for statements that are built only once."""
    if db.engine.dialect.name == "sqlite":
        return sa.bindparam(name, type_=Instant())
    moved: Any = sa.func.clock_timestamp() + sa.bindparam(name, type_=sa.Interval())
    return sa.type_coerce(moved, Instant())


def moment_value(ahead: timedelta = NO_TIME) -> datetime | timedelta:
    """Return the value of such a parameter; SQLite has no clock of its own worth asking."""
    if db.engine.dialect.name == "sqlite":
        return clock.now() + ahead
    return clock.shift() + ahead


def upsert(table: Any) -> Any:
    """Return an INSERT that knows ON CONFLICT, in the dialect of the database."""
    if db.engine.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    return insert(table)


def added(row: Base) -> bool:
    """Add a row; False where a constraint of the database stands against it."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except sa.exc.IntegrityError:
        return False
    return True


def add_each(model: type[Any], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Add many rows to a table at once and return their ids, in the order of the rows.

    The ids are taken first: to ask the database for those that it gave takes several times as long.
    """
    if not rows:
        return []
    if db.engine.dialect.name == "sqlite":  # who writes writes alone
        last = db.session.scalar(sa.select(sa.func.max(model.id))) or 0
        ids = list(range(last + 1, last + 1 + len(rows)))
    else:
        each = sa.func.generate_series(1, len(rows)).table_valued()
        sequence = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
        ids = list(db.session.scalars(sa.select(sa.func.nextval(sequence)).select_from(each)))
    add_rows(model, [{**row, "id": id_} for row, id_ in zip(rows, ids, strict=True)])
    return ids


def add_rows(model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Add many rows with the same columns to a table at once.

    PostgreSQL takes them as one value: sent one by one they take several times as long.
    """
    connection = db.session.connection()
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(model), rows)
        return
    table = model.__tablename__
    columns = ", ".join(f'"{name}"' for name in rows[0])
    connection.execute(sa.text(
        f"INSERT INTO {table} ({columns})"  # noqa: S608 - names of the model
        f" SELECT {columns} FROM json_populate_recordset(NULL::{table}, CAST(:rows AS json))"),
        {"rows": json.dumps(rows, default=_plain)})


@dataclass(frozen=True)
class Json:
    """A value written as JSON already: a large one takes longer than a lock may be held."""

    text: str

    @classmethod
    def of(cls, value: object) -> Json:
        """Write a value as the database would be sent it."""
        return cls(json.dumps(value))


def _plain(value: object) -> object:
    return json.loads(value.text) if isinstance(value, Json) else str(value)


def _as_json(value: object) -> str:
    return value.text if isinstance(value, Json) else json.dumps(value)


def engine_options(url: str) -> dict[str, Any]:
    """Return the engine options that suit a database address."""
    # Errors are logged, and parameters hold answers.
    quiet = {"hide_parameters": True, "json_serializer": _as_json}
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 5, "check_same_thread": False}, **quiet}
    return {"pool_size": 5, "max_overflow": 10, "pool_recycle": 1800, **quiet}


def normal_url(url: str) -> str:
    """Return the address with the driver we ship, whatever common spelling was given."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def wire(engine: Engine) -> None:
    """Attach the connection and transaction rules of this house to an engine, once."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        sa.event.listen(engine, "connect", _prepare_postgresql)
        sa.event.listen(engine, "checkin", _note_return)
        sa.event.listen(engine, "checkout", _ping_after_a_rest)


def _note_return(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["returned"] = time.monotonic()


def _ping_after_a_rest(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection that lay idle whether it still stands; one just used need not be asked.

    A request takes a connection twice or more, and a ping costs as much as a query.
    """
    if time.monotonic() - record.info.get("returned", time.monotonic()) < REST_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as gone:
        raise sa.exc.DisconnectionError from gone


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, opens transactions
    connection.execute("PRAGMA busy_timeout=5000")
    _switch_to_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Wait for a lock as long as on SQLite and no longer; whoever waited in vain is told so."""
    connection.execute(f"SET lock_timeout = {int(WAIT_SECONDS * 1000)}")
    connection.commit()


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL, waiting for others on the very first start; the mode then stays."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    if raw is None:
        return
    _restrict(connection, raw, reading=not is_writing())
    if not is_writing():
        raw.execute("BEGIN")
        return
    raw.execute("PRAGMA busy_timeout=0")
    try:
        _begin_immediate(raw)
    finally:
        # Recovery after a killed process needs SQLite's own patience.
        raw.execute("PRAGMA busy_timeout=5000")


def _restrict(connection: Connection, raw: Any, *, reading: bool) -> None:
    """Let a connection only read, or write again; told only when it changes."""
    if connection.info.get("reading") is not reading:
        raw.execute(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.info["reading"] = reading


def _begin_immediate(raw: Any) -> None:
    end, begin = time.monotonic() + WAIT_SECONDS, "BEGIN IMMEDIATE"
    while True:
        try:
            raw.execute(begin)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            if time.monotonic() > end:
                raise sa.exc.OperationalError(begin, None, error) from error
        time.sleep(random.uniform(0.0005, 0.003))  # noqa: S311  fairness, not secrecy


def assert_durable(connection: Connection) -> list[str]:
    """Return what is wrong with the database's durability settings; empty when all is well."""
    if connection.dialect.name == "sqlite":
        wanted = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
        query = "PRAGMA {}"
    else:
        wanted = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
        query = "SHOW {}"
    found = {
        name: str(connection.exec_driver_sql(query.format(name)).scalar()) for name in wanted
    }
    return [_("%(name)s is %(found)s, not %(wanted)s", name=name, found=found[name],
              wanted=wanted[name]) for name in wanted
            if found[name] != wanted[name]]
