"""Connections: readers cannot write, and one that died while it rested is replaced unseen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from isotrain import db as ground
from isotrain.db import db, writing

NOTE = "INSERT INTO throttle (key, window_started_at, count) VALUES ('k', '2026-11-27', 1)"


def write():
    db.session.execute(sa.text(NOTE))


def test_a_reader_cannot_write_before_or_after_a_writer_had_the_connection(app):
    for _turn in range(2):
        db.session.execute(sa.text("SELECT 1"))
        with pytest.raises(OperationalError, match="readonly"):
            write()
        db.session.rollback()
        with writing():
            write()
            db.session.rollback()


def test_sqlite_is_told_to_only_read_once_for_many_readings(app, monkeypatch):
    told = []
    usual = ground._restrict

    def noticed(connection, raw, *, reading):
        before = connection.info.get("reading")
        usual(connection, raw, reading=reading)
        told.append(before is not connection.info["reading"])

    monkeypatch.setattr(ground, "_restrict", noticed)
    for _reading in range(4):
        db.session.execute(sa.text("SELECT 1"))
        db.session.rollback()
    assert sum(told) <= 1 and len(told) == 4


# SQLite has no server that could end a connection.
on_postgresql = pytest.mark.parametrize("each_app", ["postgresql"], indirect=True)


def ended_by_the_server(backend):
    """Use a connection, give it back, and let the server end it."""
    pid = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
    db.session.rollback()
    backend._sql(f"SELECT pg_terminate_backend({pid}, 5000)")
    return pid


@on_postgresql
def test_a_connection_that_died_while_it_rested_is_replaced(
    each_app, postgresql_backend, monkeypatch
):
    monkeypatch.setattr(ground, "REST_SECONDS", 0)
    gone = ended_by_the_server(postgresql_backend)
    assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) != gone


@on_postgresql
def test_one_that_died_in_use_fails_once_and_is_replaced_then(each_app, postgresql_backend):
    gone = ended_by_the_server(postgresql_backend)
    with pytest.raises(OperationalError):
        db.session.scalar(sa.text("SELECT 1"))
    db.session.rollback()
    assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) != gone
