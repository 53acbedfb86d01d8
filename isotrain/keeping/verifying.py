"""Verifying: everything that must hold, whatever happened; each check is named and says what.

A check yields, for each thing it looks at, what is wrong with it; most yield empty tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from isotrain.db import end_reading
from isotrain.errors import Refusal
from isotrain.i18n import ngettext
from isotrain.jobs.job import Transaction
from isotrain.keeping import proving_attempts, proving_awards, proving_database
from isotrain.keeping.proving_database import Faults
from isotrain.ledger.canonical import JsonObject
from isotrain.questions.problem import Problem, error
from isotrain.text import N_

# The schema comes first: on another one the other checks would not make sense.
CHECKS: tuple[tuple[str, str, Callable[[], Iterable[Faults]]], ...] = (
    ("SCHEMA", N_("the schema is that of this version"), proving_database.schema_is_current),
    ("DURABLE", N_("what is acknowledged survives a power cut"), proving_database.is_durable),
    ("TRIGGERS", N_("what freezes rows is in place"), proving_database.triggers_stand),
    ("GUARDS", N_("constraints and indexes are in place"), proving_database.constraints_stand),
    ("CORRUPT", N_("the database can be read and its indexes are right"),
     proving_database.is_intact),
    ("ORPHAN", N_("every reference leads to a row"), proving_database.references_lead_somewhere),
    ("DOUBLE", N_("what must be unique is"), proving_database.rows_are_unique),
    ("CONTENT", N_("question versions and pools are what their hashes say"),
     proving_attempts.content_is_as_hashed),
    ("FORM", N_("every form is derived again, equal"), proving_attempts.forms_replay),
    ("GHOST", N_("no answer was taken after the end"), proving_attempts.answers_are_in_time),
    ("SCORE", N_("every result follows from the answers"), proving_attempts.scores_follow),
    ("KEYS", N_("the private signing keys are there"), proving_awards.keys_are_there),
    ("CERT", N_("one certificate for each passed exam, and each verifies"),
     proving_awards.certificates_verify),
    ("RECORD", N_("one record for each closed exam, as it was frozen"),
     proving_awards.records_are_frozen),
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


def verify() -> Report:
    """Make every check; reads only, and holds no snapshot for longer than a batch."""
    return Report(tuple(check for check in looking() if check is not None))


def looking() -> Iterator[Check | None]:
    """Make every check, and yield it when it is made; None after each thing it looks at."""
    for name, promise, look in CHECKS:
        check = yield from _looking(name, promise, look())
        yield check
        if name == "SCHEMA" and check.findings:
            return


def _looking(
    name: str, promise: str, faults: Iterable[Faults]
) -> Generator[None, None, Check]:
    seen, findings = 0, list[Problem]()
    try:
        for found in faults:
            seen += 1
            findings += found
            yield
    except SQLAlchemyError as broken:
        findings.append(error("database", "It cannot be read: %(words)s", words=broken))
    end_reading()
    return Check(name, promise, seen, tuple(findings))


def verify_nightly(_transaction: Transaction) -> Iterator[int]:
    """Verify everything, as a job; refuses at the end when something was found."""
    findings = 0
    for check in looking():
        yield check.seen if check else 0
        findings += len(check.findings) if check else 0
    if findings:
        raise Refusal(ngettext("%(num)s finding. Run: flask --app app verify",
                               "%(num)s findings. Run: flask --app app verify", findings))
