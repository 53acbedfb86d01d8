"""What the server needs of memory after 60 journeys by 20 learners at once, on SQLite.

It is the proportional set size (PSS) of master and workers: what they share counts once. Only one
server runs at a time, so that it shares with nobody else.
"""

from __future__ import annotations

import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import travelling
from tests.bench.travelling import FLOOR, OLD, TODAY, travel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.serving import Server

JOURNEYS, AT_ONCE = 60, 20
LIMIT = 210


def run() -> Iterator[dict[str, Any]]:
    """Today's code, version 0.1.0 and the floor, one after the other."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("  (memory: this system does not say what a process shares, nothing was measured)")
        return
    for who in (TODAY, OLD, FLOOR):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            place = travelling.serve(stack, who, "SQLite", folder, people=JOURNEYS)
            yield _row(f"memory of {who}, SQLite: started", pss(place.server), None, 1)
            with ThreadPoolExecutor(AT_ONCE) as learners:
                list(learners.map(lambda n: travel(place, script=n % 2 == 1),  # noqa: B023
                                  range(JOURNEYS)))
            yield _row(f"memory of {who}, SQLite: after {AT_ONCE} at once", pss(place.server),
                       LIMIT if who == TODAY else None, JOURNEYS)


def pss(server: Server) -> float:
    """Return the proportional set size of all processes of a server, in MiB."""
    kilobytes = 0
    for process in server.processes():
        said = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        kilobytes += int(re.search(r"^Pss:\s+(\d+) kB$", said, re.MULTILINE).group(1))
    return kilobytes / 1024


def _row(name: str, value: float, limit: float | None, n: int) -> dict[str, Any]:
    return {"name": name, "value": round(value, 1), "limit": limit, "unit": "MiB PSS", "n": n}
