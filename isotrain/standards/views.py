"""The page of standards and editions, with where each stands today."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, render_template

from isotrain.accounts.permissions import Permission
from isotrain.settings import house
from isotrain.standards import certified, directory
from isotrain.web.gate import requires

bp = Blueprint("standards", __name__, url_prefix="/editions")


@bp.get("")
@requires(Permission.OWN_ACCOUNT)
def index() -> str:
    """List the editions of every standard with their state and days."""
    editions = directory.list_editions(house.today())
    by_standard = groupby(editions, key=lambda edition: (edition.standard, edition.title))
    return render_template("standards/index.html", today=house.today(),
                           certified=certified.list_certified(),
                           standards=[(*names, list(group)) for names, group in by_standard])
