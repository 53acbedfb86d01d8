"""Planning an import: what each question of a file would do to a bank. Nothing is written here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import sqlalchemy as sa

from isotrain.banks import directory, translating, versions
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.banks.rules import (
    Defaults,
    Written,
    hindrances,
    name_of,
    proposed_topic,
    settle,
    translated,
)
from isotrain.db import db
from isotrain.formats import find_format
from isotrain.formats.model import Import
from isotrain.ledger.hashing import hash_of
from isotrain.questions import find_type
from isotrain.questions.draft import Draft
from isotrain.questions.pictured import worded
from isotrain.questions.problem import Problem, warning
from isotrain.text import level


@dataclass(frozen=True)
class Standing:
    """A question as it stands in the bank."""

    question_id: int
    key: str
    version_id: int
    number: int
    language: str
    hash: str
    type: str
    stem: str
    retired: bool


@dataclass(frozen=True)
class Step:
    """What happens to one question of the file; `standing` is the question of the bank it meets.

    One whose effect is open waits until somebody chooses how it is to be read.
    A translation becomes this `revision` of its language.
    """

    draft: Draft
    effect: str
    written: Written | None = None
    standing: Standing | None = None
    complete: bool = False
    revision: int = 1


@dataclass(frozen=True)
class Plan:
    """What applying a file would do, and everything that is to be put right.

    `basis` names the state of the bank it was made for; `proposed` are the topics that sheets or
    categories propose for questions that name none.
    """

    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    faulty: int
    basis: str = ""
    proposed: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> Counter[str]:
        """How many questions have each effect; faulty ones that could not be read count too."""
        counts = Counter(step.effect for step in self.steps)
        counts["faulty"] = self.faulty
        return counts

    @cached_property
    def incomplete(self) -> int:
        """How many would come in as drafts that cannot be approved yet."""
        return sum(not step.complete for step in self.writes)

    @cached_property
    def without(self) -> dict[str, int]:
        """How many questions of the file do not say their topic, difficulty or use."""
        return {name: sum(not getattr(step.draft, name) for step in self.steps)
                for name in ("topic", "difficulty", "use")}

    @property
    def writes(self) -> list[Step]:
        """The steps that change the bank."""
        return [step for step in self.steps if step.effect in ("new", "changed", "translated")]


def plan(bank: Bank, imported: Import, defaults: Defaults) -> Plan:
    """Compare a file with a bank.

    A question is known again by its id, and one without id by type, text and options. What a
    file does not say of a known question stays as the bank has it. One that is known by its id and
    stands in another language is a translation of what the bank has.
    """
    return _Planner(bank, imported, defaults).plan(basis_of(bank))


def basis_of(bank: Bank) -> str:
    """Return what a plan for a bank depends on beside the file: its questions and vocabulary."""
    vocabulary = directory.vocabulary(bank)
    query = sa.select(sa.func.count(), sa.func.count(Question.retired_at)).where(
        Question.bank_id == bank.id, Question.latest_version_id.is_not(None))
    newest = sa.select(sa.func.max(QuestionVersion.id)).join(
        Question, Question.id == QuestionVersion.question_id).where(
            Question.bank_id == bank.id, versions.shown)
    counts = [*db.session.execute(query).one(), db.session.scalar(newest)]
    return hash_of([counts, sorted(vocabulary.topics),
                    sorted(vocabulary.facts), sorted(vocabulary.modules), bank.language])


class _Planner:
    def __init__(self, bank: Bank, imported: Import, defaults: Defaults) -> None:
        self.bank, self.imported, self.defaults = bank, imported, defaults
        self.vocabulary = directory.vocabulary(bank)
        standing = _standing(bank.id)
        self.by_key = {each.key: each for each in standing}
        self.by_stem: dict[tuple[str, str], list[Standing]] = defaultdict(list)
        for each in standing:
            self.by_stem[each.type, each.stem].append(each)
        self.written = versions.written(self._met())
        self.words = translating.newest(each.question_id for each in self._translated())
        self.faulty = imported.owners(p for p in imported.problems if p.severity == "error")
        self.open = imported.owners(imported.open)
        self.problems: list[Problem] = list(imported.problems)
        self.seen: dict[tuple[str, str], list[Draft]] = defaultdict(list)
        self.met: set[int | str | tuple[int, str]] = set()

    def plan(self, basis: str) -> Plan:
        steps = tuple(map(self._step, self.imported.questions))
        lost = self.imported.owners(p for p in self.problems if p.severity == "error")
        proposed = (proposed_topic(draft, self.vocabulary) for draft in self.imported.questions)
        return Plan(steps, tuple(self.problems), len(lost), basis,
                    tuple(dict.fromkeys(filter(None, proposed))))

    def _met(self) -> Iterable[int]:
        """The versions that some question of the file may be compared with."""
        for draft in self.imported.questions:
            known = self.by_key.get(name_of(draft.external_id))
            if known:
                yield known.version_id
            for each in self.by_stem.get(_stem(draft), ()):
                yield each.version_id

    def _translated(self) -> Iterable[Standing]:
        """The questions of the bank that the file has in another language."""
        for draft in self.imported.questions:
            known = self.by_key.get(name_of(draft.external_id))
            if known and draft.language not in ("", known.language):
                yield known

    def _step(self, draft: Draft) -> Step:
        if draft.place in self.faulty:
            return Step(draft, "faulty")
        if draft.place in self.open:
            return Step(draft, "open")
        known = self._known(draft)
        if known and draft.external_id and draft.language not in ("", known.language):
            return self._translation(draft, known)
        if self._met_before(draft, known):
            return Step(draft, "duplicate")
        before = self.written[known.version_id].draft() if known else None
        format_ = find_format(self.imported.format)
        if before and format_ and not format_.orders:
            draft = _in_places_of(before, draft)
        settled = settle(draft, self.vocabulary, language=self.bank.language, before=before,
                         defaults=self.defaults)
        self.problems += settled.problems
        if settled.written is None:
            return Step(draft, "faulty")
        twin = None if known else self._twin(draft)
        if twin:
            return Step(draft, "duplicate", settled.written, twin)
        return self._effect(draft, settled.written, known)

    def _translation(self, draft: Draft, known: Standing) -> Step:
        """A question of the bank in another language: its next revision, if anything is new."""
        settled = translated(draft, self.written[known.version_id], self.vocabulary)
        self.problems += settled.problems
        if settled.written is None:
            return Step(draft, "faulty")
        name = known.question_id, settled.written.language
        if name in self.met:
            return Step(draft, "duplicate", settled.written, known)
        self.met.add(name)
        before = self.words.get((known.question_id, known.number, settled.written.language))
        if before and before.hash == settled.written.hash:
            return Step(draft, "unchanged", settled.written, known, complete=True)
        return Step(draft, "translated", settled.written, known, complete=True,
                    revision=before.revision + 1 if before else 1)

    def _effect(self, draft: Draft, written: Written, known: Standing | None) -> Step:
        complete = not hindrances(written)
        if known is None:
            self._warn_of_same_text(draft)
            return Step(draft, "new", written, complete=complete)
        if known.hash == written.hash:
            return Step(draft, "unchanged", written, known, complete)
        if known.retired:
            self.problems.append(warning(
                draft.place, "The question %(key)s is retired; it gets the new version and stays "
                "retired.", "Restore it on its page if it is to be used again.", key=known.key))
        return Step(draft, "changed", written, known, complete)

    def _met_before(self, draft: Draft, known: Standing | None) -> bool:
        """Whether an earlier question of the file is this one: by text, by id, or in the bank."""
        earlier = self.seen[_stem(draft)]
        name = known.question_id if known else name_of(draft.external_id)
        if name in self.met or any(draft.asks == other.asks for other in earlier):
            return True
        earlier.append(draft)
        if name:
            self.met.add(name)
        return False

    def _known(self, draft: Draft) -> Standing | None:
        """The question of the bank that this one is meant to be."""
        if key := name_of(draft.external_id):
            return self.by_key.get(key)
        return self._twin(draft)

    def _twin(self, draft: Draft) -> Standing | None:
        """The question of the bank that asks the same with the same options."""
        for each in self.by_stem.get(_stem(draft), ()):
            if draft.asks == self.written[each.version_id].draft().asks:
                if draft.external_id:
                    self.problems.append(warning(
                        draft.place, "The same question is in the bank as %(key)s; it is left out.",
                        "Give it the id %(key)s to change that one.", key=each.key))
                return each
        return None

    def _warn_of_same_text(self, draft: Draft) -> None:
        same = self.by_stem.get(_stem(draft), ())
        if same:
            self.problems.append(warning(
                draft.place, "The same question text is in the bank with other options (%(keys)s).",
                "Check that both are wanted.", keys=", ".join(each.key for each in same[:5])))


def _standing(bank_id: int) -> list[Standing]:
    version = QuestionVersion
    query = (
        sa.select(Question.id, Question.key, version.id, version.number, version.language,
                  version.content_hash, version.type, version.stem_text,
                  Question.retired_at.is_not(None))
        .join(version, version.id == Question.latest_version_id)
        .where(Question.bank_id == bank_id)
    )
    return [Standing(*row) for row in db.session.execute(query)]


def _in_places_of(before: Draft, draft: Draft) -> Draft:
    """The draft with the order of options that a file cannot say: as the bank has it."""
    staying = {level(option.text) for option in before.options if option.stays}
    options = (o._replace(stays=level(o.text) in staying) for o in draft.options)
    return replace(draft, shuffle=before.shuffle, options=tuple(options))


def _stem(draft: Draft) -> tuple[str, str]:
    type_ = find_type(draft.type)
    return draft.type, level(worded(type_.stem_of(draft) if type_ else draft.stem))


