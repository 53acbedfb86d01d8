"""Typed states of editions become days: those that were shipped get theirs, others keep theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from isotrain import clock, schema

TODAY = date(2026, 11, 27)
STANDARDS = {1: "iso-9001", 2: "iso-9000", 3: "own-1"}
# code, standard, status, valid_from, valid_to
BEFORE = (
    ("iso-9001-2008", 1, "withdrawn", "2008-11-15", "2015-09-15"),
    ("iso-9001-2015", 1, "current", None, None),
    ("iso-9001-next", 1, "draft", None, None),
    ("iso-9000-2015", 2, "withdrawn", "2015-09-15", None),
    ("iso-9000-2026", 2, "current", None, None),
    ("own-2019", 3, "withdrawn", "2019-02-01", "2021-02-01"),
    ("own-2020", 3, "withdrawn", None, None),
    ("own-2021", 3, "current", "2021-02-01", None),
    ("own-2022", 3, "current", None, None),
    ("own-next", 3, "draft", "2028-01-01", None),
)


@pytest.fixture
def upgraded(engine):
    """Upgrade a database that has editions as they were typed; return how they are asked for."""
    schema.upgrade(engine, "0004")
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only=OFF")
        for id_, code in STANDARDS.items():
            connection.execute(sa.text(
                "INSERT INTO standard (id, code, reference, title) VALUES (:i, :c, :c, :c)"),
                {"i": id_, "c": code})
        for n, (code, standard, status, first, last) in enumerate(BEFORE, 1):
            connection.execute(
                sa.text("INSERT INTO edition (id, standard_id, code, label, status, valid_from,"
                        " valid_to) VALUES (:n, :s, :c, :c, :t, :f, :l)"),
                {"n": n, "s": standard, "c": code, "t": status,
                 "f": first and date.fromisoformat(first), "l": last and date.fromisoformat(last)})
    with clock.frozen_at(datetime(2026, 11, 27, 23, 59, tzinfo=UTC)):
        schema.upgrade(engine, "0005")
    days = sa.table("edition", sa.column("code"), *(
        sa.column(name, sa.Date) for name in ("published_on", "withdrawn_on",
                                              "certificates_until", "confirmed_on")),
        sa.column("label"), sa.column("replaces_id"))

    def ask(code, *columns):
        with engine.connect() as connection:
            query = sa.select(*(days.c[name] for name in columns)).where(days.c.code == code)
            return connection.execute(query).first()

    return ask


def test_editions_that_were_shipped_get_their_days(upgraded):
    names = ("published_on", "withdrawn_on", "certificates_until", "confirmed_on", "replaces_id")
    assert upgraded("iso-9001-2015", *names) == (
        date(2015, 9, 15), date(2026, 9, 16), date(2029, 9, 30), date(2026, 11, 27), 1)
    assert upgraded("iso-9000-2015", *names) == (
        date(2015, 9, 15), date(2026, 5, 27), None, date(2026, 11, 27), None)
    assert upgraded("iso-9000-2026", "published_on", "replaces_id") == (date(2026, 5, 27), 4)


def test_the_draft_that_came_out_goes_by_its_code_of_today(upgraded):
    assert upgraded("iso-9001-next", "label") is None
    assert upgraded("iso-9001-2026", "label", "published_on", "replaces_id") == (
        "ISO 9001:2026", date(2026, 9, 16), 2)


def test_editions_of_others_keep_the_days_that_were_given(upgraded):
    days = ("published_on", "withdrawn_on", "confirmed_on")
    assert upgraded("own-2019", *days) == (date(2019, 2, 1), date(2021, 2, 1), None)
    assert upgraded("own-2021", *days) == (date(2021, 2, 1), None, None)
    assert upgraded("own-next", *days) == (None, None, None)


def test_where_a_word_stood_without_a_day_it_was_true_by_the_day_of_the_upgrade(upgraded):
    assert upgraded("own-2020", "published_on", "withdrawn_on") == (TODAY, TODAY)
    assert upgraded("own-2022", "published_on", "withdrawn_on") == (TODAY, None)


def test_nobody_is_certified_to_what_was_shipped_as_guidance(upgraded, engine):
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT code, certifiable FROM standard ORDER BY id"))
        assert [(code, bool(yes)) for code, yes in rows] == [
            ("iso-9001", True), ("iso-9000", False), ("own-1", True)]
