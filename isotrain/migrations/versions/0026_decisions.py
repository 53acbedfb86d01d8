"""What is decided about the questions of a file, and batches that were undone."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER freeze_batch_undo BEFORE UPDATE ON batch_undo"
    " BEGIN SELECT RAISE(ABORT, 'batch_undo rows are frozen'); END",
    "CREATE TRIGGER keep_batch_undo BEFORE DELETE ON batch_undo"
    " BEGIN SELECT RAISE(ABORT, 'batch_undo rows are kept'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER freeze_batch_undo BEFORE UPDATE ON batch_undo"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER keep_batch_undo BEFORE DELETE ON batch_undo"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "bank_decision",
        sa.Column("id", Id, nullable=False),
        sa.Column("upload_id", Id, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bank_decision"),
        sa.UniqueConstraint("upload_id", "place", name="uq_bank_decision_upload_id_place"),
        sa.CheckConstraint("decision IN ('change','add','leave')",
                           name=op.f("ck_bank_decision_decision_known")),
        sa.ForeignKeyConstraint(["upload_id"], ["bank_upload.id"],
                                name="fk_bank_decision_upload_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name="fk_bank_decision_decided_by"),
    )
    op.create_table(
        "batch_undo",
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("undone_at", Instant(), nullable=False),
        sa.Column("undone_by", Id, nullable=True),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch_undo"),
        sa.ForeignKeyConstraint(["batch_id"], ["question_batch.id"],
                                name="fk_batch_undo_batch_id"),
        sa.ForeignKeyConstraint(["undone_by"], ["user.id"], name="fk_batch_undo_undone_by"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
