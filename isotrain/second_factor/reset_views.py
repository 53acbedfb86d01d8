"""An administrator's page that takes away a lost second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from isotrain.accounts import directory
from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.second_factor import holding, resetting
from isotrain.second_factor.forms import ResetForm
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, requires
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("factor_reset", __name__)


@bp.route("/people/<int:user_id>/second-factor", methods=["GET", "POST"])
@requires(Permission.FACTOR_RESET)
@steps_up("POST")
def reset(user_id: int) -> ResponseReturnValue:
    """Say what a reset does, ask how it is known who asked, and do it."""
    identity = directory.get_identity(user_id)
    form = ResetForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                waits = resetting.reset(user_id, reason=given(form.reason, str), by=actor())
            flash(_("It is reset once another administrator confirms it.") if waits
                  else _("The second factor is reset. They set up another when they sign in."),
                  "success")
            return redirect(url_for("people.person", user_id=user_id), 303)
    page = render_template("second_factor/reset.html", form=form, identity=identity,
                           has_factor=holding.held(user_id).any)
    return page, form.status
