"""Questions as people type them: every sign of what is right, and none is guessed."""

import pytest

from isotrain import formats
from tests.formats.reading import only, options, read, said

TWO = "1. Who certifies?\nA. ISO\n{}B. A body{}\n{}"


def right(text, **chosen):
    imported = formats.read(text.encode(), format_name="numbered", readings=chosen)
    return [option.text for option in only(imported).right]


@pytest.mark.parametrize("text", [
    TWO.format("*", "", ""), TWO.format("* ", "", ""), TWO.format("", " (correct)", ""),
    TWO.format("", " *", ""), TWO.format("", " ✓", ""), TWO.format("", " <-- correct", ""),
    TWO.format("", "", "Answer: B"), TWO.format("", "", "Correct answer: b) A body"),
    TWO.format("", "", "Antwort: A body"), TWO.format("", "", "正确答案：B"),
    TWO.format("", "", "\nAnswers:\n1. B"), TWO.format("", "", "\nAnswer key\n1) B"),
    "1. Who certifies?\nA. ISO\n**B. A body**", "1. Who certifies?\nA. ISO\nB. **A body**",
    "1) Who certifies?\na) ISO\n*b)A body", "Question 1: Who certifies?\n(a) ISO\n*(b) A body",
    "Frage 1\nWho certifies?\n1. ISO\n2. A body (richtig)",
    "1. Who certifies?\n[ ] ISO\n[x] A body", "1. Who certifies?\n☐ ISO\n☒ A body",
    "1. Who certifies?\nA) ISO   *B) A body", "Who certifies?\nA) ISO\tB) A body\nAnswer: B",
])
def test_a_key_is_known_however_it_is_marked(text):
    draft = only(read(text, "numbered"))
    assert (draft.type, draft.stem) == ("single_choice", "Who certifies?")
    assert options(draft) == [("ISO", 0), ("A body", 1)]


def test_running_numbers_are_taken_off_and_said_and_no_question_is_lost():
    text = "".join(f"{n}. Door {n}?\nA. Left\nB. Right\nANSWER: B\n" for n in range(8, 13))
    imported = read(text, "")
    assert imported.format == "numbered"
    assert [draft.stem for draft in imported.questions] == [f"Door {n}?" for n in range(8, 13)]
    assert ("file", 'Numbers such as "8." were taken off the question texts: 5.') in said(imported)


def test_a_missing_number_is_said():
    imported = read("1. P?\nA. x\n*B. y\n3. Q?\nA. x\n*B. y", "numbered")
    assert ("line 4", "After question 1 comes question 3.") in said(imported)


def test_several_right_options_make_a_multiple_choice():
    draft = only(read("1. Q\n*a. x\n*b. y\nc. z", "numbered"))
    assert (draft.type, options(draft)) == ("multiple_choice", [("x", .5), ("y", .5), ("z", 0)])


@pytest.mark.parametrize("text", ["1. Q\nA. x\nB. y", "1. Q\n**A. x**\n**B. y**"])
def test_without_a_key_nothing_is_right(text):
    imported = read(text, "numbered")
    assert not only(imported).right
    assert ("line 1, options", "No option is right.") in said(imported, "error")


@pytest.mark.parametrize(("text", "asks", "readings"), [
    ("1. Q\n*A. x\nB. y\nAnswer: B", "answer-or-star", {"answer": ["y"], "star": ["x"]}),
    ("1. Q\n**A. x**\nB. y\nAnswer: B", "answer-or-bold", {"answer": ["y"], "bold": ["x"]}),
    ("1. Q\nA. x\n**B. y**\n**C. z**", "bold-or-unmarked",
     {"bold": ["y", "z"], "unmarked": ["x"]}),
])
def test_signs_that_differ_are_asked_about(text, asks, readings):
    [asked] = read(text, "numbered").open
    assert asked.asks == asks
    assert {reading.name for reading in asked.readings} == set(readings)
    for name, texts in readings.items():
        assert right(text, **{asks: name}) == texts


def test_signs_that_agree_are_not_asked_about():
    assert right("1. Q\nA. x\n***B. y\nAnswer: B".replace("***B", "*B")) == ["y"]
    assert right("1. Q\nA. x\n*B. y (correct)\nAnswer: B") == ["y"]


@pytest.mark.parametrize(("text", "message"), [
    ("1. Q\nA. x\nB. y\nAnswer: D", 'The answer "D" is not the letter of an option.'),
    ("1. Q\nA. x\nC. y", "Option B is missing: this line begins with C."),
    ("1. Q\nB. x\nC. y", "Option A is missing above option B."),
    ("1. Q\nAnswer: B", 'The answer "B" names an option, and there are none.'),
    ("1.\nA. x\n*B. y", "There is no question text above the options."),
    ("1. Q\nA. x\nB. y\nAnswer: A\nAnswer: B", "Two lines name different right answers."),
    ("Type: XX\n1. Q\nA. x\n*B. y", 'The type "XX" is not known here.'),
    ("Type: MT\n1. Q\na. Paris\nb. x = y", 'In "Paris" nothing sets the two sides apart.'),
    ("1. Q\nA. x\n*B. y\n\nAnswers:\n1. B\n7. A", "The list of answers names question 7, which was"
     " not found."),
    ("1. P\nA. x\nB. y\n\n1. Q\nA. x\nB. y\n\nAnswers:\n1. B", "Several questions have the number"
     " 1, so the list of answers does not say which one is meant."),
])
def test_what_cannot_be_read_is_an_error(text, message):
    assert message in [each for _place, each in said(read(text, "numbered"), "error")]


def test_statements_are_true_or_false():
    first, second = read("1. P\nA. True\n*B. False\n2. Q\nAnswer: wahr", "numbered").questions
    assert (first.type, first.answer, second.type, second.answer) == (
        "true_false", False, "true_false", True)
    assert only(read("1. P\nA. True\nB. False", "numbered")).answer is None


def test_open_questions_are_called_so_among_good_ones():
    imported = read("1. Say why.\n\n2. Q\nA. x\n*B. y\n3. City?\nAnswer: Rome", "numbered")
    assert [draft.type for draft in imported.questions] == ["essay", "single_choice", "short_text"]
    assert any("open question" in message for _place, message in said(imported, "warning"))


def test_types_and_feedback_of_respondus_are_known():
    text = ("Type: MR\nTitle: Doors\n3) Which?\n@ In general\na. one\n@ no\n*b. two\n\nType: E\n"
            "4) Say.\na. Model\n\nType: MT\n5) Match\na. Paris = France\nb. Rome = Italy\n\n"
            "Type: F\n6) Capital?\na. Paris\nb. Lutetia\n~ Well done")
    several, essay, match, short = read(text, "numbered").questions
    assert (several.type, several.name, several.explanation) == (
        "multiple_choice", "Doors", "In general")
    assert [option.feedback for option in several.options] == ["no", ""]
    assert (essay.type, essay.more) == ("essay", {"points": ["Model"]})
    assert match.pairs == (("Paris", "France"), ("Rome", "Italy"))
    assert ([option.text for option in short.right], short.explanation) == (
        ["Paris", "Lutetia"], "Well done")


def test_lists_inside_stems_stay_there():
    draft = only(read("5. Consider\n1) foo\n2) bar\nWhich?\nA. 1\n*B. 2\n", "numbered"))
    assert draft.stem == "Consider\n1) foo\n2) bar\nWhich?"
    year = only(read("5. Born\nA. in\n1990. Or not\n*B. never", "numbered"))
    assert year.options[0].text == "in\n1990. Or not"
    bullets = only(read("5. Consider\n- foo\n- bar\nA. x\n*B. y", "numbered"))
    assert bullets.stem == "Consider\n- foo\n- bar"


def test_questions_need_no_numbers_and_no_blank_lines():
    text = ("P?\nA. x\n*B. y\nQ?\nA) x\n*B) y\nA. Smith says\nA) x\n*B) y\n\nA heading\n\nR\nA. x\n"
            "*B. y")
    imported = read(text, "numbered")
    assert [draft.stem for draft in imported.questions] == [
        "P?", "Q?", "A. Smith says", "A heading\nR"]


def test_lines_of_no_question_are_named():
    imported = read("Quiz of May\nby Ann\n\n1. Q\nA. x\n*B. y\n\nPart two\n2. P\nA. x\n*B. y",
                    "numbered")
    assert [place for place, _message in said(imported)][:2] == ["line 1", "line 8"]
    assert [draft.stem for draft in imported.questions] == ["Q", "P"]


def test_a_text_after_an_option_is_joined_and_said():
    imported = read("1. Q\nA. x\n*B. y\nand more\n2. P\nA. x\n*B. y", "numbered")
    assert imported.questions[0].options[1].text == "y\nand more"
    assert any("joined to the option" in message for _place, message in said(imported))


@pytest.mark.parametrize(("text", "format_name"), [
    ("Q\nA. x\nB. y\nANSWER: B", "aiken"), ("1. Q {=a ~b}\n\n2. P {T}", "gift"),
    ("1. Q\nA. x\n*B. y", "numbered"), ("1. Q\n[*] x\n[ ] y", "text2qti"),
])
def test_texts_are_told_apart(text, format_name):
    assert formats.detect(text.encode()).name == format_name


def test_a_line_below_an_option_goes_on_with_it_and_one_that_stands_apart_is_the_next_question():
    imported = read("Who certifies?\nA. ISO\n*B. A body\nof its own\n\nWho audits?\n*A. x\nB. y",
                    "numbered")
    assert [draft.stem for draft in imported.questions] == ["Who certifies?", "Who audits?"]
    assert [o.text.split() for o in imported.questions[0].options] == [
        ["ISO"], ["A", "body", "of", "its", "own"]]


def test_a_letter_far_beyond_the_last_begins_no_option():
    assert len(only(read("1. Q\n*A. x\nB. y\nE. coli", "numbered")).options) == 2
    missing = read("1. Q\n*A. x\nB. y\nD. z", "numbered")
    assert any("Option C" in message for _place, message in said(missing, "error"))


# -- edges


@pytest.mark.parametrize(("text", "texts", "right_ones"), [
    ("1. Q?\n- *a\n- b", ["a", "b"], ["a"]),
    ("1. Q?\n- a*b\n- *c", ["a*b", "c"], ["c"]),
    ("1. Q?\n- *a* b\n- c (correct)", ["*a* b", "c"], ["c"]),
    ("1. Q?\n[ ] *a\n[ ] b", ["a", "b"], ["a"]),
    ("1. Q?\nA. *a* and *b*\n*B. b", ["*a* and *b*", "b"], ["b"]),
    ("Question 1\nQ?\n1. a\n2. b\nAnswer: 2.", ["a", "b"], ["b"]),
    ("Question 1\nQ?\n1. a\n2. b\nAnswer: 1)", ["a", "b"], ["a"]),
])
def test_signs_of_what_is_right_are_taken_off_and_others_stay(text, texts, right_ones):
    draft = only(read(text, "numbered"))
    assert [option.text for option in draft.options] == texts
    assert [option.text for option in draft.right] == right_ones


@pytest.mark.parametrize(("listed", "messages"), [
    ("1. B\n2. A", []),
    ("1. B\n3. A", [("line 10", "The list of answers names question 3, which was not found.")]),
    ("0. B\n2. A", [("line 9", "The list of answers names question 0, which was not found.")]),
])
def test_a_list_of_answers_names_questions_by_their_numbers(listed, messages):
    imported = read(f"1. P?\nA. a\nB. b\n2. Q?\nA. c\nB. d\n\nAnswers:\n{listed}", "numbered")
    keys = [each for each in said(imported, "error") if "list of answers" in each[1]]
    assert keys == messages
    assert [option.text for draft in imported.questions for option in draft.right] == (
        ["b", "c"] if not messages else ["b"] if listed[0] == "1" else ["c"])


def test_a_list_of_answers_for_a_number_that_comes_twice_is_no_key():
    imported = read("1. P?\nA. a\nB. b\n1. Q?\nA. c\nB. d\n\nAnswers:\n1. B", "numbered")
    assert ("line 9", "Several questions have the number 1, so the list of answers does not say"
            " which one is meant.") in said(imported, "error")
    assert not [option for draft in imported.questions for option in draft.right]


def test_what_stands_beside_a_question_is_kept_with_it():
    told = ("Title: T\nType: MR\n1. Q?\n*A. a\n*B. b\nC. c\nExplanation: since\n"
            "Difficulty: hard\nCategory: X\nTopic: audit\n2. R?\nA. a\n*B. b")
    first, second = read(told, "numbered").questions
    assert (first.name, first.type, first.explanation, first.difficulty, first.category,
            first.topic) == ("T", "multiple_choice", "since", 3, "X", "audit")
    assert (second.name, second.type, second.explanation, second.difficulty) == (
        "", "single_choice", "", None)


def test_feedback_belongs_to_the_option_above_it_or_to_the_question():
    imported = read("1. P?\n@ all\nA. a\n@ of a\n*B. b\n@ of b\n~ well done", "numbered")
    draft = only(imported)
    assert [option.feedback for option in draft.options] == ["of a", "of b"]
    assert draft.explanation == "all\nwell done"
    assert ("line 1", "Feedback for right or wrong answers was put into the explanation.") in (
        said(imported, "warning"))
    assert "Feedback" not in str(said(read("1. P?\nA. a\n*B. b\n@ of b", "numbered")))


def test_a_question_with_an_answer_and_no_options_takes_words():
    draft = only(read("1. Q?\nAnswer: 5 kg", "numbered"))
    assert (draft.type, options(draft)) == ("short_text", [("5 kg", 1)])


def test_a_file_can_be_read_without_choosing_anything():
    data = b"1. Q?\nA. a\n*B. b"
    assert formats.find_format("numbered").read(data).questions == read(data, "numbered").questions


def test_an_answer_that_is_listed_twice_is_named_by_its_first_line():
    imported = read("1. P?\nA. a\nB. b\n\nAnswers:\n1. A\n7. B\n7. B", "numbered")
    assert ("line 7", "The list of answers names question 7, which was not found.") in (
        said(imported, "error"))


@pytest.mark.parametrize(("text", "shown"), [
    ("2 * 3 *", "2 * 3 *"), ("2 x 3 *", "2 x 3"), ("a (correct)", "a")])
def test_a_star_at_the_end_is_no_sign_where_there_is_another(text, shown):
    imported = read(f"1. Q?\nA. {text}\nB. b\nAnswer: A", "numbered")
    assert only(imported).options[0].text == shown and not imported.errors


@pytest.mark.parametrize(("text", "is_said"), [("1. Why?\nBecause", True),
                                               ("Type: E\n1. Why?", False)])
def test_an_open_question_is_said_to_be_one_unless_the_file_says_so(text, is_said):
    imported = read(f"{text}\n\n2. Q?\nA. a\n*B. b", "numbered")
    assert imported.questions[0].type == "essay"
    assert any("open question" in message for _place, message in said(imported)) is is_said
