"""Checking a people file as a whole: rows against each other and against who is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from isotrain import clock
from isotrain.accounts import enrolling
from isotrain.accounts.registering import Person
from isotrain.accounts.rules import folded, is_email
from isotrain.people.files.knowledge import Knowledge, Known
from isotrain.people.files.rules import Header, Line, PeopleFile
from isotrain.questions.problem import Problem, error, warning


@dataclass(frozen=True)
class Options:
    """How a file is meant: does it name everybody, and from which day does it hold?"""

    complete: bool = False
    effective_on: date = field(default_factory=clock.today)


@dataclass
class Roster:
    """Who stays and who leaves by a file, by folded personnel number, and what is wrong.

    Somebody new has an id below zero. `parents` are units (ids) and the units above them.
    """

    header: Header
    problems: list[Problem]
    staying: dict[str, Line] = field(default_factory=dict)
    leaving: dict[str, tuple[Known, date]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    managers: dict[str, int | None] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)

    def fault(self, line: Line, column: str, template: str, hint: str, **params: object) -> None:
        """Note what is wrong with a cell."""
        place = self.header.place(line.row, column)
        self.problems.append(error(place, template, hint, **params))


def check(file: PeopleFile, known: Knowledge, options: Options) -> Roster:
    """Tell who stays from who leaves, and find every fault that takes more than one cell."""
    roster = Roster(file.header, list(file.problems))
    _sort_out(roster, file, known, options)
    _check_names(roster, known)
    if file.header.has("manager"):
        _find_managers(roster, known)
    if file.header.has("unit") and file.header.has("unit_parent"):
        _find_parents(roster, known)
    return roster


def _sort_out(roster: Roster, file: PeopleFile, known: Knowledge, options: Options) -> None:
    rows: dict[str, int] = {}
    below_zero = count(-1, -1)
    for line in file.lines:
        key = folded(line.personnel_no)
        if key in rows:
            roster.fault(line, "personnel_no", "Row %(row)s has the same personnel number.",
                         "Give each person one row.", row=rows[key])
        elif key:
            rows[key] = line.row
            person = known.people.get(key)
            roster.ids[key] = person.id if person else next(below_zero)
            if line.left_on is None or line.left_on > options.effective_on:
                _stay(roster, key, line, person)
            elif person and person.active:
                roster.leaving[key] = person, line.left_on
    if options.complete:
        roster.leaving |= {
            key: (person, options.effective_on) for key, person in known.people.items()
            if key not in rows and person.active and person.employed
        }


def _stay(roster: Roster, key: str, line: Line, known: Known | None) -> None:
    email = line.email
    if known and not roster.header.has("email"):
        email = known.person.email
    roster.staying[key] = line
    roster.persons[key] = Person(line.personnel_no, line.name, email)
    if line.left_on:
        roster.problems.append(warning(
            roster.header.place(line.row, "left_on"),
            "%(name)s leaves on %(day)s and stays active until a file is applied on that day or"
            " later.", "", name=line.name, day=line.left_on.isoformat()))


def _check_names(roster: Roster, known: Knowledge) -> None:
    """Nobody may sign in with a name that is somebody else's once the file holds."""
    mine = {roster.ids[key] for key in roster.staying}
    taken = {name: owner for name, owner in known.owners.items() if owner not in mine}
    rows: dict[str, Line] = {}
    for key, line in roster.staying.items():
        person = roster.persons[key]
        if person.email and not is_email(person.email):
            roster.fault(line, "email", "“%(address)s” is not an e-mail address.",
                         "Write it like name@example.com.", address=person.email)
            continue
        for kind, name in enrolling.sign_in_names(person):
            if name in taken:
                owner = known.by_id[taken[name]].person
                roster.fault(line, kind, "This belongs to %(name)s (%(number)s).",
                             "Correct it, or change it first on that person's page.",
                             name=owner.name, number=owner.personnel_no)
            elif rows.setdefault(name, line) is not line:
                roster.fault(line, kind, "Row %(row)s signs in with the same text.",
                             "Give each person their own.", row=rows[name].row)


def _find_managers(roster: Roster, known: Knowledge) -> None:
    names = _names_of_those_here(roster, known)
    for key, line in roster.staying.items():
        manager = names.get(folded(line.manager)) if line.manager else None
        if line.manager and manager is None:
            roster.fault(line, "manager", "Nobody here has the number or address “%(manager)s”.",
                         "Enter a manager who is in this file or works here already.",
                         manager=line.manager)
        roster.managers[key] = manager
    chain = {person.id: person.position.manager_id for person in known.people.values()
             if person.position and person.active}
    chain |= {roster.ids[key]: manager for key, manager in roster.managers.items()}
    circle = _in_circles(chain)
    for key, line in roster.staying.items():
        if roster.ids[key] == roster.managers[key]:
            roster.fault(line, "manager", "Nobody manages themself.", "Enter another manager.")
        elif roster.ids[key] in circle:
            roster.fault(line, "manager", "The managers go round in a circle.",
                         "Correct one of the managers in the circle.")


def _names_of_those_here(roster: Roster, known: Knowledge) -> dict[str, int]:
    """Return what people sign in with who will be active once the file holds."""
    gone = {person.id for person, _day in roster.leaving.values()}
    names = {name: owner for name, owner in known.owners.items()
             if known.by_id[owner].active and owner not in gone}
    for key, person in roster.persons.items():
        names |= {name: roster.ids[key] for _kind, name in enrolling.sign_in_names(person)}
    return names


def _find_parents(roster: Roster, known: Knowledge) -> None:
    said: dict[int, Line] = {}
    for line in roster.staying.values():
        unit = known.units.id_of(line.unit)
        parent = known.units.id_of(line.unit_parent)
        if unit is None:
            continue
        if parent and roster.parents.get(unit) not in (None, parent):
            roster.fault(line, "unit_parent", "Row %(row)s puts %(unit)s under another unit.",
                         "Say the same in both rows.", row=said[unit].row, unit=line.unit)
        roster.parents[unit] = roster.parents.get(unit) or parent
        if parent:
            said.setdefault(unit, line)
    for unit in sorted(_in_circles({**known.parents, **roster.parents})):
        if unit in said:
            roster.fault(said[unit], "unit_parent", "%(unit)s would stand under itself.",
                         "Correct the parent unit.", unit=said[unit].unit)


def _in_circles(above: Mapping[int, int | None]) -> set[int]:
    """Return everything that stands above itself, each step followed once."""
    circles: set[int] = set()
    done: set[int] = set()
    for start in above:
        path: dict[int, None] = {}
        here: int | None = start
        while here is not None and here not in done and here not in path:
            path[here] = None
            here = above.get(here)
        if here in path:
            walked = list(path)
            circles.update(walked[walked.index(here):])
        done.update(path)
    return circles
