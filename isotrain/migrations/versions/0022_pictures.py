"""Pictures, and which versions of questions show them."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width", Id, nullable=False),
        sa.Column("height", Id, nullable=False),
        sa.Column("size", Id, nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_picture"),
        sa.CheckConstraint("media_type IN ('image/png','image/jpeg','image/webp')",
                           name=op.f("ck_picture_media_type_known")),
    )
    op.create_index("ix_picture_kept_at", "picture", ["kept_at"])
    op.create_table(
        "question_picture",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "sha256", name="pk_question_picture"),
        sa.ForeignKeyConstraint(["version_id"], ["question_version.id"],
                                name="fk_question_picture_version_id"),
        sa.ForeignKeyConstraint(["sha256"], ["picture.sha256"],
                                name="fk_question_picture_sha256"),
    )
    op.create_index("ix_question_picture_sha256", "question_picture", ["sha256"])
