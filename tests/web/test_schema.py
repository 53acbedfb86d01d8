"""The migrations make what the models say, and the database holds it up."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from isotrain import schema
from isotrain.db import Base, db


def test_the_migrations_make_exactly_the_tables_of_the_models(each_app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_second_upgrade_changes_nothing(each_app):
    schema.upgrade(db.engine)
    with db.engine.connect() as connection:
        assert schema.current(connection) == schema.head()


def test_a_page_that_only_reads_cannot_write(app):
    db.session.rollback()
    with pytest.raises(DBAPIError, match="readonly"):
        db.session.execute(sa.text("DELETE FROM throttle"))
    db.session.rollback()


def test_steps_are_found_however_their_names_are_quoted(tmp_path, monkeypatch):
    """Alembic's template writes single quotes."""
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "0001_first.py").write_text('revision = "0001"\ndown_revision = None\n')
    (versions / "0002_next.py").write_text("revision = '0002'\ndown_revision = '0001'\n")
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path)
    assert (schema.head(), schema.revisions()) == ("0002", {"0001", "0002"})
