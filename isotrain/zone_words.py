"""What time zones are called, in the reader's language: "Berlin (UTC+1)", "EST", "UTC+5:30"."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from babel import dates

from isotrain import clock, zones
from isotrain.i18n import _, current_locale, format_moment, reading_zone, say, sort_key
from isotrain.text import N_

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# What stands before the stroke in the names of zones.
PARTS = {
    "Africa": N_("Africa"), "America": N_("America"), "Antarctica": N_("Antarctica"),
    "Arctic": N_("Arctic"), "Asia": N_("Asia"), "Atlantic": N_("Atlantic"),
    "Australia": N_("Australia"), "Europe": N_("Europe"), "Indian": N_("Indian Ocean"),
    "Pacific": N_("Pacific"), zones.UNIVERSAL: N_("Everywhere"),
}


def format_exactly(instant: datetime) -> str:
    """Show an instant that obliges or proves, with its zone: "30 Nov 2026, 14:30 UTC+1"."""
    return _("%(moment)s %(zone)s", moment=format_moment(instant), zone=short_name(instant))


def short_name(instant: datetime) -> str:
    """Return what the reader's zone is called at an instant: "EST", or "UTC+1" without a name."""
    there = instant.astimezone(reading_zone())
    name = dates.get_timezone_name(there, width="short", locale=current_locale())
    return name if name.isalpha() else offset(there)


def offset(there: datetime) -> str:
    """Return how far a zone is from UTC at an instant that was put into it: "UTC+5:30"."""
    ahead = there.utcoffset() or timedelta()
    hours, minutes = divmod(abs(ahead) // timedelta(minutes=1), 60)
    sign = "" if not ahead else "+" if ahead > timedelta() else "\N{MINUS SIGN}"
    return zones.UNIVERSAL + (f"{sign}{hours}" if sign else "") + (f":{minutes:02}" if minutes
                                                                   else "")


def place(zone: ZoneInfo) -> str:
    """Return where a zone is and how far it is from UTC now: "Berlin (UTC+1)"."""
    if zone.key == zones.UNIVERSAL:
        return zones.UNIVERSAL
    where = dates.get_timezone_location(zone, locale=current_locale(), return_city=True)
    return _("%(place)s (%(offset)s)", place=where, offset=offset(clock.now().astimezone(zone)))


def choices(present: str = "") -> dict[str, list[tuple[str, str]]]:
    """Return the zones to choose from, as (name, place) by part of the world.

    A zone that holds already and goes by another name stays on offer.
    """
    offered: dict[str, list[tuple[str, str]]] = {}
    kept = () if present in zones.places() else (present,)
    for name in (*zones.places(), *kept):
        zone = zones.find(name)
        if zone is not None:
            part = name.partition("/")[0]
            words = say(PARTS[part]) if part in PARTS else part
            offered.setdefault(words, []).append((name, place(zone)))
    return {part: sorted(pairs, key=lambda pair: sort_key(pair[1]))
            for part, pairs in offered.items()}
