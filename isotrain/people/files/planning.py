"""What a people file would change, person by person: the preview, and what applying does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from isotrain import clock
from isotrain.accounts import registering
from isotrain.accounts.registering import Person
from isotrain.accounts.rules import folded
from isotrain.audit.noting import Actor
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.people.files import checking, knowledge
from isotrain.people.files.checking import Options, Roster
from isotrain.people.files.knowledge import Knowledge, Known
from isotrain.people.files.rules import Line, PeopleFile
from isotrain.people.placing import Position
from isotrain.questions.problem import Problem, error


@dataclass(frozen=True)
class Entry:
    """One person as they will be.

    `known` is None for somebody new, whose id is below zero; `hired_on` is None where the
    employment stays as it is; `changes` are (column, before, after) in words.
    """

    id: int
    person: Person
    position: Position
    known: Known | None
    hired_on: date | None
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Plan:
    """What applying a file would do; not to be applied where `faults` has any."""

    problems: list[Problem]
    options: Options
    knowledge: Knowledge
    left: list[tuple[Known, date]]
    parents: dict[int, int | None] = field(default_factory=dict)
    new: list[Entry] = field(default_factory=list)
    back: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    unchanged: int = 0

    @property
    def faults(self) -> list[Problem]:
        """What keeps the file from being applied."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def notices(self) -> list[Problem]:
        """What is worth a look and keeps nothing from happening."""
        return [problem for problem in self.problems if problem.severity == "warning"]

    @property
    def empty(self) -> bool:
        """Whether applying would change nothing."""
        return not (self.new or self.back or self.changed or self.left or self.parents)


def plan(file: PeopleFile, options: Options, *, by: Actor) -> Plan:
    """Compare a file with the database, in a number of queries that does not grow."""
    if options.effective_on > clock.today():
        raise Refusal(_("Choose a day that does not lie ahead"), "effective_on")
    known = knowledge.everything()
    roster = checking.check(file, known, options)
    left = sorted(roster.leaving.values(), key=lambda pair: folded(pair[0].person.name))
    found = Plan(roster.problems, options, known, left)
    for key, line in roster.staying.items():
        _compare(found, roster, key, line)
    found.parents = _new_parents(roster, known)
    _refuse_guarded(found, roster, by=by)
    found.unchanged += len(roster.ids) - len(roster.staying) - len(
        roster.ids.keys() & roster.leaving.keys())
    try:
        registering.refuse_closing({person.id for person, _day in found.left}, by=by)
    except Refusal as refusal:
        found.problems.append(error("file", refusal.sentence.replace("%", "%%")))
    found.problems.sort(key=_row)
    return found


def _refuse_guarded(found: Plan, roster: Roster, *, by: Actor) -> None:
    """Whose way in is not for this actor to change keeps number and address."""
    renamed = {entry.id: entry for entry in (*found.changed, *found.back)
               if {"personnel_no", "email"} & {column for column, *_rest in entry.changes}}
    for user_id in registering.guarded_from(renamed, by=by):
        person = renamed[user_id].person
        line = roster.staying[folded(person.personnel_no)]
        roster.fault(line, "email", "%(name)s is a trainer or an administrator.",
                     "Keep number and address, or ask an administrator to change them.",
                     name=person.name)


def _row(problem: Problem) -> int:
    """Say in which row a problem stands; what concerns the whole file comes first."""
    number = re.match(r"row ([0-9]+)", problem.place)
    return int(number[1]) if number else 0


def _new_parents(roster: Roster, known: Knowledge) -> dict[int, int | None]:
    """Return the units that are new or move, each with the unit above it."""
    parents = dict.fromkeys(known.units.fresh) | roster.parents
    return {unit: parent for unit, parent in parents.items()
            if unit < 0 or known.parents[unit] != parent}


def _compare(found: Plan, roster: Roster, key: str, line: Line) -> None:
    """Put one person where they belong in the plan."""
    known = found.knowledge.people.get(key)
    entry = Entry(
        roster.ids[key], roster.persons[key],
        _position(found.knowledge, roster, line, known, roster.managers.get(key)), known,
        _hired_on(line, known, found.options.effective_on),
    )
    if known is None:
        found.new.append(entry)
        return
    if _overlaps(known, entry.position, found.options.effective_on):
        roster.problems.append(error(
            f"row {line.row}", "%(name)s has a placement that begins or ends after %(day)s.",
            "Let the file hold from a later day.", name=line.name,
            day=found.options.effective_on.isoformat()))
    changes = tuple(_changes(found, roster, known, entry))
    entry = Entry(entry.id, entry.person, entry.position, known, entry.hired_on, changes)
    if not known.active:
        found.back.append(entry)
    elif changes:
        found.changed.append(entry)
    else:
        found.unchanged += 1


def _position(
    knowledge: Knowledge, roster: Roster, line: Line, known: Known | None, manager: int | None
) -> Position:
    """Say where somebody works; what the file has no column for stays as it is."""
    before = (known.position if known else None) or Position()
    has = roster.header.has
    units, sites, roles = knowledge.units, knowledge.sites, knowledge.job_roles
    return Position(
        unit_id=units.id_of(line.unit) if has("unit") else before.unit_id,
        site_id=sites.id_of(line.site) if has("site") else before.site_id,
        job_role_id=roles.id_of(line.job_role) if has("job_role") else before.job_role_id,
        manager_id=manager if has("manager") else before.manager_id,
        employment_type=line.employment_type or before.employment_type,
    )


def _hired_on(line: Line, known: Known | None, on: date) -> date | None:
    """Return the day an employment begins, None where the one there goes on as it is.

    A file keeps naming the first hire date of people who came back: a day within an earlier
    employment says nothing about the present one.
    """
    spells = known.spells if known else []
    goes_on = bool(spells) and (spells[-1][1] is None or spells[-1][1] >= on)
    ends = [end for _start, end in (spells[:-1] if goes_on else spells) if end]
    told = line.hired_on
    if told and ends and told <= max(ends):
        told = None
    if not goes_on:
        return told or on
    return told if told != spells[-1][0] else None


def _overlaps(known: Known, position: Position, day: date) -> bool:
    if known.placed(day):
        return known.position != position and bool(known.placed_from and known.placed_from > day)
    return bool(known.placed_until and known.placed_until > day)


def _changes(
    found: Plan, roster: Roster, known: Known, entry: Entry
) -> Iterator[tuple[str, str, str]]:
    for column in ("personnel_no", "name", "email"):
        before, after = getattr(known.person, column), getattr(entry.person, column)
        if before != after:
            yield column, before or "", after or ""
    knowledge = found.knowledge
    people = {person.id: person.person.name for person in knowledge.people.values()}
    people |= {roster.ids[key]: person.name for key, person in roster.persons.items()}
    old = Position(employment_type="")
    if known.position and known.placed(found.options.effective_on):
        old = known.position
    for column, names in (("unit", knowledge.units.names), ("site", knowledge.sites.names),
                          ("job_role", knowledge.job_roles.names), ("manager", people)):
        was, will = getattr(old, f"{column}_id"), getattr(entry.position, f"{column}_id")
        if was != will:
            yield column, names.get(was, ""), names.get(will, "")
    if old.employment_type != entry.position.employment_type:
        yield "employment_type", old.employment_type, entry.position.employment_type
    if entry.hired_on:
        before = known.spells[-1][0].isoformat() if known.spells else ""
        yield "hired_on", before, entry.hired_on.isoformat()
