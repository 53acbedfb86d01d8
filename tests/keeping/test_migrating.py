"""A migration that breaks or dies half way leaves the old schema; one that ends, the new one."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa

from isotrain import schema
from tests.conftest import ROOT
from tests.keeping import migrating
from tests.keeping.migrating import Broken, after_statement, break_it, fingerprint


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A migrations folder with our env.py and two made-up versions."""
    folder = migrating.synthetic_migrations(tmp_path / "migrations")
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return folder


def broken_everywhere(engine, target, *, step=1) -> tuple[int, set[str]]:
    """Break an upgrade after every statement; return how many there were and what was left."""
    left, number = set(), 1
    while True:
        with after_statement(engine, number, break_it) as seen:
            try:
                schema.upgrade(engine, target)
                return len(seen), left
            except Broken:
                left.add(fingerprint(engine))
        number += step


def test_a_step_that_breaks_after_any_statement_leaves_the_old_state(engine, made_up):
    empty = fingerprint(engine)
    count, left = broken_everywhere(engine, "0001")
    assert left == {empty} and count >= 8
    old = fingerprint(engine)
    count, left = broken_everywhere(engine, "0002")
    assert left == {old} and count >= 8
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM book").scalar() == 30
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM room").scalar() == 3


def test_each_step_is_a_transaction_of_its_own(engine, made_up):
    with after_statement(engine, 10**6, break_it) as seen:
        schema.upgrade(engine, "0001")
    first, one = len(seen), fingerprint(engine)
    migrating.empty(engine)
    with after_statement(engine, first + 3, break_it), pytest.raises(Broken):
        schema.upgrade(engine, "0002")
    assert fingerprint(engine) == one


def test_a_step_whose_process_dies_after_any_statement_leaves_the_old_state(url, engine, made_up):
    schema.upgrade(engine, "0001")
    old = fingerprint(engine)
    engine.dispose()
    told = subprocess.run(
        [sys.executable, "-m", "tests.keeping.migrating", url, str(made_up), "0002", "1"],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    died = [line.split() for line in told[:-1]]
    assert len(died) >= 8 and {left for _number, left in died} == {old}
    assert told[-1].split()[0] == "whole" and told[-1].split()[1] != old
    with engine.connect() as connection:
        assert schema.current(connection) == "0002"


def test_the_first_schema_that_breaks_leaves_an_empty_database(engine):
    empty = fingerprint(engine)
    count, left = broken_everywhere(engine, "0001", step=17)
    assert left == {empty} and count > 100


LOSSES = {
    "rows": "op.execute('DELETE FROM book WHERE id = 7')",
    "a table": "op.drop_table('book')",
    "triggers": "op.execute('DROP TRIGGER keep_shelf' + (' ON shelf' if op.get_bind().dialect.name"
                " == 'postgresql' else ''))",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_step_that_loses_something_unawares_is_refused(engine, made_up, loss):
    schema.upgrade(engine)
    before = fingerprint(engine)
    text = ("from alembic import op\nrevision, down_revision = '0003', '0002'\n"
            f"def upgrade():\n    {LOSSES[loss]}\n")
    file = made_up / "versions" / "0003_losing.py"
    file.write_text(text)
    with pytest.raises(RuntimeError, match="loses rows or triggers"):
        schema.upgrade(engine)
    assert fingerprint(engine) == before
    file.write_text(text + "removes = {'book', 'keep_shelf'}\n")
    schema.upgrade(engine)
    assert fingerprint(engine) != before


def test_a_step_that_leaves_a_reference_to_nothing_is_refused_on_sqlite(tmp_path, made_up):
    engine = migrating.an_engine(f"sqlite:///{tmp_path / 'x.db'}")
    schema.upgrade(engine)
    (made_up / "versions" / "0003_dangling.py").write_text(
        "from alembic import op\nrevision, down_revision = '0003', '0002'\n"
        "def upgrade():\n    op.execute('UPDATE book SET shelf_id = 99 WHERE id = 1')\n")
    with pytest.raises(RuntimeError, match="foreign keys are broken"):
        schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.execute(sa.text("SELECT shelf_id FROM book WHERE id = 1")).scalar() == 2
    engine.dispose()
