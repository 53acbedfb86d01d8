"""Accepting what a check finds: it may stay, for a reason that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Identity
from isotrain.audit.noting import Actor, checked_reason, note
from isotrain.banks import directory
from isotrain.banks.models import FindingAcceptance
from isotrain.db import added, db
from isotrain.errors import Refusal
from isotrain.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

REASON_LIMIT = 1000


@dataclass(frozen=True)
class Acceptance:
    """That something may stay: why, who said so (None for a command), and when."""

    reason: str
    at: datetime
    by: str | None


Accepted = Mapping[tuple[int | None, str], Acceptance]
"""By version and check; without a version for the bank as a whole."""


def list_accepted(bank_id: int, *, version_id: int | None = None) -> Accepted:
    """Return what was accepted in a bank, or of one version alone."""
    row = FindingAcceptance
    query = (
        sa.select(row.version_id, row.check_name, row.reason, row.accepted_at, Identity.name)
        .outerjoin(Identity, Identity.user_id == row.accepted_by)
        .where(row.bank_id == bank_id)
    )
    if version_id is not None:
        query = query.where(row.version_id == version_id)
    return {(found.version_id, found.check_name):
            Acceptance(found.reason, found.accepted_at, found.name)
            for found in db.session.execute(query)}


def accept(
    bank_id: int, check: str, *, question_id: int | None, version_id: int | None, reason: str,
    by: Actor,
) -> None:
    """Let what a check finds in a version, or in the bank as a whole, stay.

    Who looked at an older version is refused, and so is what was accepted before.
    """
    directory.get_bank(bank_id, member=by.user_id)
    reason = checked_reason(reason)
    if len(reason) > REASON_LIMIT:
        raise Refusal(_("Use at most %(limit)s characters", limit=REASON_LIMIT), "reason")
    if question_id is not None:
        question = directory.get_question(bank_id, question_id)
        if question.latest_version_id != version_id:
            raise Refusal(_("The question has a newer version. Look at what is found there."))
    row = FindingAcceptance(
        bank_id=bank_id, version_id=version_id if question_id is not None else None,
        check_name=check, reason=reason, accepted_at=clock.now(), accepted_by=by.user_id)
    if not added(row):
        raise Refusal(_("This was accepted before."))
    note("finding.accepted", by, scope="banks", on=("bank", bank_id), reason=reason,
         details={"check": check, "version": row.version_id})
    db.session.flush()
