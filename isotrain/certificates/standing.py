"""Where certificates stand, in the orders of the list of all of them: kept beside them.

A certificate never changes; what came after it and what its holder is called do. Issuing, revoking
and naming write the rows of a person anew, in the same transaction; `flask verify` compares them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from isotrain import zones
from isotrain.accounts.models import Identity, User
from isotrain.accounts.news import Registered
from isotrain.certificates.models import Certificate, Revocation, Standing, Supersession
from isotrain.db import db
from isotrain.lists import chunks

_SLACK = timedelta(days=2)  # a day of one zone begins within a day of another's
_FIELDS = tuple(column.key for column in Standing.__table__.columns)

# Built once: building a statement costs more than sending it.
_MEANT = (
    sa.select(Certificate.id, Certificate.user_id, Certificate.issued_at, Certificate.valid_until,
              Revocation.certificate_id, Supersession.certificate_id, Identity.name_folded)
    .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
    .outerjoin(Supersession, Supersession.certificate_id == Certificate.id)
    .outerjoin(Identity, Identity.user_id == Certificate.user_id)
    .order_by(Certificate.id)
)
_OF_USERS = _MEANT.where(Certificate.user_id.in_(sa.bindparam("ids", expanding=True)))
_OF_CERTIFICATES = _MEANT.where(Certificate.id.in_(sa.bindparam("ids", expanding=True)))
_ADD = sa.insert(Standing).from_select(
    ["certificate_id", "user_id", "issued_at", "valid_until", "held_days", "ending",
     "name_folded"],
    sa.select(sa.bindparam("certificate", type_=Standing.certificate_id.type), Identity.user_id,
              sa.bindparam("issued_at", type_=Standing.issued_at.type),
              sa.bindparam("valid_until", type_=Standing.valid_until.type),
              sa.bindparam("held_days", type_=Standing.held_days.type), sa.literal("none"),
              Identity.name_folded)
    .where(Identity.user_id == sa.bindparam("holder"))
    .with_for_update(read=True, of=Identity))


def hear_registered(registered: Registered) -> None:
    """Write anew what is kept of the certificates of people whose names may have changed."""
    rewrite(registered.user_ids)


def add(certificate: Certificate) -> None:
    """Write where a certificate stands that was issued just now.

    Whoever names its holder anew at the same time waits for this, or this waits for them.
    """
    db.session.connection().execute(_ADD, {
        "certificate": certificate.id, "holder": certificate.user_id,
        "issued_at": certificate.issued_at, "valid_until": certificate.valid_until,
        "held_days": _held_days(certificate.issued_at, certificate.valid_until)})


def rewrite(user_ids: Collection[int]) -> None:
    """Write anew where the certificates of these people stand."""
    for ids in chunks(user_ids):
        # Whoever writes about one of them at the same time waits here.
        db.session.execute(sa.select(User.id).where(User.id.in_(ids)).order_by(User.id)
                           .with_for_update(key_share=True))
        rows = list(_meant(_OF_USERS, ids))
        if rows:
            db.session.execute(sa.delete(Standing).where(Standing.user_id.in_(ids)))
            db.session.execute(
                sa.insert(Standing).execution_options(render_nulls=True), rows)


def list_wrong(certificate_ids: Sequence[int]) -> list[int]:
    """List those of these certificates of which something else is kept than what holds."""
    query = sa.select(*Standing.__table__.columns).where(
        Standing.certificate_id.in_(certificate_ids))
    kept = {row.certificate_id: dict(zip(_FIELDS, row, strict=True))
            for row in db.session.execute(query)}
    meant = {row["certificate_id"]: row for row in _meant(_OF_CERTIFICATES, certificate_ids)}
    return [id_ for id_ in certificate_ids if kept.get(id_) != meant.get(id_)]


def issued_before(day: date) -> datetime:
    """Return when all that expired before a day were issued at the latest.

    None of them holds for less than the shortest does.
    """
    return _held(sa.func.min, day) + _SLACK


def issued_after(day: date) -> datetime:
    """Return when all that hold on a day were issued at the earliest."""
    return _held(sa.func.max, day) - _SLACK


def _held(most: Any, day: date) -> datetime:
    """Return when a certificate was issued that holds until a day, of the shortest or longest."""
    days = db.session.scalar(sa.select(most(Standing.held_days))) or 0
    return zones.start_of(day, zones.universal()) - timedelta(days=days)


def _meant(query: sa.Select[*tuple[Any, ...]], ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    for id_, user_id, issued_at, valid_until, revoked, superseded, name in db.session.execute(
            query, {"ids": ids}):
        yield {"certificate_id": id_, "user_id": user_id, "issued_at": issued_at,
               "valid_until": valid_until, "name_folded": name,
               "held_days": _held_days(issued_at, valid_until),
               "ending": "revoked" if revoked else "superseded" if superseded else "none"}


def _held_days(issued_at: datetime, valid_until: date) -> int:
    """Return for how many days a certificate holds, counted in UTC."""
    return (valid_until - zones.day(issued_at, zones.universal())).days
