"""Rows of sheets: what is a question, what is named, what is kept of each cell."""

from fractions import Fraction

import pytest

from isotrain import formats
from isotrain.formats.sheets.rows import CELL_LIMIT, HEADER_ROWS
from tests.formats.booklet import text, workbook
from tests.formats.reading import only, options, read, said
from tests.formats.test_workbooks import row

HEAD = "Question,A,B,Correct"


def sheet(*rows, head=HEAD):
    return read("\n".join([head, *rows]) + "\n", "csv")


def book(*rows, **more):
    return formats.read(workbook("".join(rows), **more), "bank.xlsx")


EMPTY = "The row holds no question and was not read."


@pytest.mark.parametrize(("cells", "is_named"), [
    (",,,,", False), ("7,,,,", False), (",,,,easy", True), ("7,,,,easy", True)])
def test_a_row_without_a_question_is_named_where_it_holds_what_would_be_read(cells, is_named):
    imported = sheet("1,Q?,x,A,1", cells, head="No,Question,A,Correct,Difficulty")
    assert (("row 3", EMPTY) in said(imported, "warning")) is is_named


def test_a_row_without_a_question_whose_text_stands_far_right_is_named():
    assert ("row 3", EMPTY) in said(sheet("Q?,x,y,A", ",,,,far"), "warning")
    assert ("row 3", EMPTY) not in said(sheet("Q?,x,y,A", ",,,, "), "warning")


@pytest.mark.parametrize(("cells", "severity"), [
    ("Q?,x,y,A,more", "error"), ("Q?,x,y,A,", None), ("Q?,x,A", "warning"), ("Q?,x,y,A", None)])
def test_a_row_of_another_width_is_an_error_where_it_holds_more(cells, severity):
    told = [problem for problem in sheet(cells).problems if "cells, the header" in problem.message]
    assert [problem.severity for problem in told] == ([severity] if severity else [])
    if told:
        assert told[0].params == {"cells": len(cells.split(",")), "width": 4}


def test_a_header_that_is_repeated_and_blank_rows_are_no_questions():
    imported = sheet("P?,x,y,A", HEAD, " Question ,A, B,Correct", "", ",,,", "Q?,x,y,B")
    assert [draft.stem for draft in imported.questions] == ["P?", "Q?"]
    assert not [each for each in said(imported) if each[0].startswith("row")]


@pytest.mark.parametrize(("before", "found"), [
    (0, True), (1, True), (HEADER_ROWS - 1, True), (HEADER_ROWS, False)])
def test_a_header_may_stand_below_so_many_rows(before, found):
    rows = "".join(row(2 + n, f"Title {n}") for n in range(before))
    head = "".join(text(f"{letter}{before + 2}", word) for letter, word in zip(
        "ABCD", HEAD.split(","), strict=True))
    told = rows + f'<row r="{before + 2}">{head}</row>' + row(before + 3, "Q?", "x", "y", "A")
    data = workbook(told, head=text("A1", "A title"))
    if before + 2 > HEADER_ROWS:
        with pytest.raises(formats.Unreadable):
            formats.read(data, "x.xlsx")
        return
    imported = formats.read(data, "x.xlsx")
    assert only(imported).place == f"row {before + 3}"
    rows = f"1-{before + 1}" if before else "1"
    assert ("file", f"Rows above the header were not read: {rows}.") in said(imported)


def test_the_header_that_names_most_is_the_header():
    imported = sheet("Question,Option A,Option B,Correct,Topic", "Q?,x,y,A,audit",
                     head="Question,Correct,,,")
    assert (only(imported).topic, options(only(imported))) == ("audit", [("x", 1), ("y", 0)])


def test_a_cell_may_be_so_long_and_is_cut_behind():
    for length, is_said in ((CELL_LIMIT, False), (CELL_LIMIT + 1, True)):
        imported = sheet(f"{'x' * length},a,b,A")
        told = [place for place, message in said(imported, "error") if "The cell has" in message]
        assert told == (["row 2, column Question"] if is_said else [])


@pytest.mark.parametrize(("cell", "is_said"), [
    ("=1+1", True), ("@x", True), ("+x", True), ("-x", True), ("-1", False), ("+5", False),
    ("x=1", False)])
def test_a_cell_like_a_formula_is_kept_and_named(cell, is_said):
    imported = sheet(f"Q?,{cell},y,A")
    assert only(imported).options[0].text == cell
    told = [place for place, message in said(imported) if "like a formula" in message]
    assert told == (["row 2, column A"] if is_said else [])


def test_columns_that_are_not_read_are_named_by_header_or_letter_where_they_hold_something():
    imported = sheet("Q?,x,y,A,20,,z", head=f"{HEAD},Time limit,,")
    assert ("file", "Columns that were not read: Time limit, G.") in said(imported)


def test_what_is_said_of_a_sheet_alone_names_no_sheet():
    hidden = '<cols><col min="2" max="2" hidden="1"/></cols>'
    one = book(row(2, "Q?", "x", "y", "Z"), columns=hidden)
    assert [place for place, _message in said(one, "error")] == ["row 2, column Correct"]
    assert ("file", "Hidden columns were read: Option A.") in said(one)


@pytest.mark.parametrize(("kind", "type_", "is_said"), [
    ("poll", None, "a poll"), ("slide", "information", "slide"), ("open", "essay", "open question"),
    ("quiz", "single_choice", ""), ("Word Cloud", None, "a word cloud")])
def test_kinds_that_ask_nothing_are_named_by_what_they_are(kind, type_, is_said):
    cells = "x,y,A" if kind == "quiz" else ",,"
    imported = sheet(f"What do you think?,{kind},{cells}", head="Question,Type,A,B,Correct")
    assert [draft.type for draft in imported.questions] == ([type_] if type_ else [])
    assert bool(is_said) == any(is_said in message and place == "row 2"
                                for place, message in said(imported, "warning") if is_said)


@pytest.mark.parametrize(("cells", "type_"), [("x,,", "short_text"), (",,y", "short_text"),
                                              (",,", "essay")])
def test_an_open_question_with_an_answer_takes_words(cells, type_):
    imported = sheet(f"Why?,open,{cells}", head="Question,Type,A,B,Correct")
    assert only(imported).type == type_


def test_cells_that_became_no_part_of_the_question_are_named():
    head = "Question,Type,A,B,Correct,Feedback A"
    imported = sheet("Why?,essay,left over,,,", "Who?,,x,y,A,well done", "S,true_false,a,b,true,",
                     head=head)
    lost = [place for place, message in said(imported, "warning") if "left out" in message]
    assert lost == ["row 2, column A"]


@pytest.mark.parametrize(("identity", "is_said"), [
    ("1E+05", True), ("1.5E+10", True), ("E5", False), ("Q1E+05", False), ("12", False)])
def test_an_id_that_a_program_changed_is_named_whole(identity, is_said):
    imported = sheet(f"{identity},Q?,x,y,A", head=f"Id,{HEAD}")
    told = [problem.params["id"] for problem in imported.problems if "id" in problem.params]
    assert told == ([identity] if is_said else []) and only(imported).external_id == identity


@pytest.mark.parametrize(("name", "value", "kept", "is_said"), [
    ("Difficulty", "hard", 3, False), ("Difficulty", "2.0", 2, False),
    ("Difficulty", "7", None, True), ("Use", "exam", "exam", False), ("Use", "home", "", True)])
def test_what_a_column_cannot_hold_is_left_out_and_named(name, value, kept, is_said):
    imported = sheet(f"Q?,x,y,A,{value}", head=f"{HEAD},{name}")
    assert getattr(only(imported), name.lower()) == kept
    assert ((f"row 2, column {name}", f'"{value}" is unknown here and was left out.')
            in said(imported)) is is_said


def test_tags_are_parted_and_shuffling_is_on_unless_it_is_off():
    head = f"{HEAD},Tags,Shuffle"
    first, second = sheet("P?,x,y,A,a; b ;;,no", "Q?,x,y,A,,yes", head=head).questions
    assert (first.tags, first.shuffle, second.tags, second.shuffle) == (
        ("a", "b"), False, (), True)


# -- options in rows of their own


LISTED = "QuestionID,QuestionText,OptionText,IsCorrect"


def test_rows_belong_to_one_question_while_id_and_text_stay_or_are_blank():
    imported = sheet("1,P?,a,yes", "1,P?,b,no", ",,c,no", "2,P?,d,yes", "2,P?,e,no", "2,Q?,f,no",
                     "2,Q?,g,yes", head=LISTED)
    assert [(draft.place, [option.text for option in draft.options])
            for draft in imported.questions] == [
        ("row 2", list("abc")), ("row 5", list("de")), ("row 7", list("fg"))]


def test_options_of_rows_can_be_put_in_order_too():
    head = f"{LISTED},Type"
    imported = sheet("1,Sort.,x,,ordering", "1,Sort.,y,,ordering", "1,Sort.,z,,ordering", head=head)
    assert [option.text for option in only(imported).options] == list("xyz")


# -- marks beside options

MARKED = "Question,Option 1,Option 1 correct,Option 2,Option 2 correct,Option 3,Option 3 correct"


@pytest.mark.parametrize(("marks", "type_", "shares"), [
    ("1,0,0", "single_choice", (1, 0, 0)), ("yes,no,", "single_choice", (1, 0, 0)),
    ("1,1,0", "multiple_choice", (0.5, 0.5, 0)), ("100%,50%,0%", "single_choice", (1, 0.5, 0)),
    ("50%,50%,0%", "multiple_choice", (0.5, 0.5, 0)),
    ("100,50,0", "single_choice", (1, 0.5, 0)), ("50,50,-50", "multiple_choice", (0.5, 0.5, -0.5)),
    ("1,0.5,0", "single_choice", (1, 0.5, 0)), ("0.5,0.5,0", "multiple_choice", (0.5, 0.5, 0)),
    ("4,0,0", "single_choice", (1, 0, 0)), ("100,100,0", "multiple_choice", (0.5, 0.5, 0)),
    ("33.33%,33.33%,33.33%", "multiple_choice", (0.33333, 0.33333, 0.33333)),
    ("60%,40%,-10%", "multiple_choice", (0.6, 0.4, -0.1)),
])
def test_marks_say_what_options_earn_in_every_unit(marks, type_, shares):
    first, second, third = marks.split(",")
    draft = only(sheet(f"Q?,a,{first},b,{second},c,{third}", head=MARKED))
    assert draft.type == type_
    assert tuple(share for _text, share in options(draft)) == shares


@pytest.mark.parametrize(("marks", "rule"), [
    ("50%,50%,-50%", "equal_parts"), ("50%,50%,-100%", "balanced"), ("50%,50%,0%", "weights"),
    ("60%,40%,-50%", "weights")])
def test_what_a_wrong_option_costs_tells_the_rule(marks, rule):
    first, second, third = marks.split(",")
    assert only(sheet(f"Q?,a,{first},b,{second},c,{third}", head=MARKED)).rule == rule


@pytest.mark.parametrize(("name", "type_", "shares"), [
    ("best", "single_choice", (1, Fraction(3, 4), 0)),
    ("sum", "multiple_choice", (Fraction(4, 7), Fraction(3, 7), 0))])
def test_points_are_parts_of_the_best_or_of_the_sum_and_asked_about(name, type_, shares):
    text_ = f"{MARKED}\nQ?,a,4,b,3,c,0\n"
    [problem] = read(text_, "csv").open
    assert {reading.name: reading.params["told"] for reading in problem.readings} == {
        "best": "100%; 75%; 0%", "sum": "57%; 43%; 0%"}
    draft = only(formats.read(text_.encode(), "x.csv", readings={problem.asks: name}))
    assert (draft.type, tuple(option.share for option in draft.options)) == (type_, shares)


def test_a_mark_that_is_none_and_marks_that_contradict_the_key_are_refused():
    assert said(sheet("Q?,a,maybe,b,1,c,", head=MARKED), "error") == [
        ("row 2, column Option 1 correct", '"maybe" says neither that the option is right nor that'
         " it is wrong.")]
    head = f"{MARKED},Correct answer"
    assert said(sheet("Q?,a,1,b,0,c,0,b", head=head), "error") == [
        ("row 2", "The key and the marks beside the options say different things.")]
    assert options(only(sheet("Q?,a,1,b,0,c,0,a", head=head))) == [("a", 1), ("b", 0), ("c", 0)]


@pytest.mark.parametrize(("cells", "texts", "right"), [
    ("*a,b,c", "abc", "a"), ("a,b*,*c", "abc", "bc"), ("a*b,*c,d", ["a*b", "c", "d"], "c"),
    ("*a,*b,*c", ["*a", "*b", "*c"], ""), ("a,b,c", "abc", ""), ("*,a,b", "*ab", ""),
])
def test_stars_mark_what_is_right_where_some_have_one(cells, texts, right):
    draft = only(sheet(f"Q?,{cells},", head="Question,A,B,C,Correct"))
    assert [option.text for option in draft.options] == list(texts)
    assert [option.text for option in draft.right] == list(right)


def test_what_is_said_once_of_a_question_stands_in_its_first_row():
    head = f"{LISTED},Type,Case sensitive"
    imported = sheet("1,Who?,York,,short_text,yes", "1,Who?,Yorck,,,", "2,Sort.,x,,ordering,",
                     "2,Sort.,,no,,", head=head)
    first = imported.questions[0]
    assert (first.type, first.more, options(first)) == (
        "short_text", {"case": True}, [("York", 1), ("Yorck", 1)])
    assert [place for place, message in said(imported, "error") if "too few" in message] == [
        "row 4"]


def test_a_star_behind_an_option_is_taken_off_with_the_space_before_it():
    draft = only(sheet("Q?,a *,b,c,", head="Question,A,B,C,Correct"))
    assert options(draft) == [("a", 1), ("b", 0), ("c", 0)]


@pytest.mark.parametrize("key", ["A1,B", "x2 B", "²,A"])
def test_a_part_of_a_key_that_is_neither_letter_nor_number_is_refused(key):
    imported = sheet(f'Sort.,ordering,x,y,"{key}"', head="Question,Type,A,B,Correct")
    assert [place for place, _message in said(imported, "error")] == ["row 2, column Correct"]


def test_points_of_a_question_that_says_its_type_are_not_asked_about():
    head = f"{MARKED},Type"
    told = {"multiple_choice": (0.57143, 0.42857, 0), "single_choice": (1, 0.75, 0)}
    for type_, shares in told.items():
        draft = only(sheet(f"Q?,a,4,b,3,c,0,{type_}", head=head))
        assert (draft.type, tuple(share for _text, share in options(draft))) == (type_, shares)


def test_names_of_columns_that_are_not_read_end_somewhere():
    names = [f"{n:03d}{'y' * 57}" for n in range(60)]
    imported = sheet(",".join(["Q?", "x", "y", "A", *["1"] * 60]), head=",".join([HEAD, *names]))
    [told] = [problem.params["names"] for problem in imported.problems
              if "names" in problem.params]
    assert len(told) == 2_000 and told.startswith(f"000{'y' * 37}, 001")
