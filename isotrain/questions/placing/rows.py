"""The rows of two texts in which writers say what belongs where: as sent, changed and checked."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from isotrain.questions.problem import Problem, error
from isotrain.questions.sent import Sent
from isotrain.questions.wording import OPTION_LIMIT, check_needed_text
from isotrain.text import level

MOST = 20
"""How many places, or things to put in order, a question may have."""
MOST_ROWS = 2 * MOST
"""How many rows, those with things that belong nowhere among them."""

T = TypeVar("T")
Row = tuple[str, str]
"""A place and what belongs there; one of them may be empty."""


def rows_sent(sent: Sent, sides: tuple[str, str]) -> list[Row]:
    """The rows of an editor, whose fields are called pair-1 and the name of a side, and so on."""
    left, right = sides
    return [(sent.text(f"pair-{n}-{left}"), sent.text(f"pair-{n}-{right}"))
            for n in range(1, MOST_ROWS + 1)
            if sent.has(f"pair-{n}-{left}") or sent.has(f"pair-{n}-{right}")]


def with_rows(rows: list[T], act: str, *, empty: T, most: int) -> list[T]:
    """The rows after a button was pressed; what names no row changes nothing."""
    word, _, number = act.partition("-")
    if word == "add" and len(rows) < most:
        return [*rows, empty]
    if word == "remove":
        return [row for n, row in enumerate(rows, 1) if str(n) != number]
    return rows


def check_rows(rows: Sequence[Row], sides: tuple[str, str], *, fewest: int) -> Iterator[Problem]:
    """Problems of the rows whatever their type."""
    places = sum(bool(left) for left, _right in rows)
    if not fewest <= places <= MOST or len(rows) > MOST_ROWS:
        yield error(
            "pairs",
            "The question has %(count)s pairs.",
            "Give between %(fewest)s and %(most)s pairs, in at most %(rows)s rows.",
            count=places, fewest=fewest, most=MOST, rows=MOST_ROWS,
        )
    if len({right for _left, right in rows}) < 2:
        yield error("pairs", "There is only one answer to choose from.",
                    "Add a pair with another answer, or one more answer that is wrong.")
    for number, (left, right) in enumerate(rows, 1):
        if left:
            yield from check_needed_text(f"pair {number}, {sides[0]}", left, limit=OPTION_LIMIT)
        yield from check_needed_text(f"pair {number}, {sides[1]}", right, limit=OPTION_LIMIT)
    yield from _check_lefts(rows, sides[0])
    yield from _check_rights(rows, sides[1])


def _check_lefts(rows: Sequence[Row], side: str) -> Iterator[Problem]:
    first_with: dict[str, int] = {}
    for number, (left, _right) in enumerate(rows, 1):
        first = first_with.setdefault(level(left), number) if left else number
        if first != number:
            yield error(f"pair {number}, {side}", "The text is the same as in pair %(first)s.",
                        "Change or delete one of the two.", first=first)


def _check_rights(rows: Sequence[Row], side: str) -> Iterator[Problem]:
    """Equal texts are one answer; those that only look equal, and wrong ones twice, are a slip."""
    first_with: dict[str, int] = {}
    for number, (left, right) in enumerate(rows, 1):
        first = first_with.setdefault(level(right), number)
        if first == number or not right:
            continue
        if rows[first - 1][1] != right:
            yield error(f"pair {number}, {side}",
                        "The text differs from that in pair %(first)s only in case or spaces.",
                        "Write both the same way, or change one of them.", first=first)
        elif not (left and rows[first - 1][0]):
            yield error(f"pair {number}, {side}",
                        "The answer stands in pair %(first)s already.",
                        "Delete the row: an answer may be chosen more than once.", first=first)
