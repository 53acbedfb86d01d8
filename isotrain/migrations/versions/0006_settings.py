"""Settings in rows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER freeze_setting BEFORE UPDATE ON setting"
    " BEGIN SELECT RAISE(ABORT, 'setting rows are frozen'); END",
    "CREATE TRIGGER keep_setting BEFORE DELETE ON setting"
    " BEGIN SELECT RAISE(ABORT, 'setting rows are kept'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER freeze_setting BEFORE UPDATE ON setting"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER keep_setting BEFORE DELETE ON setting"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "setting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.String(32) if sqlite else sa.DateTime(timezone=True),
                  nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_setting"),
        sa.UniqueConstraint("name", "number", name="uq_setting_name_number"),
    )
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(statement)
