"""What a record may call somebody: what the account is or was called and numbered, nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from isotrain.accounts.models import FormerIdentity, Identity, SignInName
from isotrain.db import db
from isotrain.lists import chunks
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.text import fold


@dataclass(frozen=True)
class Spellings:
    """The names and numbers of one account, now or ever, folded."""

    names: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)

    def has_name(self, name: str) -> bool:
        """Say whether the account is or was called this."""
        return fold(name) in self.names

    def has_number(self, number: str) -> bool:
        """Say whether the account has or had this number."""
        return fold(number) in self.numbers


def of_accounts(user_ids: Collection[int]) -> dict[int, Spellings]:
    """Return the spellings of these accounts; a corrected record is no witness, its first one is.

    A number with which another account signs in now is not among them.
    """
    found: defaultdict[int, Spellings] = defaultdict(Spellings)
    for some in chunks(user_ids):
        for query in _sources(some):
            for user_id, name, number in db.session.execute(query):
                found[user_id].names.add(fold(name))
                found[user_id].numbers.add(fold(number))
    owners = owners_of({number for each in found.values() for number in each.numbers})
    for user_id, each in found.items():
        each.numbers.difference_update({
            number for number in each.numbers if owners.get(number, user_id) != user_id})
    return found


def had_by(user_id: int, moment: datetime) -> Spellings:
    """Return the spellings that an account had by a moment, those of its first records among them.

    Any name can be given to an account afterwards, also that of somebody else.
    """
    first, now, _former = _sources([user_id])
    first = first.where(CompletionRecord.completed_at <= moment)
    held, begun = [(row[1], row[2]) for row in db.session.execute(first)], None
    for row in db.session.scalars(sa.select(FormerIdentity).where(
            FormerIdentity.user_id == user_id).order_by(FormerIdentity.id)):
        if begun is None or begun <= moment:
            held.append((row.name, row.personnel_no))
        begun = row.until_at
    if begun is None or begun <= moment:
        held += [(row[1], row[2]) for row in db.session.execute(now)]
    return Spellings({fold(name) for name, _no in held}, {fold(number) for _name, number in held})


def owners_of(numbers: Collection[str]) -> dict[str, int]:
    """Return who signs in with these folded numbers now."""
    owners: dict[str, int] = {}
    for some in chunks(numbers):
        query = sa.select(SignInName.folded, SignInName.user_id).where(
            SignInName.folded.in_(some))
        owners.update((row.folded, row.user_id) for row in db.session.execute(query))
    return owners


def _sources(user_ids: Collection[int]) -> list[sa.Select[int, str, str]]:
    first = (
        sa.select(CompletionRecord.user_id, RecordPerson.name, RecordPerson.personnel_no)
        .join(RecordPerson, RecordPerson.record_id == CompletionRecord.id)
        .where(CompletionRecord.user_id.in_(user_ids), CompletionRecord.corrects_id.is_(None))
    )
    found = [first]
    for table in (Identity, FormerIdentity):
        found.append(sa.select(table.user_id, table.name, table.personnel_no)
                     .where(table.user_id.in_(user_ids)))
    return found
