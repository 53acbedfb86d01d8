"""Deciding about the questions of a file: whether one changes a question, is added or left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.banks.files import importing
from isotrain.banks.models import BankDecision, BankUpload
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.lists import chunks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isotrain.audit.noting import Actor
    from isotrain.banks.files.importing import Review


def decide(bank_id: int, review: Review, decisions: Mapping[str, str], *, by: Actor) -> None:
    """Keep what was decided, by the places of questions; the newest decision holds.

    Refuses what is not on offer for a question, and anything once the file was applied.
    """
    offered = {step.draft.place: step.offered for step in review.plan.steps}
    if not decisions or any(decision not in offered.get(place, ())
                            for place, decision in decisions.items()):
        raise Refusal(_("This cannot be decided about that question."))
    upload = importing.get_upload(bank_id, review.token)
    if upload.state == "applied":
        raise importing.applied_before(upload)
    # Two who decide at once wait for each other here.
    db.session.execute(
        sa.select(BankUpload.id).where(BankUpload.id == upload.id).with_for_update())
    for some in chunks(decisions):
        db.session.execute(sa.delete(BankDecision).where(
            BankDecision.upload_id == upload.id, BankDecision.place.in_(some)))
        db.session.execute(sa.insert(BankDecision), [
            {"upload_id": upload.id, "place": place, "decision": decisions[place],
             "decided_at": clock.now(), "decided_by": by.user_id} for place in some])
    db.session.flush()


def for_all(review: Review, effect: str, decision: str) -> dict[str, str]:
    """Return the same decision for every question of one effect."""
    return {step.draft.place: decision for step in review.plan.steps
            if step.effect == effect and decision in step.offered}
