"""Marking: from the answers of an attempt to the shares of its items, by the rule it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.attempts.models import Answer, AttemptItem
from isotrain.banks import versions
from isotrain.db import db
from isotrain.exams.marking import RULES, Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isotrain.exams.marking import Rule, Waiting
    from isotrain.questions.contract import Question


class UnknownRule(LookupError):
    """An attempt is to be marked by a rule that this version does not have."""


@dataclass(frozen=True)
class Marked:
    """What marking made of an attempt: the topic of each item, and what all of them earned."""

    topics: tuple[str, ...]
    outcome: Result | Waiting

    def rows(self, attempt_id: int) -> list[dict[str, object]]:
        """Return the rows of the items that are marked."""
        return [
            {"attempt_id": attempt_id, "position": position, "share": str(share), "topic": topic}
            for position, (share, topic)
            in enumerate(zip(self.outcome.shares, self.topics, strict=True), 1)
            if share is not None
        ]

    def columns(self) -> dict[str, object] | None:
        """Return what a result says, None while a person must still mark answers."""
        if not isinstance(self.outcome, Result):
            return None
        data = self.outcome.to_data()
        return {name: data[name] for name in ("score", "out_of", "percent", "passed")}


def rule(name: str) -> Rule:
    """Return the rule of this name or raise UnknownRule: another one is no substitute."""
    if name not in RULES:
        raise UnknownRule(f"there is no marking rule {name!r}")
    return RULES[name]


def mark(attempt_id: int, *, by_rule: str, pass_mark: int) -> Marked:
    """Mark the answers of an attempt against the question versions its items pin."""
    marked_by = rule(by_rule)
    rows = db.session.connection().execute(_ANSWERED, {"attempt": attempt_id}).all()
    return mark_answers([(version, response) for version, response in rows],
                        versions.questions(version for version, _response in rows),
                        marked_by=marked_by, pass_mark=pass_mark)


def mark_answers(
    rows: Sequence[tuple[int, object]], questions: Mapping[int, Question], *, marked_by: Rule,
    pass_mark: int,
) -> Marked:
    """Mark responses, each beside the version it answers; `questions` have their keys."""
    ids = [version for version, _response in rows]
    contents = versions.contents(ids)
    topics = tuple(contents[id_].topic or "" for id_ in ids)
    outcome = marked_by(
        [questions[id_] for id_ in ids], [response for _version, response in rows],
        weights=[questions[id_].size for id_ in ids], topics=topics, pass_mark=pass_mark,
    )
    return Marked(topics, outcome)


_ITEM, _ANSWER = AttemptItem.__table__, Answer.__table__
_ANSWERED = (
    sa.select(_ITEM.c.question_version_id, _ANSWER.c.response)
    .join_from(_ITEM, _ANSWER, sa.and_(_ANSWER.c.attempt_id == _ITEM.c.attempt_id,
                                       _ANSWER.c.position == _ITEM.c.position), isouter=True)
    .where(_ITEM.c.attempt_id == sa.bindparam("attempt"))
    .order_by(_ITEM.c.position)
)
