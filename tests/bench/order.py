"""What the kernel sees: no answer is acknowledged before what it wrote is on the disk.

A worker is traced while one client saves answers; between a write to SQLite's log and the reply
there must be a sync. The same is done with a server that does not sync, to see that it is found.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isotrain.db import db
from tests import sittings
from tests.faults import people, serving
from tests.faults.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.serving import Server

SAVES = 500
CALLS = "pwrite64,write,fdatasync,fsync,sendto,sendmsg"
CALL = re.compile(r"(pwrite64|write|fdatasync|fsync|sendto|sendmsg)\(\d+<([^>]*)>")


def run() -> Iterator[dict[str, Any]]:
    """Count replies sent while something was written and not synced."""
    if shutil.which("strace") is None:
        print("  (order: strace is not installed, nothing was measured)")
        return
    early, replies = _measured("app:app")
    yield _row("SQLite: replies before the sync", early, 0, replies)
    early, replies = _measured("tests.faults.careless:app")
    yield _row("SQLite: not found where nothing is synced", replies - early, replies // 20, replies)


def _measured(app: str) -> tuple[int, int]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving.on_sqlite(folder, app) as server:
            return observed(server, folder / "trace")


def _row(name: str, value: int, limit: int, n: int) -> dict[str, Any]:
    return {"name": name, "value": value, "limit": limit, "unit": "", "n": n}


def observed(server: Server, trace: Path) -> tuple[int, int]:
    """Trace the server while answers are saved; return how many came early, of how many."""
    # The master too: whom it forks from now on is followed.
    workers = [argument for each in server.processes() for argument in ("-p", str(each.pid))]
    with subprocess.Popen(["strace", "-f", "-y", "-e", f"trace={CALLS}", "-o", trace, *workers],
                          stderr=subprocess.DEVNULL) as tracer:
        time.sleep(1)  # until it is attached
        replies = _save(server)
        tracer.send_signal(signal.SIGINT)
    return _early(trace), replies


def _save(server: Server) -> int:
    app = server.inside()
    with app.app_context():
        person = people.made(app, 1)[0]
        attempt = sittings.begin(person.id)
        right = sittings.right_fields(attempt)
        db.session.remove()
        db.engine.dispose()
    browser = Browser(server.port, person.cookie, person.csrf)
    for rev in range(1, SAVES + 1):
        position = 1 + rev % len(right)
        reply = browser.post(f"/attempt/{attempt}/{position}",
                             {"answer": right[position]["answer"], "rev": rev},
                             "application/json")
        assert reply.status == 200, reply.text
    browser.close()
    return SAVES


def _early(trace: Path) -> int:
    """Go through the calls in order; one client, so one request at a time."""
    unsynced, early = False, 0
    for line in trace.read_text(errors="replace").split("\n"):
        found = CALL.search(line)
        if found is None:
            continue
        call, target = found.groups()
        if target.endswith("-wal"):
            unsynced = call in ("pwrite64", "write")
        elif target.startswith(("TCP", "socket")) and "HTTP/1.1 200" in line:
            early += unsynced
    return early
