"""A plug-in of pytest, in a copy of the code from which checks can be removed.

It writes down how long each test took, or, when it is told a plan, runs for each check of the
plan the tests that come by it, in a process forked from one in which everything is set up.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
import standing

from tests.bench import guards

PLAN = os.environ.get("CHECKS_PLAN")  # a file: which tests for which check
LONGEST = 120  # seconds until a test without a check counts as hanging


def pytest_runtest_logreport(report) -> None:
    if standing.SEEN is not None and "PYTEST_XDIST_WORKER" not in os.environ:
        with Path(standing.SEEN, "tests").open("a") as file:
            file.write(f"{report.nodeid}\t{report.duration}\t{report.outcome}\n")


if standing.SEEN is not None:
    @sa.event.listens_for(sa.Engine, "handle_error")
    def _note(context) -> None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        with Path(standing.SEEN, f"said-{os.getpid()}").open("a") as file:
            file.write(f"{test}\t{' '.join(str(context.original_exception).split())}\n")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session) -> bool | None:
    if PLAN is None or session.config.option.collectonly:
        return None
    plan = json.loads(Path(PLAN).read_text())
    items = {item.nodeid: item for item in session.items}
    last = session.items[-1]
    for item in _first_of_each_fixture(session.items):
        _run(item, last if item is not last else session.items[0])
    kept = set(Path(session.config.option.basetemp).rglob("*.template"))
    for number, tests, file, guard in plan["checks"]:
        chosen = [items[test] for test in tests if test in items]
        found = _without(number, file, guard, chosen, last)
        with Path(plan["found"]).open("a") as file:
            file.write(f"{number}\t{found}\n")
        for template in set(Path(session.config.option.basetemp).rglob("*.template")) - kept:
            template.unlink()  # it was filled without the check
    return True


def _first_of_each_fixture(items) -> list:
    """Return tests that together set up what is set up once, and the filled databases."""
    first: dict[str, object] = {}
    for item in items:
        for name, (*_others, fixture) in item._fixtureinfo.name2fixturedefs.items():
            if fixture.scope == "session" or name in ("course_app", "lived"):
                first.setdefault(name, item)
    return list(dict.fromkeys(first.values()))


def _run(item, following) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _without(number: int, file: str, guard: str, items: list, last) -> str:
    """Return which test fails without a check, "" where none does."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        standing.gone = number
        os.environ["CHECKS_GONE"] = str(number)  # for the processes that a test starts
        if guard:
            _remove_from_databases(guard)
        else:
            _build_anew(file)
        _fail(items, last, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        test = said.read()
    _child, status = os.waitpid(child, 0)
    return test or ("(it hangs or dies)" if status else "")


def _remove_from_databases(guard: str) -> None:
    """Have every database that is put back for a test be without a guard."""
    from tests.conftest import SqliteBackend

    put_back = SqliteBackend.reset

    def reset(backend: SqliteBackend, name: str = "empty") -> None:
        put_back(backend, name)
        guards.remove(backend.file, guard)

    SqliteBackend.reset = reset


def _build_anew(file: str) -> None:
    """Build the statements of a module once more, which it built with every check."""
    name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    module, space = sys.modules[name], {"__name__": name, "__file__": file}
    with suppress(Exception, SystemExit):  # the settings of the server are for a server alone
        exec(compile(Path(file).read_text(), file, "exec"), space)
    for key, value in space.items():
        if isinstance(value, sa.ClauseElement):
            setattr(module, key, value)
    for value in vars(module).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()


def _fail(items: list, last, writing: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    before = items[0].session.testsfailed if items else 0
    for item, following in zip(items, [*items[1:], last], strict=True):
        signal.alarm(LONGEST)
        _run(item, following if following is not item else last)
        if item.session.testsfailed > before:
            os.write(writing, item.nodeid.encode())
            break
    os._exit(0)
