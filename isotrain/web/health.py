"""Is the process alive, can it serve, and how is the installation set up?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, render_template, request

from isotrain import config
from isotrain.accounts.permissions import Permission
from isotrain.audit.history import Calendar
from isotrain.web import readiness
from isotrain.web.gate import public, requires
from isotrain.web.journal import FORWARDED
from isotrain.wired import wired
from isotrain.zone_words import place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from isotrain.accounts.permissions import Role
    from isotrain.certificates.unprintable import Overview as Names
    from isotrain.jobs.overview import Overview
    from isotrain.second_factor.holding import Standing

bp = Blueprint("health", __name__)


@dataclass(frozen=True)
class Upkeep:
    """What the rooms above say of work that waits for somebody."""

    count_past_review: Callable[[], int]
    look_at_jobs: Callable[[], Overview]
    has_security_contact: Callable[[], bool]
    look_at_factors: Callable[[], Standing]
    look_at_names: Callable[[], Names | None]


@dataclass(frozen=True)
class Counts:
    """What the rooms above say of how much waits for a person behind entries, by endpoint."""

    each: Mapping[str, Callable[[int, frozenset[Role]], int]]


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether the database answers with the right schema and durable settings."""
    problems = readiness.problems()
    return jsonify(status="not ready" if problems else "ok"), 503 if problems else 200


@bp.get("/health")
@requires(Permission.SETTINGS)
def page() -> ResponseReturnValue:
    """Show an administrator how the installation stands; secrets are never shown."""
    problems = readiness.problems()
    upkeep = wired(Upkeep)
    return render_template(
        "health/page.html", installation=config.current(), problems=problems,
        facts=readiness.facts(),
        weaknesses=readiness.weaknesses(forwarded=FORWARDED in request.headers),
        past_review=0 if problems else upkeep.count_past_review(),
        zone=wired(Calendar).zone(), place=place, contact=upkeep.has_security_contact(),
        factors=None if problems else upkeep.look_at_factors(),
        names=None if problems else upkeep.look_at_names(),
        jobs=None if problems else upkeep.look_at_jobs())
