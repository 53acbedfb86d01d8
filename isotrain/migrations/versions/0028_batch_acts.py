"""Batches of what was set, approved, retired and restored on many questions at once."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER freeze_batch_touch BEFORE UPDATE ON batch_touch"
    " BEGIN SELECT RAISE(ABORT, 'batch_touch rows are frozen'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER freeze_batch_touch BEFORE UPDATE ON batch_touch"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    # Where the table is copied its indexes would come in any order.
    op.drop_index("ix_question_batch_upload_id", "question_batch")
    op.drop_index("uq_question_batch_hidden", "question_batch")
    with op.batch_alter_table("question_batch") as batch:
        batch.alter_column("upload_id", existing_type=Id, nullable=True)
        batch.add_column(sa.Column("act", sa.Text(), nullable=False, server_default="import"))
        batch.create_check_constraint(
            op.f("ck_question_batch_act_known"),
            "act IN ('set','approve','retire','restore','import')")
        batch.create_check_constraint(
            op.f("ck_question_batch_upload_of_import"),
            "(act = 'import') = (upload_id IS NOT NULL)")
    with op.batch_alter_table("question_batch") as batch:
        batch.alter_column("act", existing_type=sa.Text(), server_default=None)
    op.create_index("ix_question_batch_upload_id", "question_batch", ["upload_id"])
    op.create_index("uq_question_batch_hidden", "question_batch", ["bank_id"], unique=True,
                    sqlite_where=sa.text("state <> 'shown'"),
                    postgresql_where=sa.text("state <> 'shown'"))
    op.create_table(
        "batch_touch",
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("question_id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=True),
        sa.Column("approved_before", Id, nullable=True),
        sa.Column("retired_before", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "question_id", name="pk_batch_touch"),
        sa.ForeignKeyConstraint(["batch_id"], ["question_batch.id"],
                                name="fk_batch_touch_batch_id"),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"],
                                name="fk_batch_touch_question_id"),
        sa.ForeignKeyConstraint(["version_id"], ["question_version.id"],
                                name="fk_batch_touch_version_id"),
        sa.ForeignKeyConstraint(["approved_before"], ["question_version.id"],
                                name="fk_batch_touch_approved_before"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
