"""Big organizations that are made once and kept, in .bench, for as long as they fit.

They fit the schema and the generator of today; others are thrown away. One place is a SQLite file,
or a database of a PostgreSQL server that keeps its files beside it.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock, create_app, schema
from isotrain.accounts.models import UserRole
from isotrain.accounts.permissions import Role
from isotrain.banks.models import Bank, BankMember
from isotrain.config import ROOT
from isotrain.db import db
from isotrain.study.models import Course, CourseMember
from tests import postgresql
from tests.bench import crowd, sat
from tests.conftest import make_settings
from tests.factories import committed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

FOLDER = ROOT / ".bench"
COURSES, READER = 20, 1  # who reads the pages is the first of the crowd
DATABASES = ("SQLite", "PostgreSQL")
MADE_LIKE = ("crowd.py", "kept.py")


@contextmanager
def server() -> Iterator[postgresql.Server]:
    """Run the PostgreSQL server that keeps the places of today."""
    _forget_others()
    with postgresql.standing(FOLDER / _key() / "postgresql", (
            *postgresql.FAST, "shared_buffers=512MB", "max_wal_size=4GB")) as running:
        yield running


def place(database: str, people: int, running: postgresql.Server) -> Flask:
    """Return an application on an organization of so many people, made if it is not there."""
    folder = FOLDER / _key() / f"{database}-{people}".lower()
    name, done = f"people{people}", folder / "done"
    url = running.url(name) if database == "PostgreSQL" else ""
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if url:
            running.create(name)
    app = create_app(make_settings(folder, url))
    if not done.exists():
        began = time.monotonic()
        with app.app_context():
            _make(people)
        done.touch()
        print(f"  ({people:,} people made on {database}: {time.monotonic() - began:.0f} s)")
    return app


def _make(people: int) -> None:
    schema.upgrade(db.engine)
    sat.load_course()
    with committed():
        crowd.seed(people, COURSES)
        db.session.add_all(UserRole(user_id=READER, role=role.value, granted_at=clock.now())
                           for role in Role if role != Role.EMPLOYEE)
        for kind, of in ((BankMember, Bank), (CourseMember, Course)):
            keys = db.session.scalars(sa.select(of.id)).all()
            column = "bank_id" if of is Bank else "course_id"
            db.session.add_all(kind(user_id=READER, **{column: key}) for key in keys)
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE")  # as its own worker does, in time
    db.engine.dispose()


@cache
def _key() -> str:
    """Say what places were made with, so that those of another generator are not taken."""
    made = "".join(Path(__file__).with_name(name).read_text("utf-8") for name in MADE_LIKE)
    return f"{schema.head()}-{sha256(made.encode()).hexdigest()[:12]}"


def _forget_others() -> None:
    for old in FOLDER.glob("*"):
        if old.name != _key():
            shutil.rmtree(old, ignore_errors=True)
