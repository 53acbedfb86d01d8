"""The page of facts that are past their review."""

from __future__ import annotations

from flask import Blueprint, render_template

from isotrain.accounts.permissions import Permission
from isotrain.settings import house
from isotrain.study import review
from isotrain.web.gate import me, requires
from isotrain.web.members import oversees

bp = Blueprint("review", __name__, url_prefix="/facts-to-review")


@bp.get("")
@requires(Permission.LIBRARY_READ)
def index() -> str:
    """List the facts one looks after that are past their review; who oversees sees all."""
    member = None if oversees() else me().id
    return render_template("review/index.html",
                           facts=review.list_past(house.today(), member=member))
