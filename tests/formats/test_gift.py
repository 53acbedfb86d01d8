"""GIFT as Moodle reads it, without the damage it does in silence."""

import pytest

from isotrain import formats
from isotrain.formats import Draft, Option
from tests.formats.reading import missing, only, options, read, said


def gift(text):
    return read(text, "gift")


def one(text):
    return only(gift(text))


def test_one_equals_sign_makes_a_single_choice_with_feedback():
    draft = one("::Audit::Who audits?{=A certification body#Right. ~ISO#It writes. ~%50%We}")
    assert draft.type == "single_choice"
    assert draft.name == "Audit"
    assert draft.stem == "Who audits?"
    assert options(draft) == [("A certification body", 1), ("ISO", 0), ("We", 0.5)]
    assert [option.feedback for option in draft.options] == ["Right.", "It writes.", ""]


def test_only_tildes_make_a_multiple_choice_whose_rounded_weights_are_thirds():
    draft = one("Pick {~%33.333%a ~%33.33333%b ~%33.33%c ~%-100%d}")
    assert draft.type == "multiple_choice"
    assert [str(option.share) for option in draft.options] == ["1/3", "1/3", "1/3", "0"]


@pytest.mark.parametrize(
    ("word", "answer"), [("T", True), ("TRUE", True), ("F", False), ("FALSE", False)]
)
def test_capital_truths_are_true_false(word, answer):
    draft = one(f"ISO audits nobody.{{{word}}}")
    assert (draft.type, draft.answer) == ("true_false", answer)


def test_the_first_feedback_of_true_false_is_for_the_wrong_response():
    draft = one("ISO certifies.{F#wrong#right####general}")
    assert [(o.text, o.feedback) for o in draft.options] == [("True", "wrong"), ("False", "right")]
    assert draft.explanation == "general"


def test_a_small_true_is_a_short_answer_and_warned_about():
    imported = gift("ISO audits nobody.{true}")
    assert only(imported).type == "short_text"
    assert ("line 1", 'This asks for the typed word "true".') in said(imported)


def test_short_answers_keep_weights_and_wildcards():
    draft = one("Who?{=ISO =%50%*body* =%0%me#no}")
    assert draft.type == "short_text"
    assert options(draft) == [("ISO", 1), ("*body*", 0.5), ("me", 0)]


@pytest.mark.parametrize(
    ("block", "text", "tolerance"),
    [
        ("#42", "42", "0"),
        ("#3.14:0.01", "3.14", "0.01"),
        ("#1..5", "3", "2"),
        ("#-5..5", "0", "5"),
        ("#1e3:1", "1000", "1"),
        ("#.5", "0.5", "0"),
        ("# 2.50 : 0.10", "2.5", "0.1"),
    ],
)
def test_a_number_has_a_tolerance_or_a_range(block, text, tolerance):
    [option] = one(f"N {{{block}}}").options
    assert (option.text, option.tolerance, option.share) == (text, tolerance, 1)


def test_numbers_take_weights_and_a_feedback_for_the_rest():
    draft = one("N {#=%100%5:0#yes =%50%5:1 ~#no}")
    assert draft.type == "numeric"
    assert options(draft) == [("5", 1), ("5", 0.5), ("*", 0)]
    assert [option.feedback for option in draft.options] == ["yes", "", "no"]


def test_pairs_split_at_the_first_arrow_and_may_lack_a_left_side():
    draft = one("Match {=Plan -> first -> really =Act->last = -> never}")
    assert draft.type == "matching"
    assert draft.pairs == (("Plan", "first -> really"), ("Act", "last"), ("", "never"))


def test_a_tilde_beside_arrows_makes_a_choice():
    assert one("Q {=a->b ~c->d}").type == "single_choice"


def test_no_braces_are_an_information_and_empty_ones_an_essay():
    imported = gift("Read this first.\n\nWhy?{}\n\nHow?{####Because.}")
    assert [draft.type for draft in imported.questions] == ["information", "essay", "essay"]
    assert imported.questions[2].explanation == "Because."


def test_text_behind_the_answers_leaves_a_gap():
    assert one("ISO {~audits =writes ~sells} standards.").stem == "ISO _____ standards."


def test_a_second_answer_block_stays_as_text_and_is_warned_about():
    imported = gift("A {=x} and B {=y}?")
    assert only(imported).stem == "A _____ and B {=y}?"
    assert any("second one was kept" in message for _, message in said(imported, "warning"))


def test_escapes_are_resolved_and_other_backslashes_stay():
    stem = "Line1\\nLine2 C\\:\\\\temp \\pm \\(x^\\{2\\}\\)"
    draft = one("::a\\: \\:\\: b::" + stem + "{=1\\=1 ~c\\~d ~e\\#f}")
    assert draft.name == "a: :: b"
    assert draft.stem == "Line1\nLine2 C:\\temp \\pm \\(x^{2}\\)"
    assert [option.text for option in draft.options] == ["1=1", "c~d", "e#f"]


def test_an_unescaped_equals_sign_begins_another_right_option():
    imported = gift("Which?{=a=b ~c}")
    assert options(only(imported)) == [("a", 1), ("b", 1), ("c", 0)]
    assert said(imported, "error") == []
    words = "Options 1, 2 are right; any one of them earns the whole mark."
    assert ("line 1, options", words) in said(imported, "warning")


def test_a_weight_needs_no_space_and_no_plus():
    draft = one("Q {~ %50%a ~%50 %b ~%+50%c ~%50%d}")
    assert [o.text for o in draft.options] == ["a", "%50 %b", "%+50%c", "d"]
    assert one("Q {=%50%a ~b}").options[0].text == "%50%a"


def test_a_blank_line_ends_a_question_even_inside_braces():
    imported = gift("Q{\n=yes\n\n~no\n}\n\nNext{T}")
    assert [draft.place for draft in imported.questions] == ["line 7"]
    assert [place for place, _ in said(imported, "error")] == ["line 1", "line 5"]


def test_a_line_with_only_a_zero_is_blank_and_one_with_a_no_break_space_is_not():
    assert len(gift("Q1{T}\n0\nQ2{F}").questions) == 2
    assert len(gift("Q1{T}\n\u00a0\nQ2{F}").questions) == 1


def test_comments_are_skipped_inside_braces_too_but_not_in_mid_line():
    draft = one("// a comment\nSee // this?{=a\n//=b\n~c}")
    assert draft.stem == "See // this?"
    assert [option.text for option in draft.options] == ["a", "c"]
    assert draft.place == "line 2"


def test_comments_above_set_id_and_tags():
    draft = one("// [id:abc\\]1] [tag:iso 27001]\n// [tag:x]\nQ{T}")
    assert draft.external_id == "abc]1"
    assert draft.tags == ("iso 27001", "x")


def test_comments_of_another_block_set_nothing():
    assert one("// [id:far]\n\nQ{T}").external_id == ""


def test_a_category_holds_for_what_follows_without_its_root():
    imported = gift("Q0{T}\n\n$CATEGORY: $course$/top/A//B/C\n\nQ1{T}\n\n$CATEGORY: D\n\nQ2{F}")
    assert [draft.category for draft in imported.questions] == ["", "A//B/C", "D"]


def test_a_question_directly_below_a_category_is_saved_with_a_warning():
    imported = gift("$CATEGORY: A\n// why\nQ1{T}\n\nQ2{T}")
    assert [(draft.place, draft.category) for draft in imported.questions] == [
        ("line 3", "A"),
        ("line 5", "A"),
    ]
    assert said(imported)[0][0] == "line 1"


def test_line_ends_of_every_kind_and_byte_order_marks_are_understood():
    for text in ("Q1{T}\r\rQ2{F}\r", "Q1{T}\r\n\r\nQ2{F}", "\ufeffQ1{T}\n\nQ2{F}"):
        assert [draft.stem for draft in gift(text).questions] == ["Q1", "Q2"]
    assert len(gift("Q1{T}\n\nQ2{F}".encode("utf-16")).questions) == 2


def test_format_tags_hold_for_stem_and_answers_and_unknown_ones_stay():
    draft = one("[html]<b>Q</b> &lt;1&gt;{=[plain]<a> ~[markdown]*b*#[html]<i>f</i> ~x &amp; y}")
    assert draft.stem == "**Q** <1>"
    assert [option.text for option in draft.options] == ["<a>", "*b*", "x & y"]
    assert draft.options[1].feedback == "f"
    assert one("[note] Q{T}").stem == "[note] Q"


def test_html_is_reduced_to_text_and_what_was_lost_is_told():
    imported = gift("[html]<script>alert(1)</script><p>Q</p><img src\\=\"x\" alt\\=\"A form\">{T}")
    assert only(imported).stem == "Q\n\n![A form](picture:x)"
    assert any("removed: script (1)" in message for _, message in said(imported, "warning"))


def test_a_question_without_its_picture_is_incomplete():
    picture = r'<img src\="@@PLUGINFILE@@/s.png" alt\="sign">'
    imported = gift(f"[html]<p>Means? {picture}</p>{{=Exit ~Fire}}")
    assert only(imported).stem.startswith("Means? ![sign](picture:")
    assert missing(imported) == [("line 1, stem", "@@PLUGINFILE@@/s.png")]


def test_a_tag_that_is_only_talked_about_stays():
    draft = one("Which tag makes a heading?{=<h1> ~<head> ~</b>}")
    assert [option.text for option in draft.options] == ["<h1>", "<head>", "</b>"]


def test_without_a_title_the_stem_names_the_question():
    draft = one("word " * 30 + "{T}")
    assert draft.name == ""
    assert draft.title.endswith("word...")
    assert len(draft.title) <= 80


def test_a_long_title_is_cut():
    assert len(one("::" + "x" * 300 + "::Q{T}").name) == 255


def test_a_title_that_is_not_closed_is_the_question():
    assert (one("::Q{T}").stem, one("::Q{T}").name) == ("Q", "")


def test_cloze_parts_make_a_cloze_and_nothing_is_torn_out():
    draft = one("::T::The {1:MC:=right~wrong} answer is {:SA:=so}.")
    assert (draft.type, draft.name) == ("cloze", "T")
    assert draft.stem == "The {1:MC:=right~wrong} answer is {1:SA:=so}."


def test_a_cloze_is_reduced_around_and_inside_of_its_gaps():
    draft = one("[html]<p>It <b>is {1:MC:=a \\= <i>b</i>~c &lt; d#so\\: no}</b></p><p>x\\: y</p>")
    assert draft.stem == "It **is {1:MC:=a = b~c < d#so: no}**\n\nx: y"


def test_a_cloze_that_nobody_can_answer_is_rejected():
    imported = gift("Q {1:MC:a~b}\n\nGood{T}")
    assert [draft.stem for draft in imported.questions] == ["Good"]
    assert said(imported, "error") == [("line 1", "Gap 1 has no answer that is wholly right.")]


@pytest.mark.parametrize("text", [
    '<?xml version="1.0"?><items><p>With \\frac{T}{2}</p>{=a}</items>', "<items>{T}</items>",
    "<!-- x --><quiz>{T}</quiz>", "<!DOCTYPE html><html>{=a ~b}</html>",
])
def test_xml_is_no_gift_because_of_its_braces(text):
    found = formats.detect(text.encode(), "")
    assert found is None or found.name == "moodlexml"
    assert formats.detect(text.encode(), "x.gift") is not formats.find_format("gift")


def test_a_question_may_begin_with_html():
    assert formats.detect(b"<p>Who?</p>{=a ~b}", "").name == "gift"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("N {#abc}", "line 1", '"abc" is not a number.'),
        ("N {#}", "line 1", "No number follows the #."),
        ("N {#1,5}", "line 1", '"1,5" is not a number.'),
        ("N {#3..1}", "line 1", "The range 3..1 runs backwards."),
        ("N {#3:-1}", "line 1", "The tolerance is below zero."),
        ("Match {=a -> b}", "line 1", "The question has only one pair."),
        ("Match {=a->b =c}", "line 1", 'A pair has no arrow: "c".'),
        ("Q {~a}", "line 1", "The question has only one option."),
        ("Q {~%120%a ~b}", "line 1", "The weight %120% is not between -100% and 100%."),
        ("Q\nBad {=a ~b", "line 2", "The brace { that opens here is not closed before the next "
         "blank line."),
        ("Bad\n=a ~b}", "line 2", "The closing brace } has no opening brace before it."),
        ("Q {" + "~x" * 200 + "}", "line 1", "The question has 200 answers."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_rejected_with_its_line(text, place, message):
    imported = gift(f"{text}\n\nGood{{T}}")
    assert [draft.stem for draft in imported.questions] == ["Good"]
    assert said(imported, "error") == [(place, message)]


def test_a_key_that_is_missing_is_an_error_of_a_listed_question():
    imported = gift("Q {~a ~b}")
    assert only(imported).right == ()
    assert said(imported, "error") == [("line 1, options", "No option is right.")]


def test_an_option_without_text_is_left_out_with_a_warning_but_a_double_sign_is_none():
    assert any("Empty options" in message for _, message in said(gift("Q {=a ~ ~b}")))
    assert said(gift("Q {~=a ~b}")) == []


@pytest.mark.parametrize(("block", "rule", "shares"), [
    ("~%50%a ~%50%b ~%-50%c ~%-50%d", "balanced", [0.5, 0.5, 0, 0]),
    ("~%50%a ~%50%b ~%-100%c", "balanced", [0.5, 0.5, 0]),
    ("~%50%a ~%50%b", "balanced", [0.5, 0.5]),
    ("~%50%a ~%50%b ~%-50%c", "equal_parts", [0.5, 0.5, 0]),
    ("~%33.333%a ~%33.333%b ~%33.333%c ~%-33.333%d", "equal_parts", [0.33333] * 3 + [0]),
    ("~%50%a ~%50%b ~c", "weights", [0.5, 0.5, 0]),
    ("~%50%a ~%50%b ~%-50%c ~d", "weights", [0.5, 0.5, -0.5, 0]),
    ("~%40%a ~%60%b ~%-50%c", "weights", [0.4, 0.6, -0.5]),
    ("~%100%a ~%100%b ~c", "weights", [1, 1, 0]),
])
def test_weights_are_kept_by_the_rule_that_they_ask_for(block, rule, shares):
    imported = gift(f"Q {{{block}}}")
    draft = only(imported)
    assert (draft.rule, [share for _, share in options(draft)]) == (rule, shares)
    told = [message for _, message in said(imported, "warning") if "no usual rule" in message]
    assert bool(told) == (rule == "weights")


def test_what_single_choice_would_take_away_is_told():
    negative = said(gift("Q {=a ~%-25%b}"), "warning")
    assert "a wrong option earns nothing" in negative[0][1]
    assert options(one("Q {=a ~%-25%b}")) == [("a", 1), ("b", -0.25)]


def test_every_number_being_right_is_told():
    assert any("Every number" in message for _, message in said(gift("N {#*}"), "warning"))


@pytest.mark.parametrize("word", ["true", "False"])
def test_a_typed_truth_is_warned_about(word):
    assert any(f'the typed word "{word}"' in message for _, message in said(gift(f"Q{{={word}}}")))


@pytest.mark.parametrize("inner", ["#=%150%5", "=%150%a", "~%-101%a ~%50%b", "#=%--50%5"])
def test_a_weight_beyond_the_mark_is_refused(inner):
    [(place, message)] = said(gift(f"Q{{{inner}}}"), "error")[:1]
    assert place == "line 1" and "is not between" in message


@pytest.mark.parametrize("number", ["-0", "-0..-0", "-0:0", "-1..1"])
def test_zero_has_no_sign(number):
    assert one(f"Q{{#{number}}}").options[0].text == "0"


def test_a_truth_alone_is_written_on_one_line():
    draft = Draft("", "true_false", "Q", options=(Option("True", 1), Option("False")))
    assert formats.find_format("gift").write([draft]).data.decode().strip().endswith("Q{TRUE}")


def test_an_arrow_in_an_accepted_text_makes_no_pair():
    draft = Draft("", "short_text", "Q", options=(Option("a->b", 1),))
    assert one(formats.find_format("gift").write([draft]).data.decode()).options[0].text == "a→b"


@pytest.mark.parametrize(("text", "place"), [("Q\n}{T}", "line 2"), ("Q\na \\{ b\n{T", "line 3")])
def test_a_lonely_brace_is_named_at_its_line(text, place):
    assert said(gift(text), "error")[0][0] == place


def test_gift_says_that_it_cannot_keep_an_option_in_its_place():
    stays = Draft("", "single_choice", "Q", options=(Option("a", 1), Option("None", stays=True)))
    assert "GIFT cannot say that single options keep their place (questions: 1)." in [
        problem.message for problem in formats.find_format("gift").write([stays]).problems]
