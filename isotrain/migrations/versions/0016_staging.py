"""What is stored a few rows at a time and shown by one statement: questions and assignments."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COLUMNS = ("id, question_id, number, revision, type, marking, content, stem_text, content_hash,"
           ' topic, difficulty, module, facts, "use", language, enemies, source, created_at,'
           " created_by")
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
        batch_id INTEGER,
        CONSTRAINT pk_question_version PRIMARY KEY (id),
        CONSTRAINT uq_question_version_question_id_number_language_revision
            UNIQUE (question_id, number, language, revision),
        CONSTRAINT ck_question_version_use_known CHECK ("use" IN ('exam','practice')),
        CONSTRAINT ck_question_version_difficulty_band
            CHECK (difficulty IS NULL OR difficulty BETWEEN 1 AND 3),
        CONSTRAINT fk_question_version_question_id
            FOREIGN KEY(question_id) REFERENCES question (id),
        CONSTRAINT fk_question_version_created_by FOREIGN KEY(created_by) REFERENCES "user" (id),
        CONSTRAINT fk_question_version_batch_id
            FOREIGN KEY(batch_id) REFERENCES question_batch (id)
    )""",
    f"INSERT INTO question_version_new ({COLUMNS})"  # noqa: S608
    f" SELECT {COLUMNS} FROM question_version ORDER BY id",
    "DROP TABLE question_version",
    "ALTER TABLE question_version_new RENAME TO question_version",
    "CREATE INDEX ix_question_version_question_id ON question_version (question_id)",
    "CREATE INDEX ix_question_version_content_hash ON question_version (content_hash)",
    "CREATE TRIGGER freeze_question_version BEFORE UPDATE ON question_version"
    " BEGIN SELECT RAISE(ABORT, 'question_version rows are frozen'); END",
)
ADDED = (
    "ALTER TABLE question_version ADD COLUMN batch_id BIGINT"
    " CONSTRAINT fk_question_version_batch_id REFERENCES question_batch (id)",
    # Room beside each row, so that pointing at versions touches no index.
    "ALTER TABLE question SET (fillfactor = 50)",
)


def upgrade() -> None:
    _batches()
    for statement in REBUILT if op.get_bind().dialect.name == "sqlite" else ADDED:
        op.execute(statement)
    op.create_index("ix_question_version_batch_id", "question_version", ["batch_id"])
    _imports()
    op.add_column("requirement", sa.Column("staged_at", Instant(), nullable=True))
    staged = sa.text("staged_at IS NOT NULL")
    op.create_index("ix_requirement_staged", "requirement", ["id"], sqlite_where=staged,
                    postgresql_where=staged)


def _imports() -> None:
    """What was applied before was applied whole."""
    running = sa.text("state = 'running'")
    with op.batch_alter_table("people_import") as batch:
        batch.add_column(sa.Column("state", sa.Text(), nullable=False, server_default="done"))
        batch.add_column(sa.Column("last_step_at", Instant(), nullable=True))
    with op.batch_alter_table("people_import") as batch:
        batch.alter_column("state", existing_type=sa.Text(), server_default=None)
        batch.create_check_constraint("state_known", "state IN ('running','done','broken')")
    op.create_index("uq_people_import_running", "people_import", ["state"], unique=True,
                    sqlite_where=running, postgresql_where=running)


def _batches() -> None:
    hidden = sa.text("state <> 'shown'")
    op.create_table(
        "question_batch",
        sa.Column("id", Id, nullable=False),
        sa.Column("bank_id", Id, nullable=False),
        sa.Column("upload_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("begun_by", Id, nullable=True),
        sa.Column("last_step_at", Instant(), nullable=False),
        sa.Column("shown_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_question_batch"),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name="fk_question_batch_bank_id"),
        sa.ForeignKeyConstraint(["upload_id"], ["bank_upload.id"],
                                name="fk_question_batch_upload_id"),
        sa.ForeignKeyConstraint(["begun_by"], ["user.id"], name="fk_question_batch_begun_by"),
        sa.CheckConstraint("state IN ('staged','shown','abandoned')",
                           name=op.f("ck_question_batch_state_known")),
        sa.CheckConstraint("(state = 'shown') = (shown_at IS NOT NULL)",
                           name=op.f("ck_question_batch_shown_at_a_time")),
    )
    op.create_index("uq_question_batch_hidden", "question_batch", ["bank_id"], unique=True,
                    sqlite_where=hidden, postgresql_where=hidden)
    op.create_index("ix_question_batch_upload_id", "question_batch", ["upload_id"])
