"""The dumps of what was released, and places to put one: a SQLite file or a PostgreSQL database."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isotrain import clock

if TYPE_CHECKING:
    from tests.postgresql import Server

FOLDER = Path(__file__).parent / "released"


@dataclass(frozen=True)
class Dump:
    """A released version's database of one kind, as SQL text with facts about it in front."""

    version: str
    dialect: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.version}.{self.dialect}.sql"

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.text.partition("\n")[0].removeprefix("-- "))
        return facts

    @cached_property
    def revision(self) -> str:
        """The revision of its schema."""
        found = re.search(r"INSERT INTO \"?(?:public\.)?alembic_version\"? .*?'(\d+)'", self.text)
        assert found
        return found[1]

    def moved_clock(self) -> AbstractContextManager[None]:
        """Let it be five minutes after its last act, while an attempt is open.

        The clock runs on from there: one that stands does not agree with PostgreSQL's own.
        """
        soon = datetime.fromisoformat(self.facts["at"]) + timedelta(minutes=5)
        return clock.moved_by(soon - datetime.now(UTC))

    def write_keys(self, folder: Path) -> None:
        """Write the signing keys that its certificates were signed with."""
        folder.mkdir(parents=True)
        for key_id, pem in self.facts["keys"].items():
            (folder / f"{key_id}.pem").write_text(pem)


DUMPS = [Dump(*path.name.removesuffix(".sql").rsplit(".", 1))
         for path in sorted(FOLDER.glob("*.sql"))]


class SqlitePlace:
    """A SQLite file; what it holds can be kept under a name and put back when nobody uses it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "place.db"
        self.url = f"sqlite:///{self.file}"

    def load(self, text: str) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.executescript(text)

    def keep(self, name: str) -> None:
        shutil.copy(self.file, self.file.with_suffix(f".{name}"))

    def put_back(self, name: str) -> None:
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.file.with_suffix(f".{name}"), self.file)


class PostgresqlPlace:
    """The same as a database of a server."""

    def __init__(self, server: Server, database: str) -> None:
        self.server, self.database = server, database
        self.url = server.url(database)
        server.create(database)

    def load(self, text: str) -> None:
        self.server.load(self.database, text)

    def keep(self, name: str) -> None:
        self.server.copy(f"{self.database}_{name}", self.database)

    def put_back(self, name: str) -> None:
        self.server.copy(self.database, f"{self.database}_{name}")


Place = SqlitePlace | PostgresqlPlace
