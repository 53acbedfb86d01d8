"""What other programs are given stays, letter for letter, what it was: one file per format.

Reading back what we wrote ourselves does not show what others need. After a change that is meant,
`python -m tests.formats.test_written` writes the files anew; look at the difference.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from isotrain.formats import Draft, Option, find_format
from isotrain.formats.contract import Export
from isotrain.questions.draft import true_false_options

FOLDER = Path(__file__).parent / "written"
HALF, THIRD, WHOLE = Fraction(1, 2), Fraction(1, 3), Fraction(1)
ABOUT = {"explanation": "Since **ISO** says so.", "tags": ("audit", "first steps"),
         "category": "Top/Sub \"x\"", "topic": "audit", "difficulty": 2, "module": "m1",
         "facts": ("f1", "f2"), "use": "exam", "language": "en", "enemies": "twins"}
FOUR = tuple(Option(each) for each in ("one", "two", "three", "All of them"))


def several(rule, *shares, **more):
    options = tuple(each._replace(share=Fraction(share))
                    for each, share in zip(FOUR, shares, strict=True))
    return Draft("", "multiple_choice", f"By {rule}?", name=rule, rule=rule, options=options,
                 **more)


DRAFTS = (
    Draft("", "single_choice", "**What** is\n\nthis & <that> ~ = # { } : ?", name="Name: {1}",
          external_id="Q 1", options=(Option("a <b> = 1", WHOLE, "why & how"), Option("b ~ c"),
                                      Option("c # d", THIRD, "half\nright", stays=True)), **ABOUT),
    Draft("", "single_choice", "Which *one*?", options=(Option("2"), Option("1", WHOLE)),
          shuffle=False, category="Other", tags=("x",)),
    several("balanced", HALF, HALF, 0, 0, external_id="Q2"),
    several("all_or_nothing", THIRD, THIRD, THIRD, 0, explanation="All."),
    several("equal_parts", HALF, HALF, 0, 0),
    several("per_option", HALF, HALF, 0, 0),
    several("weights", Fraction(3, 4), Fraction(1, 4), Fraction(-1, 3), 0, shuffle=False),
    Draft("", "true_false", "It is so.", options=true_false_options(True, "yes", "no"), name="T"),
    Draft("", "true_false", "It is not.", options=true_false_options(False)),
    Draft("", "short_text", "Who is *it*?", options=(
        Option("ISO", WHOLE, "right"), Option("I*O", HALF), Option("*", feedback="no"))),
    Draft("", "short_text", "Who?", more={"case": True}, options=(
        Option("York", WHOLE), Option(r"a\*b = {c}", HALF))),
    Draft("", "short_text", "What?", more={"case": True}, options=(Option("*Light*", WHOLE),)),
    Draft("", "numeric", "How far?", more={"unit": "km"}, options=(
        Option("3.5", WHOLE, "well", "0.5"), Option("-2", HALF, "", "0"), Option("*", Fraction(0),
                                                                                "far off"))),
    Draft("", "numeric", "How many?", options=(Option("12", WHOLE, "", ""),)),
    Draft("", "matching", "Match.", pairs=(("Plan", "1 -> 2"), ("Do = done", "3 ~ 4"),
                                           ("", "left over"))),
    Draft("", "categorising", "Sort.", pairs=(("a", "X"), ("b", "X"), ("c", "Y"), ("", "Z"))),
    Draft("", "ordering", "Put in order.", options=FOUR[:3], rule="all_or_nothing"),
    Draft("", "ordering", "Put in order, too.", options=FOUR[:2], rule="neighbours"),
    Draft("", "gap_text", "The [[1]] is *very* [[2]].", pairs=(("1", "lid"), ("2", "on"),
                                                               ("", "off"))),
    Draft("", "cloze", "The {1:MC:=a~b} & {2:SA:=x#yes~%50%y}\n\nand {1:NM:=5:0.1}, {1:MR:=p~q}."),
    Draft("", "cloze", r"A {1:SA:=a\*b~%50%c} is {1:SAC:=D} and {2:MCV:=e~%50%f~g}."),
    Draft("", "cloze", "A {1:MC:=a~b~c} of {1:MC:d~=e}.", name="Lists"),
    Draft("", "cloze", "A {1:SA:=a~=b} of {1:SA:=c}.", name="Fields"),
    Draft("", "essay", "Discuss.", more={"points": ["one <1>", "two"]}, explanation="So."),
    Draft("", "essay", "Why?"),
    Draft("", "information", "Read *this*.", name="Text", explanation="More."),
    Draft("", "scenario", "A firm has 20 people.", name="Case", parts=(
        Draft("", "single_choice", "Who?", options=(Option("I", WHOLE), Option("you"))),
        Draft("", "numeric", "How many?", options=(Option("20", WHOLE, "", "1"),)))),
)  # fmt: skip
NAMES = ("aiken", "csv", "gift", "moodlexml", "qti12", "qti2", "yaml")


def text_of(export: Export) -> str:
    """What is written, the members of an archive one after the other, and what is said of it."""
    data = export.data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            told = "\n".join(f"== {name}\n{archive.read(name).decode()}"
                             for name in archive.namelist())
    else:
        told = data.decode("utf-8-sig")
    said = "\n".join(f"{each.severity} {each.place}: {each.message}" for each in export.problems)
    return f"{told.replace('><', '>' + chr(10) + '<')}\n== said\n{said}\n"


def written(name: str) -> str:
    """All questions in one file of a format."""
    return text_of(find_format(name).write(DRAFTS)).replace("\r\n", "\n")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_stays_what_it_was(name):
    assert written(name) == (FOLDER / f"{name}.txt").read_text()


def test_a_workbook_looks_as_it_did_and_offers_what_can_be_chosen():
    data = find_format("xlsx").write(DRAFTS).data
    [sheet] = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    assert (sheet.title, sheet.freeze_panes) == ("Questions", "D2")
    assert {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value} == {"@"}
    assert [cell.font.b for cell in sheet[1]] == [True] * len(sheet[1])
    assert {(cell.alignment.wrap_text, cell.alignment.vertical) for cell in sheet[2] if cell.value
            } == {(True, "top")}
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    widths = {name: sheet.column_dimensions[letter].width for name, letter in columns.items()}
    assert widths["stem"] > widths["option_1"] > widths["id"] > 0
    offered = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    last = len(list(sheet.iter_rows())) - 1 + 1_000 + 1
    assert set(offered) == {f"{columns[name]}2:{columns[name]}{last}"
                            for name in ("type", "difficulty", "use", "shuffle")}
    assert "single_choice" in offered[f"{columns['type']}2:{columns['type']}{last}"]


def test_an_empty_workbook_offers_choices_in_a_thousand_rows():
    sheet = openpyxl.load_workbook(io.BytesIO(find_format("xlsx").write([]).data)).active
    assert {str(each.sqref)[-4:] for each in sheet.data_validations.dataValidation} == {"1002"}


def test_what_is_written_does_not_depend_on_where_it_was_read():
    moved = [replace(draft, place=f"line {n}") for n, draft in enumerate(DRAFTS)]
    assert text_of(find_format("gift").write(moved)) == text_of(find_format("gift").write(DRAFTS))


if __name__ == "__main__":
    for each in NAMES:
        (FOLDER / f"{each}.txt").write_text(written(each))
