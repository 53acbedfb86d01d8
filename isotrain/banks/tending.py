"""Tending a bank: opening it and describing it; `BANK` says who looks after it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from isotrain import clock
from isotrain.accounts.permissions import Permission
from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, pooling
from isotrain.banks.models import Bank, BankMember
from isotrain.db import added, db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.study import library, membership
from isotrain.study.membership import Kind
from isotrain.study.models import OWNER
from isotrain.text import N_, slugs

SLUG = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
TITLE_LIMIT, DESCRIPTION_LIMIT = 120, 1000
BANK = Kind("bank", Bank, BankMember, Permission.BANK_EDIT, "banks",
            N_("This question bank does not exist."))


@dataclass(frozen=True)
class Described:
    """What a form or a command says about a bank."""

    title: str
    description: str = ""
    library_id: int | None = None
    language: str = "en"


def create(described: Described, *, by: Actor, slug: str = "") -> Bank:
    """Open a bank; whoever opens it owns it. Without a slug the title makes one."""
    _check(described, by=by)
    if slug and not SLUG.fullmatch(slug):
        raise Refusal(_("Use lower-case letters, digits, dots and hyphens, at most 60."), "slug")
    for name in [slug] if slug else slugs(described.title, otherwise="bank"):
        bank = Bank(slug=name, title=described.title, description=described.description,
                    library_id=described.library_id, language=described.language,
                    created_at=clock.now())
        if added(bank):
            break
    else:
        raise Refusal(_("A bank with this name exists; choose another one."), "title")
    if by.user_id is not None:
        db.session.add(BankMember(bank_id=bank.id, user_id=by.user_id, role=OWNER,
                                  since=bank.created_at, added_by=by.user_id))
    note("bank.created", by, scope="banks", on=("bank", bank.id))
    db.session.flush()
    return bank


def change(bank_id: int, described: Described, *, by: Actor) -> None:
    """Change how a bank is described; a bank that has a library keeps it."""
    directory.get_bank(bank_id, member=by.user_id)
    bank = pooling.lock(bank_id)
    if bank.library_id is not None:
        described = replace(described, library_id=None)
    _check(described, by=by)
    bank.title, bank.description = described.title, described.description
    bank.language = described.language
    if bank.library_id is None:
        bank.library_id = described.library_id
    note("bank.changed", by, scope="banks", on=("bank", bank.id))
    db.session.flush()


def only_library() -> int | None:
    """Return the library of an installation that has just one."""
    libraries = library.list_libraries(None)
    return libraries[0].id if len(libraries) == 1 else None


def _check(described: Described, *, by: Actor) -> None:
    """Refuse what cannot be said of a bank; it goes into a library of who acts, or into none."""
    if not described.title:
        raise Refusal(_("Enter the title"), "title")
    for field, limit in (("title", TITLE_LIMIT), ("description", DESCRIPTION_LIMIT)):
        if len(getattr(described, field)) > limit:
            raise Refusal(_("Use at most %(limit)s characters", limit=limit), field)
    if described.library_id is not None:
        library.get_library_by_id(described.library_id)
        membership.check_member(membership.LIBRARY, described.library_id, by=by)
