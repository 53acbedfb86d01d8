"""The first schema."""

from alembic import op

from isotrain.db import Base
from isotrain.schema import trigger_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    Base.metadata.create_all(bind)
    for statement in trigger_statements(bind.dialect.name):
        op.execute(statement)
