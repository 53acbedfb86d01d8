"""How long jobs, imports, approvals and assignments hold the write lock at most.

Measured is the longest write transaction of each (holding.py says from when to when, and who waits
for it on PostgreSQL). The first load of a course has no limit: nobody is served before it. Of an
import of questions the whole is measured too, and of undoing it.
"""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import inviting, linking, registering
from isotrain.accounts.models import OneTimeLink, Session, Throttle, User
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.banks import approving
from isotrain.banks.batches import undoing
from isotrain.banks.files import applying as bank_applying
from isotrain.banks.files import importing as bank_files
from isotrain.banks.models import Question
from isotrain.banks.rules import Defaults
from isotrain.config import ROOT
from isotrain.db import db
from isotrain.jobs.job import Lane
from isotrain.jobs.leasing import enrol
from isotrain.jobs.stepping import inside
from isotrain.mail.models import Outgoing
from isotrain.people.files import applying
from isotrain.people.files import importing as people_files
from isotrain.people.files.plan import Options
from isotrain.quizzes import loading
from isotrain.settings import house
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST
from isotrain.timetable import JOBS
from isotrain.web.transaction import transaction
from tests import postgresql, sittings
from tests.banks.making import a_bank
from tests.bench import sat
from tests.bench.holding import watched
from tests.factories import BY, a_setting, a_user, committed

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 100
APPLIED, UNDONE = "all of an import of questions", "all of undoing it"
WHOLE = {APPLIED: 5_000, UNDONE: 3_000}
ROWS, OVERDUE, UPLOADS = 5_000, 60, 20
PEOPLE, QUESTIONS, APPROVED, BOUND = 2_000, 10_000, 2_000, 5_000
NAMED, LETTERS = 500, 1_000
LONG_AGO = timedelta(days=400)
Held = tuple[str, list[float], int]


def run() -> Iterator[dict[str, Any]]:
    """The longest hold of each job and of each large act, on each database (a durable one)."""
    loaded: list[float] = []
    for name in sat.places(postgresql.DURABLE, fill=lambda: _load(loaded)):
        yield _row(f"held by loading the shipped course, {name}", loaded, None, 1)
        enrol(JOBS.each)
        for part in (_jobs, _courses, _staff, _questions, _assignments, _letters):
            for what, held, n in part():
                yield _row(f"{'' if what in WHOLE else 'held by '}{what}, {name}", held,
                           WHOLE.get(what, LIMIT), n)


def _load(held: list[float]) -> None:
    """Load the shipped course as the command does: read first, then written."""
    found = loading.read(ROOT / "question_banks" / "iso-certification")
    with watched() as took, committed():
        loading.load_read(found, by=BY)
    held[:] = took


def _jobs() -> Iterator[Held]:
    _backlog()
    longest: dict[str, tuple[list[float], int]] = {}
    with clock.moved_by(timedelta(hours=1)):
        for job in JOBS.each:
            if job.lane is Lane.SHORT:
                with watched() as held:
                    done = sum(job.run(transaction))
                longest[job.name] = held, done
    for job_name, (held, done) in longest.items():
        if done:
            yield job_name, held, done


def _courses() -> Iterator[Held]:
    held: list[float] = []
    _load(held)
    yield "loading the shipped course again", held, 1


def _staff() -> Iterator[Held]:
    rows = [f"H{n:05d},Holder {n},Unit {n % 40},Hall {n % 4}" for n in range(PEOPLE)]
    yield "an import of people", _apply(rows), PEOPLE
    with committed():
        assigning.assign(course_id=assigning.get_course("iso-certification"), target="unit",
                         unit_id=assigning.get_unit("Hall 1"), by=BY, transaction=inside,
                         due_on=house.today() + timedelta(days=30))
    moved = [row.replace("Hall 3", "Hall 1") for row in rows]
    yield "units that move with their people", _apply(moved), PEOPLE // 4
    renamed = [row.replace("Holder", "Keeper") for row in moved]
    yield "people who are named anew", _apply(renamed), PEOPLE
    left = [f"{row},{house.today()}" for row in renamed]
    yield "people who leave", _apply(left, ",left_on"), PEOPLE
    yield "people who come back", _apply(renamed), PEOPLE


def _apply(rows: list[str], more: str = "") -> list[float]:
    """Apply a people file as a worker does."""
    data = "\n".join((f"personnel_no,name,unit,unit_parent{more}", *rows)).encode()
    file = people_files.read(data, reader=None)
    with watched() as held:
        applying.apply(file, Options(), people_files.Upload("people.csv", data), by=BY,
                       transaction=transaction)
    return held


def _questions() -> Iterator[Held]:
    bank = a_bank(a_user("trainer"))
    gift = "".join(f"::Q{n}:: What is {n}? {{={n} ~{n + 1} ~{n + 2}}}\n\n"
                   for n in range(QUESTIONS)).encode()
    read = bank_files.read(gift, "many.gift", reader=None)
    with watched() as held, committed():
        token = bank_files.keep(bank, read, by=BY)
    yield "keeping a question file", held, QUESTIONS
    reviewed = bank_files.review(bank, token, Defaults("planning", 2), member=None)
    began = perf_counter()
    with watched() as held:
        batch = bank_applying.apply(bank, reviewed, by=BY, transaction=transaction).batch_id
    yield APPLIED, [perf_counter() - began], QUESTIONS
    yield "an import of questions", held, QUESTIONS
    some = list(db.session.scalars(sa.select(Question.id).where(
        Question.bank_id == bank).order_by(Question.id).limit(APPROVED + 1)))
    with watched() as held:
        approving.approve_many(bank, some[1:], by=BY, transaction=transaction)
    yield "approving many", held, APPROVED
    version = db.session.get_one(Question, some[0]).latest_version_id or 0
    foreseen = approving.foresee(bank, some[0], version, by=BY)
    with watched() as held, committed():
        approving.approve(bank, some[0], version, by=BY, foreseen=foreseen)
    yield "approving one of many", held, APPROVED
    less = approving.foresee_retired(bank, some[1], retired=True, by=BY)
    with watched() as held, committed():
        approving.retire(bank, some[1], by=BY, foreseen=less)
    yield "retiring one of many", held, APPROVED
    began = perf_counter()
    before = undoing.foresee(bank, batch, by=BY)
    with watched() as held, committed():
        undoing.undo(bank, batch, by=BY, foreseen=before)
    yield UNDONE, [perf_counter() - began], QUESTIONS
    yield "undoing an import of questions", held, QUESTIONS


def _assignments() -> Iterator[Held]:
    """Bind everybody, once there are enough."""
    there = db.session.scalar(sa.select(sa.func.count(User.id))) or 0
    for start in range(there, BOUND, 500):
        people = [Person(f"B{n}", f"Bound {n}", f"b{n}@example.com")
                  for n in range(start, min(start + 500, BOUND))]
        with committed():
            registering.add(people, roles=frozenset({Role.EMPLOYEE}), by=BY)
    wanted: dict[str, Any] = {"course_id": assigning.get_course("iso-certification"), "by": BY,
                              "due_on": house.today() + timedelta(days=30),
                              "transaction": transaction}
    with watched() as held:
        rule = assigning.assign(target="everybody", **wanted)
    yield "assigning to everybody", held, BOUND
    with watched() as held:
        assigning.assign_each([f"B{n}" for n in range(BOUND - NAMED, BOUND)], **wanted)
    yield "assigning to people by name", held, NAMED
    for what, act in (("moving a due date", lambda: assigning.change_due(
            rule.id, house.today() + timedelta(days=40), by=BY)),
            ("withdrawing a rule", lambda: assigning.withdraw(rule.id, by=BY))):
        with watched() as held, committed():
            act()
        yield what, held, BOUND


def _letters() -> Iterator[Held]:
    a_setting(MAIL_HOST, "mail.example.com")
    a_setting(MAIL_FROM, "training@example.com")
    people = list(db.session.scalars(
        sa.select(User.id).order_by(User.id.desc()).limit(LETTERS)))
    with watched() as held:
        linking.make_each(people, by=BY, transaction=transaction)
    yield "making access links", held, LETTERS
    with watched() as held:
        inviting.invite_each(people, by=BY, transaction=transaction)
    yield "mailing access links", held, LETTERS


def _backlog() -> None:
    user, then = a_user(), clock.now() - LONG_AGO
    for _ in range(OVERDUE):
        sittings.begin(a_user())
    each = range(ROWS)
    many: dict[type[Any], Any] = {
        Session: ({"token_hash": f"s{n}", "user_id": user, "created_at": then, "browser": "",
                   "last_seen_at": then, "ended_at": then} for n in each),
        OneTimeLink: ({"token_hash": f"l{n}", "purpose": "reset", "user_id": user,
                       "created_at": then, "expires_at": then, "used_at": then} for n in each),
        Throttle: ({"key": f"t{n}", "window_started_at": then, "count": 1} for n in each),
        Outgoing: ({"key": f"m{n}", "kind": "access", "user_id": user, "state": "sent",
                    "params": {"text": "x" * 900}, "tries": 1, "created_at": then,
                    "next_try_at": then, "sent_at": then} for n in each),
    }
    with committed():
        for model, rows in many.items():
            db.session.execute(sa.insert(model), list(rows))
    with clock.moved_by(-LONG_AGO):
        for n in range(UPLOADS):
            with committed():
                people_files.keep(people_files.Upload(f"{n}.csv", b"x" * 2**20), user_id=user)


def _row(what: str, held: list[float], limit: float | None, n: int) -> dict[str, Any]:
    steps = f"{len(held)} steps, median {median(held) * 1000:.1f}" if len(held) > 1 else ""
    return {"name": what, "value": round(max(held, default=0.0) * 1000, 1), "limit": limit,
            "unit": "ms", "n": n, "detail": steps}
