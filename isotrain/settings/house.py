"""The organization's days: where its midnight is, and which day it is there.

What people are asked by a day is decided by the day where they are (`people/days.py`); everything
that is nobody's in particular goes by the organization's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain import clock, zones
from isotrain.settings import values
from isotrain.settings.definitions import TIME_ZONE

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo


def zone() -> ZoneInfo:
    """Return the organization's time zone; UTC where the one it chose is known no more."""
    return zones.find(values.value_of(TIME_ZONE)) or zones.universal()


def today() -> date:
    """Return the organization's present day."""
    return day_of(clock.now())


def day_of(instant: datetime) -> date:
    """Return the organization's day of an instant."""
    return zones.day(instant, zone())
