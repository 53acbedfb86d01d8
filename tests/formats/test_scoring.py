"""Counting how far our reading agrees with that of another program."""

import json
from fractions import Fraction

import pytest

from isotrain.formats import Import
from isotrain.formats.scoring import ORACLES, known_bugs, scores
from isotrain.formats.scoring.comparing import compared
from isotrain.formats.scoring.moodle import tell
from isotrain.formats.scoring.text2qti import tell as tell_text2qti
from isotrain.formats.scoring.told import Told, bare, right_of, shares_of, told
from isotrain.questions.draft import Draft, Option
from isotrain.questions.problem import error

ONE = Draft("line 1", "single_choice", "Who *audits*?", options=(Option("A", Fraction(1)),
                                                               Option("B")))
TWO = Draft("line 2", "matching", "Match", pairs=(("a", "1"), ("b", "2")))
NUMBER = Draft("line 3", "numeric", "How many?", options=(Option("2.50", Fraction(1), "", "0.10"),))


def score(drafts, expected, *problems, known=()):
    return compared(Import("gift", tuple(drafts), problems), expected, known)


def test_what_both_read_the_same_agrees_in_everything():
    found = score([ONE, TWO, NUMBER], [told(ONE), told(TWO), told(NUMBER)])
    assert [found.part(name) for name in ("number", "type", "right", "shares")] == [1, 1, 1, 1]
    assert (found.counts["wrong keys"], found.counts["silent losses"]) == (0, 0)
    assert found.disagreements == []


def test_spaces_emphasis_and_ways_to_write_a_number_are_no_difference():
    assert bare(" **A**  b ") == bare("a B")
    assert right_of("numeric", NUMBER.options) == (("2.5", "0.1"),)
    assert shares_of([Option("x", Fraction(1, 3))]) == (("x", "0.333"),)


def test_a_key_of_another_option_is_a_wrong_key_unless_the_question_is_refused():
    theirs = Told("single_choice", "Who", "Who audits?", (("b",),), (("b", "1.000"),))
    assert score([ONE], [theirs]).counts["wrong keys"] == 1
    assert score([ONE], [theirs]).part("right") == 0
    assert score([ONE], [theirs], error("line 1", "Bad.")).counts["wrong keys"] == 0
    assert score([ONE], [theirs], known=["Who"]).counts["wrong keys"] == 0
    assert score([ONE], [theirs], known=["Who"]).part("right") == 1


def test_a_question_that_nobody_names_is_lost_in_silence():
    assert score([ONE], [told(ONE), told(TWO)]).counts["silent losses"] == 1
    named = score([ONE], [told(ONE), told(TWO)], error("line 2", "Bad."))
    assert named.counts["silent losses"] == 0
    assert named.part("number") == 0.5


def test_a_kind_that_has_no_type_here_counts_only_as_lost():
    found = score([], [Told("", "Calculated", "x")])
    assert found.part("number") is None
    assert found.counts["silent losses"] == 1


def test_what_an_oracle_does_not_tell_is_not_compared():
    found = score([ONE], [Told("single_choice", "Who", "Who audits?")])
    assert (found.part("type"), found.part("right")) == (1, None)


def test_both_sides_of_a_disagreement_are_told():
    assert score([ONE], [told(TWO), told(ONE)]).disagreements == [
        f"{told(TWO).label}: number: read / not read"]


def test_a_question_more_in_the_middle_does_not_shift_the_others():
    found = score([ONE, NUMBER, TWO], [told(ONE), told(TWO)])
    assert found.part("type") == 1
    assert found.part("number") == pytest.approx(2 / 3)
    assert found.disagreements == ["How many?: number: not read / read"]


def test_kept_is_what_has_no_error():
    assert score([ONE], []).part("kept") == 1
    assert score([ONE], [], error("line 1, stem", "Bad.")).part("kept") == 0


def moodles(qtype, **more):
    return tell({"questions": [{"qtype": qtype, "name": "N", "questiontext": "<b>Q</b>",
                                "questiontextformat": "html", **more}]})[0]


def said(text, fraction, **more):
    return {"text": text, "format": "html", "fraction": fraction, **more}


@pytest.mark.parametrize(("question", "type_", "right"), [
    (moodles("multichoice", single=1, answers=[said("a", 1), said("b", 0)]), "single_choice",
     (("a",),)),
    (moodles("multichoice", single=0, answers=[said("a", 1), said("b", -1)]), "multiple_choice",
     (("a",),)),
    (moodles("numerical", answers=[said("3.0", 1, tolerance="0.10")]), "numeric", (("3", "0.1"),)),
    (moodles("match", subquestions=[{"text": "<i>l</i>", "answer": "r"}]), "matching",
     (("l", "r"),)),
    (moodles("multianswer", embedded=[{"answers": [{"text": "a", "fraction": 1}]}]), "cloze",
     (("a",),)),
    (moodles("multichoice", single=1, answers=[said("<b>a</b>", 1, format="moodle"),
                                               said("c", 0)]), "single_choice", (("a",),)),
    (moodles("ddwtos"), "gap_text", None),
    (moodles("stack"), "", None),
])
def test_what_moodle_wrote_down_becomes_questions(question, type_, right):
    assert (question.type, question.right, question.sign) == (type_, right, "q")


def a_corpus(folder):
    """Two files and what Moodle made of them, once wrongly."""
    questions = {"one.gift": "Q{=a ~b}", "two.gift": "P{=a ~b}\n\nR{T"}
    for name, text in questions.items():
        for place in ("gift/here", "expected/gift/here"):
            (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / "gift/here" / name).write_text(text)
        made = {"qtype": "multichoice", "single": 1, "name": text[0], "questiontext": text[0],
                "questiontextformat": "moodle", "answers": [said("a", 0), said("b", 1)]}
        (folder / "expected/gift/here" / f"{name}.moodle.json").write_text(
            json.dumps({"questions": [made]}))
    return folder


def test_a_folder_is_scored_by_format(tmp_path):
    known = {"gift/here/one.gift": ["Q"]}
    [(name, found)] = scores(a_corpus(tmp_path), known)
    assert (name, found.counts["files"], found.counts["questions"]) == ("gift", 2, 2)
    assert found.part("right") == 0.5
    assert found.disagreements[0].startswith("gift/here/two.gift: P: right")


def test_known_bugs_are_read_from_a_file(tmp_path):
    file = tmp_path / "bugs.json"
    assert known_bugs(file) == {}
    file.write_text(json.dumps({"gift/a.txt": {"Q": "why"}}))
    assert known_bugs(file) == {"gift/a.txt": ["Q"]}


def test_no_folder_of_files_has_two_oracles():
    folders = [name for oracle in ORACLES for name in oracle.formats]
    assert len(folders) == len(set(folders))


def test_a_text_with_gaps_is_told_by_its_parts():
    found = told(Draft("line 1", "cloze", "The {1:MC:=right~%50%half~wrong} is {:SA:=it}."))
    assert (found.right, found.stem) == ((("half", "right"), ("it",)), "The  is .")
    assert found.shares == (("half", "0.500"), ("right", "1.000"), ("it", "1.000"))
    assert told(Draft("line 1", "cloze", "{1:MC:=a")).right is None


def test_what_text2qti_shows_are_questions_without_a_key():
    [found] = tell_text2qti([{"type": "question", "text": "<p>Who <b>audits</b>?</p>"},
                             {"type": "text", "text": "x"}])
    assert (found.type, found.sign, found.right) == (None, "whoaudits", None)


def test_an_order_is_told_by_its_items():
    found = told(Draft("line 1", "ordering", "Q", options=(Option("First"), Option("Then"))))
    assert (found.right, found.shares) == ((("first",), ("then",)),) * 2
