"""A learner's whole journey over HTTP: through today's server, a released one, or the floor.

Sign in, my training, a module, the exam's start page, start, 20 questions saved one by one, hand
in, the result: as a browser without script does it, where every button sends the page's one form
and the last one leads to the check page; or with the script, which fetches the whole form once and
then sends answers alone. The script of released versions saved each answer by itself and turned
the page all the same.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from isotrain.accounts import passwords
from isotrain.accounts.models import Password
from isotrain.assignments import assigning
from isotrain.audit.noting import Actor
from isotrain.certificates import signing_keys
from isotrain.clock import now
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.study import content
from tests import sittings
from tests.bench import released
from tests.factories import a_user, committed
from tests.faults import serving
from tests.faults.browser import CHROMIUM, Browser, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.faults.serving import Server
    from tests.postgresql import Server as Postgresql

PASSWORD = "correct horse battery staple"
QUESTIONS = 20
TODAY, FLOOR, OLD = "today", "the floor", "0.1.0"
GUIDE = Path(__file__).with_name("guide.py")
Answers = dict[int, list[str]]
HASHING = """
import sys, time
from isotrain import server
from isotrain.accounts import passwords
hashed = passwords.hash_password(sys.argv[1])
began = time.process_time()
for _ in range(20):
    passwords.matches(sys.argv[1], hashed)
print((time.process_time() - began) / 20)
"""


@dataclass
class Place:
    """A server to travel through, with people who have the course to do."""

    server: Server
    database: Postgresql | None
    names: Iterator[str]
    answers: Callable[[int], Answers]
    hashing: float  # CPU seconds of one password; the floor compares none
    unpacks: str = CHROMIUM
    turns: bool = True  # whether the script turns the pages by itself

    def spent(self) -> float:
        """Return the CPU seconds of every process of server and database so far."""
        seconds = _seconds(self.server.processes())
        if self.database is not None:
            pid = int((self.database.data / "postmaster.pid").read_text().split("\n")[0])
            postmaster = psutil.Process(pid)
            seconds += _seconds([postmaster, *postmaster.children(recursive=True)])
        return seconds


def _seconds(processes: list[psutil.Process]) -> float:
    """CPU of these processes, and of children that they have outlived."""
    times = [process.cpu_times() for process in processes]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def serve(stack: ExitStack, who: str, kind: str, folder: Path, *, people: int) -> Place:
    """Start one of the servers on a kind of database; the stack ends it."""
    if who == OLD:
        return _serve_old(stack, kind, folder, people)
    name = "tests.bench.floor:app" if who == FLOOR else "app:app"
    if kind == "SQLite":
        server, database = stack.enter_context(serving.on_sqlite(folder, name)), None
    else:
        server, database = stack.enter_context(serving.on_postgresql(folder, name))
    app = server.inside()
    names = _prepared(app, people)
    if who == FLOOR:
        return Place(server, database, names, _first_options, hashing=0.0)
    return Place(server, database, names, lambda attempt: _right(app, attempt), _hashing())


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
                             due_on=now().date(), by=Actor.command(), transaction=inside)
            signing_keys.current(by=Actor.command())
        db.session.remove()
        db.engine.dispose()
    return iter([f"j{n:04d}" for n in range(people)])


def _right(app: Flask, attempt: int) -> Answers:
    with app.app_context():
        fields = sittings.right_fields(attempt)
        db.session.remove()
    return {position: fields[position]["answer"] for position in fields}


def _first_options(_attempt: int) -> Answers:
    return {position: ["0"] for position in range(1, QUESTIONS + 1)}


def _hashing() -> float:
    """Return the CPU seconds of comparing one password, in a process that keeps memory as the
    server does: there each block is fetched from the system anew."""
    said = subprocess.run([sys.executable, "-c", HASHING, PASSWORD], check=True, text=True,
                          stdout=subprocess.PIPE)
    return float(said.stdout)


@dataclass
class Guide:
    """Who fills the database of a released version and knows the answers there (guide.py)."""

    people: int
    process: subprocess.Popen[str] | None = None
    said: dict = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fill(self, server: Server) -> None:
        """Begin, and wait until the database is filled."""
        environment = {**server.environment, "ISOTRAIN_ENV": "development",
                       "PYTHONPATH": str(server.code.tree)}
        self.process = subprocess.Popen(
            [server.code.python, "-P", GUIDE, str(self.people), PASSWORD], text=True,
            cwd=server.code.tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.said = json.loads(self.process.stdout.readline())

    def answers(self, attempt: int) -> Answers:
        """Ask for the right answers of an attempt."""
        with self.lock:
            print(attempt, file=self.process.stdin, flush=True)
            said = json.loads(self.process.stdout.readline())
        return {int(position): given for position, given in said.items()}

    def end(self) -> None:
        if self.process is not None:
            self.process.communicate()


def _serve_old(stack: ExitStack, kind: str, folder: Path, people: int) -> Place:
    code, guide = released.code_of(OLD), Guide(people)
    serve = serving.on_sqlite if kind == "SQLite" else serving.on_postgresql
    served = stack.enter_context(serve(folder, code=code, fill=guide.fill))
    stack.callback(guide.end)
    server, database = (served, None) if kind == "SQLite" else served
    return Place(server, database, iter(guide.said["names"]), guide.answers,
                 guide.said["hashing"], turns=False)


def travel(place: Place, *, script: bool) -> list[float]:
    """Make one journey and return how long each request took, in seconds."""
    browser = Browser(place.server.port, unpacks=place.unpacks)
    _sign_in(browser, next(place.names))
    module = browser.get("/courses/iso-certification/what-iso-is")
    about = browser.get("/quiz/iso-certification-exam")
    assert module.status == about.status == 200
    started = browser.post("/quiz/iso-certification-exam", {})
    attempt = int(started.location.rsplit("/", 1)[1])
    _followed(browser, started.location)
    turns = script and place.turns
    if turns:
        assert browser.get(f"/attempt/{attempt}/paper").status == 200
    for position, given in place.answers(attempt).items():
        if script:
            _save(browser, attempt, position, given)
        if not turns:
            _go_on(browser, attempt, position, given, saved=script)
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


def _save(browser: Browser, attempt: int, position: int, given: list[str]) -> None:
    """Save an answer by itself."""
    saved = browser.post(f"/attempt/{attempt}/{position}", {"answer": given, "rev": 1},
                         "application/json")
    assert saved.status == 200, saved.text


def _go_on(
    browser: Browser, attempt: int, position: int, given: list[str], *, saved: bool
) -> None:
    """Send the form of a question and follow; what was saved before is not saved again."""
    was = "&".join(f"answer={value}" for value in given) if saved else ""
    go = "check" if position == QUESTIONS else "next"
    sent = {"answer": given, "rev": 2 if saved else 1, "was": was, "flagged": "0", "go": go}
    _followed(browser, browser.post(f"/attempt/{attempt}/{position}", sent).location)
