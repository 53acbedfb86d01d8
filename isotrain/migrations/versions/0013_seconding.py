"""What waits for a second person; names people had."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER keep_proposal BEFORE DELETE ON proposal"
    " BEGIN SELECT RAISE(ABORT, 'proposal rows are kept'); END",
    "CREATE TRIGGER freeze_proposal BEFORE UPDATE ON proposal WHEN OLD.state <> 'asked'"
    " BEGIN SELECT RAISE(ABORT, 'proposal is settled'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER keep_proposal BEFORE DELETE ON proposal"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER freeze_proposal BEFORE UPDATE ON proposal FOR EACH ROW"
    " WHEN (OLD.state <> 'asked') EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    _proposals()
    _former_identities()
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _proposals() -> None:
    waits = sa.text("state = 'asked'")
    op.create_table(
        "proposal",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", Id, nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asker_kind", sa.Text(), nullable=False),
        sa.Column("asked_by", Id, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settler_kind", sa.Text(), nullable=True),
        sa.Column("settled_by", Id, nullable=True),
        sa.Column("settled_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name="fk_proposal_asked_by"),
        sa.ForeignKeyConstraint(["settled_by"], ["user.id"], name="fk_proposal_settled_by"),
        sa.CheckConstraint("state IN ('asked','confirmed','declined','withdrawn','stale')",
                           name=op.f("ck_proposal_state_known")),
        sa.CheckConstraint("(state = 'asked') = (settled_at IS NULL)",
                           name=op.f("ck_proposal_settled_when_over")),
        sa.CheckConstraint("(settled_at IS NULL) = (settler_kind IS NULL)",
                           name=op.f("ck_proposal_settled_by_somebody")),
        sa.CheckConstraint("(asker_kind = 'user') = (asked_by IS NOT NULL)",
                           name=op.f("ck_proposal_asked_by_somebody")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR settler_kind <> asker_kind"
            " OR coalesce(settled_by, 0) <> coalesce(asked_by, 0)",
            name=op.f("ck_proposal_confirmed_by_another")),
    )
    op.create_index("uq_proposal_open", "proposal", ["kind", "object_id"], unique=True,
                    sqlite_where=waits, postgresql_where=waits)
    op.create_index("ix_proposal_asked_by", "proposal", ["asked_by", "id"])


def _former_identities() -> None:
    op.create_table(
        "former_identity",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("personnel_no", sa.Text(), nullable=False),
        sa.Column("until_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_former_identity"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_former_identity_user_id"),
    )
    op.create_index("ix_former_identity_user_id", "former_identity", ["user_id"])
