"""The navigation: what this person may open, grouped as people think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, url_for

from isotrain import __version__
from isotrain.accounts.permissions import ROLE_NAMES, Permission
from isotrain.i18n import lazy
from isotrain.web.gate import me
from isotrain.web.health import Counts
from isotrain.wired import wired

if TYPE_CHECKING:
    from flask import Flask

# (group label, [(label, endpoint, icon, permission)])
GROUPS = (
    (lazy("Learn"), (
        (lazy("My training"), "assignments.my_training", "list-checks", Permission.LEARN),
        (lazy("Courses"), "study.courses", "book-open", Permission.LEARN),
        (lazy("Certificates"), "certificates.mine", "award", Permission.LEARN),
    )),
    (lazy("Teach"), (
        (lazy("Libraries"), "libraries.index", "book-copy", Permission.LIBRARY_READ),
        (lazy("Question banks"), "banks.index", "library", Permission.BANK_READ),
        (lazy("Quizzes"), "quizzes.composing", "layout-grid", Permission.QUIZ_COMPOSE),
    )),
    (lazy("People and records"), (
        (lazy("Overview"), "records.overview", "gauge", Permission.RECORDS_READ),
        (lazy("Completion records"), "records.index", "clipboard-check",
         Permission.RECORDS_READ),
        (lazy("Assignments"), "assignments.index", "calendar-check", Permission.ASSIGN),
        (lazy("People"), "people.index", "users", Permission.PEOPLE_READ),
        (lazy("My team"), "records.team", "users-round", Permission.TEAM_STATUS),
        (lazy("To confirm"), "seconding.index", "user-check", Permission.SECOND),
        (lazy("Long work"), "work.index", "hourglass", Permission.LONG_WORK),
        (lazy("Issued certificates"), "certificates.index", "badge-check",
         Permission.CERTIFICATE_READ),
    )),
    (lazy("Oversight"), (
        (lazy("Events"), "audit.index", "scroll-text", Permission.AUDIT_RECORDS),
        (lazy("Technical events"), "audit.technical", "file-cog", Permission.AUDIT_TECHNICAL),
        (lazy("Weaker exams"), "quizzes.weaker", "shield-alert", Permission.QUIZ_CONFIRM),
        (lazy("Settings"), "settings.index", "sliders-horizontal", Permission.SETTINGS),
        (lazy("Health"), "health.page", "heart-pulse", Permission.SETTINGS),
    )),
)

LISTED = {item[1] for _label, items in GROUPS for item in items}

# Pages that are not in the navigation themselves stand under one that is.
SECTIONS = {"standards": "study.courses", "study": "study.courses", "courses": "libraries.index",
            "libraries": "libraries.index", "review": "libraries.index",
            "banks": "banks.index", "people": "people.index",
            "records": "records.index", "assignments": "assignments.index",
            "certificates": "certificates.mine", "audit": "audit.index",
            "settings": "settings.index"}


def install(app: Flask) -> None:
    """Give every template the navigation of the person who looks."""
    app.context_processor(_context)


def _context() -> dict[str, object]:
    """Give the parts as functions: the pages of a sitting, which show none, pay for none."""
    return {
        "navigation": build,
        "viewer": _viewer,
        "signed_in_id": _signed_in_id,
        "home_url": _home_url,
        "isotrain_version": __version__,
    }


def _home_url() -> str:
    return url_for("accounts.home")


def build() -> list[dict[str, object]]:
    """Return the groups and items that the signed-in person may open."""
    person = me()
    if not person.is_authenticated:
        return []
    groups: list[dict[str, object]] = []
    here, counts = _here(), wired(Counts).each
    for label, items in GROUPS:
        shown = [
            {"label": text, "url": url_for(endpoint), "icon": icon, "current": endpoint == here,
             "count": counts[endpoint](person.id, person.roles) if endpoint in counts else 0}
            for text, endpoint, icon, permission in items if permission in person.permissions
        ]
        if shown:
            groups.append({"label": label, "items": shown})
    return groups


def _here() -> str | None:
    """Return the endpoint of the navigation that this page belongs to."""
    if request.endpoint in LISTED or not request.blueprint:
        return request.endpoint
    return SECTIONS.get(request.blueprint.partition(".")[0])


def _signed_in_id() -> int | str:
    """Return who is signed in, by number; "" for nobody."""
    person = me()
    return person.id if person.is_authenticated else ""


def _viewer() -> dict[str, str] | None:
    person = me()
    if not person.is_authenticated:
        return None
    return {
        "name": person.name,
        "detail": ", ".join(str(ROLE_NAMES[role]) for role in sorted(person.roles)),
        "account_url": url_for("accounts.account"),
        "time_zone_url": url_for("time_zone.choose"),
        "sign_out_url": url_for("accounts.sign_out"),
    }
