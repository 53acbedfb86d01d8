"""The ledger held against the database: every count is to be 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.attempts.models import Answer, Attempt, AttemptItem, Result
from isotrain.attempts.rules import OPEN
from isotrain.banks import versions
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.keeping import verifying
from isotrain.records.models import CompletionRecord

if TYPE_CHECKING:
    from tests.faults.clients import Ledger, Slot

COUNTED = ("LOST", "DOUBLE", "FOREIGN", "GHOST", "SCORE", "CERT")


def held_against(ledger: Ledger) -> dict[str, list[Any]]:
    """Return, by kind, what is not as the clients were told; inside an application context."""
    db.session.rollback()
    db.session.expunge_all()
    found: dict[str, list[Any]] = {kind: [] for kind in COUNTED}
    stored = {(row.attempt_id, row.position): row for row in db.session.scalars(sa.select(Answer))}
    states = dict(db.session.execute(sa.select(Attempt.id, Attempt.state)).all())
    found["LOST"] += _lost(ledger, stored, states)
    found["FOREIGN"] += _foreign(ledger, stored)
    found["GHOST"] += ledger.after_the_end
    found["DOUBLE"] += _doubles()
    found["CERT"] += _awards()
    for check in verifying.verify().checks:
        cases = [f"{finding.place}: {finding.message}" for finding in check.findings]
        found.setdefault(check.name, []).extend(cases)
    found["SILENT"] = ledger.silent
    return found


def _lost(ledger: Ledger, stored: dict[Slot, Answer], states: dict[int, str]) -> list[Any]:
    """Acknowledged, and not there or older."""
    answers = [(slot, rev) for slot, rev in ledger.acked.items()
               if slot not in stored or stored[slot].rev < rev]
    attempts = [("start", attempt) for attempt in ledger.began.values() if attempt not in states]
    ended = [("submit", attempt) for attempt in ledger.ended
             if states.get(attempt, OPEN) == OPEN or db.session.get(Result, attempt) is None]
    return [*answers, *attempts, *ended]


def _foreign(ledger: Ledger, stored: dict[Slot, Answer]) -> list[Any]:
    """There, and nobody sent it: every stored answer must be one of those sent under its number."""
    items = {(item.attempt_id, item.position): item
             for item in db.session.scalars(sa.select(AttemptItem))}
    asked = versions.contents({item.question_version_id for item in items.values()})
    cases = []
    for slot, row in stored.items():
        given = ledger.sent.get(slot, {}).get(row.rev)
        item = items[slot]
        if given is None or row.response != asked[item.question_version_id].question().read(
            {"answer": list(given)}, item.arrangement
        ):
            cases.append((slot, row.rev, given, row.response))
    return cases


def _doubles() -> list[Any]:
    """Each person here sits once: more than one of anything is one too many."""
    keys = {"attempt": Attempt.user_id, "certificate": Certificate.attempt_id,
            "record": CompletionRecord.attempt_id}
    return [(what, *row) for what, column in keys.items() for row in db.session.execute(
        sa.select(column, sa.func.count()).group_by(column).having(sa.func.count() > 1))]


def _awards() -> list[Any]:
    """A certificate for each passed attempt and for no other; a record for each closed one."""
    passed = set(db.session.scalars(sa.select(Result.attempt_id).where(Result.passed)))
    certified = set(db.session.scalars(sa.select(Certificate.attempt_id)))
    closed = set(db.session.scalars(sa.select(Attempt.id).where(Attempt.state != OPEN)))
    recorded = set(db.session.scalars(sa.select(CompletionRecord.attempt_id)))
    return [*(passed ^ certified), *(closed ^ recorded)]
