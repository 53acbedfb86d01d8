"""The stage of attacks: the demo company, served as `make run` serves it, and who comes to it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from isotrain.accounts import passwords, registering
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.audit.noting import Actor
from isotrain.cli.demo import PASSWORD
from isotrain.db import db
from tests.access.forms import Form, forms_of
from tests.factories import committed
from tests.faults.browser import Browser, Reply
from tests.faults.serving import ROOT, Server

if TYPE_CHECKING:
    from flask import Flask

# Who is not in the demo, and has no e-mail address: number, roles.
STRANGERS = (("2001", ("employee", "trainer")), ("2002", ("employee", "trainer", "manager")),
             ("2003", ("employee", "trainer")), ("2004", ("employee", "hr")),
             *((f"21{n:02}", ("employee",)) for n in range(20)))


class Visitor(Browser):
    """Somebody with a browser at an address of their own, who knows only what pages say."""

    def signs_in(self, name: str, password: str = PASSWORD) -> Reply:
        """Fill in the sign-in page; what follows is sent with the token of the next page."""
        self.reads_token("/sign-in")
        reply = self.post("/sign-in", {"name": name, "password": password})
        self.reads_token("/account")
        return reply

    def reads_token(self, path: str) -> str:
        """Open a page and keep the token of its forms; return the page."""
        text = self.get(path).text
        for form in forms_of(text):
            self.csrf = dict(form.values).get("csrf_token", self.csrf)
        return text

    def is_in(self) -> bool:
        """Say whether somebody is signed in here."""
        return self.get("/account").status == 200

    def forms(self, path: str) -> list[tuple[str, Form]]:
        """Return the forms of a page that post, with where they go."""
        return [(form.action or path, form) for form in forms_of(self.get(path).text)
                if form.method == "post"]

    def fills(self, path: str, where: str, **changes: Any) -> Reply:
        """Send the form of a page that goes somewhere, as it stands but for some fields."""
        for action, form in self.forms(path):
            if action.partition("?")[0] == where:
                data: dict[str, Any] = {}
                for name, value in form.values:
                    data.setdefault(name, []).append(value)
                return self.post(action, {**data, **changes, "csrf_token": data["csrf_token"]})
        return self.post(where, changes)

    def uploads(self, path: str, name: str, text: str, **fields: str) -> Reply:
        """Send a file with a form."""
        parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
                        for key, value in {"csrf_token": self.csrf, **fields}.items())
        body = (f'{parts}--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                f'\r\n{text}\r\n--b--\r\n').encode()
        return self._ask("POST", path, body, "text/html", "multipart/form-data; boundary=b")


@dataclass
class Stage:
    """The served company; `effects` is what the attack that runs just now has brought about."""

    server: Server
    effects: list[str] = field(default_factory=list)
    tries: int = 0
    _addresses: Iterator[int] = field(default_factory=lambda: iter(range(10, 250)))

    def visitor(self, address: str = "") -> Visitor:
        """Return a fresh browser at an address that nobody has come from."""
        return Visitor(self.server.port, address=address or f"127.0.1.{next(self._addresses)}")

    def signed_in(self, number: str) -> Visitor:
        """Return the browser of somebody who signed in with their own password."""
        visitor = self.visitor()
        visitor.signs_in(number)
        assert visitor.is_in(), f"{number} cannot sign in"
        return visitor

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the database."""
        with closing(sqlite3.connect(self.server.folder / "isotrain.db", timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def id_of(self, number: str) -> int:
        """Return the id of the account with a personnel number."""
        return int(self.rows("SELECT user_id FROM identity WHERE personnel_no = ?", number)[0][0])

    @cached_property
    def app(self) -> Flask:
        return self.server.inside()

    def change(self, statement: Any) -> None:
        """Change the database where a served clock cannot be moved."""
        with self.app.app_context():
            with committed():
                db.session.execute(statement)
            db.session.remove()
            db.engine.dispose()

    def check(self, harmless: bool, effect: str) -> None:
        """Note an effect unless all is harmless."""
        if not harmless:
            self.effects.append(effect)

    @contextmanager
    def untouched(self, **queries: str) -> Iterator[None]:
        """Note an effect for each query, by what it guards, that answers otherwise afterwards."""
        before = {what: self.rows(query) for what, query in queries.items()}
        yield
        for what, query in queries.items():
            now = self.rows(query)
            new = [row for row in now if row not in before[what]]
            gone = [row for row in before[what] if row not in now]
            self.check(not new and not gone, f"{what}: {new[:3]} came, {gone[:3]} went")

    def tried(self, reply: Reply) -> Reply:
        """Count a try; that our side broke is an effect, too."""
        self.tries += 1
        assert reply.status != 400, "this attacker does not even send what a page would"
        self.check(reply.status < 500, f"an answer of {reply.status}")
        return reply


@contextmanager
def served(folder: Any) -> Iterator[Stage]:
    """Fill an installation with the demo company and the strangers, and serve it."""
    server = Server(folder / "company")
    server.environment |= {"ISOTRAIN_ENV": "development", "ISOTRAIN_WORKER": "1",
                           "ISOTRAIN_DATABASE_URL": ""}
    for command in (("db", "upgrade", "--quiet"), ("demo", "--quiet")):
        subprocess.run([sys.executable, "-m", "flask", "--app", "app", *command], cwd=ROOT,
                       env={**os.environ, **server.environment}, check=True, capture_output=True)
    stage = Stage(server)
    with stage.app.app_context():
        with committed():
            hashed = passwords.hash_password(PASSWORD)
            for number, roles in STRANGERS:
                [id_] = registering.add([Person(number, f"Stranger {number}")], by=Actor.command(),
                                        roles=frozenset(map(Role, roles)))
                passwords.store(id_, hashed)
        db.session.remove()
        db.engine.dispose()
    try:
        server.start()
        yield stage
    finally:
        server.stop()
