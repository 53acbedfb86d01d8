"""Remembering where a reader left off, what is done, and how they rated themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.db import db, upsert
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.study.models import Reading, SelfRating

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isotrain.study.content import ModuleView
    from isotrain.study.page import Page

RATINGS = ("knew", "partly", "not_yet")
REOPENED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Progress:
    """How far one reader is in one module."""

    opened_at: datetime | None = None
    paragraph: str | None = None
    finished_at: datetime | None = None
    finished_version_id: int | None = None

    @property
    def state(self) -> str:
        if self.finished_at:
            return "completed"
        return "in_progress" if self.opened_at else "not_started"


# Built once: building a statement costs more than sending it.
_READ = sa.select(Reading.module_id, Reading.last_opened_at, Reading.paragraph,
                  Reading.finished_at, Reading.finished_version_id).where(
    Reading.user_id == sa.bindparam("user"),
    Reading.module_id.in_(sa.bindparam("modules", expanding=True)))
_RATED = sa.select(SelfRating.question, SelfRating.rating).where(
    SelfRating.user_id == sa.bindparam("user"), SelfRating.module_id == sa.bindparam("module"))


def progress_of(user_id: int, module_ids: Iterable[int]) -> dict[int, Progress]:
    """Return a reader's progress by module id; modules never opened are left out."""
    rows = db.session.execute(_READ, {"user": user_id, "modules": list(module_ids)})
    return {row.module_id: Progress(*row[1:]) for row in rows}


def worth_noting(progress: Progress) -> bool:
    """Say whether opening a module now should be written down; not at every reload."""
    return progress.opened_at is None or clock.now() - progress.opened_at > REOPENED_AFTER


def opened(user_id: int, module_id: int) -> None:
    """Note that a reader opened a module."""
    _keep(user_id, module_id)


def left_off(user_id: int, page: Page, paragraph: str) -> None:
    """Remember the section a reader has reached."""
    if paragraph not in {section.anchor for section in page.sections}:
        raise Refusal(_("This section does not exist."))
    _keep(user_id, page.module.id, paragraph=paragraph)


def finished(user_id: int, module: ModuleView) -> None:
    """Note that a reader is done with a module."""
    _keep(user_id, module.id, finished_at=clock.now(), finished_version_id=module.version_id)


def _keep(user_id: int, module_id: int, **values: object) -> None:
    now = clock.now()
    insert = upsert(Reading.__table__).values(
        user_id=user_id, module_id=module_id, first_opened_at=now, last_opened_at=now, **values
    )
    db.session.execute(insert.on_conflict_do_update(
        index_elements=["user_id", "module_id"], set_={"last_opened_at": now, **values}
    ))


def ratings_of(user_id: int, module_id: int) -> dict[str, str]:
    """Return a reader's own ratings of a module's review questions."""
    rows = db.session.execute(_RATED, {"user": user_id, "module": module_id})
    return {row.question: row.rating for row in rows}


def rate(user_id: int, page: Page, *, question: str, rating: str) -> None:
    """Remember how well a reader knew the answer to a review question."""
    if question not in {review["id"] for review in page.review} or rating not in RATINGS:
        raise Refusal(_("Choose one of the three ratings."))
    values = {"rating": rating, "rated_at": clock.now()}
    insert = upsert(SelfRating.__table__).values(
        user_id=user_id, module_id=page.module.id, question=question, **values
    )
    db.session.execute(insert.on_conflict_do_update(
        index_elements=["user_id", "module_id", "question"], set_=values
    ))
