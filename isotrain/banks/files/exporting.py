"""Exporting: the latest version of each question as a file in one of the formats we read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, inventory, translating, versions
from isotrain.banks.inventory import Filter
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.formats import FORMATS, find_format
from isotrain.formats.contract import Format
from isotrain.i18n import _
from isotrain.ledger.hashing import sha256_hex
from isotrain.questions.problem import Problem
from isotrain.settings import house

WRITTEN: tuple[Format, ...] = tuple(format_ for format_ in FORMATS if format_.write is not None)
"""The formats a bank can be written in."""


@dataclass(frozen=True)
class Exported:
    """A written file, and what of the questions it could not carry."""

    name: str
    data: bytes
    count: int
    problems: tuple[Problem, ...]


def write(
    bank_id: int, format_name: str, asked: Filter | None = None, *, member: int | None,
    language: str = "",
) -> Exported:
    """Write the questions that match as a file; without a filter all that are not retired.

    With a language, their translations into it instead, as far as there are any.
    """
    bank = directory.get_bank(bank_id, member=member)
    format_ = find_format(format_name)
    if format_ is None or format_.write is None:
        raise Refusal(_("Choose a format."), "format")
    rows = inventory.list_ids(bank_id, asked or Filter())
    if language:
        rows = _translations(rows, language)
    written = versions.written(version for _id, _key, version in rows)
    drafts = [written[version].draft(key) for _id, key, version in rows]
    # What a file does not say is read as the bank's own language.
    drafts = [replace(d, language="" if d.language == bank.language else d.language)
              for d in drafts]
    export = format_.write(drafts)
    name = f"{bank.slug}-{house.today().isoformat()}.{format_.extensions[0].lstrip('.')}"
    return Exported(name, export.data, len(drafts), export.problems)


def _translations(
    rows: list[tuple[int, str, int]], language: str
) -> list[tuple[int, str, int]]:
    """Put the newest translation of each version in its place; leave out what has none."""
    latest = versions.contents(version for _id, _key, version in rows)
    words = translating.newest(id_ for id_, _key, _version in rows)
    found = ((id_, key, words.get((id_, latest[version].number, language)))
             for id_, key, version in rows if latest[version].language != language)
    return [(id_, key, each.id) for id_, key, each in found if each]


def note_export(bank_id: int, format_name: str, exported: Exported, *, by: Actor) -> None:
    """Note that questions and keys have left the house."""
    note("bank.exported", by, scope="banks", on=("bank", bank_id),
         after=sha256_hex(exported.data),
         details={"format": format_name, "questions": exported.count})
    db.session.flush()
