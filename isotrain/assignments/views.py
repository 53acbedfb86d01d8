"""Pages of assignments: one's own training, and what HR assigns to whom."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from isotrain.accounts.permissions import Permission
from isotrain.assignments import listing
from isotrain.web.gate import me, requires

bp = Blueprint("assignments", __name__)


@bp.get("/my-training")
@requires(Permission.LEARN)
def my_training() -> Any:
    """Show what is due for oneself, the most urgent first, with one thing to do next."""
    dues = listing.due_for(me().id)
    todo = [due for due in dues if due.group != "done"]
    done = [due for due in dues if due.group == "done"]
    return render_template("assignments/my_training.html", todo=todo, done=done)
