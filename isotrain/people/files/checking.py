"""Checking a people file as a whole: rows against each other and against who is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from isotrain.accounts.registering import Person
from isotrain.accounts.rules import is_email
from isotrain.people.files.plan import Entry, Plan
from isotrain.people.files.rules import Line, alike, in_circles
from isotrain.people.resolving import Named, Words
from isotrain.text import N_, fold

FEW, SHARE = 5, 10  # more leavers than this, and than one in so many, are asked about
PATH = " / "
UNHEARD = 20  # a file with more new words than this brings a new structure: nothing is misspelt


def sort_out(plan: Plan, lines: Iterable[Line]) -> None:
    """Give each line to the person it is about, and tell who stays from who leaves."""
    rows: dict[str, Line] = {}
    people = plan.knowledge.people
    for line in lines:
        key = fold(line.personnel_no)
        if key in rows:
            plan.fault(line, "personnel_no", "Row %(row)s has the same personnel number.",
                       "Give each person one row.", row=rows[key].row)
        elif key:
            rows[key] = line
    if any(key.startswith("0") for key in (*rows, *people)):
        _find_renumbered(plan, rows)
    columns, on = plan.header.columns, plan.options.effective_on
    for key, line in rows.items():
        known = people.get(key)
        if line.left_on is None or line.left_on > on:
            email = known.person.email if known and "email" not in columns else line.email
            plan.staying[key] = Entry(
                line, known, known.id if known else -line.row,
                Person(line.personnel_no, line.name, email),
                known.words if known and known.words else Words())
            if line.left_on:
                plan.notice(line, "left_on", "%(name)s leaves on %(day)s and stays active until a"
                            " file is applied on that day or later.", name=line.name,
                            day=line.left_on.isoformat())
        elif known and known.active:
            plan.left.append((known, line.left_on))
        else:
            plan.unchanged += 1
    if plan.options.complete:
        _let_others_go(plan, rows)
    plan.persons = {known.id: known.person for known in people.values()}
    plan.persons |= {entry.id: entry.person for entry in plan.staying.values()}


def _find_renumbered(plan: Plan, rows: dict[str, Line]) -> None:
    """Take those for the same people who have the same name and differ by leading zeros only."""
    people, on = plan.knowledge.people, plan.options.effective_on
    bare = {key.lstrip("0"): key for key in people if key not in rows}
    pairs: dict[str, str] = {}
    for key, line in rows.items():
        old = bare.get(key.lstrip("0"))
        if (old and key not in people and (line.left_on is None or line.left_on > on)
                and fold(people[old].person.name) == fold(line.name)):
            pairs.setdefault(old, key)
    if not pairs:
        return
    old, key = next(iter(pairs.items()))
    answer = plan.ask(
        "renumbered", (("yes", N_("The same, with new numbers")), ("no", N_("Other people"))),
        "%(count)s people of this file differ from people here by zeros before the number only,"
        " such as %(new)s and %(old)s, %(name)s. Are they the same?", count=len(pairs),
        new=rows[key].personnel_no, old=people[old].person.personnel_no,
        name=people[old].person.name)
    if answer != "no":
        for old, key in pairs.items():
            people[key] = people.pop(old)


def _let_others_go(plan: Plan, rows: dict[str, Line]) -> None:
    """Whoever a complete file does not name has left; many are asked about."""
    people, on = plan.knowledge.people, plan.options.effective_on
    here = [key for key, known in people.items() if known.active and known.employed]
    missing = [key for key in here if key not in rows]
    plan.left += [(people[key], on) for key in missing]
    count = len(missing)
    if count > FEW and count * SHARE > len(here) and plan.options.answers.get("left") != str(count):
        plan.ask("left", (), "%(count)s of %(all)s people are not in this file and would leave."
                 " Type their number if that is meant.", count=count, all=len(here))


def check_names(plan: Plan) -> None:
    """Nobody may sign in with a name that is somebody else's once the file holds."""
    rows: dict[str, Line] = {}
    staying = {entry.id for entry in plan.staying.values()}
    for entry in plan.staying.values():
        line, person = entry.line, entry.person
        if person.email and not is_email(person.email):
            plan.fault(line, "email", "“%(address)s” is not an e-mail address.",
                       "Write it like name@example.com.", address=person.email)
            continue
        for name, kind in person.sign_in_names.items():
            owner = plan.knowledge.owners.get(name)
            if owner and owner.id not in staying:
                plan.fault(line, kind, "This belongs to %(name)s (%(number)s).",
                           "Correct it, or change it first on that person's page.",
                           name=owner.person.name, number=owner.person.personnel_no)
            elif rows.setdefault(name, line) is not line:
                plan.fault(line, kind, "Row %(row)s signs in with the same text.",
                           "Give each person their own.", row=rows[name].row)


def find_managers(plan: Plan) -> None:
    """Find whom the managers' cells mean, and that nobody stands above themself."""
    known = plan.knowledge.people.values()
    entries = {entry.id: entry for entry in plan.staying.values()}
    gone = {one.id for one, _day in plan.left}
    working = {one.id for one in known if one.active and one.id not in gone} | entries.keys()
    here = {user_id: plan.persons[user_id] for user_id in plan.persons if user_id in working}
    names: dict[str, int | None] = {
        name: user_id for user_id, person in here.items() for name in person.sign_in_names}
    told = [entry.line.manager for entry in entries.values() if entry.line.manager]
    if any(fold(text) not in names for text in told):
        names = _full_names(plan, here) | names
    for entry in entries.values():
        manager = names.get(fold(entry.line.manager))
        entry.words = replace(entry.words, manager_id=manager)
        if entry.line.manager and fold(entry.line.manager) not in names:
            plan.fault(entry.line, "manager", "Nobody here has the number, address or name"
                       " “%(manager)s”.", "Enter a manager who is in this file or works here"
                       " already.", manager=entry.line.manager)
        elif manager == entry.id:
            plan.fault(entry.line, "manager", "Nobody manages themself.", "Enter another manager.")
    chain = {one.id: one.words.manager_id for one in known if one.words and one.active}
    chain |= {entry.id: entry.words.manager_id for entry in entries.values()}
    for user_id in in_circles(chain) & entries.keys():
        if chain[user_id] != user_id:
            plan.fault(entries[user_id].line, "manager", "The managers go round in a circle.",
                       "Correct one of the managers in the circle.")


def _full_names(plan: Plan, here: dict[int, Person]) -> dict[str, int | None]:
    """Return whom the names of managers mean, "Ada Byron" or "Byron, Ada"; of several, is asked."""
    called: dict[str, list[int]] = {}
    for user_id, person in here.items():
        called.setdefault(_first_name_first(person.name), []).append(user_id)
    meant: dict[str, int | None] = {}
    for entry in plan.staying.values():
        text = entry.line.manager
        found = called.get(_first_name_first(text), [])
        if not found or fold(text) in meant:
            continue
        numbers = {here[user_id].personnel_no: user_id for user_id in found}
        answer: str | None = next(iter(numbers))
        if len(numbers) > 1:
            answer = plan.ask(
                f"manager:{fold(text)}",
                [(number, f"{here[numbers[number]].name} ({number})") for number in numbers],
                "%(count)s people are called %(name)s. Which of them is the manager?",
                count=len(numbers), name=here[found[0]].name)
        meant[fold(text)] = None if answer is None else numbers[answer]
    return meant


def _first_name_first(name: str) -> str:
    last, _comma, first = name.partition(",")
    return fold(f"{first} {last}")


def find_units(plan: Plan) -> None:
    """Read each unit and what stands above it, from its column or a path like "Works / Paint"."""
    units, said = plan.knowledge.catalogues["unit"], dict[str, Line]()
    for entry in plan.staying.values():
        line = entry.line
        texts = [line.unit] if fold(line.unit) in units else line.unit.split(PATH)
        texts = [text for text in (*line.unit_parent.split(PATH), *texts) if text]
        path = [named(plan, "unit", text) for text in texts if line.unit]
        entry.words = replace(entry.words, unit=path[-1] if path else "")
        if len(path) == 1 and "unit_parent" in plan.header.columns:
            path = ["", *path]
        for parent, unit in pairwise(path):
            if parent and plan.parents.get(unit) not in (None, "", parent):
                plan.fault(line, "unit_parent", "Row %(row)s puts %(unit)s under another unit.",
                           "Say the same in both rows.", row=said[unit].row, unit=unit)
            plan.parents[unit] = plan.parents.get(unit) or parent
            if parent:
                said.setdefault(unit, line)
    above = plan.knowledge.parents | plan.parents
    for unit in sorted(in_circles({unit: parent or None for unit, parent in above.items()})):
        if unit in said:
            plan.fault(said[unit], "unit_parent", "%(unit)s would stand under itself.",
                       "Correct the parent unit.", unit=unit)
    plan.parents = {unit: parent for unit, parent in plan.parents.items()
                    if plan.knowledge.parents.get(unit, "") != parent}


def find_zones(plan: Plan) -> None:
    """Read the time zone of each site; rows that leave the cell empty say nothing against others.
    """
    said: dict[str, Line] = {}
    for entry in plan.staying.values():
        line, site = entry.line, entry.words.site
        zone = line.site_time_zone
        if zone and not site:
            plan.fault(line, "site_time_zone", "The row names a time zone and no site.",
                       "Enter the site, or empty the cell.")
        elif zone and site in said and plan.zones[site] != zone:
            plan.fault(line, "site_time_zone", "Row %(row)s puts %(site)s into another time zone.",
                       "Say the same in both rows.", row=said[site].row,
                       site=plan.knowledge.catalogues["site"][fold(site)].name)
        elif zone:
            said.setdefault(site, line)
            plan.zones[site] = zone
        elif site:
            plan.zones.setdefault(site, "")
    plan.zones = {site: zone for site, zone in plan.zones.items()
                  if plan.knowledge.zones.get(site, "") != zone}


def named(plan: Plan, kind: str, text: str) -> str:
    """Return the code of the unit, site or job role that is meant, "" for none; it may be new."""
    catalogue, key = plan.knowledge.catalogues[kind], fold(text)
    if not text:
        return ""
    if key not in catalogue:
        stored = {other: one for other, one in catalogue.items() if one.id is not None}
        catalogue[key] = Named(None, text, text)
        plan.unheard += 1
        if stored and plan.unheard <= UNHEARD:
            _ask_if_misspelt(plan, kind, text, stored)
    return catalogue[key].code


def _ask_if_misspelt(plan: Plan, kind: str, text: str, stored: dict[str, Named]) -> None:
    key = fold(text)
    meant = {stored[other].code: stored[other] for other in alike(key, stored)}
    if meant:
        answer = plan.ask(
            f"{kind}:{key}", [*((code, one.name) for code, one in meant.items()), ("", text)],
            "“%(text)s” is not known yet. Is it new, or misspelt?", text=text)
        if answer:
            plan.knowledge.catalogues[kind][key] = meant[answer]
