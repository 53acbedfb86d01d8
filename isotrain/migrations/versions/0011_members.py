"""Members have a role and a date; who has seen keys, and what made an exam weaker, is kept.

The owner of a library, course or bank is its first member by events, else the lowest account. A
bank without a library that a published blueprint draws from joins the library of that course, since
courses draw from banks of their library only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

from isotrain.db import BigId as Id
from isotrain.db import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = ("library", "course", "bank")
REMEMBER = {
    "sqlite": (
        "CREATE TRIGGER remember_key_seen BEFORE DELETE ON bank_member"
        " BEGIN INSERT OR IGNORE INTO key_seen (bank_id, user_id)"
        " VALUES (OLD.bank_id, OLD.user_id); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION remember_key_seen() RETURNS trigger AS $$ BEGIN"
        " INSERT INTO key_seen (bank_id, user_id) VALUES (OLD.bank_id, OLD.user_id)"
        " ON CONFLICT DO NOTHING; RETURN OLD; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER remember_key_seen BEFORE DELETE ON bank_member"
        " FOR EACH ROW EXECUTE FUNCTION remember_key_seen()",
    ),
}


class Joined(NamedTuple):
    """What an event says of somebody's becoming a member."""

    event_id: int
    at: datetime
    by: int | None


def _table(name: str, **columns: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(key, type_) for key, type_ in columns.items()))


event = _table("event", id=Id, action=sa.Text, object_id=sa.Text, actor_id=Id, details=sa.JSON,
               occurred_at=Instant)
bank = _table("bank", id=Id, slug=sa.Text, library_id=Id)
quiz = _table("quiz", id=Id, course_id=Id, published_version_id=Id, retired_at=Instant)
quiz_version = _table("quiz_version", id=Id, cells=sa.JSON)
course = _table("course", id=Id, library_id=Id)
question = _table("question", id=Id, bank_id=Id)
question_version = _table("question_version", question_id=Id, created_by=Id)
key_seen = _table("key_seen", bank_id=Id, user_id=Id)
users = sa.table("user", sa.column("id", Id))


def upgrade() -> None:
    for kind in KINDS:
        _describe(kind)
        _name_owners(kind)
        _hold_up(kind)
    _remember_keys()
    _place_banks()
    op.add_column("attempt", sa.Column("saw_keys", sa.Boolean(), nullable=True))
    op.add_column("quiz_version", sa.Column("weakened", sa.JSON(), nullable=True))


def _describe(kind: str) -> None:
    table = f"{kind}_member"
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column("role", sa.Text(), nullable=True))
        batch.add_column(sa.Column("since", Instant(), nullable=True))
        batch.add_column(sa.Column("added_by", Id, nullable=True))
        batch.create_foreign_key(f"fk_{table}_added_by", "user", ["added_by"], ["id"])


def _hold_up(kind: str) -> None:
    table, owner = f"{kind}_member", sa.text("role = 'owner'")
    with op.batch_alter_table(table) as batch:
        batch.alter_column("role", existing_type=sa.Text(), nullable=False)
        batch.create_check_constraint("role_known", "role IN ('owner','member')")
    op.create_index(f"uq_{table}_owner", table, [f"{kind}_id"], unique=True, sqlite_where=owner,
                    postgresql_where=owner)


def _name_owners(kind: str) -> None:
    connection, joined = op.get_bind(), _joined(kind)
    member = _table(f"{kind}_member", **{f"{kind}_id": Id}, user_id=Id, role=sa.Text,
                    since=Instant, added_by=Id)
    thing = member.c[f"{kind}_id"]
    members: dict[int, list[int]] = {}
    for thing_id, user_id in connection.execute(
            sa.select(thing, member.c.user_id).order_by(thing, member.c.user_id)).all():
        members.setdefault(thing_id, []).append(user_id)
    known = set(connection.scalars(sa.select(users.c.id)))
    for thing_id, user_ids in members.items():
        told = [user_id for user_id in user_ids if (thing_id, user_id) in joined]
        owner = min(told, key=lambda user_id: joined[thing_id, user_id].event_id,  # noqa: B023
                    default=user_ids[0])
        for user_id in user_ids:
            fact = joined.get((thing_id, user_id))
            connection.execute(
                sa.update(member).where(thing == thing_id, member.c.user_id == user_id).values(
                    role="owner" if user_id == owner else "member", since=fact and fact.at,
                    added_by=fact.by if fact and fact.by in known else None))


def _joined(kind: str) -> dict[tuple[int, int], Joined]:
    """Return how people last became members of things, by the events; leaving ends it."""
    names = (f"{kind}.created", f"{kind}.member_added", f"{kind}.member_removed")
    found: dict[tuple[int, int], Joined] = {}
    for row in op.get_bind().execute(
            sa.select(event).where(event.c.action.in_(names)).order_by(event.c.id)):
        user_id = row.actor_id if row.action == names[0] else (row.details or {}).get("user")
        if not str(row.object_id).isdigit() or not isinstance(user_id, int):
            continue
        place = (int(row.object_id), user_id)
        if row.action == names[2]:
            found.pop(place, None)
        else:
            found.setdefault(place, Joined(row.id, row.occurred_at, row.actor_id))
    return found


def _remember_keys() -> None:
    """Keep who has seen the keys of a bank: who looked after it once, and who wrote for it."""
    op.create_table(
        "key_seen",
        sa.Column("bank_id", Id, sa.ForeignKey("bank.id", name="fk_key_seen_bank_id"),
                  nullable=False),
        sa.Column("user_id", Id, sa.ForeignKey("user.id", name="fk_key_seen_user_id"),
                  nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "user_id", name="pk_key_seen"))
    connection = op.get_bind()
    seen = {(row.bank_id, row.created_by) for row in connection.execute(
        sa.select(question.c.bank_id, question_version.c.created_by).distinct()
        .join(question_version, question_version.c.question_id == question.c.id)
        .where(question_version.c.created_by.is_not(None)))}
    names = ("bank.created", "bank.member_added", "bank.member_removed")
    for row in connection.execute(sa.select(event).where(event.c.action.in_(names))):
        user_id = row.actor_id if row.action == names[0] else (row.details or {}).get("user")
        if str(row.object_id).isdigit() and isinstance(user_id, int):
            seen.add((int(row.object_id), user_id))
    banks = set(connection.scalars(sa.select(bank.c.id)))
    known = set(connection.scalars(sa.select(users.c.id)))
    rows = [{"bank_id": bank_id, "user_id": user_id} for bank_id, user_id in sorted(seen)
            if bank_id in banks and user_id in known]
    if rows:
        connection.execute(sa.insert(key_seen), rows)
    for statement in REMEMBER[connection.dialect.name]:
        op.execute(statement)


def _place_banks() -> None:
    connection = op.get_bind()
    wanted = connection.execute(
        sa.select(quiz_version.c.cells, course.c.library_id)
        .join(quiz, quiz.c.published_version_id == quiz_version.c.id)
        .join(course, course.c.id == quiz.c.course_id)
        .where(quiz.c.retired_at.is_(None)).order_by(quiz.c.id)).all()
    for cells, library_id in wanted:
        slugs = {cell["bank"] for cell in cells}
        connection.execute(
            sa.update(bank).where(bank.c.slug.in_(slugs), bank.c.library_id.is_(None))
            .values(library_id=library_id))
