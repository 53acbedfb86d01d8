"""What lists are tried by stands in their indexes, and initials tell who need not be looked up."""

import sqlalchemy as sa
from alembic import op

from isotrain.accounts.rules import initials
from isotrain.db import BigId as Id

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

CHUNK = 1_000
TRIED = ("from_on", "until_on", "active", "has_password", "initials", "unit_id", "site_id",
         "job_role_id")
INDEXES: dict[str, dict[str, tuple[str, ...]]] = {
    "event": {
        "actor": ("actor_id", "occurred_at", "id", "scope", "action"),
        "object": ("object_type", "object_id", "occurred_at", "id", "scope", "action"),
    },
    "search_word": {"word": ("word", "user_id", "initials")},
    "roster_line": {
        name: tuple(dict.fromkeys((*columns, "user_id", *TRIED))) for name, columns in {
            **{name: (name, "name_folded") for name in ("unit", "site", "job_role", "manager")},
            **{name: (name,) for name in ("unit_id", "site_id", "job_role_id", "user_id")},
            "name": ("name_folded",), "number": ("personnel_no",),
            "state": ("active", "has_password"),
        }.items()
    },
    "certificate_standing": {
        "issued": ("issued_at", "certificate_id", "user_id"),
        "until": ("valid_until", "certificate_id", "user_id"),
        "name": ("name_folded", "certificate_id", "user_id"),
        "ending_issued": ("ending", "issued_at", "certificate_id", "user_id", "valid_until"),
        "ending_until": ("ending", "valid_until", "certificate_id", "user_id"),
        "ending_name": ("ending", "name_folded", "certificate_id", "user_id", "valid_until"),
        "user_id": ("user_id", "ending", "valid_until", "certificate_id"),
    },
}
NEW = ("roster_line", "user_id")


def upgrade() -> None:
    for table, indexes in INDEXES.items():
        for name in indexes:
            if (table, name) != NEW:
                op.drop_index(f"ix_{table}_{name}", table)
    for table in ("search_word", "roster_line"):
        op.add_column(table, sa.Column("initials", Id, nullable=False, server_default="0"))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("initials", existing_type=Id, server_default=None)
            if table == "roster_line":
                batch.drop_column("words")
    _fill()
    for table, indexes in INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(f"ix_{table}_{name}", table, columns)


def _fill() -> None:
    bind, last = op.get_bind(), 0
    while people := bind.execute(sa.text(
            "SELECT user_id FROM identity WHERE user_id > :last ORDER BY user_id LIMIT :chunk"),
            {"last": last, "chunk": CHUNK}).scalars().all():
        words: dict[int, list[str]] = {user_id: [] for user_id in people}
        for user_id, word in bind.execute(sa.text(
                "SELECT user_id, word FROM search_word WHERE user_id > :last AND user_id <= :upto"),
                {"last": last, "upto": people[-1]}):
            words.setdefault(user_id, []).append(word)
        told = [{"user": user_id, "bits": initials(found)} for user_id, found in words.items()]
        for table in ("search_word", "roster_line"):
            bind.execute(sa.text(
                f"UPDATE {table} SET initials = :bits WHERE user_id = :user"), told)  # noqa: S608
        last = people[-1]
