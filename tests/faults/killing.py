"""Killing: workers at random and at named points, the whole server, the whole database."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil

from isotrain.db import db
from tests.faults import checking, clients, people
from tests.faults.serving import PATIENCE, Server

if TYPE_CHECKING:
    from tests.postgresql import Server as Postgresql

POINTS = (
    "attempts.begin.before_commit", "attempts.begin.after_commit",
    "attempts.answer.before_commit", "attempts.answer.after_commit",
    "attempts.submit.marked", "attempts.submit.certified", "attempts.submit.recorded",
    "attempts.submit.before_commit", "attempts.submit.after_commit",
)
WORKER, SERVER, DATABASE = "worker", "server", "database"
PAIRS = 4
# Each kill leaves time for about one sitting; a few more, so that nobody runs out of people.
PEOPLE_PER_KILL = 20


@dataclass
class Outcome:
    """What came of a run: how often what was killed, what was found, how long it took."""

    kills: dict[str, int] = field(default_factory=dict)
    found: dict[str, list[Any]] = field(default_factory=dict)
    acks: int = 0
    handed_in: int = 0
    recovery: list[float] = field(default_factory=list)
    longest: float = 0.0

    @property
    def wrong(self) -> dict[str, list[Any]]:
        return {kind: cases[:5] for kind, cases in self.found.items() if cases}


def run(
    server: Server, *, kills: int, seed: int, database: Postgresql | None = None
) -> Outcome:
    """Kill so many times while exams are sat, let everything come to rest, and check."""
    app, outcome, ledger = server.inside(), Outcome(), clients.Ledger()
    with app.app_context():
        sitters = people.made(app, PEOPLE_PER_KILL * kills)
        db.session.remove()
    windows, stop = clients.paired(app, ledger, port=server.port, people=sitters, pairs=PAIRS,
                                   seed=seed)
    for window in windows:
        window.start()
    try:
        for what in _plan(kills, random.Random(seed), database is not None):
            assert any(window.is_alive() for window in windows), ledger.silent or "nobody is left"
            began = time.monotonic()
            _kill(what, server, database)
            server.wait()
            outcome.recovery.append(time.monotonic() - began)
            outcome.kills[what] = outcome.kills.get(what, 0) + 1
    finally:
        stop.set()
        for window in windows:
            window.join(PATIENCE)
    outcome.acks, outcome.handed_in = ledger.acks, len(ledger.ended)
    outcome.longest = ledger.longest
    with app.app_context():
        outcome.found = checking.held_against(ledger)
        db.session.remove()
        db.engine.dispose()
    return outcome


def _plan(kills: int, dice: random.Random, has_database: bool) -> list[str]:
    """Every named point, one whole server in eight, on PostgreSQL one database in fifteen."""
    plan = [*POINTS] * max(1, kills // 60) + [SERVER] * (kills // 8)
    plan += [DATABASE] * (kills // 15 if has_database else 0)
    plan += [WORKER] * (kills - len(plan))
    assert len(plan) == kills, "too few kills to come by every point"
    dice.shuffle(plan)
    return plan


def _kill(what: str, server: Server, database: Postgresql | None) -> None:
    if what in POINTS:
        _kill_at(what, server)
        return
    time.sleep(random.uniform(0.05, 0.4))
    if what == WORKER:
        workers = server.workers()
        if workers:
            _kill_one(random.choice(workers))
    elif what == SERVER:
        server.kill_all()
        server.start()
    elif database is not None:
        _kill_postgresql(database)


def _kill_at(point: str, server: Server) -> None:
    """Arm a named point and wait until a process has died there."""
    mark = server.crashes / point
    mark.touch()
    end = time.monotonic() + PATIENCE
    while mark.exists():
        assert time.monotonic() < end, f"nobody came by {point}"
        time.sleep(0.005)


def _kill_one(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    except psutil.NoSuchProcess:
        return


def _kill_postgresql(database: Postgresql) -> None:
    """Kill every process of the database at one blow and start it again: it recovers by its log."""
    pid = int((database.data / "postmaster.pid").read_text().split("\n")[0])
    postmaster = psutil.Process(pid)
    doomed = [postmaster, *postmaster.children(recursive=True)]
    for process in doomed:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(doomed, timeout=PATIENCE)
    database.start()

