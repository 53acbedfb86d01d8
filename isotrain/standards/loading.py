"""Loading standards and editions: those that come with the house, and what others describe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.audit.noting import Actor, note
from isotrain.config import ROOT
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.formats.yaml_folder import Folder
from isotrain.formats.yaml_kinds import STANDARD
from isotrain.i18n import ngettext, say, say_place
from isotrain.ledger.canonical import JsonObject
from isotrain.standards.models import Edition, EditionAlias, Standard
from isotrain.standards.rules import Known, check, days_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from isotrain.questions.problem import Problem

SHOWN = 50
SHIPPED = ROOT / "question_banks" / "editions.yaml"


def read(path: Path = SHIPPED) -> list[JsonObject]:
    """Read a file of standards; refuse it with every problem."""
    folder = Folder({path.name: path.read_bytes()} if path.is_file() else {})
    described: list[JsonObject] = folder.read(path.name, [STANDARD]) or []
    if not folder.problems:
        check(folder, path.name, (), described)
    refuse(folder.problems)
    return described


def refuse(problems: Sequence[Problem]) -> None:
    """Refuse files with every problem that was found in them; do nothing where there is none."""
    if problems:
        raise Refusal(ngettext(
            "%(num)s problem; nothing was loaded.", "%(num)s problems; nothing was loaded.",
            len(problems)) + "".join(
            f"\n{say_place(p.place)}: {say(p.template, p.params)} {say(p.hint, p.params)}"
            for p in problems[:SHOWN]))


def known() -> Known:
    """Return every code of the database that files may name."""
    query = sa.select(Standard.code, Edition.code).join(Edition, Edition.standard_id == Standard.id)
    aliases = sa.select(EditionAlias.code, Edition.code).join(
        Edition, Edition.id == EditionAlias.edition_id)
    standards = {edition: standard for standard, edition in db.session.execute(query)}
    named = dict(db.session.execute(aliases).all())
    return Known({**named, **{code: code for code in standards}}, standards)


def by_code() -> dict[str, Edition]:
    """Return every edition by its code."""
    return {row.code: row for row in db.session.scalars(sa.select(Edition))}


def load(described: Sequence[JsonObject], *, by: Actor) -> list[str]:
    """Bring standards and editions to what is described; return the codes of changed editions.

    Days that were looked up later than those described stay as they are.
    """
    pairs = _rows(described)
    changed = [edition.code for edition, each in pairs if _bring(edition, each)]
    _name(pairs)
    if changed:
        note("editions.loaded", by, scope="training", on=("editions", len(changed)),
             details={"changed": changed})
    db.session.flush()
    return changed


def _rows(described: Sequence[JsonObject]) -> list[tuple[Edition, JsonObject]]:
    """Find or make the row of every edition, under its code or a former one, with its standard."""
    standards = {row.code: row for row in db.session.scalars(sa.select(Standard))}
    editions = by_code()
    pairs = []
    for item in described:
        standard = standards.get(item["id"]) or Standard(code=item["id"])
        standard.reference, standard.title = item["reference"], item["title"]
        standard.certifiable = item["certifiable"]
        db.session.add(standard)
        db.session.flush()
        for each in item["editions"]:
            codes = (each["id"], *each.get("aliases", ()))
            edition = next((editions[code] for code in codes if code in editions),
                           Edition(label=each["label"]))
            edition.code, edition.standard_id = each["id"], standard.id
            db.session.add(edition)
            pairs.append((edition, each))
    db.session.flush()
    return pairs


def _bring(edition: Edition, each: JsonObject) -> bool:
    """Bring label and days of an edition to those described; say whether anything changed."""
    days = days_of(each)
    confirmed_on = days["confirmed_on"]
    if edition.confirmed_on and confirmed_on and edition.confirmed_on > confirmed_on:
        return False
    replaces = sa.select(Edition.id).where(Edition.code == each.get("replaces"))
    values = {"label": each["label"], "replaces_id": db.session.scalar(replaces), **days}
    if all(getattr(edition, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(edition, name, value)
    return True


def _name(pairs: Iterable[tuple[Edition, JsonObject]]) -> None:
    """Let editions go by their aliases, but by none that is the code of another."""
    taken = set(db.session.scalars(sa.select(Edition.code)))
    for edition, each in pairs:
        for alias in set(each.get("aliases", ())) - taken:
            db.session.merge(EditionAlias(code=alias, edition_id=edition.id))
