"""The worker as a process: it runs, is started again when it dies, and ends with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from isotrain import schema
from isotrain.db import db
from isotrain.jobs import overview
from isotrain.settings import seeding
from tests.factories import BY, committed
from tests.faults import serving
from tests.faults.serving import HERE, PATIENCE, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow
SOON = 20.0  # five seconds on a machine that has nothing else to do


def upgraded(server: Server) -> None:
    with server.inside().app_context():
        schema.upgrade(db.engine)
        with committed():
            seeding.seed(by=BY)
        db.engine.dispose()


def with_worker(server: Server) -> None:
    upgraded(server)
    server.environment["ISOTRAIN_WORKER"] = "1"


def until(holds: Callable[[], object], within: float) -> float:
    """Wait until something holds, and return how long that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within, "it took too long"
        time.sleep(0.02)
    return time.monotonic() - began


def family(server: Server) -> list[psutil.Process]:
    """Return the process that keeps the worker, and the worker."""
    for child in server.workers():
        found = child.children()
        if found:
            return [child, *found]
    return []


def both_of(server: Server, *, but: psutil.Process | None = None) -> list[psutil.Process]:
    """Wait until a server keeps a worker, another one than `but`, and return keeper and worker."""
    found: list[psutil.Process] = []

    def complete() -> bool:
        found[:] = family(server)
        return len(found) == 2 and found[1] != but

    until(complete, PATIENCE)
    return found


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def gone(processes: list[psutil.Process]) -> Callable[[], bool]:
    return lambda: not any(alive(process) for process in processes)


def seen_at(server: Server):
    with server.inside().app_context():
        found = overview.overview().seen_at
        db.session.remove()
        db.engine.dispose()
        return found


@contextmanager
def a_worker(server: Server, *more: str) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [HERE.python, "-m", "flask", "--app", "app", "worker", *more], cwd=HERE.tree,
        env=server.environment, stdout=server.log, stderr=server.log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_server_keeps_one_worker_that_runs_and_is_started_again_when_it_dies(tmp_path):
    with serving.on_sqlite(tmp_path, fill=with_worker) as server:
        _keeper, worker = both_of(server)
        until(lambda: seen_at(server), PATIENCE)
        worker.kill()
        both_of(server, but=worker)


def test_the_worker_ends_with_a_server_that_is_told_to_end(tmp_path):
    with serving.on_sqlite(tmp_path, fill=with_worker) as server:
        both = both_of(server)
        server.process.terminate()
        server.process.wait(PATIENCE)
        assert gone(both)()


def test_the_worker_ends_soon_after_a_server_that_was_killed_and_lets_its_address_go(tmp_path):
    with serving.on_sqlite(tmp_path, fill=with_worker) as server:
        both, others = both_of(server), [*server.workers()]
        server.process.kill()
        server.process.wait()
        until(gone(both), SOON)
        until(gone(others), PATIENCE)
        server.start()
        both_of(server)


def test_the_worker_ends_soon_when_its_keeper_is_killed(tmp_path):
    with serving.on_sqlite(tmp_path, fill=with_worker) as server:
        keeper, worker = both_of(server)
        keeper.kill()
        until(gone([worker]), SOON)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_of_its_own_ends_soon_when_told_to(tmp_path, number):
    server = Server(tmp_path / "sqlite")
    upgraded(server)
    with a_worker(server) as process:
        until(lambda: seen_at(server), PATIENCE)
        process.send_signal(number)
        until(lambda: process.poll() is not None, SOON)
        assert process.returncode == 0
    server.log.close()


def test_a_worker_ends_when_the_process_it_was_told_of_is_not_its_parent(tmp_path):
    server = Server(tmp_path / "sqlite")
    upgraded(server)
    with a_worker(server, "--parent", str(os.getpid())) as mine, \
            a_worker(server, "--parent", "1") as orphan:
        until(lambda: orphan.poll() is not None, PATIENCE)
        assert mine.poll() is None
    server.log.close()


STUCK = """
import time
from isotrain import create_app, timetable
from isotrain.jobs.job import Job, Jobs
from isotrain.jobs.rules import Every
from isotrain.wiring import WIRING
from dataclasses import replace

def never(transaction):
    with transaction():
        print("stuck", flush=True)
        time.sleep(600)
    yield 1

app = create_app(wiring=replace(WIRING, jobs=Jobs((
    Job("never", "Never ends.", Every(timetable.MINUTE), never),))))
"""


def test_a_worker_ends_soon_also_in_the_middle_of_a_step_that_never_ends(tmp_path):
    server = Server(tmp_path / "sqlite")
    upgraded(server)
    (tmp_path / "stuck.py").write_text(STUCK)
    with subprocess.Popen(
        [HERE.python, "-m", "flask", "--app", str(tmp_path / "stuck.py"), "worker"],
        cwd=HERE.tree, env=server.environment, stdout=subprocess.PIPE, stderr=server.log, text=True,
    ) as process:
        assert process.stdout.readline() == "stuck\n"
        process.terminate()
        until(lambda: process.poll() is not None, SOON)
    with server.inside().app_context(), committed():
        pass  # whoever comes next can write: nothing is locked
    server.log.close()
