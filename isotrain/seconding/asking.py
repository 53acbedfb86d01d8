"""Asking for an act: done at once where one person may, else left to a second."""

from __future__ import annotations

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.db import added
from isotrain.errors import Conflict
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of
from isotrain.seconding.kind import Agreed, Kinds
from isotrain.seconding.models import ASKED, Proposal
from isotrain.settings import values
from isotrain.wired import wired


def ask(
    name: str, object_id: int, asked: JsonObject, *, reason: str, by: Actor
) -> Proposal | None:
    """Do an act of a kind where one person may; otherwise return the proposal that now waits."""
    kind = wired(Kinds).get(name)
    if values.fresh(kind.setting):
        return ask_second(name, object_id, asked, reason=reason, by=by)
    kind.carry_out(Agreed(object_id, asked, reason, by=by, second=None))
    return None


def ask_second(
    name: str, object_id: int, asked: JsonObject, *, reason: str, by: Actor
) -> Proposal:
    """Leave an act to a second person, whatever the setting of its kind says.

    One act of a kind waits per object, which the database holds up.
    """
    kind = wired(Kinds).get(name)
    row = Proposal(kind=name, object_id=object_id, asked=asked,
                   digest=hash_of(kind.state(object_id)), reason=reason, asked_at=clock.now(),
                   asker_kind=by.kind, asked_by=by.user_id, state=ASKED)
    if not added(row):
        raise Conflict(_("This waits for a second person already. Look under To confirm."))
    note("proposal.asked", by, scope=kind.scope, on=("proposal", row.id), reason=reason or None,
         details={"kind": name, "object": object_id})
    return row
