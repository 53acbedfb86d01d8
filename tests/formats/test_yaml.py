"""YAML as the shipped courses write it: texts stay texts, and nothing is built or repeated."""

import pytest

from isotrain import formats
from isotrain.formats import Unreadable
from isotrain.formats.checks import checked
from isotrain.formats.model import Import
from isotrain.questions.draft import Draft
from tests.formats.reading import only, options, read, said

CHOICE = """\
# a comment
- id: Q-1
  type: single_choice
  stem: What is "1.10"?
  options:
    - {text: 1.10, right: true, feedback: so}
    - {text: yes}
    - {text: 2026-01-31, share: 1/3}
  explanation: Because.
  topic: iso
  difficulty: 2
  fact: A12
  use: exam
  enemies: numbers
  shuffle: false
"""


def bank(text):
    return read(text, "yaml")


def test_a_question_is_read_whole_and_scalars_stay_as_written():
    draft = only(bank(CHOICE))
    assert options(draft) == [("1.10", 1), ("yes", 0), ("2026-01-31", 0.33333)]
    assert (draft.place, draft.external_id, draft.stem) == ("line 2", "Q-1", 'What is "1.10"?')
    assert (draft.topic, draft.difficulty, draft.fact, draft.use) == ("iso", 2, "A12", "exam")
    assert (draft.enemies, draft.shuffle, draft.explanation) == ("numbers", False, "Because.")
    assert draft.options[0].feedback == "so"


def test_true_false_has_an_answer():
    draft = only(bank("- {type: true_false, stem: S, answer: false, explanation: E}"))
    assert (draft.type, draft.answer) == ("true_false", False)


def test_right_options_of_a_multiple_choice_share_the_mark():
    text = "- type: multiple_choice\n  stem: S\n  options: [{text: a, right: true}, {text: b}, "
    draft = only(bank(text + "{text: c, right: true}]"))
    assert options(draft) == [("a", 0.5), ("b", 0), ("c", 0.5)]


def test_every_question_has_its_line():
    imported = bank("- {type: true_false, stem: A, answer: true}\n\n- type: essay\n  stem: B\n")
    assert [draft.place for draft in imported.questions] == ["line 1", "line 3"]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("- {type: riddle, stem: S}", "line 1, type", 'The type "riddle" is unknown.'),
        ("- {stem: S}", "line 1, type", 'The type "" is unknown.'),
        ("- just text", "item 1", "Fields with names are expected here."),
        ("- {type: true_false, stem: [S], answer: true}", "line 1, stem",
         "A text is expected here."),
        ("- {type: true_false, stem: S, answer: perhaps}", "line 1, answer", "Neither true nor "
         "false."),
        ("- {type: true_false, stem: S, answer: true, difficulty: 9}", "line 1, difficulty",
         "The difficulty is not 1, 2 or 3."),
        ("- {type: true_false, stem: S, answer: true, use: fun}", "line 1, use",
         "The use is unknown."),
        ("- {type: true_false, stem: S, answer: true, id: [a]}", "line 1, id",
         "A text is expected here."),
        ("- {type: true_false, stem: S, answer: true, tags: a}", "line 1, tags",
         "A list is expected here."),
        ("- {type: true_false, stem: S, answer: true, facts: A1}", "line 1, facts",
         "A list is expected here."),
        ("- {type: true_false, stem: S, answer: true, fact: [A1]}", "line 1, fact",
         "A text is expected here."),
        ("- {type: true_false, stem: S, answer: true, fact: A1, facts: [A1]}", "line 1, facts",
         "The facts are given twice, as fact and as facts."),
        ("- {type: true_false, stem: S}", "line 1, answer", "The answer is missing."),
        ("- {type: single_choice, stem: S, options: {a: b}}", "line 1, options",
         "A list is expected here."),
    ],
)  # fmt: skip
def test_a_question_of_the_wrong_shape_is_told_by_field(text, place, message):
    assert (place, message) in said(bank(text), "error")


def test_an_unknown_key_is_an_error_and_says_which_is_meant():
    imported = bank("- {type: true_false, stem: S, answer: true, explantion: E}")
    [(place, message)] = said(imported, "error")
    assert (place, message) == (
        "line 1, explantion", 'The key "explantion" is unknown: did you mean explanation?')


STATEMENT = "- type: true_false\n  stem: S\n  answer: true\n  explanation: E\n"


@pytest.mark.parametrize(("written", "facts"), [
    ("fact: A1", ("A1",)), ("facts: [A1]", ("A1",)), ("facts: [A2, A1]", ("A2", "A1")),
    ("facts: []", ()), ("use: exam", ()),
])  # fmt: skip
def test_facts_are_read_from_one_or_from_a_list_the_tested_one_first(written, facts):
    draft = only(bank(f"{STATEMENT}  {written}\n  module: m2\n"))
    assert (draft.facts, draft.module) == (facts, "m2")
    assert draft.fact == (facts[0] if facts else "")


def test_one_fact_is_written_as_before_and_several_as_a_list():
    one, two = (only(bank(f"{STATEMENT}  {text}\n")) for text in ("fact: A1", "facts: [A1, B2]"))
    text = formats.find_format("yaml").write([one, two]).data.decode()
    assert "  fact: A1\n" in text and "  facts:\n  - A1\n  - B2\n" in text


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("- &a {stem: S}\n- *a", "line 1", "Anchors"),
        ("- stem: S\n  stem: T", "line 2", 'The field "stem" is given twice.'),
        ("- !!python/object:os.system {stem: S}", "line 1", "Tags"),
        ("- ? [a]\n  : b", "line 1", "The name of a field is not a text."),
        ("- stem: 'S", "line 1", "not valid YAML"),
        ("- stem: a: b", "line 1", "not valid YAML"),
        ("questions: []", "file", "A list of questions is expected."),
        ("- a\n---\n- b", "line 2", "A second document begins here."),
        ("[" * 1000, "line 1", "nested too deeply"),
        ("- " + "\n  ".join(f"k{n}: v" for n in range(201)), "line 201", "more than 200 fields"),
        ("# nothing", "file", "The file is empty."),
    ],
)
def test_a_file_that_is_no_plain_list_is_unreadable(text, place, part):
    with pytest.raises(Unreadable) as refusal:
        bank(text)
    assert refusal.value.problem.place == place
    assert part in refusal.value.message


def test_an_escaped_nul_is_an_error_of_its_question():
    imported = bank('- {type: true_false, stem: "a\\0b", answer: true, explanation: E}')
    assert said(imported, "error") == [
        ("line 1, stem", "The text contains the control character U+0000.")
    ]


def test_a_draft_of_a_foreign_type_is_named():
    [problem] = checked(Import("gift", (Draft("line 7", "hotspot", stem="Click."),))).problems
    assert (problem.severity, problem.place) == ("error", "line 7, type")
    assert problem.message == 'The type "hotspot" is unknown.'
    assert "single_choice, multiple_choice" in problem.params["types"]


def test_names_that_lie_too_deep_in_one_another_are_refused():
    with pytest.raises(Unreadable):
        bank("- " + "? " * 3_000 + "a")
