"""The questions of a set: of which types they may be, and how their fields are told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from isotrain.questions.contract import FIELD, Asked, BadData, Fields, Question, Reviewed
from isotrain.questions.draft import Draft
from isotrain.questions.multiple_choice import MultipleChoice
from isotrain.questions.options import option_id
from isotrain.questions.placing.categorising import Categorising
from isotrain.questions.placing.gap_text import GapText
from isotrain.questions.placing.matching import Matching
from isotrain.questions.placing.ordering import Ordering
from isotrain.questions.problem import Problem, error
from isotrain.questions.shape import Shape
from isotrain.questions.single_choice import SingleChoice
from isotrain.questions.true_false import TrueFalse
from isotrain.questions.writing.cloze import Cloze
from isotrain.questions.writing.numeric import Numeric
from isotrain.questions.writing.short_text import ShortText

PARTS: tuple[type[Question], ...] = (
    SingleChoice, MultipleChoice, TrueFalse, Matching, Ordering, Categorising, GapText, ShortText,
    Numeric, Cloze)
"""The types whose questions may stand in a set: all that a program marks but sets themselves."""


@dataclass(frozen=True)
class AskedPart:
    """One question of a set as it is asked; `id` tells its fields from those of the others."""

    id: str
    asked: Asked

    def fields(self, fields: Fields) -> dict[str, Sequence[str]]:
        """Its own fields among those of the set, called as its type calls them."""
        return own_fields(fields, self.id)


@dataclass(frozen=True, kw_only=True)
class AskedScenario(Asked):
    """The questions below the text."""

    parts: tuple[AskedPart, ...]

    @property
    def scripts(self) -> tuple[str, ...]:
        """Those of its questions."""
        return tuple(name for part in self.parts for name in part.asked.scripts)


@dataclass(frozen=True)
class ReviewedPart:
    """One question after marking; `share` is None where it is not told, or nothing was answered."""

    reviewed: Reviewed
    share: Fraction | None


@dataclass(frozen=True, kw_only=True)
class ReviewedScenario(Reviewed):
    """The questions below the text."""

    parts: tuple[ReviewedPart, ...]


def find_part(name: str) -> type[Question] | None:
    """The type of this name whose questions may stand in a set, or None."""
    return next((type_ for type_ in PARTS if type_.name == name), None)


def ids_of(parts: Sequence[Question]) -> list[str]:
    """The ids of the questions, in order: a, b, ..."""
    return [option_id(index) for index in range(len(parts))]


def set_fields(fields: Fields, id_: str) -> dict[str, list[str]]:
    """The fields of one question as they are called within its set."""
    return {f"{FIELD}-{id_}{name.removeprefix(FIELD)}": list(values)
            for name, values in fields.items()}


def own_fields(fields: Fields, id_: str) -> dict[str, Sequence[str]]:
    """The fields of one question among those of its set, called as its type calls them."""
    own = f"{FIELD}-{id_}"
    return {FIELD + name.removeprefix(own): values for name, values in fields.items()
            if name == own or name.startswith(f"{own}-")}


def read_part(shape: Shape) -> Question | None:
    """The question as written in banks; what is wrong stands among the problems of the shape."""
    type_ = find_part(shape.one_of("type", [each.name for each in PARTS], ""))
    if type_ is None:
        return None
    try:
        return type_.from_data(shape.data)
    except BadData as fault:
        shape.problems += [placed(problem, shape.place) for problem in fault.problems]
        return None


def drafted_part(draft: Draft, number: int) -> Question:
    """The question that a draft describes; raises BadData."""
    type_, place = find_part(draft.type), f"question {number}"
    if type_ is None:
        raise BadData([error(place, 'A scenario cannot hold a question of the type "%(type)s".',
                             "Write one of %(types)s.", type=draft.type,
                             types=", ".join(each.name for each in PARTS))])
    try:
        return type_.from_draft(draft)
    except BadData as fault:
        raise BadData([placed(problem, place) for problem in fault.problems]) from None


def placed(problem: Problem, place: str) -> Problem:
    """The problem of a question, said of the set."""
    whole = problem.place == "question"
    return replace(problem, place=place if whole else f"{place}, {problem.place}")


def part_keys(data: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that banks write for a question of a set, by the type it names."""
    type_ = find_part(str(data.get("type")))
    of_any = {key.removesuffix("?") for each in PARTS for key in each.data_keys}
    keys = type_.data_keys if type_ else {f"{name}?": "any" for name in of_any}
    return {"type": "text", **keys}
