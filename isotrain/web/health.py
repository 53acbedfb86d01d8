"""Two addresses for machines: is the process alive, and can it serve?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify

from isotrain.web import readiness
from isotrain.web.gate import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> Any:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> Any:
    """Say whether the database answers with the right schema and durable settings."""
    problems = readiness.problems()
    return jsonify(status="not ready" if problems else "ok"), 503 if problems else 200
