"""The own second factors: seeing them, setting them up, taking them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, url_for

from isotrain.accounts import directory, signing_in
from isotrain.accounts.permissions import Permission
from isotrain.accounts.rules import SHORTEST
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.second_factor import ceremony, drawing, enrolling, holding, requirement
from isotrain.second_factor.forms import AppForm, CodeForm, LabelForm, PasswordForm
from isotrain.second_factor.reset_views import bp as reset_bp
from isotrain.second_factor.sign_in_views import bp as sign_in_bp
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, requires
from isotrain.web.headers import with_secret
from isotrain.web.transaction import committed_even_if_refused, transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")
blueprints = (bp, sign_in_bp, reset_bp)


@bp.get("")
@requires(Permission.ENROL)
def index() -> ResponseReturnValue:
    """Show what one has beside the password, and what can be set up."""
    return render_template(
        "second_factor/index.html", held=holding.held(me().id), site=ceremony.find_site(),
        enrolling=me().enrolling, due=requirement.is_due(me().id))


@bp.post("/app/begin")
@requires(Permission.ENROL)
def begin_app() -> ResponseReturnValue:
    """Make the secret for an app."""
    with answered():
        with transaction():
            enrolling.begin_app(me().id)
        return redirect(url_for("second_factor.app"), 303)
    return _back()


@bp.route("/app", methods=["GET", "POST"])
@requires(Permission.ENROL)
def app() -> ResponseReturnValue:
    """Show the secret as a picture and in letters, and take the first code."""
    form = (CodeForm if me().enrolling else AppForm).of_request()
    if form.sent():
        with answered(form):
            if isinstance(form, AppForm):
                _confirm(given(form.current, str))
            with transaction():
                codes = enrolling.confirm_app(me().id, given(form.code, str), by=actor(),
                                              session_id=me().session_id)
            return _set_up(codes)
    begun = holding.find_begun(me().id)
    if begun is None:
        return _back()
    with answered():
        page = render_template("second_factor/app.html", form=form, number=_number(),
                               shown=drawing.draw(begun, _number()))
        return with_secret(page, form.status)
    return _back()


@bp.route("/app/remove", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def remove_app() -> ResponseReturnValue:
    """Take away the app, after asking for the password."""
    form = PasswordForm.of_request()
    if form.sent():
        with answered(form):
            short = _confirm(given(form.current, str))
            with transaction():
                enrolling.remove_app(me().id, short=short, session_id=me().session_id, by=actor())
            return _removed()
    return render_template("second_factor/remove.html", form=form, number=_number(),
                           label=""), form.status


@bp.route("/passkeys/new", methods=["GET", "POST"])
@requires(Permission.ENROL)
def new_passkey() -> ResponseReturnValue:
    """Add the passkey that the browser makes."""
    form = LabelForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                codes = enrolling.add_passkey(
                    me().id, form.passkey.data or "", label=given(form.label, str),
                    place=_place(), session_id=me().session_id, by=actor())
            if codes is None:
                raise Refusal(_("No passkey was added. Try again."))
            return _set_up(codes)
    page = render_template("second_factor/passkey.html", form=form, number=_number(),
                           site=ceremony.find_site(),
                           password=None if me().enrolling else PasswordForm(None))
    return page, form.status


@bp.post("/passkeys/ask")
@requires(Permission.ENROL)
def ask_new_passkey() -> ResponseReturnValue:
    """Say what the browser is to make a passkey from, after asking for the password."""
    form = PasswordForm.of_request()
    with answered(form):
        if not me().enrolling:
            if not form.sent():
                raise Refusal(_("Enter your password"))
            _confirm(given(form.current, str))
        with transaction():
            asked = enrolling.ask_new_passkey(me().id, name=_number(), place=_place())
        return current_app.response_class(asked, mimetype="application/json")
    assert form.refusal is not None
    return jsonify(error=form.refusal.sentence), form.refusal.status


@bp.route("/passkeys/<int:passkey_id>/remove", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take away a passkey, after asking for the password."""
    passkey = holding.get_passkey(me().id, passkey_id)
    form = PasswordForm.of_request()
    if form.sent():
        with answered(form):
            short = _confirm(given(form.current, str))
            with transaction():
                enrolling.remove_passkey(me().id, passkey_id, short=short, by=actor(),
                                         session_id=me().session_id)
            return _removed()
    return render_template("second_factor/remove.html", form=form, number=_number(),
                           label=passkey.label), form.status


@bp.route("/codes", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes, after asking for the password, and show them this once."""
    form = PasswordForm.of_request()
    if form.sent():
        with answered(form):
            _confirm(given(form.current, str))
            with transaction():
                codes = enrolling.make_codes(me().id, by=actor())
            return _shown(codes)
    return render_template("second_factor/new_codes.html", form=form, number=_number(),
                           left=holding.count_codes(me().id)), form.status


def _confirm(password: str) -> bool:
    """Refuse all but the present password; say whether it is too short to stand alone."""
    committed_even_if_refused(signing_in.admit_confirming, me().id)
    signing_in.confirm(me().id, password)
    return len(password) < SHORTEST


def _number() -> str:
    return directory.get_identity(me().id).personnel_no


def _place() -> str:
    return f"session:{me().session_id}"


def _set_up(codes: list[str]) -> ResponseReturnValue:
    flash(_("Your second factor is set up. You are signed out everywhere else."), "success")
    return _shown(codes) if codes else _back()


def _shown(codes: list[str]) -> ResponseReturnValue:
    return with_secret(render_template("second_factor/codes.html", codes=codes))


def _removed() -> ResponseReturnValue:
    flash(_("It is removed. You are signed out everywhere else."), "success")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("second_factor.index"), 303)
