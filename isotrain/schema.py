"""The schema: migrating it, saying where it stands, and the triggers that freeze rows."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.errors import Unready
from isotrain.i18n import _

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"
MODELS = (
    "audit", "settings", "jobs", "mail", "accounts", "seconding", "second_factor", "people",
    "standards", "study", "media", "banks", "quizzes", "attempts", "certificates", "assignments",
    "records",
)
# Rows of these tables are added and never changed; some may be erased under a retention rule.
FROZEN = (
    "event", "course_version", "module_version", "fact_version", "term_version", "course_module",
    "course_fact", "course_term", "question_version", "question_key", "pool_snapshot", "form",
    "attempt_item", "attempt_mark", "result", "certificate", "completion_record", "setting",
    "finding_acceptance", "batch_undo", "version_undo", "batch_touch",
)
UNDELETABLE = ("event", "certificate", "completion_record", "result", "attempt", "attempt_item",
               "attempt_mark", "setting", "proposal", "signing_key", "extra_attempt",
               "finding_acceptance", "batch_undo", "version_undo")
# A key's life only goes on: what was retired or stolen stays so; a theft may turn out to be older.
KEY_MOVES_BACK = (
    "NEW.key_id <> OLD.key_id OR NEW.public_pem <> OLD.public_pem"
    " OR NEW.created_at <> OLD.created_at OR NEW.retired_at <> OLD.retired_at"
    " OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS NULL)"
    " OR NEW.stolen_at > OLD.stolen_at OR (OLD.stolen_at IS NOT NULL AND NEW.stolen_at IS NULL)"
)
# Of an extra attempt the reason can be erased, and nothing is changed.
EXTRA_ATTEMPT_CHANGES = (
    "NEW.reason <> '' OR NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id"
    " OR NEW.quiz_id <> OLD.quiz_id OR NEW.after_number <> OLD.after_number"
    " OR NEW.given_at <> OLD.given_at OR NEW.giver_kind <> OLD.giver_kind"
    " OR coalesce(NEW.given_by, 0) <> coalesce(OLD.given_by, 0)"
)
# Of what is settled names and reasons can be erased, all of them at once, and nothing is changed.
_STAYS = ("id", "kind", "object_id", "digest", "asked_at", "asker_kind", "asked_by", "state",
          "settled_at", "settler_kind", "settled_by")
_KEPT = {dialect: " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in _STAYS)
         for dialect, same in (("sqlite", "IS"), ("postgresql", "IS NOT DISTINCT FROM"))}
_ERASED = "NEW.reason = '' AND NEW.settled_reason IS NULL"
SETTLED_CHANGES = {
    "sqlite": f"OLD.state <> 'asked' AND NOT (NEW.asked = '{{}}' AND {_ERASED}"
              f" AND {_KEPT['sqlite']})",
    "postgresql": f"OLD.state <> 'asked' AND NOT (NEW.asked::text = '{{}}' AND {_ERASED}"
                  f" AND {_KEPT['postgresql']})",
}
# Who no longer looks after a bank has still seen its keys, however the membership ended.
REMEMBERS = {
    "sqlite": (
        "CREATE TRIGGER remember_key_seen BEFORE DELETE ON bank_member"
        " BEGIN INSERT OR IGNORE INTO key_seen (bank_id, user_id)"
        " VALUES (OLD.bank_id, OLD.user_id); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION remember_key_seen() RETURNS trigger AS $$ BEGIN"
        " INSERT INTO key_seen (bank_id, user_id) VALUES (OLD.bank_id, OLD.user_id)"
        " ON CONFLICT DO NOTHING; RETURN OLD; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER remember_key_seen BEFORE DELETE ON bank_member"
        " FOR EACH ROW EXECUTE FUNCTION remember_key_seen()",
    ),
}
LOCK = 0x150714  # any constant; nodes that start together migrate one after the other


def load_models() -> None:
    """Import every models module, so that the metadata is whole."""
    for feature in MODELS:
        importlib.import_module(f"isotrain.{feature}.models")


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the database to a revision, every step in one transaction."""
    from alembic import command

    load_models()
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # However long another node migrates: it is worth the wait.
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            connection.commit()
        try:
            command.upgrade(_config(connection), target)
        finally:
            connection.rollback()
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
                connection.commit()


def _steps() -> dict[str, str]:
    """Return each revision with the one before it, "" for none.

    Read from the text of the steps: Alembic, which runs them, would stay in the memory of
    every server that asks only where the schema stands.
    """
    steps = {}
    for file in (MIGRATIONS / "versions").glob("*.py"):
        named = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in ("revision", "down_revision")
        }
        steps[named["revision"]] = named["down_revision"] or ""
    return steps


def head() -> str:
    """Return the revision this code is written for."""
    steps = _steps()
    (revision,) = steps.keys() - set(steps.values())
    return revision


def revisions() -> set[str]:
    """Return every revision this code can upgrade from."""
    return set(_steps())


def current(connection: Connection) -> str | None:
    """Return the revision of the database, None when it has no schema yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def assert_current(engine: Engine) -> None:
    """Raise Unready unless the database has exactly the schema of this code."""
    with engine.connect() as connection:
        found, wanted = current(connection), head()
    if found is None:
        raise Unready(_("The database is empty. Run: flask --app app db upgrade"))
    if found != wanted:
        raise Unready(_("The database has schema %(found)s, this version needs %(wanted)s. Run:"
                        " flask --app app db upgrade", found=found, wanted=wanted))


def trigger_statements(dialect: str) -> list[str]:
    """Return the statements that create the triggers for a dialect."""
    statements = _sqlite_triggers() if dialect == "sqlite" else _postgresql_triggers()
    return [*statements, *REMEMBERS[dialect]]


def _sqlite_triggers() -> list[str]:
    statements = [
        f"CREATE TRIGGER freeze_{table} BEFORE UPDATE ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} rows are frozen'); END"
        for table in FROZEN
    ]
    statements += [
        f"CREATE TRIGGER keep_{table} BEFORE DELETE ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} rows are kept'); END"
        for table in UNDELETABLE
    ]
    statements += [
        "CREATE TRIGGER freeze_attempt BEFORE UPDATE ON attempt WHEN OLD.state <> 'open'"
        " BEGIN SELECT RAISE(ABORT, 'attempt is closed'); END",
        "CREATE TRIGGER freeze_quiz_version BEFORE UPDATE ON quiz_version"
        " WHEN OLD.state = 'published'"
        " BEGIN SELECT RAISE(ABORT, 'quiz_version is published'); END",
        "CREATE TRIGGER freeze_proposal BEFORE UPDATE ON proposal"
        f" WHEN {SETTLED_CHANGES['sqlite']}"
        " BEGIN SELECT RAISE(ABORT, 'proposal is settled'); END",
        f"CREATE TRIGGER freeze_signing_key BEFORE UPDATE ON signing_key WHEN {KEY_MOVES_BACK}"
        " BEGIN SELECT RAISE(ABORT, 'signing_key only goes on'); END",
        "CREATE TRIGGER freeze_extra_attempt BEFORE UPDATE ON extra_attempt"
        f" WHEN {EXTRA_ATTEMPT_CHANGES}"
        " BEGIN SELECT RAISE(ABORT, 'extra_attempt rows are frozen'); END",
    ]
    for event in ("INSERT", "UPDATE"):
        statements.append(
            f"CREATE TRIGGER freeze_answer_{event.lower()} BEFORE {event} ON answer"
            " WHEN (SELECT state FROM attempt WHERE id = NEW.attempt_id) <> 'open'"
            " BEGIN SELECT RAISE(ABORT, 'attempt is closed'); END"
        )
    return statements


def _postgresql_triggers() -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$ BEGIN"
        " RAISE EXCEPTION '% rows are frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
        " END $$ LANGUAGE plpgsql",
        "CREATE OR REPLACE FUNCTION refuse_late_answer() RETURNS trigger AS $$ BEGIN"
        " IF (SELECT state FROM attempt WHERE id = NEW.attempt_id FOR SHARE) <> 'open' THEN"
        " RAISE EXCEPTION 'attempt is closed' USING ERRCODE = 'restrict_violation';"
        " END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
    ]
    statements += [
        f"CREATE TRIGGER freeze_{table} BEFORE UPDATE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in FROZEN
    ]
    statements += [
        f"CREATE TRIGGER keep_{table} BEFORE DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in UNDELETABLE
    ]
    statements += [
        "CREATE TRIGGER freeze_attempt BEFORE UPDATE ON attempt FOR EACH ROW"
        " WHEN (OLD.state <> 'open') EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER freeze_quiz_version BEFORE UPDATE ON quiz_version FOR EACH ROW"
        " WHEN (OLD.state = 'published') EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER freeze_proposal BEFORE UPDATE ON proposal FOR EACH ROW"
        f" WHEN ({SETTLED_CHANGES['postgresql']}) EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER freeze_signing_key BEFORE UPDATE ON signing_key FOR EACH ROW"
        f" WHEN ({KEY_MOVES_BACK}) EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER freeze_extra_attempt BEFORE UPDATE ON extra_attempt FOR EACH ROW"
        f" WHEN ({EXTRA_ATTEMPT_CHANGES}) EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER freeze_answer BEFORE INSERT OR UPDATE ON answer"
        " FOR EACH ROW EXECUTE FUNCTION refuse_late_answer()",
    ]
    return statements
