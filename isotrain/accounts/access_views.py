"""The way in without a password: asking for a link, and using one."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import login_user

from isotrain.accounts import directory, inviting, linking, signing_in
from isotrain.accounts.forms import NameForm, NewPasswordForm
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.mail import queueing
from isotrain.web.forms import given
from isotrain.web.gate import public
from isotrain.web.transaction import committed_even_if_refused, transaction

bp = Blueprint("access", __name__)


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """Ask for a link by mail; the answer is the same whoever asks."""
    form = NameForm.of_request()
    status = 422 if request.method == "POST" else 200
    asked = False
    if form.sent():
        try:
            committed_even_if_refused(inviting.ask, form.name.data, request.remote_addr or "")
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            asked, status = True, 200
    return render_template("access/forgotten.html", form=form, asked=asked,
                           mail=queueing.is_set_up()), status


@bp.route("/access/<token>", methods=["GET", "POST"])
@public
def use(token: str) -> Any:
    """Take a one-time link and a new password, and begin a session."""
    try:
        link = linking.get(token)
    except Refusal as gone:
        return _unlinked(render_template("access/gone.html"), gone.status)
    identity = directory.get_identity(link.user_id)
    form = NewPasswordForm.of_request()
    if form.sent():
        try:
            signed_in = _use(token, link.user_id, given(form.password, str))
        except Refusal as refusal:
            if refusal.status == 410:
                return _unlinked(render_template("access/gone.html"), 410)
            form.refuse(refusal)
        else:
            session.clear()
            login_user(signed_in)
            flash(_("Your password is set. You are signed in here and nowhere else."), "success")
            return redirect(url_for("accounts.home"), 303)
    page = render_template("access/use.html", form=form, identity=identity, link=link)
    return _unlinked(page, 422 if request.method == "POST" else 200)


def _use(token: str, user_id: int, password: str) -> signing_in.SignedIn:
    hashed = linking.checked_and_hashed(user_id, password)
    with transaction():
        linking.use(token, hashed, request_id=g.request_id)
        return signing_in.start(user_id, name="", browser=request.user_agent.string,
                                by_request=g.request_id)


def _unlinked(page: str, status: int) -> Any:
    """Answer with a page whose address, which holds the token, goes nowhere else."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
