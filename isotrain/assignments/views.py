"""Pages of assignments: one's own training, and what HR assigns to whom."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.assignments import assigning, oversight, training
from isotrain.assignments.forms import AssignForm, DueForm
from isotrain.audit.noting import Actor
from isotrain.certificates import unprintable
from isotrain.i18n import _, ngettext
from isotrain.settings import house
from isotrain.text import typed
from isotrain.web import lists
from isotrain.web.addresses import chosen
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.transaction import transaction

bp = Blueprint("assignments", __name__)


@bp.get("/my-training")
@requires(Permission.LEARN)
def my_training() -> ResponseReturnValue:
    """Show what is due for oneself, the most urgent first, with one thing to do next."""
    dues = training.due_for(me().id)
    todo = [due for due in dues if due.group != "done"]
    done = [due for due in dues if due.group == "done"]
    return render_template("assignments/my_training.html", todo=todo, done=done,
                           gap=unprintable.gap_in(me().name))


@bp.get("/assignments")
@requires(Permission.ASSIGN)
def index() -> ResponseReturnValue:
    """List what is assigned, with its progress."""
    wanted = {"course": typed(request.args.get("course"))[:100],
              "state": chosen("state", (*oversight.STATES, "all"), "open")}
    address = {**wanted, "state": wanted["state"] if wanted["state"] != "open" else ""}
    found, asked = oversight.listing(**wanted), lists.asked()
    if lists.file_asked():
        header = [_("Rule"), _("Course"), _("For"), _("Unit or person"), _("Due"), _("People"),
                  _("Completed"), _("Overdue"), _("Assigned"), _("Withdrawn")]
        return lists.as_file("assignments", header, map(_cells, found.every(asked.sort)),
                             scope="training", wanted=address)
    page = found.page(asked)
    return render_template("assignments/index.html", page=page, wanted=wanted,
                           links=Links("assignments.index", page, address),
                           courses=oversight.courses())


def _cells(rule: oversight.Rule) -> tuple[object, ...]:
    made = rule.requirement
    return (made.id, rule.course, made.target, rule.unit or rule.person, made.due_on,
            rule.assigned, rule.done, rule.overdue, house.day_of(made.created_at),
            house.day_of(made.withdrawn_at) if made.withdrawn_at else None)


@bp.route("/assignments/new", methods=["GET", "POST"])
@requires(Permission.ASSIGN)
def new() -> ResponseReturnValue:
    """Assign a course to everybody, a unit or single people."""
    form = AssignForm.of_request()
    form.offer(oversight.courses(), oversight.units())
    if form.sent():
        with answered(form):
            people = _assigned(form, actor())
            flash(ngettext("Assigned to %(num)s person.", "Assigned to %(num)s people.", people),
                  "success")
            return redirect(url_for("assignments.index"), 303)
    return render_template("assignments/new.html", form=form, today=house.today()), form.status


def _assigned(form: AssignForm, by: Actor) -> int:
    """Assign as the form says; return how many people are bound."""
    course_id = assigning.get_course(form.course.data or "")
    if form.target.data == "person":
        return len(assigning.assign_each(form.names(), course_id=course_id,
                                         due_on=given(form.due_on, date), by=by,
                                         transaction=transaction))
    unit_id = assigning.get_unit(form.unit.data or "") if form.target.data == "unit" else None
    rule = assigning.assign(course_id=course_id, target=form.target.data, unit_id=unit_id,
                            due_on=given(form.due_on, date),
                            joiner_days=given(form.joiner_days, int), by=by,
                            transaction=transaction)
    return assigning.count_people(rule.id)


@bp.get("/assignments/<int:requirement_id>")
@requires(Permission.ASSIGN)
def show(requirement_id: int) -> ResponseReturnValue:
    """Show one assignment: for whom, how far they are, and what can be changed."""
    if lists.file_asked():
        rule, wanted = oversight.get(requirement_id), {"q": _searched()}
        header = [_("Person"), _("Personnel number"), _("State"), _("Due")]
        rows = ((each.name, each.personnel_no, each.state, each.due_on) for each in
                oversight.people(rule.requirement.id, text=wanted["q"]).every(lists.asked().sort))
        return lists.as_file(f"assignment-{requirement_id}", header, rows, scope="training",
                             wanted=wanted)
    return _shown(requirement_id, DueForm())


def _searched() -> str:
    return typed(request.args.get("q"))[:100]


def _shown(requirement_id: int, form: DueForm) -> str:
    rule, wanted = oversight.get(requirement_id), {"q": _searched()}
    page = oversight.people(requirement_id, text=wanted["q"]).page(lists.asked())
    return render_template(
        "assignments/show.html", rule=rule, form=form, page=page, wanted=wanted,
        links=Links("assignments.show", page, wanted, {"requirement_id": requirement_id}),
        today=house.today(),
    )


@bp.post("/assignments/<int:requirement_id>/due")
@requires(Permission.ASSIGN)
def change_due(requirement_id: int) -> ResponseReturnValue:
    """Move the due date."""
    form = DueForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                assigning.change_due(requirement_id, given(form.due_on, date), by=actor())
            flash(_("The due date is moved."), "success")
            return redirect(url_for("assignments.show", requirement_id=requirement_id), 303)
    return _shown(requirement_id, form), form.status


@bp.post("/assignments/<int:requirement_id>/withdraw")
@requires(Permission.ASSIGN)
def withdraw(requirement_id: int) -> ResponseReturnValue:
    """Withdraw an assignment; what was completed stays on record."""
    with transaction():
        assigning.withdraw(requirement_id, by=actor())
    flash(_("The assignment is withdrawn."), "success")
    return redirect(url_for("assignments.show", requirement_id=requirement_id), 303)
