"""Pure rules of a people file: its columns, what a cell may hold, what rows may say together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

from isotrain import zones
from isotrain.accounts.rules import line_fault
from isotrain.questions.problem import Problem, error, warning
from isotrain.spreadsheet import unguarded
from isotrain.text import N_, fold, tidy

REQUIRED = {"personnel_no": N_("Enter the personnel number."),
            "name": N_("Enter the person's name.")}
COLUMNS = (*REQUIRED, "email", "unit", "unit_parent", "site", "site_time_zone", "job_role",
           "manager", "employment_type", "hired_on", "left_on")
LONGEST = {"personnel_no": 64, "name": 200, "email": 254, "unit": 120, "unit_parent": 120,
           "site": 120, "job_role": 120, "manager": 254}
COLUMN_LIMIT, HEADER_ROWS = 60, 15
SYNONYMS = {
    "personnel_no": "personnelno personnelnumber personnel staffno staffnumber staffid employeeid"
                    " employeeno employeenumber number no id personalnummer personalnr persnr"
                    " mitarbeiternummer mitarbeiternr",
    "name": "name fullname employeename",
    "first_name": "firstname givenname forename vorname",
    "last_name": "lastname surname familyname nachname familienname",
    "email": "email mail emailaddress workemail emailadresse",
    "unit": "unit orgunit department dept team unitcode abteilung organisationseinheit",
    "unit_parent": "unitparent parentunit parent division hauptabteilung",
    "site": "site location plant sitecode standort niederlassung",
    "site_time_zone": "sitetimezone timezone zeitzone standortzeitzone",
    "job_role": "jobrole jobtitle job position function stellenbezeichnung stelle funktion",
    "manager": "manager managerno managerpersonnelno managernumber supervisor lead reportsto"
               " vorgesetzter vorgesetzte fuhrungskraft",
    "employment_type": "employmenttype contracttype employment contract type beschaftigungsart"
                       " vertragsart",
    "hired_on": "hiredon hiredate hired startdate entrydate joinedon eintrittsdatum eintritt",
    "left_on": "lefton leavedate leavingdate left enddate exitdate terminationdate austrittsdatum"
               " austritt",
}
TYPES = {
    "employee": "employee permanent staff angestellter angestellte mitarbeiter mitarbeiterin",
    "temporary": "temporary temp agency leiharbeiter leiharbeiterin zeitarbeiter zeitarbeiterin",
    "contractor": "contractor external freelancer fremdfirma",
    "apprentice": "apprentice trainee auszubildender auszubildende azubi",
}
EMPLOYMENT_TYPES = tuple(TYPES)
_TYPE_BY_WORD = {word: kind for kind, words in TYPES.items() for word in words.split()}
_BY_WORD = {word: column for column, words in SYNONYMS.items() for word in words.split()}
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:T00:00:00)?")
_DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SERIAL_DAY = re.compile(r"[2-7][0-9]{4}")  # how a spreadsheet keeps a day, from 1954 to 2119
_FIRST_SERIAL_DAY = date(1899, 12, 30)
_WRITE_DAY = N_("Write the date as 2026-03-31.")
ALIKE = 0.84  # from where on two words may be one, misspelt


Key = TypeVar("Key", int, str)


@dataclass(frozen=True)
class Line:
    """What one row says about one person; None or "" where it says nothing."""

    row: int
    personnel_no: str = ""
    name: str = ""
    email: str | None = None
    unit: str = ""
    unit_parent: str = ""
    site: str = ""
    site_time_zone: str = ""
    job_role: str = ""
    manager: str = ""
    employment_type: str = ""
    hired_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True)
class Header:
    """Which column stands where, and by what word the file calls it."""

    row: int
    words: tuple[str, ...]
    columns: Mapping[str, int]

    def place(self, row: int, column: str) -> str:
        """Say where a cell stands, with the file's own word for its column."""
        if column == "name" and column not in self.columns:
            column = "last_name"
        index = self.columns.get(column)
        return f"row {row}, column {column if index is None else self.words[index]}"


@dataclass(frozen=True)
class PeopleFile:
    """What a file says; `problems` names every fault by row and column."""

    header: Header
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


def column_of(word: str) -> str | None:
    """Return the column a header cell means, whatever its case, spaces and underscores."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    return _BY_WORD.get(re.sub(r"[^a-z]", "", plain))


def read_people(rows: Sequence[tuple[int, Sequence[str]]]) -> PeopleFile:
    """Read the rows of a sheet, given with their numbers; no fault ends the reading."""
    header, problems = _read_header(rows[:HEADER_ROWS])
    lines, told = [], False
    for number, cells in rows if header.columns else ():
        if number > header.row and any(cell.strip() for cell in cells):
            line, found = _read_line(number, cells, header)
            problems += [one for one in found if one.severity == "error" or not told]
            told = told or any(one.severity == "warning" for one in found)
            if line:
                lines.append(line)
    if not lines and not any(problem.severity == "error" for problem in problems):
        problems.append(error(f"row {header.row}", "There are no people below the header.",
                              "Add one row for each person."))
    return PeopleFile(header, tuple(lines), tuple(problems))


def _read_header(
    rows: Sequence[tuple[int, Sequence[str]]]
) -> tuple[Header, list[Problem]]:
    """Return the header, the first row that names both required columns, and what is odd in it."""
    for number, cells in rows:
        named = [column_of(cell) for cell in cells]
        if "personnel_no" not in named or not {"name", "last_name"} & set(named):
            continue
        if any(cells[COLUMN_LIMIT:]):
            return Header(number, (), {}), [error(
                f"row {number}", "The row has more than %(limit)s cells.",
                "Delete what does not belong to the table.", limit=COLUMN_LIMIT)]
        words, problems = tuple(cell.strip()[:40] for cell in cells), []
        for index, (word, column) in enumerate(zip(words, named, strict=True)):
            place = f"row {number}, column {word}"
            if column is None and word:
                hint = (N_("An administrator gives roles, on the person's page.")
                        if word.casefold() in ("role", "roles") else "")
                problems.append(warning(place, "This column is not used.", hint))
            elif column and named.index(column) != index:
                problems.append(error(place, "This column is there twice.",
                                      "Delete one of the two."))
        columns = {column: named.index(column) for column in named if column}
        return Header(number, words, columns), problems
    return Header(1, (), {}), [error(
        "row 1", "No header with the columns personnel_no and name was found.",
        "Put the names of the columns into the first row.")]


def _read_line(
    row: int, cells: Sequence[str], header: Header
) -> tuple[Line | None, list[Problem]]:
    """Read one row; None where its cells cannot be told apart."""
    width = len(header.words)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        return None, [error(
            f"row {row}", "The row has %(cells)s cells, the header has %(width)s.",
            "Put quotes around a text that contains the separator; check that none is missing.",
            cells=len(cells), width=width)]
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for column, index in header.columns.items():
        try:
            text = _tidied(cells[index], column)
            values[column] = _READERS.get(column, str)(text)
            if isinstance(values[column], date) and text.isdigit():
                problems.append(warning(
                    header.place(row, column), "Numbers were read as a spreadsheet keeps days:"
                    " %(text)s is %(day)s.", "", text=text, day=values[column].isoformat()))
        except _Fault as fault:
            values[column] = None
            problems.append(error(header.place(row, column), *fault.texts, **fault.params))
    first, last = values.pop("first_name", ""), values.pop("last_name", "")
    if "name" not in values:
        values["name"] = None if None in (first, last) else f"{first} {last}".strip()
    for column, hint in REQUIRED.items():
        if values[column] is not None and not fold(values[column]):
            problems.append(error(header.place(row, column), "The cell is empty.", hint))
    line = Line(row, **{column: value for column, value in values.items() if value})
    if line.hired_on and line.left_on and line.left_on < line.hired_on:
        problems.append(error(header.place(row, "left_on"), "They left before they were hired.",
                              "Correct one of the two dates."))
    return line, problems


class _Fault(Exception):
    """What is wrong with one cell, and what to do about it."""

    def __init__(self, template: str, hint: str, **params: Any) -> None:
        self.texts = (template, hint)
        self.params = params


def _tidied(raw: str, column: str) -> str:
    """Tidy a text; a quote that our own export put before a formula sign is taken off."""
    typed = tidy(raw)
    text = unguarded(typed)
    fault = line_fault(text)
    if fault:
        template, hint, params = fault
        raise _Fault(template, hint, **params)
    text = " ".join(text.split())
    limit = LONGEST.get(column, 120)
    if len(text) > limit:
        raise _Fault(N_("The text has %(length)s characters, %(limit)s are allowed."),
                     N_("Shorten it."), length=len(text), limit=limit)
    return text


def _type(text: str) -> str:
    """Return the employment type a word means, in any of the languages we know."""
    kind = _TYPE_BY_WORD.get(text.casefold(), "")
    if text and not kind:
        raise _Fault(N_("“%(kind)s” is no employment type."), N_("Use one of: %(known)s."),
                     kind=text, known=", ".join(EMPLOYMENT_TYPES))
    return kind


def _zone(text: str) -> str:
    """Return the name of a time zone as it is spelt."""
    name = zones.spelt(text)
    if text and name is None:
        raise _Fault(N_("“%(text)s” is no time zone."), N_("Write it like Europe/Berlin."),
                     text=text)
    return name or ""


def _day(text: str) -> date | None:
    if not text:
        return None
    if _SERIAL_DAY.fullmatch(text):
        return _FIRST_SERIAL_DAY + timedelta(days=int(text))
    if match := _ISO_DAY.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DOTTED_DAY.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise _Fault(N_("“%(text)s” is not a date."), _WRITE_DAY, text=text)
    if not 1900 <= year <= 2100:
        raise _Fault(N_("The year %(year)s cannot be meant."), _WRITE_DAY, year=year)
    try:
        return date(year, month, day)
    except ValueError:
        raise _Fault(N_("There is no day “%(text)s”."), _WRITE_DAY, text=text) from None


_READERS: dict[str, Callable[[str], Any]] = {
    "employment_type": _type, "site_time_zone": _zone, "hired_on": _day, "left_on": _day}


def alike(word: str, others: Iterable[str]) -> list[str]:
    """Return those of other folded words that a folded word may be meant for, closest first.

    What differs in its figures is meant to differ: line 1 is not line 2.
    """
    figures = re.findall(r"[0-9]+", word)
    same = [other for other in others if re.findall(r"[0-9]+", other) == figures]
    return get_close_matches(word, same, n=3, cutoff=ALIKE)


def in_circles(above: Mapping[Key, Key | None]) -> set[Key]:
    """Return everything that stands above itself, each step followed once."""
    circles: set[Key] = set()
    done: set[Key] = set()
    for start in above:
        path: dict[Key, None] = {}
        here: Key | None = start
        while here is not None and here not in done and here not in path:
            path[here] = None
            here = above.get(here)
        if here in path:
            walked = list(path)
            circles.update(walked[walked.index(here):])
        done.update(path)
    return circles
