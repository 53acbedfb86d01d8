"""Pages of what the checks find in a bank, and accepting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import directory, inventory
from isotrain.banks.checks import accepting, looking
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.linting.checking import WHY
from isotrain.linting.finding import SEVERITIES
from isotrain.linting.guessing import PARTS
from isotrain.lists import cut
from isotrain.text import typed, whole
from isotrain.web import lists
from isotrain.web.addresses import chosen
from isotrain.web.answering import answered
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from isotrain.banks.models import Bank

bp = Blueprint("checks", __name__, url_prefix="/<int:bank_id>/checks")
PAGE_SIZE = 25  # questions


@bp.get("")
@requires(Permission.BANK_READ)
def index(bank_id: int) -> ResponseReturnValue:
    """List what the checks find in a bank, by question, and what guessing earns."""
    bank = directory.get_bank(bank_id, member=me().id)
    topics = directory.vocabulary(bank).topics
    wanted = {"severity": chosen("severity", SEVERITIES), "check": chosen("check", WHY),
              "topic": chosen("topic", topics)}
    number = looking.count(bank.id, wanted["topic"])
    many = number > looking.MOST
    found = looking.look(bank, topic=wanted["topic"]) if not many else looking.NOTHING
    shown = [each for each in found.open if _fits(each, wanted)]
    page = cut(looking.by_question(shown), lists.asked(), size=PAGE_SIZE)
    names = {each.finding.found_by for each in found.open} | ({wanted["check"]} - {""})
    return render_template(
        "banks/checks/index.html", bank=inventory.get_view(bank), found=found, page=page,
        over_all=[each for each in shown if not each.key], wanted=wanted, topics=topics,
        names=[(name, name) for name in sorted(names)], parts=PARTS, why=WHY, number=number,
        many=many, most=looking.MOST,
        links=Links("banks.checks.index", page, wanted, {"bank_id": bank.id}))


@bp.post("")
@requires(Permission.BANK_EDIT)
def accept(bank_id: int) -> ResponseReturnValue:
    """Let something that was found stay, then go back to where it was shown."""
    bank = directory.get_bank(bank_id, member=me().id)
    question_id = whole(request.form.get("question"))
    with answered():
        spotted = _spotted(bank, question_id, typed(request.form.get("check")))
        with transaction():
            accepting.accept(
                bank_id, spotted.finding.found_by, question_id=question_id,
                version_id=whole(request.form.get("version")), by=actor(),
                reason=typed(request.form.get("reason")))
        flash(_("Accepted. It stays in the list, with your reason."), "success")
    if request.form.get("back") == "question" and question_id is not None:
        back = url_for("banks.questions.show", bank_id=bank_id, question_id=question_id)
    else:
        back = url_for("banks.checks.index", bank_id=bank_id, **_asked_query())
    return redirect(back, 303)


def _spotted(bank: Bank, question_id: int | None, check: str) -> looking.Spotted:
    """Return what was found, found again."""
    if question_id is None:
        return looking.find(_looked(bank), "", check)
    key = directory.get_question(bank.id, question_id).key
    return looking.find(_looked(bank), key, check)


def _looked(bank: Bank) -> looking.Looked:
    topic = request.args.get("topic", "")
    if looking.count(bank.id, topic) > looking.MOST:
        raise Refusal(_("Choose a topic first, or accept it by a command: flask bank"
                        " accept-finding."))
    return looking.look(bank, topic=topic)


def _fits(spotted: looking.Spotted, wanted: dict[str, str]) -> bool:
    finding = spotted.finding
    return (wanted["severity"] in ("", finding.severity)
            and wanted["check"] in ("", finding.found_by))


def _asked_query() -> dict[str, Any]:
    """Return the part of the address that says what to see, to say it again."""
    names = ("severity", "check", "topic", "after", "before")
    return {name: request.args[name] for name in names if request.args.get(name)}
