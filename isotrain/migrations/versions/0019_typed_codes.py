"""A one-time link has a code beside it for who types; those from before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("one_time_link", sa.Column("code_hash", sa.Text(), nullable=True))
