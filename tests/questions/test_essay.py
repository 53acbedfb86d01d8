"""Essays and information: what no program marks, and what asks nothing."""

from dataclasses import replace

import pytest

from isotrain.questions import TYPES, Essay, Information
from isotrain.questions.contract import PENDING, BadData, BadResponse, Unkept
from isotrain.questions.draft import Draft

from .strategies import zero

essay = Essay.examples()[0].question
text = Information.examples()[0].question


def test_an_answer_waits_for_a_person_and_none_earns_nothing():
    response = essay.read({"answer": ["  First.\r\nSecond. "]}, [])
    assert response == "First.\nSecond."
    assert essay.mark(response) is PENDING and essay.mark(None) == zero
    assert essay.solution() is None


def test_the_points_are_told_only_with_the_key():
    assert essay.review("So.", [], key=True).points == essay.points
    assert essay.review("So.", [], key=False).points is None
    for seen in (essay.content(), essay.asked([]), Essay.join(essay.content())):
        assert "finds gaps" not in repr(seen)


def test_an_essay_is_long_but_has_an_end():
    assert len(essay.read({"answer": ["x" * 20_000]}, [])) == 20_000
    with pytest.raises(Unkept, match="20001 characters; 20000 are allowed"):
        essay.read({"answer": ["x" * 20_001]}, [])


def test_points_are_written_one_on_each_line():
    sent = {"stem": ["Why?"], "points": ["One.\n\n  Two. \n"]}
    assert Essay.edited(sent).points == ("One.", "Two.")
    assert Essay.from_draft(Draft("", "essay", "Why?", more={"points": ["One."]})).points == (
        "One.",)


@pytest.mark.parametrize(("points", "severity"), [
    ((), "warning"), (("a",) * 21, "error"), (("x" * 1_001,), "error"), ((" ",), "error")])
def test_what_its_writer_should_put_right(points, severity):
    found = [(p.severity, p.place) for p in replace(essay, points=points).problems()]
    assert (severity, "points") in found


@pytest.mark.parametrize("points", ["One.", [1], {"a": "b"}])
def test_points_of_another_shape_are_refused(points):
    with pytest.raises(BadData) as refusal:
        Essay.from_data({"stem": "Why?", "points": points})
    assert [problem.place for problem in refusal.value.problems] == ["points"]


def test_only_essays_wait_and_only_information_asks_nothing():
    assert [type_ for type_ in TYPES if type_.marked_by_person] == [Essay]
    assert [type_ for type_ in TYPES if not type_.asks] == [Information]


def test_information_takes_no_answer_and_earns_nothing():
    assert text.read({"answer": ["so"]}, []) is None and text.filled(None, []) == {}
    assert text.mark(None) == text.chance() == zero
    assert not text.review(None, [], key=True).answered
    with pytest.raises(BadResponse):
        text.mark("so")


def test_information_needs_a_text_and_no_explanation():
    assert replace(text, explanation="").problems() == ()
    assert [p.place for p in replace(text, stem=" ").problems()] == ["stem"]
