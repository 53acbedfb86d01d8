"""Jobs and long work in rows; letters whose words are erased."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    instant = sa.String(32) if sqlite else sa.DateTime(timezone=True)
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "job",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_until", instant, nullable=True),
        sa.Column("next_at", instant, nullable=True),
        sa.Column("began_at", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("done", number, nullable=False),
        sa.CheckConstraint("outcome IN ('ok','failed')", name="outcome_known"),
        sa.CheckConstraint("(held_by IS NULL) = (held_until IS NULL)",
                           name="held_by_somebody"),
        sa.PrimaryKeyConstraint("name", name="pk_job"),
    )
    op.create_table(
        "work",
        sa.Column("id", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("asked_by", number, nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", number, nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_until", instant, nullable=True),
        sa.Column("began_at", instant, nullable=True),
        sa.Column("done", number, nullable=False),
        sa.Column("total", number, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("size", number, nullable=True),
        sa.Column("purged_at", instant, nullable=True),
        sa.CheckConstraint("state IN ('waiting','running','done','failed','cancelled')",
                           name="state_known"),
        sa.CheckConstraint("state <> 'running' OR held_by IS NOT NULL", name="held_while_running"),
        sa.CheckConstraint("(state IN ('waiting','running')) = (ended_at IS NULL)",
                           name="ended_when_over"),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
    )
    op.create_index("ix_work_asked_by", "work", ["asked_by", "id"])
    for name, column, condition in (("unended", "id", "ended_at IS NULL"),
                                    ("unpurged", "ended_at", "purged_at IS NULL")):
        op.create_index(f"ix_work_{name}", "work", [column], sqlite_where=sa.text(condition),
                        postgresql_where=sa.text(condition))
    op.add_column("outgoing_mail", sa.Column("erased_at", instant, nullable=True))
    op.create_index("ix_outgoing_mail_kept", "outgoing_mail", ["created_at"],
                    sqlite_where=sa.text("erased_at IS NULL"),
                    postgresql_where=sa.text("erased_at IS NULL"))
