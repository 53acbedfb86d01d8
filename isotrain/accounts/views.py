"""Signing in and out, and the own account."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from isotrain.accounts import directory, linking, passwords, preferring, signing_in, throttling
from isotrain.accounts.access_views import bp as access_bp
from isotrain.accounts.forms import ChangePasswordForm, SignInForm
from isotrain.accounts.language_views import bp as language_bp
from isotrain.accounts.notices import telling
from isotrain.accounts.permissions import ROLE_NAMES, Permission
from isotrain.accounts.rules import SHORTEST, browser_words
from isotrain.accounts.zone_views import bp as zone_bp
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.settings import values
from isotrain.settings.definitions import ORGANIZATION
from isotrain.web import gate, stepping_up
from isotrain.web.addresses import safe_next
from isotrain.web.answering import answered
from isotrain.web.filters import moment
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, public, requires
from isotrain.web.transaction import committed_even_if_refused, transaction

bp = Blueprint("accounts", __name__)
blueprints = (bp, access_bp, language_bp, zone_bp)

# Where the working day begins: the first of these that is open to this person.
HOMES = (
    (Permission.RECORDS_READ, "records.overview"),
    (Permission.LEARN, "assignments.my_training"),
    (Permission.PEOPLE_READ, "people.index"),
)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Lead to the page where this person's work begins."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"), 303)
    for permission, endpoint in HOMES:
        if me().may(permission) and endpoint in current_app.view_functions:
            return redirect(url_for(endpoint), 303)
    return redirect(url_for("accounts.account"), 303)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask who it is, and begin a session when the password is right."""
    onward = safe_next(request.args.get("next")) or url_for("accounts.home")
    if current_user.is_authenticated:
        return redirect(onward, 303)
    form = SignInForm.of_request()
    if form.sent():
        with answered(form):
            started = _admitted(given(form.name, str), given(form.password, str))
            if isinstance(started, signing_in.HalfWay):
                return gate.lead_half_way(started, onward)
            return gate.let_in(started, onward)
    page = render_template("accounts/sign_in.html", form=form,
                           organization=values.value_of(ORGANIZATION))
    return page, form.status


def _admitted(name: str, password: str) -> signing_in.Started | signing_in.HalfWay:
    """Count the try, compare, begin: three steps, so that hashing holds no transaction."""
    tries = signing_in.tries_at(name, request.remote_addr or "", gate.this_device())
    committed_even_if_refused(signing_in.admit, name, tries, g.request_id)
    candidate = signing_in.check(name, password)
    if candidate.user_id is None or candidate.stored is None:
        current_app.logger.warning("sign-in failed", extra={"fields": {
            "user": candidate.tried_id, "address": signing_in.source_of(request.remote_addr)}})
        raise Refusal(_("The name or the password is not right. Try again, or ask for a new"
                        " password."))
    renewed = None
    if passwords.needs_rehash(candidate.stored):
        renewed = passwords.hash_password(password)
    with transaction():
        preferring.adopt(candidate.user_id, session.get("language"))
        if renewed:
            passwords.renew(candidate.user_id, candidate.stored, renewed)
        return signing_in.begin(candidate.user_id, tries=tries, by_request=g.request_id,
                                browser=request.user_agent.string, address=request.remote_addr,
                                short=len(password) < SHORTEST)


@bp.post("/sign-out")
@requires(Permission.ENROL)
def sign_out() -> ResponseReturnValue:
    """End this session; its cookie is dead from now on."""
    with transaction():
        signing_in.end(me().session_id, me().id, by=actor())
    logout_user()
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/account")
@requires(Permission.OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """Show who one is here, what one may do, and where one is signed in."""
    return render_template(
        "accounts/account.html",
        identity=directory.get_identity(me().id),
        roles=[ROLE_NAMES[role] for role in sorted(me().roles)],
        sessions=[(row, browser_words(row.browser)) for row in
                  signing_in.list_sessions(me().id)],
        here=me().session_id, failed=throttling.find_failed(me().id),
        done=telling.list_of(me().id, moment),
    )


@bp.post("/account/sessions/<int:session_id>/end")
@requires(Permission.OWN_ACCOUNT)
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions."""
    with transaction():
        if session_id not in [row.id for row in signing_in.list_sessions(me().id)]:
            raise NotFound
        signing_in.end(session_id, me().id, by=actor())
    flash(_("That session is ended."), "success")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/sessions/end-others")
@requires(Permission.OWN_ACCOUNT)
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    with transaction():
        signing_in.end_others(me(), by=actor())
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/prove")
@requires(Permission.OWN_ACCOUNT)
def prove() -> ResponseReturnValue:
    """Take the password as proof, and hand out what was asked for before."""
    onward = safe_next(request.args.get("next"))
    back = safe_next(request.args.get("back")) or url_for("accounts.home")
    if onward is None:
        return redirect(back, 303)
    form = stepping_up.ProofForm.of_request()
    if form.sent():
        with answered(form):
            stepping_up.prove(given(form.current, str))
            return render_template("accounts/proved.html", target=onward, back=back)
    page = render_template("accounts/prove.html", form=form, sent=(), target=onward, back=back,
                           reading=True)
    return page, form.status


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Change the own password, after asking for the present one."""
    form = ChangePasswordForm.of_request()
    if form.sent():
        with answered(form):
            _change_password(form)
            flash(_("Your password is changed. You are signed out everywhere else."), "success")
            return redirect(url_for("accounts.account"), 303)
    page = render_template("accounts/change_password.html", form=form,
                           hint=linking.length_hint(me().id),
                           name=directory.get_identity(me().id).personnel_no)
    return page, form.status


def _change_password(form: ChangePasswordForm) -> None:
    committed_even_if_refused(signing_in.admit_confirming, me().id)
    signing_in.confirm(me().id, given(form.current, str))
    hashed = linking.checked_and_hashed(me().id, given(form.password, str))
    with transaction():
        linking.change_password(me().id, hashed, by=actor(), session_id=me().session_id)
