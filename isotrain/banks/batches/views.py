"""Pages of many questions at once: what would happen, doing it, what was done, undoing it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import directory, inventory, versions
from isotrain.banks.batches import changing, history, undoing
from isotrain.banks.batches.wish import ACTS, Filling, Outlook, Wish
from isotrain.banks.forms import SetForm, address_of, asked_filter, chosen_ids
from isotrain.banks.inventory import Filter, Selection
from isotrain.banks.models import APPROVE, RESTORE, RETIRE, SET
from isotrain.banks.pooling import LeavesShort
from isotrain.banks.stopped_forms import Stopped, agreed
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _, ngettext, say
from isotrain.jobs import asking
from isotrain.mail import queueing
from isotrain.questions.pictured import worded
from isotrain.text import N_
from isotrain.web import lists
from isotrain.web.answering import answered
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from typing import Any

    from flask.typing import ResponseReturnValue

SHOWN = 50  # questions that a page names before it only counts
TITLES = {SET: N_("Set on many questions"), APPROVE: N_("Approve many questions"),
          RETIRE: N_("Retire many questions"), RESTORE: N_("Restore many questions")}
bp = Blueprint("batches", __name__, url_prefix="/<int:bank_id>/batches")


@bp.get("")
@requires(Permission.BANK_EDIT)
def index(bank_id: int) -> ResponseReturnValue:
    """List what was done to many questions of a bank."""
    bank = directory.get_bank(bank_id, member=me().id)
    page = history.listing(bank.id).page(lists.asked())
    return render_template(
        "banks/batches/index.html", bank=inventory.get_view(bank), page=page,
        links=Links("banks.batches.index", page, path={"bank_id": bank.id}))


@bp.post("/preview")
@requires(Permission.BANK_EDIT)
def preview(bank_id: int) -> ResponseReturnValue:
    """Show what would happen to the chosen questions; nothing happens yet."""
    with answered():
        return _preview(bank_id, changing.foresee(bank_id, _wish(bank_id), by=actor()))
    return redirect(url_for("banks.show", bank_id=bank_id, **_asked()), 303)


@bp.post("")
@requires(Permission.BANK_EDIT)
def create(bank_id: int) -> ResponseReturnValue:
    """Do to the chosen questions what was shown before."""
    sent, wish, sure = Stopped(), _wish(bank_id), agreed()
    with answered(sent):
        outlook = changing.foresee(bank_id, wish, by=actor())
        changing.check_basis(outlook, request.form.get("basis", ""))
        if changing.is_long(outlook):
            with transaction():
                work = asking.ask(changing.KIND, changing.params_of(bank_id, outlook, sure),
                                  user_id=me().id)
            return redirect(url_for("work.show", work_id=work.id), 303)
        changed = changing.change(bank_id, outlook, by=actor(), transaction=transaction,
                                  agreed=sure)
        flash(changed.sentence, "success")
        if changed.batch_id is None:
            return redirect(url_for("banks.show", bank_id=bank_id, **_asked()), 303)
        return redirect(url_for(".show", bank_id=bank_id, batch_id=changed.batch_id), 303)
    if isinstance(sent.refusal, Conflict | LeavesShort):
        outlook = changing.foresee(bank_id, wish, by=actor())
        return _preview(bank_id, outlook, sent.refusal), sent.refusal.status
    sent.say()
    return redirect(url_for("banks.show", bank_id=bank_id, **_asked()), 303)


def _wish(bank_id: int) -> Wish:
    """What was asked for: an act, on the questions that were ticked or all that are found."""
    bank = directory.get_bank(bank_id, member=me().id)
    act = request.form.get("do", "")
    if act not in ACTS:
        raise NotFound(_("There is no such act."))
    form = SetForm.of_request(topics=list(directory.vocabulary(bank).topics.items()))
    filling, every = form.filling() if act == SET else Filling(), form.every.data
    ids = None if every else tuple(sorted(set(chosen_ids(request.form.getlist("question")))))
    return Wish(act, Selection(asked_filter() if every else Filter(), ids), filling)


def _asked() -> dict[str, Any]:
    """The part of the address that says what the list shows."""
    return {name: value or None for name, value in address_of(asked_filter()).items()}


def _preview(bank_id: int, outlook: Outlook, refusal: Refusal | None = None) -> str:
    bank = directory.get_bank(bank_id, member=me().id)
    shown = outlook.changes[:SHOWN]
    contents = versions.contents(each.version_id for each in shown)
    stems = {each.id: worded(contents[each.version_id].question().plain_stem) for each in shown}
    wish = outlook.wish
    fields = [("do", wish.act), ("basis", outlook.basis),
              *((f"set_{name}", value) for name, value in asdict(wish.filling).items() if value),
              *([("every", "1")] if wish.selection.ids is None else
                [("question", each) for each in wish.selection.ids])]
    return render_template(
        "banks/batches/preview.html", bank=inventory.get_view(bank), outlook=outlook, shown=shown,
        stems=stems, fields=fields, refusal=refusal, left=outlook.left[:SHOWN],
        title=say(TITLES[wish.act]), topics=directory.vocabulary(bank).topics,
        address=url_for(".create", bank_id=bank_id, **_asked()),
        back=url_for("banks.show", bank_id=bank_id, **_asked()), mailed=queueing.is_set_up())


@bp.get("/<int:batch_id>")
@requires(Permission.BANK_EDIT)
def show(bank_id: int, batch_id: int) -> ResponseReturnValue:
    """Show what was done together, and what undoing it would come to."""
    return _page(bank_id, batch_id)


def _page(bank_id: int, batch_id: int, stopped: LeavesShort | None = None) -> str:
    bank = directory.get_bank(bank_id, member=me().id)
    batch = history.get(bank.id, batch_id)
    found = history.touched if batch.act in history.TOUCHING else history.brought
    page = found(batch.id).page(lists.asked())
    return render_template(
        "banks/batches/show.html", bank=inventory.get_view(bank), batch=batch, page=page,
        outlook=undoing.look_ahead(batch.id), stopped=stopped, mailed=queueing.is_set_up(),
        links=Links("banks.batches.show", page,
                    path={"bank_id": bank.id, "batch_id": batch.id}))


@bp.post("/<int:batch_id>/undo")
@requires(Permission.BANK_EDIT)
def undo(bank_id: int, batch_id: int) -> ResponseReturnValue:
    """Undo what was done together."""
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


def _told(outlook: undoing.Outlook) -> str:
    done = _("Undone. The bank is as it was before.")
    if not outlook.later:
        return done
    return f"{done} " + ngettext(
        "%(num)s question was changed since and stays as it is now.",
        "%(num)s questions were changed since and stay as they are now.", outlook.later)
