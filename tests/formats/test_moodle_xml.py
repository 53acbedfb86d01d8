"""Moodle XML as Moodle reads it, and what of it is not kept is told."""

from base64 import b64encode
from fractions import Fraction

import pytest

from isotrain import formats
from isotrain.formats import Draft, Unreadable
from isotrain.formats.moodle import tree
from isotrain.formats.reencoding import reencoded
from isotrain.questions.pictured import reference
from tests.formats.reading import missing, only, options, read, said
from tests.media.making import plain

RED = plain()


def quiz(*questions):
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>"


def question(kind, inside="", stem="Which?"):
    return (f'<question type="{kind}"><questiontext format="html"><text><![CDATA[{stem}]]></text>'
            f"</questiontext>{inside}</question>")


def answer(fraction, text, inside="", format_="html"):
    return (f'<answer fraction="{fraction}" format="{format_}"><text>{text}</text>{inside}'
            "</answer>")


def xml(*questions):
    return read(quiz(*questions), "moodlexml")


def one(kind, inside="", stem="Which?"):
    return only(xml(question(kind, inside, stem)))


def feedback(text):
    return f'<feedback format="html"><text>{text}</text></feedback>'


def test_single_choice_has_feedback_shares_and_markup_reduced():
    draft = one("multichoice", "<single>true</single><shuffleanswers>false</shuffleanswers>"
                + answer(100, "&lt;p&gt;A &amp;lt; B&lt;/p&gt;", feedback("Right."))
                + answer("33.33333", "B") + answer("0", "C"), stem="<p>Who <b>audits</b>?</p>")
    assert (draft.type, draft.stem, draft.shuffle) == ("single_choice", "Who **audits**?", False)
    assert [(o.text, o.share, o.feedback) for o in draft.options] == [
        ("A < B", 1, "Right."), ("B", Fraction(1, 3), ""), ("C", 0, "")]


def test_single_choice_is_what_a_choice_is_unless_it_says_otherwise():
    assert one("multichoice", answer(100, "a") + answer(0, "b")).type == "single_choice"


@pytest.mark.parametrize(("weights", "rule"), [
    ((50, 50, -50, -50), "balanced"),
    ((50, 50, -100), "balanced"),
    ((50, 50, -50), "equal_parts"),
    ((50, 50, 0), "weights"),
    ((100, 50, 0), "weights"),
])
def test_the_weights_of_multiple_choice_choose_the_rule(weights, rule):
    answers = "".join(answer(weight, f"o{at}") for at, weight in enumerate(weights))
    imported = xml(question("multichoice", f"<single>false</single>{answers}"))
    assert (only(imported).type, only(imported).rule) == ("multiple_choice", rule)
    assert any("no usual rule" in message for _, message in said(imported)) == (rule == "weights")


def test_an_all_or_nothing_question_is_one():
    draft = one("multichoiceset", answer(100, "a") + answer(100, "b") + answer(0, "c"))
    assert (draft.type, draft.rule) == ("multiple_choice", "all_or_nothing")
    assert options(draft) == [("a", 0.5), ("b", 0.5), ("c", 0)]


def test_true_false_takes_its_feedback_along():
    draft = one("truefalse", answer(0, "true", feedback("No.")) + answer(100, "false"))
    assert (draft.type, draft.answer) == ("true_false", False)
    assert [(o.text, o.feedback) for o in draft.options] == [("True", "No."), ("False", "")]


@pytest.mark.parametrize("inside", ["", answer(100, "true") + answer(100, "false"),
                                    answer(0, "true") + answer(0, "false")])
def test_a_true_false_whose_answer_is_not_told_is_never_guessed(inside):
    imported = xml(question("truefalse", inside))
    assert only(imported).answer is None
    assert imported.faulty_places() == {"question 1"}


def test_short_text_keeps_its_case_rule():
    draft = one("shortanswer", "<usecase>1</usecase>" + answer(100, "ISO*", format_="moodle")
                + answer(50, r"5\*"))
    assert (draft.type, draft.more) == ("short_text", {"case": True})
    assert options(draft) == [("ISO*", 1), (r"5\*", 0.5)]


def test_numbers_have_tolerances_and_a_unit():
    imported = xml(question("numerical", answer(100, "3.50", "<tolerance>0.1</tolerance>")
                            + answer(50, "4", "<tolerance>-1</tolerance>")
                            + answer(0, "*", feedback("No."))
                            + "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name>"
                              "</unit><unit><multiplier>1000</multiplier><unit_name>g</unit_name>"
                              "</unit></units>"))
    draft = only(imported)
    assert [(o.text, o.tolerance) for o in draft.options] == [("3.5", "0.1"), ("4", "1"), ("*", "")]
    assert draft.more == {"unit": "kg"}
    assert any("Other units" in message for _, message in said(imported))


def test_an_answer_that_stands_alone_has_no_feedback_for_the_other():
    draft = one("truefalse", answer(100, "true", feedback("Yes.")))
    assert [(o.text, o.feedback) for o in draft.options] == [("True", "Yes."), ("False", "")]


def test_of_two_units_of_the_same_size_the_first_is_kept():
    units = "".join(f"<unit><multiplier>1.0</multiplier><unit_name>{name}</unit_name></unit>"
                    for name in ("kg", "kilos"))
    assert one("numerical", answer(100, "3") + f"<units>{units}</units>").more == {"unit": "kg"}


def test_any_number_being_right_is_told():
    assert any("Every number" in message
               for _, message in said(xml(question("numerical", answer(100, "*")))))


def test_pairs_may_hold_what_only_distracts():
    pair = ("<subquestion format='html'><text>{}</text><answer><text>{}</text></answer>"
            "</subquestion>")
    draft = one("matching", pair.format("a", "1") + pair.format("&lt;i&gt;b&lt;/i&gt;", "2")
                + pair.format("", "3"))
    assert (draft.type, draft.pairs) == ("matching", (("a", "1"), ("b", "2"), ("", "3")))


@pytest.mark.parametrize(("told", "rule", "warned"), [
    ("ALL_OR_NOTHING", "all_or_nothing", False),
    ("RELATIVE_NEXT_EXCLUDE_LAST", "neighbours", False),
    ("ABSOLUTE_POSITION", "neighbours", True)])
def test_items_to_be_ordered_stand_in_order(told, rule, warned):
    imported = xml(question("ordering", f"<gradingtype>{told}</gradingtype><selecttype>ALL"
                            "</selecttype>" + answer(1, "a") + answer(2, "b")))
    draft = only(imported)
    assert (draft.type, draft.rule, [o.text for o in draft.options]) == ("ordering", rule,
                                                                         ["a", "b"])
    assert any("in its place" in message for _, message in said(imported)) == warned


def test_a_part_of_the_items_is_told():
    imported = xml(question("ordering", "<selecttype>RANDOM</selecttype>" + answer(1, "a")))
    assert any("Only some of the items" in message for _, message in said(imported))


def test_an_essay_keeps_what_its_marker_was_told():
    draft = one("essay", "<graderinfo format='html'><text>&lt;ul&gt;&lt;li&gt;Who&lt;/li&gt;"
                         "&lt;li&gt;Why&lt;/li&gt;&lt;/ul&gt;</text></graderinfo>")
    assert (draft.type, draft.more) == ("essay", {"points": ["Who", "Why"]})


def test_a_description_is_information():
    assert one("description").type == "information"


def test_a_cloze_is_reduced_around_and_inside_of_its_gaps():
    draft = one("cloze", stem="<p>It <b>is</b> {1:MC:=<i>a</i>~b &lt; c#no}</p><p>{:NM:=5,5}</p>")
    assert draft.type == "cloze"
    assert draft.stem == "It **is** {1:MC:=a~b < c#no}\n\n{1:NM:=5.5}"


BOX = "<dragbox><text>{}</text><group>{}</group></dragbox>"


def test_words_for_gaps_are_counted_anew():
    draft = one("ddwtos", BOX.format("axe", 1) + BOX.format("plan", 1) + BOX.format("audit", 1),
                stem="[[3]] follows [[2]]")
    assert (draft.type, draft.stem) == ("gap_text", "[[1]] follows [[2]]")
    assert draft.pairs == (("1", "audit"), ("2", "plan"), ("", "axe"))


def test_words_in_groups_are_a_choice_at_each_gap():
    choice = "<selectoption><text>{}</text><group>{}</group></selectoption>"
    draft = one("gapselect", choice.format("a", 1) + choice.format("b", 2) + choice.format("c", 1)
                + choice.format("d", 2), stem="[[1]] and [[4]]")
    assert draft.type == "cloze"
    assert draft.stem == "{1:MCS:=a~c} and {1:MCS:b~=d}"


def test_what_is_about_a_question_comes_along():
    imported = xml(
        '<question type="category"><category><text>$course$/top/Audit/A//B</text></category>'
        "</question>",
        '<question type="essay"><name><text>Naming</text></name><questiontext format="markdown">'
        "<text>*Why*?</text></questiontext><generalfeedback format='html'><text>&lt;p&gt;So.&lt;/p"
        "&gt;</text></generalfeedback><idnumber>E-1</idnumber><tags><tag><text>x</text></tag><tag>"
        "<text>y</text></tag></tags></question>")
    draft = only(imported)
    assert (draft.place, draft.name, draft.stem) == ("question 1", "Naming", "*Why*?")
    assert (draft.category, draft.external_id, draft.tags) == ("Audit/A//B", "E-1", ("x", "y"))
    assert draft.explanation == "So."


def test_a_name_that_only_repeats_the_text_is_none():
    [draft] = xml(question("essay", "<name><text>Which?</text></name>")).questions
    assert (draft.name, draft.title) == ("", "Which?")


def test_tags_that_somebody_forgot_to_escape_are_read():
    draft = only(xml('<question type="essay"><questiontext format="html"><text>a <b>b</b> &lt; c'
                     "</text></questiontext></question>"))
    assert draft.stem == "a **b** < c"


@pytest.mark.parametrize(("inside", "stem", "name"), [
    ("", '<p>Means? <img src="@@PLUGINFILE@@/s.png" alt="sign"></p>', "@@PLUGINFILE@@/s.png"),
    ('<file name="s.png">@#%</file>', 'Means? <img src="@@PLUGINFILE@@/s.png">',
     "@@PLUGINFILE@@/s.png"),
    ("<image>a/sign.png</image>", "Means?", "sign.png"),
    ("<image_base64>@#%</image_base64>", "Means?", "…"),
    ("<image>sign.png</image><image_base64></image_base64>", "Means?", "sign.png"),
])
def test_a_question_without_its_picture_is_incomplete(inside, stem, name):
    imported = xml(question("essay", inside, stem))
    assert only(imported).stem.startswith("Means?")
    assert missing(imported) == [("question 1, stem", name)]


@pytest.mark.parametrize(("format_", "text", "name"), [
    ("markdown", "![s](https://x/s.PNG) Means?", "https://x/s.PNG"),
    ("markdown", "![s](@@PLUGINFILE@@/s.png) Means?", "@@PLUGINFILE@@/s.png"),
    ("markdown", "![s](data:image/png;base64,AAAA) Means?", "data:…"),
    ("html", "&lt;svg&gt;&lt;path/&gt;&lt;/svg&gt; Means?", "svg"),
])
def test_pictures_are_missing_however_they_are_named(format_, text, name):
    imported = xml(f'<question type="essay"><questiontext format="{format_}"><text>{text}</text>'
                   "</questiontext></question>")
    assert missing(imported) == [("question 1, stem", name)]
    assert only(imported).stem.endswith("Means?")


@pytest.mark.parametrize(("text", "told"), [
    ("&lt;a href='@@PLUGINFILE@@/s.pdf'&gt;Means?&lt;/a&gt;", "file (1)"),
    ("Means? &lt;audio src='s.mp3'&gt;&lt;/audio&gt;&lt;img src='x.png'&gt;", "audio (1)"),
])
def test_files_and_media_without_which_a_question_asks_nothing_are_errors(text, told):
    imported = xml(f'<question type="essay"><questiontext format="html"><text>{text}</text>'
                   "</questiontext></question>")
    assert said(imported, "error") == [
        ("question 1", f"Files and media of this question cannot be kept: {told}.")]


def test_the_picture_beside_a_text_of_an_old_file_stands_below_it():
    old = f"<image>a/red.png</image><image_base64>{b64encode(RED).decode()}</image_base64>"
    imported = xml(question("essay", old))
    assert only(imported).stem == f"Which?\n\n{reference('', reencoded(RED).address)}"
    assert imported.pictures == (reencoded(RED),) and not imported.errors


def test_a_file_that_no_text_shows_is_told_and_keeps_nothing_back():
    imported = xml(question("essay", '<file name="../../etc/passwd">AAAA</file>'))
    assert ("question 1", "Files that no text shows are left out: 1.") in said(imported, "warning")
    assert not imported.faulty_places() and not imported.pictures


def test_a_picture_and_its_file_are_one():
    imported = xml(question("essay", '<file name="s.png">AAAA</file>', '<img src="s.png">Means?'))
    assert [message for _place, message in said(imported, "warning") if "picture" in message] == [
        "This is no picture in PNG, JPEG, WebP or GIF, or it is damaged."]


@pytest.mark.parametrize(("inside", "sentence"), [
    ("<defaultgrade>2.5000000</defaultgrade>", "Marks other than 1 are not kept; an exam gives"
     " every question the same (questions: 1)."),
    ("<penalty>0.5</penalty>", "What a second try costs is not kept (questions: 1)."),
    ("<hint format='html'><text>Think.</text></hint>", "Hints are not kept (questions: 1)."),
    ("<correctfeedback><text>Yes.</text></correctfeedback>", "Feedback for right, partly right and"
     " wrong answers as a whole is not kept (questions: 1)."),
    ("<hidden>1</hidden>", "Questions that were hidden in Moodle are among these (questions: 1)."),
    ("<maxwordlimit>200</maxwordlimit>",
     "Limits of words, and files to be handed in, are not kept (questions: 1)."),
    ("</question><question type='category'><category><text>A</text></category><info><text>I</text>"
     "</info>", "Descriptions of categories are not kept (categories: 1)."),
    ("<responsetemplate><text>Dear</text></responsetemplate>",
     "The text that an answer begins with is not kept (questions: 1)."),
])
def test_what_is_not_kept_is_told(inside, sentence):
    imported = xml(question("essay", inside))
    assert ("file", sentence) in said(imported, "warning")


def test_what_moodle_writes_by_itself_is_no_loss():
    imported = xml(question("essay", "<defaultgrade>1.0000000</defaultgrade><penalty>0.3333333"
                            "</penalty><hidden>0</hidden><hint><text></text></hint>"))
    assert [message for place, message in said(imported) if place == "file"] == []


GOOD = question("truefalse", answer(100, "true") + answer(0, "false"), stem="Good")


@pytest.mark.parametrize(("bad", "message"), [
    (question("calculated"), "This is a calculated question: its numbers change with every try."),
    (question("ddmarker"), "This question asks for markers on a picture."),
    (question("wordselect"), 'There is no question type here for "wordselect".'),
    ("<question/>", 'There is no question type here for "-".'),
    (question("multichoice", answer(101, "a")),
     "The weight 101 is not between -100% and 100%."),
    (question("multichoice", answer("half", "a")),
     "The weight half is not between -100% and 100%."),
    (question("truefalse", answer(100, "yes")),
     "The answers of a true/false question are not true and false."),
    (question("numerical", answer(100, "3,5.1")), '"3,5.1" is not a number.'),
    (question("numerical", answer(100, "3", "<tolerance>x</tolerance>")), '"x" is not a number.'),
    (question("matching"), "The question has only one pair."),
    (question("cloze", stem="No gap"), "The text has no gap."),
    (question("cloze", stem="{1:SA:a}"), "Gap 1 has no answer that is wholly right."),
    (question("ddwtos", BOX.format("a", 1), stem="[[2]]"),
     "The gaps and the words of the question do not fit each other."),
    (question("gapselect", BOX.format("a", 1) + BOX.format("b", 2), stem="[[1]]"),
     "Gap 1 has fewer than two options."),
    (question("essay", stem="x" * 2_000_001), "A text of this question is too long to be read."),
])
def test_what_cannot_be_read_is_named_and_the_others_come_in(bad, message):
    imported = xml(bad, GOOD)
    assert [draft.stem for draft in imported.questions] == ["Good"]
    assert said(imported, "error") == [("question 1", message)]


def test_a_file_to_be_handed_in_keeps_the_question_from_being_used():
    imported = xml(question("essay", "<responseformat>noinline</responseformat>"))
    assert said(imported, "error") == [
        ("question 1", "The question asks for a file, which cannot be handed in here.")]


@pytest.mark.parametrize(("data", "code", "message"), [
    (b"<quiz></quiz>", "empty", "The quiz holds no question."),
    (b"<quiz>\n<question>", "syntax",
     "The file is no valid XML: it breaks off or has a stray sign at line 2."),
    (b"<quiz>&nbsp;</quiz>", "syntax",
     "The file is no valid XML: it breaks off or has a stray sign at line 1."),
    (b"<items/>", "unknown_format", "This is XML, but no Moodle XML: it begins with <items>."),
    (b'<!DOCTYPE q [<!ENTITY a "ha">]><quiz>&a;</quiz>', "dtd",
     "The file declares entities or a document type, which are not read."),
    (b"<quiz>" + b"<a>" * 31, "too_large",
     "A question at line 1 has more elements than a question may have."),
    (b"<quiz>" + b"<a/>" * 20_001, "too_large",
     "A question at line 1 has more elements than a question may have."),
    (b"<quiz>" + b"<question/>" * 10_001, "too_many",
     "The file has more than 10000 questions."),
    (b'<?xml version="1.0" encoding="koi8-r"?><quiz>\xd0\xd2</quiz>', "encoding",
     "The file is written in koi8-r, which is not read."),
])
def test_a_file_that_is_none_is_refused_with_a_sentence(data, code, message):
    with pytest.raises(Unreadable) as refusal:
        formats.read(data, format_name="moodlexml")
    assert (refusal.value.code, refusal.value.message) == (code, message)
    assert refusal.value.hint


@pytest.mark.parametrize(("encoding", "told"), [
    ("iso-8859-1", []), ("utf-8", []), ("utf-16", []),
])
def test_the_encoding_that_a_file_names_is_believed(encoding, told):
    text = quiz(question("essay", stem="Prüfung?")).replace("UTF-8", encoding)
    imported = read(text.encode(encoding), "moodlexml")
    assert only(imported).stem == "Prüfung?"
    assert [message for _, message in said(imported, "warning") if "UTF-8" in message] == told


def test_an_encoding_that_had_to_be_guessed_is_told():
    imported = read(quiz(question("essay", stem="Prüfung?")).encode("cp1252"), "moodlexml")
    assert only(imported).stem == "Prüfung?"
    assert any("not UTF-8" in message for _, message in said(imported, "warning"))


def test_moodle_xml_is_known_by_its_first_element():
    assert formats.detect(b"<?php x ?>\n<!-- <quiz> --><quiz>", "x.xml").name == "moodlexml"
    assert formats.detect(b"<quizzes>", "x.xml") is None


def test_a_line_is_known_of_every_element():
    found = []
    tree.walk(quiz(question("essay"), question("essay")).encode(), found.append)
    assert [node.line for node in found] == [3, 4]


# -- what a file leaves out, and edges


def test_case_does_not_count_and_order_is_mixed_unless_the_file_says_so():
    draft = one("shortanswer", answer(100, "a"))
    assert draft.more == {} and draft.shuffle
    assert one("multichoice", answer(100, "a") + answer(0, "b")).shuffle
    assert one("shortanswer", "<usecase>0</usecase>" + answer(100, "a")).more == {}


@pytest.mark.parametrize(("single", "fractions", "is_said"), [
    ("true", (100, -50), True), ("true", (100, 0), False), ("false", (100, -50), False)])
def test_an_option_of_one_choice_that_takes_marks_away_is_said_to_earn_nothing(
    single, fractions, is_said
):
    inside = "".join(answer(each, f"o{each}") for each in fractions)
    imported = xml(question("multichoice", f"<single>{single}</single>{inside}"))
    assert any("take marks away" in message for _place, message in said(imported)) is is_said


@pytest.mark.parametrize(("fraction", "share"), [
    ("100", 1), ("-100", -1), ("", 0), ("33.3333", Fraction(1, 3)), ("100.1", None), ("x", None),
    ("-101", None)])
def test_a_weight_lies_between_minus_and_plus_a_hundred(fraction, share):
    imported = xml(question("multichoice", answer(fraction, "a") + answer(100, "b")))
    if share is None:
        assert said(imported, "error")[0] == (
            "question 1", f"The weight {fraction} is not between -100% and 100%.")
    else:
        assert only(imported).options[0].share == share


@pytest.mark.parametrize(("right", "answered"), [
    (("100", "0"), True), (("0", "100"), False), (("0", "0"), None), (("100", "100"), None)])
def test_a_statement_is_right_where_exactly_one_answer_is(right, answered):
    imported = xml(question("truefalse", answer(right[0], " TRUE ") + answer(right[1], "false")))
    assert only(imported).answer is answered


@pytest.mark.parametrize(("told", "rule", "is_said"), [
    ("", "neighbours", True), ("relative_all_previous_and_next", "neighbours", False),
    ("-1", None, None)])
def test_how_items_are_marked_is_said_where_it_is_another_way(told, rule, is_said):
    imported = xml(question("ordering", f"<gradingtype>{told}</gradingtype>" + answer(1, "a")
                            + answer(2, "b")))
    if rule is not None:
        assert only(imported).rule == rule
        assert any("in its place" in message for _place, message in said(imported)) is is_said


@pytest.mark.parametrize(("selected", "is_said"), [
    ("", False), ("ALL", False), ("0", False), ("CONTIGUOUS", True), ("1", True)])
def test_that_only_some_items_were_asked_is_said(selected, is_said):
    imported = xml(question("ordering", f"<selecttype>{selected}</selecttype>" + answer(1, "a")
                            + answer(2, "b")))
    assert any("Only some" in message for _place, message in said(imported)) is is_said


@pytest.mark.parametrize(("units", "kept", "is_said"), [
    ("", None, False), ((("1", "kg"),), "kg", False), ((("1.0", " kg "),), "kg", False),
    ((("", "kg"),), "kg", False), ((("1000", "g"),), None, True),
    ((("1000", "g"), ("1", "kg")), "kg", True), ((("1", ""),), None, True),
    ((("1", ""), ("1", "kg")), "kg", True)])
def test_the_unit_of_a_number_is_the_first_of_its_own_size(units, kept, is_said):
    inside = "".join(f"<unit><multiplier>{size}</multiplier><unit_name>{name}</unit_name></unit>"
                     for size, name in units)
    imported = xml(question("numerical", answer(100, "3") + f"<units>{inside}</units>"))
    assert only(imported).more.get("unit") == kept
    assert any("Other units" in message for _place, message in said(imported)) is is_said


@pytest.mark.parametrize(("value", "tolerance", "text"), [
    ("three", "0", "three"), ("3", "some", "some"), ("3,5x", "0", "3,5x")])
def test_what_is_no_number_refuses_its_question(value, tolerance, text):
    imported = xml(question("numerical", answer(100, value, f"<tolerance>{tolerance}</tolerance>")))
    assert said(imported, "error")[0] == ("question 1", f'"{text}" is not a number.')


@pytest.mark.parametrize("count", [1, 2])
def test_pairs_need_company(count):
    pair = "<subquestion><text>a{0}</text><answer><text>{0}</text></answer></subquestion>"
    imported = xml(question("matching", "".join(pair.format(n) for n in range(count))))
    assert (("question 1", "The question has only one pair.") in said(imported, "error")) is (
        count == 1)


def test_a_pair_without_an_answer_has_an_empty_side():
    pair = "<subquestion><text>a</text></subquestion><subquestion><text>b</text><answer><text>2"
    draft = one("matching", pair + "</text></answer></subquestion>")
    assert draft.pairs == (("a", ""), ("b", "2"))


def shows(address, data, path="/"):
    """An essay whose text shows a picture that stands beside it."""
    text = f'<text><![CDATA[<img src="@@PLUGINFILE@@/{address}" alt="A">]]></text>'
    file = f'<file name="x.png" path="{path}" encoding="base64">{data}</file>'
    return (f'<question type="essay"><questiontext format="html">{text}{file}</questiontext>'
            "</question>")


@pytest.mark.parametrize("data", ["%%%", "abc"])
def test_a_picture_that_is_no_base64_is_missing(data):
    assert [name for _place, name in missing(xml(shows("x.png", data)))] == [
        "@@PLUGINFILE@@/x.png"]


@pytest.mark.parametrize(("path", "address"), [
    ("/", "x.png"), ("/in/it/", "in/it/x.png"), ("/in/", "in/x.png?time=1")])
def test_a_picture_in_a_folder_is_found_by_its_path(path, address):
    imported = xml(shows(address, b64encode(RED).decode(), path))
    assert only(imported).stem == reference("A", reencoded(RED).address)


def test_what_no_xml_can_hold_is_left_out_and_words_of_gaps_come_first():
    drafts = [Draft("", "essay", "a\x01b\x0bc"), Draft(
        "", "gap_text", "The [[1]] [[2]].", pairs=(("", "off"), ("1", "lid"), ("2", "on")))]
    written = formats.find_format("moodlexml").write(drafts).data.decode()
    assert "<text>abc</text>" in written
    assert [word for word in ("lid", "on", "off") if f"<text>{word}</text>" in written] == [
        "lid", "on", "off"]
    assert written.index(">lid<") < written.index(">on<") < written.index(">off<")
    assert read(written, "moodlexml").questions[1].pairs == (("1", "lid"), ("2", "on"), ("", "off"))


@pytest.mark.parametrize(("stem", "fits"), [
    ("A [[1]] [[2]].", True), ("A [[2]].", True), ("A [[0]].", False), ("A [[3]].", False),
    ("A [[1]] [[3]].", False), ("A gap.", False)])
def test_every_gap_has_a_word_of_its_number(stem, fits):
    boxes = "".join(f"<dragbox><text>w{n}</text><group>1</group></dragbox>" for n in (1, 2))
    imported = xml(question("ddwtos", boxes, stem))
    assert bool(imported.questions) is fits
    assert (("question 1", "The gaps and the words of the question do not fit each other.")
            in said(imported, "error")) is not fits


def test_points_of_an_essay_are_lines_without_the_space_around_them():
    told = "<graderinfo format='plain_text'><text> one \n\n - two \t\n</text></graderinfo>"
    assert one("essay", told).more == {"points": ["one", "two"]}
