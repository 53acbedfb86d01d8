"""Pages of records: the overview, the list, one's team, one person, one record."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.assignments import rules
from isotrain.i18n import _
from isotrain.records import correcting, explanation, export_views, register, summary, timeline
from isotrain.records.correcting import Statement
from isotrain.records.filters import DUE_SOON, EXPIRING, TO_DO
from isotrain.records.forms import CorrectionForm, address_of, filter_asked
from isotrain.records.pages import bp
from isotrain.web import lists
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.looking import looks_at
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction

__all__ = ["bp", "export_views"]

# A manager is not told who tried and did not pass.
TEAM_STATES = (rules.OVERDUE, TO_DO, rules.EXPIRED, rules.COMPLETED_PASS, EXPIRING)


def _link(**asked: Any) -> str:
    return url_for("records.index", **asked)


@bp.get("/overview")
@requires(Permission.RECORDS_READ)
def overview() -> ResponseReturnValue:
    """Show the four numbers that matter and how far each unit is."""
    return render_template("records/overview.html", overview=summary.summary(),
                           soon_days=rules.SOON.days, links={
        "overdue": _link(status=rules.OVERDUE), "soon": _link(status=DUE_SOON),
        "done": _link(status=rules.COMPLETED_PASS), "expiring": _link(status=EXPIRING)})


@bp.get("")
@requires(Permission.RECORDS_READ)
def index() -> ResponseReturnValue:
    """List who has completed what and who has not, searched, filtered and sorted."""
    wanted, asked = filter_asked(), lists.asked()
    page = register.listing(wanted, asked.sort).page(asked)
    return render_template("records/index.html", page=page, wanted=wanted,
                           links=Links("records.index", page, address_of(wanted)),
                           choices=register.choices())


@bp.get("/team")
@requires(Permission.TEAM_STATUS)
def team() -> ResponseReturnValue:
    """Show a manager how their direct reports stand: states and days, no scores."""
    wanted, asked = filter_asked(), lists.asked()
    wanted = replace(wanted, manager_id=me().id, unit="", site="", people="active",
                     status=wanted.status if wanted.status in TEAM_STATES else "")
    found, choices = register.listing(wanted, asked.sort), register.choices()
    if lists.file_asked():
        header = [_("Person"), _("Course"), _("State"), _("Due"), _("Valid until")]
        rows = ((row.name, choices.title(row.course_id), team_state(row.status), row.due_on,
                 row.valid_until) for row in found.every(asked.sort))
        return lists.as_file("team", header, rows, scope="records", wanted=address_of(wanted))
    page = found.page(asked)
    return render_template("records/team.html", page=page, wanted=wanted, choices=choices,
                           links=Links("records.team", page, address_of(wanted)),
                           team_state=team_state)


def team_state(status: str) -> str:
    """Return what a manager is told of a status: not who tried and did not pass."""
    return rules.IN_PROGRESS if status == rules.COMPLETED_FAIL else status


@bp.get("/people/<int:user_id>")
@requires(Permission.RECORDS_READ)
def person(user_id: int) -> ResponseReturnValue:
    """Show what happened in one person's training, newest first."""
    traced = timeline.trace(user_id)
    looks_at(user_id)
    return render_template("records/person.html", traced=traced, choices=register.choices())


@bp.get("/<int:record_id>")
@requires(Permission.RECORDS_READ)
def show(record_id: int) -> ResponseReturnValue:
    """Explain one record: why it was due, what was sat, who approved it, whether it is intact."""
    found = explanation.get(record_id)
    looks_at(found.record.user_id)
    return render_template("records/show.html", found=found,
                           may_see_versions=Permission.COURSE_VERSIONS in me().permissions)


@bp.route("/<int:record_id>/correct", methods=["GET", "POST"])
@requires(Permission.ASSIGN)
@steps_up("POST")
def correct(record_id: int) -> ResponseReturnValue:
    """Correct what a record says about a person, by a new record that names the old one."""
    form = CorrectionForm.of_request()
    if form.sent():
        right = Statement(**{name: form[name].data or "" for name in Statement.__annotations__})
        with answered(form):
            with transaction():
                newer = correcting.correct(record_id, right, by=actor(),
                                           reason=given(form.reason, str))
            flash(_("The record is corrected; the old one stays readable.") if newer
                  else _("A second person confirms this first."), "success")
            return redirect(url_for("records.show", record_id=newer.id if newer else record_id),
                            303)
    elif request.method == "GET":
        form = CorrectionForm(data=asdict(correcting.present(record_id)))
    form.offer(correcting.choices())
    page = render_template("records/correct.html", form=form, found=explanation.get(record_id))
    return page, form.status
