"""A form names the topics to which practice was narrowed; those from before are whole."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form", sa.Column("narrowed", sa.JSON(), nullable=True))
