"""Verifying: everything that must hold, whatever happened; each check is named and says what.

A run goes through rounds, a piece at a time, and may be broken off between any two pieces.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import isotrain
from isotrain import schema
from isotrain.accounts.models import User
from isotrain.attempts.models import Attempt, ExtraAttempt
from isotrain.banks.models import PoolSnapshot, QuestionVersion
from isotrain.certificates.models import Certificate
from isotrain.errors import Refusal
from isotrain.i18n import ngettext
from isotrain.keeping import (
    progress,
    proving_attempts,
    proving_awards,
    proving_content,
    proving_database,
    proving_lists,
)
from isotrain.keeping.proving_attempts import Proving
from isotrain.keeping.rounds import AT_ONCE, Round, whole
from isotrain.people import roster
from isotrain.questions.problem import Problem, error
from isotrain.records.models import CompletionRecord
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from isotrain.jobs.job import Transaction
    from isotrain.keeping.progress import Line, Progress
    from isotrain.keeping.rounds import Seen
    from isotrain.keeping.rules import Sample
    from isotrain.ledger.canonical import JsonObject

CHECKS = {
    "SCHEMA": N_("the schema is that of this version"),
    "DURABLE": N_("what is acknowledged survives a power cut"),
    "TRIGGERS": N_("what freezes rows is in place"),
    "GUARDS": N_("constraints and indexes are in place"),
    "KEYS": N_("signing keys are what their ids say; private ones and that of factors are there"),
    "CORRUPT": N_("the database can be read and its indexes are right"),
    "ORPHAN": N_("every reference leads to a row"),
    "DOUBLE": N_("what must be unique is"),
    "CONTENT": N_("question versions, pools and pictures are what their hashes say"),
    "FORM": N_("every form is derived again, equal"),
    "GHOST": N_("no answer was taken after the end"),
    "SCORE": N_("every result follows from the answers"),
    "EXTRA": N_("extra attempts followed one that was not passed, and their giving was noted"),
    "CERT": N_("one certificate for each passed exam, and each verifies"),
    "RECORD": N_("one record for each closed exam, as it was frozen, and its sitter's"),
    "LISTED": N_("lists and search are read from rows that repeat what holds"),
}


def servable() -> tuple[Round, ...]:
    """Return the rounds that are over at once, and say whether this place can serve.

    The schema comes first: on another one the others would not make sense.
    """
    return (
        whole("SCHEMA", proving_database.schema_is_current),
        whole("DURABLE", proving_database.is_durable),
        whole("TRIGGERS", proving_database.triggers_stand),
        whole("GUARDS", proving_database.constraints_stand),
        whole("KEYS", proving_awards.keys_are_there),
    )


def everything() -> tuple[Round, ...]:
    """Return all rounds of a run, in order."""
    tables = proving_database.tables()
    return (
        *servable(),
        whole("CORRUPT", proving_database.is_intact),
        Round("references of", "ORPHAN", proving_database.references, names=tables),
        Round("keys of", "DOUBLE", proving_database.uniqueness, names=tables),
        Round("question version", "CONTENT", proving_content.question_versions,
              QuestionVersion),
        Round("pool", "CONTENT", proving_content.pools, PoolSnapshot),
        Round("pictures from", "CONTENT", proving_content.pictures,
              names=proving_content.SHELVES),
        Round("attempt", "FORM", Proving().attempts, Attempt,
              also=("GHOST", "SCORE")),
        Round("extra attempt", "EXTRA", proving_attempts.extra_attempts, ExtraAttempt),
        Round("certificate row", "CERT", proving_awards.certificates, Certificate),
        Round("record", "RECORD", proving_awards.records, CompletionRecord),
        Round("user", "LISTED", proving_lists.people, User),
        Round("standing", "LISTED", proving_lists.certificates, Certificate),
        Round("people of", "LISTED", proving_lists.headcounts, names=roster.COUNTED),
    )


@dataclass(frozen=True)
class Check:
    """One check that was made: how many things it saw and what was wrong with them."""

    name: str
    promise: str
    seen: int
    findings: tuple[Problem, ...]


@dataclass(frozen=True)
class Report:
    """All checks that were made; sound when nothing was found."""

    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        return not any(check.findings for check in self.checks)

    def to_data(self) -> JsonObject:
        """Return the report as JSON takes it."""
        return {"sound": self.sound, "checks": [
            {"name": check.name, "promise": check.promise, "seen": check.seen, "findings": [
                {"place": finding.place, "message": finding.message}
                for finding in check.findings]}
            for check in self.checks]}


class Run:
    """One verification; `pieces` goes on with it, `report` tells what came of it so far."""

    def __init__(self, rounds: tuple[Round, ...], *, sample: Sample | None = None,
                 kept: Progress | None = None) -> None:
        self._rounds, self._sample, self._kept = rounds, sample, kept
        self.is_over = False
        self._counts: dict[str, int] = {}
        self._findings: dict[str, list[Problem]] = {}
        self._last: dict[int, int] = {}
        self._drawn: dict[int, list[int]] = {}
        for line in kept.lines[1:] if kept else ():
            self._take(line)

    def pieces(self) -> Iterator[int]:
        """Do what is left piece by piece; yield after each how many things it saw."""
        for number in range(max(self._last, default=0), len(self._rounds)):
            while not self._is_of_another_schema and (keys := self._following(number)):
                seen = self._rounds[number].seen(keys)
                self._note(_line(number, keys[-1], seen))
                yield sum(each.things for each in seen)
        self.is_over = True

    @property
    def _is_of_another_schema(self) -> bool:
        return "SCHEMA" in self._findings

    def report(self) -> Report:
        """Return what was seen so far, check by check."""
        made = {"SCHEMA"} if self._is_of_another_schema else {
            name for each in self._rounds for name in (each.check, *each.also)}
        return Report(tuple(
            Check(name, CHECKS[name], self._counts.get(name, 0),
                  tuple(self._findings.get(name, ()))) for name in CHECKS if name in made))

    def _following(self, number: int) -> Sequence[int]:
        """Return the things of the next piece of a round, of a sample those that were drawn."""
        each, last = self._rounds[number], self._last.get(number)
        if self._sample is None or each.rows is None:
            return each.following(last)
        if number not in self._drawn:
            drawn = self._sample.drawn(each.kind, each.all_ids())
            self._note({"round": number, "drawn": drawn})
        return [id_ for id_ in self._drawn[number] if last is None or id_ > last][:AT_ONCE]

    def _note(self, line: Line) -> None:
        if self._kept:
            self._kept.add(line)
        self._take(line)

    def _take(self, line: Line) -> None:
        """Count what a line of progress tells, whether it was written just now or before."""
        if "drawn" in line:
            self._drawn[line["round"]] = line["drawn"]
            return
        self._last[line["round"]] = line["last"]
        for check, things in line["seen"].items():
            self._counts[check] = self._counts.get(check, 0) + things
        for check, place, template, params in line["findings"]:
            self._findings.setdefault(check, []).append(error(place, template, **params))


def _line(number: int, last: int, seen: list[Seen]) -> Line:
    counts: dict[str, int] = {}
    for each in seen:
        counts[each.check] = counts.get(each.check, 0) + each.things
    return {"round": number, "last": last, "seen": counts, "findings": [
        [each.check, fault.place, fault.template, _plain(fault.params)]
        for each in seen for fault in each.faults]}


def _plain(params: Mapping[str, object]) -> JsonObject:
    """What fills a sentence, as JSON can keep it."""
    return {name: value if isinstance(value, (str, int)) else str(value)
            for name, value in params.items()}


def verify(sample: Sample | None = None) -> Report:
    """Make every check in one go; reads only, and holds no snapshot for longer than a piece."""
    return _finished(Run(everything(), sample=sample))


def check_servable() -> Report:
    """Make the checks that are over at once."""
    return _finished(Run(servable()))


def _finished(run: Run) -> Report:
    for _seen in run.pieces():
        pass
    return run.report()


@contextmanager
def resumed(sample: Sample | None = None) -> Iterator[Run]:
    """Give the run that was broken off, or a new one; its progress is kept while it is not over.

    It goes on only where version, schema and sample are those it began with.
    """
    plan = {"version": isotrain.__version__, "schema": schema.head(),
            "sample": sample and [sample.size, sample.seed]}
    with progress.kept(plan) as kept:
        run = Run(everything(), sample=sample, kept=kept)
        try:
            yield run
        finally:
            if run.is_over:
                progress.forget()


def verify_nightly(_transaction: Transaction) -> Iterator[int]:
    """Verify everything, as a job; refuses at the end when something was found.

    Whoever runs it after it was broken off goes on with what is left.
    """
    with resumed() as run:
        yield from run.pieces()
    findings = sum(len(check.findings) for check in run.report().checks)
    if findings:
        raise Refusal(ngettext("%(num)s finding. Run: flask --app app verify",
                               "%(num)s findings. Run: flask --app app verify", findings))
