"""Pure rules of what is due: one status per person and course, decided in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SOON = timedelta(days=30)  # what is due or runs out within these days is called soon, everywhere

NOT_ASSIGNED = "not_assigned"
ASSIGNED = "assigned"
IN_PROGRESS = "in_progress"
COMPLETED_PASS = "completed_pass"  # noqa: S105  (a status, no password)
COMPLETED_FAIL = "completed_fail"
OVERDUE = "overdue"
EXPIRED = "expired"
STATUSES = (OVERDUE, EXPIRED, COMPLETED_FAIL, IN_PROGRESS, ASSIGNED, COMPLETED_PASS, NOT_ASSIGNED)


@dataclass(frozen=True)
class Facts:
    """What decides the status of one person in one course.

    `valid_until` is the last day of the newest certificate that was not revoked; `failed` says
    that an exam was tried and not passed; `begun` that something was read or an exam is open.
    """

    due_on: date | None = None
    valid_until: date | None = None
    failed: bool = False
    begun: bool = False


def status(facts: Facts, today: date) -> str:
    """Return the status; the first that applies counts, in this order.

    A pass that is still valid settles the matter, whenever it was earned. What is past its due
    day is overdue, even when tried or expired. Then expired, failed, begun, and only assigned.
    """
    if facts.valid_until is not None and facts.valid_until >= today:
        return COMPLETED_PASS
    if facts.due_on is not None and facts.due_on < today:
        return OVERDUE
    if facts.valid_until is not None:
        return EXPIRED
    if facts.failed:
        return COMPLETED_FAIL
    if facts.begun:
        return IN_PROGRESS
    return NOT_ASSIGNED if facts.due_on is None else ASSIGNED


def is_expiring(facts: Facts, today: date) -> bool:
    """Say whether a pass that is still valid runs out soon."""
    until = facts.valid_until
    return until is not None and today <= until <= today + SOON


def is_due_soon(facts: Facts, today: date) -> bool:
    """Say whether a course is still to do, and due soon."""
    lacking = facts.valid_until is None or facts.valid_until < today
    return lacking and facts.due_on is not None and today <= facts.due_on <= today + SOON


def urgency(facts: Facts, today: date) -> str:
    """Return the group a course stands in on My training: overdue, soon, later or done."""
    found = status(facts, today)
    if found == OVERDUE:
        return "overdue"
    if found == COMPLETED_PASS:
        return "soon" if is_expiring(facts, today) and facts.due_on is not None else "done"
    if found == EXPIRED:
        return "soon"
    return "soon" if is_due_soon(facts, today) else "later"
