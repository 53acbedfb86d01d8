"""Pages of composing quizzes, for trainers."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts import directory as accounts
from isotrain.accounts.permissions import Permission
from isotrain.errors import Conflict
from isotrain.i18n import _
from isotrain.quizzes import (
    composing,
    confirming,
    directory,
    guarding,
    retiring,
    sampling,
    supply,
    weakening,
)
from isotrain.quizzes.composing import Workbench
from isotrain.quizzes.composition import Composition
from isotrain.quizzes.forms import QuizForm, RulesForm, cells_of
from isotrain.quizzes.models import Quiz
from isotrain.quizzes.rules import EXAM, PRACTICE
from isotrain.text import typed
from isotrain.web import lists
from isotrain.web.addresses import chosen
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.transaction import transaction

bp = Blueprint("quizzes", __name__)


@bp.get("/quizzes", endpoint="composing")
@requires(Permission.QUIZ_COMPOSE)
def index() -> ResponseReturnValue:
    """List the quizzes of one's courses."""
    wanted = {"q": typed(request.args.get("q"))[:100], "kind": chosen("kind", (EXAM, PRACTICE))}
    found = directory.listing(me().id, text=wanted["q"], kind=wanted["kind"])
    asked = lists.asked()
    if lists.file_asked():
        header = [_("Quiz"), _("Course"), _("Kind"), _("Questions"), _("Published version"),
                  _("Draft"), _("Missing questions")]
        missing = guarding.count_missing()
        rows = ((each.title, each.course, each.kind, each.size, each.published,
                 _("yes") if each.draft else _("no"), missing.get(each.id, 0))
                for each in found.every(asked.sort))
        return lists.as_file("quizzes", header, rows, scope="banks", wanted=wanted)
    page = found.page(asked)
    return render_template("quizzes/composing.html", page=page, wanted=wanted,
                           missing=guarding.count_missing([each.id for each in page.rows]),
                           links=Links("quizzes.composing", page, wanted))


@bp.route("/quizzes/new", methods=["GET", "POST"])
@requires(Permission.QUIZ_COMPOSE)
def create() -> ResponseReturnValue:
    """Begin a quiz."""
    form = QuizForm.of_request()
    form.offer(directory.list_courses(me().id))
    if form.sent():
        with answered(form):
            with transaction():
                quiz = composing.create(form.course.data, form.kind.data, given(form.title, str),
                                        by=actor())
            return redirect(url_for("quizzes.compose", quiz_id=quiz.id), 303)
    return render_template("quizzes/create.html", form=form), form.status


@bp.get("/quizzes/<int:quiz_id>")
@requires(Permission.QUIZ_COMPOSE)
def compose(quiz_id: int) -> ResponseReturnValue:
    """Show the blueprint of a quiz, to be changed."""
    quiz = directory.get(quiz_id, me().id)
    bench = composing.workbench(quiz)
    return _blueprint_page(quiz, RulesForm.filled(bench.composition, bench.base), bench)


@bp.post("/quizzes/<int:quiz_id>")
@requires(Permission.QUIZ_COMPOSE)
def save(quiz_id: int) -> ResponseReturnValue:
    """Save the draft of a quiz."""
    quiz, form = directory.get(quiz_id, me().id), RulesForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                composing.save(quiz_id, form.composition(cells_of(request.form)),
                               base=form.base.data or "", by=actor())
            flash(_("The draft is saved. Learners see it once it is published."), "success")
            return redirect(url_for("quizzes.compose", quiz_id=quiz_id), 303)
    return _typed_page(quiz, form)


@bp.post("/quizzes/<int:quiz_id>/publish")
@requires(Permission.QUIZ_COMPOSE)
def publish(quiz_id: int) -> ResponseReturnValue:
    """Publish the draft of a quiz."""
    sent = RulesForm(None)
    with answered(sent):
        with transaction():
            version = composing.publish(quiz_id, base=request.form.get("base", ""), by=actor())
        flash(_("Version %(n)s is published. New attempts follow it.", n=version.number),
              "success")
        return redirect(url_for("quizzes.compose", quiz_id=quiz_id), 303)
    return _as_it_is(directory.get(quiz_id, me().id), sent)


@bp.post("/quizzes/<int:quiz_id>/close")
@requires(Permission.QUIZ_COMPOSE)
def close(quiz_id: int) -> ResponseReturnValue:
    """Close a quiz of one's courses for good."""
    quiz, sent = directory.get(quiz_id, me().id), RulesForm(None)
    with answered(sent):
        with transaction():
            retiring.retire(quiz_id, by=actor())
        flash(_("The quiz is closed. Nobody can start it any more."), "success")
        return redirect(url_for("quizzes.compose", quiz_id=quiz_id), 303)
    return _as_it_is(quiz, sent)


@bp.get("/weaker-exams")
@requires(Permission.QUIZ_CONFIRM)
def weaker() -> ResponseReturnValue:
    """List the weaker exams that wait for an administrator: what becomes weaker, no question."""
    return _weaker_page(RulesForm(None))


@bp.post("/weaker-exams/<int:quiz_id>")
@requires(Permission.QUIZ_CONFIRM)
def confirm(quiz_id: int) -> ResponseReturnValue:
    """Publish a weaker exam as its second person."""
    sent = RulesForm(None)
    with answered(sent):
        with transaction():
            version = confirming.confirm(quiz_id, base=request.form.get("base", ""), by=actor())
        flash(_("Version %(n)s is published. New attempts follow it.", n=version.number),
              "success")
        return redirect(url_for("quizzes.weaker"), 303)
    return _weaker_page(sent)


def _weaker_page(form: RulesForm) -> ResponseReturnValue:
    waiting = confirming.list_waiting()
    names = accounts.names_of({each.author for each in waiting if each.author is not None})
    page = render_template("quizzes/weaker.html", waiting=waiting, form=form, names=names,
                           own_id=me().id)
    return page, form.status


def _as_it_is(quiz: Quiz, sent: RulesForm) -> ResponseReturnValue:
    """Show a quiz with what became of something that was sent about it."""
    bench = composing.workbench(quiz)
    form = RulesForm.filled(bench.composition, bench.base)
    form.take_over(sent)
    return _blueprint_page(quiz, form, bench)


def _typed_page(quiz: Quiz, form: RulesForm) -> ResponseReturnValue:
    """Show again what was typed; after a conflict, saving it once more is deliberate."""
    bench = composing.workbench(quiz)
    if isinstance(form.refusal, Conflict):
        form.base.data = bench.base
    wanted = form.composition(cells_of(request.form))
    return _blueprint_page(quiz, form, bench, wanted=wanted)


def _blueprint_page(
    quiz: Quiz, form: RulesForm, bench: Workbench, *, wanted: Composition | None = None,
) -> ResponseReturnValue:
    if quiz.kind == EXAM:
        form.feedback.label.text = _("Once the exam is closed, learners see")
    page = render_template(
        "quizzes/compose.html", quiz=quiz, form=form, bench=bench,
        stock=supply.stock(quiz, wanted or bench.composition, me().id),
        versions=composing.list_versions(quiz),
        weaker=weakening.lines_of(quiz, bench.published, bench.draft),
        missing=guarding.count_missing([quiz.id]).get(quiz.id, 0),
    )
    return page, form.status


@bp.get("/quizzes/<int:quiz_id>/versions/<int:number>")
@requires(Permission.QUIZ_COMPOSE)
def version(quiz_id: int, number: int) -> ResponseReturnValue:
    """Show a version as it was published."""
    quiz = directory.get(quiz_id, me().id)
    found = composing.get_version(quiz, number)
    return render_template("quizzes/version.html", quiz=quiz, version=found,
                           rules=Composition.of(found).rules,
                           weakened=weakening.in_words(found.weakened or []),
                           rows=supply.version_rows(found, quiz.course_id))


@bp.get("/quizzes/<int:quiz_id>/sample")
@requires(Permission.QUIZ_COMPOSE)
def sample(quiz_id: int) -> ResponseReturnValue:
    """Draw a form from the draft, as a learner would get it; nothing is kept."""
    bench = composing.workbench(directory.get(quiz_id, me().id))
    drawn = sampling.sample(bench, seed=secrets.token_hex(16))
    return render_template("quizzes/sample.html", bench=bench, sample=drawn)
