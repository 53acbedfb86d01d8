"""The same request eight times at once, over HTTP: one takes effect, all eight are answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.accounts.models import Identity
from isotrain.attempts.models import Answer, Attempt, Result
from isotrain.audit.models import Event
from isotrain.banks.models import Question
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.people.files import importing
from isotrain.people.models import PeopleImport
from isotrain.records.models import CompletionRecord
from isotrain.settings import house
from tests import sittings
from tests.banks import making
from tests.factories import committed
from tests.faults import people
from tests.faults.browser import Browser, Reply
from tests.faults.people import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.serving import Server

AT_ONCE = 8
RIGHT = 16  # just enough for a certificate
PEOPLE_FILES = 3
PEOPLE = """personnel_no,name,unit,site,job_role,employment_type,hired_on
NEW{n}A,Anna Neu,Unit {n},Site {n},Role {n},employee,2026-01-01
NEW{n}B,Bert Neu,Unit {n},Site {n},Role {n},employee,2026-01-01
"""
FILE = "What is certified first? {{=case {n} ~nothing}}\n\nWhat is last? {{=end {n} ~all}}\n"


class Crowd:
    """Eight connections that ask the same at the same moment."""

    def __init__(self, port: int) -> None:
        self.browsers = [Browser(port) for _ in range(AT_ONCE)]
        self.barrier = Barrier(AT_ONCE)
        self.pool = ThreadPoolExecutor(AT_ONCE)

    def ask(self, person: Person, what: Callable[[Browser], Reply]) -> list[Reply]:
        def one(browser: Browser) -> Reply:
            browser.cookie, browser.csrf = person.cookie, person.csrf
            self.barrier.wait()
            return what(browser)

        return list(self.pool.map(one, self.browsers))

    def close(self) -> None:
        self.pool.shutdown()
        for browser in self.browsers:
            browser.close()


def run(server: Server, *, times: int) -> list[Any]:
    """Let so many people start, save, submit and apply, eight times at once each.

    Returns every answer that was not welcome and everything that exists more than once.
    """
    app, crowd, odd = server.inside(), Crowd(server.port), list[Any]()
    with app.app_context():
        try:
            for person in people.made(app, times):
                odd += _sitting(crowd, person)
            odd += _files(crowd, people.made(app, 1, role="trainer")[0], times)
            odd += _people(crowd, people.made(app, 1, role="hr")[0])
            odd += _counted(times)
        finally:
            crowd.close()
            db.session.remove()
            db.engine.dispose()
    return odd


def _sitting(crowd: Crowd, person: Person) -> list[Any]:
    started = crowd.ask(person, lambda b: b.post("/quiz/iso-certification-exam", {}))
    places = {reply.location for reply in started}
    odd = [("start", reply) for reply in started if reply.status != 303] + list(places)[1:]
    attempt = int(places.pop().rsplit("/", 1)[1])
    right = sittings.right_fields(attempt)
    data = {"answer": right[1]["answer"], "rev": 1}
    odd += [("save", reply) for reply in crowd.ask(person, lambda b: b.post(
        f"/attempt/{attempt}/1", data, "application/json")) if reply.status != 200]
    sittings.answer(attempt, person.id, right=RIGHT, rev=2)
    odd += [("submit", reply) for reply in crowd.ask(person, lambda b: b.post(
        f"/attempt/{attempt}/submit", {})) if reply.status != 303]
    return odd


def _files(crowd: Crowd, trainer: Person, times: int) -> list[Any]:
    banks, odd = list[int](), list[Any]()
    for n in range(times):  # into a bank of its own: the files look alike
        bank = making.a_bank(trainer.id, title=f"Bank {n}")
        banks.append(bank)
        token = making.checked(bank, FILE.format(n=n), by=making.actor(trainer.id))
        address = f"/banks/{bank}/uploads/{token}"
        replies = crowd.ask(trainer, lambda b, address=address: b.post(address, {"do": "apply"}))
        done = [reply for reply in replies if reply.status == 303]
        refused = [reply for reply in replies if reply.status == 422 and any(
            word in reply.text for word in ("already", "being applied to this bank right now"))]
        if len(done) != 1 or len(refused) != AT_ONCE - 1:
            odd.append(("apply", [(reply.status, reply.text[-600:]) for reply in replies]))
    db.session.rollback()
    added = _count(Question, Question.bank_id.in_(banks))
    return odd if added == 2 * times else [*odd, ("questions", added)]


def _people(crowd: Crowd, hr: Person) -> list[Any]:
    """Apply a few people files; each reading of one is a process of its own."""
    odd, data = list[Any](), {"effective_on": house.today().isoformat()}
    for n in range(PEOPLE_FILES):
        file = PEOPLE.format(n=n).encode()
        with committed():
            token = importing.keep(importing.Upload("people.csv", file), user_id=hr.id)
        replies = crowd.ask(hr, lambda b, token=token: b.post(f"/people/import/{token}", data))
        odd += [("people", reply) for reply in replies if reply.status not in (303, 503)]
        if 303 not in {reply.status for reply in replies}:  # others are told to come again
            odd.append(("people", replies))
    db.session.rollback()
    added = _count(Identity, Identity.personnel_no.startswith("NEW"))
    imports = _count(PeopleImport)
    if (added, imports) != (2 * PEOPLE_FILES, PEOPLE_FILES):
        odd.append(("people", added, imports))
    return odd


def _count(model: Any, *where: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def _counted(times: int) -> list[Any]:
    """One of everything for each person, and one event for each thing that happened."""
    db.session.rollback()
    wanted = {Attempt: times, Result: times, Certificate: times, CompletionRecord: times,
              Answer: times * RIGHT}
    counts = {model.__tablename__: (_count(model), number) for model, number in wanted.items()}
    for action in ("attempt.started", "attempt.closed", "certificate.issued", "bank.imported"):
        counts[action] = (_count(Event, Event.action == action), times)
    return [(what, *pair) for what, pair in counts.items() if pair[0] != pair[1]]
