"""Shelves with books, and a trigger that keeps them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "shelf", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
    op.create_table(
        "book", sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", sa.Text),
        sa.Column("shelf_id", sa.Integer,
                  sa.ForeignKey("shelf.id", name="fk_book_shelf_id", ondelete="CASCADE")))
    op.create_index("ix_book_title", "book", ["title"])
    op.execute(sa.insert(sa.table("shelf", sa.column("id"), sa.column("name"))).values(
        [{"id": n, "name": f"shelf {n}"} for n in range(1, 4)]))
    op.execute(sa.insert(sa.table("book", sa.column("id"), sa.column("title"),
                                  sa.column("shelf_id"))).values(
        [{"id": n, "title": f"book {n}", "shelf_id": 1 + n % 3} for n in range(1, 31)]))
    for statement in keeping(op.get_bind().dialect.name):
        op.execute(statement)


def keeping(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return ["CREATE TRIGGER keep_shelf BEFORE DELETE ON shelf"
                " BEGIN SELECT RAISE(ABORT, 'kept'); END"]
    return ["CREATE OR REPLACE FUNCTION keep() RETURNS trigger AS $$ BEGIN"
            " RAISE EXCEPTION 'kept'; END $$ LANGUAGE plpgsql",
            "CREATE TRIGGER keep_shelf BEFORE DELETE ON shelf"
            " FOR EACH ROW EXECUTE FUNCTION keep()"]
