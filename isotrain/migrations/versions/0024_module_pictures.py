"""Which versions of modules show which pictures."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "module_picture",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "sha256", name="pk_module_picture"),
        sa.ForeignKeyConstraint(["version_id"], ["module_version.id"],
                                name="fk_module_picture_version_id"),
        sa.ForeignKeyConstraint(["sha256"], ["picture.sha256"],
                                name="fk_module_picture_sha256"),
    )
    op.create_index("ix_module_picture_sha256", "module_picture", ["sha256"])
