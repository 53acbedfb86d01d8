"""The seeded company, built once and put back after whatever changed it."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from isotrain import clock
from isotrain.db import db
from tests.access import world as seeding
from tests.conftest import SqliteBackend

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from tests.access.world import World

    Seeded = tuple[World, SqliteBackend, datetime]


class Watch:
    """Sees what requests leave in the database, and puts it back."""

    def __init__(self, backend: SqliteBackend) -> None:
        self.backend = backend
        self._open()
        self.before = self.rows()

    def _open(self) -> None:
        self.connection = sqlite3.connect(self.backend.file)
        self.version = self._version()

    def _version(self) -> int:
        """Return a number that grows when another connection commits a change."""
        return self.connection.execute("PRAGMA data_version").fetchone()[0]

    def rows(self, besides: Collection[str] = ()) -> dict[str, list[Any]]:
        """Return what every table holds."""
        names = [row[0] for row in self.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: self.connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()
                for name in names if name not in besides}

    def touched(self) -> bool:
        """Say whether anything was committed since the last look; cheap."""
        before, self.version = self.version, self._version()
        return before != self.version

    def changed(self, besides: Collection[str] = ()) -> set[str]:
        """Return the tables that are not as they were at first."""
        now = self.rows(besides)
        return {name for name in now if now[name] != self.before[name]}

    def restore(self) -> None:
        """Put the database back as it was."""
        self.connection.close()
        self.backend.reset("world")
        self._open()

    def close(self) -> None:
        self.connection.close()


@pytest.fixture(scope="session")
def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    backend = SqliteBackend(tmp_path_factory.mktemp("world"))
    world = seeding.build(backend.app, tmp_path_factory.mktemp("canary"))
    backend.keep("world")
    built_at = clock.now()
    yield world, backend, built_at
    with backend.app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of requests: keep their log lines out of what a failing test shows."""
    caplog.set_level(logging.ERROR, logger="isotrain")


@pytest.fixture
def watch(_seeded: Seeded) -> Iterator[Watch]:
    """The watch over the seeded database, at the moment it was built.

    Later every session would be worth touching, and each request would leave a trace to look at.
    """
    _world, backend, built_at = _seeded
    backend.reset("world")
    watch = Watch(backend)
    with clock.frozen_at(built_at):
        yield watch
    watch.close()


@pytest.fixture
def world(_seeded: Seeded, watch: Watch) -> World:
    """The seeded company, as it was built."""
    return _seeded[0]
