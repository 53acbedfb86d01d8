"""What happens in a small place before its database is dumped: two of everything, at fixed times.

Two courses with a bank each, people of one name in two units, trainers of whom one revises a
question and publishes a blueprint, and attempts in every way an attempt can go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock, schema
from isotrain.accounts import linking, registering, signing_in
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.attempts import reviewing, seats, taking
from isotrain.attempts.extra import giving
from isotrain.attempts.models import Attempt
from isotrain.audit.noting import Actor
from isotrain.banks import approving, editing, tending, versions
from isotrain.banks.models import Bank, BankReading, FindingAcceptance, Question
from isotrain.certificates import revoking
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.media import keeping
from isotrain.people import employing
from isotrain.people.models import JobRole, Position, Site, Unit
from isotrain.questions import TYPES, pictured
from isotrain.questions.draft import Draft, Option
from isotrain.quizzes import composing, loading
from isotrain.quizzes.models import Quiz
from isotrain.records import correcting
from isotrain.records.models import CompletionRecord
from isotrain.seconding import settling
from isotrain.seconding.models import Proposal
from isotrain.settings import changing, history, house
from isotrain.settings.definitions import TWO_PERSON_ROLES
from isotrain.study import bookmarks, content, membership
from isotrain.study.models import CourseMember, Library
from isotrain.study.page import get_page
from tests import sittings
from tests.factories import committed
from tests.keeping import small_course
from tests.media.making import PICTURE

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
END = BEGIN + timedelta(hours=26)  # when who failed or passed may sit again
COURSES = ("short", "other")
PEOPLE = (("1001", "Ada Ångström"), ("1002", "Bela O'Neill"), ("1003", "Chi Nguyễn"),
          ("1004", "Dee Expired"), ("1005", "Eli Left"), ("1006", "Fay Sitting"),
          ("1007", "Ada Ångström"))
TRAINERS = (("2001", "Gus Publishing"), ("2002", "Hal Looking On"), ("2003", "Ivy Elsewhere"))
BY = Actor.command()


@dataclass(frozen=True)
class Staff:
    """The ids of who is there."""

    people: list[int]
    trainers: list[int]


def live(folder: Path) -> dict[str, int | str]:
    """Let everything happen in an empty database; return what a test needs to go on."""
    with clock.frozen_at(BEGIN):
        schema.upgrade(db.engine)
        staff = _founded(folder)
        expiring = sittings.begin(staff.people[3], "short-exam")
        sittings.answer(expiring, staff.people[3], right=1)
        _trained(staff)
    with clock.frozen_at(BEGIN + timedelta(hours=1)):
        _sat_and_left(staff, expiring)
    with clock.frozen_at(BEGIN + timedelta(hours=2)):
        _changed(staff)
    with clock.frozen_at(END):
        _sat(staff.people[0], "other-exam", right=5)  # renews one certificate of two
        _sat(staff.people[3], "other-exam", right=5)  # by the attempt that was given
        _practised(staff)
        _written(staff.trainers[2])
        running = sittings.begin(staff.people[5], "short-exam")
        sittings.answer(running, staff.people[5], right=1, wrong=1)
        with committed():
            sitter = signing_in.start(staff.people[5], browser="test", by_request=None)
            seats.take(running, sitter.signed_in)
    return {"open": running, "sitter": staff.people[5], "publisher": staff.trainers[0],
            "onlooker": staff.trainers[1]}


def _founded(folder: Path) -> Staff:
    """Load the courses, hire everybody, and assign the courses to them."""
    with committed():
        for name in COURSES:
            loading.load_course(small_course.write(folder / name, name), by=BY)
        db.session.add_all([
            Unit(id=1, code="WORKS", name="Works"),
            Unit(id=2, code="HALL", name="Hall", parent_id=1),
            Site(id=1, code="S1", name="Halden"), JobRole(id=1, code="OPER", title="Operator")])
        db.session.flush()
        people = [_hired(number, name, n) for n, (number, name) in enumerate(PEOPLE)]
        trainers = registering.add([Person(*trainer) for trainer in TRAINERS], by=BY,
                                   roles=frozenset({Role.TRAINER}))
        for name in COURSES:
            assigning.assign(course_id=content.get_course(name).id, target="everybody",
                             unit_id=None, user_id=None, due_on=date(2026, 12, 31), by=BY,
                             transaction=inside)
    return Staff(people, trainers)


def _hired(number: str, name: str, n: int) -> int:
    position = Position(unit_id=1 + n % 2, site_id=1, job_role_id=1)
    return employing.hire(Person(number, name), position, hired_on=date(2026, 1, 1 + n), by=BY)


def _trained(staff: Staff) -> None:
    """One trainer revises a question and publishes the exam anew; the others only look after."""
    by = Actor("user", staff.trainers[0])
    short, other = (_bank(name) for name in COURSES)
    with committed():
        for bank, number in ((short, "2001"), (short, "2002"), (other, "2003")):
            membership.add(tending.BANK, bank.id, number, by=BY, oversees=True)
        for name, trainer in (("short", staff.trainers[0]), ("other", staff.trainers[2])):
            db.session.add(CourseMember(course_id=content.get_course(name).id, user_id=trainer))
    _published_again("other-exam", "Other exam, once", by=Actor("user", staff.trainers[2]),
                     attempts=1)
    with committed():
        question = db.session.scalars(
            sa.select(Question).where(Question.bank_id == short.id, Question.key == "Q1")).one()
        base = question.latest_version_id
        draft = replace(versions.written([base])[base].draft("Q1"), stem="Who certifies?")
        editing.revise(short.id, question.id, draft, base=base, by=by)
        approving.approve_many(short.id, None, by=by, transaction=inside)
    _published_again("short-exam", "Short exam, again", by=by)


def _published_again(slug: str, title: str, *, by: Actor, **rules: int) -> None:
    with committed():
        quiz = _quiz(slug)
        bench = composing.workbench(quiz)
        wanted = replace(bench.composition, title=title,
                         rules=replace(bench.composition.rules, **rules))
        composing.save(quiz.id, wanted, base=bench.base, by=by)
        composing.publish(quiz.id, base=composing.workbench(quiz).base, by=by)


def _quiz(slug: str) -> Quiz:
    return db.session.scalars(sa.select(Quiz).where(Quiz.slug == slug)).one()


def _bank(slug: str) -> Bank:
    return db.session.scalars(sa.select(Bank).where(Bank.slug == slug)).one()


def _sat_and_left(staff: Staff, expiring: int) -> None:
    """Passes in both courses, a fail, an attempt that expired, somebody who left, a revocation."""
    people = staff.people
    with committed():
        taking.save(expiring, people[3], position=2, submitted={"answer": ["0"]}, rev=1, base=0,
                    flagged=False, by=Actor("user", people[3]))  # too late: it closes the attempt
    with committed():
        employing.leave({people[4]: house.today()}, by=BY, reason="left")
        page = get_page(content.get_course("short"), "short")
        bookmarks.opened(people[0], page.module.id)
        bookmarks.rate(people[0], page, question="M1-R1", rating="knew")
        linking.make([people[1]], by=BY)
        signing_in.start(people[0], browser="test", by_request=None)
    passed = [_sat(id_, "short-exam", right=5) for id_ in people[:2]]
    _sat(people[0], "other-exam", right=5)
    _sat(people[6], "other-exam", right=4, wrong=1)
    for id_, slug in ((people[2], "short-exam"), (people[2], "other-exam"),
                      (people[3], "other-exam")):
        _sat(id_, slug, right=1, wrong=2)
    certificate = sittings.certificate_of(passed[1])
    assert certificate is not None
    with committed():
        revoking.revoke(certificate.id, reason="Made to be revoked.", by=BY)


def _changed(staff: Staff) -> None:
    """Names and members change, two people correct a record or do not, somebody saw a result."""
    ada, chi = staff.people[0], staff.people[2]
    with committed():
        office = registering.add([Person("3001", "Kim Office"), Person("3002", "Lou Office")],
                                 by=BY, roles=frozenset({Role.HR}))
        first, second = (Actor("user", user_id) for user_id in office)
        registering.change({chi: Person("1003", "Chi Nguyen"),
                            ada: Person("1001", "Ada Ångström", "ada@example.com")}, by=first)
        membership.remove(tending.BANK, _bank("short").id, staff.trainers[1], by=BY)
        library = db.session.scalars(sa.select(Library.id).order_by(Library.id)).first()
        assert library is not None
        membership.add(membership.LIBRARY, library, "2003", by=BY, oversees=True)
        reviewing.note_seen(db.session.scalars(
            sa.select(Attempt.id).where(Attempt.user_id == ada).order_by(Attempt.id)).all()[0])
        changing.change(TWO_PERSON_ROLES, "on", base=history.present(TWO_PERSON_ROLES).number,
                        reason="Two look at roles.", by=BY)
    with committed():
        one, other = db.session.scalars(sa.select(CompletionRecord.id).where(
            CompletionRecord.user_id == ada).order_by(CompletionRecord.id)).all()
        settling.confirm(_asked(one, by=first), by=second)
        settling.decline(_asked(other, by=first), reason="The first is right.", by=second)
        _asked(other, by=first)
    with committed():
        for number, reason in (("1004", "The lights went out."), ("1003", "The form was torn.")):
            giving.give(_quiz("other-exam").id, number, reason=reason,
                        by=Actor("user", staff.trainers[2]))


def _practised(staff: Staff) -> None:
    """Practice of everything and of one topic; an answer comes after handing in."""
    bela, fay = staff.people[1], staff.people[5]
    practising = sittings.begin(bela, "short-practice")
    sittings.hand_in(practising, bela)
    with committed():
        narrowed = taking.start("other-practice", fay, by=Actor("user", fay), topics=["iso"]).id
    sittings.hand_in(narrowed, fay)
    with committed():
        taking.save(narrowed, fay, position=1, submitted={"answer": ["0"]}, rev=1, base=0,
                    flagged=False, by=Actor("user", fay))


def _written(trainer: int) -> None:
    """A question of each type in a bank whose exam draws none of them, a picture, a reading."""
    bank, by = _bank("other"), Actor("user", trainer)
    with committed():
        keeping.keep([PICTURE])
        for type_ in TYPES:
            draft = replace(type_.examples()[0].question.draft(), external_id="", use="practice")
            editing.add(bank.id, draft, by=by)
        seen = pictured.reference("A red seal", PICTURE.address)
        options = (Option("A certification body's", share=Fraction(1)), Option("Nobody's"))
        editing.add(bank.id, Draft("", "single_choice", f"Whose is this? {seen}", options=options),
                    by=by)
        db.session.add(BankReading(bank_id=bank.id, asks="answer@0123456789abcdef", reading="place",
                                   chosen_at=clock.now(), chosen_by=trainer))
        db.session.add(FindingAcceptance(
            bank_id=bank.id, check_name="option-counts", accepted_at=clock.now(),
            accepted_by=trainer, reason="Each kind has the options that it needs."))


def _asked(record: int, *, by: Actor) -> int:
    """Ask for another spelling of the name in a record; return what then waits."""
    right = replace(correcting.present(record), name="ADA ÅNGSTRÖM")
    assert correcting.correct(record, right, reason="As in the passport.", by=by) is None
    db.session.flush()
    return db.session.scalars(sa.select(sa.func.max(Proposal.id))).one()


def _sat(user_id: int, slug: str, *, right: int, wrong: int = 0) -> int:
    attempt = sittings.begin(user_id, slug)
    sittings.answer(attempt, user_id, right=right, wrong=wrong)
    sittings.hand_in(attempt, user_id)
    return attempt
