"""Planning an import: what each question of a file would do to a bank. Nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import sqlalchemy as sa

from isotrain.banks import directory, translating, versions
from isotrain.banks.files import likening, twinning
from isotrain.banks.files.steps import (
    ADD,
    LEAVE,
    NOTHING,
    OFFERED,
    OFFERED_ALIKE,
    Like,
    Plan,
    Standing,
    Step,
)
from isotrain.banks.models import (
    Bank,
    BatchUndo,
    Question,
    QuestionBatch,
    QuestionVersion,
)
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


def plan(
    bank: Bank, imported: Import, defaults: Defaults, decisions: Mapping[str, str] = NOTHING
) -> Plan:
    """Compare a file with a bank; `decisions` are what was decided, by the place of a question.

    A question is known again by its id, and one without id by type, text and options. What a
    file does not say of a known question stays as the bank has it. One that is known by its id and
    stands in another language is a translation of what the bank has.
    """
    return _Planner(bank, imported, defaults, decisions).plan(basis_of(bank))


def basis_of(bank: Bank) -> str:
    """Return what a plan for a bank depends on beside the file: its questions and vocabulary."""
    vocabulary = directory.vocabulary(bank)
    retired = sa.case((Question.retired_at.is_not(None), Question.id), else_=0)
    query = sa.select(
        sa.func.count(), sa.func.sum(retired), sa.func.sum(Question.latest_version_id)).where(
        Question.bank_id == bank.id, Question.latest_version_id.is_not(None))
    newest = sa.select(sa.func.max(QuestionVersion.id)).join(
        Question, Question.id == QuestionVersion.question_id).where(
            Question.bank_id == bank.id, versions.shown)
    undone = sa.select(sa.func.count(BatchUndo.batch_id)).join(
        QuestionBatch, QuestionBatch.id == BatchUndo.batch_id).where(
            QuestionBatch.bank_id == bank.id)
    counts = [*(int(each or 0) for each in db.session.execute(query).one()),
              db.session.scalar(newest),
              db.session.scalar(undone)]
    return hash_of([counts, sorted(vocabulary.topics),
                    sorted(vocabulary.facts), sorted(vocabulary.modules), bank.language])


class _Planner:
    def __init__(
        self, bank: Bank, imported: Import, defaults: Defaults, decisions: Mapping[str, str]
    ) -> None:
        self.bank, self.imported, self.defaults = bank, imported, defaults
        self.decisions = decisions
        self.vocabulary = directory.vocabulary(bank)
        self.standing = _standing(bank.id)
        self.by_key = {each.key: each for each in self.standing}
        self.by_stem: dict[tuple[str, str], list[Standing]] = defaultdict(list)
        for each in self.standing:
            self.by_stem[each.type, each.stem].append(each)
        self.past: dict[tuple[str, str], list[Past]] = defaultdict(list)
        self.hashes: dict[int, set[str]] = defaultdict(set)
        for past, type_, stem, hash_ in _earlier(bank.id, self.standing):
            self.past[type_, stem].append(past)
            self.hashes[past.now.question_id].add(hash_)
        self.written = versions.written(self._met())
        self.words = translating.newest(each.question_id for each in self._translated())
        self.faulty = imported.owners(p for p in imported.problems if p.severity == "error")
        self.open = imported.owners(imported.open)
        self.problems: list[Problem] = list(imported.problems)
        self.seen: dict[tuple[str, str], list[Draft]] = defaultdict(list)
        self.met: set[int | str | tuple[int, str]] = set()

    def plan(self, basis: str) -> Plan:
        steps = [self._offering(step) for step in map(self._step, self.imported.questions)]
        known = {step.standing.question_id for step in steps if step.standing} | self.named
        likes = self._likes(steps, known)
        steps = [self._decided(self._alike(step, likes[n]) if n in likes else step)
                 for n, step in enumerate(steps)]
        for step in steps:
            if step.effect == "new" and not step.decided:
                self._warn_of_same(step)
        twins = twinning.look(self.bank, [step for step in steps if step.effect == "new"],
                              [each for each in self.standing if not each.retired])
        self.problems += twins.problems
        if self.defaults.apart:
            steps = twinning.keep_apart(steps, twins.groups)
        lost = self.imported.owners(p for p in self.problems if p.severity == "error")
        proposed = (proposed_topic(draft, self.vocabulary) for draft in self.imported.questions)
        met = known | {like.standing.question_id for like in likes.values()}
        missing = [each for each in self.standing if met and not each.retired
                   and each.question_id not in met]
        return Plan(tuple(steps), tuple(self.problems), len(lost), basis,
                    tuple(dict.fromkeys(filter(None, proposed))),
                    tuple(sorted(missing, key=lambda each: each.key)), len(twins.groups))

    @cached_property
    def named(self) -> set[int]:
        """The questions of the bank whose ids the file names, whatever it says of them."""
        keys = (name_of(draft.external_id) for draft in self.imported.questions)
        return {self.by_key[key].question_id for key in keys if key in self.by_key}

    # -- what is decided

    @staticmethod
    def _alike(step: Step, like: Like) -> Step:
        """The step of a question that looks like one; an id of its own says that it is new."""
        named = bool(name_of(step.draft.external_id))
        return replace(step, effect="new" if named else "alike", like=like, offered=OFFERED_ALIKE)

    def _offering(self, step: Step) -> Step:
        return replace(step, offered=OFFERED.get(step.effect, ()))

    def _decided(self, step: Step) -> Step:
        """The step as it was decided; what is not on offer for it was not decided."""
        decided = self.decisions.get(step.draft.place, "")
        if decided not in step.offered:
            return step
        step = replace(step, decided=decided)
        if decided == LEAVE:
            return replace(step, effect="left")
        if decided == ADD:
            return replace(step, effect="new")
        return self._changing(step) if step.like else replace(step, effect="changed")

    def _changing(self, step: Step) -> Step:
        """A question of the file as the next version of the one it looks like."""
        assert step.like is not None
        standing, written = step.like.standing, step.like.written
        effect = self._effect(step.draft, written, standing)
        return replace(step, effect="changed" if effect.effect == "older" else effect.effect,
                       written=written, standing=standing, complete=effect.complete)

    # -- what looks like what

    def _likes(self, steps: Sequence[Step], known: Container[int]) -> dict[int, Like]:
        """The steps that are new and look like a question that the file has not by itself."""
        new = [n for n, step in enumerate(steps) if step.effect == "new"]
        left = [each for each in self.standing if each.question_id not in known]
        if not new or not left:
            return {}
        near = likening.Near([each.stem for each in left])
        compared = [(n, other) for n in new for other in near.to(_stem(steps[n].draft)[1])
                    if left[other].type == steps[n].draft.type
                    and steps[n].draft.language in ("", left[other].language)]
        self.written |= versions.written(
            {left[other].version_id for _n, other in compared} - self.written.keys())
        whole = {other: _whole(self.written[left[other].version_id].draft())
                 for _n, other in compared}
        found = ((likening.likeness(_whole(steps[n].draft), whole[other]), n, other)
                 for n, other in compared)
        likes = ((n, self._like(steps[n].draft, left[other], percent))
                 for percent, n, other in likening.pairs(found))
        return {n: like for n, like in likes if like}

    def _like(self, draft: Draft, standing: Standing, percent: int) -> Like | None:
        """How a question looks like one of the bank; None where it cannot be its next version."""
        before = self.written[standing.version_id].draft()
        written = settle(self._ordered(before, draft), self.vocabulary, before=before,
                         language=self.bank.language, defaults=self.defaults).written
        return Like(standing, percent, written) if written else None

    def _met(self) -> Iterable[int]:
        """The versions that some question of the file may be compared with."""
        for draft in self.imported.questions:
            known = self.by_key.get(name_of(draft.external_id))
            if known:
                yield known.version_id
            for each in self.by_stem.get(_stem(draft), ()):
                yield each.version_id
            for past in self.past.get(_stem(draft), ()):
                yield past.version_id
                yield past.now.version_id

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
        if before:
            draft = self._ordered(before, draft)
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
            return Step(draft, "new", written, complete=complete)
        if known.hash == written.hash:
            return Step(draft, "unchanged", written, known, complete)
        if self._is_older(draft, written, known):
            return Step(draft, "older", written, known, complete)
        if known.retired:
            self.problems.append(warning(
                draft.place, "The question %(key)s is retired; it gets the new version and stays "
                "retired.", "Restore it on its page if it is to be used again.", key=known.key))
        return Step(draft, "changed", written, known, complete)

    def _is_older(self, draft: Draft, written: Written, known: Standing) -> bool:
        """Whether a question said this before, in whole or in what it asks, and no longer does."""
        if draft.asks == self.written[known.version_id].draft().asks:
            return written.hash in self.hashes[known.question_id]
        return any(draft.asks == self.written[past.version_id].draft().asks
                   for past in self.past.get(_stem(draft), ()) if past.now is known)

    def _ordered(self, before: Draft, draft: Draft) -> Draft:
        """The draft with the order of its options, where its format cannot say it."""
        format_ = find_format(self.imported.format)
        return draft if format_ is None or format_.orders else _in_places_of(before, draft)

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
        return self._twin(draft) or next((
            past.now for past in self.past.get(_stem(draft), ())
            if draft.asks == self.written[past.version_id].draft().asks), None)

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

    def _warn_of_same(self, step: Step) -> None:
        """Tell that a new question has the text of one in the bank, or looks like one."""
        if same := self.by_stem.get(_stem(step.draft), ()):
            self.problems.append(warning(
                step.draft.place,
                "The same question text is in the bank with other options (%(keys)s).",
                "Check that both are wanted.", keys=", ".join(each.key for each in same[:5])))
        elif step.like:
            self.problems.append(warning(
                step.draft.place, "It looks like %(key)s of the bank (%(percent)s %%).",
                "Check that both are wanted, or let it change that one.",
                key=step.like.standing.key, percent=step.like.percent))


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


class Past(NamedTuple):
    """What a question of the bank said before, and what it is now."""

    version_id: int
    now: Standing


def _earlier(
    bank_id: int, standing: Iterable[Standing]
) -> Iterator[tuple[Past, str, str, str]]:
    """Yield what questions said before, with type, stem and hash."""
    version, now = QuestionVersion, {each.question_id: each for each in standing}
    query = (
        sa.select(version.id, version.question_id, version.type, version.stem_text,
                  version.content_hash)
        .join(Question, Question.id == version.question_id)
        .where(Question.bank_id == bank_id, Question.latest_version_id != version.id,
               versions.shown, ~translating.translates)
        .order_by(version.id)
    )
    for id_, question, type_, stem, hash_ in db.session.execute(query):
        if question in now:  # else it came since
            yield Past(id_, now[question]), type_, stem, hash_


def _in_places_of(before: Draft, draft: Draft) -> Draft:
    """The draft with the order of options that a file cannot say: as the bank has it."""
    staying = {level(option.text) for option in before.options if option.stays}
    options = (o._replace(stays=level(o.text) in staying) for o in draft.options)
    return replace(draft, shuffle=before.shuffle, options=tuple(options))


def _whole(draft: Draft) -> str:
    """All that a question asks as one text, without its type."""
    return " ".join(draft.asks[1:])


def _stem(draft: Draft) -> tuple[str, str]:
    type_ = find_type(draft.type)
    return draft.type, level(worded(type_.stem_of(draft) if type_ else draft.stem))


