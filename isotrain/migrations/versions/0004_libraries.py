"""Libraries hold modules, facts, terms and banks; a course version pins what it showed.

Every course gets a library of the same slug, which takes over what was the course's. Terms get their
first version. Who looks after a bank that a published blueprint draws from, and who published it,
becomes a member of course and library; nobody else does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from alembic import op

from isotrain import clock
from isotrain.db import BigId as Id
from isotrain.db import Instant
from isotrain.exams.pools import Pool
from isotrain.ledger.hashing import hash_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FROZEN = ("term_version", "course_module", "course_fact", "course_term")


def _table(name: str, **columns: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(key, type_) for key, type_ in columns.items()))


course = _table("course", id=Id, slug=sa.Text, library_id=Id, current_version_id=Id,
                created_at=Instant)
course_version = _table("course_version", id=Id, course_id=Id, title=sa.Text, language=sa.Text,
                        topics=sa.JSON)
library = _table("library", id=Id, slug=sa.Text, title=sa.Text, language=sa.Text, topics=sa.JSON,
                 created_at=Instant)
term = _table("term", id=Id, library_id=Id, code=sa.Text, term=sa.Text, also=sa.JSON,
              definition=sa.Text, facts=sa.JSON, current_version_id=Id)
term_version = _table("term_version", id=Id, term_id=Id, term=sa.Text, also=sa.JSON,
                      definition=sa.Text, facts=sa.JSON, content_hash=sa.Text, created_at=Instant)
bank = _table("bank", id=Id, slug=sa.Text, library_id=Id, current_pool_id=Id)
pool_snapshot = _table("pool_snapshot", id=Id, hash=sa.Text, bank_id=Id, size=Id, pool=sa.JSON,
                       created_at=Instant)
bank_member = _table("bank_member", bank_id=Id, user_id=Id)
quiz = _table("quiz", id=Id, course_id=Id, kind=sa.Text, published_version_id=Id,
              retired_at=Instant, created_at=Instant)
question = _table("question", bank_id=Id, approved_version_id=Id)
question_version = _table("question_version", id=Id, module=sa.Text, facts=sa.JSON)
quiz_version = _table("quiz_version", id=Id, cells=sa.JSON, published_by=Id)
course_member = _table("course_member", course_id=Id, user_id=Id)
library_member = _table("library_member", library_id=Id, user_id=Id)


def upgrade() -> None:
    _make_libraries()
    _move("module", ("code", "slug"))
    _move("fact", ("code",))
    _version_terms()
    _move("term", ("code",), drops=("term", "also", "definition", "facts"))
    _move_banks()
    _follow_modules()
    _pin()
    _say_modules_in_pools()
    _keep_one_exam()
    _make_members()
    for name in FROZEN:
        op.execute(_trigger(name))


def _make_libraries() -> None:
    """Make one library for each course, with the title, language and topics it has now."""
    op.create_table(
        "library",
        sa.Column("id", Id, primary_key=True), sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False), sa.UniqueConstraint("slug"))
    op.create_table(
        "library_member",
        sa.Column("library_id", Id, sa.ForeignKey("library.id"), primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("user.id"), primary_key=True))
    connection = op.get_bind()
    query = sa.select(course.c.slug, course.c.created_at, course_version.c.title,
                      course_version.c.language, course_version.c.topics).select_from(
        course.outerjoin(course_version, course_version.c.id == course.c.current_version_id))
    for row in connection.execute(query.order_by(course.c.id)).all():
        connection.execute(sa.insert(library).values(
            slug=row.slug, title=row.title or row.slug, language=row.language or "en",
            topics=row.topics or [], created_at=row.created_at))
    op.add_column("course", sa.Column("library_id", Id))
    op.execute("UPDATE course SET library_id ="
               " (SELECT library.id FROM library WHERE library.slug = course.slug)")
    with op.batch_alter_table("course") as batch:
        batch.alter_column("library_id", existing_type=Id, nullable=False)
        batch.create_foreign_key("fk_course_library_id", "library", ["library_id"], ["id"])
    op.create_index("ix_course_library_id", "course", ["library_id"])


def _move(name: str, unique: tuple[str, ...], drops: tuple[str, ...] = ()) -> None:
    """Let the rows of a table belong to the library of their course."""
    _fill_library(name)
    with op.batch_alter_table(name) as batch:
        for column in unique:
            batch.drop_constraint(f"uq_{name}_course_id_{column}", type_="unique")
        batch.drop_constraint(f"fk_{name}_course_id", type_="foreignkey")
        for column in ("course_id", *drops):
            batch.drop_column(column)
        batch.alter_column("library_id", existing_type=Id, nullable=False)
        batch.create_foreign_key(f"fk_{name}_library_id", "library", ["library_id"], ["id"])
        for column in unique:
            batch.create_unique_constraint(f"uq_{name}_library_id_{column}",
                                           ["library_id", column])
        if name == "term":
            batch.create_foreign_key("fk_term_current_version_id", "term_version",
                                     ["current_version_id"], ["id"])


def _fill_library(name: str) -> None:
    op.add_column(name, sa.Column("library_id", Id))
    op.execute(f"UPDATE {name} SET library_id ="
               f" (SELECT course.library_id FROM course WHERE course.id = {name}.course_id)")


def _move_banks() -> None:
    _fill_library("bank")
    op.drop_index("ix_bank_course_id", "bank")
    with op.batch_alter_table("bank") as batch:
        batch.drop_constraint("fk_bank_course_id", type_="foreignkey")
        batch.drop_column("course_id")
        batch.create_foreign_key("fk_bank_library_id", "library", ["library_id"], ["id"])
    op.create_index("ix_bank_library_id", "bank", ["library_id"])


def _version_terms() -> None:
    """Give every term the version that it says now."""
    op.create_table(
        "term_version",
        sa.Column("id", Id, primary_key=True),
        sa.Column("term_id", Id, sa.ForeignKey("term.id"), nullable=False),
        sa.Column("term", sa.Text(), nullable=False), sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.UniqueConstraint("term_id", "content_hash"))
    op.add_column("term", sa.Column("current_version_id", Id))
    connection = op.get_bind()
    query = sa.select(term.c.id, term.c.code, term.c.term, term.c.also, term.c.definition,
                      term.c.facts, course.c.created_at).select_from(
        term.join(course, sa.text("course.id = term.course_id"))).order_by(term.c.id)
    for row in connection.execute(query).all():
        said = {"term": row.term, "also": row.also, "definition": row.definition,
                "facts": row.facts}
        connection.execute(sa.insert(term_version).values(
            term_id=row.id, content_hash=hash_of({"id": row.code, **said}),
            created_at=row.created_at, **said))
    op.execute("UPDATE term SET current_version_id = (SELECT term_version.id FROM term_version"
               " WHERE term_version.term_id = term.id)")


def _follow_modules() -> None:
    """Point each module at the version that the current version of its course lists."""
    op.add_column("module", sa.Column("current_version_id", Id))
    op.execute("UPDATE module SET current_version_id = (SELECT module_version.id"
               " FROM module_version JOIN course_module"
               " ON course_module.module_version_id = module_version.id"
               " JOIN course ON course.current_version_id = course_module.course_version_id"
               " WHERE module_version.module_id = module.id)")
    with op.batch_alter_table("module") as batch:
        batch.create_foreign_key("fk_module_current_version_id", "module_version",
                                 ["current_version_id"], ["id"])


def _pin() -> None:
    """Pin facts and terms to every course version.

    The current version shows the current facts. An older one showed of each fact the newest version
    that was there when it was made; that is all that can be told of it.
    """
    for kind in ("fact", "term"):
        op.create_table(
            f"course_{kind}",
            sa.Column("course_version_id", Id, sa.ForeignKey("course_version.id"),
                      primary_key=True),
            sa.Column(f"{kind}_version_id", Id, sa.ForeignKey(f"{kind}_version.id"),
                      primary_key=True))
    op.execute("INSERT INTO course_fact SELECT course.current_version_id, fact.current_version_id"
               " FROM course JOIN fact ON fact.library_id = course.library_id"
               " WHERE course.current_version_id IS NOT NULL"
               " AND fact.current_version_id IS NOT NULL")
    newest = ("SELECT MAX(newest.id) FROM fact_version newest WHERE newest.fact_id = fact.id"
              " AND newest.created_at <= course_version.created_at")
    op.execute(f"INSERT INTO course_fact SELECT course_version.id, ({newest})"  # noqa: S608
               " FROM course_version JOIN course ON course.id = course_version.course_id"
               " JOIN fact ON fact.library_id = course.library_id"
               " WHERE COALESCE(course.current_version_id, 0) <> course_version.id"
               f" AND ({newest}) IS NOT NULL")
    op.execute("INSERT INTO course_term SELECT course_version.id, term.current_version_id"
               " FROM course_version JOIN course ON course.id = course_version.course_id"
               " JOIN term ON term.library_id = course.library_id")


def _say_modules_in_pools() -> None:
    """Write the present pools in the second way, which says of each question its module."""
    connection = op.get_bind()
    for row in connection.execute(
            sa.select(bank.c.id, bank.c.library_id, pool_snapshot.c.pool)
            .join(pool_snapshot, pool_snapshot.c.id == bank.c.current_pool_id)
            .order_by(bank.c.id)).all():
        homes = _homes(row.library_id)
        modules = {version.id: version.module or next(map(homes.get, version.facts[:1]), None)
                   for version in connection.execute(
                       sa.select(question_version).join(
                           question, question.c.approved_version_id == question_version.c.id)
                       .where(question.c.bank_id == row.id))}
        first = Pool.from_data(row.pool)
        second = Pool.of({place: [replace(entry, module=modules.get(entry.version) or "")
                                  for entry in entries]
                          for place, entries in first.cells.items()})
        known = sa.select(pool_snapshot.c.id).where(pool_snapshot.c.hash == second.hash)
        if connection.scalar(known) is None:
            connection.execute(sa.insert(pool_snapshot).values(
                hash=second.hash, bank_id=row.id, pool=second.to_data(),
                size=sum(map(len, second.cells.values())), created_at=clock.now()))
        connection.execute(sa.update(bank).where(bank.c.id == row.id)
                           .values(current_pool_id=connection.scalar(known)))


def _homes(library_id: int | None) -> dict[str, str]:
    """Return for each fact of a library the module that explains it."""
    query = sa.text("SELECT fact.code, fact_version.module_code FROM fact JOIN fact_version"
                    " ON fact_version.id = fact.current_version_id"
                    " WHERE fact.library_id = :library")
    return {code: module for code, module in op.get_bind().execute(query, {"library": library_id})}


def _keep_one_exam() -> None:
    """Retire every exam of a course but the one that learners are offered."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(quiz.c.id, quiz.c.course_id, quiz.c.created_at)
        .where(quiz.c.kind == "exam", quiz.c.retired_at.is_(None))
        .order_by(quiz.c.published_version_id.is_(None), quiz.c.id)).all()
    kept: set[int] = set()
    for row in rows:
        if row.course_id in kept:
            connection.execute(sa.update(quiz).where(quiz.c.id == row.id)
                               .values(retired_at=row.created_at))
        kept.add(row.course_id)
    in_use = sa.text("kind = 'exam' AND retired_at IS NULL")
    op.create_index("uq_quiz_exam", "quiz", ["course_id"], unique=True, sqlite_where=in_use,
                    postgresql_where=in_use)


def _make_members() -> None:
    """Make those members who belong to a bank that a published blueprint names, or published it."""
    connection = op.get_bind()
    keepers: dict[str, set[int]] = {}
    for slug, user_id in connection.execute(sa.select(bank.c.slug, bank_member.c.user_id).join(
            bank_member, bank_member.c.bank_id == bank.c.id)):
        keepers.setdefault(slug, set()).add(user_id)
    known = {(row.course_id, row.user_id) for row in connection.execute(sa.select(course_member))}
    found = set(known)
    for course_id, cells, published_by in connection.execute(
            sa.select(quiz.c.course_id, quiz_version.c.cells, quiz_version.c.published_by)
            .join(quiz_version, quiz_version.c.id == quiz.c.published_version_id)
            .where(quiz.c.retired_at.is_(None))):
        users = set().union(*(keepers.get(cell["bank"], set()) for cell in cells))
        found |= {(course_id, user_id) for user_id in {*users, published_by} - {None}}
    for course_id, user_id in sorted(found - known):
        connection.execute(sa.insert(course_member).values(course_id=course_id, user_id=user_id))
    op.execute("INSERT INTO library_member (library_id, user_id)"
               " SELECT course.library_id, course_member.user_id"
               " FROM course_member JOIN course ON course.id = course_member.course_id")


def _trigger(name: str) -> str:
    if op.get_bind().dialect.name == "sqlite":
        return (f"CREATE TRIGGER freeze_{name} BEFORE UPDATE ON {name}"
                f" BEGIN SELECT RAISE(ABORT, '{name} rows are frozen'); END")
    return (f"CREATE TRIGGER freeze_{name} BEFORE UPDATE ON {name}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()")
