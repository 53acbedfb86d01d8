"""One gap of a cloze: what its page sends, what that earns, what of it is key."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from isotrain.questions.cloze_source import Part
from isotrain.questions.contract import BadResponse, Guessing, Shuffling
from isotrain.questions.draft import Option
from isotrain.questions.options import option_id
from isotrain.questions.ticking import RULES, WEIGHTS, Key
from isotrain.questions.writing.answers import NOTHING, WHOLE, restored
from isotrain.questions.writing.comparing import ANYTHING, fits, literal
from isotrain.questions.writing.entry import LIMIT, check_entry, entry_of
from isotrain.questions.writing.numbers import answer_of, is_near, number_of
from isotrain.text import N_, typed

Given = str | list[str]
"""What fills a gap: a text, the id of one option, or the sorted ids of several."""


def is_chosen(part: Part) -> bool:
    """Whether a gap offers options, in place of a field to type into."""
    return part.kind in ("choice", "several")


def ids_of(part: Part) -> list[str]:
    """The ids of the options that a gap offers, in the order of its writer."""
    return [option_id(n) for n in range(len(part.alternatives))] if is_chosen(part) else []


# -- keeping it


def gap_content(part: Part) -> dict[str, Any]:
    """What a learner may see of a gap, as canonical JSON accepts it."""
    more = {"shown": part.shown, "case": part.case, "shuffle": part.shuffle,
            "options": [each.text for each in part.alternatives] if is_chosen(part) else []}
    return {"kind": part.kind, "weight": part.weight,
            **{name: value for name, value in more.items() if value}}


def asked_gap(content: Mapping[str, Any]) -> Part:
    """The gap that `gap_content` wrote, without its key."""
    return Part(content["weight"], content["kind"], content.get("shown", ""),
                content.get("case", False), content.get("shuffle", False),
                tuple(map(Option, content.get("options", []))))


def keyed_answers(part: Part, rows: Sequence[Sequence[str]]) -> tuple[Option, ...]:
    """The alternatives of a gap, with what a stored key says of them."""
    answers = restored(rows)
    if not is_chosen(part):
        return answers
    return tuple(answer._replace(text=shown.text)
                 for shown, answer in zip(part.alternatives, answers, strict=True))


def judged(part: Part) -> list[Any]:
    """What decides the mark of a gap: of typed texts only what they earn, not their words."""
    shares = [str(answer.share) for answer in part.alternatives]
    if part.kind == "numeric":
        values = ((number_of(each.text), number_of(each.tolerance or "0"))
                  for each in part.alternatives)
        return [part.kind, part.weight, shares, [list(map(str, pair)) for pair in values]]
    return [part.kind, part.weight, shares if is_chosen(part) else sorted(set(shares))]


# -- asking it


def order_of(part: Part, dice: Shuffling) -> list[str]:
    """The ids of the options in an order to show them in."""
    return dice.shuffled(ids_of(part)) if part.shuffle else ids_of(part)


def given(part: Part, values: Sequence[str], order: Sequence[str]) -> Given | None:
    """What a page sent for a gap, None for nothing; raises BadResponse."""
    if not is_chosen(part):
        return entry_of(values, limit=LIMIT)
    places = {str(place): id_ for place, id_ in enumerate(order)}
    sent = [value for value in values if value]
    if len(set(sent)) < len(sent) or any(value not in places for value in sent):
        raise BadResponse(N_("An option was sent that was not shown."))
    if part.kind == "several":
        return sorted(places[value] for value in sent) or None
    if len(sent) > 1:
        raise BadResponse(N_("More than one option was sent."))
    return places[sent[0]] if sent else None


def sent_of(part: Part, value: Given, order: Sequence[str]) -> list[str]:
    """The values of a form field that `given` turns into this."""
    if not is_chosen(part):
        return [str(value)]
    chosen = value if isinstance(value, list) else [value]
    return sorted(str(order.index(id_)) for id_ in chosen)


def told(part: Part, value: Given | None) -> str:
    """What fills a gap, in words."""
    if value is None or not is_chosen(part):
        return str(value or "")
    texts = dict(zip(ids_of(part), part.alternatives, strict=True))
    chosen = [value] if isinstance(value, str) else value
    return ", ".join(texts[id_].text for id_ in chosen)


# -- marking it


def met(part: Part, value: Given) -> list[Option]:
    """The alternatives that fill a gap: those chosen, or the first that fits; raises BadResponse.
    """
    if is_chosen(part):
        options = dict(zip(ids_of(part), part.alternatives, strict=True))
        chosen: Any = value if part.kind == "several" else [value]
        if not isinstance(chosen, list) or not chosen \
                or not all(isinstance(id_, str) and id_ in options for id_ in chosen) \
                or chosen != sorted(set(chosen)):
            raise BadResponse(N_("The response names an option this question does not have."))
        return [options[id_] for id_ in chosen]
    text = check_entry(value, limit=LIMIT)
    return next(([each] for each in part.alternatives if _fits(part, text, each)), [])


def _fits(part: Part, text: str, answer: Option) -> bool:
    if part.kind == "short_text":
        return fits(text, answer.text, case=part.case)
    number = answer_of(text)
    return number is not None and (
        answer.text == ANYTHING or is_near(number, answer.text, answer.tolerance))


def earned(part: Part, value: Given | None) -> Fraction:
    """The share 0..1 that fills a gap; raises BadResponse."""
    found = [] if value is None else met(part, value)
    return min(WHOLE, max(NOTHING, sum((each.share for each in found), NOTHING)))


def solved(part: Part) -> Given | None:
    """What earns the whole mark of a gap, None where nothing does."""
    if part.kind == "several":
        right = [id_ for id_, each in zip(ids_of(part), part.alternatives, strict=True)
                 if each.share > 0]
        return right if right and earned(part, right) == WHOLE else None
    if part.kind == "choice":
        tried = ids_of(part)
    elif part.kind == "short_text":
        tried = [typed(literal(each.text)) for each in part.alternatives]
    else:
        tried = [each.text for each in part.alternatives]
    return next((each for each in tried
                 if 0 < len(each) <= LIMIT and earned(part, each) == WHOLE), None)


# -- guessing it


def guess(part: Part, dice: Guessing) -> Given | None:
    """Any option, or any of several but none at all; nothing where one has to type."""
    ids = ids_of(part)
    if not ids:
        return None
    if part.kind == "choice":
        return ids[dice.below(len(ids))]
    number = 1 + dice.below(2 ** len(ids) - 1)
    return [id_ for place, id_ in enumerate(ids) if number >> place & 1]


def chance(part: Part) -> Fraction:
    """What a guess earns on average: the mean over options, over all sets of several."""
    shares = tuple(each.share for each in part.alternatives)
    if part.kind == "several":
        right = sum(share > 0 for share in shares)
        return RULES[WEIGHTS].chance(Key(right, len(shares) - right, shares))
    if part.kind == "choice":
        return sum((min(WHOLE, max(NOTHING, share)) for share in shares), NOTHING) / len(shares)
    return NOTHING
