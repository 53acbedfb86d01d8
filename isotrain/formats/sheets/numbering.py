"""Running numbers in front of question texts: taken off and said, since every bank counts anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, warning

_NUMBER = re.compile(
    r"\s*(?:(?:question|frage|pregunta|domanda|pergunta|vraag|pytanie|q|nr\.?|no\.?|n°|第)\s*)?"
    r"[(\[]?(\d{1,4})\s?(?:[.):\]、．：]|题[:：.、]?)\s*(?=\D)", re.IGNORECASE)


def unnumbered(drafts: Sequence[Draft], place: str) -> tuple[list[Draft], list[Problem]]:
    """The drafts without the numbers that run on from one to the next, and a word about it.

    A number that no neighbour continues belongs to its question.
    """
    matches = [_NUMBER.match(draft.stem) for draft in drafts]
    numbers = [int(match[1]) if match else None for match in matches]
    found, example = [], ""
    for index, (draft, match) in enumerate(zip(drafts, matches, strict=True)):
        if match and match.end() < len(draft.stem) and _runs(numbers, index):
            example = example or match[0].strip()
            draft = replace(draft, stem=draft.stem[match.end():])
        found.append(draft)
    if not example:
        return found, []
    count = sum(old.stem != new.stem for old, new in zip(drafts, found, strict=True))
    return found, [warning(place, 'Numbers such as "%(number)s" were taken off the question texts: '
                           "%(count)s.", "Questions are numbered anew in every exam.",
                           number=example, count=count)]


def _runs(numbers: Sequence[int | None], index: int) -> bool:
    number = numbers[index]
    before = numbers[index - 1] if index else None
    after = numbers[index + 1] if index + 1 < len(numbers) else None
    return number is not None and (before == number - 1 or after == number + 1)
