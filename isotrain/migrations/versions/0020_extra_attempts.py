"""One more attempt at an exam that somebody was given."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CHANGES = ("NEW.reason <> '' OR NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id"
           " OR NEW.quiz_id <> OLD.quiz_id OR NEW.after_number <> OLD.after_number"
           " OR NEW.given_at <> OLD.given_at OR NEW.giver_kind <> OLD.giver_kind"
           " OR coalesce(NEW.given_by, 0) <> coalesce(OLD.given_by, 0)")
SQLITE = (
    f"CREATE TRIGGER freeze_extra_attempt BEFORE UPDATE ON extra_attempt WHEN {CHANGES}"
    " BEGIN SELECT RAISE(ABORT, 'extra_attempt rows are frozen'); END",
    "CREATE TRIGGER keep_extra_attempt BEFORE DELETE ON extra_attempt"
    " BEGIN SELECT RAISE(ABORT, 'extra_attempt rows are kept'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER freeze_extra_attempt BEFORE UPDATE ON extra_attempt FOR EACH ROW"
    f" WHEN ({CHANGES}) EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER keep_extra_attempt BEFORE DELETE ON extra_attempt"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "extra_attempt",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("quiz_id", Id, nullable=False),
        sa.Column("after_number", Id, nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("giver_kind", sa.Text(), nullable=False),
        sa.Column("given_by", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_extra_attempt"),
        sa.ForeignKeyConstraint(
            ["user_id", "quiz_id", "after_number"],
            ["attempt.user_id", "attempt.quiz_id", "attempt.number"],
            name="fk_extra_attempt_user_id_quiz_id_after_number"),
        sa.ForeignKeyConstraint(["given_by"], ["user.id"], name="fk_extra_attempt_given_by"),
        sa.UniqueConstraint("user_id", "quiz_id", "after_number",
                            name="uq_extra_attempt_user_id_quiz_id_after_number"),
        sa.CheckConstraint("(giver_kind = 'user') = (given_by IS NOT NULL)",
                           name=op.f("ck_extra_attempt_given_by_somebody")),
        sa.CheckConstraint("given_by IS NULL OR given_by <> user_id",
                           name=op.f("ck_extra_attempt_given_by_another")),
    )
    op.create_index("ix_extra_attempt_quiz_id", "extra_attempt", ["quiz_id", "given_at", "id"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
