"""Pages of settings, for the administrator: all of them, and one with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from isotrain import kept
from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.settings import changing, history
from isotrain.settings.definitions import GROUPS
from isotrain.settings.forms import ZoneForm, form_for
from isotrain.web.answering import answered
from isotrain.web.gate import actor, requires
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from isotrain.settings.forms import SettingForm

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("")
@requires(Permission.SETTINGS)
def index() -> ResponseReturnValue:
    """List every setting with what it holds and since when."""
    present = {each.definition.name: each for each in history.list_present()}
    return render_template(
        "settings/index.html", groups=GROUPS, present=present, seconds=int(kept.REREAD_SECONDS),
        names=history.names_of(each.row for each in present.values()))


@bp.get("/<name>")
@requires(Permission.SETTINGS)
def show(name: str) -> ResponseReturnValue:
    """Show one setting, to be changed, and what it was before."""
    present = history.present(history.get_definition(name))
    form = form_for(present.definition)(data={"value": present.text, "base": present.number})
    return _shown(name, form)


@bp.post("/<name>")
@requires(Permission.SETTINGS)
@steps_up("POST")
def change(name: str) -> ResponseReturnValue:
    """Give a setting another value."""
    setting = history.get_definition(name)
    form = form_for(setting).of_request()
    if form.sent():
        with answered(form):
            with transaction():
                changing.change(setting, form.value.data or "", base=form.base.data or 0,
                                reason=form.reason.data or "", by=actor())
            flash(_("Saved. It holds for everybody within %(seconds)s seconds.",
                    seconds=int(kept.REREAD_SECONDS)), "success")
            return redirect(url_for("settings.show", name=name), 303)
    return _shown(name, form), form.status


def _shown(name: str, form: SettingForm) -> str:
    setting = history.get_definition(name)
    if isinstance(form, ZoneForm):
        form.value.offer()
    rows = history.list_changes(setting)
    return render_template(
        "settings/show.html", setting=setting, form=form, rows=rows,
        present=history.present(setting), names=history.names_of(rows),
        seconds=int(kept.REREAD_SECONDS))
