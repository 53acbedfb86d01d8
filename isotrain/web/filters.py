"""Dates, distances and numbers as people read them, in their language."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from markupsafe import Markup

from isotrain import clock
from isotrain.i18n import (
    _,
    day_there,
    format_day,
    format_day_in_full,
    format_decimal,
    format_moment,
    format_percent,
    format_time,
    ngettext,
    reading_zone,
)
from isotrain.questions import sets
from isotrain.web.assets.icons import icon
from isotrain.zone_words import format_exactly, place

if TYPE_CHECKING:
    from flask import Flask

NOTHING = "–"


def day(value: date | datetime | str | None) -> str:
    """Show a day, e.g. "30 Nov 2026"; an instant counts in the reader's time zone.

    Frozen states keep days as text (2026-11-30), which is read first.
    """
    if isinstance(value, str) and value:
        value = date.fromisoformat(value)
    return format_day(value) if value else NOTHING


def moment(value: datetime | None) -> str:
    """Show an instant (UTC) to the minute in the reader's time zone."""
    return format_moment(value) if value else NOTHING


def exactly(value: datetime | None) -> str:
    """Show an instant that obliges or proves, with the reader's time zone beside it."""
    return format_exactly(value) if value else NOTHING


def time_of_day(value: datetime | None) -> str:
    """Show hours and minutes of an instant (UTC) in the reader's time zone."""
    return format_time(value) if value else NOTHING


def distance(value: date | datetime | None, today: date | None = None) -> str:
    """Say how far away a day is: "in 3 days", "yesterday"."""
    if value is None:
        return NOTHING
    days = _days_from(today, value)
    if days == 0:
        return _("today")
    if abs(days) == 1:
        return _("tomorrow") if days > 0 else _("yesterday")
    if days > 0:
        return ngettext("in %(num)s day", "in %(num)s days", days)
    return ngettext("%(num)s day ago", "%(num)s days ago", -days)


def due(value: date | datetime | None, today: date) -> str:
    """Say when something is due: "due in 3 days", "due today", "12 days overdue".

    `today` is the day where that is decided, whatever zone the reader reads in.
    """
    if value is None:
        return _("no due date")
    days = _days_from(today, value)
    if days < 0:
        return ngettext("%(num)s day overdue", "%(num)s days overdue", -days)
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    return ngettext("due in %(num)s day", "due in %(num)s days", days)


def percent(value: float | Fraction | str | None, digits: int = 0) -> str:
    """Show 0..100 as a percentage, rounded down so that nobody is shown a pass they missed."""
    if value is None:
        return NOTHING
    scale = 10**digits
    floor = int(Fraction(str(value)) * scale // 1)
    return format_percent(floor / scale)


def number(value: float | None) -> str:
    """Show a number with the separators of the reader's language."""
    return NOTHING if value is None else format_decimal(value)


def length(seconds: int | None) -> str:
    """Show a length of time given in seconds: "45 s", "12 min", "1 h 05 min"."""
    if seconds is None:
        return NOTHING
    if seconds < 60:
        return _("%(seconds)s s", seconds=seconds)
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return _("%(minutes)s min", minutes=minutes)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=f"{minutes:02d}")


def _days_from(today: date | None, value: date | datetime) -> int:
    return (day_there(value) - (today or day_there(clock.now()))).days


def asked_within(html: str, id_: str) -> Markup:
    """Name the fields of a question as they are called within its set."""
    return Markup(sets.asked_within(html, id_))  # noqa: S704  # what a template made


def edited_within(html: str, prefix: str) -> Markup:
    """Name all in a question's editor as it is called within that of its set."""
    return Markup(sets.edited_within(html, prefix))  # noqa: S704  # what a template made


FILTERS = {
    "day": day,
    "day_in_full": format_day_in_full,
    "moment": moment,
    "exactly": exactly,
    "time_of_day": time_of_day,
    "distance": distance,
    "due": due,
    "percent": percent,
    "number": number,
    "length_of_time": length,
    "asked_within": asked_within,
    "edited_within": edited_within,
}


def install(app: Flask) -> None:
    """Give the templates these filters, icon(), and where the times they show are from."""
    app.jinja_env.globals["now"] = clock.now
    app.jinja_env.globals["place_of_times"] = lambda: place(reading_zone())
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["icon"] = icon
