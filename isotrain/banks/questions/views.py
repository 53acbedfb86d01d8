"""Pages of questions: one with its key and history, and writing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import approving, directory, editing, profile, translating, versions
from isotrain.banks.checks import looking
from isotrain.banks.files import picture_pages as pictures
from isotrain.banks.files.picture_pages import ADD, Addition
from isotrain.banks.pooling import LeavesShort
from isotrain.banks.questions import reverting
from isotrain.banks.questions.forms import AboutForm
from isotrain.banks.stopped_forms import Stopped, agreed
from isotrain.errors import Conflict, NotFound
from isotrain.i18n import _, say
from isotrain.linting.checking import WHY
from isotrain.mail import queueing
from isotrain.media import keeping
from isotrain.questions import find_type
from isotrain.text import whole
from isotrain.web.answering import answered
from isotrain.web.bodies import takes_file
from isotrain.web.gate import actor, me, requires
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from isotrain.banks.models import Bank
    from isotrain.banks.models import Question as Row
    from isotrain.banks.profile import QuestionPage
    from isotrain.questions.contract import Question

bp = Blueprint("questions", __name__, url_prefix="/<int:bank_id>/questions")


@bp.get("/<int:question_id>")
@requires(Permission.BANK_READ)
def show(bank_id: int, question_id: int) -> ResponseReturnValue:
    """Show a question as learners see it, with its key, fact and versions."""
    return _page(bank_id, question_id)


def _page(
    bank_id: int, question_id: int, stopped: LeavesShort | None = None, *, anyway: str = "",
) -> str:
    """The page of a question; an act was stopped on it that would leave a quiz short."""
    bank = directory.get_bank(bank_id, member=me().id)
    question = directory.get_question(bank_id, question_id)
    page = profile.question_page(bank, question)
    vocabulary = directory.vocabulary(bank)
    return render_template(
        "banks/questions/show.html", bank=bank, question=page, counted=profile.COUNTED,
        topics=vocabulary.topics, modules=vocabulary.modules,
        label=say(page.written.question.label), stopped=stopped, anyway=anyway,
        mailed=queueing.is_set_up(), why=WHY,
        spotted=looking.look_at_one(bank_id, page.version_id, page.written),
    )


@bp.route("/new/<type_name>", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
@takes_file
def new(bank_id: int, type_name: str) -> ResponseReturnValue:
    """Write a question."""
    bank = directory.get_bank(bank_id, member=me().id)
    type_ = find_type(type_name)
    if type_ is None:
        raise NotFound(_("There is no such kind of question."))
    added = pictures.added()
    form = _form(bank, {})
    question = _edited(form, type_.blank(), added)
    if _saves(form, added):
        with answered(form):
            with transaction():
                row = editing.add(bank_id, form.draft(question), by=actor())
            return _saved(bank_id, row.id)
    return _editor(bank, form, question, Editor(_("New question"), added=added))


@bp.route("/<int:question_id>/edit", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
@takes_file
def edit(bank_id: int, question_id: int) -> ResponseReturnValue:
    """Write the next version of a question."""
    bank = directory.get_bank(bank_id, member=me().id)
    added = pictures.added()
    row = directory.get_question(bank_id, question_id)
    latest = row.latest_version_id or 0
    written = versions.written([latest])[latest]
    form = _form(bank, {**AboutForm.values_of(written.draft()), "base": latest})
    question = _edited(form, written.question, added)
    newer = None
    if _saves(form, added):
        with answered(form):
            with transaction():
                changed = editing.revise(bank_id, question_id, form.draft(question),
                                         base=form.base.data or 0, by=actor())
            return _saved(bank_id, question_id, changed=changed)
        if isinstance(form.refusal, Conflict):
            newer, form = _after_conflict(bank, row, form)
    heading = _("Edit %(key)s", key=row.key)
    return _editor(bank, form, question, Editor(heading, row, newer, added))


@bp.post("/<int:question_id>/approve")
@requires(Permission.BANK_EDIT)
def approve(bank_id: int, question_id: int) -> ResponseReturnValue:
    """Approve the version, or the translation, that was looked at."""
    version = whole(request.form.get("version")) or 0
    if translation := whole(request.form.get("translation")):
        return _act(bank_id, question_id, _("Approved. Forms in this language can use it."),
                    lambda: translating.approve(bank_id, [translation], by=actor()))
    foreseen = approving.foresee(bank_id, question_id, version, by=actor())
    asks = foreseen is None or versions.contents([version])[version].question().asks
    return _act(bank_id, question_id, _("Approved. New forms can draw it.") if asks
                else _("Approved. It asks nothing, so no quiz draws it."),
                lambda: approving.approve(bank_id, question_id, version, by=actor(),
                                          foreseen=foreseen, agreed=agreed()),
                _("Approve it all the same"))


@bp.post("/<int:question_id>/take-back")
@requires(Permission.BANK_EDIT)
def take_back(bank_id: int, question_id: int) -> ResponseReturnValue:
    """Take back the draft that was looked at."""
    sent, version = Stopped(), whole(request.form.get("version")) or 0
    with answered(sent):
        with transaction():
            before = reverting.take_back(bank_id, question_id, version, by=actor())
        flash(reverting.taken_back(before), "success")
        if before is None:
            return redirect(url_for("banks.show", bank_id=bank_id), 303)
    sent.say()
    return _back(bank_id, question_id)


@bp.post("/<int:question_id>/go-back")
@requires(Permission.BANK_EDIT)
def go_back(bank_id: int, question_id: int) -> ResponseReturnValue:
    """Let the question say again what it said in a version."""
    sent, number = Stopped(), whole(request.form.get("number")) or 0
    version = whole(request.form.get("version")) or 0
    with answered(sent):
        with transaction():
            drafted = reverting.go_back(bank_id, question_id, number, base=version, by=actor())
        flash(reverting.gone_back(number, drafted=drafted), "success")
    sent.say()
    return _back(bank_id, question_id)


@bp.post("/<int:question_id>/retire")
@requires(Permission.BANK_EDIT)
def retire(bank_id: int, question_id: int) -> ResponseReturnValue:
    """Draw the question no more."""
    foreseen = approving.foresee_retired(bank_id, question_id, retired=True, by=actor())
    return _act(bank_id, question_id, _("Retired. No new form draws it."),
                lambda: approving.retire(bank_id, question_id, by=actor(), foreseen=foreseen,
                                         agreed=agreed()), _("Retire it all the same"))


@bp.post("/<int:question_id>/restore")
@requires(Permission.BANK_EDIT)
def restore(bank_id: int, question_id: int) -> ResponseReturnValue:
    """Bring a retired question back."""
    foreseen = approving.foresee_retired(bank_id, question_id, retired=False, by=actor())
    return _act(bank_id, question_id, _("Restored as it was."),
                lambda: approving.restore(bank_id, question_id, by=actor(), foreseen=foreseen,
                                          agreed=agreed()), _("Restore it all the same"))


def _act(
    bank_id: int, question_id: int, done: str, act: Callable[[], object], anyway: str = "",
) -> ResponseReturnValue:
    sent = Stopped()
    with answered(sent):
        with transaction():
            act()
        flash(done, "success")
    if isinstance(sent.refusal, LeavesShort):
        return _page(bank_id, question_id, sent.refusal, anyway=anyway), sent.refusal.status
    sent.say()
    return _back(bank_id, question_id)


def _back(bank_id: int, question_id: int) -> ResponseReturnValue:
    return redirect(url_for("banks.questions.show", bank_id=bank_id, question_id=question_id), 303)


def _form(bank: Bank, values: dict[str, object]) -> AboutForm:
    vocabulary = directory.vocabulary(bank)
    return AboutForm.of_request(topics=list(vocabulary.topics.items()),
                                modules=list(vocabulary.modules.items()), data=values)


def _edited(form: AboutForm, question: Question, added: Addition) -> Question:
    """The question as it was sent; a button that changes rows gives it with them changed."""
    if request.method == "GET":
        return question
    fields = added.put(form.rest_of(request.form.to_dict(flat=False)))
    return question.edited(fields, _act_on_rows())


def _act_on_rows() -> str:
    act = request.form.get("do", "save")
    return "" if act in ("save", "check", ADD) else act


def _saves(form: AboutForm, added: Addition) -> bool:
    return not added.fault and request.form.get("do", "save") == "save" and form.sent()


def _saved(bank_id: int, question_id: int, *, changed: bool = True) -> ResponseReturnValue:
    flash(_("Saved as a draft. Approve it when it is right.") if changed
          else _("Nothing was changed."), "success" if changed else "info")
    return _back(bank_id, question_id)


def _after_conflict(bank: Bank, row: Row, form: AboutForm) -> tuple[QuestionPage, AboutForm]:
    """The newer version to compare with, and the form as written, now based on that one."""
    again = directory.get_question(bank.id, row.id)
    vocabulary = directory.vocabulary(bank)
    fresh = AboutForm(None, topics=list(vocabulary.topics.items()),
                      modules=list(vocabulary.modules.items()),
                      data={**form.data, "base": again.latest_version_id})
    fresh.take_over(form)
    return profile.question_page(bank, again), fresh


@dataclass(frozen=True)
class Editor:
    """What stands around the form: a heading, the question's row, a version saved meanwhile."""

    heading: str
    row: Row | None = None
    newer: QuestionPage | None = None
    added: Addition = field(default_factory=Addition)


def _editor(
    bank: Bank, form: AboutForm, question: Question, editor: Editor
) -> ResponseReturnValue:
    vocabulary, facts = directory.vocabulary(bank), directory.facts_of(bank)
    untouched = request.method == "GET" and editor.row is None
    problems = () if untouched else editing.problems_of(form.draft(question), vocabulary)
    refused = bool(form.refusals or form.errors or form.faults or editor.added.fault)
    page = render_template(
        "banks/questions/edit.html", bank=bank, form=form, question=question, editor=editor,
        problems=problems, facts=facts, topics=vocabulary.topics, modules=vocabulary.modules,
        untouched=untouched, act=_act_on_rows(), label=say(question.label),
        added=editor.added, pictures=pictures.shown(question.draft()),
        mebibytes=keeping.FILE_LIMIT // 1024**2,
    )
    return page, 422 if refused else 200
