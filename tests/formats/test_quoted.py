"""What is quoted of a file is short: the first letters of a line, a cell or a key."""

import pytest

from isotrain import formats
from isotrain.formats import Unreadable
from tests.formats.booklet import workbook
from tests.formats.test_workbooks import row

LONG = "y" * 70
HEAD = "Question,Type,A,B,Answer,Tolerance,Difficulty,Language,Use"
CHOICE = "1. Q?\nA. a\n*B. b"
QUOTED = [
    ("csv", f"{HEAD}\nQ?,{LONG},a,b,A,,,,", 60),
    ("csv", f"{HEAD}\nQ?,,a,b,{LONG},,,,", 60),
    ("csv", f"{HEAD}\nN?,numeric,,,{LONG},,,,", 60),
    ("csv", f"{HEAD}\nN?,numeric,,,5,{LONG},,,", 60),
    ("csv", f"{HEAD}\nN?,numeric,,,1.1.1.{'1' * 70},,,,", 60),
    ("csv", f"{HEAD}\nO?,ordering,a,b,{LONG},,,,", 60),
    ("csv", f"{HEAD}\nS,true_false,,,{LONG},,,,", 60),
    ("csv", f"{HEAD}\nM,matching,{LONG},b,,,,,", 60),
    ("csv", f"{HEAD}\nQ?,,a,b,A,,{LONG},,", 60),
    ("csv", f"{HEAD}\nQ?,,a,b,A,,,,{LONG}", 60),
    ("csv", f"Question,A,B,Answer,{LONG}\nQ?,a,b,A,x", 40),
    ("csv", "Question,Option 1,Option 1 correct,Option 2,Option 2 correct\n"
            f"Q?,a,{LONG},b,x", 60),
    ("csv", f"id,type,stem,option_1,option_2,right,share_1\n,single_choice,Q?,a,b,{LONG},", 60),
    ("csv", f"id,type,stem,option_1,option_2,right,share_1\n,single_choice,Q?,a,b,1,{LONG}", 60),
    ("aiken", f"Q?\nA) a\nB) b\nANSWER: {LONG}", 60),
    ("numbered", f"{CHOICE}\n\n{LONG}\n\n2. R?\nA. x\n*B. y", 60),
    ("numbered", f"1. Q?\nA. a\nB. b\nAnswer: {LONG}", 60),
    ("numbered", f"{LONG}\n{LONG}\n\n{CHOICE}", 60),
    ("numbered", f"{CHOICE}\n{LONG}\n2. R?\nA. x\n*B. y", 60),
    ("numbered", f"Points: {LONG}\n{CHOICE}", 60),
    ("numbered", f"Type: {LONG}\n{CHOICE}", 40),
    ("text2qti", f"1. N\n= {LONG}\n", 60),
    ("text2qti", f"1. Q\na) x\n*b) y\n\n{LONG}", 60),
    ("gift", f"::T::Q {{#{LONG}}}", 60),
    ("yaml", f"- type: {LONG}\n  stem: Q", 60),
    ("yaml", f"- type: single_choice\n  {LONG}: Q", 60),
    ("yaml", f"- type: multiple_choice\n  stem: Q\n  rule: {LONG}\n  options: "
             "[{text: a, right: true}, {text: b}]", 60),
    ("moodlexml", f'<quiz><question type="{LONG}"/></quiz>', 60),
    ("numbered", f"1. Q?\nA. a\nB. b\n*C. Both A and B {'y' * 60}", 60),
    ("gift", f"A {{1:NM:={LONG}}}.", 60),
]


def quoted(problems):
    """The texts in what is said that hold a part of the long one, and their lengths."""
    return {len(value) for problem in problems for value in problem.params.values()
            if isinstance(value, str) and ("yyy" in value or "111" in value)}


@pytest.mark.parametrize(("name", "text", "most"), QUOTED)
def test_what_is_quoted_of_a_file_is_its_first_letters(name, text, most):
    assert quoted(formats.read(text.encode(), format_name=name).problems) == {most}


def test_what_is_quoted_of_a_fault_in_a_cell_is_shorter():
    cell = f'<c r="B2" t="e"><v>#{LONG}</v></c>'
    assert quoted(formats.read(workbook(row(2, "Q?", cell, "x", "A"))).problems) == {20}


@pytest.mark.parametrize(("data", "name", "most"), [
    (b"<x" + b"y" * 200 + b"/>", "qti2", 60), (b"Q," + b"y" * 200 + b"\n1,2\n", "csv", 120)])
def test_what_is_quoted_of_a_file_that_is_none_is_short_too(data, name, most):
    with pytest.raises(Unreadable) as refusal:
        formats.read(data, format_name=name)
    assert quoted([refusal.value.problem]) == {most}
