"""Asking: what the pages of a running attempt show. No value here knows what is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotrain.attempts.taking import Given
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.quizzes import forming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isotrain.attempts.taking import Sitting, Stale
    from isotrain.questions.contract import Asked, Question, Reviewed


@dataclass(frozen=True)
class Place:
    """One item in the grid of an attempt."""

    number: int
    answered: bool
    flagged: bool
    current: bool = False


@dataclass(frozen=True)
class QuestionPage:
    """One question as it is asked, with what was answered so far."""

    position: int
    asked: Asked
    fields: dict[str, list[str]]
    given: Given
    places: tuple[Place, ...]

    @property
    def next_rev(self) -> int:
        """The number under which a changed answer is to be saved."""
        return self.given.rev + 1

    @property
    def was(self) -> str:
        """What the form holds unchanged, to tell a change from mere leafing."""
        return encoded(self.fields)

    @property
    def answered_count(self) -> int:
        return sum(place.answered for place in self.places)


@dataclass(frozen=True)
class Conflict:
    """Two answers to one question from two windows, and the fields that give mine again."""

    mine: Reviewed
    newer: Reviewed
    fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class CheckRow:
    """One line of the page that is seen before handing in."""

    place: Place
    stem: str


def encoded(fields: Mapping[str, Sequence[str]]) -> str:
    """Write form fields in one way, so that equal answers are equal texts."""
    return "&".join(f"{name}={value}" for name in sorted(fields) for value in fields[name]
                    if value)


def question_page(sitting: Sitting, position: int) -> QuestionPage:
    """Return the page of one question or raise NotFound."""
    if not 1 <= position <= len(sitting.items):
        raise NotFound(_("This attempt does not exist."))
    version, _arrangement = sitting.items[position - 1]
    question = forming.asked_questions([version])[version]
    return _page(sitting, position, question, _places(sitting, position))


def pages(sitting: Sitting) -> list[QuestionPage]:
    """Return the pages of all questions in order; the first one's grid stands for all."""
    questions = forming.asked_questions(version for version, _arrangement in sitting.items)
    places = _places(sitting, 1)
    return [_page(sitting, position, questions[version], places)
            for position, (version, _arrangement) in enumerate(sitting.items, 1)]


def _page(
    sitting: Sitting, position: int, question: Question, places: tuple[Place, ...]
) -> QuestionPage:
    _version, arrangement = sitting.items[position - 1]
    here = sitting.given.get(position, Given())
    return QuestionPage(position=position, asked=question.asked(arrangement), given=here,
                        fields=question.filled(here.response, arrangement), places=places)


def fields_of(sitting: Sitting, position: int, response: object) -> dict[str, list[str]]:
    """Return the form fields that stand for a response to one item of an attempt."""
    version, arrangement = sitting.items[position - 1]
    return forming.asked_questions([version])[version].filled(response, arrangement)


def conflict(
    sitting: Sitting, position: int, *, mine: Mapping[str, Sequence[str]], newer: Stale
) -> Conflict:
    """Put the answer of this window beside the newer one of another."""
    version, arrangement = sitting.items[position - 1]
    question = forming.asked_questions([version])[version]
    return Conflict(
        mine=question.review(question.read(mine, arrangement), arrangement, key=False),
        newer=question.review(newer.response, arrangement, key=False), fields=mine,
    )


def check_rows(sitting: Sitting) -> list[CheckRow]:
    """Return every question of an attempt in order, answered or not."""
    questions = forming.asked_questions(version for version, _arrangement in sitting.items)
    places = _places(sitting, None)
    return [CheckRow(place, questions[version].plain_stem)
            for place, (version, _arrangement) in zip(places, sitting.items, strict=True)]


def first_open(sitting: Sitting) -> int:
    """Return the position to go on with: the first without an answer, else the last."""
    given = sitting.given
    positions = range(1, len(sitting.items) + 1)
    return next((p for p in positions if not given.get(p, Given()).answered), len(positions))


def _places(sitting: Sitting, current: int | None) -> tuple[Place, ...]:
    nothing = Given()
    return tuple(
        Place(number, here.answered, here.flagged, number == current)
        for number in range(1, len(sitting.items) + 1)
        for here in (sitting.given.get(number, nothing),)
    )
