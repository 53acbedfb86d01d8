"""Pages of question files: upload, check, apply."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.banks import directory, inventory, profile, rules, versions
from isotrain.banks.difference import Difference, differences
from isotrain.banks.files import annotating, applying, choosing, deciding, importing
from isotrain.banks.files.importing import Review
from isotrain.banks.files.steps import WRITING, Standing, Step
from isotrain.banks.forms import DefaultsForm, FormData, UploadForm
from isotrain.banks.models import Bank
from isotrain.banks.rules import Written
from isotrain.errors import NotFound, Refusal
from isotrain.formats import FORMATS, find_format, key_in_short
from isotrain.formats.contract import QUESTION_LIMIT, SIZE_LIMIT
from isotrain.i18n import _, say, say_place
from isotrain.jobs import asking
from isotrain.lists import cut
from isotrain.questions.contract import Reviewed
from isotrain.questions.draft import Draft
from isotrain.questions.pictured import SCHEME, worded
from isotrain.questions.problem import SEVERITIES, Problem
from isotrain.spreadsheet import csv_file
from isotrain.turns import reading_turn
from isotrain.web import lists
from isotrain.web.addresses import chosen
from isotrain.web.answering import answered
from isotrain.web.bodies import takes_file
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.transaction import transaction

bp = Blueprint("uploads", __name__, url_prefix="/<int:bank_id>/uploads")
SHOWN_PROBLEMS = 50
SHOWN_MISSING = 50
SHOWN_PICTURES = 6
PAGE_SIZE = 25
LOOK = "look"
EFFECTS = ("new", "changed", "translated", "alike", "older", "open", "faulty", "duplicate", "left",
           "unchanged")
UNSURE = ("alike", "older", "open", "faulty", "duplicate")
PASTED = "pasted.txt"
KEPT = ("topic", "difficulty", "use", "sheets", "apart", "do", "show", "open", "after", "before")


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
@takes_file
def new(bank_id: int) -> ResponseReturnValue:
    """Choose a file, have it read in a process of its own, and keep what was found."""
    form = UploadForm.of_request()
    if form.sent():
        with answered(form):
            data, name, field = _sent(form)
            read = importing.read(data, name, reader=me().id, field=field,
                                  readings=choosing.remembered(bank_id))
            with transaction():
                token = importing.keep(bank_id, read, by=actor())
            return redirect(url_for(".check", bank_id=bank_id, token=token), 303)
    bank = directory.get_bank(bank_id, member=me().id)
    page = render_template(
        "banks/uploads/new.html", bank=inventory.get_view(bank), form=form, formats=FORMATS,
        mebibytes=SIZE_LIMIT // 1024**2, most=QUESTION_LIMIT,
    )
    return page, form.status


def _sent(form: UploadForm) -> tuple[bytes, str, str]:
    """Return the bytes of a file or of what was pasted, their name and their field."""
    file = request.files.get("file")
    pasted = form.pasted.data or ""
    if file is not None and file.filename:
        if pasted.strip():
            raise Refusal(_("Choose a file or paste questions, one at a time"), "pasted")
        return file.read(SIZE_LIMIT + 1), file.filename, "file"
    if not pasted.strip():
        raise Refusal(_("Choose a file or paste questions"), "file")
    return pasted.encode("utf-8", "replace"), PASTED, "pasted"


@bp.get("/<token>")
@requires(Permission.BANK_EDIT)
def check(bank_id: int, token: str) -> ResponseReturnValue:
    """Say what applying the file would do; nothing has been written to the bank."""
    bank = directory.get_bank(bank_id, member=me().id)
    return _page(bank, token, _asked_defaults(bank, token))


@bp.post("/<token>")
@requires(Permission.BANK_EDIT)
def apply(bank_id: int, token: str) -> ResponseReturnValue:
    """Apply the file, whole and at most once; or check it again with other defaults."""
    bank = directory.get_bank(bank_id, member=me().id)
    form = _defaults_form(bank, token, request.form)
    if request.form.get("do") == "show":
        return _page(bank, token, form)
    review = importing.review(bank_id, token, form.defaults(), member=me().id)
    with answered(form):
        if applying.is_long(review):
            with transaction():
                work = asking.ask(applying.KIND, applying.params_of(
                    bank_id, review, skip_faulty=form.skip_faulty.data), user_id=me().id)
            return redirect(url_for("work.show", work_id=work.id), 303)
        applied = applying.apply(bank_id, review, by=actor(), transaction=transaction,
                                 skip_faulty=form.skip_faulty.data)
        flash(applied.sentence, "success")
        state = "draft" if applied.plan.counts["new"] else ""
        return redirect(url_for("banks.show", bank_id=bank_id, state=state or None,
                                sort="-saved"), 303)
    return _page(directory.get_bank(bank_id, member=me().id), token, form), form.status


@bp.post("/<token>/decisions")
@requires(Permission.BANK_EDIT)
def decide(bank_id: int, token: str) -> ResponseReturnValue:
    """Keep what was decided about one question of the file, or about all of one effect."""
    bank = directory.get_bank(bank_id, member=me().id)
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if name in request.args}
    with answered():
        review = importing.review(bank_id, token, _asked_defaults(bank, token).defaults(),
                                  member=me().id)
        with transaction():
            deciding.decide(bank_id, review, _decisions(review), by=actor())
    return redirect(url_for(".check", bank_id=bank_id, token=token, **kept), 303)


def _decisions(review: Review) -> dict[str, str]:
    decision = request.form.get("decision", "")
    if "place" in request.form:
        return {request.form["place"]: decision}
    return deciding.for_all(review, request.form.get("effect", ""), decision)


@bp.post("/<token>/readings")
@requires(Permission.BANK_EDIT)
def choose(bank_id: int, token: str) -> ResponseReturnValue:
    """Read the file again as the trainer says it is meant."""
    bank = directory.get_bank(bank_id, member=me().id)
    form = _defaults_form(bank, token, None)
    with answered(form):
        choosing.choose(bank_id, token, request.form, by=actor(), transaction=transaction)
        return redirect(url_for(".check", bank_id=bank_id, token=token), 303)
    return _page(directory.get_bank(bank_id, member=me().id), token, form), form.status


@bp.get("/<token>/annotated")
@requires(Permission.BANK_EDIT)
def annotated(bank_id: int, token: str) -> ResponseReturnValue:
    """Hand back the trainer's own workbook with the problems in its cells."""
    bank = directory.get_bank(bank_id, member=me().id)
    review = importing.review(bank.id, token, _defaults_form(bank, token, None).defaults(),
                              member=me().id)
    data = importing.get_upload(bank_id, token).data
    if data is None:
        raise NotFound(_("This file was too large to be kept."))
    with reading_turn(me().id):
        copy = annotating.annotated(data, review.file_name, review.plan.problems)
    return send_file(io.BytesIO(copy), as_attachment=True, download_name=review.file_name,
                     mimetype="application/octet-stream")


@bp.get("/<token>/problems.csv")
@requires(Permission.BANK_EDIT)
def problems(bank_id: int, token: str) -> ResponseReturnValue:
    """Hand out every problem as a table, to work through beside the file."""
    bank = directory.get_bank(bank_id, member=me().id)
    review = importing.review(bank.id, token, _defaults_form(bank, token, None).defaults(),
                              member=me().id)
    header = [_("Severity"), _("Place"), _("Problem"), _("What to do")]
    rows = ([say(SEVERITIES[problem.severity]), say_place(problem.place),
             say(problem.template, problem.params),
             say(problem.hint, problem.params) if problem.hint else ""]
            for problem in review.plan.problems)
    return Response(csv_file(header, rows), mimetype="text/csv", headers={
        "Content-Disposition": 'attachment; filename="problems.csv"'})


def _asked_defaults(bank: Bank, token: str) -> DefaultsForm:
    """The defaults as the address has them."""
    return _defaults_form(bank, token, request.args if request.args.get("do") else None)


def _defaults_form(bank: Bank, token: str, values: FormData) -> DefaultsForm:
    """The defaults as they were chosen, or as they are proposed for this file."""
    read = (importing.get_upload(bank.id, token).checked or {}) if values is None else {}
    return DefaultsForm(values, topics=list(directory.vocabulary(bank).topics.items()),
                        sheets=rules.proposes_topics(read.get("format", "")))


@dataclass(frozen=True)
class Preview:
    """A question of the file as it is shown: its key, and what it would change in the bank.

    `pictures` are the right answers that are pictures, to be seen beside their words.
    """

    step: Step
    keyed: Reviewed | None
    key: str
    differences: tuple[Difference, ...]
    pictures: tuple[str, ...]


def _page(bank: Bank, token: str, form: DefaultsForm) -> str:
    review = importing.review(bank.id, token, form.defaults(), member=me().id)
    shown, opened = chosen("show", (LOOK, *EFFECTS)), chosen("open", ("all",))
    unsure = _unsure(review)
    steps = [step for step in review.plan.steps
             if shown in ("", step.effect) or (shown == LOOK and step.draft.place in unsure)]
    page = cut(steps, lists.asked(), size=PAGE_SIZE)
    meant = {name: form[name].data for name in ("topic", "difficulty", "use")}
    meant |= {name: "y" for name in ("sheets", "apart") if form[name].data}
    links = Links("banks.uploads.check", page,
                  {**meant, "do": "show", "show": shown, "open": opened},
                  {"bank_id": bank.id, "token": token})
    return render_template(
        "banks/uploads/check.html", bank=inventory.get_view(bank), review=review, form=form,
        asked=choosing.asked(review.plan.problems), annotates=_annotates(review),
        token=token, counts=review.plan.counts, problems=_first(review), unsure=len(unsure),
        previews=_previews(page.rows), page=page, links=links, shown=shown, opened=opened,
        total=len(_told(review)), topics=directory.vocabulary(bank).topics,
        format_label=_format_label(review.imported.format), effects=EFFECTS,
        missing=_with_stems(review.plan.missing[:SHOWN_MISSING]),
        use=applying.find_use(bank, review.plan),
    )


def _with_stems(questions: Sequence[Standing]) -> list[tuple[Standing, str]]:
    """Questions of the bank with what they ask."""
    contents = versions.contents(each.version_id for each in questions)
    return [(each, worded(contents[each.version_id].question().plain_stem)) for each in questions]


def _unsure(review: Review) -> set[str]:
    """The places of the questions that somebody should look at before the file is applied."""
    troubled = review.imported.owners(review.plan.problems)
    return {step.draft.place for step in review.plan.steps
            if step.effect in UNSURE or (step.effect in WRITING and (
                not step.complete or step.draft.place in troubled))}


def _previews(steps: Sequence[Step]) -> list[Preview]:
    """The questions of a page, each beside the one of the bank that it meets."""
    met = versions.written(step.meets.version_id for step in steps if step.meets)
    return [Preview(step, _keyed(step), _key(step), _differences(step, met), _pictures(step.draft))
            for step in steps]


def _pictures(draft: Draft) -> tuple[str, ...]:
    """The right answers of a question, and of its parts, that are pictures."""
    right = [option.text for option in draft.right]
    right += [text for pair in draft.pairs for text in pair]
    parts = (text for part in draft.parts for text in _pictures(part))
    return (*(text for text in right if SCHEME in text), *parts)[:SHOWN_PICTURES]


def _differences(step: Step, met: Mapping[int, Written]) -> tuple[Difference, ...]:
    if step.meets is None or step.becomes is None or step.effect in ("duplicate", "translated"):
        return ()
    return tuple(differences(met[step.meets.version_id].draft(), step.becomes.draft()))


def _format_label(name: str) -> str:
    format_ = find_format(name)
    return format_.label if format_ else name


def _annotates(review: Review) -> bool:
    """Whether the file can come back with its problems in the cells."""
    return annotating.can_annotate(review.file_name) and bool(review.plan.problems)


def _first(review: Review) -> list[Problem]:
    """The first problems, errors before warnings."""
    found = sorted(_told(review), key=lambda problem: problem.severity != "error")
    return found[:SHOWN_PROBLEMS]


def _told(review: Review) -> list[Problem]:
    """What is listed; what is to be chosen stands by itself."""
    return [problem for problem in review.plan.problems if problem.severity != "question"]


def _key(step: Step) -> str:
    """The right answers in short; none of a question that has none yet."""
    return "" if step.effect == "open" else key_in_short(step.draft, say)


def _keyed(step: Step) -> Reviewed | None:
    return profile.keyed(step.written.question) if step.written else None
