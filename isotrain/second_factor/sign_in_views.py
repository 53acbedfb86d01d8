"""The second step of signing in: a code, a recovery code or a passkey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user

from isotrain.accounts import preferring, signing_in
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.second_factor import arriving, ceremony, holding, proving
from isotrain.second_factor.forms import CodeForm, PasskeyForm, RecoveryForm
from isotrain.web import gate
from isotrain.web.addresses import safe_next
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import public
from isotrain.web.transaction import committed_even_if_refused, transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from isotrain.accounts.signing_in import Started
    from isotrain.second_factor.arriving import Waiting

bp = Blueprint("second_step", __name__)
FORMS: tuple[type[CodeForm | RecoveryForm | PasskeyForm], ...] = (
    CodeForm, RecoveryForm, PasskeyForm)


@bp.route("/second-step", methods=["GET", "POST"])
@public
def prove() -> ResponseReturnValue:
    """Ask for the second factor, and begin a session when it is right."""
    onward = safe_next(request.args.get("next")) or url_for("accounts.home")
    if current_user.is_authenticated:
        return redirect(onward, 303)
    waiting = arriving.find(gate.half_way())
    if waiting is None:
        return _begin_again(onward)
    forms = {kind: kind(None) for kind in FORMS}
    chosen = next((kind for kind in FORMS if _name(kind) in request.form), CodeForm)
    form = forms[chosen] = chosen.of_request()
    if form.sent():
        with answered(form):
            return gate.let_in(_proven(waiting, form), onward)
    page = render_template(
        "second_factor/prove.html", waiting=waiting, form=form, code=forms[CodeForm],
        recovery=forms[RecoveryForm], passkey=forms[PasskeyForm],
        held=holding.held(waiting.user_id), site=ceremony.find_site())
    return page, form.status


@bp.post("/second-step/passkey")
@public
def ask_passkey() -> ResponseReturnValue:
    """Say what a passkey is to sign; nothing where nobody stands half way."""
    waiting = arriving.find(gate.half_way())
    asked = None
    if waiting is not None:
        with transaction():
            asked = proving.ask_passkey(waiting.user_id, place=waiting.place)
    if asked is None:
        return jsonify(error=_("Sign in again from the beginning.")), 409
    return current_app.response_class(asked, mimetype="application/json")


def _proven(waiting: Waiting, form: CodeForm | RecoveryForm | PasskeyForm) -> Started:
    """Count the try, then prove; what is not right is counted, too."""
    tries = proving.tries_of(waiting.user_id, gate.this_device())
    committed_even_if_refused(proving.admit, waiting.user_id, tries, g.request_id)
    prove = arriving.by_passkey if isinstance(form, PasskeyForm) else arriving.by_code
    sent = given(form[_name(type(form))], str)
    with transaction():
        started = prove(waiting, sent, tries=tries, browser=request.user_agent.string,
                        address=request.remote_addr, request_id=g.request_id)
        if started is not None:
            preferring.adopt(waiting.user_id, session.get("language"))
    if started is None:
        current_app.logger.warning("second step failed", extra={"fields": {
            "user": waiting.user_id, "address": signing_in.source_of(request.remote_addr)}})
        raise _wrong(form)
    return started


def _name(kind: type[CodeForm | RecoveryForm | PasskeyForm]) -> str:
    return {CodeForm: "code", RecoveryForm: "recovery", PasskeyForm: "passkey"}[kind]


def _wrong(form: CodeForm | RecoveryForm | PasskeyForm) -> Refusal:
    if isinstance(form, PasskeyForm):
        return Refusal(_("This passkey was not accepted. Try again, or use another way."))
    if isinstance(form, RecoveryForm):
        return Refusal(_("This recovery code is not right, or was used already."), "recovery")
    return Refusal(_("This code is not right, or was used already. Wait for the next one."),
                   "code")


def _begin_again(onward: str) -> ResponseReturnValue:
    flash(_("Enter your password again: the second step comes within ten minutes of it."), "info")
    return redirect(url_for("accounts.sign_in", next=onward), 303)
