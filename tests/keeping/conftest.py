"""A place with a past, and empty places of the same kind to restore into."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from isotrain import clock, create_app
from isotrain.certificates import holdings
from isotrain.db import db
from isotrain.settings import seeding
from isotrain.settings.definitions import TWO_PERSON_QUIZZES
from tests import sittings
from tests.conftest import _serve, make_settings
from tests.factories import BY, a_setting, a_user, committed
from tests.keeping import migrating
from tests.keeping.dumps import PostgresqlPlace, SqlitePlace
from tests.media.test_files import brought

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flask import Flask

    from tests.keeping.dumps import Place


@dataclass(frozen=True)
class Past:
    """What has happened in a place: who passed, who failed, whose attempt is open."""

    passed: int
    failed: int
    open: int
    sitter: int


_pasts: dict[object, tuple[Past, datetime]] = {}


def _lived_in(backend: Any) -> Iterator[Past]:
    """Serve a place where things have happened; they happen once for all tests.

    Its time goes on from then, however long other tests took: the open attempt is not over.
    """
    if not backend.has("lived"):
        for _app in _serve(backend, "course"):
            _pasts[backend] = live(), clock.now()
        backend.keep("lived")
    past, then = _pasts[backend]
    with clock.moved_by(then - clock.now()):
        for _app in _serve(backend, "lived"):
            yield past


@pytest.fixture(params=["sqlite", "postgresql"])
def past(request: pytest.FixtureRequest) -> Iterator[Past]:
    """A place, once of each kind, where one exam was passed, one failed, and one is open."""
    yield from _lived_in(request.getfixturevalue(f"{request.param}_backend"))


@pytest.fixture
def sqlite_past(sqlite_backend: Any) -> Iterator[Past]:
    """The same on SQLite only."""
    yield from _lived_in(sqlite_backend)


@pytest.fixture
def postgresql_past(postgresql_backend: Any) -> Iterator[Past]:
    """The same on PostgreSQL only."""
    yield from _lived_in(postgresql_backend)


def live() -> Past:
    """Let one person pass, one fail, one begin; print the certificate, decide, show a picture."""
    one, two, three = (a_user(name=f"Ümit {n} O'Brien \\N") for n in range(3))
    passed = sittings.sat(one, right=20)
    failed = sittings.sat(two, right=3, wrong=4)
    running = sittings.begin(three)
    sittings.answer(running, three, right=5)
    certificate = sittings.certificate_of(passed)
    assert certificate is not None
    printed = holdings.print_pdf(holdings.get(certificate.id, owner=None))
    with committed():
        holdings.keep_pdf(certificate.id, printed)
        seeding.seed(by=BY)
    a_setting(TWO_PERSON_QUIZZES, True)
    brought()
    return Past(passed, failed, running, three)


@pytest.fixture
def empty_place(
    past: Past, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], Flask]]:
    """Return what makes an application on an empty database of the same kind as the past's."""
    kind = db.engine.dialect.name
    made: list[Flask] = []

    def make() -> Flask:
        folder = tmp_path / f"place{len(made)}"
        settings = make_settings(folder)
        if kind == "postgresql":
            server = request.getfixturevalue("postgresql_backend")
            name = f"place_{len(made)}"
            server._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server._sql(f"CREATE DATABASE {name}")
            settings = make_settings(folder, server.server.url(name))
        made.append(create_app(settings))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def a_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Place]:
    """Return what makes an empty place of a kind to load a dump into."""

    def make(dialect: str) -> Place:
        if dialect == "sqlite":
            return SqlitePlace(tmp_path)
        backend = request.getfixturevalue("postgresql_backend")
        return PostgresqlPlace(backend.server, "dumped")

    return make


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> Iterator[Flask]:
    """An application on a SQLite file that does not exist yet."""
    app = create_app(make_settings(tmp_path / "elsewhere"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of a database that nobody has touched."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'fresh.db'}"
    backend = request.getfixturevalue("postgresql_backend")
    backend._sql("DROP DATABASE IF EXISTS fresh WITH (FORCE)")
    backend._sql("CREATE DATABASE fresh")
    return backend.server.url("fresh")


@pytest.fixture
def engine(url):
    engine = migrating.an_engine(url)
    yield engine
    engine.dispose()


@contextmanager
def inside(app: Flask) -> Iterator[Flask]:
    """Work in another place for a while."""
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
