"""The way in without a password: asking for a link, and using one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

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
from isotrain.accounts.forms import CodeForm, NameForm, NewPasswordForm
from isotrain.accounts.rules import SHORTEST
from isotrain.i18n import _
from isotrain.mail import queueing
from isotrain.web import gate
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, public
from isotrain.web.headers import with_secret
from isotrain.web.transaction import committed_even_if_refused, transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from isotrain.accounts.models import OneTimeLink

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
    form = NewPasswordForm.of_request()
    if form.sent():
        with answered(form):
            return _begin(partial(linking.get, token), link.user_id, given(form.password, str))
        if form.status == GONE:
            return _gone()
    return _ask_password(form, link.user_id, form.status)


@bp.route("/access", methods=["GET", "POST"], strict_slashes=False)
@public
def by_code() -> ResponseReturnValue:
    """Take the code of a one-time link, then the new password beside it, and begin a session."""
    form = CodeForm.of_request()
    if form.sent():
        with answered(form):
            typed = given(form.name, str), given(form.code, str)
            committed_even_if_refused(linking.admit_typed, *typed, request.remote_addr or "")
            user_id = linking.get_typed(*typed).user_id
            if "password" not in request.form:
                return _ask_password(NewPasswordForm(), user_id, 200, typed=form)
            chosen = NewPasswordForm.of_request()
            if chosen.sent():
                with answered(chosen):
                    return _begin(partial(linking.get_typed, *typed), user_id,
                                  given(chosen.password, str))
            linking.get_typed(*typed)  # somebody else may have been quicker
            return _ask_password(chosen, user_id, chosen.status, typed=form)
    return render_template("access/code.html", form=form), form.status


def _ask_password(
    form: NewPasswordForm, user_id: int, status: int, *, typed: CodeForm | None = None
) -> Response:
    page = render_template("access/use.html", form=form, typed=typed,
                           identity=directory.get_identity(user_id),
                           hint=linking.length_hint(user_id))
    return with_secret(page, status)


def _gone() -> Response:
    return with_secret(render_template("access/gone.html"), GONE)


def _begin(
    get_link: Callable[[], OneTimeLink], user_id: int, password: str
) -> ResponseReturnValue:
    begun = _use(get_link, user_id, password)
    if isinstance(begun, signing_in.HalfWay):
        flash(_("Your password is set. Now show your second factor."), "success")
        return gate.lead_half_way(begun, url_for("accounts.home"))
    answer = gate.let_in(begun, url_for("accounts.home"))
    flash(_("Your password is set. You are signed in here and nowhere else."), "success")
    return answer


def _use(
    get_link: Callable[[], OneTimeLink], user_id: int, password: str
) -> signing_in.Started | signing_in.HalfWay:
    hashed = linking.checked_and_hashed(user_id, password)
    with transaction():
        if current_user.is_authenticated:  # whoever it was, this browser shows them no more
            signing_in.end(me().session_id, me().id, by=actor())
        preferring.adopt(user_id, session.get("language"))
        linking.use(get_link(), hashed, request_id=g.request_id)
        return signing_in.begin(user_id, browser=request.user_agent.string,
                                address=request.remote_addr, tries=None,
                                by_request=g.request_id, short=len(password) < SHORTEST)
