"""Pages of what came of attempts: the result, the receipt of the form, the list."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.attempts import history, replaying, reviewing, starting, taking
from isotrain.attempts.pages import bp, current_sitting
from isotrain.attempts.rules import Viewer
from isotrain.i18n import _, day_there
from isotrain.quizzes.rules import EXAM, PRACTICE
from isotrain.text import typed
from isotrain.web import lists
from isotrain.web.addresses import chosen
from isotrain.web.gate import me, requires
from isotrain.web.lists import Links
from isotrain.web.looking import looks_at
from isotrain.web.transaction import transaction


@bp.get("/attempts")
@requires(Permission.LEARN)
def mine() -> ResponseReturnValue:
    """List one's own attempts."""
    text = typed(request.args.get("q"))[:100]
    wanted = {"q": text, "kind": chosen("kind", (EXAM, PRACTICE))}
    found, asked = history.listing(me().id, text=text, kind=wanted["kind"]), lists.asked()
    if lists.file_asked():
        header = [_("Quiz"), _("Kind"), _("Attempt"), _("Started"), _("Score"), _("State")]
        rows = ((each.title, each.kind, each.attempt.number, day_there(each.attempt.started_at),
                 each.result.percent if each.result else "", each.state)
                for each in found.every(asked.sort))
        return lists.as_file("attempts", header, rows, scope="training", wanted=wanted)
    page = found.page(asked)
    return render_template("attempts/mine.html", page=page, wanted=wanted,
                           links=Links("attempts.mine", page, wanted))


@bp.get("/attempt/<int:attempt_id>/result")
@requires(Permission.LEARN)
def result(attempt_id: int) -> ResponseReturnValue:
    """Show the result of one's own attempt, as far as the quiz lets it be seen."""
    sitting = current_sitting(attempt_id)
    if sitting.open:
        return redirect(url_for("attempts.go_on", attempt_id=attempt_id))
    review = reviewing.review(sitting)
    if review.result is None:
        return render_template("attempts/waiting.html", sitting=sitting, review=review)
    opened = request.headers.get("Sec-Fetch-Dest", "document") == "document"  # not by a script
    if opened and not review.seen:
        with transaction():
            reviewing.note_seen(attempt_id)
    standing = None
    if sitting.kind == EXAM and not review.result.passed:
        standing = starting.find_standing(sitting.slug, me().id, sitting.now)
    return render_template("attempts/result.html", sitting=sitting, standing=standing,
                           review=review)


@bp.get("/attempt/<int:attempt_id>/receipt")
@requires(Permission.LEARN)
def receipt(attempt_id: int) -> ResponseReturnValue:
    """Show how the form of one's own attempt came about."""
    taking.get(attempt_id, me().id)
    return _receipt(attempt_id, Viewer.OWNER)


@bp.get("/receipts/<int:attempt_id>")
@requires(Permission.AUDIT_RECORDS)
def audit_receipt(attempt_id: int) -> ResponseReturnValue:
    """Show those who oversee records how the form of an attempt came about."""
    page = _receipt(attempt_id, Viewer.OVERSEER)
    looks_at(taking.owner_of(attempt_id))
    return page


def _receipt(attempt_id: int, viewer: Viewer) -> str:
    return render_template("attempts/receipt.html", owner=viewer is Viewer.OWNER,
                           receipt=replaying.receipt_page(attempt_id, viewer))
