"""Responses that examples give to a question."""

from collections.abc import Mapping
from fractions import Fraction

from isotrain.questions.contract import Example
from isotrain.questions.placing.question import Placing


def placed(question: Placing, earned: Mapping[int, str]) -> list[Example]:
    """Responses that put so many things right and all others wrong, and what each earns.

    Nothing at all for 0 things.
    """
    right = question.solution() or {}
    found = []
    for count, share in earned.items():
        response = {}
        for number, (place, choice) in enumerate(right.items()):
            wrong = next(part.id for part in question.choices if part.id != choice)
            response[place] = choice if number < count else wrong
        found.append(Example(question, response if count else None, Fraction(share)))
    return found
