"""Versions of a question in several languages; marking rules, facts and modules of questions.

What stood before is the first revision in its language, and is marked by the first rule of its
type. `facts` takes over `fact`. What was read from uploaded files is read anew: it was kept in the
terms of before.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = ("id, question_id, number, type, content, stem_text, content_hash, topic, difficulty, "
        '"use", language, enemies, source, created_at, created_by')
REBUILT = (
    """CREATE TABLE question_version_new (
        id INTEGER NOT NULL,
        question_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        type TEXT NOT NULL,
        marking TEXT NOT NULL,
        content JSON NOT NULL,
        stem_text TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        topic TEXT,
        difficulty INTEGER,
        module TEXT,
        facts JSON NOT NULL,
        "use" TEXT NOT NULL,
        language TEXT NOT NULL,
        enemies TEXT,
        source TEXT NOT NULL,
        created_at VARCHAR(32) NOT NULL,
        created_by INTEGER,
        CONSTRAINT pk_question_version PRIMARY KEY (id),
        CONSTRAINT uq_question_version_question_id_number_language_revision
            UNIQUE (question_id, number, language, revision),
        CONSTRAINT ck_question_version_use_known CHECK ("use" IN ('exam','practice')),
        CONSTRAINT ck_question_version_difficulty_band
            CHECK (difficulty IS NULL OR difficulty BETWEEN 1 AND 3),
        CONSTRAINT fk_question_version_question_id
            FOREIGN KEY(question_id) REFERENCES question (id),
        CONSTRAINT fk_question_version_created_by FOREIGN KEY(created_by) REFERENCES "user" (id)
    )""",
    f"INSERT INTO question_version_new ({KEPT}, revision, marking, facts)"  # noqa: S608
    f" SELECT {KEPT}, 1, type || '-1', '[]' FROM question_version",
)
RENAMED = (
    "DROP TABLE question_version",
    "ALTER TABLE question_version_new RENAME TO question_version",
    "CREATE INDEX ix_question_version_question_id ON question_version (question_id)",
    "CREATE INDEX ix_question_version_content_hash ON question_version (content_hash)",
    "CREATE TRIGGER freeze_question_version BEFORE UPDATE ON question_version"
    " BEGIN SELECT RAISE(ABORT, 'question_version rows are frozen'); END",
)
WIDENED = (
    "ALTER TABLE question_version DISABLE TRIGGER freeze_question_version",
    "ALTER TABLE question_version"
    " ADD COLUMN revision BIGINT NOT NULL DEFAULT 1, ADD COLUMN marking TEXT,"
    " ADD COLUMN module TEXT, ADD COLUMN facts JSON NOT NULL DEFAULT '[]'",
    "UPDATE question_version SET marking = type || '-1'",
)
NARROWED = (
    "ALTER TABLE question_version"
    " ALTER COLUMN revision DROP DEFAULT, ALTER COLUMN facts DROP DEFAULT,"
    " ALTER COLUMN marking SET NOT NULL, DROP COLUMN fact,"
    " DROP CONSTRAINT uq_question_version_question_id_number,"
    " ADD CONSTRAINT uq_question_version_question_id_number_language_revision"
    " UNIQUE (question_id, number, language, revision)",
    "ALTER TABLE question_version ENABLE TRIGGER freeze_question_version",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # which cannot change constraints where they stand
        _run(REBUILT)
        _cite("UPDATE question_version_new SET facts = :facts"
              " WHERE id IN (SELECT id FROM question_version WHERE fact = :fact)")
        _run(RENAMED)
    else:
        _run(WIDENED)
        _cite("UPDATE question_version SET facts = CAST(:facts AS JSON) WHERE fact = :fact")
        _run(NARROWED)
    op.execute("UPDATE bank_upload SET checked = NULL")


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(statement)


def _cite(statement: str) -> None:
    """Let every version cite, in a list, the fact that it cited before."""
    connection = op.get_bind()
    cited = "SELECT DISTINCT fact FROM question_version WHERE fact IS NOT NULL ORDER BY fact"
    for fact in connection.exec_driver_sql(cited).scalars().all():
        connection.execute(sa.text(statement), {"facts": json.dumps([fact]), "fact": fact})
