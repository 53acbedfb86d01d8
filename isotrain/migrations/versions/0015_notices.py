"""What others did with accounts, and marks of it; one late answer per position; where sessions are.

Of answers that came late the latest per position stays, which is the one that was ever shown.
"""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
removes = ("late_answer",)


def upgrade() -> None:
    op.create_table(
        "account_notice",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("former_address", sa.Text(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account_notice"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_account_notice_user_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_account_notice_actor_id"),
    )
    op.create_index("ix_account_notice_user_id", "account_notice", ["user_id", "at"])
    op.add_column("one_time_link", sa.Column("maker_kind", sa.Text(), nullable=True))
    op.add_column("one_time_link", sa.Column("maker_id", Id, nullable=True))
    op.add_column("user_session", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("user_session", sa.Column("proved_at", Instant(), nullable=True))
    op.add_column("attempt", sa.Column("after_reset", sa.Boolean(), nullable=True))
    op.create_table(
        "result_seen",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_result_seen"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"],
                                name="fk_result_seen_attempt_id"),
    )
    _keep_one_late_answer()


def _keep_one_late_answer() -> None:
    op.execute("DELETE FROM late_answer WHERE EXISTS (SELECT 1 FROM late_answer AS newer"
               " WHERE newer.attempt_id = late_answer.attempt_id"
               " AND newer.position = late_answer.position AND newer.rev > late_answer.rev)")
    with op.batch_alter_table("late_answer") as batch:
        batch.add_column(sa.Column("after_result", sa.Boolean(), nullable=True))
        batch.drop_constraint("uq_late_answer_attempt_id_position_rev", type_="unique")
        batch.create_unique_constraint("uq_late_answer_attempt_id_position", ["attempt_id", "position"])
