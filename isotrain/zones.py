"""Time zones, and the one place that turns an instant into a day and a day into an instant.

Every machine goes by the rules of the package tzdata: what its system knows of zones may be older,
or not there at all, and two machines would not agree on when a day ends.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, tzinfo
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

UNIVERSAL = "UTC"
_SAME = ("Etc/UCT", "Etc/UTC", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu")
_RULES = files("tzdata")
_LINK, _NOTE = Path("/etc/localtime"), Path("/etc/timezone")


@cache
def names() -> dict[str, str]:
    """Return the names of all zones, by the same in small letters."""
    text = _RULES.joinpath("zones").read_text(encoding="utf-8")
    return {name.casefold(): UNIVERSAL if name in _SAME else name for name in text.split()}


@cache
def places() -> tuple[str, ...]:
    """List the zones that people choose from: one for each place that has had time of its own."""
    rows = _RULES.joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines()
    named = sorted(row.split("\t")[2] for row in rows if not row.startswith("#"))
    return (*named, UNIVERSAL)


def spelt(text: str) -> str | None:
    """Return the name of a zone as it is spelt, however somebody wrote it; None for no zone."""
    return names().get("_".join(text.split()).casefold())


@cache
def _found(name: str) -> ZoneInfo:
    with _RULES.joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def find(name: str | None) -> ZoneInfo | None:
    """Return the zone of a name; None where there is no name, or no such zone any more."""
    known = spelt(name) if name else None
    return _found(known) if known else None


def universal() -> ZoneInfo:
    """Return the zone that the others are counted from."""
    return _found(UNIVERSAL)


def here() -> ZoneInfo:
    """Return the zone that the machine is set to, for what is decided without a database."""
    return _found(of_system())


def of_system() -> str:
    """Return the zone that the machine is set to; UTC where it does not say."""
    linked = os.path.realpath(_LINK).rpartition("zoneinfo/")[2]
    noted = _NOTE.read_text(encoding="utf-8", errors="replace") if _NOTE.is_file() else ""
    told = (os.environ.get("TZ", "").removeprefix(":").rpartition("zoneinfo/")[2], linked, noted)
    return next(filter(None, map(spelt, told)), UNIVERSAL)


def day(instant: datetime, zone: tzinfo) -> date:
    """Return the day of an instant in a zone."""
    return instant.astimezone(zone).date()


def start_of(on: date, zone: tzinfo, hour: int = 0) -> datetime:
    """Return the instant at which a day begins in a zone, or an hour of it.

    An hour that is left out when clocks go forward is the moment they do; of one that comes twice
    when they go back it is the first.
    """
    return datetime.combine(on, time(hour), zone).astimezone(UTC)
