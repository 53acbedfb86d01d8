"""How long jobs, imports, approvals and assignments hold the write lock at most.

Measured is wall time from when a write transaction has the lock to the end of its commit.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import registering
from isotrain.accounts.models import OneTimeLink, Session, Throttle, User
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.banks import approving
from isotrain.banks.files import applying as bank_applying
from isotrain.banks.files import importing as bank_files
from isotrain.banks.models import Question
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.jobs.job import Lane
from isotrain.jobs.leasing import enrol
from isotrain.mail.models import Outgoing
from isotrain.people.files import applying
from isotrain.people.files import importing as people_files
from isotrain.people.files.plan import Options
from isotrain.settings import house
from isotrain.timetable import JOBS
from isotrain.web.transaction import transaction
from tests import postgresql, sittings
from tests.banks.making import a_bank
from tests.bench import sat
from tests.factories import BY, a_user, committed

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 100
ROWS, OVERDUE, UPLOADS = 5_000, 60, 20
PEOPLE, QUESTIONS, APPROVED, BOUND = 2_000, 10_000, 2_000, 5_000
LONG_AGO = timedelta(days=400)


def run() -> Iterator[dict[str, Any]]:
    """The longest hold of each job and of each large act, on each database (a durable one)."""
    for name in sat.places(postgresql.DURABLE):
        enrol(JOBS.each)
        yield from _jobs(name)
        yield from _imports(name)
        yield from _assignments(name)


def _jobs(name: str) -> Iterator[dict[str, Any]]:
    _backlog()
    longest: dict[str, tuple[float, int]] = {}
    with clock.moved_by(timedelta(hours=1)):
        for job in JOBS.each:
            if job.lane is Lane.SHORT:
                held: list[float] = []
                done = sum(job.run(_timed(held)))
                longest[job.name] = max(held, default=0.0), done
    for job_name, (seconds, done) in longest.items():
        if done:
            yield _row(f"held by {job_name}, {name}", seconds, LIMIT, done)


def _imports(name: str) -> Iterator[dict[str, Any]]:
    held: list[float] = []
    text = "personnel_no,name,unit\n" + "".join(
        f"H{n:05d},Holder {n},Unit {n % 40}\n" for n in range(PEOPLE))
    file = people_files.read(text.encode(), reader=None)
    applying.apply(file, Options(), people_files.Upload("people.csv", text.encode()), by=BY,
                   transaction=_timed(held))
    yield _row(f"held by an import of people, {name}", max(held), LIMIT, PEOPLE)
    bank = a_bank(a_user("trainer"))
    gift = "".join(f"::Q{n}:: What is {n}? {{={n} ~{n + 1} ~{n + 2}}}\n\n"
                   for n in range(QUESTIONS)).encode()
    read = bank_files.read(gift, "many.gift", reader=None)
    with committed():
        token = bank_files.keep(bank, read, by=BY)
    reviewed = bank_files.review(bank, token, Defaults("planning", 2), member=None)
    held.clear()
    bank_applying.apply(bank, reviewed, by=BY, transaction=_timed(held))
    yield _row(f"held by an import of questions, {name}", max(held), LIMIT, QUESTIONS)
    held.clear()
    some = list(db.session.scalars(sa.select(Question.id).where(
        Question.bank_id == bank).order_by(Question.id).limit(APPROVED)))
    approving.approve_many(bank, some, by=BY, transaction=_timed(held))
    yield _row(f"held by approving many, {name}", max(held), LIMIT, APPROVED)


def _assignments(name: str) -> Iterator[dict[str, Any]]:
    """Bind everybody, once there are enough."""
    held: list[float] = []
    there = db.session.scalar(sa.select(sa.func.count(User.id))) or 0
    for start in range(there, BOUND, 500):
        people = [Person(f"B{n}", f"Bound {n}") for n in range(start, min(start + 500, BOUND))]
        with committed():
            registering.add(people, roles=frozenset({Role.EMPLOYEE}), by=BY)
    rule = assigning.assign(
        course_id=assigning.get_course("iso-certification"), target="everybody", by=BY,
        due_on=house.today() + timedelta(days=30), transaction=_timed(held))
    yield _row(f"held by assigning to everybody, {name}", max(held), LIMIT, BOUND)
    for what, act in (("moving a due date", lambda: assigning.change_due(
            rule.id, house.today() + timedelta(days=40), by=BY)),
            ("withdrawing a rule", lambda: assigning.withdraw(rule.id, by=BY))):
        held.clear()
        with _timed(held)():
            act()
        yield _row(f"held by {what}, {name}", max(held), LIMIT, BOUND)


def _timed(held: list[float]) -> Any:
    """Return what begins a write transaction and notes how long each was."""
    @contextmanager
    def timed() -> Iterator[None]:
        with transaction():
            db.session.connection()
            began = perf_counter()
            yield
        held.append(perf_counter() - began)
    return timed


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


def _row(what: str, seconds: float, limit: float | None, n: int) -> dict[str, Any]:
    return {"name": what, "value": round(seconds * 1000, 1), "limit": limit, "unit": "ms", "n": n}
