"""The way in without a password: asking for a link, and using one."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from isotrain.accounts import directory, inviting, linking, preferring, signing_in
from isotrain.accounts.forms import NameForm, NewPasswordForm
from isotrain.accounts.rules import SHORTEST
from isotrain.i18n import _
from isotrain.mail import queueing
from isotrain.web import gate
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, public
from isotrain.web.headers import with_secret
from isotrain.web.transaction import committed_even_if_refused, transaction

bp = Blueprint("access", __name__)
GONE = 410


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Ask for a link by mail; the answer is the same whoever asks."""
    form = NameForm.of_request()
    if form.sent():
        with answered(form):
            committed_even_if_refused(inviting.ask, given(form.name, str),
                                      request.remote_addr or "")
            return _forgotten(form, asked=True)
    return _forgotten(form, asked=False), form.status


def _forgotten(form: NameForm, *, asked: bool) -> str:
    return render_template("access/forgotten.html", form=form, asked=asked,
                           mail=queueing.is_set_up())


@bp.route("/access/<token>", methods=["GET", "POST"])
@public
def use(token: str) -> ResponseReturnValue:
    """Take a one-time link and a new password, and begin a session."""
    link = linking.find(token)
    if link is None:
        return _gone()
    identity = directory.get_identity(link.user_id)
    form = NewPasswordForm.of_request()
    if form.sent():
        with answered(form):
            begun = _use(token, identity.user_id, given(form.password, str))
            if isinstance(begun, signing_in.HalfWay):
                flash(_("Your password is set. Now show your second factor."), "success")
                return gate.lead_half_way(begun, url_for("accounts.home"))
            answer = gate.let_in(begun, url_for("accounts.home"))
            flash(_("Your password is set. You are signed in here and nowhere else."), "success")
            return answer
        if form.status == GONE:
            return _gone()
    page = render_template("access/use.html", form=form, identity=identity, link=link,
                           hint=linking.length_hint(identity.user_id))
    return with_secret(page, form.status)


def _gone() -> Response:
    return with_secret(render_template("access/gone.html"), GONE)


def _use(
    token: str, user_id: int, password: str
) -> signing_in.Started | signing_in.HalfWay:
    hashed = linking.checked_and_hashed(user_id, password)
    with transaction():
        if current_user.is_authenticated:  # whoever it was, this browser shows them no more
            signing_in.end(me().session_id, me().id, by=actor())
        preferring.adopt(user_id, session.get("language"))
        linking.use(token, hashed, request_id=g.request_id)
        return signing_in.begin(user_id, browser=request.user_agent.string,
                                address=request.remote_addr, tries=None,
                                by_request=g.request_id, short=len(password) < SHORTEST)
