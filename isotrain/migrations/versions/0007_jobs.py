"""Jobs in rows; letters whose words are erased."""

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
    op.add_column("outgoing_mail", sa.Column("erased_at", instant, nullable=True))
    op.create_index("ix_outgoing_mail_kept", "outgoing_mail", ["created_at"],
                    sqlite_where=sa.text("erased_at IS NULL"),
                    postgresql_where=sa.text("erased_at IS NULL"))
