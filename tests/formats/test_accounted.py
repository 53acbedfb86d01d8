"""Nothing that stands in a sheet goes without a word: it is in a question or something names it."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import formats
from isotrain.formats import Unreadable
from tests.formats.booklet import text, workbook
from tests.formats.reading import said

HEADERS = ("Question", "Option A", "Option B", "Option C", "Correct", "Type", "Points A",
           "Notes", "",
           "Feedback A", "Topic", "Option 1", "Is correct", "Match A")  # fmt: skip
WORDS = ("alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india",
         "juliett")
CELLS = st.sampled_from(("", "", "", "A", "B", "1", "2", "0", "true", "x", "numeric", "poll",
                         "essay", "matching", *WORDS))
GRIDS = st.lists(st.sampled_from(HEADERS), min_size=2, max_size=8, unique=True).flatmap(
    lambda header: st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)),
                            max_size=5).map(lambda rows: [header, *rows]))


def accounted(imported, number, column, cell, header):
    """Whether a cell is in a draft of its row, or a problem names its row, its column or it."""
    row = re.compile(rf"row {number}\b")
    in_drafts = any(cell.casefold() in str(draft.to_data()).casefold()
                    for draft in imported.questions)
    name = header[column].strip() or "ABCDEFGHIJ"[column]
    named = any(row.search(problem.place) or (
        "not read" in problem.message and re.search(rf"\b{re.escape(name)}\b", problem.message))
        for problem in imported.problems)
    return in_drafts or named


@given(GRIDS)
@settings(max_examples=150, deadline=None)
def test_every_cell_is_in_a_question_or_named(grid):
    header, *rows = grid
    cells = "".join(f'<row r="{n}">' + "".join(
        text(f"{letter}{n}", cell) for letter, cell in zip("ABCDEFGHIJ", row, strict=False) if cell)
        + "</row>" for n, row in enumerate(rows, 2))
    head = "".join(text(f"{letter}1", word) for letter, word in zip("ABCDEFGHIJ", header,
                                                                     strict=False) if word)
    try:
        imported = formats.read(workbook(cells, head=head), "b.xlsx")
    except Unreadable as refusal:
        assert refusal.code == "no_header"
        return
    for number, row in enumerate(rows, 2):
        for column, cell in enumerate(row):
            if cell in WORDS:
                assert accounted(imported, number, column, cell, header), (number, cell, said(
                    imported), imported.questions)
