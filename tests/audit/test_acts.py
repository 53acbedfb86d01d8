"""What services note of an act: it once, by whoever acted, of what it changed, before and after."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import inviting, linking, registering
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.banks import approving, editing, tending, translating
from isotrain.banks.files import exporting
from isotrain.banks.models import Question
from isotrain.banks.tending import BANK, Described
from isotrain.certificates import revoking, signing_keys
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.people import employing, placing
from isotrain.people.models import Position
from isotrain.quizzes import composing, directory
from isotrain.quizzes.composition import Composition
from isotrain.records import correcting
from isotrain.records.models import CompletionRecord
from isotrain.settings import changing, house
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST, ORGANIZATION
from isotrain.study import membership
from isotrain.study.models import CourseMember
from tests.assignments.making import a_course, a_unit, sit
from tests.banks.making import a_bank, a_draft, a_question, a_translation, filled
from tests.factories import a_setting, a_user, committed
from tests.sittings import certificate_of


@pytest.fixture
def by(app):
    """An actor who may do everything that services do not ask the gate for."""
    return Actor("user", a_user("admin", "trainer", name="Acting"), "request-7")


def done(act) -> list[Event]:
    """Do something in one transaction and return the events of it, oldest first."""
    last = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
    with committed():
        act()
    return list(db.session.scalars(sa.select(Event).where(Event.id > last).order_by(Event.id)))


def short(events: list[Event]) -> list[tuple[str, str, str, int]]:
    return [(event.action, event.scope, event.object_type, int(event.object_id))
            for event in events]


def check_by(events: list[Event], by: Actor) -> None:
    assert {(event.actor_kind, event.actor_id, event.request_id) for event in events} == {
        ("user", by.user_id, "request-7")}


def roles(by: Actor):
    user = a_user()
    for given in ({Role.EMPLOYEE, Role.HR}, {Role.HR}, {Role.EMPLOYEE}):
        yield lambda given=given: registering.set_roles(user, frozenset(given), by=by, second=None)


def placements(by: Actor):
    user = a_user()
    for code, days in (("A", 9), ("B", 5), ("C", 5), ("D", 0)):
        where = Position(a_unit(code), None, None, None, "employee")
        day = house.today() - timedelta(days=days)
        yield lambda where=where, day=day: placing.place({user: where}, from_on=day, by=by)


def settings(by: Actor):
    for base, text in enumerate(("One Works", "Two Works", "Three Works")):
        yield lambda base=base, text=text: changing.change(
            ORGANIZATION, text, base=base, reason="As the board decided", by=by)


def a_bank_of(by: Actor) -> int:
    assert by.user_id is not None
    return a_bank(by.user_id)


def questions(by: Actor):
    bank, made = a_bank_of(by), []
    yield lambda: made.append(editing.add(bank, a_draft("First?"), by=by))
    for stem in ("Second?", "Third?"):
        yield lambda stem=stem: editing.revise(
            bank, made[0].id, a_draft(stem), base=db.session.merge(made[0]).latest_version_id,
            by=by)


def quizzes(by: Actor):
    made, course = [], a_course().course
    with committed():
        db.session.add(CourseMember(course_id=course, user_id=by.user_id))
    yield lambda: made.append(composing.create(course, "practice", "First", by=by).id)
    for title in ("Second", "Third"):
        def save(title=title):
            bench = composing.workbench(directory.get(made[0], by.user_id))
            composing.save(made[0], Composition(title), base=bench.base, by=by)
        yield save


def requirements(by: Actor):
    made, course, day = [], a_course().course, house.today() + timedelta(days=9)
    yield lambda: made.append(assigning.assign(
        course_id=course, target="everybody", due_on=day, by=by, transaction=inside).id)
    for more in (5, 2):
        yield lambda more=more: assigning.change_due(
            made[0], day + timedelta(days=more), by=by)
    yield lambda: assigning.withdraw(made[0], by=by)


def records(by: Actor):
    sit(a_user(name="Ada"), a_course())
    newest = sa.select(sa.func.max(CompletionRecord.id))
    for kind in ("temporary", "contractor"):
        def correct(kind=kind):
            record = db.session.scalar(newest)
            right = correcting.Statement(**{**vars(correcting.present(record)),
                                            "employment_type": kind})
            correcting.correct(record, right, reason="It was entered late", by=by)
        yield correct


CHAINS = {"roles": roles, "placements": placements, "settings": settings, "questions": questions,
          "quizzes": quizzes, "requirements": requirements, "records": records}


@pytest.mark.parametrize("chain", CHAINS)
def test_what_held_before_an_act_is_what_held_after_the_one_before_it(by, chain):
    events = [event for act in CHAINS[chain](by) for event in done(act)]
    check_by(events, by)
    assert len(events) >= 2
    for earlier, later in pairwise(events):
        assert later.before_hash == earlier.after_hash is not None
        assert later.after_hash not in (None, later.before_hash)


def test_acts_on_people_are_noted_of_each_of_them(by):
    ada, bo = a_user(name="Ada"), a_user(name="Bo", email="bo@example.com")
    both = {ada: Person("N-1", "Ada"), bo: Person("N-2", "Bo", "bo@example.com")}
    today = house.today()
    for act, actions in (
        (lambda: registering.change(both, by=by), ["user.changed"] * 2),
        (lambda: linking.make([ada, bo], by=by), ["link.made"] * 2),
        (lambda: employing.leave(dict.fromkeys((ada, bo), today), by=by, reason="Plant closed"),
         ["user.deactivated"] * 2),
        (lambda: registering.reactivate([ada, bo], by=by), ["user.reactivated"] * 2),
    ):
        events = done(act)
        assert short(events) == [(action, "people", "user", user) for action, user in zip(
            actions, (ada, bo), strict=True)]
        check_by(events, by)
        assert {event.reason for event in events} == {
            "Plant closed" if actions[0] == "user.deactivated" else None}
    a_setting(MAIL_HOST, "mail.example.com")
    a_setting(MAIL_FROM, "training@example.com")
    events = done(lambda: inviting.invite([ada, bo], by=by))
    assert short(events) == [("link.mailed", "people", "user", bo)]
    assert done(lambda: inviting.invite([ada, bo], by=by)) == []
    events = done(lambda: linking.set_password(bo, "hash", by=by))
    assert short(events) == [("password.changed", "technical", "user", bo)]
    check_by(events, by)


def test_acts_on_a_bank_and_its_questions_are_noted_with_what_they_touched(by):
    bank = a_bank_of(by)
    first, second = (a_question(bank, a_draft(stem)) for stem in ("First?", "Second?"))
    other = a_user("trainer", number="T-2")
    german = a_draft("Wer zertifiziert?", right="Eine Stelle", wrong=("ISO", "Niemand"),
                     language="de")
    made: list[int] = []
    events = [event for act in (
        lambda: tending.change(bank, Described("Audits", "Of all kinds"), by=by),
        lambda: membership.add(BANK, bank, "T-2", by=by, oversees=False),
        lambda: filled(bank, [first, second], topic="risk", by=by),
        lambda: approving.approve(bank, first, _latest(first), by=by),
        lambda: approving.approve_many(bank, None, by=by, transaction=inside),
        lambda: approving.retire(bank, second, by=by),
        lambda: approving.restore(bank, second, by=by),
        lambda: made.append(a_translation(bank, first, german, by=by)),
        lambda: translating.approve(bank, made, by=by),
        lambda: exporting.note_export(bank, "yaml", exporting.write(
            bank, "yaml", member=by.user_id), by=by),
        lambda: membership.remove(BANK, bank, other, by=by),
    ) for event in done(act)]
    check_by(events, by)
    assert short(events) == [(action, "banks", kind, number) for action, kind, number in (
        ("bank.changed", "bank", bank), ("bank.member_added", "bank", bank),
        ("bank.questions_changed", "bank", bank), ("question.approved", "question", first),
        ("bank.questions_approved", "bank", bank), ("question.retired", "question", second),
        ("question.restored", "question", second), ("bank.imported", "bank", bank),
        ("bank.translations_approved", "bank", bank), ("bank.exported", "bank", bank),
        ("bank.member_removed", "bank", bank))]
    assert events[1].details == events[-1].details == {"user": other}
    assert [events[n].details["questions"] for n in (2, 4, 9)] == [2, 1, 2]


def _latest(question: int) -> int:
    return db.session.get_one(Question, question).latest_version_id


def test_acts_on_certificates_and_keys_are_noted(by):
    certificate = certificate_of(sit(a_user(), a_course())).id
    [event] = done(lambda: revoking.revoke(certificate, reason="Sat by somebody else", by=by))
    assert short([event]) == [("certificate.revoked", "records", "certificate", certificate)]
    assert event.reason == "Sat by somebody else"
    [made] = done(lambda: signing_keys.make(by=by))
    assert (made.action, made.scope, made.object_type) == (
        "signing_key.made", "technical", "signing_key")
    newer, stolen = done(lambda: signing_keys.report_stolen(
        made.object_id, since=clock.now(), reason="A laptop was stolen", by=by))
    assert (newer.action, stolen.action, stolen.object_id) == (
        "signing_key.made", "signing_key.stolen", made.object_id)
    assert stolen.reason == "A laptop was stolen" and stolen.details["since"].endswith("Z")
    check_by([event, made, newer, stolen], by)
