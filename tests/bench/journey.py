"""A learner's whole journey over HTTP, and what it costs the server beside the floor.

Sign in, my training, a module, the exam's start page, start, 20 questions saved one by one, the
check page, hand in, the result: once as a browser without script does it, where every button sends
the page's one form, and once with the script, which saves each answer by itself beforehand. CPU is
that of all processes of the server and its database; the password hash is measured apart and taken
off. The floor makes the same journey in the same run, turn and turn about.
"""

from __future__ import annotations

import re
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from isotrain.accounts import passwords
from isotrain.accounts.models import Password
from isotrain.assignments import assigning
from isotrain.audit.noting import Actor
from isotrain.certificates import signing_keys
from isotrain.clock import now, today
from isotrain.db import db
from isotrain.study import content
from tests import sittings
from tests.factories import a_user, committed
from tests.faults import serving
from tests.faults.browser import Browser, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.faults.serving import Server
    from tests.postgresql import Server as Postgresql

PASSWORD = "correct horse battery staple"
ROUNDS, PER_ROUND, WARM_UP = 6, 5, 6
QUESTIONS = 20
LIMIT = 2.0
KINDS = {"without script": False, "with script": True}


@dataclass
class Run:
    """One server under measurement, and what its journeys cost so far."""

    server: Server
    database: Postgresql | None
    app: Flask
    product: bool
    names: Iterator[str]
    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))
    times: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def spent(self) -> float:
        """Return the CPU seconds of every process of server and database so far."""
        seconds = _seconds([psutil.Process(self.server.process.pid), *self.server.workers()])
        if self.database is not None:
            pid = int((self.database.data / "postmaster.pid").read_text().split("\n")[0])
            postmaster = psutil.Process(pid)
            seconds += _seconds([postmaster, *postmaster.children(recursive=True)])
        return seconds

    def memory(self) -> float:
        """Return the resident memory of the server's processes in MiB."""
        processes = [psutil.Process(self.server.process.pid), *self.server.workers()]
        return sum(process.memory_info().rss for process in processes) / 2**20


def _seconds(processes: list[psutil.Process]) -> float:
    """CPU of these processes, and of children that they have outlived."""
    times = [process.cpu_times() for process in processes]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def travel(run: Run, *, script: bool) -> list[float]:
    """Make one journey and return how long each request took, in seconds."""
    browser = Browser(run.server.port)
    _sign_in(browser, next(run.names))
    module = browser.get("/courses/iso-certification/what-iso-is")
    about = browser.get("/quiz/iso-certification-exam")
    assert module.status == about.status == 200
    started = browser.post("/quiz/iso-certification-exam", {})
    attempt = int(started.location.rsplit("/", 1)[1])
    _followed(browser, started.location)
    for position, given in _answers(run, attempt).items():
        _answer(browser, attempt, position, given, script=script)
    result = _followed(browser, browser.post(f"/attempt/{attempt}/submit", {}).location)
    assert result.status == 200 and "100" in result.text
    browser.close()
    return browser.times


def _sign_in(browser: Browser, name: str) -> None:
    """Sign in and come to My training, whose page holds the token that later forms send."""
    browser.csrf = _token(browser.get("/sign-in"))
    reply = browser.post("/sign-in", {"name": name, "password": PASSWORD})
    assert reply.status == 303, reply.text
    browser.csrf = _token(_followed(browser, reply.location))


def _token(page: Reply) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    return found.group(1) if found else ""


def _followed(browser: Browser, path: str) -> Reply:
    """Get a page as browsers do, following where it leads."""
    reply = browser.get(path)
    while reply.status in (302, 303):
        reply = browser.get(reply.location)
    assert reply.status == 200, (path, reply.status)
    return reply


def _answers(run: Run, attempt: int) -> dict[int, list[str]]:
    if not run.product:
        return {position: ["0"] for position in range(1, QUESTIONS + 1)}
    with run.app.app_context():
        fields = sittings.right_fields(attempt)
        db.session.remove()
    return {position: fields[position]["answer"] for position in fields}


def _answer(
    browser: Browser, attempt: int, position: int, given: list[str], *, script: bool
) -> None:
    """Answer one question and go on; with script it is saved before, and going on saves nothing."""
    page, was = f"/attempt/{attempt}/{position}", ""
    if script:
        saved = browser.post(page, {"answer": given, "rev": 1}, "application/json")
        assert saved.status == 200, saved.text
        was = "&".join(f"answer={value}" for value in given)
    go = "check" if position == QUESTIONS else "next"
    sent = {"answer": given, "rev": 2 if script else 1, "was": was, "flagged": "0", "go": go}
    _followed(browser, browser.post(page, sent).location)


def _prepared(app: Flask, people: int) -> Iterator[str]:
    """Let learners be there who have the course to do; return their names to sign in with."""
    hashed = passwords.hash_password(PASSWORD)
    with app.app_context():
        ids = [a_user(number=f"J{n:04d}") for n in range(people)]
        with committed():
            db.session.add_all(Password(user_id=id_, hash=hashed, changed_at=now())
                               for id_ in ids)
            course = content.get_course("iso-certification")
            assigning.assign(course_id=course.id, target="everybody", unit_id=None, user_id=None,
                             due_on=today(), by=Actor.command())
            signing_keys.current(by=Actor.command())
        db.session.remove()
        db.engine.dispose()
    return iter([f"j{n:04d}" for n in range(people)])


def _serving(stack: ExitStack, folder: Path, kind: str, app_name: str) -> Run:
    database = None
    if kind == "SQLite":
        server = stack.enter_context(serving.on_sqlite(folder, app_name))
    else:
        server, database = stack.enter_context(serving.on_postgresql(folder, app_name))
    app = server.inside()
    names = _prepared(app, 2 * (WARM_UP + ROUNDS * PER_ROUND))
    return Run(server, database, app, app_name == "app:app", names)


def run() -> Iterator[dict[str, Any]]:
    """Both kinds of journey on both databases, product and floor."""
    hashing = _hashing()
    yield _row("password hash, CPU", 1000 * hashing, None, "ms", 20)
    for kind in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            product = _serving(stack, folder / "product", kind, "app:app")
            floor = _serving(stack, folder / "floor", kind, "tests.bench.floor:app")
            for each in (product, floor):
                for n in range(WARM_UP):
                    travel(each, script=n % 2 == 1)
            for _round in range(ROUNDS):
                for name, script in KINDS.items():
                    for each in (product, floor):
                        _measure(each, name, script)
            yield from _rows(kind, product, floor, hashing)


def _measure(run: Run, name: str, script: bool) -> None:
    began = run.spent()
    for _journey in range(PER_ROUND):
        run.times[name] += travel(run, script=script)
    run.cpu[name] += run.spent() - began


def _hashing() -> float:
    """Return the CPU seconds of comparing one password."""
    hashed = passwords.hash_password(PASSWORD)
    began = time.process_time()
    for _ in range(20):
        passwords.matches(PASSWORD, hashed)
    return (time.process_time() - began) / 20


def _rows(kind: str, product: Run, floor: Run, hashing: float) -> Iterator[dict[str, Any]]:
    n = ROUNDS * PER_ROUND
    for name in KINDS:
        ours, least = product.cpu[name] / n - hashing, floor.cpu[name] / n
        where = f"journey {name}, {kind}"
        yield _row(f"{where}: requests", len(product.times[name]) / n, None, "", n)
        yield _row(f"{where}: server CPU", 1000 * ours, None, "ms", n)
        yield _row(f"{where}: the floor's", 1000 * least, None, "ms", n)
        yield _row(f"{where}: over the floor", ours / least, LIMIT, "x", n)
        ordered = sorted(product.times[name])
        for part in (50, 95, 99):
            wait = ordered[min(len(ordered) - 1, len(ordered) * part // 100)]
            yield _row(f"{where}: p{part} of a request", 1000 * wait, None, "ms", len(ordered))
    yield _row(f"memory of the server, {kind}", product.memory(), None, "MiB", 1)
    yield _row(f"memory of the floor, {kind}", floor.memory(), None, "MiB", 1)


def _row(name: str, value: float, limit: float | None, unit: str, n: int) -> dict[str, Any]:
    return {"name": name, "value": round(value, 2), "limit": limit, "unit": unit, "n": n}
