"""The first schema, as statements that stay as they are, one file for each database."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FIRST = Path(__file__).parent.parent / "first"


def upgrade() -> None:
    connection = op.get_bind()
    text = (FIRST / f"{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for statement in filter(None, map(str.strip, text.split(";\n\n"))):
        op.execute(statement.replace(":", "\\:"))
