"""Pure rules of a people file: its columns, what a cell may hold, what rows may say together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from isotrain.questions.problem import Problem, error, warning

REQUIRED = {"personnel_no": "Enter the personnel number.", "name": "Enter the person's name."}
COLUMNS = (*REQUIRED, "email", "unit", "unit_parent", "site", "job_role", "manager",
           "employment_type", "hired_on", "left_on")
EMPLOYMENT_TYPES = ("employee", "temporary", "contractor", "apprentice")
LONGEST = {"personnel_no": 64, "name": 200, "email": 254, "unit": 120, "unit_parent": 120,
           "site": 120, "job_role": 120, "manager": 254}
COLUMN_LIMIT, ROW_LIMIT, HEADER_ROWS = 60, 20_000, 15
SYNONYMS = {
    "personnel_no": "personnelno personnelnumber personnel staffno staffnumber staffid employeeid"
                    " employeeno employeenumber number no id",
    "name": "name fullname employeename",
    "first_name": "firstname givenname forename",
    "last_name": "lastname surname familyname",
    "email": "email mail emailaddress workemail",
    "unit": "unit orgunit department dept team unitcode",
    "unit_parent": "unitparent parentunit parent division",
    "site": "site location plant sitecode",
    "job_role": "jobrole jobtitle job position function",
    "manager": "manager managerno managerpersonnelno managernumber supervisor lead reportsto",
    "employment_type": "employmenttype contracttype employment contract type",
    "hired_on": "hiredon hiredate hired startdate entrydate joinedon",
    "left_on": "lefton leavedate leavingdate left enddate exitdate terminationdate",
}
_BY_WORD = {word: column for column, words in SYNONYMS.items() for word in words.split()}
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
GUARDED = re.compile(r"'*[=+\-@\t\r＝＋－＠]")  # what our export puts a quote before
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:T00:00:00)?")
_DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_WRITE_DAY = "Write the date as 2026-03-31."


@dataclass(frozen=True)
class Line:
    """What one row says about one person; None or "" where it says nothing."""

    row: int
    personnel_no: str
    name: str
    email: str | None = None
    unit: str = ""
    unit_parent: str = ""
    site: str = ""
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

    def has(self, column: str) -> bool:
        """Say whether the file says anything about this."""
        return column in self.columns

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


def find_header(rows: Sequence[tuple[int, Sequence[str]]]) -> Header | None:
    """Return the header: the first row that names both required columns."""
    for number, cells in rows[:HEADER_ROWS]:
        columns: dict[str, int] = {}
        for index, cell in enumerate(cells):
            columns.setdefault(column_of(cell) or "", index)
        columns.pop("", None)
        if "personnel_no" in columns and ("name" in columns or "last_name" in columns):
            return Header(number, tuple(cell.strip()[:40] for cell in cells), columns)
    return None


def column_of(word: str) -> str | None:
    """Return the column a header cell means, whatever its case, spaces and underscores."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    return _BY_WORD.get(re.sub(r"[^a-z]", "", plain))


def read_people(rows: Sequence[tuple[int, Sequence[str]]]) -> PeopleFile:
    """Read the rows of a sheet, given with their numbers; no fault ends the reading."""
    header = find_header(rows)
    if header is None:
        return PeopleFile(Header(1, (), {}), (), (error(
            "row 1", "No header with the columns personnel_no and name was found.",
            "Put the names of the columns into the first row."),))
    problems = _header_problems(header)
    lines = []
    for number, cells in rows:
        if number > header.row and any(cell.strip() for cell in cells):
            line, faults = _read_line(number, cells, header)
            problems += faults
            if line:
                lines.append(line)
    if not lines and not any(problem.severity == "error" for problem in problems):
        problems.append(error(f"row {header.row}", "There are no people below the header.",
                              "Add one row for each person."))
    return PeopleFile(header, tuple(lines), tuple(problems))


def _header_problems(header: Header) -> list[Problem]:
    problems = []
    for index, word in enumerate(header.words):
        column = column_of(word)
        place = f"row {header.row}, column {word}"
        if column is None and word:
            hint = ("An administrator gives roles, on the person's page."
                    if word.casefold() in ("role", "roles") else "")
            problems.append(warning(place, "This column is not used.", hint))
        elif column and header.columns[column] != index:
            problems.append(error(place, "This column is there twice.", "Delete one of the two."))
    return problems


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
            values[column] = _value(cells[index], column)
        except _Fault as fault:
            values[column] = None
            problems.append(error(header.place(row, column), *fault.texts, **fault.params))
    first, last = values.pop("first_name", ""), values.pop("last_name", "")
    if "name" not in values:
        values["name"] = None if None in (first, last) else f"{first} {last}".strip()
    for column, hint in REQUIRED.items():
        if values[column] == "":
            problems.append(error(header.place(row, column), "The cell is empty.", hint))
    if values.get("hired_on") and values.get("left_on"):
        problems += _out_of_order(row, values, header)
    return Line(row, **{column: value for column, value in values.items()
                        if value is not None} | _named(values)), problems


def _named(values: Mapping[str, Any]) -> dict[str, str | None]:
    return {"personnel_no": values["personnel_no"] or "", "name": values["name"] or "",
            "email": values.get("email") or None}


def _out_of_order(row: int, values: Mapping[str, Any], header: Header) -> list[Problem]:
    if values["left_on"] >= values["hired_on"]:
        return []
    return [error(header.place(row, "left_on"), "They left before they were hired.",
                  "Correct one of the two dates.")]


class _Fault(Exception):
    """What is wrong with one cell, and what to do about it."""

    def __init__(self, template: str, hint: str, **params: Any) -> None:
        self.texts = (template, hint)
        self.params = params


def _value(raw: str, column: str) -> Any:
    text = _tidied(raw, column)
    if column in ("hired_on", "left_on"):
        return _day(text)
    if column == "employment_type" and text:
        kind = text.casefold()
        if kind not in EMPLOYMENT_TYPES:
            raise _Fault("“%(kind)s” is no employment type.", "Use one of: %(known)s.",
                         kind=text, known=", ".join(EMPLOYMENT_TYPES))
        return kind
    return text


def _tidied(raw: str, column: str) -> str:
    """Tidy a text; a quote that our own export put before a formula sign is taken off."""
    text = unicodedata.normalize("NFC", raw).strip(" \t\r\n\u00a0\ufeff")
    if text.startswith("'") and GUARDED.match(text, 1):
        text = text[1:]
    elif _FORMULA.match(text):
        raise _Fault("The cell begins with “%(sign)s” as formulas do.", "Write plain text.",
                     sign=text[0])
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") for c in text):
        raise _Fault("The cell holds a line break or a control character.", "Type it again.")
    if _BIDI.search(text):
        raise _Fault("The cell holds invisible direction marks.", "Type it again.")
    text = " ".join(text.split())
    limit = LONGEST.get(column, 120)
    if len(text) > limit:
        raise _Fault("The text has %(length)s characters, %(limit)s are allowed.", "Shorten it.",
                     length=len(text), limit=limit)
    return text


def _day(text: str) -> date | None:
    if not text:
        return None
    if re.fullmatch(r"[2-7][0-9]{4}", text):
        meant = date(1899, 12, 30) + timedelta(days=int(text))
        raise _Fault("“%(text)s” is the number by which a spreadsheet keeps %(day)s.",
                     "Format the column as a date, or write %(day)s.", text=text,
                     day=meant.isoformat())
    if match := _ISO_DAY.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DOTTED_DAY.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise _Fault("“%(text)s” is not a date.", _WRITE_DAY, text=text)
    if not 1900 <= year <= 2100:
        raise _Fault("The year %(year)s cannot be meant.", _WRITE_DAY, year=year)
    try:
        return date(year, month, day)
    except ValueError:
        raise _Fault("There is no day “%(text)s”.", _WRITE_DAY, text=text) from None
