"""Filtering: the rows of who has completed what and who has not, one per person and course.

A row is an open assignment (the earliest due of several for one course) or, where nothing is
assigned, a completion; who has left is bound to nothing. Its status is that of
assignments.status.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts import search
from isotrain.accounts.models import Identity, User
from isotrain.assignments import rules, status
from isotrain.assignments.models import Assignment, is_there
from isotrain.certificates.models import Revocation
from isotrain.people import days
from isotrain.people.days import Today
from isotrain.people.models import Placement, Site, Unit
from isotrain.people.placements import unit_and_below
from isotrain.records.models import CompletionRecord
from isotrain.study.models import Course

PEOPLE = ("active", "left", "all")
TO_DO = "to_do"
DUE_SOON = "due_soon"
EXPIRING = "expiring"
SOON = {DUE_SOON: status.due_soon, EXPIRING: status.expiring}
GROUPS = {TO_DO: (rules.EXPIRED, rules.COMPLETED_FAIL, rules.IN_PROGRESS, rules.ASSIGNED)}


@dataclass(frozen=True)
class Filter:
    """What to list; codes and slugs as people know them, "" and None for no condition.

    `status` is one of rules.STATUSES, "to_do" (not completed and not overdue), "due_soon" or
    "expiring".
    `unit` covers the units below it, and is where people work today. `manager_id` is the user
    whose direct reports are meant; no address ever carries it.
    """

    text: str = ""
    course: str = ""
    unit: str = ""
    site: str = ""
    status: str = ""
    due_from: date | None = None
    due_to: date | None = None
    people: str = "active"
    manager_id: int | None = None

    def to_data(self) -> dict[str, str]:
        """Return what is set, as text, for addresses, manifests and events."""
        values = {name: value for name, value in asdict(self).items() if value}
        values.pop("manager_id", None)
        if self.people == "active":
            values.pop("people")
        return {name: str(value) for name, value in values.items()}

    @classmethod
    def from_data(cls, data: dict[str, str]) -> Filter:
        """Return the filter that `to_data` wrote down."""
        days: dict[str, Any] = {name: date.fromisoformat(data[name])
                                for name in ("due_from", "due_to") if name in data}
        return cls(**{**data, **days})


# Once for all queries: making them anew costs more than the query.
_place, _earlier = aliased(Placement, name="place"), aliased(Assignment, name="earlier")
_record = aliased(CompletionRecord, name="record")
_each = aliased(CompletionRecord, name="each_record")


class Rows:
    """The tables behind one list, joined, so that every query asks them alike.

    `users` narrows to some ids, `ranged` to the ids between the parameters first_user and
    last_user of the statement; `today` is the day of each person that states are told of.
    """

    def __init__(self, wanted: Filter, *, users: Sequence[int] | None = None,
                 ranged: bool = False, today: Today | None = None) -> None:
        self.today = today or days.today()
        self.wanted, self.users, self.ranged = wanted, users, ranged
        self.narrow = self._narrowing()
        self.pair = self._pairs()
        self.place, self.record = _place, _record
        pair = self.pair.c
        # A record repeats what its certificate says, and is at hand.
        self.facts = status.Facts(
            pair.user_id, due_on=pair.due_on, valid_until=self.record.valid_until,
            failed=self.record.id.is_not(None), begun=status.begun(pair.user_id, pair.course_id))
        self.status = status.status(self.facts, self.today)

    def _pairs(self) -> sa.Subquery:
        arms = [] if self.wanted.people == "left" else [self._assigned()]
        if not (self.wanted.due_from or self.wanted.due_to):
            arms.append(self._unassigned())
        return sa.union_all(*arms or [self._assigned().where(sa.false())]).subquery("pair")

    def _assigned(self) -> sa.Select[*tuple[Any, ...]]:
        earlier = _earlier
        first = ~sa.exists().where(
            earlier.user_id == Assignment.user_id, earlier.course_id == Assignment.course_id,
            earlier.ended_on.is_(None), is_there(earlier),
            sa.or_(earlier.due_on < Assignment.due_on,
                   sa.and_(earlier.due_on == Assignment.due_on, earlier.id < Assignment.id)),
        )
        query = (
            sa.select(Assignment.user_id, Assignment.course_id,
                      Assignment.id.label("assignment_id"), Assignment.due_on)
            .join(User, User.id == Assignment.user_id)
            .where(Assignment.ended_on.is_(None), is_there(), User.deactivated_at.is_(None), first,
                   *self._narrowed(Assignment.user_id, Assignment.course_id))
        )
        if self.wanted.due_from:
            query = query.where(Assignment.due_on >= self.wanted.due_from)
        if self.wanted.due_to:
            query = query.where(Assignment.due_on <= self.wanted.due_to)
        if self.wanted.status == rules.OVERDUE:
            query = query.where(Assignment.due_on < self.today.latest)
        return query

    def _unassigned(self) -> sa.Select[*tuple[Any, ...]]:
        bound = sa.exists().where(
            Assignment.user_id == CompletionRecord.user_id, Assignment.ended_on.is_(None),
            is_there(),
            Assignment.course_id == CompletionRecord.course_id, User.deactivated_at.is_(None),
        )
        query = (
            sa.select(CompletionRecord.user_id, CompletionRecord.course_id,
                      sa.null().cast(sa.BigInteger).label("assignment_id"),
                      sa.null().cast(sa.Date).label("due_on"))
            .join(User, User.id == CompletionRecord.user_id)
            .where(~bound, *self._narrowed(CompletionRecord.user_id, CompletionRecord.course_id))
            .distinct()
        )
        if self.wanted.people == "left":
            return query.where(User.deactivated_at.is_not(None))
        return query if self.wanted.people == "all" else query.where(User.deactivated_at.is_(None))

    def _narrowed(self, user_id: Any, course_id: Any) -> list[sa.ColumnElement[bool]]:
        """Return conditions that each arm checks by itself, so that indexes serve it."""
        found = [user_id.in_(query) for query in self.narrow]
        if self.ranged:
            found.append(user_id.between(sa.bindparam("first_user"), sa.bindparam("last_user")))
        if self.users is not None:
            found.append(user_id.in_(self.users))
        if self.wanted.course:
            found.append(course_id == sa.select(Course.id).where(
                Course.slug == self.wanted.course).scalar_subquery())
        return found

    def _narrowing(self) -> list[sa.Select[Any]]:
        """Return queries of the ids of those who are searched for, in one place or another."""
        found = []
        if self.wanted.text:
            found.append(search.found(self.wanted.text))
        if self.wanted.unit or self.wanted.site or self.wanted.manager_id:
            found.append(self._placed())
        return found

    def _placed(self) -> sa.Select[Any]:
        query = sa.select(Placement.user_id).where(*self._now(Placement))
        if self.wanted.unit:
            unit = sa.select(Unit.id).where(Unit.code == self.wanted.unit).scalar_subquery()
            query = query.where(Placement.unit_id.in_(unit_and_below(unit)))
        if self.wanted.site:
            query = query.where(Placement.site_id == sa.select(Site.id).where(
                Site.code == self.wanted.site).scalar_subquery())
        if self.wanted.manager_id:
            query = query.where(Placement.manager_id == self.wanted.manager_id)
        return query

    def _now(self, place: Any) -> tuple[sa.ColumnElement[bool], ...]:
        return (place.valid_from <= self.today.house,
                sa.or_(place.valid_to.is_(None), place.valid_to > self.today.house))

    def _counting_record(self) -> sa.ScalarSelect[int]:
        """Select the record that counts: the newest pass not revoked, else the newest failure."""
        each = _each
        return (
            sa.select(each.id)
            .outerjoin(Revocation, Revocation.certificate_id == each.certificate_id)
            .where(each.user_id == self.pair.c.user_id, each.course_id == self.pair.c.course_id,
                   Revocation.certificate_id.is_(None))
            .order_by(each.result.desc(), each.completed_at.desc(), each.id.desc())
            .limit(1)
            .scalar_subquery()
        )

    def select(self, *columns: Any, names: bool = False, places: bool = False,
               records: bool = False) -> sa.Select[Any]:
        """Select columns of the rows that the filter wants, in no order, joined as they need."""
        pair, query = self.pair.c, sa.select(*columns).select_from(self.pair)
        if names:
            query = query.outerjoin(Identity, Identity.user_id == pair.user_id)
        if places:
            at_work = sa.and_(self.place.user_id == pair.user_id, *self._now(self.place))
            query = query.outerjoin(self.place, at_work)
            query = query.outerjoin(Unit, Unit.id == self.place.unit_id)
        if records or self.wanted.status:
            counts = self.record.id == self._counting_record()
            query = query.outerjoin(self.record, counts)
        return query.where(*self._conditions())

    def _conditions(self) -> list[sa.ColumnElement[bool]]:
        wanted = self.wanted.status
        if not wanted:
            return []
        if wanted in SOON:
            return [SOON[wanted](self.facts, self.today)]
        return [self.status.in_(GROUPS.get(wanted, (wanted,)))]
