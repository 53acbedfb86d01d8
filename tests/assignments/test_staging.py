"""A rule binds everybody at once, however many steps it takes to write that down."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import registering
from isotrain.accounts.models import Identity
from isotrain.assignments import assigning, oversight, status, training
from isotrain.assignments.models import Assignment, Requirement
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.jobs import stepping
from isotrain.jobs.stepping import IDLE
from isotrain.people.news import moving
from isotrain.records import recording, timeline
from isotrain.settings import house
from isotrain.web.transaction import transaction
from tests.assignments.making import a_course, a_unit, bind, place
from tests.dying import die, dies
from tests.factories import BY, a_user, committed
from tests.walking import rows_of

MANY = 5


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(stepping, "AIM", 60.0)  # however slow the machine is
    monkeypatch.setattr(assigning, "AT_ONCE", 2)
    monkeypatch.setattr(assigning, "RULES_AT_ONCE", 2)


@pytest.fixture
def people(each_app) -> list[int]:
    return [a_user(number=f"N{n}") for n in range(MANY)]


def soon() -> date:
    return house.today() + timedelta(days=10)


def rows(table) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def seen(people: list[int], course) -> dict[str, int]:
    """How many assignments each door shows."""
    db.session.rollback()
    return {
        "rules": len(rows_of(oversight.listing(state="all"))),
        "facts": sum(course.course in status.facts_for(user) for user in people),
        "training": sum(bool(training.due_for(user)) for user in people),
        "timeline": sum(entry.kind == "assigned" for user in people
                        for entry in timeline.trace(user).entries),
        "binding": sum(recording._assignment(user, course.course) is not None for user in people),
    }


def steps(after):
    @contextmanager
    def begin():
        before = rows(Assignment)
        with transaction():
            yield
        after(rows(Assignment) - before)
    return begin


def assign(course, *, begin=transaction, **more):
    return assigning.assign(**{"course_id": course.course, "target": "everybody", "due_on": soon(),
                               "by": BY, "transaction": begin, **more})


def broken_off(course) -> None:
    """Let whoever assigns die after two steps."""
    written: list[int] = []

    def after(more: int) -> None:
        written.append(more)
        if sum(written) == 4:
            die()
    dies(lambda: assign(course, begin=steps(after)))
    db.session.rollback()


def test_no_step_binds_more_than_a_few_and_nobody_is_bound_before_all_are(people):
    course, told, written = a_course(), [], []

    def after(more: int) -> None:
        written.append(more)
        told.append(seen(people, course))

    rule = assign(course, begin=steps(after))
    assert written == [0, 2, 2, 1, 0]
    assert [set(each.values()) for each in told[:-1]] == [{0}] * 4
    assert told[-1] == {"rules": 1, "facts": MANY, "training": MANY, "timeline": MANY,
                        "binding": MANY}
    event = db.session.scalars(sa.select(Event).where(Event.action == "course.assigned")).one()
    assert event.details["people"] == MANY == assigning.count_people(rule.id)


def test_what_was_due_before_is_due_while_more_is_assigned(people):
    course = a_course()
    bind(people[0], course, due_in=20)
    due = []
    assign(course, begin=steps(lambda _more: due.append(
        status.facts_for(people[0])[course.course][0].due_on - house.today())))
    assert {each.days for each in due[:-1]} == {20} and due[-1].days == 10


def test_many_named_people_are_bound_at_once(people):
    course, told, written = a_course(), [], []

    def after(more: int) -> None:
        written.append(more)
        told.append(seen(people, course)["facts"])

    made = assigning.assign_each([f"N{n}" for n in range(MANY)], course_id=course.course,
                                 due_on=soon(), by=BY, transaction=steps(after))
    assert written == [2, 2, 1, 0] and told == [0, 0, 0, MANY] and len(made) == MANY


def test_one_of_many_who_cannot_be_bound_leaves_nobody_bound(people):
    course, auditor = a_course(), a_user("auditor")
    number = db.session.scalar(
        sa.select(Identity.personnel_no).where(Identity.user_id == auditor))
    with pytest.raises(Refusal, match="no role that studies"):
        assigning.assign_each(["N0", "N1", "N2", number], course_id=course.course, due_on=soon(),
                              by=BY, transaction=transaction)
    assert (rows(Assignment), rows(Requirement)) == (0, 0)


def test_one_that_dies_binds_nobody_and_is_removed_a_few_rows_at_a_time(people):
    course = a_course()
    broken_off(course)
    assert set(seen(people, course).values()) == {0} and rows(Assignment) == 4
    for act in (oversight.get, assigning.get):
        with pytest.raises(NotFound):
            act(db.session.scalar(sa.select(Requirement.id)))
    assert not list(assigning.forget_idle(transaction)), "it may still be at work"
    with clock.moved_by(IDLE + timedelta(seconds=1)):
        assert list(assigning.forget_idle(transaction)) == [2, 2, 0]
    assert (rows(Assignment), rows(Requirement)) == (0, 0)


def test_who_was_taken_for_dead_binds_nobody(people):
    course = a_course()

    def after(more: int) -> None:
        if more:
            with clock.moved_by(IDLE + timedelta(seconds=1)):
                list(assigning.forget_idle(transaction))

    with pytest.raises(Conflict, match="Assign it again"):
        assign(course, begin=steps(after))
    assert (rows(Assignment), rows(Requirement)) == (0, 0)


@pytest.mark.parametrize("moves", ["in", "out", "leaves"])
def test_who_moves_meanwhile_is_bound_by_where_they_are_at_the_end(people, moves):
    course, unit, other = a_course(), a_unit("U"), a_unit("O")
    for user in people[:-1]:
        place(user, unit)
    place(people[-1], other)
    mover = people[-1] if moves == "in" else people[-2]
    done: list[int] = []

    def after(_more: int) -> None:
        done.append(1)
        if len(done) != 2:
            return
        with committed(), moving(by=BY) as moved:
            moved.add(mover)
            if moves == "leaves":
                registering.deactivate([mover], by=BY)
            else:
                db.session.execute(sa.text("UPDATE placement SET unit_id = :unit"
                                           " WHERE user_id = :user"),
                                   {"unit": unit if moves == "in" else other, "user": mover})

    rule = assign(course, target="unit", unit_id=unit, begin=steps(after))
    bound = set(db.session.scalars(sa.select(Assignment.user_id).where(
        Assignment.requirement_id == rule.id, Assignment.ended_on.is_(None))))
    meant = set(people) if moves == "in" else set(people[:-2])
    assert bound == meant
