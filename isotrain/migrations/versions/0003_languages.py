"""Versions of a question in several languages; the name of a marking rule."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
