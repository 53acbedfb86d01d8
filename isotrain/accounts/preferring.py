"""Which language and time zone a person has chosen, and what holds for whoever has chosen none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import zones
from isotrain.accounts.models import User
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import SOURCE, _, languages
from isotrain.settings import values
from isotrain.settings.definitions import LANGUAGE

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def house_language() -> str:
    """Return the organization's language; English where its catalogue is not here."""
    chosen = values.value_of(LANGUAGE)
    return chosen if chosen in languages() else SOURCE


def language_of(user_id: int) -> str:
    """Return the language in which a person is written to."""
    return usable(db.session.scalar(sa.select(User.language).where(User.id == user_id)))


def usable(chosen: str | None) -> str:
    """Return a chosen language; the organization's where there is none or no catalogue of it."""
    return chosen if chosen in languages() and chosen else house_language()


def prefer(user_id: int, language: str) -> None:
    """Remember which language a person has chosen."""
    check(language)
    db.session.execute(sa.update(User).where(User.id == user_id).values(language=language))


def adopt(user_id: int, language: str | None) -> None:
    """Take over what was chosen before signing in, by somebody who never chose before."""
    if language in languages():
        db.session.execute(sa.update(User).where(User.id == user_id, User.language.is_(None))
                           .values(language=language))


def check(language: str) -> None:
    """Refuse a language that is not here."""
    if language not in languages():
        raise Refusal(_("Choose one of the listed languages"), "language")


def prefer_zone(user_id: int, name: str) -> None:
    """Remember in which time zone a person reads; "" for the browser's."""
    if name and zones.find(name) is None:
        raise Refusal(_("Choose one of the listed time zones"), "time_zone")
    db.session.execute(sa.update(User).where(User.id == user_id)
                       .values(time_zone=zones.spelt(name)))


def find_zone(user_id: int) -> ZoneInfo | None:
    """Return the time zone a person has chosen."""
    return zones.find(db.session.scalar(sa.select(User.time_zone).where(User.id == user_id)))
