"""Editions carry days, from which their state is computed; those that were shipped get theirs."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from isotrain import clock

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAYS = ("published_on", "withdrawn_on", "bodies_ready_by", "new_certificates_until",
        "certificates_until", "confirmed_on")
# To these nobody is certified; other standards of before were all for certification.
GUIDANCE = ("iso-9000", "iso-17000", "iso-17021-1")
# The days of the editions that were shipped, in the order of DAYS, looked up on CONFIRMED.
CONFIRMED = "2026-11-27"
KNOWN = {
    "iso-9001-2008": ("2008-11-15", "2015-09-15", None, "2017-09-15", "2018-09-15"),
    "iso-9001-2015": ("2015-09-15", "2026-09-16", "2027-09-30", "2028-03-31", "2029-09-30"),
    "iso-9001-2026": ("2026-09-16", None, None, None, None),
    "iso-14001-2015": ("2015-09-15", "2026-04-15", None, "2027-10-31", "2029-04-30"),
    "iso-14001-2026": ("2026-04-15", None, None, None, None),
    "iso-45001-2018": ("2018-03-12", None, None, None, None),
    "iso-27001-2013": ("2013-10-01", "2022-10-25", None, "2024-04-30", "2025-10-31"),
    "iso-27001-2022": ("2022-10-25", None, None, None, None),
    "iso-9000-2015": ("2015-09-15", "2026-05-27", None, None, None),
    "iso-9000-2026": ("2026-05-27", None, None, None, None),
    "iso-17000-2020": ("2020-12-18", None, None, None, None),
    "iso-17021-1-2015": ("2015-06-15", None, None, None, None),
}
REPLACED = {"iso-9001-2015": "iso-9001-2008", "iso-9001-2026": "iso-9001-2015",
            "iso-14001-2026": "iso-14001-2015", "iso-27001-2022": "iso-27001-2013",
            "iso-9000-2026": "iso-9000-2015"}

standard = sa.table("standard", sa.column("code", sa.Text), sa.column("certifiable", sa.Boolean))
edition = sa.table(
    "edition", sa.column("id", BigId), sa.column("code", sa.Text), sa.column("label", sa.Text),
    sa.column("status", sa.Text), sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date), sa.column("replaces_id", BigId),
    *(sa.column(name, sa.Date) for name in DAYS))


def upgrade() -> None:
    _add_columns()
    _keep_what_was_typed()
    _publish_the_draft()
    _fill_known()
    with op.batch_alter_table("standard") as batch:
        batch.alter_column("certifiable", existing_type=sa.Boolean(), nullable=False)
    with op.batch_alter_table("edition") as batch:
        batch.drop_constraint(op.f("ck_edition_status_known"), type_="check")
        for name in ("status", "valid_from", "valid_to"):
            batch.drop_column(name)
        batch.create_foreign_key("fk_edition_replaces_id", "edition", ["replaces_id"], ["id"])


def _add_columns() -> None:
    op.add_column("standard", sa.Column("certifiable", sa.Boolean()))
    op.add_column("edition", sa.Column("replaces_id", BigId))
    for name in DAYS:
        op.add_column("edition", sa.Column(name, sa.Date()))
    op.create_table(
        "edition_alias",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("edition_id", BigId, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_edition_alias"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"],
                                name="fk_edition_alias_edition_id"))
    op.create_index("ix_edition_alias_edition_id", "edition_alias", ["edition_id"])


def _keep_what_was_typed() -> None:
    """Take over the days that were given; where a word stood alone, it was true by today."""
    today = clock.now().date()
    e = edition.c
    op.execute(standard.update().values(certifiable=standard.c.code.not_in(GUIDANCE)))
    op.execute(edition.update().where(e.status != "draft").values(
        published_on=sa.func.coalesce(e.valid_from, e.valid_to, today)))
    op.execute(edition.update().where(e.status == "withdrawn").values(
        withdrawn_on=sa.func.coalesce(e.valid_to, today)))


def _publish_the_draft() -> None:
    """The sixth edition of ISO 9001 was a draft when it was described, and has come out since."""
    other = edition.alias("other")
    there = sa.exists().where(other.c.code == "iso-9001-2026")
    op.execute(edition.update().where(edition.c.code == "iso-9001-next", ~there).values(
        code="iso-9001-2026", label="ISO 9001:2026"))


def _fill_known() -> None:
    connection = op.get_bind()
    ids = dict(connection.execute(sa.select(edition.c.code, edition.c.id)).all())
    for code in ids.keys() & KNOWN.keys():
        days = (*KNOWN[code], CONFIRMED)
        values = {name: datetime.fromisoformat(day).date() if day else None
                  for name, day in zip(DAYS, days, strict=True)}
        connection.execute(edition.update().where(edition.c.id == ids[code]).values(
            replaces_id=ids.get(REPLACED.get(code, "")), **values))
