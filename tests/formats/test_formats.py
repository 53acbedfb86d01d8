"""What holds for every format: detection, checks, the report."""

import io
from fractions import Fraction

import pytest

from isotrain import formats
from isotrain.formats import FORMATS, Draft, Import, Option, Unreadable
from isotrain.formats.checks import WARNING_LIMIT, checked
from isotrain.questions import TYPES as HELD
from isotrain.questions import question_of
from isotrain.questions.problem import error, warning
from tests.formats.reading import read, said

AIKEN = "What is {this}?\nA) x\nB) y\nANSWER: B\n"
GIFT = "::T::What?{=A) x ~B) y}\n"
CSV = "Question;A;B;Answer\nWhat?;x;y;B\n"
YAML = "- id: a\n  type: true_false\n  stem: What?\n  answer: true\n"


@pytest.mark.parametrize(
    ("text", "filename", "name"),
    [
        (AIKEN, "bank.txt", "aiken"),
        (AIKEN, "bank.gift", "aiken"),
        (GIFT, "bank.txt", "gift"),
        ("Read {1:MC:=a~b}.\nA) x\nB) y\nANSWER: B", "bank.txt", "aiken"),
        ("Just text", "bank.gift", "gift"),
        (CSV, "bank.txt", "csv"),
        ("no header", "bank.CSV", "csv"),
        (YAML, "bank.txt", "yaml"),
        ("[]", "bank.yml", "yaml"),
    ],
)
def test_a_format_is_known_by_its_content_and_then_by_its_name(text, filename, name):
    assert formats.detect(text.encode(), filename).name == name


def test_a_file_like_none_of_the_formats_is_unreadable_and_told_which_we_read():
    with pytest.raises(Unreadable) as refusal:
        formats.read(b"Dear colleagues, see you on Monday.", "letter.txt")
    assert refusal.value.code == "unknown_format"
    assert "GIFT" in refusal.value.hint


def test_a_stream_is_read_like_bytes():
    assert formats.read(io.BytesIO(GIFT.encode())) == formats.read(GIFT.encode())


def test_names_of_formats_are_found_and_others_are_not():
    assert [formats.find_format(format_.name) for format_ in FORMATS] == list(FORMATS)
    assert formats.find_format("odt") is None


@pytest.mark.parametrize("format_", [f for f in FORMATS if f.write], ids=lambda f: f.name)
def test_a_format_that_says_nothing_of_the_order_of_options_is_marked(format_):
    options = (Option("1", 1), Option("2"))
    told = format_.write([Draft("", "single_choice", "What?", options=options, shuffle=False)])
    lost = any("keep their order" in problem.message for problem in told.problems)
    assert format_.orders is not lost


@pytest.mark.parametrize("type_", HELD, ids=lambda type_: type_.name)
def test_a_question_survives_being_made_a_draft(type_):
    for example in type_.examples():
        draft = example.question.draft()
        assert question_of(draft) == example.question
        assert Draft.from_data(draft.to_data()) == draft


def test_the_report_has_the_promised_shape():
    text = "Q{~%50%a ~%50%b ~%-50%c}\n\nM{=l->r =m->s}\n\nN{#3:1}\n\n::TF::S{F####Why.}\n\nBad{"
    report = formats.report(read(text, "gift"))
    assert report["format"] == "gift"
    assert report["questions"][0] == {
        "place": "line 1",
        "type": "multiple_choice",
        "name": "Q",
        "stem": "Q",
        "right": [["a", 0.5], ["b", 0.5]],
        "pairs": [],
        "options": ["a", "b", "c"],
        "tolerance": ["", ""],
        "problems": [],
    }
    assert report["questions"][1]["pairs"] == [["l", "r"], ["m", "s"]]
    assert report["questions"][2]["right"] == [["3", 1]]
    assert report["questions"][3]["right"] == [["False", 1]]
    assert report["questions"][3]["name"] == "TF"
    assert report["problems"][0]["severity"] == "error"
    assert report["problems"][0]["place"] == "line 9"
    assert set(report["problems"][0]) == {"severity", "place", "message", "hint", "readings"}


def test_the_report_says_what_is_right_in_each_kind_and_what_is_wrong_with_each_question():
    drafts = (
        Draft("question 1", "ordering", "Order", options=(Option("Plan"), Option("Do"))),
        Draft("question 2", "cloze", "{1:MC:=a~b} and {1:MR:=c~=d~e}"),
        Draft("question 3", "numeric", "N", options=(Option("5", Fraction(1), "", "0.5"),
                                                     Option("*", feedback="no"))),
        Draft("question 4", "essay", "Why?"),
    )
    problem = error("question 2, stem", "Bad.")
    questions = formats.report(Import("moodlexml", drafts, (problem,)))["questions"]
    assert [each["right"] for each in questions] == [
        ["Plan", "Do"], ["a", ["c", "d"]], [["5", 1]], []]
    assert questions[2]["tolerance"] == ["0.5"]
    assert [len(each["problems"]) for each in questions] == [0, 1, 0, 0]
    assert questions[1]["problems"][0]["message"] == "Bad."


def test_an_import_survives_json():
    imported = read("Q{~%33.3%a#f ~%50%b}\n\n// [tag:x]\nM{=l->r =m->s}\n\nBad{", "gift")
    assert Import.from_data(imported.to_data()) == imported


def test_problems_of_questions_stand_at_their_place():
    imported = read("Good{T####E}\n\nQ{=a ~a####E}", "gift")
    assert said(imported) == [("line 3, option 2", "The text is the same as that of option 1.")]
    assert imported.faulty_places() == {"line 3"}


def test_an_id_used_twice_is_an_error_and_a_question_asked_twice_a_warning():
    imported = read("// [id:a]\nQ{T}\n\n// [id:a]\nP{T}\n\nq {F}", "gift")
    assert said(imported, "error") == [("line 5", 'The id "a" was used before (line 2).')]
    assert said(imported, "warning") == [("line 7", "The same question was asked before (line 2).")]


def test_missing_explanations_are_told_once():
    problems = read("Q{T}\n\nP{T}\n\nR{T####Why.}", "gift").problems
    assert [problem.message for problem in problems] == ["Questions without an explanation: 2."]


def test_a_file_without_questions_has_an_error():
    assert said(read("$CATEGORY: A\n", "gift")) == [("file", "No question was found.")]


def test_warnings_are_limited_and_errors_never():
    drafts = (Draft("line 1", "true_false", options=(Option("True"), Option("False"))),)
    many = tuple(warning(f"line {n}", "Odd.") for n in range(WARNING_LIMIT + 5))
    problems = checked(Import("gift", drafts, many)).problems
    assert [p.message for p in problems if p.severity == "error"] == [
        "The text is empty.",
        "The answer is missing.",
    ]
    assert problems[-2].message == "Further warnings that are not listed: 5."


@pytest.mark.parametrize("count", [10_000, 10_001])
@pytest.mark.parametrize(("format_name", "question"), [("gift", "Q{T}\n\n"), ("yaml", "- x\n")])
def test_a_file_may_have_ten_thousand_questions_and_no_more(format_name, question, count):
    if count > 10_000:
        with pytest.raises(Unreadable, match="more than 10000 questions"):
            formats.find_format(format_name).read((question * count).encode())
    else:
        formats.find_format(format_name).read((question * count).encode())
