"""Pages of what came in with files: the list of them, one of them, undoing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import directory, inventory
from isotrain.banks.batches import history, undoing
from isotrain.banks.pooling import LeavesShort
from isotrain.banks.stopped_forms import Stopped, agreed
from isotrain.i18n import _, ngettext
from isotrain.mail import queueing
from isotrain.web import lists
from isotrain.web.answering import answered
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from isotrain.banks.batches.undoing import Outlook

bp = Blueprint("batches", __name__, url_prefix="/<int:bank_id>/batches")


@bp.get("")
@requires(Permission.BANK_EDIT)
def index(bank_id: int) -> ResponseReturnValue:
    """List what came into a bank with files."""
    bank = directory.get_bank(bank_id, member=me().id)
    page = history.listing(bank.id).page(lists.asked())
    return render_template(
        "banks/batches/index.html", bank=inventory.get_view(bank), page=page,
        links=Links("banks.batches.index", page, path={"bank_id": bank.id}))


@bp.get("/<int:batch_id>")
@requires(Permission.BANK_EDIT)
def show(bank_id: int, batch_id: int) -> ResponseReturnValue:
    """Show what came in with one file, and what undoing it would come to."""
    return _page(bank_id, batch_id)


def _page(bank_id: int, batch_id: int, stopped: LeavesShort | None = None) -> str:
    bank = directory.get_bank(bank_id, member=me().id)
    batch = history.get(bank.id, batch_id)
    page = history.brought(batch.id).page(lists.asked())
    return render_template(
        "banks/batches/show.html", bank=inventory.get_view(bank), batch=batch, page=page,
        outlook=undoing.look_ahead(batch.id), stopped=stopped, mailed=queueing.is_set_up(),
        links=Links("banks.batches.show", page,
                    path={"bank_id": bank.id, "batch_id": batch.id}))


@bp.post("/<int:batch_id>/undo")
@requires(Permission.BANK_EDIT)
def undo(bank_id: int, batch_id: int) -> ResponseReturnValue:
    """Undo what came in with one file."""
    foreseen = undoing.foresee(bank_id, batch_id, by=actor())
    sent = Stopped()
    with answered(sent):
        with transaction():
            outlook = undoing.undo(bank_id, batch_id, by=actor(), foreseen=foreseen,
                                   agreed=agreed())
        flash(_told(outlook), "success")
    if isinstance(sent.refusal, LeavesShort):
        return _page(bank_id, batch_id, sent.refusal), sent.refusal.status
    sent.say()
    return redirect(url_for(".show", bank_id=bank_id, batch_id=batch_id), 303)


def _told(outlook: Outlook) -> str:
    done = _("Undone. The bank is as it was before this file.")
    if not outlook.later:
        return done
    return f"{done} " + ngettext(
        "%(num)s question was changed since and keeps what it says now.",
        "%(num)s questions were changed since and keep what they say now.", outlook.later)
