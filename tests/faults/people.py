"""People who are signed in already: rows made in one go, and the cookie that belongs to each."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import search
from isotrain.accounts.models import Identity, Session, SignInName, User, UserRole
from isotrain.accounts.news import registered
from isotrain.db import db
from isotrain.ledger.hashing import sha256_hex
from isotrain.web import csrf
from tests.factories import committed

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True)
class Person:
    """A signed-in browser."""

    id: int
    cookie: str
    csrf: str


def made(app: Flask, count: int, *, role: str = "employee") -> list[Person]:
    """Make so many people who are signed in; inside an application context."""
    now, first = clock.now(), (db.session.scalar(sa.select(sa.func.max(User.id))) or 0) + 1
    ids = range(first, first + count)
    tokens = {id_: secrets.token_urlsafe(32) for id_ in ids}
    rows = {
        User: [{"id": id_, "created_at": now, "is_demo": False} for id_ in ids],
        Identity: [{"user_id": id_, "name": f"Person {id_}", "name_folded": f"person {id_}",
                    "personnel_no": f"K{id_}"} for id_ in ids],
        SignInName: [{"folded": f"k{id_}", "user_id": id_, "kind": "personnel_no"}
                     for id_ in ids],
        UserRole: [{"user_id": id_, "role": role, "granted_at": now} for id_ in ids],
        Session: [{"token_hash": sha256_hex(tokens[id_].encode()), "user_id": id_,
                   "created_at": now, "last_seen_at": now, "proved_at": now, "browser": "test"}
                  for id_ in ids],
    }
    with committed():
        for model, values in rows.items():
            db.session.execute(sa.insert(model), values)
        search.rewrite(ids)
        registered(ids)
        if db.engine.dialect.name == "postgresql":
            db.session.execute(sa.text(
                "SELECT setval(pg_get_serial_sequence('\"user\"', 'id'), :last)"),
                {"last": ids[-1]})
    return [Person(id_, *_cookie(app, tokens[id_])) for id_ in ids]


def _cookie(app: Flask, token: str) -> tuple[str, str]:
    """Return what the browser would hold, and the CSRF token that its pages would show."""
    raw = secrets.token_hex(20)
    serializer = app.session_interface.get_signing_serializer(app)
    value = serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}", csrf.masked(raw)
