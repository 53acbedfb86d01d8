"""Every kind of change at once: a new table, a rebuilt one, moved content, an index, a trigger."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.create_table(
        "room", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, unique=True))
    op.execute("INSERT INTO room (id, name) SELECT id, name FROM shelf")
    with op.batch_alter_table("shelf") as shelf:
        shelf.add_column(sa.Column("room_id", sa.Integer))
        shelf.alter_column("name", nullable=False, existing_type=sa.Text)
        shelf.create_foreign_key("fk_shelf_room_id", "room", ["room_id"], ["id"])
    op.execute("UPDATE shelf SET room_id = id")
    op.create_index("ix_shelf_room_id", "shelf", ["room_id"])
    op.drop_index("ix_book_title", "book")
    if dialect == "sqlite":  # rebuilding a table drops its triggers
        op.execute("CREATE TRIGGER keep_shelf BEFORE DELETE ON shelf"
                   " BEGIN SELECT RAISE(ABORT, 'kept'); END")
    op.execute("UPDATE book SET title = title || '.'")
