"""Pages of banks: the list of them, one bank with its questions, its settings, its export."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.banks import (
    approving,
    directory,
    inventory,
    library_views,
    tending,
)
from isotrain.banks.approving import Approved
from isotrain.banks.batches import views as batch_views
from isotrain.banks.checks import views as check_views
from isotrain.banks.files import exporting
from isotrain.banks.files import views as file_views
from isotrain.banks.forms import BankForm, SetForm, address_of, asked_filter, chosen_ids
from isotrain.banks.inventory import STATES
from isotrain.banks.models import Bank
from isotrain.banks.questions import views as question_views
from isotrain.banks.tending import Described
from isotrain.errors import Refusal
from isotrain.formats.sheets import CSV
from isotrain.i18n import _, ngettext, say
from isotrain.questions import TYPES
from isotrain.study import library
from isotrain.text import typed
from isotrain.web import lists
from isotrain.web.addresses import chosen
from isotrain.web.answering import answered
from isotrain.web.forms import given
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.transaction import transaction

bp = Blueprint("banks", __name__, url_prefix="/banks")
bp.register_blueprint(question_views.bp)
bp.register_blueprint(check_views.bp)
bp.register_blueprint(file_views.bp)
bp.register_blueprint(batch_views.bp)
bp.register_blueprint(library_views.bank_members)
bp.add_app_template_global(say, "say")
ASKED = ("q", "topic", "difficulty", "type", "state", "use", "fact", "sort", "after", "before")
NAMED = 5  # questions that a message names before it only counts


@bp.get("")
@requires(Permission.BANK_READ)
def index() -> ResponseReturnValue:
    """List the banks one looks after."""
    libraries = {each.id: each.title for each in library.list_libraries(None)}
    wanted, asked = {"q": typed(request.args.get("q"))[:100]}, lists.asked()
    found = inventory.banks(me().id, text=wanted["q"])
    if lists.file_asked():
        header = [_("Bank"), _("Library"), _("Approved"), _("Newer draft"), _("Drafts"),
                  _("Retired")]
        rows = ((bank.title, libraries.get(bank.library_id or 0), *(
            bank.states.get(state, 0) for state in STATES)) for bank in found.every(asked.sort))
        return lists.as_file("banks", header, rows, scope="banks", wanted=wanted)
    page = found.page(asked)
    return render_template("banks/index.html", page=page, links=Links("banks.index", page, wanted),
                           wanted=wanted, libraries=libraries, labels=_type_labels())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def new() -> ResponseReturnValue:
    """Open a bank."""
    own = _own_libraries()
    only = own[0][0] if len(own) == 1 else ""
    form = BankForm.of_request(libraries=own, data={"library": only})
    if form.sent():
        with answered(form):
            with transaction():
                bank = tending.create(_described(form), by=actor())
            flash(_("The bank is open. Write its first question, or upload a file."), "success")
            return redirect(url_for("banks.show", bank_id=bank.id), 303)
    return render_template("banks/new.html", form=form), form.status


@bp.get("/<int:bank_id>")
@requires(Permission.BANK_READ)
def show(bank_id: int) -> ResponseReturnValue:
    """Show the questions of a bank, searched and filtered."""
    bank = directory.get_bank(bank_id, member=me().id)
    asked = asked_filter()
    page = inventory.listing(bank.id, asked).page(lists.asked())
    facts, vocabulary = directory.facts_of(bank), directory.vocabulary(bank)
    return render_template(
        "banks/show.html", bank=inventory.get_view(bank), page=page, asked=asked,
        links=Links("banks.show", page, address_of(asked), {"bank_id": bank.id}),
        facts=facts, topics=vocabulary.topics, labels=_type_labels(),
        fill=SetForm(None, topics=list(vocabulary.topics.items())),
        fact_choices=[(code, f"{code} {_short(fact.statement)}") for code, fact in facts.items()],
    )


@bp.post("/<int:bank_id>")
@requires(Permission.BANK_EDIT)
def act(bank_id: int) -> ResponseReturnValue:
    """Approve questions, then go back to the list as it was."""
    chosen = chosen_ids(request.form.getlist("question"))
    with answered():
        everything = request.form.get("do") == "approve-all"
        if not (chosen or everything):
            raise Refusal(_("Choose at least one question."))
        message = _outcome(approving.approve_many(
            bank_id, None if everything else chosen, by=actor(), transaction=transaction))
        flash(message, "success")
    return redirect(url_for("banks.show", bank_id=bank_id, **_asked_query()), 303)


@bp.route("/<int:bank_id>/settings", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def settings(bank_id: int) -> ResponseReturnValue:
    """Change how a bank is described."""
    bank = directory.get_bank(bank_id, member=me().id)
    form = BankForm.of_request(libraries=_libraries_for(bank), data=_said(bank))
    if form.sent():
        with answered(form):
            with transaction():
                tending.change(bank_id, _described(form, bank), by=actor())
            flash(_("Saved."), "success")
            return redirect(url_for("banks.settings", bank_id=bank_id), 303)
    return render_template("banks/settings.html", bank=inventory.get_view(bank), form=form), \
        form.status


@bp.get("/<int:bank_id>/export")
@requires(Permission.BANK_EDIT)
def export(bank_id: int) -> ResponseReturnValue:
    """Say what each format carries of the questions that are shown."""
    bank = directory.get_bank(bank_id, member=me().id)
    names = [format_.name for format_ in exporting.WRITTEN]
    wanted = chosen("format", names, "yaml")
    asked = asked_filter()
    exported = exporting.write(bank_id, wanted, asked, member=me().id)
    narrowing = {name: value for name, value in address_of(asked).items() if value}
    return render_template(
        "banks/export.html", bank=inventory.get_view(bank), formats=exporting.WRITTEN,
        wanted=wanted, exported=exported, narrowed=bool(narrowing),
        separators=exporting.SEPARATOR_LABELS if wanted == CSV.name else {},
        separator=exporting.usual_separator(),
        query=narrowing | ({"sort": asked.sort} if asked.sort else {}),
    )


@bp.post("/<int:bank_id>/export")
@requires(Permission.BANK_EDIT)
def download(bank_id: int) -> ResponseReturnValue:
    """Hand out the file and note that keys have left the house."""
    format_name = request.form.get("format", "")
    exported = exporting.write(bank_id, format_name, asked_filter(), member=me().id,
                               separator=request.form.get("separator", ""))
    with transaction():
        exporting.note_export(bank_id, format_name, exported, by=actor())
    return Response(exported.data, mimetype="application/octet-stream", headers={
        "Content-Disposition": f'attachment; filename="{exported.name}"'})


def _asked_query() -> dict[str, Any]:
    """Return the part of the address that says what to see, to say it again."""
    return {name: request.args[name] for name in ASKED if request.args.get(name)}


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[:length].rpartition(" ")[0] + " …"


def _type_labels() -> dict[str, str]:
    return {type_.name: say(type_.label) for type_ in TYPES}


def _own_libraries() -> list[tuple[str, str]]:
    return [(str(each.id), each.title) for each in library.list_libraries(me().id)]


def _libraries_for(bank: Bank) -> list[tuple[str, str]]:
    """The libraries a bank can be put into: one's own while it has none, then only its own."""
    if bank.library_id is None:
        return _own_libraries()
    return [(str(bank.library_id), library.get_library_by_id(bank.library_id).title)]


def _said(bank: Bank) -> dict[str, str]:
    return {"title": bank.title, "description": bank.description,
            "library": str(bank.library_id or "")}


def _described(form: BankForm, bank: Bank | None = None) -> Described:
    return Described(given(form.title, str), given(form.description, str), form.library_id(),
                     bank.language if bank else "en")


def _outcome(approved: Approved) -> str:
    parts = [ngettext("%(num)s question approved.", "%(num)s questions approved.",
                      approved.count)]
    for left, sentence in (
        (approved.incomplete, _("Not complete yet: %(keys)s.")),
        (approved.own, _("Written by you, so a colleague must approve: %(keys)s.")),
        (approved.delicate, _("Exam questions that move to practice; approve them one by one on"
                              " their pages: %(keys)s.")),
    ):
        if left:
            keys = ", ".join(each.key for each in left[:NAMED])
            more = len(left) - NAMED
            parts.append(sentence % {"keys": keys if more <= 0 else _(
                "%(keys)s and %(more)s more", keys=keys, more=more)})
    return " ".join(parts)
