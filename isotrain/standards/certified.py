"""The editions to which the organization is certified, as its setting names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain.i18n import _
from isotrain.settings import house, values
from isotrain.settings.definitions import CERTIFIED_EDITIONS
from isotrain.standards import directory
from isotrain.standards.rules import State

if TYPE_CHECKING:
    from isotrain.standards.directory import EditionView


def list_certified() -> list[EditionView]:
    """List the editions that the organization's certificates name, with where they stand today."""
    return directory.by_label(_labels(values.value_of(CERTIFIED_EDITIONS)), house.today())


def find_wrong(text: str) -> str:
    """Say which edition of a new value no certificate can name today; nothing where all can be."""
    today, labels = house.today(), _labels(text)
    named = {directory.unamended(edition.label) for edition in directory.by_label(labels, today)
             if edition.dates.certifiable
             and edition.state in (State.IN_FORCE, State.BEING_REPLACED)}
    wrong = next((label for label in labels if directory.unamended(label) not in named), "")
    return wrong and _("No certificate to %(label)s is valid today. Write editions as the page of"
                       " editions does, with a comma between two", label=wrong)


def _labels(text: str) -> list[str]:
    return [label for each in text.split(",") if (label := each.strip())]
