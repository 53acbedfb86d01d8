"""One seeded company in which every role has objects of its own and meets those of others.

People: one of each role; an employee and a trainer to whom the foreign objects belong; three who
once held every role: one lost all but employee, one was deactivated, one has an old session.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock, formats
from isotrain.accounts import directory, linking, passwords, registering, signing_in
from isotrain.accounts.models import Session
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.attempts import sheets, starting, taking
from isotrain.attempts.models import Attempt
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.banks import approving, editing, versions
from isotrain.banks.files import applying, importing
from isotrain.banks.models import Bank, BankMember, Question
from isotrain.banks.rules import Defaults
from isotrain.db import db, writing
from isotrain.jobs import asking
from isotrain.jobs.stepping import inside
from isotrain.jobs.work import DONE, result_of
from isotrain.media import keeping
from isotrain.people import placing
from isotrain.people.files import importing as people_files
from isotrain.people.files.importing import Upload
from isotrain.people.models import Employment, JobRole, Position, Site, Unit
from isotrain.questions.draft import Draft, Option
from isotrain.quizzes import composing, loading
from isotrain.quizzes.models import Quiz
from isotrain.records import correcting
from isotrain.records.models import CompletionRecord
from isotrain.second_factor import arriving, enrolling, holding
from isotrain.second_factor.models import HalfWay, Passkey
from isotrain.seconding.models import Proposal
from isotrain.settings import house
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST, SECURITY_CONTACT
from isotrain.study.models import Course, CourseMember, LibraryMember
from isotrain.web import csrf
from tests.access import canary_course
from tests.conftest import ROOT
from tests.factories import a_setting
from tests.media.making import PICTURE
from tests.sittings import certificate_of

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

COURSE, FOREIGN_COURSE = "iso-certification", canary_course.SLUG
ROLES = tuple(role.value for role in Role)
FORMER = ("demoted", "deactivated", "expired")  # who held every role once
OTHERS = ("other", "colleague")  # to whom foreign objects belong
PASSWORD = "nine calm yellow trams"
BY = Actor.command()
PEOPLE_FILE = "personnel_no,name,unit\nN501,Nova Lind,U2\n"
DRAFT = Draft("1", "single_choice", "Whom does ISO certify?", topic="iso", difficulty=1,
              facts=("A12",), use="exam", explanation="Certification bodies certify; ISO does not.",
              options=(Option("Nobody", Fraction(1)), Option("Every organization that asks")))
QUESTIONS = "What does ISO write?\nA. Standards\nB. Certificates\nANSWER: A\n"


@dataclass(frozen=True)
class Somebody:
    """Somebody with what a browser of theirs carries, and the ids of what they own."""

    name: str
    role: str
    user_id: int | None = None
    cookie: str = ""
    token: str = ""
    objects: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """The application on a seeded database, and who is in it."""

    app: Flask
    people: dict[str, Somebody]
    shared: dict[str, Any]

    def __post_init__(self) -> None:
        self.adapter = self.app.url_map.bind("localhost")
        self.kept: dict[str, Any] = {}  # what one test finds out for the next

    def browser(self, person: Somebody) -> FlaskClient:
        """Return a fresh browser with a person's cookie."""
        client = self.app.test_client()
        if person.cookie:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], person.cookie)
        return client


def build(app: Flask, folder: Path) -> World:
    """Seed an empty database; mail is set up, so that pages offer it, and never sent."""
    with app.app_context():
        a_setting(MAIL_HOST, "mail.invalid")
        a_setting(MAIL_FROM, "isotrain@works.example")
        a_setting(SECURITY_CONTACT, "security@works.example")
        shared, objects, users = _seed(folder)
        sessions = {name: new_session(user_id) for name, user_id in users.items()}
        new_session(users["employee"])  # a second browser
        _take_away(users)
        db.session.remove()
    world = World(app, {}, shared)
    for name in (*ROLES, *FORMER, *OTHERS):
        role = {"demoted": "employee", "deactivated": "anon", "expired": "anon",
                "other": "employee", "colleague": "trainer"}.get(name, name)
        world.people[name] = somebody(app, name, role, users[name], sessions[name], objects[name])
    world.people["anon"] = somebody(app, "anon", "anon", None, None, objects["employee"],
                                    half_way=shared["half_way"])
    return world


def _seed(folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]], dict[str, int]]:
    upload = importing.read(QUESTIONS.encode(), "more.txt", reader=None)
    with writing():
        canary = canary_course.write(ROOT / "question_banks" / COURSE, folder)
        loading.load_course(ROOT / "question_banks" / COURSE, by=BY)
        loading.load_course(canary, by=BY)
        users = _people()
        places = _place(users)
        _look_after(users)
        shared = {**places, **_assign(places, users)}
        objects = {name: _sat(user_id) for name, user_id in users.items()}
        shared |= _evidence(objects)
        shared["half_way"] = _factors(users, objects)
        shared["proposals"] = _proposals(users, objects)
        [una] = registering.add([Person("W099", "Una Newcomer")],
                                roles=frozenset({Role.EMPLOYEE}), by=BY)
        shared |= _banks_and_quizzes(users, upload)
        shared["more"] += ["/account/second-factor/app", "/second-step", f"/people/{una}",
                           f"/people/{users['other']}/second-factor",
                           f"/to-confirm/{objects['hr']['proposal']}"]
        shared["link"] = linking.make([users["other"]], by=BY)[users["other"]].token
        db.session.commit()
    return shared, objects, users


def _people() -> dict[str, int]:
    hashed = passwords.hash_password(PASSWORD)
    held = {name: (name,) for name in ROLES} | dict.fromkeys(FORMER, ROLES)
    held |= {"other": ("employee",), "colleague": ("employee", "trainer")}
    users = {}
    for number, (name, roles) in enumerate(held.items(), 1):
        person = Person(f"W{number:03d}", f"{name.title()} Whitfield", f"{name}@works.example")
        [users[name]] = registering.add([person], roles=frozenset(map(Role, roles)), by=BY)
        passwords.store(users[name], hashed)
    return users


def _place(users: dict[str, int]) -> dict[str, Any]:
    """Two units; everybody but the foreign employee works for the manager."""
    site, job = Site(code="S1", name="Main site"), JobRole(code="J1", title="Operator")
    units = [Unit(code="U1", name="Works"), Unit(code="U2", name="Office")]
    db.session.add_all([site, job, *units])
    db.session.flush()
    start = house.today() - timedelta(days=400)
    positions = {}
    for name, user_id in users.items():
        db.session.add(Employment(user_id=user_id, hired_on=start))
        boss = None if name in ("manager", *OTHERS) else users["manager"]
        positions[user_id] = Position(unit_id=units[name in OTHERS].id, site_id=site.id,
                                      job_role_id=job.id, manager_id=boss,
                                      employment_type="employee")
    db.session.flush()
    placing.place(positions, from_on=start, by=BY)
    keeping.keep([PICTURE])
    return {"unit": units[0].id, "site": site.id, "job_role": job.id, "picture": PICTURE.sha256}


def _look_after(users: dict[str, int]) -> None:
    """Give what is shipped to the trainer and to who was one, the canary's to a colleague."""
    for slug, names in ((COURSE, ("trainer", *FORMER)), (FOREIGN_COURSE, ("colleague",))):
        bank_id = db.session.scalars(sa.select(Bank.id).where(Bank.slug == slug)).one()
        course = db.session.scalars(sa.select(Course).where(Course.slug == slug)).one()
        for name in names:
            db.session.add_all([
                BankMember(bank_id=bank_id, user_id=users[name]),
                CourseMember(course_id=course.id, user_id=users[name]),
                LibraryMember(library_id=course.library_id, user_id=users[name])])
    db.session.flush()


def _assign(places: dict[str, Any], users: dict[str, int]) -> dict[str, Any]:
    courses = dict(db.session.execute(sa.select(Course.slug, Course.id)).all())
    due = house.today() + timedelta(days=20)
    with clock.moved_by(timedelta(days=-40)):
        everybody = assigning.assign(course_id=courses[COURSE], target="everybody", due_on=due,
                                     by=BY, transaction=inside)
        one_unit = assigning.assign(course_id=courses[FOREIGN_COURSE], target="unit", by=BY,
                                    unit_id=places["unit"], due_on=due, transaction=inside)
    return {"courses": courses, "requirements": (everybody.id, one_unit.id),
            "due_on": due.isoformat()}


def _sat(user_id: int) -> dict[str, Any]:
    """Let somebody pass the exam a month ago, fail the other one, and begin an exam just now."""
    with clock.moved_by(timedelta(days=-30)):
        passed = sit(f"{COURSE}-exam", user_id, right=20)
        failed = sit(f"{FOREIGN_COURSE}-exam", user_id, right=3)
    begun = starting.start(f"{COURSE}-exam", user_id, by=Actor("user", user_id)).id
    certificate = certificate_of(passed)
    assert certificate is not None
    file = people_files.keep(Upload("people.csv", PEOPLE_FILE.encode()), user_id=user_id)
    return {"attempt": begun, "closed": passed, "failed": failed, "work": _work(user_id),
            "certificate": certificate.id, "code": certificate.code, "people_file": file}


def _factors(users: dict[str, int], objects: dict[str, dict[str, Any]]) -> str:
    """Give everybody but the employee an app and a passkey, and begin another app for all.

    Return what stands half way: the trainer's, for whoever holds its token.
    """
    for name, user_id in users.items():
        objects[name]["passkey"] = None if name == "employee" else _passkey(user_id)
        enrolling.begin_app(user_id)
        if name != "employee":
            holding.find_begun(user_id).confirmed_at = clock.now()
            enrolling.begin_app(user_id)
    token = arriving.wait(users["trainer"])
    db.session.query(HalfWay).update({"begun_at": clock.now() + timedelta(days=1)})
    return token


def _passkey(user_id: int) -> int:
    row = Passkey(user_id=user_id, credential_id=f"of {user_id}".encode(), public_key=b"-",
                  sign_count=0, transports=[], label="Laptop", added_at=clock.now())
    db.session.add(row)
    db.session.flush()
    return row.id


def _work(user_id: int) -> int:
    """Have something prepared for a person, of the kind that their role may take."""
    roles = directory.roles_of(user_id)
    kind = ("people-list" if roles & {Role.HR, Role.ADMIN} else
            "bank-import" if Role.TRAINER in roles else "records-export")
    # The first waits for a worker.
    _waits, work = [asking.ask(kind, {"bank_id": 1}, user_id=user_id)
                    for _ in range(2)]
    work.state, work.ended_at = DONE, clock.now()
    work.held_by, work.file_name = f"of-{user_id}", "people.xlsx"
    result_of(work).parent.mkdir(parents=True, exist_ok=True)
    result_of(work).write_bytes(b"PK")
    return work.id


def _evidence(objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return records of the employee and of the foreign one, and an event of each kind."""
    records = [db.session.scalars(
        sa.select(CompletionRecord.id)
        .where(CompletionRecord.attempt_id == objects[name]["closed"])).one()
        for name in ("employee", "other")]
    events = {scope: db.session.scalars(
        sa.select(Event.id).where(Event.scope == scope).limit(1)).one() for scope in
        ("people", "technical")}
    return {"records": tuple(records), "events": events}


def _proposals(users: dict[str, int], objects: dict[str, dict[str, Any]]) -> tuple[int, int]:
    """Let everybody have asked for something; return what commands asked, of HR and of admins."""
    def propose(kind: str, about: int, asked: dict[str, Any], by: int | None) -> int:
        row = Proposal(kind=kind, object_id=about, asked=asked, digest="", reason="Because.",
                       asked_at=clock.now(), asker_kind="user" if by else "command", asked_by=by)
        db.session.add(row)
        db.session.flush()
        return row.id

    records = {name: db.session.scalars(sa.select(CompletionRecord.id).where(
        CompletionRecord.attempt_id == objects[name]["failed"])).one() for name in users}
    for name, user_id in users.items():
        objects[name]["proposal"] = propose(
            "record-identity", records[name], asdict(correcting.present(records[name])), user_id)
    first = db.session.scalars(sa.select(CompletionRecord.id).where(
        CompletionRecord.attempt_id == objects["employee"]["closed"])).one()
    return (propose("record-identity", first, asdict(correcting.present(first)), None),
            propose("roles", users["other"], {"roles": ["employee"]}, None))


def sit(slug: str, user_id: int, *, right: int) -> int:
    """Sit a quiz with so many right answers, the others wrong; return the attempt's id."""
    by = Actor("user", user_id)
    attempt_id = starting.start(slug, user_id, by=by).id
    for position, (chosen, wrong) in enumerate(wire_answers(attempt_id), 1):
        taking.save(attempt_id, user_id, position=position, rev=1, base=0, flagged=False, by=by,
                    submitted={"answer": chosen if position <= right else wrong})
    taking.submit(attempt_id, user_id, by=by)
    return attempt_id


def wire_answers(attempt_id: int) -> list[tuple[list[str], list[str]]]:
    """Return for each question of a form the right and a wrong answer as a browser sends them."""
    items = sheets.items_of(attempt_id)
    questions = versions.questions([version for version, _arrangement in items])
    answers = []
    for version, arrangement in items:
        key = questions[version].key()
        right = key.get("right") or [str(key.get("answer")).lower()]
        wrong = [part for part in arrangement if part not in right][:1]
        answers.append(([str(arrangement.index(part)) for part in right],
                        [str(arrangement.index(part)) for part in wrong]))
    return answers


def _banks_and_quizzes(users: dict[str, int], file: importing.File) -> dict[str, Any]:
    """Return for each bank its parts; the own one also has a draft, a retired question and more."""
    found: dict[str, Any] = {"more": [f"/people/{users['deactivated']}"]}
    for kind, slug, keeper in (("own", COURSE, "trainer"),
                               ("foreign", FOREIGN_COURSE, "colleague")):
        by = Actor("user", users[keeper])
        bank = db.session.scalars(sa.select(Bank).where(Bank.slug == slug)).one()
        question, retired = db.session.scalars(
            sa.select(Question.id).where(Question.bank_id == bank.id).limit(2)).all()
        approving.retire(bank.id, retired, by=by)
        draft = _twice(bank.id, by)
        upload = importing.keep(bank.id, file, by=by)
        found[kind] = {"bank": bank.id, "question": question, "quiz": _draft_quiz(slug, by),
                       "upload": upload, "keeper": users[keeper], "batch": _batch(bank.id, by)}
        found["more"] += [f"/banks/{bank.id}/questions/{id_}" for id_ in (retired, draft)]
    return found


def _twice(bank_id: int, by: Actor) -> int:
    """Write a question, and then another version of it."""
    question = editing.add(bank_id, DRAFT, by=by)
    editing.revise(bank_id, question.id, replace(DRAFT, explanation="Said better."),
                   base=question.latest_version_id or 0, by=by)
    return question.id


def _batch(bank_id: int, by: Actor) -> int:
    """Let something come into a bank with a file."""
    data = b"What came in with a file? {=A question ~A person}"
    token = importing.keep(bank_id, importing.File.of("one.gift", data, formats.read(data)), by=by)
    review = importing.review(bank_id, token, Defaults(), member=by.user_id)
    return applying.apply(bank_id, review, by=by, transaction=inside).batch_id


def _draft_quiz(slug: str, by: Actor) -> int:
    """Leave a draft of the exam of a course that differs from what is published.

    That of the foreign one, whose course nobody else looks after, asks for less.
    """
    quiz = db.session.scalars(sa.select(Quiz).where(Quiz.slug == f"{slug}-exam")).one()
    bench = composing.workbench(quiz)
    rules = bench.composition.rules
    if slug == FOREIGN_COURSE:
        rules = replace(rules, pass_mark=rules.pass_mark - 1)
    composing.save(quiz.id, replace(bench.composition, title=f"{quiz.slug} to come", rules=rules),
                   base=bench.base, by=by)
    return quiz.id


def new_session(user_id: int) -> tuple[int, str]:
    """Begin a session without a password; return its id and token."""
    with writing():
        signed_in = signing_in.start(user_id, browser="Firefox", by_request=None,
                                      proven="passkey").signed_in
        db.session.commit()
    return signed_in.session_id, signed_in.token


def _take_away(users: dict[str, int]) -> None:
    """Make the three former what they are now; their browsers know nothing of it."""
    old = clock.now() - timedelta(days=2)
    with writing():
        registering.set_roles(users["demoted"], frozenset({Role.EMPLOYEE}), by=BY, second=None)
        registering.deactivate([users["deactivated"]], by=BY, reason="left")
        # Deactivating ends sessions; without that the account alone must keep the browser out.
        db.session.execute(sa.update(Session).where(Session.user_id == users["deactivated"])
                           .values(ended_at=None))
        db.session.execute(sa.update(Session).where(Session.user_id == users["expired"])
                           .values(created_at=old, last_seen_at=old))
        # A running exam would keep the old session alive.
        query = sa.select(Attempt.id).where(Attempt.user_id == users["expired"],
                                            Attempt.state == "open")
        taking.submit(db.session.scalars(query).one(), users["expired"],
                      by=Actor("user", users["expired"]))
        db.session.commit()


def somebody(app: Flask, name: str, role: str, user_id: int | None,
            session: tuple[int, str] | None, objects: dict[str, Any], *,
            half_way: str = "") -> Somebody:
    """Give somebody a browser that is signed in and holds a token for forms."""
    client = app.test_client()
    with client.session_transaction() as stored:
        stored["csrf_token"] = f"{name:x<40}"
        stored["half_way"] = half_way
        if session:
            stored["_user_id"], stored["_fresh"] = session[1], True
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    own = {**objects, "session": session[0] if session else None}
    token = csrf.masked(f"{name:x<40}")
    return Somebody(name, role, user_id, cookie.value if cookie else "", token, own)
