"""Whether answers are saved as quickly while large files are applied and thousands are assigned.

Saves arrive at moments that were fixed beforehand, RATE a second, whether the server keeps up or
not, and are timed from those moments: who had to wait behind a stall counts as well. The server
runs with its worker beside it, as `make run` does; commands run as processes of their own. All of
them, the database and the sender share the processors of this machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.banks import directory
from isotrain.banks.files import applying as questions
from isotrain.banks.files import importing as question_files
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.jobs import asking
from isotrain.jobs.models import Work
from isotrain.jobs.work import DONE
from isotrain.people.files import applying as people_file
from isotrain.people.files import importing as people_files
from isotrain.people.files.plan import Options
from isotrain.settings import house
from tests import sittings
from tests.banks.making import a_bank, actor
from tests.factories import committed
from tests.faults import people, serving
from tests.faults.browser import Browser
from tests.faults.clients import JSON, UNREACHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.serving import Server

BY_NAME_ONLY = "about fifteen minutes"
RATE, QUIET, SITTERS, SENDERS = 20, 30.0, 60, 40  # a second, seconds, people, connections
QUESTIONS, PEOPLE, BOUND = 10_000, 2_000, 5_000
LONGEST, RATIO = 1.0, 2.0
PATIENCE = 300.0  # seconds that an act may take
POSITIONS = 20


@dataclass
class Saves:
    """Saves on their way: when each was due, how long it took, what was not taken."""

    server: Server
    sitting: list[tuple[people.Person, int]]
    sent: int = 0
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def during(self, act: Callable[[], object]) -> tuple[list[float], list[str]]:
        """Send saves from before an act until its end; return how long they took, and failures."""
        self.took, self.failed, stop = [], [], threading.Event()
        due = iter(range(self.sent, sys.maxsize))
        began = time.perf_counter() - self.sent / RATE
        senders = [threading.Thread(target=self._send, args=(due, began, stop), daemon=True)
                   for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        try:
            act()
        finally:
            stop.set()
            for sender in senders:
                sender.join(60)
        return sorted(self.took), self.failed

    def _send(self, due: Iterator[int], began: float, stop: threading.Event) -> None:
        while True:
            with self.lock:
                n = next(due)
                self.sent = max(self.sent, n + 1)
            at = began + n / RATE
            if stop.wait(max(0.0, at - time.perf_counter())):
                return
            person, attempt = self.sitting[n % len(self.sitting)]
            turn, position = divmod(n // len(self.sitting), POSITIONS)
            failure = _save(self.server.port, person, attempt, position + 1, turn + 1)
            with self.lock:
                self.took.append(time.perf_counter() - at)
                if failure:
                    self.failed.append(failure)


def _save(port: int, person: people.Person, attempt: int, position: int, rev: int) -> str:
    """Save an answer once; return what went wrong.

    On a connection of its own: an open one is given up before the same person answers again.
    """
    browser = Browser(port, person.cookie, person.csrf)
    try:
        reply = browser.post(f"/attempt/{attempt}/{position}", {"answer": "0", "rev": rev}, JSON)
    except UNREACHED as error:
        return repr(error)
    finally:
        browser.close()
    if reply.status != 200 or json.loads(reply.text)["state"] != "saved":
        return f"{reply.status} {reply.text[:200]}"
    return ""


def run() -> Iterator[dict[str, Any]]:
    """Each act on each database, each after a quiet while, with which it is compared."""
    print(f"  ({RATE} saves a second, {os.cpu_count()} processors, load"
          f" {os.getloadavg()[0]:.1f} at the beginning)")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        yield from _rows("SQLite", stack.enter_context(
            serving.on_sqlite(Path(name), fill=_filled)))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        yield from _rows("PostgreSQL", stack.enter_context(
            serving.on_postgresql(Path(name), fill=_filled))[0])


def _filled(server: Server) -> None:
    serving.load_course(server)
    server.environment["ISOTRAIN_WORKER"] = "1"


def _rows(kind: str, server: Server) -> Iterator[dict[str, Any]]:
    saves, acts = _prepared(server)
    saves.during(lambda: time.sleep(5))  # what is loaded once is loaded now
    for what, act in acts.items():
        quiet, failed = saves.during(lambda: time.sleep(QUIET))
        yield from _told(f"saves before {what}, {kind}", quiet, failed, None)
        took, failed = saves.during(act)
        yield from _told(f"saves while {what}, {kind}", took, failed, quiet)


def _told(
    what: str, took: list[float], failed: list[str], quiet: list[float] | None
) -> Iterator[dict[str, Any]]:
    detail = f"load {os.getloadavg()[0]:.1f}"
    for part in (50, 99):
        yield _row(f"p{part} of {what}", 1000 * _percentile(took, part), None, "ms", len(took))
    if quiet is not None:
        ratio = _percentile(took, 99) / _percentile(quiet, 99)
        yield _row(f"p99 of {what}, against quiet", ratio, RATIO, "x", len(took))
    yield _row(f"longest of {what}", max(took), LONGEST, "s", len(took)) | {"detail": detail}
    yield _row(f"not taken of {what}", len(failed), 0, "", len(took)) | {
        "detail": failed[0] if failed else ""}


def _percentile(ordered: list[float], part: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]


def _prepared(server: Server) -> tuple[Saves, dict[str, Callable[[], object]]]:
    """Let people sit exams, and return with what may happen meanwhile."""
    app = server.inside()
    with app.app_context():
        sitting = [(person, sittings.begin(person.id)) for person in people.made(app, SITTERS)]
        people.made(app, BOUND - SITTERS)
        trainer, hr = people.made(app, 1, role="trainer") + people.made(app, 1, role="hr")
        gift, staff = _files(server.folder)
        asked = {
            f"{QUESTIONS} questions are imported by the worker": _questions(gift, trainer.id),
            f"{PEOPLE} people are imported by the worker": _staff(staff, hr.id),
        }
        slug = directory.get_bank(a_bank(trainer.id, title="Second"), member=None).slug
        due_on = (house.today() + timedelta(days=30)).isoformat()
        db.session.remove()
        db.engine.dispose()
    commands = {
        f"{QUESTIONS} questions are imported by command":
            ["bank", "import", slug, str(gift), "--topic", "planning", "--difficulty", "2"],
        f"{PEOPLE} people are imported by command":
            ["people", "import", str(_others(staff))],
        f"{BOUND} people and more are assigned a course by command":
            ["assign", "iso-certification", "--everybody", "--due", due_on],
    }
    acts: dict[str, Callable[[], object]] = {}
    for what, (ask_for, params, user_id) in asked.items():
        acts[what] = lambda kind=ask_for, given=params, by=user_id: _work(  # type: ignore[misc]
            server, kind, given, by)
    for what, command in commands.items():
        acts[what] = lambda words=command: _command(server, words)  # type: ignore[misc]
    return Saves(server, sitting), acts


def _files(folder: Path) -> tuple[Path, Path]:
    gift, staff = folder / "many.gift", folder / "staff.csv"
    gift.write_text("".join(f"::Q{n}:: What is {n}? {{={n} ~{n + 1} ~{n + 2}}}\n\n"
                            for n in range(QUESTIONS)))
    staff.write_text("personnel_no,name,unit\n" + "".join(
        f"H{n:05d},Holder {n},Unit {n % 40}\n" for n in range(PEOPLE)))
    return gift, staff


def _others(staff: Path) -> Path:
    """Write a file of as many others."""
    others = staff.with_name("others.csv")
    others.write_text(staff.read_text().replace("\nH", "\nG"))
    return others


def _questions(gift: Path, trainer: int) -> tuple[str, Any, int]:
    bank = a_bank(trainer, title="First")
    file = question_files.read(gift.read_bytes(), gift.name, reader=None)
    with committed():
        token = question_files.keep(bank, file, by=actor(trainer))
    reviewed = question_files.review(bank, token, Defaults("planning", 2), member=trainer)
    return questions.KIND, questions.params_of(bank, reviewed, skip_faulty=False), trainer


def _staff(staff: Path, hr: int) -> tuple[str, Any, int]:
    upload = people_files.Upload(staff.name, staff.read_bytes())
    with committed():
        token = people_files.keep(upload, user_id=hr)
    kept = people_files.find(token, user_id=hr)
    assert kept is not None
    return people_file.KIND, people_file.params_of(kept, Options(effective_on=house.today())), hr


def _work(server: Server, kind: str, params: Any, user_id: int) -> None:
    """Ask for work and wait until the worker has done it."""
    with server.inside().app_context():
        with committed():
            id_ = asking.ask(kind, params, user_id=user_id).id
        end = time.monotonic() + PATIENCE
        while True:
            db.session.rollback()
            state, sentence = db.session.execute(
                sa.select(Work.state, Work.sentence).where(Work.id == id_)).one()
            if state == DONE:
                break
            assert time.monotonic() < end and state in ("waiting", "running"), (state, sentence)
            time.sleep(0.5)
        db.session.remove()
        db.engine.dispose()


def _command(server: Server, words: list[str]) -> None:
    """Run a command as an operator would, from the beginning to its end."""
    subprocess.run([sys.executable, "-m", "flask", "--app", "app", *words], cwd=server.code.tree,
                   env=server.environment, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)


def _row(name: str, value: float, limit: float | None, unit: str, n: int) -> dict[str, Any]:
    return {"name": name, "value": round(value, 2), "limit": limit, "unit": unit, "n": n}
