"""What each form sends when it is filled in as its page asks."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from tests.access.world import COURSE, PASSWORD, PEOPLE_FILE, QUESTIONS

if TYPE_CHECKING:
    from tests.access.world import Somebody, World

NEW_PASSWORD = "eleven brisk violet ferries"
CHOICE = {"stem": "Who issues a certificate?", "option-1": "A certification body",
          "option-2": "ISO", "right": "1"}


def payload(world: World, endpoint: str, who: Somebody, values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form, filled in; nothing for a form that is only a button."""
    filled = FILLED.get(endpoint, {})
    return dict(filled(world, who, values) if callable(filled) else filled)


def _upload(*_: Any) -> dict[str, Any]:
    return {"file": (BytesIO(QUESTIONS.encode()), "more.txt")}


FILLED: dict[str, Any] = {
    "accounts.sign_in": {"name": "W001", "password": PASSWORD},
    "accounts.change_password": {"current": PASSWORD, "password": NEW_PASSWORD},
    "second_step.prove": {"code": "123456"},
    "second_factor.app": {"code": "123456", "current": PASSWORD},
    "second_factor.remove_app": {"current": PASSWORD},
    "second_factor.new_passkey": {"label": "Phone", "passkey": "{}"},
    "second_factor.ask_new_passkey": {"current": PASSWORD},
    "second_factor.remove_passkey": {"current": PASSWORD},
    "second_factor.new_codes": {"current": PASSWORD},
    "factor_reset.reset": {"reason": "Called back on the number in the staff list."},
    "language.choose": {"language": "en", "next": "/account"},
    "access.forgotten": {"name": "W001"},
    "access.use": {"password": NEW_PASSWORD},
    "study.remember": {"finished": "yes"},
    "attempts.answer": {"answer": "0", "rev": "1", "go": "next"},
    "certificates.revoke": {"reason": "Issued in error"},
    "certificates.verify": {"name": "Employee Whitfield"},
    "banks.new": {"title": "A fresh bank", "description": "", "course": ""},
    "banks.act": {"do": "approve-all"},
    "banks.batches.preview": {"do": "set", "every": "1", "set_use": "practice"},
    "banks.batches.create": {"do": "set", "every": "1", "set_use": "practice"},
    "banks.settings": {"title": "Renamed", "description": "", "course": ""},
    "banks.checks.accept": {"check": "no-such-check", "reason": "It is right as it stands."},
    "banks.members.add": {"name": "W012"},
    "banks.members.name_owner": {"name": "W012"},
    "courses.name_owner": {"name": "W012"},
    "libraries.name_owner": {"name": "W012"},
    "banks.download": {"format": "yaml"},
    "banks.questions.new": CHOICE,
    "banks.questions.edit": CHOICE,
    "banks.uploads.new": _upload,
    "records.prepare": {"format": "csv"},
    "people.add": {"personnel_no": "N500", "name": "Nova Lind", "employment_type": "employee",
                   "from_on": "2026-10-01"},
    "people.edit": {"personnel_no": "W001", "name": "Employee Whitfield-Ray"},
    "people.place": {"unit": "U2", "employment_type": "temporary", "from_on": "2026-11-02"},
    "people.site": {"time_zone": "Asia/Kolkata"},
    "time_zone.choose": {"time_zone": "America/New_York"},
    "people.deactivate": {"left_on": "2026-11-20", "reason": "Moved on"},
    "people.roles": {"roles": ["employee", "manager"]},
    "people.upload": lambda *_: {"file": (BytesIO(PEOPLE_FILE.encode()), "people.csv")},
    "assignments.new": lambda world, *_: {
        "course": COURSE, "target": "unit", "unit": "U2", "joiner_days": "30",
        "due_on": world.shared["due_on"]},
    "assignments.change_due": lambda world, *_: {"due_on": world.shared["due_on"]},
    "records.correct": {"name": "Employee Whitfield-Ray", "personnel_no": "W001",
                        "reason": "Married name"},
    "quizzes.create": lambda world, *_: {"course": world.shared["courses"][COURSE],
                                         "kind": "practice", "title": "A quick one"},
}
