"""Names and reasons can be erased from proposals that are settled; nothing of them is changed."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STAYS = ("id", "kind", "object_id", "digest", "asked_at", "asker_kind", "asked_by", "state",
         "settled_at", "settler_kind", "settled_by")
SAME = {"sqlite": "IS", "postgresql": "IS NOT DISTINCT FROM"}
KEPT = {dialect: " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in STAYS)
        for dialect, same in SAME.items()}
ERASED = "NEW.reason = '' AND NEW.settled_reason IS NULL"
SQLITE = (
    "DROP TRIGGER freeze_proposal",
    "CREATE TRIGGER freeze_proposal BEFORE UPDATE ON proposal"
    f" WHEN OLD.state <> 'asked' AND NOT (NEW.asked = '{{}}' AND {ERASED}"
    f" AND {KEPT['sqlite']})"
    " BEGIN SELECT RAISE(ABORT, 'proposal is settled'); END",
)
POSTGRESQL = (
    "DROP TRIGGER freeze_proposal ON proposal",
    "CREATE TRIGGER freeze_proposal BEFORE UPDATE ON proposal FOR EACH ROW"
    f" WHEN (OLD.state <> 'asked' AND NOT (NEW.asked::text = '{{}}' AND {ERASED}"
    f" AND {KEPT['postgresql']})) EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
