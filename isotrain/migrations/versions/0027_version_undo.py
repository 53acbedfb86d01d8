"""Drafts that were taken back."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER freeze_version_undo BEFORE UPDATE ON version_undo"
    " BEGIN SELECT RAISE(ABORT, 'version_undo rows are frozen'); END",
    "CREATE TRIGGER keep_version_undo BEFORE DELETE ON version_undo"
    " BEGIN SELECT RAISE(ABORT, 'version_undo rows are kept'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER freeze_version_undo BEFORE UPDATE ON version_undo"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER keep_version_undo BEFORE DELETE ON version_undo"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "version_undo",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("undone_at", Instant(), nullable=False),
        sa.Column("undone_by", Id, nullable=True),
        sa.PrimaryKeyConstraint("version_id", name="pk_version_undo"),
        sa.ForeignKeyConstraint(["version_id"], ["question_version.id"],
                                name="fk_version_undo_version_id"),
        sa.ForeignKeyConstraint(["undone_by"], ["user.id"], name="fk_version_undo_undone_by"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
