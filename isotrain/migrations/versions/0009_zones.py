"""The time zone of a site, and the one a person reads in."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("time_zone", sa.Text(), nullable=True))
    op.add_column("user", sa.Column("time_zone", sa.Text(), nullable=True))
