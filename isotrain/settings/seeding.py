"""Where settings begin: each gets its first value once, from the environment or its default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain import clock, config
from isotrain.db import db, upsert
from isotrain.i18n import _
from isotrain.settings.definitions import DEFINITIONS, Defined
from isotrain.settings.models import Setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isotrain.audit.noting import Actor


def check(seeds: Mapping[str, str]) -> None:
    """Raise Unready for the first variable that no setting can begin with."""
    for setting in DEFINITIONS:
        setting.first_text(seeds)


def seed(*, by: Actor, given: Mapping[str, str] | None = None) -> None:
    """Write the first row of every setting that has none.

    `given` stands before the environment: what a backup says of the place it was made in.
    """
    seeds = {**config.current().seeds, **(given or {})}
    rows = [_first_row(setting, seeds, by) for setting in DEFINITIONS]
    statement = upsert(Setting.__table__).values(rows)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["name", "number"]))


def _first_row(setting: Defined, seeds: Mapping[str, str], by: Actor) -> dict[str, object]:
    source = f"ISOTRAIN_{setting.variable}" if seeds.get(setting.variable) else _("the default")
    return {"name": setting.name, "number": 1, "before": None,
            "after": setting.first_text(seeds), "changed_at": clock.now(),
            "reason": _("First value, from %(source)s.", source=source),
            "actor_kind": by.kind, "actor_id": by.user_id}
