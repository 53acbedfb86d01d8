"""What an export leaves behind is said with the questions it befalls and the reason."""

from dataclasses import replace
from fractions import Fraction

import pytest

from isotrain import formats
from isotrain.formats import Draft, Option
from isotrain.i18n import say_place

FORMATS = {format_.name: format_ for format_ in formats.FORMATS}
CHOICE = Draft("", "single_choice", "Who?", external_id="Q-1",
               options=(Option("a", Fraction(1)), Option("b")))
ORDER = Draft("", "ordering", "Order", external_id="Q-2", options=(Option("a"), Option("b")))
ESSAY = Draft("", "essay", "Discuss.", name="Audits")
SETS = [replace(ORDER, external_id=f"O-{number}") for number in range(1, 13)]


def losses(name, *drafts):
    return [(problem.place, problem.message) for problem in FORMATS[name].write(drafts).problems]


def cloze(source, key="Q-9"):
    return Draft("", "cloze", source, external_id=key)


def test_each_type_that_is_left_out_is_named_with_its_questions():
    told = losses("aiken", CHOICE, ORDER, ESSAY)
    assert told[:2] == [
        ("question Q-2", "Aiken has no questions of the type Ordering; they were left out"
                         " (questions: 1)."),
        ("question Audits", "Aiken has no questions of the type Essay; they were left out"
                            " (questions: 1).")]


def test_the_first_ten_questions_are_named_and_the_others_counted():
    [(place, _message), *_others] = losses("aiken", CHOICE, *SETS)
    assert say_place(place) == ("questions O-1, O-2, O-3, O-4, O-5, O-6, O-7, O-8, O-9, O-10,"
                                " and 2 more")


def test_what_befalls_many_questions_and_all_of_them_names_none():
    many = [replace(CHOICE, external_id=f"C-{number}") for number in range(11)]
    assert ("every question", "Aiken cannot carry ids (questions: 11).") in losses("aiken", *many)
    [(place, _message)] = losses("aiken", *many[:2])
    assert place == "questions C-0, C-1"


@pytest.mark.parametrize(("name", "draft", "reason"), [
    ("aiken", replace(CHOICE, stem=""), "Questions without a text were left out"),
    ("aiken", replace(CHOICE, stem="ANSWER: A"), "Aiken would take the text of these questions"),
    ("aiken", replace(CHOICE, options=CHOICE.options[:1]), "Aiken takes 2 to 26 options"),
    ("qti12", cloze("A {1:NM:=5} b"), "QTI 1.2 takes a text with gaps only where"),
    ("qti12", cloze("No gap"), "Texts with gaps that have a fault were left out"),
    ("qti2", cloze("A {1:MR:=a~=b~c}"), "QTI 2.2 has no gaps with several right answers"),
    ("qti2", cloze("A {1:SA:=a*}"), "QTI 2.2 has no stars that stand for any text"),
])
def test_a_question_that_is_left_out_is_named_with_the_reason(name, draft, reason):
    export = FORMATS[name].write([CHOICE, draft])
    assert export.left == 1
    assert any(problem.message.startswith(reason) for problem in export.problems)
    assert any(problem.place == f"question {draft.external_id}" for problem in export.problems)
    assert len(FORMATS[name].read(export.data).questions) == 1


@pytest.mark.parametrize(("name", "draft", "reason"), [
    ("qti12", cloze("A {1:SAC:=a} b {2:SA:=c#good}"), [
        "cannot say that upper and lower case count in a gap",
        "cannot say that some gaps count more than others", "cannot carry the feedback of gaps"]),
    ("qti12", cloze("A {1:MCVS:=a~b}"), [
        "cannot say how the options of a gap are laid out",
        "cannot say that the options of a gap change places"]),
    ("qti2", cloze("A {1:MCV:=a~b#no}"), [
        "cannot say how the options of a gap are laid out", "cannot carry the feedback of gaps"]),
    ("gift", replace(CHOICE, type="short_text", more={"case": True}), [
        "cannot say that upper and lower case count"]),
    ("gift", replace(ESSAY, more={"points": ["Names it"]}), [
        "cannot carry the points that a marker looks for"]),
    ("qti2", Draft("", "numeric", "?", options=(Option("3", Fraction(1)),), more={"unit": "kg"}), [
        "cannot carry the unit of a number"]),
])
def test_what_is_lost_of_a_question_is_named(name, draft, reason):
    told = " ".join(message for _place, message in losses(name, draft))
    assert all(each in told for each in reason), told


@pytest.mark.parametrize("name", ["gift", "aiken", "moodlexml", "qti12", "qti2", "csv", "xlsx"])
def test_what_is_written_and_what_is_left_out_make_up_the_whole(name):
    given = [CHOICE, *SETS, ESSAY, cloze("A {1:NM:=5} b"), replace(CHOICE, type="scenario"),
             replace(CHOICE, options=(Option("a"), Option("b")))]
    export = FORMATS[name].write(given)
    assert len(FORMATS[name].read(export.data).questions) + export.left == len(given)
