"""The key of a question in one line, for whoever looks a file over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain.i18n import say
from isotrain.questions.cloze_source import right_values
from isotrain.questions.pictured import worded
from isotrain.questions.true_false import TEXTS

if TYPE_CHECKING:
    from isotrain.questions.draft import Draft, Option

BETWEEN = " · "
LENGTH = 240


def key_in_short(draft: Draft) -> str:
    """Return what is right, empty where nothing is or only a person can tell."""
    told = worded(_key(draft))
    return told if len(told) <= LENGTH else f"{told[:LENGTH].rstrip()}…"


def _key(draft: Draft) -> str:
    if draft.parts:
        keys = ((number, _key(part)) for number, part in enumerate(draft.parts, 1))
        return BETWEEN.join(f"{number}. {key}" for number, key in keys if key)
    if draft.type == "ordering":
        return " → ".join(option.text for option in draft.options)
    if draft.type == "cloze":
        values = right_values(draft.stem)
        return BETWEEN.join(v if isinstance(v, str) else ", ".join(v) for v in values)
    if draft.type == "true_false":
        return BETWEEN.join(say(TEXTS[option.text.lower()]) for option in draft.right)
    pairs = (f"{left} → {right}" for left, right in draft.pairs if left)
    return BETWEEN.join([*(_accepted(draft, option) for option in draft.right), *pairs])


def _accepted(draft: Draft, option: Option) -> str:
    """An option that earns something, with its tolerance, and its part where others earn more."""
    near = f" ± {option.tolerance}" if option.tolerance not in ("", "0") else ""
    best = max(each.share for each in draft.options)
    part = f" ({float(100 * option.share):.3g}%)" if option.share < best else ""
    return f"{option.text}{near}{part}"
