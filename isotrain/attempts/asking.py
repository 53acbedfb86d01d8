"""Asking: what the pages of a running attempt show. No value here knows what is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotrain.attempts.taking import Given
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.questions.pictured import worded
from isotrain.quizzes import forming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isotrain.attempts.taking import Sitting, Stale
    from isotrain.questions.contract import Asked, Question, Reviewed


@dataclass(frozen=True)
class Place:
    """One item in the grid of an attempt: `done` of its `size` questions are answered.

    `label` is the number of its question, or the numbers of its set.
    """

    position: int
    label: str
    size: int
    done: int
    flagged: bool
    current: bool = False

    @property
    def answered(self) -> bool:
        """Whether nothing of it is open."""
        return self.done >= self.size

    @property
    def partly(self) -> bool:
        """Whether some of its questions are answered and some are not."""
        return 0 < self.done < self.size


@dataclass(frozen=True)
class QuestionPage:
    """One question, or a set, as it is asked, with what was answered so far.

    `first` is the number of the first question of the `count` that are asked in all.
    """

    position: int
    first: int
    count: int
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
    def place(self) -> Place:
        """Its own place in the grid."""
        return self.places[self.position - 1]

    @property
    def title(self) -> str:
        """Which of all questions it is."""
        if self.place.size == 1:
            return _("Question %(n)s of %(count)s", n=self.place.label, count=self.count)
        return _("Questions %(n)s of %(count)s", n=self.place.label, count=self.count)

    @property
    def answered_count(self) -> int:
        return sum(place.done for place in self.places)


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
                        fields=question.filled(here.response, arrangement), places=places,
                        first=sitting.first(position), count=sitting.count)


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
    return [CheckRow(place, worded(questions[version].plain_stem))
            for place, (version, _arrangement) in zip(places, sitting.items, strict=True)]


def first_open(sitting: Sitting) -> int:
    """Return the position to go on with: the first that is not answered, else the last."""
    places = _places(sitting, None)
    return next((place.position for place in places if not place.answered), len(places))


def _places(sitting: Sitting, current: int | None) -> tuple[Place, ...]:
    nothing = Given()
    return tuple(
        Place(position, sitting.label(position), size, _done(sitting, position), here.flagged,
              position == current)
        for position, size in enumerate(sitting.sizes, 1)
        for here in (sitting.given.get(position, nothing),)
    )


def _done(sitting: Sitting, position: int) -> int:
    """Return how many questions at a position are answered."""
    given = sitting.given.get(position)
    if given is None or not given.answered or sitting.sizes[position - 1] == 1:
        return int(given is not None and given.answered)
    version, _arrangement = sitting.items[position - 1]
    return forming.asked_questions([version])[version].answered(given.response)
