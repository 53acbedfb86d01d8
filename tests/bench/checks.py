"""Checks removed one by one from a copy of the code: how many of them the tests do not miss.

First every test runs once and it is written down which checks refuse in it, or are asked for a
query; then each drawn check is removed and the tests that come by it run, the quickest first.
What no test of SQLite finds is tried on PostgreSQL. Not tried are the tests of the house, which
look at the text, those in a browser and those that are slow.
SEED, N ("all" for all), ROOM ("banks", "web/gate") and TESTS ("tests/banks tests/access") choose.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import guards, removing
from tests.bench.removing import Check

BY_NAME_ONLY = "half an hour for 150 checks, most of it to see which test comes by which"
LIMIT = 5  # percent that may survive
SECONDS = 40  # of tests, as long as they took with every check, that look for one
# What these look at is the text, or the machine.
BESIDE = ("house", "bench", "journeys", "faults")


@dataclass
class Seen:
    """What came of one run with every check in its place."""

    seconds: Counter[str] = field(default_factory=Counter)  # by test
    failed: set[str] = field(default_factory=set)
    tests: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # by check

    def in_order(self, check: Check) -> list[str]:
        """Return the tests that come by a check: those of its room first, then the quickest."""
        places = ("tests/access/", f"tests/{check.room}/")
        tests = sorted(self.tests[check.number] - self.failed,
                       key=lambda test: (not test.startswith(places), self.seconds[test], test))
        spent, chosen = 0.0, []
        for test in tests:
            spent += self.seconds[test]
            chosen.append(test)
            if spent > SECONDS:
                break
        return chosen


def run() -> Iterator[dict[str, Any]]:
    """Draw checks, remove each, and name those that no test misses."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        checks = removing.copied(folder / "copy")
        seen = record(folder, checks)
        drawn = draw(checks, os.environ.get("ROOM", ""), os.environ.get("N", "150"),
                     random.Random(int(os.environ.get("SEED", "1"))))
        found = without(folder, [(check, seen.in_order(check)) for check in drawn])
        survivors = [check for check in drawn if not found.get(check.number)
                     and not found_elsewhere(folder, check, seen)]
    yield from rows(drawn, survivors)


def draw(checks: list[Check], room: str, number: str, dice: random.Random) -> list[Check]:
    """Draw from every room and kind its share."""
    groups = defaultdict(list)
    for check in checks:
        if check.file.startswith(f"isotrain/{room}"):
            groups[check.room, check.kind].append(check)
    places = []
    for group in groups.values():
        dice.shuffle(group)
        places += [((place + dice.random()) / len(group), check.number)
                   for place, check in enumerate(group)]
    wanted = len(places) if number == "all" else int(number)
    return [checks[number] for _place, number in sorted(places)[:wanted]]


def record(folder: Path, checks: list[Check]) -> Seen:
    """Run the tests once with every check, and return which of them come by which.

    The guards of the schema, which stand in a database by then, join the checks.
    """
    place = folder / "seen"
    place.mkdir()
    _pytest(folder, *_suite(), "-n", "2", "--dist", "worksteal", CHECKS_SEEN=str(place))
    template = next(folder.rglob("empty.template"))
    for name, says in guards.listed(template):
        checks.append(Check(len(checks), "isotrain/schema.py", 0, "guard of rows", name, says=says))
    return read(place, checks)


def read(place: Path, checks: list[Check]) -> Seen:
    """Read what a run with every check wrote down."""
    seen = Seen()
    for line in (place / "tests").read_text().splitlines():
        test, seconds, outcome = line.split("\t")
        seen.seconds[test] += float(seconds)
        if outcome == "failed":
            seen.failed.add(test)
    for file in place.glob("[0-9]*"):
        for line in file.read_text().splitlines():
            number, test = line.split("\t")
            if test:  # what is asked between the tests is asked by none
                seen.tests[int(number)].add(test)
    said = [line.split("\t") for file in place.glob("said-*")
            for line in file.read_text().splitlines()]
    for check in checks:
        if check.says:
            seen.tests[check.number] = {test for test, error in said if check.says in error}
        if check.early:  # asked when it was imported, whoever uses it: its neighbours, its room
            seen.tests[check.number] = {
                test for test in seen.seconds if test.startswith(f"tests/{check.room}/")}.union(*(
                    seen.tests[other.number] for other in checks if other.file == check.file))
    return seen


def without(folder: Path, plan: list[tuple[Check, list[str]]]) -> dict[int, str]:
    """Return by check which test fails without it; all in processes forked from one."""
    found = folder / "found"
    found.touch()
    orders = [(check.number, tests, check.file, check.text if check.says else "")
              for check, tests in plan if tests]
    (folder / "plan").write_text(json.dumps({"checks": orders, "found": str(found)}))
    _pytest(folder, *_suite(), "-n", "0", CHECKS_PLAN=str(folder / "plan"))
    return {int(number): test for number, test in (
        line.split("\t") for line in found.read_text().splitlines())}


def found_elsewhere(folder: Path, check: Check, seen: Seen) -> bool:
    """Say whether a test fails without a check on PostgreSQL, in a fresh process.

    What refuses in no test of SQLite may do so there, where two act at once: any of its room.
    """
    tests = [test.replace("[sqlite", "[postgresql") for test in seen.in_order(check)
             if "[sqlite" in test]
    if not seen.tests[check.number] and (folder / "copy/tests" / check.room).is_dir():
        tests = [f"tests/{check.room}", "-k", "postgresql", "-m", "not slow and not browser"]
    if not tests or check.says:
        return False
    (folder / "elsewhere").write_text("\n".join(tests))
    return _pytest(folder, f"@{folder / 'elsewhere'}", "-x", "-n", "0",
                   CHECKS_GONE=str(check.number)) == 1


def _suite() -> list[str]:
    return [*os.environ.get("TESTS", "tests").split(), "-m", "not slow and not browser",
            "-k", "not postgresql", *(f"--ignore=tests/{name}" for name in BESIDE)]


def _pytest(folder: Path, *options: str, **environment: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "forking", "-p", "no:cacheprovider",
         f"--basetemp={folder / 'pytest'}", *options], cwd=folder / "copy", check=False,
        env={**os.environ, "CI": "1", **environment}, stdout=subprocess.DEVNULL).returncode


def rows(drawn: list[Check], survivors: list[Check]) -> Iterator[dict[str, Any]]:
    for kind, number in sorted(Counter(check.kind for check in drawn).items()):
        lost = sum(check.kind == kind for check in survivors)
        yield _row(f"removed and not missed: {kind}", lost, None, "", number)
    for check in survivors:
        print(f"  {check}")
    yield _row("removed and not missed by any test", round(100 * len(survivors) / len(drawn), 1),
               LIMIT, "%", len(drawn))


def _row(name: str, value: float, limit: float | None, unit: str, n: int) -> dict[str, Any]:
    return {"name": name, "value": value, "limit": limit, "unit": unit, "n": n}
