"""Interactions in which things are brought together: match, associate, words for gaps, order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.item import Item
from isotrain.formats.qti.qti2.declaring import Answer
from isotrain.questions.draft import Option
from isotrain.questions.problem import warning

CATEGORISING = "isotrain-categorising"
Texts = Mapping[str, str]


class Entangled(Exception):
    """Both sides have several partners, so that no side asks and no side answers."""


def ordered(item: Item, interaction: Element, answer: Answer) -> dict[str, Any]:
    """The fields of an ordering."""
    texts = texts_of(item, interaction.findall("simpleChoice"))
    right = [name for name in answer.correct if name in texts]
    if len(right) < len(texts):
        item.keyless()
        right += [name for name in texts if name not in right]
    if answer.points:
        item.odd()
    return {"type": "ordering", "options": tuple(Option(texts[name]) for name in right),
            "rule": "all_or_nothing"}


def matched(item: Item, interaction: Element, answer: Answer) -> dict[str, Any]:
    """The fields of a matching, or of a categorising where many belong to one."""
    left, right = (texts_of(item, part.findall("simpleAssociableChoice"), start)
                   for part, start in _sets(interaction))
    pairs = [(a, b) if a in left else (b, a) for a, b in _pairs(item, answer)]
    fields = paired(item, left, right, [(a, b) for a, b in pairs if a in left and b in right])
    if interaction.get("class") == CATEGORISING:
        fields["type"] = "categorising"
    return fields


def associated(item: Item, interaction: Element, answer: Answer) -> dict[str, Any]:
    """The fields of a matching whose sides are those that the pairs have."""
    texts = texts_of(item, interaction.findall("simpleAssociableChoice"))
    pairs = [(a, b) for a, b in _pairs(item, answer) if a in texts and b in texts]
    side = _sides(pairs)
    item.told.append(warning(
        "pairs", "The choices were divided into two sides.",
        "Look at the pairs: the file has them all in one list."))
    left = {name: texts[name] for name in texts if side.get(name) == 0}
    right = {name: text for name, text in texts.items() if name not in left}
    return paired(item, left, right, [(a, b) if a in left else (b, a) for a, b in pairs])


def paired(
    item: Item, left: Texts, right: Texts, pairs: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """The fields of a draft in which each on the left has one partner; raises Entangled."""
    if not pairs:
        item.keyless()
    asked, given = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    if max(asked.values(), default=1) > 1:
        if max(given.values(), default=1) > 1:
            raise Entangled
        return paired(item, right, left, [(b, a) for a, b in pairs])
    if len(asked) < len(left):
        if len(given) == len(right) and max(given.values(), default=1) == 1:
            return paired(item, right, left, [(b, a) for a, b in pairs])
        if pairs:
            item.told.append(warning(
                "pairs", "Some of what is to be matched has no partner; it was left out.",
                "Look at the pairs."))
    many = max(given.values(), default=1) > 1
    told = [(left[a], right[b]) for a, b in pairs]
    told += [("", text) for name, text in right.items() if name not in given]
    return {"type": "categorising" if many else "matching", "pairs": tuple(told)}


def gaps(interaction: Element) -> list[str]:
    """The names of the gaps of a text, in order."""
    return [gap.get("identifier", "") for gap in interaction.iter("gap")]


def words(item: Item, interaction: Element, answer: Answer) -> tuple[Texts, dict[str, list[str]]]:
    """The words there are for gaps, and by gap those that are right."""
    choices = [part for part in interaction if part.tag in ("gapText", "gapImg")]
    texts = texts_of(item, choices)
    right: dict[str, list[str]] = {name: [] for name in gaps(interaction)}
    for a, b in _pairs(item, answer):
        word, gap = (a, b) if b in right else (b, a)
        if gap in right and word in texts:
            right[gap].append(word)
    return texts, right


def gap_pairs(item: Item, interaction: Element, answer: Answer) -> dict[str, Any]:
    """The fields of a gap text but its stem."""
    texts, right = words(item, interaction, answer)
    told, used = [], set()
    for number, named in enumerate(right.values(), 1):
        told += [(str(number), texts[name]) for name in named[:1]]
        used.update(named)
        if len(named) > 1:
            item.odd()
    if len(told) < len(right):
        item.keyless()
    told += [("", text) for name, text in texts.items() if name not in used]
    return {"type": "gap_text", "pairs": tuple(told)}


def texts_of(item: Item, choices: Sequence[Element], start: int = 1) -> dict[str, str]:
    """The texts of choices by their names."""
    return {choice.get("identifier", ""): item.text(f"option {number}", choice)
            for number, choice in enumerate(choices, start)}


def _sets(interaction: Element) -> list[tuple[Element, int]]:
    found = interaction.findall("simpleMatchSet")[:2]
    found += [Element("simpleMatchSet")] * (2 - len(found))
    return [(found[0], 1), (found[1], 1 + len(found[0]))]


def _pairs(item: Item, answer: Answer) -> list[tuple[str, str]]:
    """The right pairs; where points count, those that earn some, which here all earn the same."""
    told = list(answer.correct)
    if answer.points:
        told = list(answer.earning)
        if len(set(answer.earning.values())) > 1 or answer.points.default < 0:
            item.odd()
        if answer.correct and set(answer.correct) != set(told):
            item.odd()
    elif answer.cardinality != "single" and len(told) > 1:
        item.odd()
    split = [pair.split() for pair in told]
    return [(pair[0], pair[1]) for pair in split if len(pair) == 2]


def _sides(pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """For each name 0 or 1, differing within every pair; raises Entangled where that cannot be."""
    partners: dict[str, list[str]] = {}
    for a, b in pairs:
        partners.setdefault(a, []).append(b)
        partners.setdefault(b, []).append(a)
    side: dict[str, int] = {}
    for start in partners:
        side.setdefault(start, 0)
        waiting = [start]
        while waiting:
            name = waiting.pop()
            for partner in partners[name]:
                if partner not in side:
                    side[partner] = 1 - side[name]
                    waiting.append(partner)
                elif side[partner] == side[name]:
                    raise Entangled
    return side
