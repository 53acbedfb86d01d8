"""Editing a set: the fields of each question stand under its number, "question-2-stem".

Buttons of the set itself say "add", "up-2" or "drop-2"; "question-2-" and more is for the second
question.
"""

from collections.abc import Sequence

from isotrain.questions.contract import Fields, Question
from isotrain.questions.scenario.parts import find_part
from isotrain.questions.sent import Sent
from isotrain.questions.sets import MOST

ELSEWHERE = "elsewhere"
"""What a question is told of a button that is not its own, so that its empty rows stay."""


def parts_sent(submitted: Fields, act: str) -> list[Question]:
    """The questions as sent, each after what a button of its own may have changed."""
    sent, parts = Sent(submitted), list[Question]()
    for number in range(1, MOST + 1):
        prefix = f"question-{number}-"
        type_ = find_part(sent.text(f"{prefix}type"))
        if type_ is not None:
            own = {name.removeprefix(prefix): values for name, values in submitted.items()
                   if name.startswith(prefix)}
            parts.append(type_.edited(own, _own_act(act, prefix)))
    return parts


def _own_act(act: str, prefix: str) -> str:
    """What a button of the question says; one beside it changes none of its rows."""
    return act.removeprefix(prefix) if act.startswith(prefix) else act and ELSEWHERE


def changed(parts: Sequence[Question], act: str, added: type[Question]) -> list[Question]:
    """The questions after a button of the set; what names none of them changes nothing."""
    word, _, number = act.partition("-")
    place = int(number) - 1 if number.isdecimal() and len(number) < 3 else -1
    if word == "add" and len(parts) < MOST:
        return [*parts, added.blank()]
    if word == "drop":
        return [part for n, part in enumerate(parts) if n != place]
    if word == "up" and 0 < place < len(parts):
        return [*parts[:place - 1], parts[place], parts[place - 1], *parts[place + 1:]]
    return list(parts)
