"""Pure rules of exports: the columns and what they mean, and the signed manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from isotrain.ledger import public_keys as keys
from isotrain.ledger import signing
from isotrain.ledger.canonical import NotCanonical, canonical_bytes, parse
from isotrain.ledger.public_keys import Belief, PublicKey
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_

SCHEMA = "isotrain-export-1"
STATEMENT = (
    "One row per person and course. A passed exam is evidence of awareness and part of the"
    " evidence of competence; whether the training was effective is evaluated apart from it."
)
TIME_ZONE = "UTC"
LARGEST_MANIFEST = 256 * 1024

COLUMNS = {
    "export_id": N_("Identifier of this export, the same in every row and in the manifest."),
    "exported_at": N_("When the rows were read, UTC."),
    "person_id": N_("Personnel number: as it was on completion, else today's."),
    "person_name": N_("Name: as it was on completion, else today's."),
    "employment_type": N_(
        "employee, temporary, contractor or apprentice: on completion, else"
        " today."),
    "org_unit": N_("Organizational unit: as it was on completion, else today's."),
    "site": N_("Site: as it was on completion, else today's."),
    "role_id": N_("Code of the job role: as it was on completion, else today's."),
    "role_title": N_("Title of the job role: as it was on completion, else today's."),
    "manager_id": N_("Personnel number of the manager: as it was on completion, else today's."),
    "requirement_id": N_("The rule that makes the course due; empty where nothing is assigned."),
    "requirement_version": N_("Version of that rule."),
    "module_id": N_("Identifier of the course."),
    "module_title": N_("Title of the course: of the version completed, else of the current one."),
    "module_version": N_("Version of the course completed, else the current one."),
    "standards_editions": N_(
        "Standards with editions that the course version covers, by"
        " semicolons."),
    "required_level": N_("Level that the rule asks for: aware."),
    "assigned_on": N_("First day of the assignment."),
    "due_on": N_("Last day to complete it."),
    "status": N_(
        "overdue, expired, completed_fail, in_progress, assigned, completed_pass or"
        " not_assigned, on the day of the export at the person's site."),
    "completed_on": N_(
        "Day, at the person's site, of the exam that counts: the newest pass that was not"
        " revoked, else the newest attempt not passed."),
    "score_percent": N_("Score of that exam in percent, rounded down to one decimal."),
    "pass_mark_percent": N_("Pass mark of that exam in percent."),
    "result": N_("passed or failed."),
    "certificate_no": N_("Number of the certificate of completion."),
    "valid_until": N_("Last day on which the completion counts."),
    "attempt_id": N_("The attempt at the exam."),
    "form_id": N_("SHA-256 of the form that was drawn for the attempt."),
    "exam_weakened": N_(
        "What had been made weaker in that exam: rule, value before, value then, and alone where"
        " one person decided it; empty where nothing had been, or it was not noted yet."),
    "saw_keys": N_(
        "yes where the person looked after a question bank of that exam by its end, or once had,"
        " and so knew the keys; no; or empty where this was not noted yet."),
    "after_reset": N_(
        "yes where somebody else had reset how the person signs in, or changed their e-mail"
        " address, within the 24 hours before the exam began or during it; no; or empty where this"
        " was not noted yet."),
    "extra_attempt": N_(
        "yes where the attempt was one more than the exam allows, given by whoever looks after the"
        " course; no; or empty where this was not noted yet."),
    "corrects_record": N_(
        "Number of the record whose place this one takes; empty where nothing was corrected."),
    "corrected_on": N_("Day of that correction, in the organization's time zone."),
    "corrected_by": N_(
        "Personnel number of who corrected it, then of who confirmed that, by semicolons; command"
        " for whoever runs commands."),
    "correction_reason": N_("Why it was corrected."),
}


def completed_on(frozen: Mapping[str, Any]) -> date:
    """Return the day a frozen exam counts for; of UTC where a record is too old to say it."""
    return date.fromisoformat(frozen.get("completed_on") or frozen["attempt"]["closed_at"][:10])


@dataclass(frozen=True)
class FileFacts:
    """What is known of an exported file: hash (hex), size in bytes, data rows and header."""

    sha256: str
    size: int
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a manifest says besides the file's facts; instants as ISO 8601 text in UTC.

    `days` is the zone of days where no site has its own.
    """

    export_id: str
    exported_at: str
    days: str
    file_name: str
    filter: Mapping[str, str]
    issuer: str
    software: str


def manifest(stated: Stated, facts: FileFacts, *, key_id: str, private_pem: bytes) -> bytes:
    """Return the signed manifest of an export: canonical JSON of payload and signature."""
    payload = {
        "schema": SCHEMA, "statement": STATEMENT, "time_zone": TIME_ZONE, "key_id": key_id,
        "days": stated.days,
        "export_id": stated.export_id, "exported_at": stated.exported_at,
        "file": {"name": stated.file_name, "sha256": facts.sha256, "bytes": facts.size},
        "filter": dict(stated.filter), "rows": facts.rows, "issuer": stated.issuer,
        "software": stated.software,
        "columns": [{"name": name, "meaning": COLUMNS[name]} for name in facts.columns],
    }
    signature = signing.sign(canonical_bytes(payload), private_pem)
    return canonical_bytes({"payload": payload, "signature": signature})


@dataclass(frozen=True)
class Checked:
    """What checking a manifest and its file came to; what the manifest says only where valid."""

    belief: Belief
    reasons: tuple[Problem, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)


def verify(document: bytes, facts: FileFacts, public_keys: Mapping[str, PublicKey]) -> Checked:
    """Check a manifest and the file it names.

    Whatever the bytes, the answer is in words; only the very bytes that were signed pass.
    """
    try:
        payload, signature = _taken_apart(document)
    except (NotCanonical, ValueError):
        return _refused("manifest", "The manifest is not one, or it was changed or reformatted.",
                        "Take it from the export again and do not open it in an editor.")
    key_id = payload.get("key_id")
    if not isinstance(key_id, str) or key_id not in public_keys:
        return _refused("key_id", "The signing key is not among the keys given.",
                        "Ask the issuer for the published keys.")
    if not signing.verify(canonical_bytes(payload), signature, public_keys[key_id].pem):
        return _refused("signature", "The signature does not fit: the manifest was changed.")
    # The key signs other documents too; none of them may pass for a manifest.
    if payload.get("schema") != SCHEMA:
        return _refused("schema", _NO_MANIFEST)
    try:
        return _judged(payload, facts, public_keys[key_id])
    except (KeyError, TypeError, ValueError):  # who stole a key can sign anything with it
        return _refused("schema", _NO_MANIFEST)


_NO_MANIFEST = N_("The signed document is not a manifest of an export.")


def _refused(place: str, template: str, hint: str = "") -> Checked:
    return Checked(Belief.NOT_VALID, (error(place, template, hint),))


def _judged(payload: dict[str, Any], facts: FileFacts, key: PublicKey) -> Checked:
    """Say what a right signature is worth, and whether the file is the one that it was made for."""
    judged = keys.judge(key, keys.moment_of(payload["exported_at"]))
    said = warning("key_id", judged.template, judged.hint, **judged.params)
    reasons = (*((said,) if judged.template else ()), *_differences(payload, facts))
    if any(reason.severity == "error" for reason in reasons):
        return Checked(Belief.NOT_VALID, reasons)
    return Checked(judged.belief, reasons, payload if judged.belief is Belief.VALID else {})


def _taken_apart(document: bytes) -> tuple[dict[str, Any], str]:
    if len(document) > LARGEST_MANIFEST:
        raise ValueError("too large")
    match parse(document):
        case {"payload": dict(payload), "signature": str(signature), **rest} if not rest:
            return payload, signature
    raise ValueError("not a manifest")


def _differences(payload: Mapping[str, Any], facts: FileFacts) -> list[Problem]:
    found = []
    if payload["file"]["sha256"] != facts.sha256:
        found.append(error("file", "The file is not the one that was exported: its SHA-256 is"
                           " %(found)s, the manifest says %(stated)s.", found=facts.sha256,
                           stated=payload["file"]["sha256"]))
    if payload["rows"] != facts.rows:
        found.append(error("rows", "The file has %(found)s rows, the manifest says %(stated)s.",
                           found=facts.rows, stated=payload["rows"]))
    names: Sequence[str] = [column["name"] for column in payload["columns"]]
    if tuple(names) != facts.columns:
        found.append(error("columns", "The columns of the file are not those of the manifest."))
    return found
