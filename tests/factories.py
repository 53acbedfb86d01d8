"""Plain functions that make what a test needs, committed, inside an application context."""

from __future__ import annotations

import itertools
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from isotrain import clock
from isotrain.accounts import passwords, registering, signing_in
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.audit.noting import Actor
from isotrain.db import db, writing
from isotrain.settings import changing, history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from isotrain.settings.definitions import Definition

_numbers = itertools.count(1)
BY = Actor.command()


@contextmanager
def committed() -> Iterator[None]:
    """Run a block as one write transaction."""
    db.session.rollback()
    with writing():
        yield
        db.session.commit()


def a_user(*roles: str, name: str = "", number: str = "", email: str | None = None,
           password: str | None = None) -> int:
    """Add a user with these roles (employee when none is named) and return the id."""
    n = next(_numbers)
    person = Person(number or f"P{n:05d}", name or f"Person {n}", email)
    wanted = frozenset(Role(role) for role in roles or ("employee",))
    with committed():
        [user_id] = registering.add([person], roles=wanted, by=BY)
        if password:
            passwords.store(user_id, passwords.hash_password(password))
        return user_id


def a_setting(setting: Definition[Any], value: object) -> None:
    """Let a setting hold a value from now on."""
    with committed():
        changing.change(setting, setting.kind.text(value), base=history.present(setting).number,
                        reason="As the test wants it", by=BY)


def a_library(slug: str = "") -> int:
    """Add a library, inside the transaction of who asks, and return its id."""
    from isotrain.study.models import Library

    library = Library(slug=slug or f"library-{next(_numbers)}", title="A library", language="en",
                      topics=[], created_at=clock.now())
    db.session.add(library)
    db.session.flush()
    return library.id


def client_of(app: Flask, user_id: int) -> FlaskClient:
    """Return a browser that is signed in as a user, without the cost of a password hash."""
    with committed():
        signed_in = signing_in.start(user_id, browser="test", by_request=None).signed_in
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = signed_in.token
        session["_fresh"] = True
    return client


def csrf(client: FlaskClient, page: str) -> str:
    """Return the CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found, f"no CSRF token on {page}"
    return found.group(1)


def post(client: FlaskClient, page: str, data: dict[str, Any] | None = None, *,
         to: str | None = None, **more: Any) -> Any:
    """Submit the form of a page as a browser would, with its CSRF token."""
    values = {"csrf_token": csrf(client, page), **(data or {})}
    return client.post(to or page, data=values, **more)
