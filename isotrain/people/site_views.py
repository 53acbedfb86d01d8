"""The page of a site: where its days begin and end."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.people import locating
from isotrain.people.forms import SiteForm
from isotrain.people.pages import bp
from isotrain.settings import house
from isotrain.web.answering import answered
from isotrain.web.gate import actor, requires
from isotrain.web.transaction import transaction
from isotrain.zone_words import place


@bp.route("/people/sites/<int:site_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def site(site_id: int) -> ResponseReturnValue:
    """Give a site a time zone of its own, or the organization's."""
    form = SiteForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                changed = locating.locate(locating.get(site_id), form.time_zone.data or "",
                                          by=actor())
            flash(_("Saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("people.sites"), 303)
    found = locating.get(site_id)
    if request.method == "GET":
        form.time_zone.data = found.time_zone or ""
    form.time_zone.offer(_("The organization's"))
    return render_template("people/site.html", form=form, site=found,
                           house=place(house.zone())), form.status
