"""What all pages of attempts share: their routes, one's own attempt, how question texts look."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import lru_cache

from flask import Blueprint
from markdown_it import MarkdownIt
from markupsafe import Markup

from isotrain.attempts import taking
from isotrain.attempts.taking import Sitting
from isotrain.i18n import _, chosen_language
from isotrain.web.gate import actor, me
from isotrain.web.transaction import transaction

bp = Blueprint("attempts", __name__)

# Emphasis is all the markup a question knows; everything else stays as it was typed.
_emphasis = MarkdownIt("zero", {"html": False}).enable("emphasis")


@bp.app_template_filter("emphasised")
@lru_cache(maxsize=8192)
def emphasised(text: str) -> Markup:
    """Show the text of a question or option with *emphasis* and **strong emphasis**."""
    return Markup(_emphasis.renderInline(text))  # noqa: S704  the parser escapes what is not its own


@bp.app_template_filter("marks")
def marks(value: Fraction | str) -> str:
    """Show marks, which may be in parts: 14, 2/3 or 14 2/3."""
    whole, part = divmod(Fraction(value), 1)
    if not part:
        return str(whole)
    return f"{whole} {part}" if whole else str(part)


@bp.app_template_global("exam_words")
def exam_words() -> str:
    """Return what exam.js says, as JSON for an attribute; every question page carries it."""
    return _words(chosen_language())


@lru_cache
def _words(_language: str) -> str:
    return json.dumps({
        "saving": _("Saving"),
        "saved": _("Saved {time}"),
        "failed": _("Not saved, retrying"),
        "signedOut": _("Not saved: you are signed out. Sign in in another window;"
                       " your answers wait here."),
        "one_waiting": _("1 answer is not saved yet. It waits in this browser and is sent as soon"
                         " as possible."),
        "waiting": _("{count} answers are not saved yet. They wait in this browser and are sent as"
                     " soon as possible."),
        "flag": _("Flag"),
        "flagged": _("Flagged"),
        "answered": _("answered"),
        "open": _("not answered"),
        "progress": _("{done} of {count} answered"),
        "half": _("Half of the time is over."),
        "five": _("5 minutes left."),
        "one": _("1 minute left."),
        "over": _("The time is over. Your answers are handed in."),
    }, ensure_ascii=False)


def current_sitting(attempt_id: int) -> Sitting:
    """Return one's own attempt; when its time is over, it is closed before anything is shown."""
    sitting = taking.get(attempt_id, me().id)
    if sitting.overdue:
        with transaction():
            taking.close_overdue(attempt_id, by=actor())
        sitting = taking.get(attempt_id, me().id)
    return sitting
