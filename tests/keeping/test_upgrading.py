"""An upgrade of what was released may break or die anywhere: no step is half done.

Each step is broken on the oldest dumps that meet it, at a spread of its statements.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from isotrain import create_app, schema
from isotrain.db import db
from isotrain.keeping import verifying
from tests.conftest import ROOT, make_settings
from tests.keeping import migrating
from tests.keeping.dumps import DUMPS, Dump, Place
from tests.keeping.migrating import Broken, after_statement, break_it, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy.engine import Engine

MANY, HANDFUL = 6, 2


class Old:
    """A dump in a place of its own, and an engine on it."""

    def __init__(self, dump: Dump, place: Place) -> None:
        self.dump, self.place = dump, place
        place.load(dump.text)
        self.engine: Engine = migrating.an_engine(place.url)

    def steps(self) -> list[str]:
        """Return the revisions between what the dump has and what the code wants."""
        with self.engine.connect() as connection:
            current = schema.current(connection)
        assert current is not None
        return sorted(revision for revision in schema.revisions() if revision > current)

    def statements(self, target: str) -> int:
        """Count the statements of a step, and leave no trace of it."""
        self.engine.dispose()
        self.place.keep(target)
        with after_statement(self.engine, 10**6, break_it) as seen:
            schema.upgrade(self.engine, target)
        self.engine.dispose()
        self.place.put_back(target)
        return len(seen)

    def own_steps(self) -> list[str]:
        """Return the steps that no later dump stands behind: each step belongs to one dump."""
        last = min((dump.revision for dump in DUMPS if dump.revision > self.dump.revision),
                   default=schema.head())
        return [revision for revision in self.steps() if revision <= last]

    def revision(self) -> str | None:
        with self.engine.connect() as connection:
            return schema.current(connection)

    def break_step(self, target: str, most: int) -> None:
        """Break a step after so many of its statements, then let it happen."""
        before = fingerprint(self.engine)
        for number in migrating.spread(self.statements(target), most):
            with after_statement(self.engine, number, break_it), pytest.raises(Broken):
                schema.upgrade(self.engine, target)
            assert fingerprint(self.engine) == before, f"{target} is half done at {number}"
        schema.upgrade(self.engine, target)
        assert self.revision() == target

    def kill_step(self, target: str, most: int) -> None:
        """The same in processes that die."""
        before, count = fingerprint(self.engine), self.statements(target)
        self.engine.dispose()
        told = subprocess.run(
            [sys.executable, "-m", "tests.keeping.migrating", self.place.url,
             str(schema.MIGRATIONS), target, str(max(1, count // most))],
            cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
        died = [line.split() for line in told[:-1]]
        assert died and {left for _number, left in died} == {before}
        assert told[-1].startswith("whole") and self.revision() == target


def holds(old: Old, folder: Path) -> None:
    """Everything in the upgraded place verifies."""
    old.engine.dispose()
    old.dump.write_keys(folder / "keys")
    app = create_app(make_settings(folder, old.place.url))
    with app.app_context(), old.dump.moved_clock():
        report = verifying.verify()
        assert report.sound, report.to_data()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.path.stem)
def old(request: pytest.FixtureRequest, a_place: Callable[[str], Place]) -> Iterator[Old]:
    with request.param.moved_clock():
        old = Old(request.param, a_place(request.param.dialect))
        yield old
        old.engine.dispose()


@pytest.mark.slow
def test_an_upgrade_that_breaks_at_many_places_leaves_the_old_state_or_the_new(old, tmp_path):
    for target in old.own_steps():
        old.break_step(target, MANY)
    schema.upgrade(old.engine)
    holds(old, tmp_path / "after")


@pytest.mark.slow
@pytest.mark.parametrize("old", [dump for dump in DUMPS if dump.dialect == "sqlite"],
                         ids=lambda dump: dump.path.stem, indirect=True)
def test_an_upgrade_whose_process_dies_leaves_the_old_state_or_the_new(old, tmp_path):
    *others, third, second, last = ["", "", "", *old.own_steps()]  # each takes a process to itself
    if others and others[-1]:
        schema.upgrade(old.engine, others[-1])
    for target in filter(None, (third, second, last)):
        old.kill_step(target, HANDFUL)
    schema.upgrade(old.engine)
    holds(old, tmp_path / "after")


NEXT = """
from alembic import op
revision = "9999"
down_revision = "{head}"
def upgrade():
    op.execute("CREATE TABLE counted (n INTEGER)")
    op.execute("INSERT INTO counted SELECT COUNT(*) FROM answer")
    {between}
    with op.batch_alter_table("throttle") as table:
        table.alter_column("count", new_column_name="often")
"""


def write_next(folder: Path, between: str) -> None:
    """Write one more step after the newest, in a folder of migrations."""
    shutil.copytree(schema.MIGRATIONS, folder)
    text = NEXT.format(head=schema.head(), between=between)
    (folder / "versions" / "9999_next.py").write_text(text)


newest = pytest.mark.parametrize("old", DUMPS[-2:], ids=lambda dump: dump.path.stem, indirect=True)


@newest
@pytest.mark.parametrize("harm", [Old.break_step, Old.kill_step])
def test_a_step_in_one_transaction_is_found_sound(old, harm, tmp_path, monkeypatch):
    schema.upgrade(old.engine)
    write_next(tmp_path / "migrations", "")
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path / "migrations")
    assert old.steps() == ["9999"] and old.statements("9999") >= 4
    harm(old, "9999", HANDFUL)


@newest
def test_a_step_that_commits_half_way_is_found(old, tmp_path, monkeypatch):
    schema.upgrade(old.engine)
    write_next(tmp_path / "migrations", "op.get_bind().connection.commit()")
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path / "migrations")
    with pytest.raises(AssertionError, match="half done"):
        old.break_step("9999", MANY)
