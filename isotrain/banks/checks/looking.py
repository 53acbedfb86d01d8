"""Looking over the questions of a bank that are in use: what the checks find and what may stay."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.banks import versions
from isotrain.banks.checks import accepting
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.linting import checking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from isotrain.banks.checks.accepting import Acceptance
    from isotrain.banks.rules import Written
    from isotrain.linting.finding import Finding
    from isotrain.linting.guessing import Guess
    from isotrain.questions.draft import Draft

MOST = 500
"""So many questions a page looks over; a command knows no limit."""


@dataclass(frozen=True)
class Spotted:
    """One finding: in which question, none for the bank as a whole, and whether it may stay."""

    finding: Finding
    key: str = ""
    title: str = ""
    question_id: int | None = None
    version_id: int | None = None
    accepted: Acceptance | None = None


@dataclass(frozen=True)
class Looked:
    """What was found in some questions, by question in the order of their names."""

    number: int
    spotted: tuple[Spotted, ...]
    guesses: tuple[Guess, ...]

    @property
    def open(self) -> list[Spotted]:
        """What nobody accepted."""
        return [each for each in self.spotted if each.accepted is None]

    @property
    def accepted(self) -> list[Spotted]:
        """What may stay."""
        return [each for each in self.spotted if each.accepted is not None]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many open findings there are of each severity."""
        return Counter(each.finding.severity for each in self.open)


def look(bank: Bank, *, topic: str = "") -> Looked:
    """Look over the latest versions of the questions of a bank that are not retired."""
    rows = _in_use(bank.id, topic)
    written = versions.written(version for _id, _key, version in rows)
    found = look_at(written[version].draft(key) for _id, key, version in rows)
    ids = {key: (id_, version) for id_, key, version in rows}
    accepted = accepting.list_accepted(bank.id)
    return Looked(found.number, tuple(
        _placed(each, ids.get(each.key), accepted) for each in found.spotted), found.guesses)


def look_at(drafts: Iterable[Draft]) -> Looked:
    """Look over questions that no bank holds; needs no database."""
    report = checking.lint(drafts)
    spotted = [Spotted(finding, checked.draft.external_id or checked.draft.place,
                       checked.draft.title)
               for checked in report.questions for finding in checked.findings]
    spotted += map(Spotted, report.bank)
    return Looked(len(report.questions), tuple(spotted), report.guesses)


def look_at_one(bank_id: int, version_id: int, written: Written) -> list[Spotted]:
    """Look at one question by itself; what others say of it, only the bank's page knows."""
    accepted = accepting.list_accepted(bank_id, version_id=version_id)
    return [Spotted(finding, version_id=version_id,
                    accepted=accepted.get((version_id, finding.found_by)))
            for finding in checking.lint_one(written.draft())]


def count(bank_id: int, topic: str = "") -> int:
    """Count the questions that would be looked over."""
    return len(_in_use(bank_id, topic))


NOTHING = Looked(0, (), ())


def by_question(spotted: Iterable[Spotted]) -> list[tuple[Spotted, ...]]:
    """Return what was found in questions, each question's together, those with errors first."""
    groups = [tuple(group) for key, group in groupby(spotted, key=lambda each: each.key) if key]
    return sorted(groups, key=lambda group: checking.GRAVITY.index(group[0].finding.severity))


def find(looked: Looked, key: str, check: str) -> Spotted:
    """Return what a check finds in a question, or in the bank where `key` is empty."""
    for spotted in looked.spotted:
        if (spotted.key, spotted.finding.found_by) == (key, check):
            return spotted
    raise Refusal(_("This check finds nothing there."))


def _in_use(bank_id: int, topic: str) -> Sequence[tuple[int, str, int]]:
    query = sa.select(Question.id, Question.key, Question.latest_version_id).where(
        Question.bank_id == bank_id, Question.retired_at.is_(None))
    if topic:
        query = query.join(QuestionVersion, QuestionVersion.id == Question.latest_version_id)
        query = query.where(QuestionVersion.topic == topic)
    return [(id_, key, latest) for id_, key, latest in db.session.execute(query)
            if latest is not None]


def _placed(
    spotted: Spotted, ids: tuple[int, int] | None, accepted: accepting.Accepted
) -> Spotted:
    """Say which question a finding is about, and whether somebody accepted it."""
    question_id, version_id = ids or (None, None)
    return replace(spotted, question_id=question_id, version_id=version_id,
                   accepted=accepted.get((version_id, spotted.finding.found_by)))
