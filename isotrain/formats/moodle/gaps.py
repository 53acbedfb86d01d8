"""Texts with gaps in Moodle XML: cloze, and words to be dragged or chosen."""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from isotrain.formats.moodle.item import Item
from isotrain.questions.cloze_source import BadSource, Part, parsed, written
from isotrain.questions.draft import Option
from isotrain.questions.pictured import lost
from isotrain.text import N_

GAP_LIMIT = 100
_GAP = re.compile(r"\[\[([0-9]{1,3})\]\]")
# Signs of the private area stand for the parts while the text around them is reduced.
_STAND_IN = 0xF0000
_STANDING_IN = re.compile(f"[{chr(_STAND_IN)}-{chr(_STAND_IN + GAP_LIMIT)}]")


def plain_source(source: str, plain: Callable[[str, bool], str]) -> str:
    """A cloze source with its texts made plain, those between parts all at once.

    `plain` takes a text and whether to keep its emphasis; raises BadSource.
    """
    pieces = parsed(_STANDING_IN.sub("", source))
    told = [written([_plain_part(piece, plain)]) for piece in pieces if isinstance(piece, Part)]
    if not told:
        raise BadSource(N_("The text has no gap."), N_("Write one, such as {1:SA:=answer}."))
    signs = iter(range(_STAND_IN, _STAND_IN + len(told)))
    around = "".join(chr(next(signs)) if isinstance(piece, Part) else piece for piece in pieces)
    stem = plain(around, True)
    return _STANDING_IN.sub(lambda match: told[ord(match[0]) - _STAND_IN], stem)


def _plain_part(part: Part, plain: Callable[[str, bool], str]) -> Part:
    return replace(part, alternatives=tuple(
        option._replace(text=plain(option.text, False), feedback=plain(option.feedback, False))
        for option in part.alternatives))


def take_cloze(item: Item) -> None:
    """A text with parts."""
    node = item.node.one("questiontext")
    format_ = item.format_of(node) if node else "html"
    find = item.files.beside(node) if node else lost
    try:
        stem = plain_source(node.said() if node else "",
                            lambda text, rich: item.wording.plain(text, format_, rich=rich,
                                                                 find=find))
    except BadSource as fault:
        raise item.refused(fault.problem) from None
    item.draft = replace(item.draft, type="cloze", stem=stem, shuffle=True)


def take_gaps(item: Item) -> None:
    """Words for the gaps of a text: a bank of words, or a choice at each gap of its group's."""
    boxes = item.node.every("dragbox") or item.node.every("selectoption")
    words = [item.wording.plain(box.said(), "html") for box in boxes]
    groups = [box.said("group").strip() or "1" for box in boxes]
    stem = item.rich("questiontext")
    asked = [int(number) for number in _GAP.findall(stem)]
    if not asked or not all(0 < number <= len(words) for number in asked):
        raise item.reject(N_("The gaps and the words of the question do not fit each other."),
                          N_("Write [[1]] in the text where the first word belongs."))
    if len(set(groups)) > 1:
        _take_choices(item, stem, words, groups)
    else:
        _take_bank(item, stem, words, asked)


def _take_bank(item: Item, stem: str, words: list[str], asked: list[int]) -> None:
    """The gaps counted anew from 1, the words that fit none last."""
    numbers = iter(range(1, len(asked) + 1))
    pairs = [(str(at), words[number - 1]) for at, number in enumerate(asked, 1)]
    others = [("", word) for at, word in enumerate(words, 1) if at not in asked]
    item.draft = replace(item.draft, type="gap_text", pairs=(*pairs, *others),
                         stem=_GAP.sub(lambda match: f"[[{next(numbers)}]]", stem))


def _take_choices(item: Item, stem: str, words: list[str], groups: list[str]) -> None:
    """A cloze, since what may go into a gap differs from gap to gap."""
    def part(match: re.Match[str]) -> str:
        right = int(match[1]) - 1
        return written([Part(1, "choice", shuffle=item.draft.shuffle, alternatives=tuple(
            Option(word, Fraction(at == right)) for at, word in enumerate(words)
            if groups[at] == groups[right]))])

    source = _GAP.sub(part, stem)
    try:
        parsed(source)
    except BadSource as fault:
        raise item.refused(fault.problem) from None
    item.draft = replace(item.draft, type="cloze", stem=source, shuffle=True)
