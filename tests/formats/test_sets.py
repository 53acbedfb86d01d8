"""A text with questions that travel together: whole in YAML, left out and said elsewhere."""

import pytest

from isotrain import formats
from isotrain.formats import yaml_bank
from isotrain.questions import Scenario
from isotrain.questions.scenario.parts import PARTS
from tests.formats.reading import only, read, said

WHOLE = Scenario("Belt 4 of a *depot*.", tuple(
    example.question for type_ in PARTS for example in type_.examples()[:1]), "So it is.")
WRITERS = [format_ for format_ in formats.FORMATS if format_.write]
TEXT = """
- id: Q-1
  type: scenario
  stem: Belt 4.
  questions:
    - type: single_choice
      stem: What now?
      options: [{text: Stop, right: true}, {text: 2026-01-31}]
      explanation: It must.
    - {type: numeric, stem: How long?, answers: [{text: 2}]}
  explanation: So.
  topic: iso
"""


def test_yaml_holds_a_set_with_questions_of_every_type():
    written = yaml_bank.write([WHOLE.draft()])
    assert written.problems == ()
    again = only(read(written.data.decode(), "yaml"))
    assert Scenario.from_draft(again) == WHOLE


def test_a_set_written_by_hand_is_read_whole_with_scalars_as_written():
    draft = only(read(TEXT, "yaml"))
    question = Scenario.from_draft(draft)
    assert (draft.external_id, draft.topic, question.explanation) == ("Q-1", "iso", "So.")
    assert [part.stem for part in question.parts] == ["What now?", "How long?"]
    assert [option.text for option in question.parts[0].options] == ["Stop", "2026-01-31"]
    assert question.parts[0].explanation == "It must." and question.parts[1].solution() == "2"


def test_what_was_read_is_reported_with_its_questions():
    [told] = formats.report(read(TEXT, "yaml"))["questions"]
    assert (told["type"], told["stem"], told["right"]) == ("scenario", "Belt 4.", [])
    assert [(part["stem"], part["right"]) for part in told["questions"]] == [
        ("What now?", [["Stop", 1]]), ("How long?", [["2", 1]])]
    [single] = formats.report(read("- {type: essay, stem: Why?}", "yaml"))["questions"]
    assert "questions" not in single


@pytest.mark.parametrize(("wrong", "place", "words"), [
    (("stem: How long?", "stemm: How long?"), "line 2, stemm on line 10", "stemm"),
    (("type: numeric", "type: essay"), "line 2, question 2, type", "essay"),
    (("type: numeric", "type: scenario"), "line 2, question 2, type", "scenario"),
    (("stem: How long?", "topic: iso, stem: How long?"), "line 2, topic on line 10", "topic"),
    (("questions:", "question:"), "line 2, question on line 5", "question"),
    (("stem: Belt 4.", "stem: [Belt 4.]"), "line 2, stem", "text is expected"),
])
def test_what_is_wrong_in_a_question_of_a_set_is_said_in_its_place(wrong, place, words):
    problems = [p for p in read(TEXT.replace(*wrong), "yaml").problems if p.severity == "error"]
    assert problems[0].place == place and words in problems[0].message, problems


@pytest.mark.parametrize("format_", [each for each in WRITERS if each.name != "yaml"],
                         ids=lambda format_: format_.name)
def test_other_files_leave_a_set_out_and_say_so(format_):
    export = format_.write([WHOLE.draft(), Scenario.examples()[0].question.parts[0].draft()])
    assert any("no questions of the type Scenario; they were left out" in problem.message
               for problem in export.problems), said(export)
    assert b"Belt 4" not in export.data
