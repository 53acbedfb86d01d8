"""What was chosen for a header is kept, and a file for as long as what was read from it."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bank_upload", sa.Column("data", sa.LargeBinary(), nullable=True))
    op.create_table(
        "bank_reading",
        sa.Column("bank_id", Id, nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("chosen_at", Instant(), nullable=False),
        sa.Column("chosen_by", Id, nullable=True),
        sa.PrimaryKeyConstraint("bank_id", "asks", name="pk_bank_reading"),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name="fk_bank_reading_bank_id"),
        sa.ForeignKeyConstraint(["chosen_by"], ["user.id"], name="fk_bank_reading_chosen_by"),
    )
