"""Seats: the one browser in which an exam is being sat, should its person have several open.

Every answer of its person is saved, wherever it comes from; the seat only decides which browser
shows the questions, so that nobody answers one exam in two places without knowing it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Session
from isotrain.db import db
from isotrain.settings import values
from isotrain.settings.definitions import SESSION_IDLE

if TYPE_CHECKING:
    from isotrain.accounts.signing_in import SignedIn


class Seat(NamedTuple):
    """Where else an exam is being sat: what that browser says it is, and when it was last seen."""

    browser: str
    seen_at: datetime


def take(attempt_id: int, by: SignedIn) -> None:
    """Sit an exam in this session from now on, and in no other of this person."""
    here = Session.id == by.session_id
    db.session.execute(
        sa.update(Session)
        .where(Session.user_id == by.id, sa.or_(here, Session.sitting == attempt_id))
        .values(sitting=sa.case((here, attempt_id), else_=None)))


def find_other(attempt_id: int, by: SignedIn) -> Seat | None:
    """Return where else this person sits an exam right now; None where it is sat here or nowhere.

    A browser that was not seen for as long as a session may rest holds no seat.
    """
    if by.sitting == attempt_id:
        return None
    query = sa.select(Session.browser, Session.last_seen_at).where(
        Session.user_id == by.id, Session.sitting == attempt_id, Session.ended_at.is_(None),
        Session.id != by.session_id,
        Session.last_seen_at >= clock.now() - values.value_of(SESSION_IDLE))
    row = db.session.execute(query.order_by(Session.last_seen_at.desc())).first()
    return None if row is None else Seat(*row)
