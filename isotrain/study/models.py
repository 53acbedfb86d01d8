"""Study content. Versions are immutable: what a learner read can be shown again.

Modules, facts, terms and banks belong to a library; a course lists modules of one library, and each
version of it pins the versions of modules, facts and terms that it showed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base

OWNER, MEMBER = "owner", "member"


class Membership:
    """What is known of one membership, of whatever: a thing has one owner at most.

    Without `since` and `added_by` it is from a time that did not note them.
    """

    role: Mapped[str] = mapped_column(default=MEMBER)
    since: Mapped[datetime | None]
    added_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


def one_owner(kind: str) -> tuple[sa.CheckConstraint, sa.Index]:
    """Return what the table of a kind's members holds up: known roles, at most one owner."""
    owner = sa.text("role = 'owner'")
    return (sa.CheckConstraint("role IN ('owner','member')", name="role_known"),
            sa.Index(f"uq_{kind}_member_owner", f"{kind}_id", unique=True, sqlite_where=owner,
                     postgresql_where=owner))


class Library(Base):
    """What modules, facts, terms and banks live in; `topics` are those that they may name."""

    __tablename__ = "library"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    language: Mapped[str]
    topics: Mapped[list[Any]]
    created_at: Mapped[datetime]


class LibraryMember(Membership, Base):
    """A trainer who looks after a library."""

    __tablename__ = "library_member"
    __table_args__ = one_owner("library")

    library_id: Mapped[int] = mapped_column(sa.ForeignKey("library.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)


class Course(Base):
    """Modules of a library in order plus one exam; the current version is what learners see."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("library.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    current_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("course_version.id", use_alter=True)
    )
    certificate_months: Mapped[int] = mapped_column(default=24)
    created_at: Mapped[datetime]


class CourseMember(Membership, Base):
    """A trainer who looks after a course."""

    __tablename__ = "course_member"
    __table_args__ = one_owner("course")

    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)


class CourseVersion(Base):
    """One immutable state of a course: its title, topics and editions, and what it pins."""

    __tablename__ = "course_version"
    __table_args__ = (sa.UniqueConstraint("course_id", "number"),
                      sa.UniqueConstraint("course_id", "content_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    number: Mapped[int]
    label: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    language: Mapped[str]
    topics: Mapped[list[Any]]
    editions: Mapped[list[Any]]
    content_hash: Mapped[str]
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    second_approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    approved_by_name: Mapped[str | None]


class Module(Base):
    """A study page; its code (M1) and slug stay the same over all versions."""

    __tablename__ = "module"
    __table_args__ = (sa.UniqueConstraint("library_id", "code"),
                      sa.UniqueConstraint("library_id", "slug"))

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("library.id"))
    code: Mapped[str]
    slug: Mapped[str]
    current_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("module_version.id", use_alter=True)
    )


class ModuleVersion(Base):
    """One immutable text of a module.

    `content` holds goal, terms, facts, often_said, review, related and the body in Markdown, as
    the schema of question_banks/README.md names them.
    """

    __tablename__ = "module_version"
    __table_args__ = (sa.UniqueConstraint("module_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"))
    number: Mapped[int]
    title: Mapped[str]
    minutes: Mapped[int]
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    created_at: Mapped[datetime]


class ModulePicture(Base):
    """That a version of a module shows a picture; it keeps the picture by that."""

    __tablename__ = "module_picture"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("module_version.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(
        sa.ForeignKey("picture.sha256"), primary_key=True, index=True
    )


class CourseModule(Base):
    """The place of a module version in a course version."""

    __tablename__ = "course_module"
    __table_args__ = (sa.UniqueConstraint("course_version_id", "position"),)

    course_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course_version.id"), primary_key=True
    )
    module_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("module_version.id"), primary_key=True
    )
    position: Mapped[int]


class Fact(Base):
    """One short checkable statement with an address of its own."""

    __tablename__ = "fact"
    __table_args__ = (sa.UniqueConstraint("library_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("library.id"))
    code: Mapped[str]
    current_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("fact_version.id", use_alter=True)
    )


class FactVersion(Base):
    """One immutable wording of a fact, tied to edition and clause."""

    __tablename__ = "fact_version"
    __table_args__ = (sa.UniqueConstraint("fact_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(sa.ForeignKey("fact.id"))
    statement: Mapped[str]
    topic: Mapped[str]
    edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("edition.id"))
    clause: Mapped[str]
    reference: Mapped[str]
    difficulty: Mapped[int]
    review_due: Mapped[date | None]
    module_code: Mapped[str | None]
    paragraph: Mapped[str | None]
    content_hash: Mapped[str]
    created_at: Mapped[datetime]


class CourseFact(Base):
    """That a course version showed a version of a fact."""

    __tablename__ = "course_fact"

    course_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course_version.id"), primary_key=True
    )
    fact_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("fact_version.id"), primary_key=True
    )


class Term(Base):
    """A glossary entry; its code stays the same over all versions."""

    __tablename__ = "term"
    __table_args__ = (sa.UniqueConstraint("library_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("library.id"))
    code: Mapped[str]
    current_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("term_version.id", use_alter=True)
    )


class TermVersion(Base):
    """One immutable wording of a glossary entry."""

    __tablename__ = "term_version"
    __table_args__ = (sa.UniqueConstraint("term_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"))
    term: Mapped[str]
    also: Mapped[list[Any]]
    definition: Mapped[str]
    facts: Mapped[list[Any]]
    content_hash: Mapped[str]
    created_at: Mapped[datetime]


class CourseTerm(Base):
    """That a course version showed a version of a glossary entry."""

    __tablename__ = "course_term"

    course_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course_version.id"), primary_key=True
    )
    term_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("term_version.id"), primary_key=True
    )


class Reading(Base):
    """How far one person has read a module; it counts in every course that lists the module."""

    __tablename__ = "reading"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), primary_key=True)
    first_opened_at: Mapped[datetime]
    last_opened_at: Mapped[datetime]
    paragraph: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    finished_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module_version.id"))


class SelfRating(Base):
    """How well one person says they answered a review question."""

    __tablename__ = "self_rating"
    __table_args__ = (
        sa.CheckConstraint("rating IN ('knew','partly','not_yet')", name="rating_known"),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    rating: Mapped[str]
    rated_at: Mapped[datetime]
