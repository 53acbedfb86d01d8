"""A big organization in few statements: people, assignments, and completion records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Identity, SignInName, User
from isotrain.assignments.models import Assignment, Requirement
from isotrain.attempts.models import Attempt, Result
from isotrain.certificates.models import Certificate, SigningKey
from isotrain.db import db
from isotrain.people.models import JobRole, Placement, Site, Unit
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.settings import house
from isotrain.study.models import Course, CourseVersion
from tests.factories import a_library

UNITS, PASSING, FAILING = 40, 5, 6  # of every ten people five pass and one fails
CHUNK = 5000


def seed(people: int, courses: int) -> None:
    """Make people in units, each assigned every course, six of ten with a record of it.

    The caller holds the write transaction.
    """
    _few_rows(courses)
    for start in range(1, people + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, people + 1))
        for model, rows in _rows(numbers, people, courses):
            values = list(rows)
            if values:
                db.session.execute(sa.insert(model), values)
        db.session.flush()


def _few_rows(courses: int) -> None:
    now, day = clock.now(), house.today() + timedelta(days=20)
    db.session.execute(sa.insert(Unit), [
        {"id": n, "code": f"U{n}", "name": f"Unit {n}", "parent_id": None if n == 1 else 1}
        for n in range(1, UNITS + 1)])
    db.session.add_all([Site(id=1, code="S1", name="Halden"),
                        JobRole(id=1, code="OPER", title="Machine operator"),
                        SigningKey(key_id="bench", public_pem="", created_at=now)])
    for n in range(1, courses + 1):
        db.session.add(Course(id=n, slug=f"course-{n}", library_id=a_library(), created_at=now))
        db.session.flush()
        db.session.add_all([
            CourseVersion(id=n, course_id=n, number=1, label="2026.1", title=f"Course {n}",
                          summary="", language="en", topics=[], content_hash=f"{n}",
                          editions=[{"label": "ISO 9001:2015"}], created_at=now),
            Quiz(id=n, slug=f"exam-{n}", course_id=n, kind="exam", created_at=now),
            Requirement(id=n, course_id=n, target="everybody", due_on=day, created_at=now)])
        db.session.flush()
        db.session.add(QuizVersion(id=n, quiz_id=n, number=1, state="published", title="Exam",
                                   cells=[], rules={}, created_at=now))
    db.session.flush()
    db.session.execute(sa.update(Course).values(current_version_id=Course.id))


def _rows(numbers: range, people: int, courses: int) -> Iterator[tuple[Any, Iterator[Any]]]:
    now, today = clock.now(), house.today()
    since = today - timedelta(days=900)
    yield User, ({"id": n, "created_at": now, "is_demo": False} for n in numbers)
    yield Identity, ({"user_id": n, "name": f"Person {n:06d}", "name_folded": f"person {n:06d}",
                      "personnel_no": f"P{n:06d}"} for n in numbers)
    yield SignInName, ({"folded": f"p{n:06d}", "user_id": n, "kind": "personnel_no"}
                       for n in numbers)
    yield Placement, ({"user_id": n, "unit_id": 1 + n % UNITS, "site_id": 1, "job_role_id": 1,
                       "manager_id": 1 if n > 1 else None, "employment_type": "employee",
                       "valid_from": since} for n in numbers)
    pairs = [(n, course, (course - 1) * people + n)
             for n in numbers for course in range(1, courses + 1)]
    yield Assignment, ({"requirement_id": course, "user_id": n, "course_id": course,
                        "assigned_on": today, "due_on": _due_on(today, n)}
                       for n, course, _id in pairs)
    sat = [pair for pair in pairs if pair[0] % 10 < FAILING]
    yield Attempt, ({"id": id_, "user_id": n, "quiz_id": course, "quiz_version_id": course,
                     "course_version_id": course, "number": 1, "state": "submitted",
                     "started_at": now, "closed_at": now} for n, course, id_ in sat)
    yield Result, ({"attempt_id": id_, "score": "18", "out_of": "20", "percent": "90.0",
                    "passed": _passed(n), "marked_at": now}
                   for n, _course, id_ in sat)
    passed = [pair for pair in sat if _passed(pair[0])]
    yield Certificate, ({"id": id_, "number": f"26-{id_}", "code": str(id_), "attempt_id": id_,
                         "passed": True, "user_id": n, "course_id": course, "issued_at": now,
                         "valid_until": today + timedelta(days=n % 700), "payload": {},
                         "signature": "", "key_id": "bench"} for n, course, id_ in passed)
    yield CompletionRecord, (_record(n, course, id_) for n, course, id_ in sat)
    yield RecordPerson, ({"record_id": id_, "name": f"Person {n:06d}", "salts": {},
                          "personnel_no": f"P{n:06d}", "manager_name": "Person 000001",
                          "manager_personnel_no": "P000001"} for n, _course, id_ in sat)


def _passed(n: int) -> bool:
    return n % 10 < PASSING


def _due_on(today: date, n: int) -> date:
    return today + timedelta(days=n % 97 - 20)


def _record(n: int, course: int, id_: int) -> dict[str, Any]:
    now, passed = clock.now(), _passed(n)
    until = house.today() + timedelta(days=n % 700) if passed else None
    result = "passed" if passed else "failed"
    return {
        "id": id_, "user_id": n, "course_id": course, "course_version_id": course,
        "attempt_id": id_, "certificate_id": id_ if passed else None, "completed_at": now,
        "recorded_at": now,
        "valid_until": until, "score_percent": "90.0", "pass_mark": 80, "result": result,
        "hash": "0" * 64, "frozen": {
            "schema": "isotrain-record-1",
            "place": {"unit": f"Unit {1 + n % UNITS}", "unit_code": f"U{1 + n % UNITS}",
                      "site": "Halden", "job_role": "Machine operator", "job_role_code": "OPER",
                      "employment_type": "employee", "hired_on": "2020-01-01"},
            "requirement": {"id": course, "version": 1, "level": "aware", "target": "everybody",
                            "assigned_on": "2026-01-01", "due_on": "2026-12-01"},
            "course": {"slug": f"course-{course}", "title": f"Course {course}",
                       "version": "2026.1", "number": 1, "language": "en", "approved_by": None,
                       "approved_at": None, "approved_alone": False},
            "standards": ["ISO 9001:2015 + Amd 1:2024"],
            "quiz": {"slug": "exam", "title": "Exam", "version": 1, "pass_mark": 80,
                     "pass_mark_basis": ""},
            "attempt": {"id": id_, "number": 1, "state": "submitted", "form": f"{id_:064x}",
                        "started_at": now.isoformat(), "closed_at": now.isoformat()},
            "result": {"result": result, "score": "18", "out_of": "20", "percent": "90.0"},
            "certificate": {"number": f"26-{id_}", "valid_until": until.isoformat()}
            if until else None,
            "person": {"name": "0" * 64, "personnel_no": "0" * 64, "manager_name": "0" * 64,
                       "manager_personnel_no": "0" * 64},
        },
    }
