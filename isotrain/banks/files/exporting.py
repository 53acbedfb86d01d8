"""Exporting: the latest version of each question as a file in one of the formats we read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, inventory, translating, versions
from isotrain.banks.inventory import Filter
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.formats import FORMATS, find_format
from isotrain.formats.contract import ARCHIVE, ARCHIVES, Export, Format
from isotrain.formats.sheets import CSV
from isotrain.formats.sheets.writing import write_csv
from isotrain.i18n import _, writes_decimal_comma
from isotrain.ledger.hashing import sha256_hex
from isotrain.media import gallery
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, Word, named, warning
from isotrain.settings import house
from isotrain.text import N_

WRITTEN: tuple[Format, ...] = tuple(format_ for format_ in FORMATS if format_.write is not None)
"""The formats a bank can be written in."""

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
"""What can part the cells of a CSV file."""

SEPARATOR_LABELS = {"comma": N_("Comma"), "semicolon": N_("Semicolon"), "tab": N_("Tab")}


@dataclass(frozen=True)
class Exported:
    """A written file, of how many questions, what it could not carry and how many it left out."""

    name: str
    data: bytes
    count: int
    problems: tuple[Problem, ...]
    left: int = 0


def write(
    bank_id: int, format_name: str, asked: Filter | None = None, *, member: int | None,
    language: str = "", separator: str = "",
) -> Exported:
    """Write the questions that match as a file; without a filter all that are not retired.

    With a language, their translations into it instead, as far as there are any. The separator is
    that of a CSV file, by its name; without one that of the reader's language.
    """
    bank = directory.get_bank(bank_id, member=member)
    format_ = find_format(format_name)
    if format_ is None or format_.write is None:
        raise Refusal(_("Choose a format."), "format")
    sign = SEPARATORS.get(separator or usual_separator())
    if sign is None:
        raise Refusal(_("Choose what parts the cells."), "separator")
    rows = inventory.list_ids(bank_id, asked or Filter())
    if language:
        rows = _translations(rows, language)
    written = versions.written(version for _id, _key, version in rows)
    drafts = [written[version].draft(key) for _id, key, version in rows]
    # What a file does not say is read as the bank's own language.
    drafts = [replace(d, language="" if d.language == bank.language else d.language)
              for d in drafts]
    writer = partial(write_csv, separator=sign) if format_ is CSV else format_.write
    export = _with_pictures(format_, writer(drafts), drafts)
    name = f"{bank.slug}-{house.today().isoformat()}{_ending(format_, export.data)}"
    return Exported(name, export.data, len(drafts) - export.left, export.problems, export.left)


def usual_separator() -> str:
    """Return the name of what parts cells where numbers are written as the reader writes them."""
    return "semicolon" if writes_decimal_comma() else "comma"


def _ending(format_: Format, data: bytes) -> str:
    """How the name of a file ends that is of this format: a package's otherwise than a text's."""
    packed = data.startswith(ARCHIVE)
    return next((each for each in format_.extensions if (each in ARCHIVES) == packed), ".zip")


def _with_pictures(format_: Format, export: Export, drafts: Sequence[Draft]) -> Export:
    """Put the pictures into a file, or say that it cannot carry them."""
    pictured = [draft.external_id for draft in drafts if draft.pictures]
    hashes = {each.sha256 for draft in drafts for each in draft.pictures.values()} - {""}
    if not hashes:
        return export
    if format_.carry:
        return replace(export, data=format_.carry(export.data, gallery.load(hashes)))
    lost = warning(
        named(pictured), N_("%(label)s cannot carry pictures (questions: %(count)s)."),
        N_("Export as YAML, QTI or Moodle XML to take them along; here the file can be read without"
           " them."),
        label=Word(format_.label), count=len(pictured))
    return replace(export, problems=(*export.problems, lost))


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
