"""Every released schema upgrades to the present one, and everything in it still holds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from isotrain import clock, create_app, schema
from isotrain.attempts import replaying
from isotrain.attempts.models import Attempt, Result
from isotrain.certificates import holdings
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.keeping import verifying
from tests import sittings
from tests.conftest import make_settings
from tests.keeping import make_release

DUMPS = sorted(make_release.FOLDER.glob("*.sql"))


@dataclass(frozen=True)
class Released:
    """An upgraded database, and what its dump said of it."""

    facts: dict[str, Any]
    folder: Path


@pytest.fixture(params=DUMPS, ids=lambda path: path.stem)
def released(request, tmp_path):
    """A dump, loaded and upgraded, five minutes after its last act."""
    text = request.param.read_text(encoding="utf-8")
    facts = json.loads(text.partition("\n")[0].removeprefix("-- "))
    app = create_app(make_settings(tmp_path))
    with closing(sqlite3.connect(tmp_path / "test.db")) as connection:
        connection.executescript(text)
    (tmp_path / "keys").mkdir()
    for key_id, pem in facts["keys"].items():
        (tmp_path / "keys" / f"{key_id}.pem").write_text(pem)
    at = datetime.fromisoformat(facts["at"]) + timedelta(minutes=5)
    with app.app_context(), clock.frozen_at(at):
        schema.upgrade(db.engine)
        yield Released(facts, tmp_path)
        db.session.remove()
        db.engine.dispose()


def test_it_verifies(released):
    report = verifying.verify()
    assert report.sound, report.to_data()
    seen = {check.name: check.seen for check in report.checks}
    assert seen["FORM"] >= 6 and seen["CERT"] >= 2 and seen["RECORD"] >= 4


def test_its_forms_are_derived_again(released):
    for attempt_id in db.session.scalars(sa.select(Attempt.id)).all():
        kept = replaying.get_kept(attempt_id)
        assert replaying.replay(kept) == () and replaying.is_intact(kept.form)


def test_its_certificates_verify_offline(released):
    keys = released.folder / "keys.json"
    public = {row[0]: row[1] for row in db.session.execute(
        sa.text("SELECT key_id, public_pem FROM signing_key"))}
    keys.write_text(json.dumps({"keys": public}))
    runner = current_app.test_cli_runner()
    ids = db.session.scalars(sa.select(Certificate.id)).all()
    assert len(ids) >= 2
    for certificate_id in ids:
        file = released.folder / "certificate.json"
        file.write_bytes(holdings.document(holdings.get(certificate_id, owner=None)))
        told = runner.invoke(args=["certificate", "verify", str(file), "--keys", str(keys)])
        assert told.exit_code == 0 and "VALID" in told.output


def test_its_open_attempt_goes_on_to_a_certificate(released):
    attempt, sitter = released.facts["open"], released.facts["sitter"]
    sittings.answer(attempt, sitter, right=5, rev=2)
    sittings.hand_in(attempt, sitter)
    assert db.session.get_one(Result, attempt).passed
    assert verifying.verify().sound


def test_its_schema_is_that_of_a_fresh_database(released, tmp_path):
    upgraded = _schema(tmp_path / "test.db")
    app = create_app(make_settings(tmp_path / "fresh"))
    with app.app_context():
        schema.upgrade(db.engine)
        db.session.remove()
        db.engine.dispose()
    assert upgraded == _schema(tmp_path / "fresh" / "test.db")


def _schema(path: Path) -> dict[str, list[str]]:
    """Return what makes each table, index and trigger, without regard to white space.

    Nor to order: where Alembic copies a table, its constraints come in any.
    """
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: sorted(" ".join(sql.split()).removesuffix(" )").split(", "))
                for name, sql in rows}


@pytest.mark.skipif(not DUMPS, reason="no schema is released yet")
def test_the_present_schema_has_a_dump():
    assert schema.head() in [path.stem for path in DUMPS], (
        "before a release, run: python -m tests.keeping.make_release")


def test_a_dump_is_the_same_whenever_it_is_made():
    assert make_release.dump() == make_release.dump()
