"""Reviewing: a result that teaches, as far as it may be seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts import exposure
from isotrain.attempts.models import AttemptMark, LateAnswer, Result, ResultSeen
from isotrain.attempts.rules import Viewer, Visible, visible
from isotrain.banks import versions
from isotrain.db import db, upsert
from isotrain.exams.marking import by_topic
from isotrain.questions.contract import PENDING
from isotrain.quizzes.rules import EXAM
from isotrain.study import content, page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isotrain.attempts.taking import Sitting
    from isotrain.questions.contract import Question, Reviewed
    from isotrain.study.content import CourseView, FactView, ModuleView


@dataclass(frozen=True)
class ReviewedQuestion:
    """A question, or a set, after marking, with no more of its key than may be seen.

    `label` is its number, "3–5" of a set of three whose first question is number `first`.
    `reviewed` is for the template of its type; `share` is None where a person must mark the answer.
    """

    label: str
    first: int
    size: int
    reviewed: Reviewed
    share: Fraction | None
    explanation: str
    fact: FactView | None


@dataclass(frozen=True)
class TopicScore:
    """What one topic of a form earned."""

    code: str
    title: str
    score: Fraction
    out_of: Fraction

    @property
    def percent(self) -> int:
        """Rounded down, as everywhere."""
        return int(self.score * 100 // self.out_of)


@dataclass(frozen=True)
class ReadAgain:
    """A section that explains missed questions; without a title, a module as a whole."""

    module: ModuleView
    title: str
    paragraph: str
    count: int


@dataclass(frozen=True)
class Review:
    """The result of an attempt as its owner sees it; None while a person must still mark."""

    course: CourseView
    result: Result | None
    shown: Visible
    full: int
    topics: tuple[TopicScore, ...]
    missed: tuple[ReviewedQuestion, ...]
    read_again: tuple[ReadAgain, ...]
    late: tuple[str, ...]
    late_after_result: tuple[str, ...]
    seen: bool

    @property
    def missed_count(self) -> int:
        """How many questions there are to look at again."""
        return sum(question.size for question in self.missed)

    @property
    def to_practise(self) -> list[str]:
        """The topics of the course in which a mark was missed, by code."""
        known = dict(self.course.topics)
        return [topic.code for topic in self.topics
                if topic.score < topic.out_of and topic.code in known]


def note_seen(attempt_id: int) -> None:
    """Note that the owner of an attempt saw its result; answers that come afterwards say so."""
    db.session.execute(upsert(ResultSeen.__table__).values(
        attempt_id=attempt_id, seen_at=clock.now()).on_conflict_do_nothing())


def seen_by_owner(sitting: Sitting) -> Visible:
    """Decide what the person who sat an attempt may see of it now."""
    over = sitting.kind == EXAM and not sitting.open
    return visible(kind=sitting.kind, feedback=sitting.rules.feedback, state=sitting.state,
                   viewer=Viewer.OWNER, in_use=over and exposure.is_in_use(sitting.banks))


def review(sitting: Sitting) -> Review:
    """Return the result of a closed attempt as its owner sees it."""
    course, marks = content.get_course_by_id(sitting.course_id), _marks(sitting.id)
    if not marks:
        return Review(course=course, result=None, shown=Visible(), full=0, topics=(),
                      missed=_to_compare(sitting, course), read_again=(),
                      late=tuple(map(sitting.label, list_late(sitting.id))),
                      late_after_result=(), seen=False)
    shown, late = seen_by_owner(sitting), list_late(sitting.id)
    shares = {mark.position: Fraction(mark.share) for mark in marks}
    missed = [position for position, share in shares.items() if share < 1]
    facts = content.facts_by_code(course) if missed else {}
    return Review(
        course=course, result=marks[0].Result, shown=shown,
        full=sum(sitting.sizes[position - 1] for position in shares.keys() - set(missed)),
        topics=_topics(sitting, shares, [mark.topic for mark in marks], course),
        missed=_reviewed(sitting, missed, shares, facts, shown) if shown.missed else (),
        read_again=_read_again(course, _facts_of(sitting, missed, facts)) if missed else (),
        late=tuple(map(sitting.label, late)), seen=marks[0].seen,
        late_after_result=tuple(sitting.label(position)
                                for position, after in late.items() if after),
    )


def checked(sitting: Sitting, position: int) -> ReviewedQuestion | None:
    """Return one answered question with its solution where it may be seen before the end."""
    shown = seen_by_owner(sitting)
    given = sitting.given.get(position)
    if not shown.key or given is None or not given.answered:
        return None
    version, _arrangement = sitting.items[position - 1]
    mark = versions.questions([version])[version].mark(given.response)
    facts = content.facts_by_code(content.get_course_by_id(sitting.course_id))
    share = None if mark is PENDING else mark
    return _reviewed(sitting, [position], {position: share}, facts, shown)[0]


def _to_compare(sitting: Sitting, course: CourseView) -> tuple[ReviewedQuestion, ...]:
    """Return what earned less than all, or what no program marks, where keys may be seen now.

    Of an exam, nothing: its keys are shown when there is a result.
    """
    shown = seen_by_owner(sitting)
    if sitting.kind == EXAM or not shown.key:
        return ()
    questions = versions.questions([version for version, _arrangement in sitting.items])
    shares: dict[int, Fraction | None] = {}
    for position, (version, _arrangement) in enumerate(sitting.items, 1):
        given = sitting.given.get(position)
        mark = questions[version].mark(given.response if given else None)
        if mark != 1 and questions[version].asks:
            shares[position] = None if mark is PENDING else mark
    return _reviewed(sitting, list(shares), shares, content.facts_by_code(course), shown)


def _reviewed(
    sitting: Sitting, positions: Sequence[int], shares: Mapping[int, Fraction | None],
    facts: dict[str, FactView], shown: Visible,
) -> tuple[ReviewedQuestion, ...]:
    """Show questions with their explanations, and their keys only where that is allowed."""
    ids = [sitting.items[position - 1][0] for position in positions]
    contents, keys = versions.contents(ids), versions.keys(ids)
    return tuple(
        _question(sitting, position, contents[id_].question(keys[id_]), shown=shown,
                  share=shares[position],
                  fact=facts.get(contents[id_].fact or "") if shown.why else None)
        for position, id_ in zip(positions, ids, strict=True))


def _question(
    sitting: Sitting, position: int, question: Question, *, shown: Visible,
    share: Fraction | None, fact: FactView | None,
) -> ReviewedQuestion:
    given, (_version, arrangement) = sitting.given.get(position), sitting.items[position - 1]
    response, first = given.response if given else None, sitting.first(position)
    return ReviewedQuestion(
        label=sitting.label(position), first=first, size=question.size, share=share, fact=fact,
        reviewed=question.review(response, arrangement, key=shown.key),
        explanation=question.why(first) if shown.why else "",
    )


def _marks(attempt_id: int) -> Sequence[sa.Row[Result, int, str, str, bool]]:
    """Return result, position, share and topic of marks in order, if any, and whether seen before.
    """
    return db.session.execute(_MARKS, {"attempt": attempt_id}).all()


def _topics(
    sitting: Sitting, shares: Mapping[int, Fraction], topics: Sequence[str], course: CourseView
) -> tuple[TopicScore, ...]:
    """Return the scores by topic in the order of the course."""
    order = {topic: place for place, (topic, _title) in enumerate(course.topics)}
    weights = [sitting.sizes[position - 1] for position in shares]
    scores = by_topic(list(shares.values()), weights=weights, topics=topics)
    found = sorted(scores.items(), key=lambda pair: order.get(pair[0], len(order)))
    return tuple(TopicScore(topic, course.topic_title(topic), score.score, score.out_of)
                 for topic, score in found)


def _facts_of(
    sitting: Sitting, positions: Sequence[int], facts: Mapping[str, FactView]
) -> list[FactView]:
    """Return the facts that the questions at some positions test, for each question of a set."""
    asked = [(sitting.items[at - 1][0], sitting.sizes[at - 1]) for at in positions]
    contents = versions.contents([id_ for id_, _size in asked])
    found = [(facts.get(contents[id_].fact or ""), size) for id_, size in asked]
    return [fact for fact, size in found if fact is not None for _each in range(size)]


def _read_again(course: CourseView, facts: Sequence[FactView]) -> tuple[ReadAgain, ...]:
    """Return the sections that missed questions point at, most missed first."""
    counts = Counter((fact.module_code, fact.paragraph) for fact in facts)
    found = []
    for module in content.list_modules(course.version_id):
        wanted = {paragraph for code, paragraph in counts if code == module.code}
        titles = {section.anchor: section.title
                  for section in page.get_page(course, module.slug).sections} if wanted else {}
        found += [ReadAgain(module, titles.get(each, ""), each, counts[module.code, each])
                  for each in sorted(wanted, key=[*titles, *wanted].index)]
    return tuple(sorted(found, key=lambda each: -each.count))


def list_late(attempt_id: int) -> dict[int, bool | None]:
    """Return the positions whose answers came after the end, and whether after the result, too."""
    rows = db.session.execute(_LATE, {"attempt": attempt_id})
    return {row.position: row.after_result for row in rows}


_MARKS = (
    sa.select(Result, AttemptMark.position, AttemptMark.share, AttemptMark.topic,
              sa.exists().where(ResultSeen.attempt_id == Result.attempt_id).label("seen"))
    .join(AttemptMark, AttemptMark.attempt_id == Result.attempt_id)
    .where(Result.attempt_id == sa.bindparam("attempt"))
    .order_by(AttemptMark.position)
)
_LATE = (
    sa.select(LateAnswer.position, LateAnswer.after_result)
    .where(LateAnswer.attempt_id == sa.bindparam("attempt"))
    .order_by(LateAnswer.position)
)
