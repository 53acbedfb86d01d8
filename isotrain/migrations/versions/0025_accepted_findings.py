"""What checks of questions find and somebody lets stay."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER freeze_finding_acceptance BEFORE UPDATE ON finding_acceptance"
    " BEGIN SELECT RAISE(ABORT, 'finding_acceptance rows are frozen'); END",
    "CREATE TRIGGER keep_finding_acceptance BEFORE DELETE ON finding_acceptance"
    " BEGIN SELECT RAISE(ABORT, 'finding_acceptance rows are kept'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER freeze_finding_acceptance BEFORE UPDATE ON finding_acceptance"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER keep_finding_acceptance BEFORE DELETE ON finding_acceptance"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "finding_acceptance",
        sa.Column("id", Id, nullable=False),
        sa.Column("bank_id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=True),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.Column("accepted_by", Id, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_finding_acceptance"),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name="fk_finding_acceptance_bank_id"),
        sa.ForeignKeyConstraint(["version_id"], ["question_version.id"],
                                name="fk_finding_acceptance_version_id"),
        sa.ForeignKeyConstraint(["accepted_by"], ["user.id"],
                                name="fk_finding_acceptance_accepted_by"),
    )
    op.create_index("ix_finding_acceptance_bank_id", "finding_acceptance", ["bank_id"])
    for name, column, one in (("version", "version_id", "version_id IS NOT NULL"),
                              ("bank", "bank_id", "version_id IS NULL")):
        op.create_index(f"uq_finding_acceptance_{name}", "finding_acceptance",
                        [column, "check_name"], unique=True, sqlite_where=sa.text(one),
                        postgresql_where=sa.text(one))
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
