"""Pages of extra attempts, for those who look after a course."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.attempts.extra import giving, overview
from isotrain.attempts.extra.forms import ExtraForm
from isotrain.i18n import _, day_there
from isotrain.quizzes import composing
from isotrain.web import lists
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, requires
from isotrain.web.lists import Links
from isotrain.web.transaction import transaction

bp = Blueprint("extra_attempts", __name__, url_prefix="/quizzes/<int:quiz_id>/extra-attempts")


@bp.get("")
@requires(Permission.QUIZ_COMPOSE)
def index(quiz_id: int) -> ResponseReturnValue:
    """List the extra attempts at an exam, and offer to give one."""
    quiz = giving.get_exam(quiz_id, by=actor())
    if lists.file_asked():
        header = [_("Name"), _("Personnel number"), _("Given"), _("By"), _("After attempt"),
                  _("Begun"), _("Reason")]
        rows = ((each.name, each.personnel_no, day_there(each.given_at), each.giver, each.after,
                 _("yes") if each.begun else _("no"), each.reason)
                for each in overview.listing(quiz.id).every(lists.asked().sort))
        return lists.as_file("extra-attempts", header, rows, scope="training",
                             wanted={"quiz": quiz.slug})
    return _page(quiz_id, ExtraForm(None))


@bp.post("")
@requires(Permission.QUIZ_COMPOSE)
def give(quiz_id: int) -> ResponseReturnValue:
    """Give somebody one more attempt."""
    giving.get_exam(quiz_id, by=actor())
    form = ExtraForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                giving.give(quiz_id, given(form.name, str), reason=given(form.reason, str),
                            by=actor())
            flash(_("Given. The exam's page tells the person."), "success")
            return redirect(url_for("extra_attempts.index", quiz_id=quiz_id), 303)
    return _page(quiz_id, form)


def _page(quiz_id: int, form: ExtraForm) -> ResponseReturnValue:
    quiz = giving.get_exam(quiz_id, by=actor())
    page = overview.listing(quiz.id).page(lists.asked())
    shown = render_template(
        "extra_attempts/index.html", quiz=quiz, form=form, page=page,
        composition=composing.workbench(quiz).composition,
        links=Links("extra_attempts.index", page, path={"quiz_id": quiz.id}))
    return shown, form.status
