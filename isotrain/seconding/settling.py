"""Settling what was asked: a second person confirms or declines, who asked takes it back."""

from __future__ import annotations

from isotrain import clock
from isotrain.accounts import directory
from isotrain.audit.noting import Actor, checked_reason, note
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _
from isotrain.ledger.hashing import hash_of
from isotrain.seconding import waiting
from isotrain.seconding.kind import Agreed, Kind, Kinds
from isotrain.seconding.models import (
    ASKED,
    CONFIRMED,
    DECLINED,
    STALE,
    WITHDRAWN,
    Proposal,
)
from isotrain.text import N_
from isotrain.wired import wired

# What the events are called that are named after what a proposal became, and what an event says
# of how many acted.
EVENTS = (N_("Proposal confirmed"), N_("Proposal declined"), N_("Proposal withdrawn"),
          N_("Proposal stale"), N_("Alone"), N_("Second"))


def confirm(proposal_id: int, *, by: Actor) -> bool:
    """Do what was asked; False where it was asked upon something else, or by who may no more.

    It is stale then, and that stays: to be committed, not to be refused.
    """
    row, kind = _open(proposal_id, by=by)
    if waiting.is_own(row, by=by):
        raise Refusal(_("You asked for this yourself. A second person confirms it."))
    if not _still_holds(row, kind):
        _settle(row, kind, STALE, by=by, reason=None)
        return False
    _settle(row, kind, CONFIRMED, by=by, reason=None)
    asker = Actor(row.asker_kind, row.asked_by, by.request_id)
    kind.carry_out(Agreed(row.object_id, row.asked, row.reason, by=asker, second=by))
    return True


def decline(proposal_id: int, *, reason: str, by: Actor) -> None:
    """Refuse what was asked, with a reason that who asked can read."""
    row, kind = _open(proposal_id, by=by)
    if waiting.is_own(row, by=by):
        raise Refusal(_("You asked for this yourself. Withdraw it."))
    _settle(row, kind, DECLINED, by=by, reason=checked_reason(reason))


def withdraw(proposal_id: int, *, by: Actor) -> None:
    """Take back what one asked for."""
    row, kind = _open(proposal_id, by=by)
    if not waiting.is_own(row, by=by):
        raise NotFound(_("There is no such request."))
    _settle(row, kind, WITHDRAWN, by=by, reason=None)


def _open(proposal_id: int, *, by: Actor) -> tuple[Proposal, Kind]:
    row = waiting.lock(proposal_id, by=by)
    if row.state != ASKED:
        raise Conflict(_("This was settled in the meantime."))
    return row, wired(Kinds).get(row.kind)


def _still_holds(row: Proposal, kind: Kind) -> bool:
    """Say whether the object is as it was, and who asked may still ask."""
    if row.asked_by is not None and not (
        directory.get(row.asked_by).active
        and waiting.may_second(kind, row.object_id, row.asked_by)
    ):
        return False
    try:
        return hash_of(kind.state(row.object_id)) == row.digest
    except NotFound:
        return False


def _settle(row: Proposal, kind: Kind, state: str, *, by: Actor, reason: str | None) -> None:
    row.state, row.settled_at, row.settled_reason = state, clock.now(), reason
    row.settler_kind, row.settled_by = by.kind, by.user_id
    note(f"proposal.{state}", by, scope=kind.scope, on=("proposal", row.id), reason=reason,
         details={"kind": row.kind, "object": row.object_id})
    db.session.flush()
