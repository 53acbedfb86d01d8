"""QTI 1.2 and Canvas: what its items become, each trap with its answer."""

from fractions import Fraction

import pytest

from isotrain.formats.qti.shares import number
from tests.formats.qti_samples import (
    STR,
    cond,
    eq,
    fb,
    lid,
    mat,
    old,
    old_item,
)
from tests.formats.reading import missing, only, options, read, said

AB = (("a", "One"), ("b", "Two"))
ABC = (*AB, ("c", "Three"))


def of(*items, about=""):
    return read(old(*items, about=about), "qti12")


def draft(presentation, marking="", **more):
    return only(of(old_item(presentation, marking, **more)))


def test_a_choice_has_the_option_that_earns_points_as_right():
    item = old_item(mat("Which?") + lid(*ABC), cond(eq("b"), 100), kind="multiple_choice_question")
    found = only(of(item))
    assert (found.type, found.stem, found.name, found.external_id, found.category) == (
        "single_choice", "Which?", "T", "I1", "Quality")
    assert options(found) == [("One", 0), ("Two", 1), ("Three", 0)]
    assert found.shuffle


def test_points_of_several_options_become_parts_of_the_mark():
    steps = cond(eq("a"), 10) + cond(eq("b"), 5)
    assert options(draft(mat("Which?") + lid(*ABC), steps)) == [
        ("One", 1), ("Two", 0.5), ("Three", 0)]


def test_the_words_true_and_false_make_a_true_false():
    labels = (("x", "True"), ("y", "False"))
    found = draft(mat("So?") + lid(*labels), cond(eq("y"), 1))
    assert (found.type, found.answer) == ("true_false", False)


def test_an_option_without_points_is_not_made_right():
    imported = of(old_item(mat("Which?") + lid(*AB), cond(eq("a"), 0) + cond(eq("b"), 0)))
    assert ("item 1, options", "No option is right.") in said(imported, "error")


def test_a_list_that_is_not_shuffled_keeps_its_order():
    assert not draft(mat("Which?") + lid(*AB, shuffle="No"), cond(eq("a"), 1)).shuffle
    assert draft(mat("Which?") + lid(*AB, shuffle="Yes"), cond(eq("a"), 1)).shuffle


def test_feedback_belongs_to_the_options_that_meet_it_and_the_rest_explains():
    steps = (cond("<other/>", shows=["general_fb"], goes_on="Yes")
             + cond(eq("a"), shows=["a_fb"], goes_on="Yes")
             + cond(eq("a"), 100, shows=["correct_fb"])
             + cond("<other/>", shows=["general_incorrect_fb"]))
    told = "".join((fb("general_fb", "All."), fb("a_fb", "A."), fb("correct_fb", "Yes."),
                    fb("general_incorrect_fb", "No.")))
    found = draft(mat("Which?") + lid(*AB), steps, feedback=told)
    assert [option.feedback for option in found.options] == ["A.\n\nYes.", "No."]
    assert found.explanation == "All."


@pytest.mark.parametrize(("steps", "rule", "shares"), [
    (cond(f"<and>{eq('a')}{eq('b')}<not>{eq('c')}</not></and>", 100), "all_or_nothing",
     (0.5, 0.5, 0)),
    (cond(eq("a"), 50, action="Add") + cond(eq("b"), 50, action="Add")
     + cond(eq("c"), -100, action="Add"), "balanced", (0.5, 0.5, 0)),
    (cond(eq("a"), 50, action="Add") + cond(eq("b"), 50, action="Add")
     + cond(eq("c"), -50, action="Add"), "equal_parts", (0.5, 0.5, 0)),
    (cond(eq("a"), 75, action="Add") + cond(eq("b"), 25, action="Add")
     + cond(eq("c"), 10, action="Subtract"), "weights", (0.75, 0.25, -0.1)),
])  # fmt: skip
def test_several_options_are_marked_by_the_rule_that_the_file_means(steps, rule, shares):
    found = draft(mat("Which?") + lid(*ABC, cardinality="Multiple"), steps)
    assert (found.type, found.rule) == ("multiple_choice", rule)
    assert [share for _, share in options(found)] == list(shares)


def test_the_algorithm_that_canvas_names_wins_over_points():
    steps = cond(eq("a"), 75, action="Add") + cond(eq("c"), -25, action="Add")
    found = draft(mat("Which?") + lid(*ABC, cardinality="Multiple"), steps,
                  fields={"scoring_algorithm": "AllOrNothing"})
    assert (found.rule, options(found)[0]) == ("all_or_nothing", ("One", 1))


def test_what_is_marked_otherwise_is_told():
    steps = cond(f"<or>{eq('a')}{eq('b')}</or>", 100)
    imported = of(old_item(mat("Which?") + lid(*ABC, cardinality="Multiple"), steps))
    assert said(imported, "warning") == [
        ("item 1", "The file marks this question in another way than is done here.")]


def test_accepted_texts_are_alternatives_wherever_they_stand():
    found = draft(mat("Who?") + STR, cond(eq("Santa") + eq("Father * Christmas"), 100))
    assert found.type == "short_text"
    assert options(found) == [("Santa", 1), ("Father \\* Christmas", 1)]
    assert not found.more


def test_case_counts_where_the_file_says_so():
    found = draft(mat("Who?") + STR, cond(eq("York", case="Yes"), 3) + cond(eq("Yorck", case="Yes"),
                                                                           1))
    assert found.more == {"case": True}
    assert [option.share for option in found.options] == [1, Fraction(1, 3)]


def test_a_text_that_need_only_be_contained_has_stars():
    test = '<varsubstring respident="response1">light</varsubstring>'
    assert options(draft(mat("What?") + STR, cond(test, 1))) == [("*light*", 1)]


def ends(low, high, name="vargte"):
    return (f'<{name} respident="response1">{low}</{name}>'
            f'<varlte respident="response1">{high}</varlte>')


@pytest.mark.parametrize(("test", "value", "margin"), [
    (f"<or>{eq('77.0')}<and>{ends('70.0', '84.0')}</and></or>", "77", "7"),
    ('<or><varequal respident="response1" margintype="percent" margin="10">77</varequal><and>'
     f"{ends('69.3', '84.7')}</and></or>", "77", "7.7"),
    (f"<or>{eq('-2,5')}<and>{ends('-2.5', '-2.5')}</and></or>", "-2.5", "0"),
    (ends("1.2", "1.3"), "1.25", "0.05"),
    (ends("3.135", "3.145", "vargt"), "3.14", "0.005"),
    (eq("5e2"), "500", "0"),
])  # fmt: skip
def test_numbers_have_the_margin_of_their_range(test, value, margin):
    found = draft(mat("How many?") + STR, cond(test, 100), kind="numerical_question")
    assert [(o.text, o.tolerance, o.share) for o in found.options] == [(value, margin, 1)]


def test_a_range_that_is_open_on_one_side_is_refused_and_not_guessed():
    test = '<vargte respident="response1">5</vargte>'
    imported = of(old_item(mat("How many?") + STR, cond(test, 100)))
    assert ("item 1, answer", "The range of right numbers is open on one side, which cannot be"
            " kept.") in said(imported, "error")


def test_lists_with_texts_of_their_own_are_matched():
    lists = "".join(lid(*ABC, name=f"r{n}", own=mat(text)) for n, text in ((1, "Uno"), (2, "Due")))
    steps = cond(eq("a", "r1"), 50, action="Add") + cond(eq("b", "r2"), 50, action="Add")
    found = draft(mat("Match.") + lists, steps, kind="matching_question")
    assert (found.type, found.pairs) == (
        "matching", (("Uno", "One"), ("Due", "Two"), ("", "Three")))


def test_wrong_pairs_that_count_as_incorrect_are_no_key():
    bad = '<setvar varname="Respondus_Incorrect" action="Add">1</setvar>'
    step = f"<respcondition><conditionvar>{eq('b', 'r1')}</conditionvar>{bad}</respcondition>"
    lists = "".join(lid(*AB, name=f"r{n}", own=mat(text)) for n, text in ((1, "Uno"), (2, "Due")))
    steps = cond(eq("a", "r1"), 1) + step + cond(eq("b", "r2"), 1)
    assert draft(mat("Match.") + lists, steps).pairs == (("Uno", "One"), ("Due", "Two"))


def test_lists_that_take_several_are_categories():
    lists = "".join(lid(*ABC, name=n, own=mat(n), cardinality="Multiple") for n in ("X", "Y"))
    steps = (cond(eq("a", "X") + eq("b", "X"), 50, action="Add")
             + cond(eq("c", "Y"), 50, action="Add"))
    found = draft(mat("Sort.") + lists, steps, kind="categorization_question")
    assert (found.type, found.pairs) == (
        "categorising", (("One", "X"), ("Two", "X"), ("Three", "Y")))


def test_an_ordered_response_is_an_ordering():
    found = draft(mat("Sort.") + lid(*ABC, cardinality="Ordered"),
                  cond(eq("c") + eq("a") + eq("b"), 5))
    assert (found.type, [option.text for option in found.options]) == (
        "ordering", ["Three", "One", "Two"])


GAPS = (mat("Roses are [x], violets are [y].")
        + lid(("1", "red"), ("2", "crimson"), name="response_x")
        + lid(("3", "pink"), ("4", "blue"), name="response_y"))
RIGHT = cond(eq("1", "response_x"), 50, action="Add") + cond(eq("4", "response_y"), 50,
                                                            action="Add")


def test_drop_downs_are_a_cloze_with_the_right_one_of_each():
    found = draft(GAPS, RIGHT, kind="multiple_dropdowns_question")
    assert (found.type, found.stem) == (
        "cloze", "Roses are {1:MC:=red~crimson}, violets are {1:MC:pink~=blue}.")


def test_blanks_accept_all_that_is_listed():
    found = draft(GAPS, RIGHT, kind="fill_in_multiple_blanks_question")
    assert found.stem == "Roses are {1:SA:=red~=crimson}, violets are {1:SA:=pink~=blue}."


def test_blanks_that_only_the_marking_knows_are_found():
    test = f"<and><or>{eq('cat', '[a]')}{eq('dog', '[a]')}</or><or>{eq('milk', '[b]')}</or></and>"
    found = draft(mat("The [a] drinks [b]."), cond(test, 1))
    assert found.stem == "The {1:SA:=cat~=dog} drinks {1:SA:=milk}."


def test_fields_between_texts_are_a_cloze():
    fields = [f'<response_str ident="f{n}"><render_fib/></response_str>' for n in (1, 2)]
    found = draft(mat("Now is the ") + fields[0] + mat(" of our ") + fields[1],
                  cond(eq("winter", "f1"), 1) + cond(eq("discontent", "f2"), 1))
    assert found.stem == "Now is the {1:SA:=winter} of our {1:SA:=discontent}"


def test_a_blank_whose_answer_is_a_pattern_is_an_error():
    label = '<response_label ident="1" scoring_algorithm="TextRegex">' + mat("^r") + (
        "</response_label>")
    blank = (f'<response_lid ident="response_x"><render_choice>{label}</render_choice>'
             "</response_lid>")
    imported = of(old_item(mat("It is [x].") + blank, cond(eq("1", "response_x"), 100),
                           kind="fill_in_multiple_blanks_question"))
    assert ("item 1, answer", "An answer is given as a pattern, which cannot be kept.") in (
        said(imported, "error"))


def test_a_field_without_a_key_is_an_essay_and_a_text_alone_information():
    found = of(old_item(mat("Discuss.") + STR, cond("<other/>")),
               old_item(mat("Read."), ident="I2")).questions
    assert [question.type for question in found] == ["essay", "information"]


@pytest.mark.parametrize(("kind", "what"), [
    ("calculated_question", "is a formula question, which cannot be read."),
    ("file_upload_question", "asks for a file, which cannot be read."),
    ("hot_spot_question", "is a graphic interaction, which cannot be read."),
])  # fmt: skip
def test_what_cannot_be_read_is_named_by_what_it_is(kind, what):
    imported = of(old_item(mat("Where?") + STR, kind=kind))
    assert not imported.questions
    assert said(imported, "error") == [("item 1", f'"T" {what}')]


@pytest.mark.parametrize(("presentation", "what"), [
    ('<response_xy ident="r"><render_hotspot/></response_xy>',
     '"T" is a graphic interaction, which cannot be read.'),
    ('<response_grp ident="r"/>', '"T" groups answers, which cannot be read.'),
    ("", '"T" asks nothing and says nothing.'),
    (GAPS.replace("[x]", "x"), '"T" has a gap without place, without right answer, or a list of'
                               " one."),
    (lid(*AB, name="r1", cardinality="Multiple") + lid(*AB, name="r2"),
     '"T" has several kinds of answers that do not stand in a text.'),
])  # fmt: skip
def test_shapes_that_cannot_be_read_are_named(presentation, what):
    imported = of(old_item(presentation, RIGHT, kind="multiple_dropdowns_question"
                           if "response_x" in presentation else ""))
    assert said(imported, "error")[0] == ("item 1", what)


def test_a_question_in_another_bank_is_named():
    imported = of('<bankentry_item item_ref="q7"/>')
    assert said(imported, "error")[0] == (
        "file", "A question that stands in another bank is not in the file (q7).")


def test_html_that_was_escaped_twice_is_read_as_html():
    text = "&amp;lt;p&amp;gt;Is &amp;amp;lt; a sign?&amp;lt;/p&amp;gt;"
    assert draft(mat(text, "text/html") + STR).stem == "Is < a sign?"


def test_a_question_about_tags_keeps_them():
    assert draft(mat("What does &amp;lt;br&amp;gt; do?", "text/html") + STR).stem == (
        "What does <br> do?")
    assert draft(mat("What does &lt;br&gt; do?") + STR).stem == "What does <br> do?"


def test_a_picture_makes_its_question_incomplete():
    html = "&lt;img src=&quot;$IMS-CC-FILEBASE$/sign.png&quot; alt=&quot;sign&quot;&gt;Stop?"
    imported = of(old_item(mat(html, "text/html") + lid(*AB), cond(eq("a"), 1)))
    assert missing(imported) == [("item 1, stem", "$IMS-CC-FILEBASE$/sign.png")]
    material = '<material><matimage uri="x.png"/></material>'
    imported = of(old_item(material + mat("Q") + lid(*AB), cond(eq("a"), 1)))
    assert missing(imported) == [("item 1, stem", "x.png")]


def test_points_and_times_and_loose_feedback_are_told_once():
    told = fb("correct_fb", "Well done.")
    item = old_item(mat("Who?") + STR, cond(eq("x"), 1), feedback=told,
                    fields={"points_possible": "3.0"})
    limit = ("<qtimetadata><qtimetadatafield><fieldlabel>qmd_timelimit</fieldlabel><fieldentry>30"
             "</fieldentry></qtimetadatafield></qtimetadata>")
    assert {message for _, message in said(of(item, about=limit), "warning")} >= {
        "Points of questions are not kept (questions: 1).",
        "Feedback that is not for one option is not kept (questions: 1).",
        "Time limits and numbers of attempts are not kept (1).",
    }


def test_an_id_that_comes_twice_is_left_out_once():
    items = [old_item(mat(f"Q{n}") + lid(*AB), cond(eq("a"), 1)) for n in (1, 2)]
    imported = of(*items)
    assert [question.external_id for question in imported.questions] == ["I1", ""]
    assert ("file", "Ids that were used before were left out (questions: 1).") in said(imported)


def test_a_number_may_stand_between_spaces_and_have_a_comma():
    assert [number(text) for text in (" 0,5 ", "-2.", ".5", "1e2", "x", "", None)] == [
        Fraction(1, 2), -2, Fraction(1, 2), 100, None, None, None]


def test_what_a_rule_rules_out_is_no_accepted_text():
    both = f"<and>{eq('good')}<not>{eq('bad')}</not></and>"
    draft = only(read(old(old_item(mat("Q") + STR, cond(both, 100))), "qti12"))
    assert [option.text for option in draft.options] == ["good"]


def test_feedback_that_all_options_show_is_the_explanation():
    steps = "".join(cond(eq(name), 50, action="Add", shows=("all", f"own_{name}"))
                    for name in "ab")
    told = fb("all", "General.") + fb("own_a", "Of a.") + fb("own_b", "Of b.")
    item = old_item(mat("Q") + lid(*AB, cardinality="Multiple"), steps, feedback=told)
    draft = only(read(old(item), "qti12"))
    assert ([o.feedback for o in draft.options], draft.explanation) == (
        ["Of a.", "Of b."], "General.")


OTHERWISE = ("item 1", "The file marks this question in another way than is done here.")


@pytest.mark.parametrize(("points", "otherwise"), [((50, 50), False), ((30, 70), True)])
def test_pairs_that_earn_differently_are_said_to(points, otherwise):
    lists = "".join(lid(*ABC, name=f"r{n}", own=mat(text)) for n, text in ((1, "Uno"), (2, "Due")))
    steps = "".join(cond(eq(name, f"r{n}"), point, action="Add")
                    for n, (name, point) in enumerate(zip("ab", points, strict=True), 1))
    item = old_item(mat("Match.") + lists, steps, kind="matching_question")
    assert (OTHERWISE in said(read(old(item), "qti12"))) is otherwise


@pytest.mark.parametrize(("points", "otherwise"), [(0, False), (-1, True)])
def test_an_option_that_takes_marks_away_is_said_to(points, otherwise):
    steps = cond(eq("a"), 100) + cond(eq("b"), points)
    imported = read(old(old_item(mat("Q") + lid(*AB), steps)), "qti12")
    assert (OTHERWISE in said(imported)) is otherwise
    assert options(only(imported)) == [("One", 1), ("Two", 0)]
