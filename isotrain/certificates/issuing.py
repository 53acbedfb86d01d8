"""Issuing: a passed exam makes its certificate in the transaction that closes the attempt."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.accounts.models import Identity
from isotrain.attempts.models import Attempt, Form, Result
from isotrain.audit.noting import Actor, note
from isotrain.certificates import rules, signing_keys
from isotrain.certificates.models import Certificate, Holder, Supersession
from isotrain.db import db
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.study.models import Course, CourseVersion


def on_attempt_finished(sender: Attempt, *, result: Result, by: Actor, **_news: Any) -> None:
    """Issue a certificate when an exam was passed."""
    if result.passed and _is_exam(sender.quiz_id):
        issue(sender, result, by=by)


def _is_exam(quiz_id: int) -> bool:
    return db.session.scalar(sa.select(Quiz.kind).where(Quiz.id == quiz_id)) == "exam"


def issue(attempt: Attempt, result: Result, *, by: Actor) -> Certificate:
    """Issue the one certificate of a passed attempt; a second one breaks a constraint."""
    course, version, rules_of_quiz, identity, form_hash = _facts(attempt)
    key_id, private = signing_keys.current(by=by)
    now = clock.now().replace(microsecond=0)
    completion = rules.Completion(
        number=rules.new_number(secrets.token_bytes, year=now.year),
        code=rules.new_code(secrets.token_bytes),
        course_id=course.slug, course_title=version.title, course_version=version.label,
        standards=tuple(edition["label"] for edition in version.editions),
        score_percent=result.percent, pass_mark_percent=str(rules_of_quiz["pass_mark"]),
        issued_at=now, valid_until=rules.valid_until(now.date(), months=course.certificate_months),
        issuer=config.current().organization, attempt_id=str(attempt.id), form_id=form_hash,
    )
    disclosed = rules.disclosure(name=identity.name, personnel_number=identity.personnel_no)
    payload = rules.payload(completion, disclosed, key_id=key_id)
    certificate = Certificate(
        number=completion.number, code=completion.code, attempt_id=attempt.id, passed=True,
        user_id=attempt.user_id, course_id=course.id, issued_at=now,
        valid_until=completion.valid_until, payload=payload,
        signature=rules.sign(payload, private), key_id=key_id,
    )
    db.session.add(certificate)
    db.session.flush()
    db.session.add(Holder(certificate_id=certificate.id, disclosed=disclosed))
    _supersede(certificate)
    note("certificate.issued", by, scope="records", on=("certificate", certificate.id),
         after=payload, details={"number": certificate.number})
    return certificate


def _facts(attempt: Attempt) -> tuple[Course, CourseVersion, dict[str, Any], Identity, str]:
    query = (
        sa.select(Course, CourseVersion, QuizVersion.rules, Identity, Form.hash)
        .select_from(Attempt)
        .join(CourseVersion, CourseVersion.id == Attempt.course_version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Identity, Identity.user_id == Attempt.user_id)
        .join(Form, Form.attempt_id == Attempt.id)
        .where(Attempt.id == attempt.id)
    )
    row = db.session.execute(query).one()
    return row[0], row[1], row[2], row[3], row[4]


def _supersede(newer: Certificate) -> None:
    """Let a newer certificate take the place of the same person's earlier ones."""
    query = (
        sa.select(Certificate.id)
        .outerjoin(Supersession, Supersession.certificate_id == Certificate.id)
        .where(Certificate.user_id == newer.user_id, Certificate.course_id == newer.course_id,
               Certificate.id != newer.id, Supersession.certificate_id.is_(None))
    )
    for older in db.session.scalars(query).all():
        db.session.add(Supersession(certificate_id=older, superseded_by=newer.id,
                                    superseded_at=newer.issued_at))


def find_for_attempt(attempt_id: int) -> Certificate | None:
    """Return the certificate that an attempt earned."""
    return db.session.scalar(sa.select(Certificate).where(Certificate.attempt_id == attempt_id))
