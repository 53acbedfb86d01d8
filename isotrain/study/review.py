"""Facts that are past their review: somebody was to look at them again, and the day is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db
from isotrain.standards.models import Edition
from isotrain.study.models import Fact, FactVersion, Library, LibraryMember

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class PastReview:
    """A fact with the day by which it was to be looked at again."""

    library: str
    code: str
    statement: str
    reference: str
    edition: str
    due_on: date


def list_past(on: date, *, member: int | None) -> list[PastReview]:
    """List the facts of the libraries somebody looks after, or of all, the longest past first."""
    query = _past(on, Library.title, Fact.code, FactVersion.statement, FactVersion.reference,
                  sa.func.coalesce(Edition.label, ""), FactVersion.review_due)
    if member is not None:
        own = sa.select(LibraryMember.library_id).where(LibraryMember.user_id == member)
        query = query.where(Library.id.in_(own))
    query = query.order_by(FactVersion.review_due, Library.title, Fact.code)
    return [PastReview(*row) for row in db.session.execute(query)]


def count_past(on: date) -> int:
    """Count the facts of all libraries that are past their review on a day."""
    return db.session.scalar(_past(on, sa.func.count())) or 0


def _past(on: date, *columns: Any) -> sa.Select[Any]:
    """Select of the facts that libraries hold now; on the day itself there is still time."""
    return (
        sa.select(*columns).select_from(Fact)
        .join(FactVersion, FactVersion.id == Fact.current_version_id)
        .join(Library, Library.id == Fact.library_id)
        .outerjoin(Edition, Edition.id == FactVersion.edition_id)
        .where(FactVersion.review_due < on)
    )
