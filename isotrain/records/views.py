"""Pages of records: the overview, the list, one's team, one person, one record."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain import clock
from isotrain.accounts.permissions import Permission
from isotrain.assignments import rules
from isotrain.i18n import _
from isotrain.records import correcting, explanation, export_views, register, summary, timeline
from isotrain.records.correcting import Statement
from isotrain.records.filters import EXPIRING, TO_DO, Filter
from isotrain.records.forms import CorrectionForm, address_of, filter_of
from isotrain.records.pages import bp
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, requires
from isotrain.web.transaction import transaction

__all__ = ["bp", "export_views"]

LAST_PAGE = 100_000
# A manager is not told who tried and did not pass.
TEAM_STATES = (rules.OVERDUE, TO_DO, rules.EXPIRED, rules.COMPLETED_PASS, EXPIRING)


def _page() -> int:
    return min(max(1, request.args.get("page", 1, type=int) or 1), LAST_PAGE)


def _link(**asked: Any) -> str:
    return url_for("records.index", **asked)


@bp.get("/overview")
@requires(Permission.RECORDS_READ)
def overview() -> ResponseReturnValue:
    """Show the four numbers that matter and how far each unit is."""
    today = clock.today()
    soon = Filter(status=TO_DO, due_from=today, due_to=today + summary.SOON)
    return render_template("records/overview.html", overview=summary.summary(), links={
        "overdue": _link(status=rules.OVERDUE), "soon": _link(**address_of(soon)),
        "done": _link(status=rules.COMPLETED_PASS), "expiring": _link(status=EXPIRING)})


@bp.get("")
@requires(Permission.RECORDS_READ)
def index() -> ResponseReturnValue:
    """List who has completed what and who has not, searched, filtered and sorted."""
    wanted, page = filter_of(request.args), _page()
    sort = request.args.get("sort", "name")
    sort = sort if sort.removeprefix("-") in register.SORTS else "name"
    asked = address_of(wanted)

    def sorted_by(name: str) -> str:
        return _link(**asked, sort=f"-{name}" if sort == name else name)

    return render_template(
        "records/index.html", listing=register.search(wanted, sort=sort, page=page),
        wanted=wanted, asked=asked, sort=sort, page=page, choices=register.choices(),
        sorted_by=sorted_by, page_url=lambda n: _link(**asked, sort=sort, page=n),
    )


@bp.get("/team")
@requires(Permission.TEAM_STATUS)
def team() -> ResponseReturnValue:
    """Show a manager how their direct reports stand: states and days, no scores."""
    page, wanted = _page(), filter_of(request.args)
    wanted = replace(wanted, manager_id=me().id, unit="", site="", people="active",
                     status=wanted.status if wanted.status in TEAM_STATES else "")
    asked: dict[str, Any] = {**address_of(wanted)}
    return render_template(
        "records/team.html", listing=register.search(wanted, page=page), page=page, wanted=wanted,
        choices=register.choices(),
        page_url=lambda n: url_for("records.team", **asked, page=n),
    )


@bp.get("/people/<int:user_id>")
@requires(Permission.RECORDS_READ)
def person(user_id: int) -> ResponseReturnValue:
    """Show what happened in one person's training, newest first."""
    return render_template("records/person.html", traced=timeline.trace(user_id),
                           choices=register.choices())


@bp.get("/<int:record_id>")
@requires(Permission.RECORDS_READ)
def show(record_id: int) -> ResponseReturnValue:
    """Explain one record: why it was due, what was sat, who approved it, whether it is intact."""
    return render_template("records/show.html", found=explanation.get(record_id),
                           may_see_versions=Permission.COURSE_VERSIONS in me().permissions)


@bp.route("/<int:record_id>/correct", methods=["GET", "POST"])
@requires(Permission.ASSIGN)
def correct(record_id: int) -> ResponseReturnValue:
    """Correct what a record says about a person, by a new record that names the old one."""
    form = CorrectionForm.of_request()
    if form.sent():
        right = Statement(**{name: form[name].data or "" for name in Statement.__annotations__})
        with answered(form):
            with transaction():
                newer = correcting.correct(record_id, right, by=actor(),
                                           reason=given(form.reason, str))
            flash(_("The record is corrected; the old one stays readable."), "success")
            return redirect(url_for("records.show", record_id=newer.id), 303)
    elif request.method == "GET":
        form = CorrectionForm(data=asdict(correcting.present(record_id)))
    form.offer(correcting.choices())
    page = render_template("records/correct.html", form=form, found=explanation.get(record_id))
    return page, form.status
