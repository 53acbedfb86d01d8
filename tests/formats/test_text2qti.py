"""text2qti: its questions are read, what has no place here is named, code is never run."""

import pytest

from isotrain import formats
from tests.formats.reading import missing, only, options, read, said


def answers(text):
    draft = only(read(text, "text2qti"))
    return draft.type, [(option.text, option.tolerance) for option in draft.right]


def test_a_question_has_title_choices_and_feedback():
    imported = read("Quiz title: T\n\nTitle: Sums\nPoints: 2\n1.  What is 2+3?\n... General.\n"
                    "+   Well.\na)  6\n... Too much.\n*b) 5\n", "text2qti")
    draft = only(imported)
    assert (draft.place, draft.type, draft.name, draft.stem) == (
        "line 3", "single_choice", "Sums", "What is 2+3?")
    assert options(draft) == [("6", 0), ("5", 1)]
    assert (draft.options[0].feedback, draft.explanation) == ("Too much.", "General.\nWell.")
    assert {message.partition(":")[0] for _place, message in said(imported)} == {
        "Points of questions were not read", "Lines about the whole quiz were not read",
        "Feedback for right or wrong answers was put into explanations"}


@pytest.mark.parametrize(("line", "accepted"), [
    ("= 5", ("5", "")), ("= 1_000", ("1000", "")), ("=   1.41 +- 0.01", ("1.41", "0.01")),
    ("= 200 +- 1%", ("200", "2")), ("= [1, 2]", ("1.5", "0.5")), ("= [-3, -1]", ("-2", "1")),
    ("= 1e3 +- 0", ("1000", "")), ("= -0.5 ± .1", ("-0.5", "0.1")),
])
def test_numbers_have_margins_parts_and_ranges(line, accepted):
    assert answers(f"1. Q\n{line}\n") == ("numeric", [accepted])


@pytest.mark.parametrize("line", ["= five", "= [2, 1]", "= 1 +- -1", "= [1]"])
def test_what_is_no_number_is_refused(line):
    imported = read(f"1. Q\n{line}\n", "text2qti")
    assert ("line 2", f'"{line[2:]}" is no number with a margin and no range.') in said(imported)


def test_other_kinds_are_read():
    assert answers("1. Q\n[*] a\n[ ] b\n[*] c")[0] == "multiple_choice"
    assert answers("1. Q\n*   Santa\n*   St. * Nick") == (
        "short_text", [("Santa", ""), (r"St. \* Nick", "")])
    assert answers("1. Q\n____") == ("essay", [])
    assert only(read("1. Q\n*a) True\nb) False", "text2qti")).answer is True


@pytest.mark.parametrize(("text", "message"), [
    ("1. Q\n^^^^", "The question asks for a file to be uploaded."),
    ("1. Q\n", "The question has no answers."),
    ("1. Q\n*a) x\nb) y\n= 5", "The question has answers of several kinds."),
    ("1. Q\n*a) x\nb) y\nstray", 'The line "stray" belongs to no question.'),
    ("a) x", 'The line "a) x" belongs to no question.'),
    ("END_GROUP", 'The line "END_GROUP" belongs to no question.'),
    ("```{.python .run}\nprint(1)\n```", "Code is never run here, so what it writes is not read."),
])
def test_what_cannot_be_read_is_an_error(text, message):
    assert message in [each for _place, each in said(read(text, "text2qti"), "error")]


@pytest.mark.parametrize("name", ["x.png", "https://x.example/x.png"])
def test_a_picture_that_is_not_here_is_missing_and_never_fetched(name):
    imported = read(f"1. What? ![]({name})\n*a) x\nb) y", "text2qti")
    assert missing(imported) == [("line 1, stem", name)]


def test_code_is_text(tmp_path):
    mark = tmp_path / "ran"
    text = (f"1.  What does it?\n```python\nopen('{mark}', 'w')\n\n2. no question\n```\n"
            f"*a) x\nb) y\n\n```{{.python .run}}\nopen('{mark}', 'w')\n```\n")
    draft = only(read(text, "text2qti"))
    assert draft.stem == f"What does it?\n```python\nopen('{mark}', 'w')\n\n2. no question\n```"
    assert not mark.exists()


def test_groups_comments_and_lines_that_go_on():
    imported = read("GROUP\npick: 2\npoints per question: 2\n\n1.  First\n    goes on\n*a) x\n"
                    "b)  y\n    z\n% no\n\n2. Q\n*a) x\nb) y\nEND_GROUP\nCOMMENT\n3. No\n"
                    "END_COMMENT\nText: Read this.\n", "text2qti")
    first, second = imported.questions
    assert (first.stem, first.options[1].text, second.stem) == ("First\ngoes on", "y\nz", "Q")
    messages = [message for _place, message in said(imported)]
    assert "The group of which 2 are asked was read as single questions." in messages
    assert 'The text "Read this." between questions was not read.' in messages


def test_a_choice_without_a_key_is_never_guessed():
    imported = read("1. Q\na) x\nb) y\n... no\n", "text2qti")
    assert ("line 1, options", "No option is right.") in said(imported, "error")


def test_another_dialect_is_named():
    text = "# Part\n\n* What is it?\n    - !right\n    - wrong\n"
    assert formats.detect(text.encode(), "x.md").name == "text2qti"
    with pytest.raises(formats.Unreadable, match="Markdown list whose right answers begin with !"):
        formats.read(text.encode(), "x.md")


def test_points_of_questions_and_of_a_whole_group_are_counted_together():
    text = "GROUP\npick: 1\npoints per question: 2\n\n1. Q\n*a) x\nb) y\n\nEND_GROUP\n"
    assert ("file", "Points of questions were not read: 1.") in said(read(text, "text2qti"))
    text = text.replace("1. Q", "Points: 3\n1. Q")
    assert ("file", "Points of questions were not read: 2.") in said(read(text, "text2qti"))


def test_a_minus_sign_is_a_minus():
    assert answers("1. Q\n= −5 +- 1\n") == ("numeric", [("-5", "1")])


def test_true_and_false_that_are_both_right_are_options():
    assert answers("1. Q\n[*] True\n[*] False\n")[0] == "multiple_choice"


@pytest.mark.parametrize(("text", "type_", "shares"), [
    ("1. Q\na) x\n*b) y\nc) z", "single_choice", [0, 1, 0]),
    ("1. Q\n*a) x\n*b) y\nc) z", "multiple_choice", [0.5, 0.5, 0]),
    ("1. Q\n*a) x\n*b) y\n*c) z\nd) w", "multiple_choice", [0.33333, 0.33333, 0.33333, 0]),
    ("1. S\n*a) True\nb) False\nc) Maybe", "single_choice", [1, 0, 0]),
    ("1. S\na) True\n*b) False", "true_false", [0, 1]),
    ("1. S\na) False\n*b) True", "true_false", [1, 0]),
    ("1. Q\n[*] a\n[ ] b\n[*] c", "multiple_choice", [0.5, 0, 0.5]),
    ("1. Q\n[*] a\n[ ] b", "multiple_choice", [1, 0]),
])
def test_how_many_choices_are_right_says_whether_several_can_be_chosen(text, type_, shares):
    draft = only(read(text, "text2qti"))
    assert (draft.type, [share for _text, share in options(draft)]) == (type_, shares)


def test_a_comment_ends_at_its_end_and_the_lines_in_it_ask_nothing():
    text = "COMMENT\n1. No\n*a) x\nb) y\nEND_COMMENT\n1. Q\n*a) x\nb) y"
    for told in (text, f"{text}\nCOMMENT\nleft open\n2. No"):
        imported = read(told, "text2qti")
        assert only(imported).stem == "Q" and not imported.errors
