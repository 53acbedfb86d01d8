"""Pages of questions: one with its key and history, and writing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import approving, directory, editing, profile, versions
from isotrain.banks.models import Bank, Question
from isotrain.banks.question_forms import EDITORS, QuestionForm
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _
from isotrain.questions import get_type
from isotrain.web.gate import actor, me, requires
from isotrain.web.transaction import transaction

bp = Blueprint("questions", __name__, url_prefix="/<int:bank_id>/questions")


@bp.get("/<int:question_id>")
@requires(Permission.BANK_READ)
def show(bank_id: int, question_id: int) -> Any:
    """Show a question as learners see it, with its key, fact and versions."""
    bank = directory.get_bank(bank_id, member=me().id)
    question = directory.get_question(bank_id, question_id)
    page = profile.question_page(bank, question)
    return render_template(
        "banks/questions/show.html", bank=bank, question=page, counted=profile.COUNTED,
        course=directory.course_of(bank),
        topics=directory.vocabulary(bank).topics, label=_(page.written.question.label),
    )


@bp.route("/new/<type_name>", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def new(bank_id: int, type_name: str) -> Any:
    """Write a question."""
    bank = directory.get_bank(bank_id, member=me().id)
    if type_name not in EDITORS:
        raise NotFound(_("There is no such kind of question."))
    form = _form(bank, type_name, EDITORS[type_name].empty_values())
    if _saves(form):
        try:
            with transaction():
                question = editing.add(bank_id, form.draft(), by=actor())
            return _saved(bank_id, question.id)
        except Refusal as refusal:
            form.refuse(refusal)
    return _editor(bank, form, heading=_("New question"))


@bp.route("/<int:question_id>/edit", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def edit(bank_id: int, question_id: int) -> Any:
    """Write the next version of a question."""
    bank = directory.get_bank(bank_id, member=me().id)
    question = directory.get_question(bank_id, question_id)
    latest = question.latest_version_id or 0
    written = versions.written([latest])[latest]
    type_name = written.question.name
    values = EDITORS[type_name].values_of(written.draft())
    form = _form(bank, type_name, {**values, "base": latest})
    newer = None
    if _saves(form):
        try:
            with transaction():
                changed = editing.revise(bank_id, question_id, form.draft(),
                                         base=form.base.data or 0, by=actor())
            return _saved(bank_id, question_id, changed=changed)
        except Conflict as conflict:
            form.refuse(conflict)
            newer, form = _after_conflict(bank, question, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return _editor(bank, form, heading=_("Edit %(key)s", key=question.key), question=question,
                   newer=newer)


@bp.post("/<int:question_id>/approve")
@requires(Permission.BANK_EDIT)
def approve(bank_id: int, question_id: int) -> Any:
    """Approve the version that was looked at."""
    version = request.form.get("version", type=int) or 0
    two_person = current_app.config["SETTINGS"].two_person
    return _act(bank_id, question_id, _("Approved. New forms can draw it."),
                lambda: approving.approve(bank_id, question_id, version, by=actor(),
                                          two_person=two_person))


@bp.post("/<int:question_id>/retire")
@requires(Permission.BANK_EDIT)
def retire(bank_id: int, question_id: int) -> Any:
    """Draw the question no more."""
    return _act(bank_id, question_id, _("Retired. No new form draws it."),
                lambda: approving.retire(bank_id, question_id, by=actor()))


@bp.post("/<int:question_id>/restore")
@requires(Permission.BANK_EDIT)
def restore(bank_id: int, question_id: int) -> Any:
    """Bring a retired question back."""
    return _act(bank_id, question_id, _("Restored as it was."),
                lambda: approving.restore(bank_id, question_id, by=actor()))


def _act(bank_id: int, question_id: int, done: str, act: Any) -> Any:
    try:
        with transaction():
            act()
        flash(done, "success")
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        flash(refusal.sentence, "danger")
    return redirect(url_for("banks.questions.show", bank_id=bank_id, question_id=question_id), 303)


def _form(bank: Bank, type_name: str, values: dict[str, Any] | None) -> Any:
    """The form as it was sent; a button that changes rows gives the form with them changed."""
    topics = list(directory.vocabulary(bank).topics.items())
    form: Any = EDITORS[type_name].of_request(topics=topics, data=values)
    act = request.form.get("do", "")
    if act.startswith(("add", "remove")):
        form = EDITORS[type_name](None, topics=topics, data=form.changed_rows(act))
    return form


def _saves(form: QuestionForm) -> bool:
    return request.form.get("do", "save") == "save" and form.sent()


def _saved(bank_id: int, question_id: int, *, changed: bool = True) -> Any:
    flash(_("Saved as a draft. Approve it when it is right.") if changed
          else _("Nothing was changed."), "success" if changed else "info")
    return redirect(url_for("banks.questions.show", bank_id=bank_id, question_id=question_id), 303)


def _after_conflict(bank: Bank, question: Question, form: Any) -> tuple[Any, Any]:
    """The newer version to compare with, and the form as written, now based on that one."""
    again = directory.get_question(bank.id, question.id)
    latest = again.latest_version_id or 0
    fresh = type(form)(None, topics=[*directory.vocabulary(bank).topics.items()],
                       data={**form.data, "base": latest})
    fresh.refusals = form.refusals
    return profile.question_page(bank, again), fresh


def _editor(
    bank: Bank, form: Any, *, heading: str, question: Question | None = None, newer: Any = None
) -> Any:
    vocabulary, facts = directory.vocabulary(bank), directory.facts_of(bank)
    untouched = request.method == "GET" and question is None
    problems = () if untouched else editing.problems_of(form.draft(), vocabulary)
    refused = bool(form.refusals or form.errors)
    page = render_template(
        "banks/questions/edit.html", bank=bank, form=form, heading=heading, question=question,
        problems=problems, facts=facts, topics=vocabulary.topics, newer=newer,
        label=_(get_type(form.type_name).label), rule=_(get_type(form.type_name).rule),
    )
    return page, 422 if refused else 200
