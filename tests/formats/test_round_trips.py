"""What is written comes back: completely, or the export says what is missing."""

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import formats
from isotrain.formats import Draft, Option
from isotrain.formats.moodle.weights import ruled, weighed
from isotrain.questions.draft import true_false_options
from isotrain.spreadsheet import unguarded
from tests.formats.strategies import choices, drafts, texts

FORMATS = {format_.name: format_ for format_ in formats.FORMATS}


def there_and_back(format_name, questions):
    """The drafts after writing and reading, without their places."""
    format_ = FORMATS[format_name]
    imported = format_.read(format_.write(questions).data)
    assert not imported.errors
    return [replace(draft, place="") for draft in imported.questions]


@given(st.lists(drafts(whole=True, rules=("balanced", "equal_parts")), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_yaml_keeps_everything(questions):
    assert there_and_back("yaml", questions) == questions


@given(st.lists(drafts(whole=True), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_csv_keeps_everything(questions):
    assert there_and_back("csv", questions) == questions


RULES = ("balanced", "equal_parts")


def told(draft):
    """The draft as its weights tell it: two rules are one where as many are right as wrong."""
    if draft.type != "multiple_choice":
        return draft
    rule, options = ruled(weighed(draft))
    return replace(draft, rule=rule, options=options)


@given(st.lists(drafts(rules=RULES), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_gift_keeps_everything_that_it_can_say(questions):
    assert there_and_back("gift", questions) == list(map(told, questions))


@given(st.lists(drafts(rules=RULES), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_moodle_xml_keeps_everything_that_it_can_say(questions):
    assert there_and_back("moodlexml", questions) == list(map(told, questions))


@given(st.lists(choices({}), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_aiken_keeps_questions_options_and_keys(questions):
    export = FORMATS["aiken"].write(questions)
    if export.left:
        return
    on_one_line = [
        replace(
            draft,
            stem=draft.stem.replace("\n", " "),
            options=tuple(
                option._replace(text=option.text.replace("\n", " "), feedback="")
                for option in draft.options
            ),
        )
        for draft in questions
    ]
    assert there_and_back("aiken", questions) == on_one_line


SHORT = Draft(
    "",
    "short_text",
    "Who?",
    options=(Option("ISO", Fraction(1), "yes"), Option("I*", Fraction(1, 3)), Option("me")),
)
NUMBER = Draft(
    "",
    "numeric",
    "How many?",
    options=(
        Option("3.5", Fraction(1), "yes", "0.5"),
        Option("-2", Fraction(1, 2), "", "0"),
        Option("*", Fraction(0), "no"),
    ),
)
PAIRS = Draft("", "matching", "Match", pairs=(("Plan", "1 -> 2"), ("Do = done", "3"), ("", "4")))
PARTLY = Draft(
    "",
    "single_choice",
    "Who?",
    options=(Option("a", Fraction(1)), Option("%50%b", Fraction(1, 3)), Option("%50%c")),
)
OTHERS = (
    *(SHORT, NUMBER, PAIRS, PARTLY),
    Draft("", "essay", "Discuss.", explanation="Like this."),
    Draft("", "information", "Read this."),
    Draft("", "cloze", "The {1:MC:=a~b} and {2:SA:=c}.", name="T"),
)


@pytest.mark.parametrize("draft", OTHERS, ids=lambda draft: draft.type)
def test_gift_keeps_types_that_banks_cannot_hold_yet(draft):
    assert there_and_back("gift", [draft]) == [draft]


WEIGHED = Draft("", "multiple_choice", "Which?", rule="weights", options=(
    Option("a", Fraction(1, 2)), Option("b", Fraction(1, 2)), Option("c", Fraction(-1, 10)),
    Option("d")))
MOODLES = (
    *OTHERS, WEIGHED,
    replace(SHORT, more={"case": True}),
    replace(NUMBER, more={"unit": "kg & g"}),
    Draft("", "essay", "Discuss.", more={"points": ["Names <two>", "Says why"]}),
    Draft("", "ordering", "Order", options=(Option("Plan"), Option("Do")), rule="neighbours"),
    Draft("", "ordering", "Order", options=(Option("Plan"), Option("Do")), rule="all_or_nothing"),
    Draft("", "gap_text", "An [[1]] of [[2]].", shuffle=False,
          pairs=(("1", "audit"), ("2", "a & b <c>"), ("", "axe"))),
)


@pytest.mark.parametrize("draft", MOODLES, ids=lambda draft: draft.type)
def test_moodle_xml_keeps_every_kind_that_moodle_has(draft):
    assert there_and_back("moodlexml", [draft]) == [draft]


def test_gift_keeps_weights():
    assert there_and_back("gift", [WEIGHED]) == [WEIGHED]


@pytest.mark.parametrize("draft", [SHORT, *OTHERS[4:6]], ids=lambda draft: draft.type)
def test_csv_keeps_short_answers_essays_and_information(draft):
    [read] = there_and_back("csv", [draft])
    assert read.options == draft.options
    assert (read.type, read.stem, read.explanation) == (draft.type, draft.stem, draft.explanation)


def losses(format_name, *questions):
    return [problem.message for problem in FORMATS[format_name].write(questions).problems]


FULL = Draft(
    "",
    "single_choice",
    "Two\nlines?",
    name="N",
    external_id="Q-1",
    options=(Option("a", Fraction(1), "why"), Option("b", Fraction(1, 2))),
    explanation="E",
    tags=("t",),
    category="C",
    topic="iso",
    difficulty=1,
    module="m1",
    facts=("A12", "A13"),
    use="exam",
    language="en",
    shuffle=False,
    enemies="g",
)


def test_each_format_says_what_it_cannot_carry():
    assert losses("yaml", FULL) == []
    assert losses("csv", FULL) == losses("xlsx", FULL) == []
    assert len(losses("gift", FULL)) == 8
    assert len(losses("aiken", FULL)) == 16
    assert "Aiken cannot carry line breaks; spaces stand for them (questions: 1)." in losses(
        "aiken", FULL
    )


def test_moodle_xml_says_what_it_cannot_carry():
    assert len(losses("moodlexml", FULL)) == 7
    sorting = Draft("", "categorising", "Sort", pairs=(("a", "A"), ("b", "B")))
    stays = replace(PARTLY, options=(*PARTLY.options, Option("None", stays=True)))
    strict = replace(WEIGHED, rule="all_or_nothing")
    for draft, told in (
        (sorting, "Categorising comes back as matching (questions: 1)."),
        (stays, "Moodle XML cannot say that single options keep their place (questions: 1)."),
        (strict, "Moodle XML cannot say by which rule these questions are marked (questions: 1)."),
        (replace(SHORT, more={"other": 1}),
         "Moodle XML cannot carry what these questions say about other (questions: 1)."),
        (replace(SHORT, type="scenario"),
         "Moodle XML has no questions of the type Scenario; they were left out (questions: 1)."),
    ):
        assert losses("moodlexml", draft) == [told]


def test_gift_says_that_moodle_would_misread_gaps():
    cloze = replace(OTHERS[6], explanation="Why")
    assert losses("gift", cloze) == [
        "Moodle takes texts with gaps from Moodle XML only, and would misread these"
        " (questions: 1).",
        "GIFT cannot carry explanations (questions: 1)."]


def test_what_a_format_cannot_carry_at_all_is_left_out_and_told():
    assert losses("aiken", PAIRS, FULL)[0] == (
        "Aiken has no questions of the type Matching; they were left out (questions: 1)."
    )
    assert losses("yaml", replace(PAIRS, type="hotspot")) == [
        "YAML has no questions of the type hotspot; they were left out (questions: 1)."
    ]
    assert "cannot carry -> here" in losses("gift", replace(PAIRS, pairs=(("a->b", "c"),) * 2))[0]


def test_questions_without_a_key_stay_in_yaml_and_are_left_out_elsewhere():
    draft = Draft("", "true_false", "So?", options=true_false_options(None))
    choice = Draft("", "single_choice", "So?", options=(Option("a"), Option("b")))
    for name in ("csv", "gift", "aiken"):
        [message] = losses(name, choice)
        assert message == "Questions without a right answer were left out (questions: 1)."
    format_ = FORMATS["yaml"]
    read = format_.read(format_.write([draft, choice]).data).questions
    assert [replace(d, place="") for d in read] == [draft, choice]


def test_parts_that_moodle_does_not_know_are_told():
    options = tuple(Option(str(number), Fraction(1, 11)) for number in range(11))
    draft = Draft("", "multiple_choice", "Q", options=options)
    assert "Moodle does not know" in losses("gift", draft)[0]


@given(texts(least=1))
@settings(max_examples=100, deadline=None)
def test_our_csv_never_holds_a_cell_that_a_program_would_run(text):
    draft = Draft("", "true_false", text, name=text, options=true_false_options(True, text))
    written = FORMATS["csv"].write([draft]).data.decode("utf-8-sig")
    [cells] = list(csv.reader(io.StringIO(written, newline="")))[1:]
    assert sum(text in unguarded(cell) for cell in cells) >= 3
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝＋－＠"))]
