"""Drafts written as GIFT."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from isotrain.formats.contract import Export
from isotrain.formats.gift.text import escape
from isotrain.formats.losing import Losses
from isotrain.formats.moodle.weights import has_rule, is_known, weighed
from isotrain.questions.cloze_source import BadSource, Part, parsed, written
from isotrain.questions.draft import Draft, Option
from isotrain.questions.writing.figures import in_figures

_TAG = "[markdown]"


def write(drafts: Sequence[Draft]) -> Export:
    """A file that we and Moodle read back; the problems name what it cannot carry."""
    losses = Losses("GIFT", list(map(in_figures, drafts)))
    losses.leave_out_no_numbers()
    blocks: list[str] = []
    category = ""
    for draft in losses.writable([*_ANSWERS, "cloze", "information"]):
        if draft.category != category:
            category = draft.category
            blocks.append(f"$CATEGORY: {escape(category) or 'top'}")
        blocks.append(_question(draft))
    losses.note_fields("topic", "difficulty", "module", "facts", "use", "language", "enemies")
    losses.note_fields("shuffle")
    losses.note("stays", lambda draft: any(option.stays for option in draft.options))
    losses.note("parts", lambda d: d.type == "multiple_choice" and not is_known(weighed(d)))
    losses.note("gaps", lambda draft: draft.type == "cloze")
    losses.note("explanation", lambda d: bool(d.explanation) and d.type in _UNBRACED)
    losses.note("arrow", _has_arrow)
    losses.note("rule", lambda draft: not has_rule(draft))
    return losses.export(("\n\n".join(blocks) + "\n").encode())


_UNBRACED = ("cloze", "information")


def _has_arrow(draft: Draft) -> bool:
    """Whether a text would turn into a pair, or a pair into another."""
    if draft.type == "short_text":
        return any("->" in option.text + option.feedback for option in draft.options)
    return any("->" in left for left, _ in draft.pairs)


def _question(draft: Draft) -> str:
    comment = "".join(f" [tag:{_marked(tag)}]" for tag in draft.tags)
    if draft.external_id:
        comment = f" [id:{_marked(draft.external_id)}]{comment}"
    title = f"::{escape(draft.name)}::" if draft.name else ""
    head = f"//{comment}\n{title}" if comment else title
    if draft.type == "cloze":
        return f"{head}{_TAG}{_cloze(draft.stem)}"
    text = f"{head}{_TAG}{escape(draft.stem)}"
    return text if draft.type == "information" else f"{text}{{{_answers(draft)}}}"


def _cloze(source: str) -> str:
    """A cloze source as one block; it may be incomplete, and stays as it is then."""
    def escaped(part: Part) -> Part:
        return replace(part, alternatives=tuple(
            option._replace(text=escape(option.text), feedback=escape(option.feedback))
            for option in part.alternatives))

    try:
        pieces = parsed(source)
    except BadSource:
        return escape(source)
    return "".join(escape(piece) if isinstance(piece, str) else written([escaped(piece)])
                   for piece in pieces)


def _answers(draft: Draft) -> str:
    lines = _ANSWERS[draft.type](draft)
    if draft.explanation:
        lines.append(f"####{_text(draft.explanation)}")
    if len(lines) > 1 or draft.type not in ("true_false", "essay"):
        return "".join(f"\n{line}" for line in lines) + "\n"
    return "".join(lines)


def _true_false(draft: Draft) -> list[str]:
    feedback = {option.text: _text(option.feedback) for option in draft.options}
    right, wrong = ("True", "False") if draft.answer else ("False", "True")
    line = right.upper()
    if feedback[right] or feedback[wrong]:
        line += f"#{feedback[wrong]}#{feedback[right]}"
    return [line]


def _single_choice(draft: Draft) -> list[str]:
    return [
        ("=" if option.share == 1 else _wrong_sign(option)) + _option(option)
        for option in draft.options
    ]


def _multiple_choice(draft: Draft) -> list[str]:
    """All options with what they add or take away."""
    return [f"~%{_percent(option.share)}%{_option(option)}" for option in weighed(draft)]


def _short_text(draft: Draft) -> list[str]:
    return [
        f"=%{_percent(option.share)}%{_option(option)}".replace("->", "→")
        for option in draft.options
    ]


def _numeric(draft: Draft) -> list[str]:
    lines = ["#"]
    for option in draft.options:
        value = f"{option.text}:{option.tolerance}" if option.tolerance else option.text
        if option.text == "*" and not option.share:
            lines.append(f"~#{_text(option.feedback)}")
        else:
            feedback = f"#{_text(option.feedback)}" if option.feedback else ""
            lines.append(f"=%{_percent(option.share)}%{value}{feedback}")
    return lines


def _matching(draft: Draft) -> list[str]:
    return [f"={_text(left.replace('->', '→'))} -> {_text(right)}" for left, right in draft.pairs]


def _essay(draft: Draft) -> list[str]:
    return []


_ANSWERS: dict[str, Callable[[Draft], list[str]]] = {
    "true_false": _true_false,
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "short_text": _short_text,
    "numeric": _numeric,
    "matching": _matching,
    "essay": _essay,
}


def _option(option: Option) -> str:
    return _text(option.text) + (f"#{_text(option.feedback)}" if option.feedback else "")


def _wrong_sign(option: Option) -> str:
    """The sign of an option not fully right; with a weight also where its text looks like one."""
    needed = option.share or option.text.startswith("%")
    return f"~%{_percent(option.share)}%" if needed else "~"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.5f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """An escaped text that does not look as if it began with a format tag."""
    return f"{_TAG}{escape(text)}" if text.startswith("[") else escape(text)


def _marked(text: str) -> str:
    return text.replace("]", "\\]").replace("\n", " ")
