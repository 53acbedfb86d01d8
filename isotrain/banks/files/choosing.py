"""Choosing how a file is to be read where it can be read in several ways; kept for its header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from isotrain import clock
from isotrain.banks import directory
from isotrain.banks.files import importing
from isotrain.banks.models import BankReading
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _

if TYPE_CHECKING:
    from isotrain.audit.noting import Actor
    from isotrain.jobs.job import Transaction
    from isotrain.questions.problem import Problem


class Asked(NamedTuple):
    """What is to be chosen once: the first place that asks it, and how many do."""

    problem: Problem
    places: int


def asked(problems: Iterable[Problem]) -> list[Asked]:
    """List what is to be chosen, each once."""
    found: dict[str, Asked] = {}
    for problem in problems:
        if problem.severity == "question":
            first, count = found.get(problem.asks, Asked(problem, 0))
            found[problem.asks] = Asked(first, count + 1)
    return list(found.values())


def remembered(bank_id: int) -> dict[str, str]:
    """Return what was chosen in this bank before, by what was asked."""
    query = sa.select(BankReading.asks, BankReading.reading)
    rows = db.session.execute(query.where(BankReading.bank_id == bank_id)).all()
    return {row.asks: row.reading for row in rows}


def remember(bank_id: int, chosen: Mapping[str, str], *, by: Actor) -> None:
    """Keep what was chosen; the newest choice holds. Questions about one file alone are not kept.

    What is kept bears the header it was chosen for behind a point.
    """
    for asks, reading in chosen.items():
        if "." in asks:
            db.session.merge(BankReading(bank_id=bank_id, asks=asks, reading=reading,
                                         chosen_at=clock.now(), chosen_by=by.user_id))
    db.session.flush()


def choose(
    bank_id: int, token: str, chosen: Mapping[str, str], *, by: Actor, transaction: Transaction
) -> None:
    """Read a kept file again as it is meant, and remember that; raise Refusal and NotFound."""
    directory.get_bank(bank_id, member=by.user_id)
    upload = importing.get_upload(bank_id, token)
    checked, data, name = upload.checked, upload.data, upload.file_name
    if upload.state == "applied" or not checked:
        raise importing.applied_before(upload)
    if data is None:
        raise Refusal(_("This file was too large to be kept. Upload it by a command:"
                        " flask bank import --reading."))
    offered = {problem.asks: {reading.name for reading in problem.readings}
               for problem, _count in asked(importing.problems_of(checked))}
    fitting = {asks: reading for asks, reading in chosen.items()
               if reading in offered.get(asks, ())}
    if not fitting:
        raise Refusal(_("Choose how the file is to be read."))
    readings = remembered(bank_id) | upload.options.get("readings", {}) | fitting
    file = importing.read(data, name, reader=by.user_id, readings=readings)
    with transaction():
        importing.keep_again(bank_id, token, file, fitting)
        remember(bank_id, fitting, by=by)
