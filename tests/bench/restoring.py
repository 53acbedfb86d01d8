"""How long a restore of a million rows takes until the place can serve, and in how much memory.

Each restore runs in a process of its own; the PostgreSQL of the tests does not wait for the disk.
All of it takes about four minutes. PEOPLE=100000 restores the big organization of the page table
instead, on both databases, or on those that DATABASES names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isotrain import create_app, schema
from isotrain.audit.noting import Actor
from isotrain.certificates import signing_keys
from isotrain.config import ROOT
from isotrain.db import db
from isotrain.keeping import backing_up, restoring, verifying
from tests import postgresql
from tests.bench import kept, sat
from tests.conftest import make_settings
from tests.factories import committed

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS = 15_000
BY_NAME_ONLY = "about four minutes; half an hour with PEOPLE=100000"
SECONDS, MEBIBYTES = 31, 300  # for each million rows; in all


def run() -> Iterator[dict[str, Any]]:
    """From SQLite to SQLite, from SQLite to PostgreSQL, from PostgreSQL to PostgreSQL."""
    if people := int(os.environ.get("PEOPLE", "0")):
        yield from _big(people)
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgresql.temporary(postgresql.FAST))
        for name in ("moved", "again"):
            server.create(name)
        first = folder / "first.zip"
        with create_app(make_settings(folder / "place")).app_context():
            schema.upgrade(db.engine)
            sat.load_course()
            sat.seed(ATTEMPTS)
            _backed_up(first)
        yield from _restored(first, "SQLite", folder / "one", "")
        yield from _restored(first, "SQLite to PostgreSQL", folder / "two", server.url("moved"))
        second = folder / "second.zip"
        with create_app(make_settings(folder / "two", server.url("moved"))).app_context():
            _backed_up(second)
        yield from _restored(second, "PostgreSQL", folder / "three", server.url("again"))


def _big(people: int) -> Iterator[dict[str, Any]]:
    """Restore an organization that is kept, into a place of the same kind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = stack.enter_context(kept.server())
        target = stack.enter_context(postgresql.temporary(postgresql.FAST))
        target.create("restored")
        archive = folder / "big.zip"
        for name in os.environ.get("DATABASES", " ".join(kept.DATABASES)).split():
            with kept.place(name, people, running).app_context():
                _backed_up(archive)
            url = target.url("restored") if name == "PostgreSQL" else ""
            yield from _restored(archive, f"{people:,} people, {name}", folder / name, url)
            archive.unlink()


def _backed_up(path: Path) -> None:
    with committed():
        _key_id, private = signing_keys.make(by=Actor.command())
    backing_up.back_up(path, private)
    db.session.remove()
    db.engine.dispose()


def _restored(archive: Path, what: str, folder: Path, url: str) -> Iterator[dict[str, Any]]:
    child = subprocess.run([sys.executable, "-m", "tests.bench.restoring", archive, folder, url],
                           cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    rows, seconds, memory = json.loads(child.stdout.splitlines()[-1])
    size = archive.stat().st_size / 2**20
    yield {"name": f"restore of {rows:,} rows, {size:.0f} MiB packed, {what}",
           "value": round(seconds / rows * 1e6, 1), "limit": SECONDS, "unit": "s/1M rows", "n": 1}
    yield {"name": f"memory of that restore, {what}", "value": round(memory, 0),
           "limit": MEBIBYTES, "unit": "MiB RSS", "n": 1}


def _child(archive: Path, folder: Path, url: str) -> None:
    folder.mkdir(exist_ok=True)
    with create_app(make_settings(folder, url)).app_context():
        began = time.monotonic()
        restored = restoring.restore(archive, sha256=None)
        with committed():
            restoring.settle(restored, by=Actor.command())
        found = {check.name for check in verifying.check_servable().checks if check.findings}
        assert found <= {"KEYS"}, found  # the key of the big organization is none
        seconds = time.monotonic() - began
    # Not ru_maxrss: a child begins with that of the process it was started from.
    lines = Path("/proc/self/status").read_text().splitlines()
    highest = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    print(json.dumps([sum(restored.manifest.rows.values()), seconds, highest]))


if __name__ == "__main__":
    _child(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
