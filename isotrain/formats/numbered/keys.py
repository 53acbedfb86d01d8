"""Which options are right: every sign is looked at, and where they differ the writer chooses."""

from __future__ import annotations

from collections.abc import Mapping

from isotrain.formats.aiken import right_options
from isotrain.formats.contract import Rejected
from isotrain.formats.numbered.item import LETTER, Item
from isotrain.formats.numbered.lines import BOLD, UNDERLINED
from isotrain.formats.workbooks.signs import bare
from isotrain.questions.problem import Problem, Reading, error, question
from isotrain.text import N_

Places = frozenset[int]
Signs = dict[str, Places]

UNMARKED = "unmarked"
_WAYS = {
    "star": N_("The star marks what is right: %(told)s"),
    "said": N_("The word behind the option says what is right: %(told)s"),
    "box": N_("The ticked box marks what is right: %(told)s"),
    "answer": N_("The answer line says what is right: %(told)s"),
    BOLD: N_("What is in bold letters is right: %(told)s"),
    UNDERLINED: N_("What is underlined is right: %(told)s"),
    "colour": N_("What has the colour %(shade)s is right: %(told)s"),
    "highlight": N_("What is highlighted in %(shade)s is right: %(told)s"),
    UNMARKED: N_("What is not marked so is right: %(told)s"),
}


class Undecided(Exception):
    """The signs differ; `problem` asks which of them is meant."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def right_of(item: Item, place: str, chosen: Mapping[str, str]) -> Places:
    """The places of the options that are right, none without a sign.

    Raises Rejected where a key names no option, Undecided where signs differ.
    """
    signs = {**_marks(item), **_looks(item)}
    named = _named(item, place)
    if named:
        signs["answer"] = named
    if not signs:
        return frozenset()
    told = set(signs.values())
    if len(told) == 1 and not _is_doubtful(item, signs):
        return told.pop()
    if len(told) == 1:
        [right] = told
        others = frozenset(range(len(item.choices))) - right
        signs = {min(signs): right, UNMARKED: others}
    asks = "-or-".join(sorted(signs))
    if chosen.get(asks) in signs:
        return signs[chosen[asks]]
    raise Undecided(_asked(item, place, asks, signs))


def _marks(item: Item) -> Signs:
    """What was written beside options: stars, words, ticks."""
    found = {name: frozenset(at for at, choice in enumerate(item.choices) if name in choice.signs)
             for name in ("star", "said", "box")}
    return {name: places for name, places in found.items() if places}


def _looks(item: Item) -> Signs:
    """What options look like, where some do and others do not; a single one for underlining."""
    every = set().union(*(choice.looks for choice in item.choices))
    found = {look: frozenset(at for at, choice in enumerate(item.choices) if look in choice.looks)
             for look in every}
    return {look: places for look, places in found.items()
            if len(places) < len(item.choices) and (look != UNDERLINED or len(places) == 1)}


def _named(item: Item, place: str) -> Places:
    """What the lines with keys say; raises Rejected for a letter without an option."""
    found: set[Places] = set()
    for line, key in item.keys:
        where = line.place if place.startswith("line ") else place
        found.add(_options(item, where, key))
    if len(found) > 1:
        raise Rejected(error(place, "Two lines name different right answers.",
                             "Leave one of them out."))
    return found.pop() if found else frozenset()


def _options(item: Item, place: str, key: str) -> Places:
    labels = [choice.label for choice in item.choices]
    if item.kind == LETTER and labels[0] != "A":  # a list that a program letters on and on
        return frozenset(labels.index(part) for part in key.upper().replace(",", " ").split()
                         if part in labels)
    if item.kind != LETTER and key.strip(" .)") in labels:
        return frozenset([labels.index(key.strip(" .)"))])
    return frozenset(right_options(place, key, [bare(choice.text) for choice in item.choices]))


def _is_doubtful(item: Item, signs: Signs) -> bool:
    """Whether only looks mark options, and most of them: the marked ones may be the wrong ones."""
    looks = all(_plain(name) not in ("star", "said", "box", "answer") for name in signs)
    [places] = set(signs.values())
    return looks and len(places) * 2 > len(item.choices)


def _plain(name: str) -> str:
    return name.partition("-")[0]


def _asked(item: Item, place: str, asks: str, signs: Signs) -> Problem:
    readings = [
        Reading(name, _WAYS[_plain(name)], {
            "told": "; ".join(item.choices[at].text[:40] for at in sorted(signs[name])) or "–",
            "shade": name.partition("-")[2]})
        for name in sorted(signs)]
    return question(place, N_("It is not clear which options are right."),
                    N_("Choose what is meant; it holds for all such questions of the file."),
                    asks=asks, readings=readings)
