"""Giving people their way in: one link, many sheets, or mail."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain import clock
from isotrain.accounts import directory as accounts
from isotrain.accounts import inviting, linking, protecting, registering, signing_in
from isotrain.accounts.models import Identity
from isotrain.accounts.permissions import Permission
from isotrain.accounts.rules import masked
from isotrain.i18n import _, ngettext
from isotrain.people import days, directory, printing
from isotrain.people.directory import Filter
from isotrain.people.pages import bp
from isotrain.text import whole
from isotrain.web.answering import answered
from isotrain.web.gate import actor, requires
from isotrain.web.headers import with_secret
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction


@bp.post("/people/<int:user_id>/access-link")
@requires(Permission.PEOPLE_EDIT)
@steps_up("POST")
def access_link(user_id: int) -> ResponseReturnValue:
    """Make a link and show it, this once, as a sheet to hand over; mail it where that can be."""
    with transaction():
        link = inviting.let_in(user_id, by=actor())
    identity = accounts.get_identity(user_id)
    if link is None:
        return _sent(identity)
    sheet = printing.sheet(identity, link, days.zone_of(user_id, clock.now()))
    return with_secret(render_template("people/access_link.html", sheet=sheet, user_id=user_id))


@bp.post("/people/<int:user_id>/access-mail")
@requires(Permission.PEOPLE_EDIT)
@steps_up("POST")
def access_mail(user_id: int) -> ResponseReturnValue:
    """Mail somebody their link."""
    with transaction():
        inviting.invite([user_id], by=actor())
    return _sent(accounts.get_identity(user_id))


def _sent(identity: Identity) -> ResponseReturnValue:
    flash(_("The link is sent to %(address)s.", address=masked(identity.email or "")), "success")
    return redirect(url_for("people.person", user_id=identity.user_id), 303)


@bp.post("/people/<int:user_id>/forgive")
@requires(Permission.PEOPLE_EDIT)
def forgive(user_id: int) -> ResponseReturnValue:
    """Let somebody try again at once to sign in, however often it was tried."""
    accounts.get(user_id)
    with transaction():
        free = signing_in.let_try_again(user_id, by=actor())
    if free:
        flash(_("They can try again now."), "success")
    else:
        flash(_("Too many wrong codes today: only an administrator lets them try their second"
                " factor again."), "warning")
    return redirect(url_for("people.person", user_id=user_id), 303)


@bp.post("/people/<int:user_id>/sign-out")
@requires(Permission.PEOPLE_EDIT)
def sign_out(user_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    accounts.get(user_id)
    with answered():
        with transaction():
            registering.sign_out(user_id, by=actor())
        flash(_("They are signed out everywhere."), "success")
    return redirect(url_for("people.person", user_id=user_id), 303)


@bp.route("/people/access-sheets", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
@steps_up("POST")
def access_sheets() -> ResponseReturnValue:
    """Print a sheet, or send a mail, for everybody without a password in a unit."""
    unit = (request.form if request.method == "POST" else request.args).get("unit", "")
    everybody = directory.list_ids(Filter(unit_id=whole(unit), state="no_password"))
    guarded = protecting.guarded_from(everybody, by=actor())
    people = [user_id for user_id in everybody if user_id not in guarded]
    hidden = protecting.hidden_from(people, by=actor())
    shown = [user_id for user_id in people if user_id not in hidden]
    if request.method == "POST" and request.form.get("go") == "mail":
        mailed = len(inviting.invite_each(people, by=actor(), transaction=transaction))
        flash(ngettext("%(num)s link is on its way by mail.",
                       "%(num)s links are on their way by mail.", mailed), "success")
        return redirect(url_for("people.access_sheets", unit=unit or None), 303)
    if request.method == "POST" and shown:
        links = linking.make_each(shown, by=actor(), transaction=transaction)
        page = render_template("people/sheets.html", sheets=printing.sheets(links))
        return with_secret(page)
    mailable = len(inviting.list_mailable(people))
    return render_template("people/access_sheets.html", count=len(people), mailable=mailable,
                           guarded=len(guarded), shown=len(shown),
                           units=directory.options()["units"], unit=unit)
