"""Tracing one person: what happened when, newest first, and how every course stands today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from isotrain import zones
from isotrain.accounts.models import Identity, User
from isotrain.assignments.models import Assignment, Requirement
from isotrain.attempts.extra import overview
from isotrain.certificates.models import Certificate, Revocation, Supersession
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.people import placements
from isotrain.people.models import Employment
from isotrain.people.placements import Place
from isotrain.records.filters import Filter, Rows
from isotrain.records.models import CompletionRecord
from isotrain.records.register import Line, detailed
from isotrain.settings import house


@dataclass(frozen=True)
class Entry:
    """One thing that happened: the kind is known to the page, `facts` is what it tells."""

    at: datetime | date
    kind: str
    facts: object

    @property
    def order(self) -> datetime:
        """The instant to sort by; a day without a time counts from the organization's midnight."""
        if isinstance(self.at, datetime):
            return self.at
        return zones.start_of(self.at, house.zone())


@dataclass(frozen=True)
class Traced:
    """One person's page."""

    user_id: int
    name: str
    personnel_no: str
    left_at: datetime | None
    place: Place | None
    rows: list[Line]
    entries: list[Entry]


def trace(user_id: int) -> Traced:
    """Return everything about one person's training, or raise NotFound."""
    query = (sa.select(User, Identity).outerjoin(Identity, Identity.user_id == User.id)
             .where(User.id == user_id))
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(_("This person does not exist."))
    user, identity = row
    places = placements.history(user_id)
    entries = [*_placed(places), *_employed(user_id), *_assigned(user_id), *_recorded(user_id),
               *_certified(user_id),
               *(Entry(each.row.given_at, "extra", each) for each in overview.list_of(user_id))]
    return Traced(
        user_id=user_id, name=identity.name if identity else _("Personal data deleted"),
        personnel_no=identity.personnel_no if identity else "", left_at=user.deactivated_at,
        place=next((place for place in places if place.valid_to is None), None),
        rows=_rows(user_id), entries=sorted(entries, key=lambda each: each.order, reverse=True),
    )


def _rows(user_id: int) -> list[Line]:
    rows = Rows(Filter(people="all"), users=[user_id])
    query = detailed(rows).order_by(rows.pair.c.course_id)
    return [Line(*row) for row in db.session.execute(query)]


def _placed(places: list[Place]) -> Iterator[Entry]:
    return (Entry(place.valid_from, "placed", place) for place in places)


def _employed(user_id: int) -> Iterator[Entry]:
    for each in db.session.scalars(sa.select(Employment).where(Employment.user_id == user_id)):
        yield Entry(each.hired_on, "hired", each)
        if each.left_on:
            yield Entry(each.left_on, "left", each)


def _assigned(user_id: int) -> Iterator[Entry]:
    query = (
        sa.select(Assignment, Requirement)
        .join(Requirement, Requirement.id == Assignment.requirement_id)
        .where(Assignment.user_id == user_id, Requirement.staged_at.is_(None))
    )
    for assignment, rule in db.session.execute(query):
        yield Entry(assignment.assigned_on, "assigned", (assignment, rule))
        if assignment.ended_on:
            yield Entry(assignment.ended_on, "ended", (assignment, rule))


def _recorded(user_id: int) -> Iterator[Entry]:
    query = sa.select(CompletionRecord).where(CompletionRecord.user_id == user_id)
    records = db.session.scalars(query.order_by(CompletionRecord.id)).all()
    corrected = {record.corrects_id for record in records}
    for record in records:
        fact = (record, record.id in corrected)
        if record.corrects_id:
            yield Entry(record.recorded_at, "corrected", fact)
        else:
            yield Entry(record.completed_at, record.result, fact)


def _certified(user_id: int) -> Iterator[Entry]:
    query = (
        sa.select(Certificate, Revocation, Supersession)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .outerjoin(Supersession, Supersession.certificate_id == Certificate.id)
        .where(Certificate.user_id == user_id)
        .order_by(Certificate.id)
    )
    for certificate, revocation, supersession in db.session.execute(query):
        yield Entry(certificate.issued_at, "certificate", certificate)
        if revocation:
            yield Entry(revocation.revoked_at, "revoked", (certificate, revocation))
        if supersession:
            yield Entry(supersession.superseded_at, "superseded", certificate)
