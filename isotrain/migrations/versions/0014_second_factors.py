"""What people have beside their password; sessions that only let somebody set it up."""

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_session", sa.Column("enrolling", sa.Boolean(), nullable=False,
                                            server_default=sa.false()))
    _apps()
    _passkeys()
    _codes()
    _half_ways()


def _owner(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=f"fk_{table}_user_id")


def _apps() -> None:
    op.create_table(
        "authenticator_app",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("last_step", Id, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_authenticator_app"),
        _owner("authenticator_app"),
    )
    for name, condition in (("confirmed", "confirmed_at IS NOT NULL"),
                            ("begun", "confirmed_at IS NULL")):
        op.create_index(f"uq_authenticator_app_{name}", "authenticator_app", ["user_id"],
                        unique=True, sqlite_where=sa.text(condition),
                        postgresql_where=sa.text(condition))


def _passkeys() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", Id, nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
        _owner("passkey"),
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_passkey_challenge"),
        _owner("passkey_challenge"),
    )


def _codes() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("user_id", "hash", name="uq_recovery_code_user_id_hash"),
        _owner("recovery_code"),
    )


def _half_ways() -> None:
    op.create_table(
        "half_way",
        sa.Column("id", Id, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_half_way"),
        sa.UniqueConstraint("token_hash", name="uq_half_way_token_hash"),
        _owner("half_way"),
    )
    op.create_index("ix_half_way_user_id", "half_way", ["user_id"])
