"""Since when a signing key is stolen, and that its life only goes on."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOVES_BACK = (
    "NEW.key_id <> OLD.key_id OR NEW.public_pem <> OLD.public_pem"
    " OR NEW.created_at <> OLD.created_at OR NEW.retired_at <> OLD.retired_at"
    " OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS NULL)"
    " OR NEW.stolen_at > OLD.stolen_at OR (OLD.stolen_at IS NOT NULL AND NEW.stolen_at IS NULL)"
)
SQLITE = (
    "CREATE TRIGGER keep_signing_key BEFORE DELETE ON signing_key"
    " BEGIN SELECT RAISE(ABORT, 'signing_key rows are kept'); END",
    f"CREATE TRIGGER freeze_signing_key BEFORE UPDATE ON signing_key WHEN {MOVES_BACK}"
    " BEGIN SELECT RAISE(ABORT, 'signing_key only goes on'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER keep_signing_key BEFORE DELETE ON signing_key"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER freeze_signing_key BEFORE UPDATE ON signing_key FOR EACH ROW"
    f" WHEN ({MOVES_BACK}) EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    with op.batch_alter_table("signing_key") as batch:
        batch.add_column(sa.Column("stolen_at", Instant(), nullable=True))
        batch.create_check_constraint(op.f("ck_signing_key_stolen_is_retired"),
                                      "stolen_at IS NULL OR retired_at IS NOT NULL")
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
