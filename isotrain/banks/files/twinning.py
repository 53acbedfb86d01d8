"""Twins: questions that ask nearly the same in other words, which should not meet in one form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from isotrain.banks import versions
from isotrain.banks.files.likening import Near
from isotrain.banks.files.steps import Standing, Step
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.banks.rules import Written, hindrances, name_of
from isotrain.db import db
from isotrain.ledger.hashing import sha256_hex
from isotrain.linting.comparing import are_twins
from isotrain.linting.words import telling
from isotrain.questions.problem import Problem, warning


@dataclass(frozen=True)
class Elsewhere:
    """A question of another bank of the same library, as far as everybody there may know it."""

    bank: str
    key: str
    stem: str


@dataclass(frozen=True)
class Group:
    """New questions, and questions of the bank, that ask nearly the same."""

    new: tuple[Step, ...]
    standing: tuple[Standing, ...]


@dataclass(frozen=True)
class Found:
    """What asks nearly the same: to be told, and to be kept apart."""

    problems: tuple[Problem, ...] = ()
    groups: tuple[Group, ...] = ()


def look(bank: Bank, new: Sequence[Step], standing: Sequence[Standing]) -> Found:
    """Find what asks nearly the same as new questions of a file: there, in the bank, in others."""
    if not new:
        return Found()
    others = list_elsewhere(bank)
    own, here = len(new), len(new) + len(standing)
    stems = [*(_stem(step) for step in new), *(each.stem for each in standing),
             *(each.stem for each in others)]
    pairs = list(find_pairs(stems, own))
    problems = [_told(new, standing, others, one, other) for one, other in pairs]
    groups = (
        Group(tuple(new[n] for n in group if n < own),
              tuple(standing[n - own] for n in group if n >= own))
        for group in hanging_together([pair for pair in pairs if pair[1] < here]))
    return Found((*problems, *_doubled(new, others)), tuple(groups))


def find_pairs(stems: Sequence[str], new: int) -> Iterator[tuple[int, int]]:
    """Yield of the first `new` stems those that ask nearly the same as another, each pair once."""
    near, words = Near(stems), [telling(stem) for stem in stems]
    for one in range(new):
        for other in near.to(stems[one]):
            if not other <= one and are_twins(words[one], words[other]):
                yield one, other


def hanging_together(pairs: Collection[tuple[int, int]]) -> list[list[int]]:
    """Return what hangs together by pairs, in order."""
    group_of: dict[int, list[int]] = {}
    for one, other in pairs:
        first, second = group_of.setdefault(one, [one]), group_of.setdefault(other, [other])
        if first is not second:
            first += second
            group_of |= dict.fromkeys(second, first)
    return sorted(map(sorted, {id(group): group for group in group_of.values()}.values()))


def keep_apart(steps: Iterable[Step], groups: Iterable[Group]) -> list[Step]:
    """Let the members of each group never meet in a form; those of the bank get a step for it.

    Who stands in such a group already stays there, and the others join it.
    """
    steps, joining, more = list(steps), dict[str, str](), list[Step]()
    changing = {step.standing.question_id: step for step in steps
                if step.standing and step.effect == "changed"}
    for group in groups:
        written = versions.written(each.version_id for each in group.standing)
        names = sorted(filter(None, [*(_enemies(step.written) for step in group.new),
                                     *(each.enemies for each in written.values())]))
        name = names[0] if names else name_of_group(_stem(group.new[0]))
        joining |= {step.draft.place: name for step in group.new}
        for each in group.standing:
            if each.question_id in changing:
                joining[changing[each.question_id].draft.place] = name
            elif not written[each.version_id].enemies:
                more.append(_joined(_step_of(each, written[each.version_id]), name))
    return [*(_joined(step, joining.get(step.draft.place, "")) for step in steps), *more]


def name_of_group(stem: str) -> str:
    """Return a name for questions that never stand together in a form."""
    return f"twins-{sha256_hex(stem.encode())[:8]}"


def list_elsewhere(bank: Bank) -> list[Elsewhere]:
    """List the questions in use of the other banks of a library."""
    if bank.library_id is None:
        return []
    query = (
        sa.select(Bank.title, Question.key, QuestionVersion.stem_text)
        .join(Question, Question.bank_id == Bank.id)
        .join(QuestionVersion, QuestionVersion.id == Question.latest_version_id)
        .where(Bank.library_id == bank.library_id, Bank.id != bank.id,
               Question.retired_at.is_(None))
        .order_by(Question.id)
    )
    return [Elsewhere(*row) for row in db.session.execute(query)]


def _told(new: Sequence[Step], standing: Sequence[Standing], others: Sequence[Elsewhere],
          one: int, other: int) -> Problem:
    place = new[one].draft.place
    if other < len(new):
        return warning(place, "Another question of the file asks nearly the same: %(text)s",
                       "Leave one out, or let them never stand together.",
                       text=new[other].draft.title)
    other -= len(new)
    if other < len(standing):
        return warning(place, "The bank has nearly the same question as %(key)s.",
                       "Leave it out, or let them never stand together.",
                       key=standing[other].key)
    there = others[other - len(standing)]
    return warning(place, "The bank “%(bank)s” has nearly the same question as %(key)s.",
                   "Check that both are wanted.", bank=there.bank, key=there.key)


def _doubled(new: Sequence[Step], others: Sequence[Elsewhere]) -> Iterator[Problem]:
    bank_of = {each.key: each.bank for each in others}
    for step in new:
        key = name_of(step.draft.external_id)
        if key in bank_of:
            yield warning(step.draft.place,
                          "The bank “%(bank)s” has a question with the id %(key)s as well.",
                          "Check that both are wanted.", bank=bank_of[key], key=key)


def _stem(step: Step) -> str:
    assert step.written is not None
    return step.written.stem_text


def _enemies(written: Written | None) -> str | None:
    return written.enemies if written else None


def _step_of(standing: Standing, written: Written) -> Step:
    return Step(written.draft(standing.key, place=standing.key), "changed", written, standing,
                complete=not hindrances(written))


def _joined(step: Step, group: str) -> Step:
    if not group or step.written is None or step.written.enemies:
        return step
    return replace(step, written=replace(step.written, enemies=group))
