"""What lists of people sort, filter and search by, each in the order of an index."""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

from isotrain import clock
from isotrain.accounts.rules import search_words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHUNK = 1_000
BEGINNING, END, KEPT_DAYS = date(1, 1, 1), date(9999, 12, 31), 31

# Where everybody is from the last month on, and the days between, before and after.
_STAYS = """
INSERT INTO roster_line (user_id, from_on, until_on, name_folded, personnel_no, active,
  has_password, words, unit_id, unit, site_id, site, job_role_id, job_role, manager_id, manager)
SELECT identity.user_id, valid_from, coalesce(valid_to, :ending), identity.name_folded,
  identity.personnel_no, deactivated_at IS NULL, password.user_id IS NOT NULL, '', unit_id, unit.name,
  site_id, site.name, job_role_id, job_role.title, manager_id, manager.name_folded
FROM placement JOIN identity ON identity.user_id = placement.user_id
JOIN "user" ON "user".id = placement.user_id
LEFT JOIN password ON password.user_id = placement.user_id
LEFT JOIN unit ON unit.id = unit_id LEFT JOIN site ON site.id = site_id
LEFT JOIN job_role ON job_role.id = job_role_id
LEFT JOIN identity manager ON manager.user_id = manager_id
WHERE valid_to IS NULL OR valid_to > :since
"""
_GAPS = """
INSERT INTO roster_line (user_id, from_on, until_on, name_folded, personnel_no, active,
  has_password, words)
SELECT user_id, from_on, until_on, name_folded, personnel_no, active, has_password, '' FROM (
  SELECT identity.user_id, :beginning AS from_on,
    coalesce((SELECT min(from_on) FROM roster_line WHERE user_id = identity.user_id), :ending)
      AS until_on, name_folded, personnel_no, deactivated_at IS NULL AS active,
    password.user_id IS NOT NULL AS has_password
  FROM identity JOIN "user" ON "user".id = identity.user_id
  LEFT JOIN password ON password.user_id = identity.user_id
  UNION ALL
  SELECT user_id, until_on, coalesce(lead(from_on) OVER (PARTITION BY user_id ORDER BY from_on),
    :ending), name_folded, personnel_no, active, has_password
  FROM roster_line
) gap WHERE from_on < until_on AND until_on > :since
"""
_WORDS = """
UPDATE roster_line SET words = coalesce((SELECT ' ' || {0}
  FROM (SELECT word FROM search_word WHERE user_id = roster_line.user_id ORDER BY word) w), '')
"""
_COUNTS = """
INSERT INTO headcount (kind, place_id, day, change)
SELECT kind, place_id, day, sum(change) FROM (
  SELECT kind, CASE kind WHEN 'unit' THEN unit_id ELSE site_id END AS place_id,
    CASE WHEN begins THEN CASE WHEN from_on > :today THEN from_on ELSE :beginning END
      ELSE until_on END AS day,
    CASE WHEN begins THEN 1 ELSE -1 END AS change
  FROM roster_line
  CROSS JOIN (SELECT 'unit' AS kind UNION ALL SELECT 'site') kinds
  CROSS JOIN (SELECT TRUE AS begins UNION ALL SELECT FALSE) ends
  WHERE active AND until_on > :today AND (begins OR until_on < :ending)
) changes WHERE place_id IS NOT NULL GROUP BY kind, place_id, day HAVING sum(change) <> 0
"""

def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    _search_words(number)
    _fill_search_words()
    _roster(number)
    _fill_roster()
    _standings(number)
    _fill_standings()
    _indexes()


def _search_words(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "search_word",
        sa.Column("user_id", number, nullable=False),
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
                  nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_search_word_user_id"),
        sa.PrimaryKeyConstraint("user_id", "word", name="pk_search_word"),
    )
    op.create_index("ix_search_word_word", "search_word", ["word", "user_id"])


def _fill_search_words() -> None:
    words = sa.table("search_word", sa.column("user_id"), sa.column("word"))
    last = 0
    while people := op.get_bind().execute(sa.text(
            "SELECT user_id, name_folded, personnel_no, email FROM identity WHERE user_id > :last"
            " ORDER BY user_id LIMIT :chunk"), {"last": last, "chunk": CHUNK}).all():
        op.bulk_insert(words, [{"user_id": user_id, "word": word} for user_id, *texts in people
                               for word in sorted(search_words(*texts))])
        last = people[-1].user_id


def _fill_roster() -> None:
    # A day early: a line too many is harmless, and nobody's day is over before this.
    today = clock.now().date() - timedelta(days=1)
    days = {"beginning": BEGINNING, "ending": END, "today": today,
            "since": today - timedelta(days=KEPT_DAYS)}
    joined = ("group_concat(word, ' ')" if op.get_bind().dialect.name == "sqlite"
              else "string_agg(word, ' ' ORDER BY word)")
    for statement in (_STAYS, _GAPS, _WORDS.format(joined), _COUNTS):
        named = [name for name in days if f":{name}" in statement]
        op.execute(sa.text(statement).bindparams(
            *(sa.bindparam(name, days[name], type_=sa.Date()) for name in named)))


def _roster(number: sa.types.TypeEngine[int]) -> None:
    places = (("unit", "unit"), ("site", "site"), ("job_role", "job_role"), ("manager", "user"))
    columns = [column for name, _table in places for column in (
        sa.Column(f"{name}_id", number, nullable=True), sa.Column(name, sa.Text(), nullable=True))]
    op.create_table(
        "roster_line",
        sa.Column("user_id", number, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("personnel_no", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("has_password", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_roster_line_user_id"),
        *(sa.ForeignKeyConstraint([f"{name}_id"], [f"{table}.id"],
                                  name=f"fk_roster_line_{name}_id") for name, table in places),
        sa.PrimaryKeyConstraint("user_id", "from_on", name="pk_roster_line"),
    )
    for name, _table in places:
        op.create_index(f"ix_roster_line_{name}_id", "roster_line", [f"{name}_id"])
        op.create_index(f"ix_roster_line_{name}", "roster_line", [name, "name_folded", "user_id"])
    op.create_index("ix_roster_line_name", "roster_line", ["name_folded", "user_id"])
    op.create_index("ix_roster_line_number", "roster_line", ["personnel_no", "user_id"])
    op.create_index("ix_roster_line_state", "roster_line", ["active", "has_password", "user_id"])
    op.create_table(
        "headcount",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place_id", number, nullable=False, autoincrement=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("change", number, nullable=False),
        sa.CheckConstraint("kind IN ('unit','site')", name="kind_known"),
        sa.PrimaryKeyConstraint("kind", "place_id", "day", name="pk_headcount"),
    )


def _standings(number: sa.types.TypeEngine[int]) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    table = "certificate_standing"
    op.create_table(
        table,
        sa.Column("certificate_id", number, nullable=False),
        sa.Column("user_id", number, nullable=False),
        sa.Column("issued_at", sa.String(32) if sqlite else sa.DateTime(timezone=True),
                  nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("held_days", number, nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=True),
        sa.CheckConstraint("ending IN ('none','superseded','revoked')", name="ending_known"),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"],
                                name=f"fk_{table}_certificate_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=f"fk_{table}_user_id"),
        sa.PrimaryKeyConstraint("certificate_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_user_id", table, ["user_id"])
    op.create_index(f"ix_{table}_held_days", table, ["held_days"])
    for name, column in (("issued", "issued_at"), ("until", "valid_until"),
                         ("name", "name_folded")):
        op.create_index(f"ix_{table}_{name}", table, [column, "certificate_id"])
        op.create_index(f"ix_{table}_ending_{name}", table, ["ending", column, "certificate_id"])


def _fill_standings() -> None:
    held = ("julianday(valid_until) - julianday(substr(issued_at, 1, 10))"
            if op.get_bind().dialect.name == "sqlite"
            else "valid_until - CAST(issued_at AT TIME ZONE 'UTC' AS DATE)")
    op.execute(f"""
        INSERT INTO certificate_standing (certificate_id, user_id, issued_at, valid_until,
          held_days, ending, name_folded)
        SELECT id, certificate.user_id, issued_at, valid_until, CAST({held} AS INTEGER),
          CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
               WHEN superseded_at IS NOT NULL THEN 'superseded' ELSE 'none' END, name_folded
        FROM certificate
        LEFT JOIN certificate_revocation r ON r.certificate_id = certificate.id
        LEFT JOIN certificate_supersession s ON s.certificate_id = certificate.id
        LEFT JOIN identity ON identity.user_id = certificate.user_id
    """)  # noqa: S608  nothing in it comes from outside


def _indexes() -> None:
    op.drop_index("ix_event_scope_id", "event")
    op.drop_index("ix_event_actor", "event")
    op.drop_index("ix_event_object", "event")
    for table, name, columns in (
        ("event", "occurred", ["occurred_at", "id"]),
        ("event", "scope_action", ["scope", "action"]),
        ("event", "action", ["action", "occurred_at", "id"]),
        ("event", "actor", ["actor_id", "occurred_at", "id"]),
        ("event", "object", ["object_type", "object_id", "occurred_at", "id"]),
        ("event", "request_id", ["request_id"]),
    ):
        op.create_index(f"ix_{table}_{name}", table, columns)
