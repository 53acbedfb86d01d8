"""Correcting: a record that says something wrong about a person gets a newer one beside it.

What the exam decided (score, result, dates, form) is not corrected here: a wrong result is a
matter for a revoked certificate and another attempt.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain.accounts import directory
from isotrain.accounts.permissions import Permission
from isotrain.attempts.models import Attempt
from isotrain.audit.noting import Actor, checked_reason, note
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _, lazy
from isotrain.ledger.canonical import JsonObject
from isotrain.people.files.rules import EMPLOYMENT_TYPES
from isotrain.people.models import JobRole, Site, Unit
from isotrain.records import explanation, recording, spelling
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.seconding import asking
from isotrain.seconding.kind import Agreed, Change, Kind, Told, everywhere
from isotrain.settings.definitions import TWO_PERSON_IDENTITY

COPIED = ("user_id", "course_id", "course_version_id", "attempt_id", "assignment_id",
          "certificate_id", "completed_at", "valid_until", "score_percent", "pass_mark", "result")


NAME = "record-identity"
IDENTIFYING = frozenset({"name", "personnel_no"})
LABELS = {"name": lazy("Name"), "personnel_no": lazy("Personnel number"), "unit": lazy("Unit"),
          "site": lazy("Site"), "job_role": lazy("Job role"),
          "employment_type": lazy("Employment"),
          "manager_no": lazy("Manager's personnel number")}


@dataclass(frozen=True)
class Statement:
    """What a record says about who somebody was and where; codes and numbers, "" for nothing."""

    name: str
    personnel_no: str
    unit: str = ""
    site: str = ""
    job_role: str = ""
    employment_type: str = ""
    manager_no: str = ""


def present(record_id: int) -> Statement:
    """Return what a record says now, to be corrected; raises NotFound or Refusal."""
    found = explanation.get(record_id)
    place, person = found.frozen["place"], _person(found)
    site = db.session.scalar(sa.select(Site.code).where(Site.name == (place["site"] or "")))
    return Statement(
        name=person.name, personnel_no=person.personnel_no, unit=place["unit_code"] or "",
        site=site or place["site"] or "", job_role=place["job_role_code"] or "",
        employment_type=place["employment_type"] or "",
        manager_no=person.manager_personnel_no or "",
    )


def _person(found: explanation.Explained) -> RecordPerson:
    if found.person is None:
        raise Refusal(_("The personal data of this record was deleted; it cannot be corrected."))
    return found.person


def correct(
    record_id: int, right: Statement, *, reason: str, by: Actor
) -> CompletionRecord | None:
    """Add a record that takes the place of another one, which stays readable.

    None where name or number would change and a second person is asked first; to what the account
    was called only after the pass, one always is.
    """
    reason, asked = reason.strip(), asdict(right)
    changed = _changed(record_id, right)
    _check(explanation.get(record_id), right, changed, reason=reason, by=by)
    if not IDENTIFYING & changed.keys():
        return replace_record(Agreed(record_id, asked, reason, by=by, second=None))
    ask = asking.ask if _had_then(record_id, changed) else asking.ask_second
    if ask(NAME, record_id, asked, reason=reason, by=by) is not None:
        return None
    return explanation.get(record_id).corrected_by


def _had_then(record_id: int, changed: JsonObject) -> bool:
    """Say whether the person had the right name and number by the time of the pass."""
    record = explanation.get(record_id).record
    then = spelling.had_by(record.user_id, record.completed_at)
    return (then.has_name(changed["name"]) if "name" in changed else True) and (
        then.has_number(changed["personnel_no"]) if "personnel_no" in changed else True)


def replace_record(agreed: Agreed) -> CompletionRecord:
    """Add the record that was agreed upon in the place of the other one."""
    right, found = Statement(**agreed.asked), explanation.get(agreed.object_id)
    changed = _changed(agreed.object_id, right)
    for actor in (agreed.by, agreed.second):
        if actor is not None:
            _check(found, right, changed, reason=agreed.reason, by=actor)
    place, person = _resolved(found, changed)
    record = found.record
    how = {"by": agreed.by.user_id or agreed.by.kind, "fields": sorted(changed), **agreed.details}
    row = CompletionRecord(
        **{name: getattr(record, name) for name in COPIED}, corrects_id=record.id,
        correction_reason=agreed.reason,
        frozen={**record.frozen, "place": {**record.frozen["place"], **place},
                "corrects": record.hash, "correction": how},
    )
    try:
        with db.session.begin_nested():
            recording.keep(row, person)
            db.session.flush()
    except IntegrityError:
        raise Conflict(_("This record was corrected in the meantime. Correct the newest"
                         " one.")) from None
    note("record.corrected", agreed.by, scope="records", on=("completion_record", row.id),
         before=record.frozen, after=row.frozen, reason=agreed.reason,
         details={"corrects": record.id, "fields": sorted(changed), **agreed.details})
    return row


def _changed(record_id: int, right: Statement) -> JsonObject:
    old = present(record_id)
    return {field: value for field, value in asdict(right).items()
            if value != getattr(old, field)}


def _check(found: explanation.Explained, right: Statement, changed: JsonObject, *,
           reason: str, by: Actor) -> None:
    if by.kind == "user" and by.user_id == found.record.user_id:
        raise Refusal(_("You cannot correct your own record. Ask a colleague."))
    if found.corrected_by is not None:
        raise Conflict(_("This record was corrected before. Correct the newest one."))
    if not right.name or not right.personnel_no:
        raise Refusal(_("Enter name and personnel number"), "name")
    if not changed:
        raise Refusal(_("Change what is wrong; nothing is different yet."))
    checked_reason(reason)
    _check_identity(found, changed)
    if "employment_type" in changed and right.employment_type not in ("", *EMPLOYMENT_TYPES):
        raise Refusal(_("Choose an employment type"), "employment_type")


def _check_identity(found: explanation.Explained, changed: JsonObject) -> None:
    """Refuse to turn one person's record into another's: only spellings of the account will do."""
    if not IDENTIFYING & changed.keys():
        return
    record = found.record
    if set(holders_of(record.attempt_id, record.certificate_id)) != {record.user_id}:
        raise Refusal(_("The attempt or the certificate behind this record is not this person's."
                        " Tell your administrator: run flask verify."))
    known = spelling.of_accounts([record.user_id])[record.user_id]
    if "name" in changed and not known.has_name(changed["name"]):
        raise Refusal(_("This person is not and was not called that. If the name of the person is"
                        " wrong here too, change it there first."), "name")
    if "personnel_no" in changed and not known.has_number(changed["personnel_no"]):
        raise Refusal(_("This person does not have and did not have this number, or somebody else"
                        " has it now."), "personnel_no")


def holders_of(attempt_id: int, certificate_id: int | None) -> list[int]:
    """Return whose the attempt and the certificate behind a record are."""
    query = sa.select(Attempt.user_id).where(Attempt.id == attempt_id).union(
        sa.select(Certificate.user_id).where(Certificate.id == certificate_id))
    return list(db.session.scalars(query))


def _state(record_id: int) -> object:
    found = explanation.get(record_id)
    return {"hash": found.record.hash, "corrected": found.corrected_by is not None}


def _tell(record_id: int, asked: JsonObject) -> Told:
    old, found = asdict(present(record_id)), explanation.get(record_id)
    title = _("Record %(id)s: %(course)s", id=record_id, course=found.frozen["course"]["title"])
    return Told(title, tuple(Change(str(LABELS[name]), old[name], value)
                             for name, value in asked.items() if value != old[name]))


def _resolved(
    found: explanation.Explained, changed: JsonObject
) -> tuple[JsonObject, dict[str, str | None]]:
    """Turn the codes that were changed into what is frozen; return (place, person)."""
    old = _person(found)
    person = {field: getattr(old, field) for field in recording.PERSONAL}
    person |= {field: changed[field] for field in ("name", "personnel_no") if field in changed}
    place: JsonObject = {}
    if "unit" in changed:
        unit = _coded(Unit, changed["unit"], "unit", _("Choose a unit"))
        place |= {"unit": unit and unit.name, "unit_code": unit and unit.code}
    if "site" in changed:
        site = _coded(Site, changed["site"], "site", _("Choose a site"))
        place |= {"site": site and site.name}
    if "job_role" in changed:
        role = _coded(JobRole, changed["job_role"], "job_role", _("Choose a job role"))
        place |= {"job_role": role and role.title, "job_role_code": role and role.code}
    if "employment_type" in changed:
        place |= {"employment_type": changed["employment_type"] or None}
    if "manager_no" in changed:
        person |= _manager(changed["manager_no"])
    return place, person


def _coded(model: Any, code: str, field: str, sentence: str) -> Any:
    if not code:
        return None
    row = db.session.scalar(sa.select(model).where(model.code == code))
    if row is None:
        raise Refusal(sentence, field)
    return row


def _manager(number: str) -> dict[str, str | None]:
    if not number:
        return {"manager_name": None, "manager_personnel_no": None}
    manager = directory.find_by_name(number)
    if manager is None:
        raise Refusal(_("Nobody has this personnel number"), "manager_no")
    identity = directory.get_identity(manager.id)
    return {"manager_name": identity.name, "manager_personnel_no": identity.personnel_no}


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return the (code, name) pairs that a correction can choose from."""
    return {
        "unit": _pairs(Unit.code, Unit.name), "site": _pairs(Site.code, Site.name),
        "job_role": _pairs(JobRole.code, JobRole.title),
        "employment_type": [(each, each) for each in EMPLOYMENT_TYPES],
    }


def _pairs(code: Any, name: Any) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in db.session.execute(sa.select(code, name).order_by(name))]


KIND = Kind(NAME, lazy("Correct name or number in a record"), Permission.ASSIGN, everywhere,
            TWO_PERSON_IDENTITY, "records", _state, _tell, replace_record)
