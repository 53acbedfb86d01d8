"""Changing a setting: a new row with who, when, before, after and why, and an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from isotrain import clock
from isotrain.audit.noting import Actor, checked_reason, note
from isotrain.db import added
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _, say
from isotrain.settings import history, values
from isotrain.settings.definitions import Defined
from isotrain.settings.models import Setting
from isotrain.settings.rules import BadValue, Text
from isotrain.wired import wired

LONGEST_REASON = 1000


@dataclass(frozen=True)
class Checks:
    """What rooms above know of new values: by the name of a setting, what is wrong with a text."""

    by_name: Mapping[str, Callable[[str], str]]


def change(setting: Defined, text: str, *, base: int, reason: str, by: Actor) -> Setting:
    """Give a setting another value; `base` is the number of the row that was looked at."""
    present = history.present(setting)
    after = _checked(setting, text)
    if present.number != base:
        raise _conflict()
    if after == present.text:
        raise Refusal(_("Enter another value; this one holds already"), "value")
    reason = checked_reason(reason)
    if len(reason) > LONGEST_REASON:
        raise Refusal(_("Use at most %(limit)s characters", limit=LONGEST_REASON), "reason")
    row = Setting(name=setting.name, number=base + 1, before=present.text, after=after,
                  reason=reason, changed_at=clock.now(), actor_kind=by.kind,
                  actor_id=by.user_id)
    if not added(row):  # of two at once the database lets one through
        raise _conflict()
    note("setting.changed", by, scope=setting.scope, on=("setting", setting.name),
         before=row.before, after=row.after, reason=row.reason,
         details=_details(setting, row))
    values.KEPT.forget_once_committed()
    return row


def _details(setting: Defined, row: Setting) -> dict[str, Any]:
    """Say what changed, but no text: it may name somebody, and events cannot be erased."""
    if isinstance(setting.kind, Text):
        return {}
    return {"before": row.before, "after": row.after}


def _checked(setting: Defined, text: str) -> str:
    try:
        spelt = setting.spelt(text)
    except BadValue as bad:
        raise Refusal(say(bad.template, bad.params), "value") from None
    check = wired(Checks).by_name.get(setting.name)
    if check is not None and (wrong := check(spelt)):
        raise Refusal(wrong, "value")
    return spelt


def _conflict() -> Conflict:
    return Conflict(_("Somebody changed this in the meantime. Look at how it stands, then change"
                      " it."))
