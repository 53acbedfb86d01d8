"""What all pages of attempts share: their routes, one's own attempt, how question texts look."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint
from markdown_it import MarkdownIt
from markupsafe import Markup

from isotrain.attempts import taking
from isotrain.attempts.taking import Sitting
from isotrain.i18n import _, chosen_language, ngettext, say
from isotrain.questions.pictured import MISSING, SCHEME, shown_at, worded
from isotrain.web.gate import actor, me
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

bp = Blueprint("attempts", __name__)
bp.add_app_template_filter(worded)  # for lists to choose from, which hold words alone


def _take_picture(state: StateInline, silent: bool) -> bool:
    """Take a picture, of ours or missing."""
    found = shown_at(state.src, state.pos) if state.src[state.pos] == "!" else None
    if found is None:
        return False
    if not silent:
        state.push("picture", "img", 0).meta = found[0]._asdict() | {"name": found[0].name}
    state.pos = found[1]
    return True


def _write_picture(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    shown = tokens[at].meta
    if not shown["sha256"]:
        return Markup('<span class="picture-missing">{}</span>').format(
            say(MISSING, {"name": shown["name"]}))
    return Markup('<img class="picture" src="/pictures/{}" alt="{}" width="{}" height="{}"{}>'
                  ).format(shown["sha256"], shown["alt"], shown["width"], shown["height"],
                           Markup(' loading="lazy"') if env.get("lazy") else "")


# Emphasis and pictures are all the markup a question knows; the rest stays as it was typed.
_emphasis = MarkdownIt("zero", {"html": False}).enable("emphasis")
_emphasis.inline.ruler.before("emphasis", "picture", _take_picture)
_emphasis.add_render_rule("picture", _write_picture)
# Several of them are a gap to be filled in, drawn as it was typed: a sign of no meaning stands in.
_LINE, _STANDS_IN = re.compile("_{3,}"), "\ue000"


@bp.app_template_filter("emphasised")
def emphasised(text: str, lazy: bool = False) -> Markup:
    """Show the text of a question or option with *emphasis*, **strong emphasis** and pictures.

    `lazy` pictures are loaded once they are about to be seen: where there may be many.
    """
    return _emphasised(text, lazy, chosen_language() if SCHEME in text else "")


@lru_cache(maxsize=8192)
def _emphasised(text: str, lazy: bool, _language: str) -> Markup:
    lined = _LINE.sub(lambda line: _STANDS_IN * len(line[0]), text)
    shown = _emphasis.renderInline(lined, {"lazy": lazy}).replace(_STANDS_IN, "_")
    return Markup(shown)  # noqa: S704  the parser escapes what is not its own


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
        "idle": _("Not answered yet"),
        "kept": _("Kept on this device, not confirmed yet"),
        "failed": _("Not confirmed yet"),
        "refused": _("Not saved"),
        "offline": _("No connection. You can go on answering."),
        "one_kept": _("No connection. 1 answer waits on this device. It is sent as soon as there"
                      " is a connection."),
        "many_kept": _("No connection. {count} answers wait on this device. They are sent as soon"
                       " as there is a connection."),
        "stay": _("Do not close or reload this page until this message is gone."),
        "stay_here": _("To open another question you need the connection."),
        "one_busy": _("The server cannot take answers at the moment. 1 answer waits on this device"
                      " and is sent again and again."),
        "many_busy": _("The server cannot take answers at the moment. {count} answers wait on this"
                       " device and are sent again and again."),
        "none_busy": _("The server cannot take answers at the moment. You can go on answering."),
        "signed_out": _("You are signed out."),
        "one_signed_out": _("You are signed out. 1 answer waits on this device until you sign"
                            " in."),
        "many_signed_out": _("You are signed out. {count} answers wait on this device until you"
                             " sign in."),
        "sign_in": _("Sign in"),
        "other": _("Somebody else is signed in in this browser. What you answered here waits"
                   " until you sign in again."),
        "changed": _("Another window has changed question {numbers}. Open it and choose which"
                     " answer counts."),
        "changed_many": _("Another window has changed questions {numbers}. Open them and choose"
                          " which answers count."),
        "hand_in": _("Not handed in yet. It is tried again and again."),
        "handing_in": _("Handing in. Stay on this page."),
        "no_page": _("No connection. This page opens once there is one."),
        "flag": _("Flag"),
        "flagged": _("Flagged"),
        "is_flagged": _("flagged"),
        "no_solution": _("The solution needs a connection. Press the button again once there is"
                         " one."),
        "answered": _("answered"),
        "open": _("not answered"),
        "progress": _("{done} of {count} answered"),
        "gone": _("It was handed in, here, in another window or on another device, or its time is"
                  " over."),
        **_clock_words(),
    }, ensure_ascii=False)


def _clock_words() -> dict[str, str]:
    return {
        "half": _("Half of the time is over."),
        "five": _("5 minutes left."),
        "one": _("1 minute left."),
        "over": _("The time is over. Your answers are handed in."),
        "doubt": _("By the clock of this device the time is over. Once there is a connection, you"
                   " see whether it is."),
        "none_over": _("The time is over, and the server cannot be reached. Everything you"
                       " answered is saved; the server hands it in."),
        "one_over": _("The time is over, and the server cannot be reached. It hands in what it"
                      " has. 1 answer waits on this device: if it arrives more than 15 seconds"
                      " after the end, it is kept, but it does not count."),
        "many_over": _("The time is over, and the server cannot be reached. It hands in what it"
                       " has. {count} answers wait on this device: those that arrive more than"
                       " 15 seconds after the end are kept, but do not count."),
        "none_over_out": _("The time is over, and you are signed out. Everything you answered is"
                           " saved; the server hands it in."),
        "one_over_out": _("The time is over, and you are signed out. The server hands in what it"
                          " has. 1 answer waits on this device until you sign in: if it arrives"
                          " more than 15 seconds after the end, it is kept, but it does not"
                          " count."),
        "many_over_out": _("The time is over, and you are signed out. The server hands in what it"
                           " has. {count} answers wait on this device until you sign in: those"
                           " that arrive more than 15 seconds after the end are kept, but do not"
                           " count."),
    }


@bp.app_template_global("kept_words")
def kept_words() -> str:
    """Return what kept.js says once what waited in a browser has been sent."""
    return _kept_words(chosen_language())


@lru_cache
def _kept_words(_language: str) -> str:
    return json.dumps({
        "sent_one": _("1 answer that waited in this browser has been sent."),
        "sent": _("{count} answers that waited in this browser have been sent."),
        "late_one": _("1 answer that waited in this browser came after the end. It is kept, but it"
                      " does not count."),
        "late": _("{count} answers that waited in this browser came after the end. They are kept,"
                  " but they do not count."),
        "refused_one": _("1 answer that waited in this browser cannot be taken any more."),
        "refused": _("{count} answers that waited in this browser cannot be taken any more."),
        "stale_one": _("1 answer that waited in this browser is not saved: its question has got"
                       " another answer since."),
        "stale": _("{count} answers that waited in this browser are not saved: their questions"
                   " have got other answers since."),
        "choose": _("Choose which answer counts"),
        "result": _("See the result"),
        "still_in": _("No connection: you are still signed in. Sign out again once there is one,"
                      " and keep this device until then."),
    }, ensure_ascii=False)


@bp.app_template_global("check_words")
def check_words(count: int) -> str:
    """Return the sentences about 0 to `count` questions that are seen before handing in."""
    return _check_words(count, chosen_language())


@lru_cache
def _check_words(count: int, _language: str) -> str:
    numbers = range(count + 1)
    return json.dumps({
        "open": [ngettext("%(num)s question is not answered",
                          "%(num)s questions are not answered", n) for n in numbers],
        "flagged": [ngettext("You flagged %(num)s question to come back to.",
                             "You flagged %(num)s questions to come back to.", n)
                    for n in numbers],
        "hand_in": [ngettext("Hand in %(num)s answer", "Hand in %(num)s answers", n)
                    for n in numbers],
    }, ensure_ascii=False)


def current_sitting(attempt_id: int) -> Sitting:
    """Return one's own attempt; when its time is over, it is closed before anything is shown."""
    sitting = taking.get(attempt_id, me().id)
    if sitting.overdue:
        with transaction():
            taking.close_overdue(attempt_id, by=actor())
        sitting = taking.get(attempt_id, me().id)
    return sitting
