"""Kinds of acts that may need a second person: the app holds them, each room declares its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import sqlalchemy as sa
from flask_babel import LazyString

from isotrain.accounts.permissions import Permission
from isotrain.audit.noting import Actor
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.settings.definitions import Definition

Number: TypeAlias = sa.SQLColumnExpression[int]


@dataclass(frozen=True)
class Agreed:
    """An act that may be done: who asked, and who agreed; nobody where one person acts alone."""

    object_id: int
    asked: JsonObject
    reason: str
    by: Actor
    second: Actor | None

    @property
    def details(self) -> JsonObject:
        """What the event of the act says of that."""
        if self.second is None:
            return {"alone": True}
        return {"second": self.second.user_id or self.second.kind}


@dataclass(frozen=True)
class Change:
    """One thing an act would change, in words that hold no secret."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """An act in words: upon what, and what of it would change."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Kind:
    """One kind of act; `setting` says whether it needs two, `scope` where its events stand.

    Whoever holds `permission` over the object may confirm: `within(object_id, user_id)` is the
    condition for that; an administrator may always. `state` is what an act is asked upon, and
    `carry_out` the ordinary service, told what was agreed.
    """

    name: str
    label: LazyString
    permission: Permission
    within: Callable[[Number, Number], sa.ColumnElement[bool]]
    setting: Definition[bool]
    scope: str
    state: Callable[[int], object]
    tell: Callable[[int, JsonObject], Told]
    carry_out: Callable[[Agreed], object]


def everywhere(_object_id: Number, _user_id: Number) -> sa.ColumnElement[bool]:
    """Let whoever holds the permission hold it over every object."""
    return sa.true()


@dataclass(frozen=True)
class Kinds:
    """All kinds of the app."""

    each: tuple[Kind, ...]

    def get(self, name: str) -> Kind:
        """Return the kind of a name or raise NotFound."""
        for kind in self.each:
            if kind.name == name:
                return kind
        raise NotFound(_("This can no longer be asked for here."))
