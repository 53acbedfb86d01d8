"""What the dates of an edition say of it on a day; a state is computed, never typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from isotrain.formats.yaml_folder import Folder
    from isotrain.formats.yaml_shape import Path

# Each of these days comes no earlier than those before it.
IN_ORDER = ("published_on", "withdrawn_on", "new_certificates_until", "certificates_until")
NEEDED = {"withdrawn_on": "published_on", "bodies_ready_by": "withdrawn_on",
          "new_certificates_until": "withdrawn_on", "certificates_until": "withdrawn_on"}


class State(StrEnum):
    """Where an edition stands; "being replaced" is not "invalid"."""

    UNPUBLISHED = "unpublished"  # a draft, or a day of publication that is still to come
    IN_FORCE = "in_force"  # the newest one
    BEING_REPLACED = "being_replaced"  # a newer one is out; certificates to this one still hold
    WITHDRAWN = "withdrawn"  # a newer one is out, and no certificate to this one holds any more


@dataclass(frozen=True)
class Dates:
    """The days of one edition, each None where there is none or nobody knows it.

    From `withdrawn_on` on a newer edition takes its place. The two days of certificates are the
    last ones: on them it is still so. `certifiable` says whether anybody is certified to it.
    """

    published_on: date | None = None
    withdrawn_on: date | None = None
    bodies_ready_by: date | None = None
    new_certificates_until: date | None = None
    certificates_until: date | None = None
    certifiable: bool = True

    def state(self, on: date) -> State:
        """Return where the edition stands on a day."""
        if self.published_on is None or on < self.published_on:
            return State.UNPUBLISHED
        if self.withdrawn_on is None or on < self.withdrawn_on:
            return State.IN_FORCE
        return State.BEING_REPLACED if self._certificates_hold(on) else State.WITHDRAWN

    def _certificates_hold(self, on: date) -> bool:
        """Whether certificates to it may still hold; where nobody knows their end, they may."""
        return self.certifiable and (self.certificates_until is None
                                     or on <= self.certificates_until)

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield each day that cannot be right, with the one that it needs or cannot precede."""
        days = {name: getattr(self, name) for name in (*IN_ORDER, "bodies_ready_by")}
        for earlier, later in pairwise(name for name in IN_ORDER if days[name]):
            if days[later] < days[earlier]:
                yield later, earlier
        for name, needed in NEEDED.items():
            if days[name] and not days[needed]:
                yield name, needed


# The names of the days in files.
DAYS = {"published_on": "published", "withdrawn_on": "withdrawn",
        "bodies_ready_by": "bodies_ready_by", "new_certificates_until": "new_certificates_until",
        "certificates_until": "certificates_until", "confirmed_on": "confirmed"}


def days_of(described: Mapping[str, Any]) -> dict[str, date | None]:
    """Return the days of an edition as a file gives them, by the names of its columns."""
    return {column: date.fromisoformat(described[key]) if described.get(key) else None
            for column, key in DAYS.items()}


@dataclass(frozen=True)
class Known:
    """The codes by which files may name editions: code or alias to code, and that to standard."""

    codes: Mapping[str, str] = field(default_factory=dict)
    standards: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, described: Iterable[Mapping[str, Any]]) -> Self:
        """The codes of described standards; an edition's own code counts more than an alias."""
        pairs = [(standard["id"], edition) for standard in described
                 for edition in standard["editions"]]
        aliases = {alias: edition["id"] for _, edition in pairs
                   for alias in edition.get("aliases", ())}
        own = {edition["id"]: edition["id"] for _, edition in pairs}
        return cls(aliases | own, {edition["id"]: standard for standard, edition in pairs})

    def __or__(self, other: Known) -> Known:
        """Both together; where they differ, the other counts."""
        return Known({**self.codes, **other.codes}, {**self.standards, **other.standards})


def check(folder: Folder, file: str, path: Path, described: Sequence[Mapping[str, Any]]) -> None:
    """Tell the folder what is wrong with standards that stand at a path of a file."""
    known = Known.of(described)
    seen: set[str] = set()
    for n, standard in enumerate(described):
        for m, edition in enumerate(standard["editions"]):
            here = (*path, n, "editions", m)
            for code in (edition["id"], *edition.get("aliases", ())):
                if code in seen:
                    folder.fault(file, (*here, "id"), "The code %(code)s is used twice.",
                                 "Give every edition codes of its own.", code=code)
                seen.add(code)
            if edition.get("replaces", edition["id"]) not in known.standards:
                folder.fault(file, (*here, "replaces"), "The edition %(code)s is not described.",
                             "Write the id of another edition of this file.",
                             code=edition["replaces"])
            _check_days(folder, file, here, edition)


def _check_days(folder: Folder, file: str, here: Path, edition: Mapping[str, Any]) -> None:
    days = days_of(edition)
    days.pop("confirmed_on")
    for wrong, held_to in Dates(**days, certifiable=True).faults():
        folder.fault(file, (*here, DAYS[wrong]), "This day cannot be right: see %(other)s.",
                     "Give both days, the earlier one first.", other=DAYS[held_to])
