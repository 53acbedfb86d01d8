"""What every page with a list costs for 100,000 people beside 1,000, on both databases.

Each page is asked for in every order, from both ends, filtered and searched. What counts is the
CPU of the process and, on PostgreSQL, whose work is done by another, the time of the statements
that read, run once more by themselves; the median of five turns, both sizes in turn. A page that
shows fewer rows at 1,000 people is held against the whole list there, which shows as many. Pages
that show obligations are shown and not judged. The organizations are kept for the next run.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from isotrain.accounts.models import Identity
from isotrain.db import db
from tests.bench import kept
from tests.factories import client_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

BY_NAME_ONLY = "six minutes at first to make what is measured, then about ten"
SMALL, LARGE, TURNS, LIMIT = 1_000, 100_000, 5, 2
NOT_YET = ("/records", "/assignments", "/my-training")  # what shows obligations comes later


@dataclass
class Cost:
    """What one page cost, turn by turn, in milliseconds."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    statements: int = 0
    rows: int = 0

    def counted(self, database: str) -> float:
        """Return what counts: work of this process, and of the database where it is another."""
        return median(self.cpu) + (median(self.database) if database == "PostgreSQL" else 0)


class Reader:
    """Somebody who may read everything, before an organization of one size."""

    def __init__(self, app: Flask) -> None:
        self.app, self.costs = app, dict[str, Cost]()
        with app.app_context():
            self.client: FlaskClient = client_of(app, kept.READER)
            middle = db.session.scalar(sa.select(sa.func.max(Identity.user_id))) // 2
            name = db.session.scalar(sa.select(Identity.name).where(Identity.user_id == middle))
            db.session.remove()
        self.words = {"@id": str(middle), "@name": name.replace(" ", "+"),
                      "@number": f"{middle:06d}"}

    def address(self, address: str) -> str:
        """Fill in what is another at each size: somebody, and where a list ends."""
        for word, meant in self.words.items():
            address = address.replace(word, meant)
        if not address.endswith("#end"):
            return address
        address, sort = address.removesuffix("#end"), parse_qs(urlsplit(address).query)["sort"][0]
        turned = address.replace(f"sort={sort}", f"sort={_turned(sort)}")
        found = re.search(r'href="[^"]*[?&](?:amp;)?after=([\w-]+)', unescape(self.read(turned)))
        return f"{address}&after={found[1]}" if found else address

    def read(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return str(answer.text)

    def turn(self, page: str) -> None:
        """Ask for a page once, and once more for what it asked the database."""
        address = self.address(page)
        cost = self.costs.setdefault(page, Cost())
        self.read(address)
        began, used = time.perf_counter(), time.process_time()
        self.read(address)
        cost.cpu.append((time.process_time() - used) * 1_000)
        cost.wall.append((time.perf_counter() - began) * 1_000)
        with self.app.app_context(), _noted() as asked:
            text = self.read(address)
        cost.statements, cost.rows = len(asked), text.count("<tr>")
        cost.database.append(self._again(asked) * 1_000)

    def _again(self, asked: list[tuple[str, Any]]) -> float:
        """Run the reading statements of a page by themselves."""
        with self.app.app_context(), db.engine.connect() as connection:
            cursor = connection.connection.cursor()
            reading = [(text, values) for text, values in asked
                       if text.lstrip().startswith(("SELECT", "WITH"))]
            began = time.perf_counter()
            for text, values in reading:
                cursor.execute(text, values)
                cursor.fetchall()
            return time.perf_counter() - began


@contextmanager
def _noted() -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_more: Any) -> None:
        asked.append((text, values))

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def run() -> Iterator[dict[str, Any]]:
    """Every page, on SQLite and on PostgreSQL."""
    yield from measured(LARGE)


def measured(large: int, chosen: Callable[[str], bool] = bool) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table, of the pages that are chosen."""
    logging.disable(logging.INFO)  # a line for each request would drown the table
    with ExitStack() as stack:
        server = stack.enter_context(kept.server())
        for database in kept.DATABASES:
            few, many = (Reader(kept.place(database, people, server)) for people in (SMALL, large))
            for page in filter(chosen, pages()):
                for _turn in range(1 if page.startswith(NOT_YET) else TURNS):
                    few.turn(page)
                    many.turn(page)
                yield _row(page, database, few, many)
            for reader in (few, many):
                with reader.app.app_context():
                    db.session.remove()
                    db.engine.dispose()


def _row(page: str, database: str, small: Reader, large: Reader) -> dict[str, Any]:
    few, many = small.costs[page], large.costs[page]
    shown = "; ".join(
        f"{name} {median(getattr(few, kind)):.1f} → {median(getattr(many, kind)):.1f}"
        for name, kind in (("CPU", "cpu"), ("wall", "wall"), ("database", "database")))
    met = not page.startswith(NOT_YET)
    beside = few.counted(database)
    if few.rows < many.rows:
        path = page.partition("?")[0]
        beside = max([beside, *(cost.counted(database) for other, cost in small.costs.items()
                                if other.startswith(path) and cost.rows <= many.rows)])
    return {"name": f"{page} {database}" + ("" if met else ", not yet met"),
            "value": round(many.counted(database) / beside, 2),
            "limit": LIMIT if met else None, "unit": "x", "n": len(few.cpu),
            "detail": f"{shown} ms; {few.statements} → {many.statements} statements,"
                      f" {few.rows} → {many.rows} rows"}


def pages() -> Iterator[str]:
    """Yield the addresses of all pages, @ standing for somebody, #end for the last page."""
    yield from (
        "/people/@id", "/records/people/@id", "/certificates", "/courses", "/libraries",
        "/facts-to-review", "/records/exports", "/editions", "/settings", "/account")
    yield from _listed("/people", ("name", "unit", "site", "role", "manager", "number"), (
        "unit=1", "unit=30", "unit=399", "site=3", "role=7", "state=no_password", "state=inactive",
        "state=all", "site=3&role=7", "unit=2&state=no_password&site=9", *_SEARCHES,
        "q=ma&site=3"))
    yield from _listed("/people/units", ("name", "parent"), ("q=depart", "q=zzzq"))
    yield from _listed("/people/sites", ("name",), ("q=works",))
    yield from _listed("/certificates/issued", ("issued", "name", "valid_until"), (
        *(f"state={state}" for state in ("valid", "expired", "superseded", "revoked")),
        *_SEARCHES, "q=ma&state=expired"))
    yield from _listed("/events", ("newest",), (
        "action=attempt.started", "action=none", "who=@name", "who=ma", "who=zzzq",
        "object_type=user&object_id=@id", "request_id=r2-@id",
        "first_on=2026-01-01&last_on=2026-03-01"))
    yield from _listed("/events/technical", ("newest",), ("who=@name",))
    yield from _listed("/banks", ("title",), ("q=iso",))
    yield from _listed("/banks/1", ("key", "saved", "topic", "difficulty"), ("q=audit",))
    yield from _listed("/quizzes", ("course", "title", "kind"), ("kind=exam", "q=exam"))
    yield from _listed("/attempts", ("newest", "quiz"), ("kind=exam", "q=exam"))
    yield from ("/records", "/records?sort=-name", "/records/overview", "/records/team",
                "/assignments", "/assignments/1", "/my-training")


_SEARCHES = ("q=@name", "q=@number", "q=a", "q=ma", "q=anna", "q=a+s", "q=anna+m", "q=zzzq")


def _listed(path: str, sorts: tuple[str, ...], filters: tuple[str, ...]) -> Iterator[str]:
    """Yield a list in all its orders from both ends, then filtered in its usual one and another."""
    for sort in sorts:
        yield from (f"{path}?sort={sort}", f"{path}?sort={_turned(sort)}",
                    f"{path}?sort={sort}#end")
    for wanted in filters:
        for sort in dict.fromkeys((sorts[0], sorts[-1])):
            yield from (f"{path}?{wanted}&sort={sort}", f"{path}?{wanted}&sort={_turned(sort)}",
                        f"{path}?{wanted}&sort={sort}#end")


def _turned(sort: str) -> str:
    return sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
