"""What all pages of attempts share: their routes, one's own attempt, how question texts look."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from flask import Blueprint
from markdown_it import MarkdownIt
from markupsafe import Markup

from isotrain.attempts import taking
from isotrain.attempts.taking import Sitting
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


def current_sitting(attempt_id: int) -> Sitting:
    """Return one's own attempt; when its time is over, it is closed before anything is shown."""
    sitting = taking.get(attempt_id, me().id)
    if sitting.overdue:
        with transaction():
            taking.close_overdue(attempt_id, by=actor())
        sitting = taking.get(attempt_id, me().id)
    return sitting
