"""Standards and editions as pages show them: with where each stands on a day, and the days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.db import db
from isotrain.standards.models import Edition, Standard

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from isotrain.standards.rules import Dates, State


@dataclass(frozen=True)
class EditionView:
    """An edition on a day: its state, the days behind it, and which one takes its place."""

    code: str
    label: str
    standard: str
    title: str
    dates: Dates
    on: date
    replaced_by: str
    confirmed_on: date | None

    @property
    def state(self) -> State:
        """Where it stands on the day."""
        return self.dates.state(self.on)


def list_editions(on: date) -> list[EditionView]:
    """List all editions with where they stand on a day: by standard, the newest first."""
    query = (
        sa.select(Edition, Standard)
        .join(Standard, Standard.id == Edition.standard_id)
        .order_by(Standard.reference, Edition.published_on.desc().nulls_first(), Edition.code)
    )
    rows = db.session.execute(query).all()
    successors = {edition.replaces_id: edition.label for edition, _standard in rows}
    return [
        EditionView(
            code=edition.code, label=edition.label, standard=standard.reference,
            title=standard.title, dates=edition.dates(certifiable=standard.certifiable), on=on,
            replaced_by=successors.get(edition.id, ""), confirmed_on=edition.confirmed_on,
        )
        for edition, standard in rows
    ]


def by_label(labels: Iterable[str], on: date) -> list[EditionView]:
    """Return the editions that go by these labels, as frozen records and facts name them.

    An amendment that was added since ("ISO 9001:2015 + Amd 1:2024") makes no other edition.
    """
    named = {unamended(label) for label in labels if label}
    if not named:
        return []
    return [edition for edition in list_editions(on) if unamended(edition.label) in named]


def unamended(label: str) -> str:
    """Return what an edition was called before it was amended."""
    return label.partition(" + ")[0]
