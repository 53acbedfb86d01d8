"""Is the process alive, can it serve, and how is the installation set up?"""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from isotrain import config
from isotrain.accounts.permissions import Permission
from isotrain.web import readiness
from isotrain.web.gate import public, requires

bp = Blueprint("health", __name__)


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
    return render_template("health/page.html", installation=config.current(),
                           problems=readiness.problems(), facts=readiness.facts())
