"""Pages of what waits for a second person: mine to confirm, and what I asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.seconding import settling, waiting
from isotrain.seconding.forms import DeclineForm
from isotrain.web.answering import answered
from isotrain.web.gate import actor, requires
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("seconding", __name__, url_prefix="/to-confirm")


@bp.get("")
@requires(Permission.SECOND)
def index() -> ResponseReturnValue:
    """List what waits for me, and what I asked for."""
    return render_template("seconding/index.html", mine=waiting.list_confirmable(by=actor()),
                           asked=waiting.list_asked(by=actor()))


@bp.get("/<int:proposal_id>")
@requires(Permission.SECOND)
def show(proposal_id: int) -> ResponseReturnValue:
    """Show what would be done, before it is confirmed, declined or withdrawn."""
    return _page(proposal_id, DeclineForm(None))


@bp.post("/<int:proposal_id>/confirm")
@requires(Permission.SECOND)
@steps_up("POST")
def confirm(proposal_id: int) -> ResponseReturnValue:
    """Let it be done."""
    form = DeclineForm(None)
    with answered(form):
        with transaction():
            done = settling.confirm(proposal_id, by=actor())
        flash(_("Confirmed and done.") if done else _(
            "Nothing was done: since this was asked, what it is about has changed."),
            "success" if done else "warning")
        return redirect(url_for("seconding.index"), 303)
    return _page(proposal_id, form)


@bp.post("/<int:proposal_id>/decline")
@requires(Permission.SECOND)
def decline(proposal_id: int) -> ResponseReturnValue:
    """Refuse it, with a reason."""
    form = DeclineForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                settling.decline(proposal_id, reason=form.reason.data or "", by=actor())
            flash(_("Declined."), "success")
            return redirect(url_for("seconding.index"), 303)
    return _page(proposal_id, form)


@bp.post("/<int:proposal_id>/withdraw")
@requires(Permission.SECOND)
def withdraw(proposal_id: int) -> ResponseReturnValue:
    """Take back what I asked for."""
    form = DeclineForm(None)
    with answered(form):
        with transaction():
            settling.withdraw(proposal_id, by=actor())
        flash(_("Withdrawn."), "success")
        return redirect(url_for("seconding.index"), 303)
    return _page(proposal_id, form)


def _page(proposal_id: int, form: DeclineForm) -> ResponseReturnValue:
    found = waiting.get(proposal_id, by=actor())
    return render_template(
        "seconding/show.html", found=found, form=form,
        own=waiting.is_own(found.proposal, by=actor()),
        somebody=waiting.has_somebody(found.proposal),
        setting=waiting.setting_of(found.proposal)), form.status
