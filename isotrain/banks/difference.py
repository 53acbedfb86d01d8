"""Comparing two versions of a question: which parts differ, and in which words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from isotrain.i18n import _, lazy
from isotrain.questions.draft import Draft
from isotrain.questions.pictured import worded

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
WORD_LIMIT = 2_000
ABOUT = {
    "topic": lazy("Topic"), "difficulty": lazy("Difficulty"), "use": lazy("Use"),
    "module": lazy("Module"), "language": lazy("Language"),
    "enemies": lazy("Never together with"),
}


@dataclass(frozen=True)
class Difference:
    """A part that differs; `pieces` are (kind, text) with kind "same", "gone" or "come"."""

    label: str
    pieces: tuple[tuple[str, str], ...]


def differences(before: Draft, after: Draft) -> list[Difference]:
    """Return the parts of a question that differ, in the order of its page."""
    return [Difference(label, pieces(*_plain(old, new)))
            for label, old, new in _parts(before, after) if old != new]


def _plain(before: str, after: str) -> tuple[str, str]:
    """Two texts as they are compared: pictures by what they show, unless only they differ."""
    old, new = worded(before), worded(after)
    return (old, new) if old != new else (old, f"{new} ({_('another picture')})")


def pieces(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Cut two texts into what stayed, what is gone and what has come, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > WORD_LIMIT:  # comparing takes the square of the length
        old, new = [before], [after]
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[a:b])))
        else:
            found += [("gone", "".join(old[a:b]))] if b > a else []
            found += [("come", "".join(new[c:d]))] if d > c else []
    return tuple(found)


Part = tuple[str, str, str]
"""What a part is called, as it was and as it is."""


def _parts(before: Draft, after: Draft) -> Iterator[Part]:
    yield from _asked(before, after)
    for number, (old, new) in enumerate(
            zip_longest(before.parts, after.parts, fillvalue=Draft("", "")), 1):
        for label, was, is_ in (*_asked(old, new), *_explained(old, new)):
            yield _("Question %(n)s: %(part)s", n=number, part=label), was, is_
    yield from _explained(before, after)
    yield _("Facts"), ", ".join(before.facts), ", ".join(after.facts)
    for name, label in ABOUT.items():
        yield str(label), str(getattr(before, name) or ""), str(getattr(after, name) or "")


def _asked(before: Draft, after: Draft) -> Iterator[Part]:
    yield _("Type"), before.type, after.type
    yield _("Question"), before.stem, after.stem
    for number, (old, new) in enumerate(
            zip_longest(_options(before), _options(after), fillvalue=""), 1):
        yield _("Option %(number)s", number=number), old, new
    for number, (old, new) in enumerate(
            zip_longest(_pairs(before), _pairs(after), fillvalue=""), 1):
        yield _("Pair %(number)s", number=number), old, new
    for name in sorted({*before.more, *after.more}):
        yield name, _more(before, name), _more(after, name)
    yield _("Order of options"), _order(before), _order(after)
    yield _("How it is marked"), before.rule, after.rule


def _explained(before: Draft, after: Draft) -> Iterator[Part]:
    yield _("Explanation"), before.explanation, after.explanation


def _options(draft: Draft) -> list[str]:
    """Each option as one text: what it says, its feedback, and what it earns where any does."""
    full = max((option.share for option in draft.options), default=0)
    found = []
    for option in draft.options:
        earns = _("right") if option.share == full else str(option.share)
        earned = earns if option.share else _("wrong")
        said = [f"{option.text} ({earned})" if full else option.text, option.feedback]
        said += [_("keeps its place")] if option.stays else []
        found.append(" – ".join(filter(None, said)))
    return found


def _pairs(draft: Draft) -> list[str]:
    return [f"{left} → {right}" for left, right in draft.pairs]


def _more(draft: Draft, name: str) -> str:
    value = draft.more.get(name, "")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _order(draft: Draft) -> str:
    return _("shuffled") if draft.shuffle else _("as written")
