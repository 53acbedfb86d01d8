"""Workbooks of questions: all visible sheets, as their author saw them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from isotrain.formats.contract import ARCHIVE, OLE, Format
from isotrain.formats.model import Import
from isotrain.formats.sheets import writing
from isotrain.formats.sheets.questions import read_grids
from isotrain.formats.workbooks import opening
from isotrain.formats.workbooks.archive import names_of, pictures_of
from isotrain.formats.workbooks.grid import Grid, hidden_sheet
from isotrain.questions.problem import Problem, warning
from isotrain.text import N_

EXTENSIONS = (".xlsx", ".xlsm", ".xls", ".ods")
_MACROS = "xl/vbaProject.bin"


def detect(data: bytes, filename: str) -> bool:
    """Whether this is a workbook: by its parts, or by its name where they cannot be read."""
    if data.startswith(OLE):
        return True
    if not data.startswith(ARCHIVE):
        return False
    names = names_of(data)
    named = filename.lower().endswith(EXTENSIONS) and ".docx" not in filename.lower()
    return named or "xl/workbook.xml" in names or (
        "content.xml" in names and b"opendocument.spreadsheet" in data[:200])


def read(data: bytes) -> Import:
    """Read all visible sheets; raises Unreadable."""
    return choose(data, {})


def choose(data: bytes, readings: Mapping[str, str]) -> Import:
    """Read all visible sheets with what was chosen for their headers; raises Unreadable."""
    grids: list[Grid] = []
    said: list[Problem] = []
    sheets, signs = opening.grids(data)
    for name, grid in sheets:
        if grid is None:
            said.append(hidden_sheet(name))
        else:
            grids.append(grid)
    if _MACROS in names_of(data):
        said.append(warning("file", "The macros of the workbook were not read."))
    if opening.leaves_pictures(data):
        said.append(warning("file", "Pictures of this kind of workbook are not read.",
                            "Save the workbook as .xlsx to bring them with their questions."))
    imported = signs.put_in(read_grids("xlsx", grids, readings), partial(pictures_of, data))
    return replace(imported, problems=(*said, *imported.problems))


XLSX = Format("xlsx", N_("Excel, LibreOffice (XLSX, ODS, XLS)"), EXTENSIONS, detect, read,
              writing.write_xlsx, choose=choose)
