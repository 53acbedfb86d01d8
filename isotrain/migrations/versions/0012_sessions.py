"""In which session an exam is sat; how often somebody tried to sign in as a person in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    instant = sa.String(32) if sqlite else sa.DateTime(timezone=True)
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("user_session", sa.Column("sitting", number, nullable=True))
    op.add_column("user_session", sa.Column("failed_before", number, nullable=True))
    op.add_column("user_session", sa.Column("failed_at", instant, nullable=True))
    op.create_table(
        "failed_tries",
        sa.Column("user_id", number, nullable=False),
        sa.Column("count", number, nullable=False),
        sa.Column("last_at", instant, nullable=False),
        sa.Column("before_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_failed_tries_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_failed_tries"),
    )
