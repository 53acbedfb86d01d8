"""Tending a bank: opening it, describing it, and who looks after it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain import clock
from isotrain.accounts.directory import find_by_name, roles_of
from isotrain.accounts.models import Identity
from isotrain.accounts.permissions import Permission, permissions_of
from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, pooling
from isotrain.banks.models import Bank, BankMember
from isotrain.db import db, upsert
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.study import content

SLUG = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
TITLE_LIMIT, DESCRIPTION_LIMIT = 120, 1000


@dataclass(frozen=True)
class Described:
    """What a form or a command says about a bank."""

    title: str
    description: str = ""
    course_id: int | None = None
    language: str = "en"


def create(described: Described, *, by: Actor, slug: str = "") -> Bank:
    """Open a bank; whoever opens it looks after it. Without a slug the title makes one."""
    _check(described)
    if slug and not SLUG.fullmatch(slug):
        raise Refusal(_("Use lower-case letters, digits, dots and hyphens, at most 60."), "slug")
    for name in [slug] if slug else _slugs(described.title):
        bank = Bank(slug=name, title=described.title, description=described.description,
                    course_id=described.course_id, language=described.language,
                    created_at=clock.now())
        if _added(bank):
            break
    else:
        raise Refusal(_("A bank with this name exists; choose another one."), "title")
    if by.user_id is not None:
        db.session.add(BankMember(bank_id=bank.id, user_id=by.user_id))
    note("bank.created", by, scope="banks", on=("bank", bank.id))
    db.session.flush()
    return bank


def change(bank_id: int, described: Described, *, by: Actor) -> None:
    """Change how a bank is described; a bank that has a course keeps it."""
    directory.get_bank(bank_id, member=by.user_id)
    bank = pooling.lock(bank_id)
    _check(described)
    bank.title, bank.description = described.title, described.description
    bank.language = described.language
    if bank.course_id is None:
        bank.course_id = described.course_id
    note("bank.changed", by, scope="banks", on=("bank", bank.id))
    db.session.flush()


@dataclass(frozen=True)
class Member:
    """Somebody who looks after a bank."""

    user_id: int
    name: str
    personnel_no: str


def list_members(bank_id: int) -> list[Member]:
    """List who looks after a bank, by name."""
    query = (
        sa.select(Identity.user_id, Identity.name, Identity.personnel_no)
        .join(BankMember, BankMember.user_id == Identity.user_id)
        .where(BankMember.bank_id == bank_id)
        .order_by(Identity.name_folded, Identity.user_id)
    )
    return [Member(*row) for row in db.session.execute(query)]


def add_member(bank_id: int, name: str, *, by: Actor) -> None:
    """Let the trainer with this personnel number or address look after a bank as well."""
    directory.get_bank(bank_id, member=by.user_id)
    user = find_by_name(name)
    if user is None or not user.active:
        raise Refusal(_("Nobody signs in with this number or address."), "name")
    if Permission.BANK_EDIT not in permissions_of(roles_of(user.id)):
        raise Refusal(_("This person is not a trainer. An administrator can change that."), "name")
    db.session.execute(
        upsert(BankMember).values(bank_id=bank_id, user_id=user.id).on_conflict_do_nothing())
    note("bank.member_added", by, scope="banks", on=("bank", bank_id), details={"user": user.id})
    db.session.flush()


def remove_member(bank_id: int, user_id: int, *, by: Actor) -> None:
    """Take a bank out of somebody's hands; the last one keeps it."""
    directory.get_bank(bank_id, member=by.user_id)
    pooling.lock(bank_id)
    members = {member.user_id for member in list_members(bank_id)}
    if user_id not in members:
        raise NotFound(_("This person does not look after the bank."))
    if members == {user_id}:
        raise Refusal(_("Somebody must look after the bank. Add a colleague first."))
    db.session.execute(sa.delete(BankMember).where(BankMember.bank_id == bank_id,
                                                   BankMember.user_id == user_id))
    note("bank.member_removed", by, scope="banks", on=("bank", bank_id), details={"user": user_id})
    db.session.flush()


def only_course() -> int | None:
    """Return the course of an installation that has just one."""
    courses = content.list_courses()
    return courses[0].id if len(courses) == 1 else None


def _check(described: Described) -> None:
    if not described.title:
        raise Refusal(_("Enter the title"), "title")
    for field, limit in (("title", TITLE_LIMIT), ("description", DESCRIPTION_LIMIT)):
        if len(getattr(described, field)) > limit:
            raise Refusal(_("Use at most %(limit)s characters", limit=limit), field)
    if described.course_id is not None:
        content.get_course_by_id(described.course_id)


def _slugs(title: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "bank"
    return [slug, *(f"{slug}-{number}" for number in range(2, 50))]


def _added(bank: Bank) -> bool:
    try:
        with db.session.begin_nested():
            db.session.add(bank)
            db.session.flush()
    except IntegrityError:
        return False
    return True
