"""Drafts written as Moodle XML."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

from isotrain.formats.contract import Export
from isotrain.formats.losing import Losses
from isotrain.formats.markup import looks_like_html, unescaped
from isotrain.formats.moodle.weights import has_rule, is_known, weighed
from isotrain.questions.draft import Draft, Option
from isotrain.questions.percent import percent
from isotrain.questions.writing.figures import in_figures
from isotrain.text import N_

LABEL = N_("Moodle XML")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_GAP = re.compile(r"\[\[([0-9]{1,3})\]\]")
_CARRIED = ("case", "unit", "points")
_ORDER_RULES = {"neighbours": "RELATIVE_NEXT_EXCLUDE_LAST", "all_or_nothing": "ALL_OR_NOTHING"}


def write(drafts: Sequence[Draft]) -> Export:
    """A file that we and Moodle read back; the problems name what it cannot carry."""
    losses = Losses(LABEL, list(map(in_figures, drafts)))
    losses.leave_out_no_numbers()
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    category = ""
    for draft in losses.writable(_KINDS, carried=_CARRIED):
        if draft.category != category:
            category = draft.category
            path = _text(f"$course$/top/{category}" if category else "$course$/top")
            lines.append(f'<question type="category"><category>{path}</category></question>')
        lines.append(_question(draft))
    losses.note_fields("topic", "difficulty", "module", "facts", "use", "language", "enemies")
    losses.note("stays", lambda draft: any(option.stays for option in draft.options))
    losses.note("shuffle", lambda d: not d.shuffle and d.type not in _SHUFFLED)
    losses.note("parts", lambda draft: not is_known(_weights(draft)))
    losses.note("categories", lambda draft: draft.type == "categorising")
    losses.note("rule", lambda draft: not has_rule(draft))
    return losses.export(("\n".join([*lines, "</quiz>"]) + "\n").encode())


_SHUFFLED = ("single_choice", "multiple_choice", "matching", "categorising", "gap_text")


def _weights(draft: Draft) -> Sequence[Option]:
    return weighed(draft) if draft.type == "multiple_choice" else draft.options


def _question(draft: Draft) -> str:
    kind, inside = _KINDS[draft.type]
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in draft.tags)
    lines = [
        f'<question type="{kind}">',
        f"<name>{_text(_guarded(draft.title))}</name>",
        _told("questiontext", _stem(draft)),
        _told("generalfeedback", draft.explanation),
        f"<defaultgrade>{0 if kind == 'description' else 1}</defaultgrade>",
        f"<idnumber>{_escaped(draft.external_id)}</idnumber>",
        f"<shuffleanswers>{int(draft.shuffle)}</shuffleanswers>",
        *inside(draft),
        f"<tags>{tags}</tags>" if tags else "",
        "</question>",
    ]
    return "\n".join(filter(None, lines))


def _stem(draft: Draft) -> str:
    """The text; gaps of a gap_text have the numbers of their words."""
    if draft.type != "gap_text":
        return draft.stem
    numbers = {left: str(at) for at, (left, _) in enumerate(_boxes(draft), 1) if left}
    return _GAP.sub(lambda match: f"[[{numbers.get(match[1], match[1])}]]", draft.stem)


def _boxes(draft: Draft) -> list[tuple[str, str]]:
    """The words of a gap_text, those of gaps first."""
    return sorted(draft.pairs, key=lambda pair: not pair[0])


def _choice(draft: Draft) -> Iterator[str]:
    yield f"<single>{'true' if draft.type == 'single_choice' else 'false'}</single>"
    yield "<answernumbering>abc</answernumbering>"
    yield from map(_answer, _weights(draft))


def _true_false(draft: Draft) -> Iterator[str]:
    for option in draft.options:
        yield _answer(option._replace(text=option.text.lower()))


def _short_text(draft: Draft) -> Iterator[str]:
    yield f"<usecase>{int(bool(draft.more.get('case')))}</usecase>"
    for option in draft.options:
        yield _answer(option, format_="plain_text")


def _numeric(draft: Draft) -> Iterator[str]:
    for option in draft.options:
        yield _answer(option, format_="plain_text",
                      more=f"<tolerance>{option.tolerance or 0}</tolerance>")
    unit = draft.more.get("unit")
    if unit:
        yield ("<units><unit><multiplier>1</multiplier>"
               f"<unit_name>{_escaped(str(unit))}</unit_name></unit></units>")
        yield "<unitgradingtype>0</unitgradingtype><showunits>0</showunits>"


def _matching(draft: Draft) -> Iterator[str]:
    for left, right in draft.pairs:
        yield (f'<subquestion format="markdown">{_text(left)}'
               f"<answer>{_text(_guarded(right))}</answer></subquestion>")


def _ordering(draft: Draft) -> Iterator[str]:
    yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"
    rule = _ORDER_RULES.get(draft.rule, "ALL_OR_NOTHING")
    yield f"<gradingtype>{rule}</gradingtype>"
    for number, option in enumerate(draft.options, 1):
        yield f'<answer fraction="{number}" format="markdown">{_text(option.text)}</answer>'


def _gap_text(draft: Draft) -> Iterator[str]:
    for _, word in _boxes(draft):
        yield f"<dragbox>{_text(escape(word, quote=False))}<group>1</group></dragbox>"


def _essay(draft: Draft) -> Iterator[str]:
    yield "<responseformat>editor</responseformat><responserequired>1</responserequired>"
    yield "<responsefieldlines>15</responsefieldlines><attachments>0</attachments>"
    points = draft.more.get("points", ())
    if points:
        yield _told("graderinfo", "\n".join(f"- {point}" for point in points))


def _nothing(draft: Draft) -> Iterator[str]:
    yield from ()


_KINDS: dict[str, tuple[str, Callable[[Draft], Iterator[str]]]] = {
    "single_choice": ("multichoice", _choice),
    "multiple_choice": ("multichoice", _choice),
    "true_false": ("truefalse", _true_false),
    "short_text": ("shortanswer", _short_text),
    "numeric": ("numerical", _numeric),
    "matching": ("matching", _matching),
    "categorising": ("matching", _matching),
    "ordering": ("ordering", _ordering),
    "gap_text": ("ddwtos", _gap_text),
    "cloze": ("cloze", _nothing),
    "essay": ("essay", _essay),
    "information": ("description", _nothing),
}


def _answer(option: Option, *, format_: str = "markdown", more: str = "") -> str:
    feedback = _told("feedback", option.feedback) if option.feedback else ""
    return (f'<answer fraction="{percent(option.share)}" format="{format_}">'
            f"{_text(option.text)}{more}{feedback}</answer>")


def _told(name: str, text: str) -> str:
    return f'<{name} format="markdown">{_text(text)}</{name}>'


def _text(text: str) -> str:
    return f"<text>{_escaped(text)}</text>"


def _escaped(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text), quote=False)


def _guarded(text: str) -> str:
    """A text without a format of its own, escaped where it would be taken for HTML."""
    taken = looks_like_html(text) or unescaped(text) != text
    return escape(text, quote=False) if taken else text
