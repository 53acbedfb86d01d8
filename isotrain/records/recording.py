"""Recording: a closed exam is frozen as it was, in the transaction that closes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock, zones
from isotrain.assignments.models import Assignment, Requirement
from isotrain.audit.noting import note
from isotrain.db import db
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import commit, hash_of, new_salt, opens
from isotrain.people import days, placements
from isotrain.people.placements import Place
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.settings import house

if TYPE_CHECKING:
    from isotrain.accounts.models import Identity
    from isotrain.attempts.models import Attempt, Result
    from isotrain.attempts.news import Finished
    from isotrain.certificates.models import Certificate
    from isotrain.quizzes.models import Quiz, QuizVersion
    from isotrain.quizzes.rules import Rules
    from isotrain.study.models import Course, CourseVersion

SCHEMA = "isotrain-record-2"
PERSONAL = ("name", "personnel_no", "manager_name", "manager_personnel_no")


def record(finished: Finished, certificate: Certificate | None) -> CompletionRecord | None:
    """Freeze the one record of an exam, passed or not; a second one breaks a constraint.

    Practice leaves no record, nor does an exam that waits to be marked.
    """
    attempt, result = finished.attempt, finished.result
    if result is None or not finished.exam:
        return None
    place = placements.find(attempt.user_id, on=house.day_of(finished.closed_at))
    bound = _assignment(attempt.user_id, finished.course.id)
    frozen = _frozen(finished, result, place=place, bound=bound, certificate=certificate)
    row = CompletionRecord(
        user_id=attempt.user_id, course_id=finished.course.id,
        course_version_id=attempt.course_version_id, attempt_id=attempt.id,
        assignment_id=bound[0].id if bound else None,
        certificate_id=certificate.id if certificate else None,
        completed_at=finished.closed_at,
        valid_until=certificate.valid_until if certificate else None,
        score_percent=result.percent, pass_mark=finished.rules.pass_mark,
        result=frozen["result"]["result"], frozen=frozen,
    )
    keep(row, _person(finished.person, place))
    note("record.made", finished.by, scope="records", on=("completion_record", row.id),
         after=row.frozen, details={"attempt": attempt.id, "result": row.result})
    return row


def _frozen(
    finished: Finished, result: Result, *, place: Place | None,
    bound: tuple[Assignment, Requirement] | None, certificate: Certificate | None,
) -> JsonObject:
    version = finished.course_version
    return {
        "schema": SCHEMA, **_day(finished), "place": _place(place),
        "requirement": _requirement(bound),
        "course": _course(finished.course, version),
        "standards": [edition["label"] for edition in version.editions],
        "quiz": _quiz(finished.quiz, finished.version, finished.rules),
        "attempt": _attempt(finished.attempt, finished.form_hash, extra=finished.extra),
        "result": _result(result), "certificate": _certificate(certificate),
    }


def _day(finished: Finished) -> JsonObject:
    """Return on which day the exam counts, and whose midnight decided that."""
    zone = days.zone_of(finished.attempt.user_id, finished.closed_at)
    return {"completed_on": zones.day(finished.closed_at, zone).isoformat(),
            "time_zone": zone.key}


def _person(identity: Identity, place: Place | None) -> dict[str, str | None]:
    return {
        "name": identity.name, "personnel_no": identity.personnel_no,
        "manager_name": place.manager if place else None,
        "manager_personnel_no": place.manager_no if place else None,
    }


def keep(row: CompletionRecord, person: Mapping[str, str | None]) -> None:
    """Store a record: personal data beside it, their salted hashes within what is hashed."""
    salts = {field: new_salt() for field in PERSONAL}
    hashes = {field: commit(field, person[field] or "", salts[field]) for field in PERSONAL}
    row.recorded_at = clock.now()
    row.frozen = {**row.frozen, "person": hashes, "recorded_at": _instant(row.recorded_at)}
    row.hash = hash_of(row.frozen)
    db.session.add(row)
    db.session.flush()
    db.session.add(RecordPerson(record_id=row.id, salts=salts, **person))


def problems(row: CompletionRecord, person: RecordPerson | None) -> list[str]:
    """Return which parts of a stored record are not what was frozen; empty when all is well.

    Parts are "record", "columns" or the name of a personal field. An erased person is no problem.
    """
    found = [] if hash_of(row.frozen) == row.hash else ["record"]
    result, certificate = row.frozen["result"], row.frozen["certificate"]
    columns = (row.result, row.score_percent, row.attempt_id, _instant(row.completed_at),
               _instant(row.recorded_at), row.valid_until.isoformat() if row.valid_until else None)
    if columns != (result["result"], result["percent"], row.frozen["attempt"]["id"],
                   row.frozen["attempt"]["closed_at"], row.frozen["recorded_at"],
                   certificate["valid_until"] if certificate else None):
        found.append("columns")
    if person is not None:
        found += [field for field in PERSONAL if not opens(
            row.frozen["person"][field], field=field, value=getattr(person, field) or "",
            salt=person.salts[field])]
    return found


def _assignment(user_id: int, course_id: int) -> tuple[Assignment, Requirement] | None:
    """Return the assignment that makes this completion due, the earliest of several."""
    row = db.session.execute(_BINDING, {"user": user_id, "course": course_id}).first()
    return (row[0], row[1]) if row else None


_BINDING = (
    sa.select(Assignment, Requirement)
    .join(Requirement, Requirement.id == Assignment.requirement_id)
    .where(Assignment.user_id == sa.bindparam("user"),
           Assignment.course_id == sa.bindparam("course"), Assignment.ended_on.is_(None),
           Requirement.staged_at.is_(None))
    .order_by(Assignment.due_on, Assignment.id)
    .limit(1)
)


def _instant(value: datetime | None) -> str | None:
    return value.isoformat(timespec="microseconds") if value else None


def _place(place: Place | None) -> JsonObject:
    return {
        "unit": place and place.unit, "unit_code": place and place.unit_code,
        "site": place and place.site, "job_role": place and place.job_role,
        "job_role_code": place and place.job_role_code,
        "employment_type": place and place.employment_type,
        "hired_on": place.hired_on.isoformat() if place and place.hired_on else None,
    }


def _requirement(bound: tuple[Assignment, Requirement] | None) -> JsonObject | None:
    if bound is None:
        return None
    assignment, rule = bound
    return {"id": rule.id, "version": rule.version, "level": rule.level, "target": rule.target,
            "assigned_on": assignment.assigned_on.isoformat(),
            "due_on": assignment.due_on.isoformat()}


def _course(course: Course, version: CourseVersion) -> JsonObject:
    return {
        "slug": course.slug, "title": version.title, "version": version.label,
        "number": version.number, "language": version.language,
        "approved_by": version.approved_by_name, "approved_at": _instant(version.approved_at),
        "approved_alone": version.approved_at is not None and version.second_approved_by is None,
    }


def _quiz(quiz: Quiz, version: QuizVersion, rules: Rules) -> JsonObject:
    return {"slug": quiz.slug, "title": version.title, "version": version.number,
            "pass_mark": rules.pass_mark, "pass_mark_basis": rules.pass_mark_basis,
            "weakened": version.weakened}


def _attempt(attempt: Attempt, form_hash: str, *, extra: bool) -> JsonObject:
    return {"id": attempt.id, "number": attempt.number, "state": attempt.state, "form": form_hash,
            "started_at": _instant(attempt.started_at), "closed_at": _instant(attempt.closed_at),
            "saw_keys": attempt.saw_keys, "after_reset": attempt.after_reset, "extra": extra}


def _result(result: Result) -> JsonObject:
    return {"result": "passed" if result.passed else "failed", "score": result.score,
            "out_of": result.out_of, "percent": result.percent}


def _certificate(certificate: Certificate | None) -> JsonObject | None:
    if certificate is None:
        return None
    return {"number": certificate.number, "valid_until": certificate.valid_until.isoformat()}
