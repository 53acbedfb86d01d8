"""Importing a people file: upload, look at what it would do, apply."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.errors import Refusal
from isotrain.i18n import _, say
from isotrain.jobs import asking
from isotrain.people.files import applying, exporting, importing, planning, writing
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Options
from isotrain.people.files.rules import COLUMNS
from isotrain.people.forms import ANSWER, FileForm, OptionsForm
from isotrain.people.models import PeopleImport
from isotrain.people.pages import bp
from isotrain.web.answering import answered
from isotrain.web.bodies import takes_file
from isotrain.web.gate import actor, me, requires
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction

SHOWN = 100  # faults on a page; the count says how many there are


@bp.get("/people/import/sample.csv")
@requires(Permission.PEOPLE_EDIT)
def sample() -> ResponseReturnValue:
    """Give out a file to start one's own from."""
    return Response(exporting.sample(), mimetype="text/csv",
                    headers={"Content-Disposition": "attachment; filename=people-sample.csv"})


@bp.route("/people/import", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
@takes_file
def upload() -> ResponseReturnValue:
    """Take a file and check it as a whole; a file without faults is kept for the next step."""
    form = FileForm.of_request()
    plan = None
    if form.sent():
        with answered(form):
            if not form.file.data:  # a file without a name is none
                raise Refusal(_("Choose a file"), "file")
            taken = Upload(form.file.data.filename, form.file.data.read())
            options = form.options(request.form)
            plan = planning.plan(importing.take(taken, reader=me().id), options, by=actor())
            if not plan.faults:
                with transaction():
                    token = importing.keep(taken, user_id=me().id)
                return redirect(_preview_url(token, options), 303)
    return render_template("people/upload.html", form=form, plan=plan, shown=SHOWN, say=say,
                           columns=COLUMNS), form.status


def _preview_url(token: str, options: Options) -> str:
    values: dict[str, Any] = {f"{ANSWER}{key}": text for key, text in options.answers.items()}
    return url_for("people.preview", token=token, complete="y" if options.complete else None,
                   effective_on=options.effective_on.isoformat(), **values)


@bp.get("/people/import/<token>")
@requires(Permission.PEOPLE_EDIT)
def preview(token: str) -> ResponseReturnValue:
    """Show what a kept file would do, and ask what has to be asked."""
    form = OptionsForm(request.args)
    if not form.validate():
        raise Refusal(_("The day is not a date. Upload the file again."))
    kept = importing.find(token, user_id=me().id)
    if kept is None:
        return _again()
    file = importing.read(kept.data, reader=me().id)
    with answered():
        plan = planning.plan(file, form.options(request.args), by=actor())
        page = render_template("people/preview.html", plan=plan, token=token, form=form, say=say,
                               file_name=kept.name, shown=SHOWN, answer=ANSWER,
                               earlier=kept.applied_at, at_once=writing.AT_ONCE,
                               in_steps=writing.size(plan) > writing.AT_ONCE)
        return page, 422 if plan.faults else 200
    return redirect(url_for("people.upload"), 303)


@bp.post("/people/import/<token>")
@requires(Permission.PEOPLE_EDIT)
@steps_up("POST")
def apply(token: str) -> ResponseReturnValue:
    """Do what a kept file says."""
    form = OptionsForm.of_request()
    if not form.validate():
        raise Refusal(_("The day is not a date. Upload the file again."))
    kept = importing.find(token, user_id=me().id)
    if kept is None:
        return _again()
    file, options = importing.read(kept.data, reader=me().id), form.options(request.form)
    with answered():
        if applying.is_long(file):
            with transaction():
                work = asking.ask(applying.KIND,
                                  applying.params_of(kept, options), user_id=me().id)
            return redirect(url_for("work.show", work_id=work.id), 303)
        done = applying.apply(file, options, kept, by=actor(), transaction=transaction)
        return _tell(done)
    return redirect(_preview_url(token, options), 303)


def _again() -> ResponseReturnValue:
    flash(importing.gone(), "warning")
    return redirect(url_for("people.upload"), 303)


def _tell(done: PeopleImport | None) -> ResponseReturnValue:
    flash(applying.told(done), "success" if done else "info")
    if not (sentence := applying.way_in(done)):
        return redirect(url_for("people.index"), 303)
    flash(sentence, "info")
    return redirect(url_for("people.access_sheets"), 303)
