"""A large people file is written a few people at a time, each of them whole."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Identity, User
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.assignments.models import Assignment
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.jobs import stepping
from isotrain.jobs.stepping import IDLE, Watch, inside
from isotrain.people import directory, employing
from isotrain.people.files import applying, importing, planning, writing
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Options
from isotrain.people.models import Employment, PeopleImport, Placement, RosterLine
from isotrain.people.resolving import Words, position
from isotrain.settings import house
from isotrain.web.transaction import transaction
from tests.assignments.making import a_course
from tests.dying import die, dies
from tests.factories import BY, a_user, client_of, committed
from tests.people.files.making import a_file, a_row

MANY = 9


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(stepping, "AIM", 60.0)  # however slow the machine is
    monkeypatch.setattr(writing, "AT_ONCE", 2)


def many(count=MANY, **cells):
    """Rows of people each of whom works for the next one, so that managers come last."""
    return [a_row(f"N{n}", f"Person {n}", unit="Works" if n % 2 else "Office",
                  manager=f"N{n + 1}" if n + 1 < count else "", **cells) for n in range(count)]


def apply(*rows, begin=transaction, complete=False, progress=lambda _n, _of: None):
    data = a_file(*rows)
    file = importing.read(data, reader=None)
    return applying.apply(file, Options(complete=complete, effective_on=house.today()),
                          Upload("f.csv", data), by=BY, transaction=begin, watch=Watch(progress))


def planned(*rows, complete=False):
    db.session.rollback()
    options = Options(complete=complete, effective_on=house.today())
    return planning.plan(importing.read(a_file(*rows), reader=None), options, by=BY)


def rows(table, *where) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


def steps(after=lambda: None):
    """Return what begins a transaction, and how many people each has added."""
    added: list[int] = []

    @contextmanager
    def begin():
        before = rows(User)
        with transaction():
            yield
        added.append(rows(User) - before)
        after()
    return begin, added


def whole() -> None:
    """Everybody who is there has an account, a name, an employment, a place and a line."""
    there = rows(User)
    assert [rows(table) for table in (Identity, Employment, Placement)] == [there] * 3
    assert rows(RosterLine, RosterLine.unit_id.is_not(None)) == there


def broken_off(*lines) -> None:
    """Let whoever applies a file die after some steps."""
    dies(lambda: apply(*lines, progress=lambda n, _of: die() if n == 6 else None))
    db.session.rollback()


def manager_no(number: str) -> str:
    boss = sa.orm.aliased(Identity)
    return db.session.scalar(
        sa.select(boss.personnel_no).join(Placement, Placement.manager_id == boss.user_id)
        .join(Identity, Identity.user_id == Placement.user_id)
        .where(Identity.personnel_no == number, Placement.valid_to.is_(None)))


def test_no_step_adds_more_than_a_few_people_and_each_is_whole(each_app):
    begin, added = steps(whole)
    done = apply(*many(), begin=begin)
    assert max(added) == 2 and sum(added) == MANY and (done.created, done.state) == (MANY, "done")
    assert [manager_no(f"N{n}") for n in range(MANY)] == [
        *(f"N{n + 1}" for n in range(MANY - 1)), None]
    assert planned(*many()).empty


def test_a_small_file_is_one_transaction(each_app):
    begin, added = steps()
    apply(*many(2), begin=begin)
    assert added == [2]


def test_at_every_moment_who_is_there_is_bound_by_the_rules_of_their_unit(each_app):
    apply(*many(2))
    course, unit = a_course(), directory.find_unit("Works")
    with committed():
        assigning.assign(course_id=course.course, target="unit", unit_id=unit, by=BY,
                         due_on=house.today() + timedelta(days=9), transaction=inside)

    def bound():
        db.session.rollback()
        meant = set(db.session.scalars(sa.select(Placement.user_id).where(
            Placement.unit_id == unit, Placement.valid_to.is_(None))))
        assert meant == set(db.session.scalars(sa.select(Assignment.user_id).where(
            Assignment.ended_on.is_(None))))

    apply(*many(), begin=steps(bound)[0])
    moved = [{**row, "unit": "Works"} for row in many()]
    apply(*moved, begin=steps(bound)[0])
    assert rows(Assignment, Assignment.ended_on.is_(None)) == MANY


def test_one_that_dies_leaves_whole_people_and_the_same_file_does_the_rest(each_app):
    broken_off(*many())
    whole()
    assert 0 < rows(User) < MANY
    assert db.session.scalar(sa.select(PeopleImport.created)) == rows(User)
    with pytest.raises(Refusal, match="right now"):
        apply(*many())
    with clock.moved_by(IDLE + timedelta(seconds=1)):
        apply(*many())
    whole()
    assert rows(User) == MANY and planned(*many()).empty
    assert sorted(db.session.scalars(sa.select(PeopleImport.state))) == ["broken", "done"]


def test_who_was_taken_for_dead_writes_no_more(each_app):
    def sleep(n: int, _of: int) -> None:
        if n == 4:
            with committed():
                db.session.execute(sa.update(PeopleImport).values(state="broken"))

    with pytest.raises(Conflict, match="stays"):
        apply(*many(), progress=sleep)
    whole()
    assert rows(User) == 4


def test_names_that_change_hands_do_so_in_one_step(each_app):
    before = [a_row(f"N{n}", email=f"m{n}@example.com", unit="U") for n in range(6)]
    apply(*before)
    after = [{**row, "email": f"m{(n + 1) % 6}@example.com"} for n, row in enumerate(before)]
    apply(*after, a_row("N7", unit="U"))
    found = dict(db.session.execute(sa.select(Identity.personnel_no, Identity.email)).all())
    assert found["N0"] == "m1@example.com" and found["N5"] == "m0@example.com"


def test_somebody_who_changes_meanwhile_is_compared_anew(each_app):
    apply(*many())
    moved, told = [{**row, "unit": "Yard"} for row in many()], []
    ada = db.session.scalar(sa.select(Identity.user_id).where(Identity.personnel_no == "N8"))

    def change(_n: int, _of: int) -> None:
        if not told:
            told.append(1)
            with committed():
                employing.leave({ada: house.today()}, by=BY)

    apply(*moved, progress=change)
    assert planned(*moved).empty and rows(User, User.deactivated_at.is_not(None)) == 0


def test_somebody_hired_meanwhile_with_the_number_of_a_row_is_who_it_means(each_app):
    told = []

    def hire(_n: int, _of: int) -> None:
        if not told:
            told.append(1)
            with committed():
                where = position(Words(unit="Office"), manager="", user_id=None)
                employing.hire(Person("N0", "Somebody"), where, hired_on=house.today(), by=BY)

    apply(*many(), progress=hire)
    assert rows(User) == MANY and planned(*many()).empty


def test_people_who_change_all_the_time_are_told_of_and_what_was_written_stays(each_app):
    apply(*many())
    moved = [{**row, "unit": "Yard"} for row in many()]
    staying = list(db.session.scalars(
        sa.select(Identity.user_id).order_by(Identity.personnel_no)))

    def change(_n: int, _of: int) -> None:
        with committed():
            employing.leave({staying.pop(0): house.today()}, by=BY)

    with pytest.raises(Conflict, match="People change all the time"):
        apply(*moved, progress=change)
    db.session.rollback()
    assert db.session.scalars(sa.select(PeopleImport.state).order_by(PeopleImport.id)).all()[1:] \
        == ["broken"]


def test_an_address_that_somebody_takes_meanwhile_breaks_off_what_goes_on(each_app):
    told = []

    def hire(_n: int, _of: int) -> None:
        if not told:
            told.append(1)
            with committed():
                where = position(Words(unit="Office"), manager="", user_id=None)
                employing.hire(Person("X1", "Somebody", "late@example.com"), where,
                               hired_on=house.today(), by=BY)

    *rows_, last = many()
    with pytest.raises(Conflict, match="People changed while the file was applied"):
        apply(*rows_, {**last, "email": "late@example.com"}, progress=hire)


def test_leavers_and_who_comes_back_are_written_in_steps(each_app):
    apply(*many())
    left = [{**row, "left_on": house.today().isoformat(), "manager": ""} for row in many()]
    apply(*left)
    assert rows(User, User.deactivated_at.is_(None)) == 0
    apply(*many())
    assert rows(User, User.deactivated_at.is_not(None)) == 0 and planned(*many()).empty


@pytest.mark.parametrize("by_command", [False, True])
def test_a_file_that_did_not_come_to_its_end_is_said_until_it_has(
    each_app, by_command, tmp_path, monkeypatch
):
    hr, command, file = a_user("hr"), each_app.test_cli_runner(), tmp_path / "f.csv"
    file.write_bytes(a_file(*many()))
    steps, write, said = [], writing._write, "f.csv was not applied to its end"

    def writes_three_times(*arguments, **more):
        steps.append(1)
        if len(steps) > 3:
            die()
        write(*arguments, **more)

    with monkeypatch.context() as broken:
        broken.setattr(writing, "_write", writes_three_times)
        dies((lambda: command.invoke(args=["people", "import", str(file)])) if by_command
             else lambda: apply(*many()))
    db.session.rollback()
    assert said not in client_of(each_app, hr).get("/people/import").text, "it may be under way"
    with clock.moved_by(IDLE + timedelta(seconds=1)):
        page = client_of(each_app, hr).get("/people/import").text
        assert said in page and "6 new, 0 changed, 0 left so far" in page
        done = command.invoke(args=["people", "import", str(file)])
        assert done.exit_code == 0 and f"{said}: 6 new" in done.output, done.output
        assert said not in client_of(each_app, hr).get("/people/import").text
    assert rows(Identity, Identity.personnel_no.like("N%")) == MANY
