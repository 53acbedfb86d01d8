"""In which time zone a page shows times, and choosing another; no day that is due moves by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, has_request_context, redirect, render_template, request, url_for
from flask_login import current_user

from isotrain import config, zones
from isotrain.accounts import preferring
from isotrain.accounts.forms import TimeZoneForm
from isotrain.accounts.permissions import Permission
from isotrain.i18n import KEY, Languages, _
from isotrain.settings import house
from isotrain.web.answering import answered
from isotrain.web.gate import me, requires
from isotrain.web.transaction import transaction
from isotrain.zone_words import place

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from flask import Flask
    from flask.typing import ResponseReturnValue

bp = Blueprint("time_zone", __name__)
# static/js/zone.js writes it; with encryption its name keeps it to this host.
COOKIE, COOKIE_OF_HOST = "isotrain-zone", "__Host-isotrain-zone"


def install(app: Flask) -> None:
    """Decide for every page."""
    here: Languages = app.extensions[KEY]
    here.choose_zone = _choose


def _choose() -> ZoneInfo:
    """Return the zone a person chose, else the browser's, else the organization's."""
    if not has_request_context():
        return house.zone()
    chosen = me().time_zone if current_user.is_authenticated else None
    return zones.find(chosen) or _of_browser() or house.zone()


def _of_browser() -> ZoneInfo | None:
    name = COOKIE_OF_HOST if config.current().secure_cookies else COOKIE
    return zones.find(request.cookies.get(name))


@bp.route("/account/time-zone", methods=["GET", "POST"])
@requires(Permission.ENROL)
def choose() -> ResponseReturnValue:
    """Ask in which time zone times are shown; the browser's, unless another is chosen."""
    form = TimeZoneForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                preferring.prefer_zone(me().id, form.time_zone.data or "")
            flash(_("Saved."), "success")
            return redirect(url_for("time_zone.choose"), 303)
    if request.method == "GET":
        form.time_zone.data = me().time_zone or ""
    form.time_zone.offer(_("What my browser says"))
    found = _of_browser()
    return render_template("accounts/time_zone.html", form=form, house=place(house.zone()),
                           browser=place(found) if found else ""), form.status
