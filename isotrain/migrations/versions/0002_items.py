"""Rows for what was asked and what it earned, and the name of the rule that marks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("attempt_item", "attempt_mark")

# The lists are taken apart by the database, row by row, whatever their number.
ITEMS = {
    "sqlite": """
        INSERT INTO attempt_item (attempt_id, position, question_version_id, arrangement, cell)
        SELECT form.attempt_id, item.key + 1, json_extract(item.value, '$[0]'),
               json_extract(item.value, '$[1]'),
               json_extract(form.cells, '$[' || item.key || ']')
        FROM form JOIN json_each(form.items) AS item
    """,
    "postgresql": """
        INSERT INTO attempt_item (attempt_id, position, question_version_id, arrangement, cell)
        SELECT form.attempt_id, item.place, (item.value ->> 0)::bigint, item.value -> 1,
               (form.cells ->> (item.place - 1)::int)::bigint
        FROM form CROSS JOIN LATERAL
             json_array_elements(form.items) WITH ORDINALITY AS item (value, place)
    """,
}
MARKS = {
    "sqlite": """
        INSERT INTO attempt_mark (attempt_id, position, share, topic)
        SELECT result.attempt_id, mark.key + 1, mark.value, COALESCE(version.topic, '')
        FROM result JOIN json_each(result.shares) AS mark
        JOIN attempt_item AS item
          ON item.attempt_id = result.attempt_id AND item.position = mark.key + 1
        JOIN question_version AS version ON version.id = item.question_version_id
    """,
    "postgresql": """
        INSERT INTO attempt_mark (attempt_id, position, share, topic)
        SELECT result.attempt_id, mark.place, mark.value, COALESCE(version.topic, '')
        FROM result CROSS JOIN LATERAL
             json_array_elements_text(result.shares) WITH ORDINALITY AS mark (value, place)
        JOIN attempt_item AS item
          ON item.attempt_id = result.attempt_id AND item.position = mark.place
        JOIN question_version AS version ON version.id = item.question_version_id
    """,
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _make_tables()
    op.execute(_text(ITEMS[dialect]))
    op.execute(_text(MARKS[dialect]))
    op.create_index("ix_attempt_item_question_version_id", "attempt_item",
                    ["question_version_id"])
    for table in ("quiz_version", "form"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN marking TEXT NOT NULL DEFAULT 'shares-1'")
    for table, columns in (("form", ("items", "cells")), ("result", ("shares", "by_topic"))):
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for statement in _triggers(dialect):
        op.execute(statement)


def _text(statement: str) -> sa.TextClause:
    return sa.text(statement.replace("::", r"\:\:"))


def _make_tables() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "attempt_item",
        sa.Column("attempt_id", big, nullable=False, autoincrement=False),
        sa.Column("position", big, nullable=False, autoincrement=False),
        sa.Column("question_version_id", big, nullable=False),
        sa.Column("arrangement", sa.JSON(), nullable=False),
        sa.Column("cell", big, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "position", name="pk_attempt_item"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"],
                                name="fk_attempt_item_attempt_id"),
        sa.ForeignKeyConstraint(["question_version_id"], ["question_version.id"],
                                name="fk_attempt_item_question_version_id"),
    )
    op.create_table(
        "attempt_mark",
        sa.Column("attempt_id", big, nullable=False, autoincrement=False),
        sa.Column("position", big, nullable=False, autoincrement=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "position", name="pk_attempt_mark"),
        sa.ForeignKeyConstraint(["attempt_id", "position"],
                                ["attempt_item.attempt_id", "attempt_item.position"],
                                name="fk_attempt_mark_attempt_id_position"),
    )


def _triggers(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name}_{table} BEFORE {act} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} rows are {words}'); END"
            for table in TABLES
            for name, act, words in (("freeze", "UPDATE", "frozen"), ("keep", "DELETE", "kept"))
        ]
    return [
        f"CREATE TRIGGER {name}_{table} BEFORE {act} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in TABLES for name, act in (("freeze", "UPDATE"), ("keep", "DELETE"))
    ]
