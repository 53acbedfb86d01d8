"""The real server: gunicorn in a process group of its own, on an installation of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

import psutil

from isotrain import create_app, schema
from isotrain.config import read_environment
from isotrain.db import db, writing
from tests import postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
SECRET = "the secret of a server under test, long enough"
PATIENCE = 60.0


@dataclass(frozen=True)
class Code:
    """The application of some version: its folder, and the Python that has what it needs."""

    tree: Path
    python: Path


HERE = Code(ROOT, Path(sys.executable))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A gunicorn that serves one installation, and can be killed and started again."""

    def __init__(
        self, folder: Path, url: str = "", app: str = "app:app", code: Code = HERE
    ) -> None:
        self.folder, self.app_name, self.port, self.code = folder, app, free_port(), code
        self.crashes = folder / "crashes"
        self.crashes.mkdir(parents=True)
        self.log = (folder / "server.log").open("ab")
        self.environment = {
            **os.environ, "ISOTRAIN_ENV": "production", "ISOTRAIN_INSTANCE": str(folder),
            "ISOTRAIN_SECRET_KEY": SECRET, "ISOTRAIN_DATABASE_URL": url,
            "ISOTRAIN_PUBLIC_URL": f"http://127.0.0.1:{self.port}", "PORT": str(self.port),
            "ISOTRAIN_PLAIN_HTTP": "1", "ISOTRAIN_SECOND_FACTOR": "0",
            "ISOTRAIN_CRASH_AT": str(self.crashes), "ISOTRAIN_WORKER": "0",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def inside(self) -> Flask:
        """Return an application of this process on the same installation."""
        return create_app(read_environment({**self.environment, "ISOTRAIN_ENV": "development"}))

    def start(self) -> None:
        """Start and wait until it serves."""
        self.process = subprocess.Popen(
            [self.code.python, "-m", "gunicorn", "--config", "isotrain/server.py", self.app_name],
            cwd=self.code.tree, env=self.environment, stdout=self.log, stderr=self.log,
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        """Wait until a page is served."""
        end = time.monotonic() + PATIENCE
        while not self.serves():
            if time.monotonic() > end or self.process is None or self.process.poll() is not None:
                raise AssertionError(f"the server does not serve: {self.said()}")
            time.sleep(0.02)

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10):
                return True
        except (URLError, OSError):
            return False

    def said(self) -> str:
        """Return the end of the server's log."""
        return (self.folder / "server.log").read_bytes()[-3000:].decode(errors="replace")

    def workers(self) -> list[psutil.Process]:
        assert self.process is not None
        try:
            return psutil.Process(self.process.pid).children()
        except psutil.NoSuchProcess:
            return []

    def processes(self) -> list[psutil.Process]:
        """Return the master and its workers."""
        assert self.process is not None
        return [psutil.Process(self.process.pid), *self.workers()]

    def kill_all(self) -> None:
        """Kill master and workers at one blow; on return nothing of them is left."""
        assert self.process is not None
        doomed = self.workers()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        psutil.wait_procs(doomed, timeout=PATIENCE)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill_all()
        self.log.close()


def load_course(server: Server) -> None:
    """Make the schema and load the shipped course."""
    from isotrain.audit.noting import Actor
    from isotrain.quizzes import loading

    with server.inside().app_context():
        schema.upgrade(db.engine)
        with writing():
            loading.load_course(ROOT / "question_banks" / "iso-certification", by=Actor.command())
            db.session.commit()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def on_sqlite(
    folder: Path, app: str = "app:app", *, code: Code = HERE,
    fill: Callable[[Server], None] = load_course,
) -> Iterator[Server]:
    """Serve an installation on SQLite, with the shipped course or what else fills it."""
    yield from _served(Server(folder / "sqlite", app=app, code=code), fill)


@contextmanager
def on_postgresql(
    folder: Path, app: str = "app:app", *, code: Code = HERE,
    fill: Callable[[Server], None] = load_course,
) -> Iterator[tuple[Server, postgresql.Server]]:
    """Serve an installation on a PostgreSQL that keeps what it has acknowledged."""
    with postgresql.temporary(postgresql.DURABLE) as database:
        server = Server(folder / "postgresql", database.url(), app=app, code=code)
        for served in _served(server, fill):
            yield served, database


def _served(server: Server, fill: Callable[[Server], None]) -> Iterator[Server]:
    try:
        fill(server)
        server.start()
        yield server
    finally:
        server.stop()
