"""The roster: names and places of everybody as lists sort by them, a line for each interval.

Whoever registers or moves people has their lines written anew, in the same transaction, and with
them how many people units and sites have; `flask verify` compares both with what they repeat.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts.models import Identity, Password, User
from isotrain.accounts.news import Registered
from isotrain.accounts.rules import initials, search_words
from isotrain.db import db, upsert
from isotrain.lists import chunks
from isotrain.people.models import Headcount, JobRole, Placement, RosterLine, Site, Unit
from isotrain.people.news import Moved, join_moving
from isotrain.settings import house

BEGINNING, END = date(1, 1, 1), date(9999, 12, 31)
KEPT_DAYS = 31  # how long an interval that is over stays, for who reads about yesterday
COUNTED = ("unit", "site")
_FIELDS = tuple(column.key for column in RosterLine.__table__.columns)
_PLACED = ("unit_id", "unit", "site_id", "site", "job_role_id", "job_role", "manager_id",
           "manager")
_NOWHERE = dict.fromkeys(_PLACED)

_of_users: sa.BindParameter[list[int]] = sa.bindparam("users", expanding=True)
_manager = aliased(Identity)
_STAYS = (
    sa.select(Placement.user_id, Placement.valid_from, Placement.valid_to, Placement.unit_id,
              Unit.name, Placement.site_id, Site.name, Placement.job_role_id, JobRole.title,
              Placement.manager_id, _manager.name_folded)
    .outerjoin(Unit, Unit.id == Placement.unit_id)
    .outerjoin(Site, Site.id == Placement.site_id)
    .outerjoin(JobRole, JobRole.id == Placement.job_role_id)
    .outerjoin(_manager, _manager.user_id == Placement.manager_id)
    .where(sa.or_(Placement.valid_to.is_(None),
                  Placement.valid_to > sa.bindparam("since", type_=sa.Date)),
           Placement.user_id.in_(_of_users))
    .order_by(Placement.user_id, Placement.valid_from)
)
_PERSONS = (
    sa.select(Identity.user_id, Identity.name_folded, Identity.personnel_no, Identity.email,
              User.deactivated_at.is_(None).label("active"),
              Password.user_id.is_not(None).label("has_password"))
    .join(User, User.id == Identity.user_id)
    .outerjoin(Password, Password.user_id == Identity.user_id)
    .where(Identity.user_id.in_(_of_users))
)


def on_day(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a line holds on a day."""
    return sa.and_(RosterLine.from_on <= day, RosterLine.until_on > day)


def count_in(kind: str, day: date) -> dict[int, int]:
    """Return how many active people each unit, or site, has on a day that is not over."""
    people = sa.func.sum(Headcount.change)
    query = (sa.select(Headcount.place_id, sa.cast(people, sa.BigInteger))
             .where(Headcount.kind == kind, Headcount.day <= day)
             .group_by(Headcount.place_id).having(people != 0))
    return {row[0]: row[1] for row in db.session.execute(query)}


def hear_registered(registered: Registered) -> None:
    """Write anew the lines of people of whom something was registered, and of their reports.

    Within an act that moves people they are written once, at its end.
    """
    under: set[int] = set()
    for ids in chunks(registered.user_ids):
        under.update(db.session.scalars(
            sa.select(RosterLine.user_id).where(RosterLine.manager_id.in_(ids))))
    concerned = under | set(registered.user_ids)
    if not join_moving(concerned):
        rewrite(concerned)


def hear_moved(moved: Moved) -> None:
    """Write anew the lines of people who moved."""
    rewrite(moved.user_ids)


def rewrite(user_ids: Collection[int]) -> None:
    """Write the lines of these people anew, and count anew where they work."""
    counts: Counter[tuple[str, int, date]] = Counter()
    for ids in chunks(user_ids):
        # Whoever writes about one of them at the same time waits here.
        db.session.execute(sa.select(User.id).where(User.id.in_(ids)).order_by(User.id)
                           .with_for_update(key_share=True))
        gone = sa.delete(RosterLine).where(RosterLine.user_id.in_(ids))
        counts.subtract(_counted(_as_rows(db.session.execute(
            gone.returning(*RosterLine.__table__.columns)))))
        if rows := list(_lines(ids, since=house.today() - timedelta(days=KEPT_DAYS))):
            db.session.execute(
                sa.insert(RosterLine).execution_options(render_nulls=True), rows)
        counts.update(_counted(rows))
    _add(counts)


def list_wrong(user_ids: Sequence[int]) -> list[int]:
    """List those of these people whose lines are not what they repeat, today or on a later day."""
    today = house.today()
    query = (sa.select(*RosterLine.__table__.columns)
             .where(RosterLine.user_id.in_(user_ids), RosterLine.until_on > today)
             .order_by(RosterLine.user_id, RosterLine.from_on))
    kept = _by_user(_as_rows(db.session.execute(query)))
    meant = _by_user(_lines(user_ids, since=today))
    return [user_id for user_id in user_ids if kept[user_id] != meant[user_id]]


def list_miscounted(kind: str) -> list[int]:
    """List the units, or sites, whose people are not as many as their lines, today or later."""
    today, column = house.today(), RosterLine.__table__.c[f"{kind}_id"]
    days = db.session.scalars(sa.select(Headcount.day).distinct().where(
        Headcount.kind == kind, Headcount.day > today))
    wrong: set[int] = set()
    for day in (today, *days):
        query = (sa.select(column, sa.func.count()).group_by(column)
                 .where(on_day(day), RosterLine.active, column.is_not(None)))
        meant = {row[0]: row[1] for row in db.session.execute(query)}
        kept = count_in(kind, day)
        wrong |= {place for place in meant | kept if meant.get(place) != kept.get(place)}
    return sorted(wrong)


def _as_rows(found: Iterable[Any]) -> Iterator[dict[str, Any]]:
    return (dict(zip(_FIELDS, row, strict=True)) for row in found)


def _by_user(rows: Iterator[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """Gather lines by person; since when the first has held is of no interest any more."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        lines = found[row["user_id"]]
        lines.append(row if lines else {**row, "from_on": BEGINNING})
    return found


def _lines(user_ids: Sequence[int], *, since: date) -> Iterator[dict[str, Any]]:
    """Yield what the lines of some people say, each person's in order of days."""
    stays: dict[int, list[Any]] = defaultdict(list)
    for user_id, *stay in db.session.execute(_STAYS, {"users": user_ids, "since": since}):
        stays[user_id].append(stay)
    for found in db.session.execute(_PERSONS, {"users": user_ids}).mappings():
        person = dict(found)
        words = search_words(person["name_folded"], person["personnel_no"], person.pop("email"))
        person["initials"] = initials(words)
        for from_on, until_on, place in _spans(stays[person["user_id"]]):
            if until_on > since:
                yield {**person, "from_on": from_on, "until_on": until_on, **place}


def _spans(stays: list[Any]) -> Iterator[tuple[date, date, dict[str, Any]]]:
    """Yield intervals that follow one another, from the beginning to the end of all days."""
    day = BEGINNING
    for valid_from, valid_to, *place in stays:
        if valid_from > day:
            yield day, valid_from, _NOWHERE
        day = valid_to or END
        yield valid_from, day, dict(zip(_PLACED, place, strict=True))
    if day < END:
        yield day, END, _NOWHERE


def _counted(rows: Iterable[dict[str, Any]]) -> Counter[tuple[str, int, date]]:
    """Count what lines of active people add to units and sites, and from which day on."""
    today, counts = house.today(), Counter[tuple[str, int, date]]()
    for row in rows:
        for kind in COUNTED:
            place = row[f"{kind}_id"]
            if not row["active"] or place is None or row["until_on"] <= today:
                continue
            counts[kind, place, row["from_on"] if row["from_on"] > today else BEGINNING] += 1
            if row["until_on"] < END:
                counts[kind, place, row["until_on"]] -= 1
    return counts


def _add(counts: Counter[tuple[str, int, date]]) -> None:
    """Add to the counts of units and sites; always in one order, so that nobody waits crosswise."""
    rows = [{"kind": kind, "place_id": place, "day": day, "change": change}
            for (kind, place, day), change in sorted(counts.items()) if change]
    if rows:
        added = upsert(Headcount.__table__)
        added = added.on_conflict_do_update(
            index_elements=["kind", "place_id", "day"],
            set_={"change": Headcount.change + added.excluded.change})
        db.session.execute(added, rows)
