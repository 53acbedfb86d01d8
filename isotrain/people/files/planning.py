"""What a people file would change, person by person: the preview, and what applying does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from isotrain.accounts import protecting
from isotrain.audit.noting import Actor
from isotrain.errors import Refusal
from isotrain.i18n import _, sort_key
from isotrain.people.files import checking, knowledge
from isotrain.people.files.checking import named
from isotrain.people.files.knowledge import Known
from isotrain.people.files.plan import Entry, Move, Options, Plan
from isotrain.people.files.rules import Line, PeopleFile
from isotrain.people.resolving import Words
from isotrain.questions.problem import Problem
from isotrain.settings import house
from isotrain.text import fold


def plan(file: PeopleFile, options: Options, *, by: Actor) -> Plan:
    """Compare a file with the database, in a number of queries that does not grow."""
    if options.effective_on > house.today():
        raise Refusal(_("Choose a day that does not lie ahead"), "effective_on")
    found = Plan(file.header, options, knowledge.everything())
    for problem in file.problems:
        (found.faults if problem.severity == "error" else found.notices).append(problem)
    checking.sort_out(found, file.lines)
    checking.check_names(found)
    if "manager" in file.header.columns:
        checking.find_managers(found)
    if "unit" in file.header.columns:
        checking.find_units(found)
    for entry in found.staying.values():
        _compare(found, entry)
    if "site_time_zone" in file.header.columns:
        checking.find_zones(found)
    if found.parents.keys() & found.knowledge.parents.keys():
        found.moves = list(_moves(found))
    if found.left or found.changed or found.back:
        _protect(found, by=by)
    found.left.sort(key=lambda pair: sort_key(pair[0].person.name))
    found.faults.sort(key=_row)
    return found


def _row(problem: Problem) -> int:
    """Say in which row a problem stands; what concerns the whole file comes first."""
    number = re.match(r"row ([0-9]+)", problem.place)
    return int(number[1]) if number else 0


def _protect(found: Plan, *, by: Actor) -> None:
    """Say before what the acts would refuse: whose accounts are not for this actor to touch."""
    renamed = {entry.id: entry for entry in (*found.changed, *found.back)
               if {"personnel_no", "email"} & {column for column, *_rest in entry.changes}}
    for user_id in protecting.guarded_from(renamed, by=by):
        entry = renamed[user_id]
        found.fault(entry.line, "email", "%(name)s holds a role beyond an employee's.",
                    "Keep number and address, or ask an administrator to change them.",
                    name=entry.person.name)
    leaving = {known.id: known.person.name for known, _day in found.left}
    kept = protecting.kept_from(leaving, by=by)
    found.faults += [Problem(
        "error", "file", "%(name)s is an auditor or an administrator, and would leave.",
        "Keep them in the file, or ask an administrator to deactivate them first.",
        {"name": leaving[user_id]}) for user_id in sorted(kept)]
    try:
        protecting.refuse_closing(leaving.keys() - kept, by=by)
    except Refusal as refusal:
        found.faults.append(Problem("error", "file", refusal.sentence.replace("%", "%%")))


def _moves(found: Plan) -> Iterator[Move]:
    """Go through the units that will stand elsewhere, with the people they take along."""
    known = found.knowledge
    names = {one.code: one.name for one in known.catalogues["unit"].values()}
    above = known.parents | found.parents
    people = Counter(unit for person in known.people.values() if person.active and person.words
                     for unit in _units_over(person.words.unit, above))
    for unit, parent in found.parents.items():
        if unit in known.parents:
            yield Move(names[unit], names.get(known.parents[unit], ""), names.get(parent, ""),
                       people[unit])


def _units_over(unit: str, above: dict[str, str]) -> set[str]:
    """Return a unit and all units over it."""
    found: set[str] = set()
    while unit and unit not in found:
        found.add(unit)
        unit = above.get(unit, "")
    return found


def _compare(found: Plan, entry: Entry) -> None:
    """Finish one entry and put it where it belongs in the plan."""
    line, known, on = entry.line, entry.known, found.options.effective_on
    words, columns = entry.words, found.header.columns
    entry.words = replace(
        words, employment_type=line.employment_type or words.employment_type,
        site=named(found, "site", line.site) if "site" in columns else words.site,
        job_role=named(found, "job_role", line.job_role) if "job_role" in columns
        else words.job_role)
    entry.hired_on = _hired_on(line, known, on)
    if known is None:
        found.new.append(entry)
        return
    entry.changes = tuple(_changes(found, known, entry))
    if _overlaps(known, entry.words, on):
        found.faults.append(Problem(
            "error", f"row {line.row}", "%(name)s has a placement that begins or ends after"
            " %(day)s.", "Let the file hold from a later day.",
            {"name": line.name, "day": on.isoformat()}))
    if not known.active:
        found.back.append(entry)
    elif entry.changes:
        found.changed.append(entry)
    else:
        found.unchanged += 1


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


def _overlaps(known: Known, words: Words, day: date) -> bool:
    if known.placed(day):
        return known.words != words and bool(known.placed_from and known.placed_from > day)
    return bool(known.placed_until and known.placed_until > day)


def _changes(found: Plan, known: Known, entry: Entry) -> Iterator[tuple[str, str, str]]:
    for column in ("personnel_no", "name", "email"):
        was, will = getattr(known.person, column), getattr(entry.person, column)
        if was != will:
            yield column, was or "", will or ""
    placed = known.words is not None and known.placed(found.options.effective_on)
    old = known.words if known.words and placed else Words(employment_type="")
    for kind, catalogue in found.knowledge.catalogues.items():
        was, will = getattr(old, kind), getattr(entry.words, kind)
        if was != will:
            before, after = (catalogue[fold(code)].name if code else "" for code in (was, will))
            yield kind, before, after
    if old.manager_id != entry.words.manager_id:
        before, after = (found.persons[one].name if one in found.persons else ""
                         for one in (old.manager_id, entry.words.manager_id))
        yield "manager", before, after
    if old.employment_type != entry.words.employment_type:
        yield "employment_type", old.employment_type, entry.words.employment_type
    if entry.hired_on:
        before = known.spells[-1][0].isoformat() if known.spells else ""
        yield "hired_on", before, entry.hired_on.isoformat()
