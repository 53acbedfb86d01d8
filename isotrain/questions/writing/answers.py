"""The accepted answers of a question: how each is written, edited and checked.

Answers that are wrong stand among them with a share of 0, for their feedback.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from isotrain.questions.draft import Option
from isotrain.questions.problem import Problem, error, warning
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wording import OPTION_LIMIT, check_needed_text, check_text
from isotrain.questions.writing.comparing import ANYTHING
from isotrain.questions.writing.entry import LIMIT

MOST = 20
WHOLE, NOTHING = Fraction(1), Fraction(0)


def read_answer(shape: Shape) -> Option:
    """The answer as written in banks; without a share it earns the whole mark."""
    shape.only("text", "share", "feedback", "tolerance")
    share = shape.share("share")
    return Option(shape.text("text"), WHOLE if share is None else share, shape.text("feedback"),
                  shape.text("tolerance"))


def answer_data(answer: Option) -> dict[str, Any]:
    """The answer as banks write it."""
    data: dict[str, Any] = {"text": answer.text}
    if answer.share != WHOLE:
        data["share"] = str(answer.share)
    more = {"tolerance": answer.tolerance, "feedback": answer.feedback}
    return data | {name: text for name, text in more.items() if text}


def stored(answers: Sequence[Option]) -> list[list[str]]:
    """The answers as canonical JSON accepts them."""
    return [[each.text, str(each.share), each.feedback, each.tolerance] for each in answers]


def restored(rows: Sequence[Sequence[str]]) -> tuple[Option, ...]:
    """The answers that `stored` wrote."""
    return tuple(Option(text, Fraction(share), feedback, tolerance)
                 for text, share, feedback, tolerance in rows)


def rows_of(sent: Sent, act: str) -> list[Option]:
    """The rows of an editor after the button `act`; without it, those that are filled in."""
    rows = [row_of(sent, n) for n in range(1, MOST + 1) if sent.has(f"answer-{n}")]
    word, _, number = act.partition("-")
    if word == "add" and len(rows) < MOST:
        return [*rows, Option("", WHOLE)]
    if word == "remove":
        return [row for place, row in enumerate(rows, 1) if str(place) != number]
    return rows if act else [row for row in rows if row.text or row.feedback]


def row_of(sent: Sent, number: int) -> Option:
    """The answer that the editor's row of this number, counted from 1, holds."""
    name = f"answer-{number}"
    share = sent.share(f"{name}-share")
    return Option(sent.text(name), WHOLE if share is None else share,
                  sent.text(f"{name}-feedback"), sent.text(f"{name}-tolerance"))


def check_answers(answers: Sequence[Option]) -> Iterator[Problem]:
    """Problems of the answers whatever they are compared with."""
    if not 1 <= len(answers) <= MOST:
        yield error("answers", "The question has %(count)s accepted answers.",
                    "Give between %(fewest)s and %(most)s.", count=len(answers), fewest=1,
                    most=MOST)
    elif WHOLE not in [answer.share for answer in answers]:
        yield error("answers", "No answer earns the whole mark.",
                    "Let one answer earn the whole mark.")
    for number, answer in enumerate(answers, 1):
        place = f"answer {number}"
        yield from check_needed_text(place, answer.text, limit=LIMIT)
        yield from check_text(f"{place}, feedback", answer.feedback, limit=OPTION_LIMIT)
        if not NOTHING <= answer.share <= WHOLE:
            yield error(f"{place}, share", "An answer earns between nothing and the whole mark.",
                        "Choose how much of the mark it earns.")
        if answer.text == ANYTHING:
            yield from _check_any(place, answer, last=number == len(answers))


def _check_any(place: str, answer: Option, *, last: bool) -> Iterator[Problem]:
    if answer.share:
        yield error(place, "Any answer at all would earn a mark.", "Let this answer earn nothing.")
    if not last:
        yield error(place, "The answers after this one never count, since it stands for any.",
                    "Move it to the end.")


def check_different(answers: Sequence[Option], forms: Sequence[Any]) -> Iterator[Problem]:
    """Problems of answers that are compared in the same form, so that only the first counts.

    Where both earn the same nothing goes wrong, as with two kinds of apostrophe.
    """
    first_with: dict[Any, int] = {}
    for number, (answer, form) in enumerate(zip(answers, forms, strict=True), 1):
        first = first_with.setdefault(form, number)
        if form is None or first == number:
            continue
        alike = answers[first - 1].share == answer.share
        yield (warning if alike else error)(
            f"answer {number}", "The answer is the same as answer %(first)s.",
            "Change or delete one of the two.", first=first)
