"""Issuing: a passed exam makes its certificate in the transaction that closes the attempt."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock, zones
from isotrain.audit.noting import note
from isotrain.certificates import rules, signing_keys, standing
from isotrain.certificates.models import Certificate, Holder, Supersession
from isotrain.db import Instant, db
from isotrain.people import days
from isotrain.settings import values
from isotrain.settings.definitions import ORGANIZATION

if TYPE_CHECKING:
    from isotrain.attempts.models import Result
    from isotrain.attempts.news import Finished


def issue(finished: Finished) -> Certificate | None:
    """Issue the certificate of a passed exam; a second one of an attempt breaks a constraint."""
    result = finished.result
    if result is None or not result.passed or not finished.exam:
        return None
    key_id, private = signing_keys.current(by=finished.by)
    completion = _completion(finished, result)
    disclosed = rules.disclosure(name=finished.person.name,
                                 personnel_number=finished.person.personnel_no)
    payload = rules.payload(completion, disclosed, key_id=key_id)
    certificate = Certificate(
        number=completion.number, code=completion.code, attempt_id=finished.attempt.id,
        passed=True, user_id=finished.attempt.user_id, course_id=finished.course.id,
        issued_at=completion.issued_at, valid_until=completion.valid_until, payload=payload,
        signature=rules.sign(payload, private), key_id=key_id,
    )
    db.session.add(certificate)
    db.session.flush()
    db.session.add(Holder(certificate_id=certificate.id, disclosed=disclosed))
    standing.add(certificate)
    if _supersede(certificate):
        standing.rewrite([certificate.user_id])
    note("certificate.issued", finished.by, scope="records", on=("certificate", certificate.id),
         after=payload, details={"number": certificate.number})
    return certificate


def _completion(finished: Finished, result: Result) -> rules.Completion:
    """Return what is certified, with a number and a code of its own."""
    now = clock.now().replace(microsecond=0)
    issued_on = zones.day(now, days.zone_of(finished.attempt.user_id, now))
    course, version = finished.course, finished.course_version
    return rules.Completion(
        number=rules.new_number(secrets.token_bytes, year=issued_on.year),
        code=rules.new_code(secrets.token_bytes),
        course_id=course.slug, course_title=version.title, course_version=version.label,
        standards=tuple(edition["label"] for edition in version.editions),
        score_percent=result.percent, pass_mark_percent=str(finished.rules.pass_mark),
        issued_at=now, issued_on=issued_on,
        valid_until=rules.valid_until(issued_on, months=course.certificate_months),
        issuer=values.value_of(ORGANIZATION), attempt_id=str(finished.attempt.id),
        form_id=finished.form_hash,
    )


def _supersede(newer: Certificate) -> bool:
    """Let a newer certificate take the place of the same person's earlier ones; were there any?"""
    done = db.session.connection().execute(_SUPERSEDE, {
        "newer": newer.id, "issued_at": newer.issued_at, "user": newer.user_id,
        "course": newer.course_id})
    return done.first() is not None


_SUPERSEDE = sa.insert(Supersession).from_select(
    ["certificate_id", "superseded_by", "superseded_at"],
    sa.select(Certificate.id, sa.bindparam("newer", type_=Certificate.id.type),
              sa.bindparam("issued_at", type_=Instant()))
    .outerjoin(Supersession, Supersession.certificate_id == Certificate.id)
    .where(Certificate.user_id == sa.bindparam("user"),
           Certificate.course_id == sa.bindparam("course"),
           Certificate.id != sa.bindparam("newer", type_=Certificate.id.type),
           Supersession.certificate_id.is_(None)),
).returning(Supersession.certificate_id)
