"""QTI 1.2: steps of marking, texts and gaps, where a file says them in one of many ways."""

from xml.etree.ElementTree import fromstring

import pytest

from isotrain.formats.qti.qti12.conditions import conditions, earned, holds, shown
from tests.formats.qti_samples import STR, cond, eq, fb, lid, mat, old, old_item
from tests.formats.reading import only, options, read, said
from tests.formats.test_qti12 import AB, ABC, GAPS, OTHERWISE, RIGHT

KEYLESS = ("item 1", "No right answer is given.")


def of(presentation, marking="", **more):
    return read(old(old_item(presentation, marking, **more)), "qti12")


def told(*parts, **more):
    return [each for each in said(of(*parts, **more)) if each in (OTHERWISE, KEYLESS)]


# -- steps of marking

GIVEN = {"r": frozenset({"a", "b"}), "s": frozenset({"c"}), "none": frozenset()}


def is_passed(inner, *, held=False):
    test = fromstring(f"<conditionvar>{inner}</conditionvar>")
    return holds(test, GIVEN, held=held)


A, B, C, D = eq("a", "r"), eq("b", "r"), eq("c", "s"), eq("d", "s")


@pytest.mark.parametrize(("inner", "passed"), [
    (A, True), (D, False), (eq("a", "s"), False), (eq("a", "nobody"), False),
    (A + C, True), (A + D, False), (A + eq("x", "r"), True), (eq("x", "r") + C, False),
    (f"<or>{A}{D}</or>", True), (f"<or>{D}</or>", False), ("<or/>", False),
    (f"<and>{A}{C}</and>", True), (f"<and>{A}{D}</and>", False), ("<and/>", False),
    (f"<not>{D}</not>", True), (f"<not>{A}</not>", False), (f"<not>{A}{D}</not>", True),
    (f"<not>{A}</not>{C}", False), (f"<not>{D}</not>{C}", True), (f"<not>{D}</not>{D}", False),
    ('<unanswered respident="none"/>', True), ('<unanswered respident="r"/>', False),
    ('<unanswered respident="nobody"/>', True), ("<durequal>5</durequal>", False),
    ("<durequal><or/></durequal>", False), ("", False), ("<other/>", True),
])
def test_a_test_is_passed_as_its_words_say(inner, passed):
    assert is_passed(inner) is passed


def test_anything_else_is_what_no_step_before_held_for():
    assert not is_passed("<other/>", held=True) and is_passed(A, held=True)
    assert not is_passed(f"<and>{A}<other/></and>", held=True)


def steps(*told):
    return conditions(fromstring(f"<item>{''.join(told)}</item>"))


@pytest.mark.parametrize(("told", "points"), [
    ((cond(A, 5),), 5), ((cond(D, 5),), 0), ((cond(A, 5), cond(B, 3)), 3),
    ((cond(A, 5, action="Add"), cond(B, 3, action="Add")), 8),
    ((cond(A, 5), cond(B, 3, action="Add")), 8), ((cond(A, 5), cond(B, 0)), 5),
    ((cond(A, 5), cond(B, 3, action="Subtract")), 2), ((cond(A), cond("<other/>", 9)), 0),
    ((cond(D, 5), cond("<other/>", 9)), 9),
])
def test_points_are_set_added_or_taken_away(told, points):
    assert earned(steps(*told), GIVEN) == points


def test_points_that_count_what_is_wrong_are_taken_away():
    wrong = cond(A, 5).replace('"SCORE"', '"Total_Incorrect"')
    assert earned(steps(wrong), GIVEN) == -5


@pytest.mark.parametrize(("goes_on", "names"), [("Yes", ["x", "y"]), ("No", ["x"]), ("", ["x"])])
def test_feedback_is_shown_until_a_step_does_not_go_on(goes_on, names):
    told = steps(cond(D, shows="w"), cond(A, shows="x", goes_on=goes_on), cond(B, shows="y"))
    assert shown(told, GIVEN) == names


def test_one_value_alone_is_known_from_more():
    assert [step.alone for step in steps(cond(A), cond(A + B), cond(f"<not>{A}</not>"), cond(""))
            ] == [("r", "a"), None, None, None]
    assert steps(cond(f"<or>{A}<not>{B}</not><and>{C}</and></or>"))[0].named == [
        ("r", "a"), ("s", "c")]


# -- choices and orders


def test_a_right_answer_that_is_only_what_is_not_wrong_is_found():
    rule = cond(f"<not>{eq('a')}</not>", 1)
    assert options(only(of(mat("Q") + lid(*AB), rule))) == [("One", 0), ("Two", 1)]


ORDER = mat("Sort.") + lid(*ABC, cardinality="Ordered")
ALL = cond(eq("b") + eq("a") + eq("c"), 1)


@pytest.mark.parametrize(("marking", "texts", "says"), [
    (ALL, ["Two", "One", "Three"], []),
    (cond(eq("b") + eq("a"), 1), ["Two", "One", "Three"], [KEYLESS]),
    (cond(eq("c") + eq("c") + eq("x"), 1), ["Three", "One", "Two"], [KEYLESS]),
    ("", ["One", "Two", "Three"], [KEYLESS]),
    (cond(eq("b") + eq("a") + eq("c"), 0), ["One", "Two", "Three"], [KEYLESS]),
    (cond(eq("a"), 1) + ALL.replace(">1<", ">3<"), ["Two", "One", "Three"], [OTHERWISE]),
    (ALL + cond("<other/>", 0), ["Two", "One", "Three"], []),
])
def test_the_order_is_that_of_the_step_that_earns_most(marking, texts, says):
    draft = only(of(ORDER, marking))
    assert [option.text for option in draft.options] == texts
    assert told(ORDER, marking) == says


@pytest.mark.parametrize(("marking", "says"), [
    (cond(f"<and>{eq('a')}{eq('b')}<not>{eq('c')}</not></and>", 1), []),
    (cond(eq("a") + eq("b"), 1), [OTHERWISE]),
    (cond(f"<and>{eq('a')}<not>{eq('c')}</not><not>{eq('b')}</not></and>", 1), []),
    (cond(f"<and>{eq('a')}{eq('b')}<not>{eq('c')}</not></and>", 1) + cond(eq("a") + eq("c"), 0.5),
     [OTHERWISE]),
    (cond(eq("a"), 1) + cond(eq("b"), 1), [OTHERWISE]),
    (cond(eq("a"), 1), []),
])
def test_several_options_that_are_marked_by_no_rule_of_ours_are_told(marking, says):
    assert told(mat("Q") + lid(*ABC, cardinality="Multiple"), marking) == says


@pytest.mark.parametrize("shuffled", ['rshuffle="No"', 'lock="Yes"'])
def test_an_option_that_is_held_stays(shuffled):
    body = (mat("Q") + lid(*AB)).replace('ident="b"', f'ident="b" {shuffled}')
    assert [option.stays for option in only(of(body, cond(eq("a"), 1))).options] == [False, True]


# -- words and numbers


@pytest.mark.parametrize(("cases", "more", "says"), [
    (("Yes", "Yes"), {"case": True}, []), (("No", ""), {}, []), (("Yes", "No"), {}, [OTHERWISE]),
    (("Yes", ""), {}, [OTHERWISE])])
def test_case_counts_where_all_words_say_so(cases, more, says):
    marking = "".join(cond(eq(f"w{n}", case=case), 1) for n, case in enumerate(cases))
    assert only(of(mat("Who?") + STR, marking)).more == more
    assert told(mat("Who?") + STR, marking) == says


def test_a_word_that_stands_twice_earns_the_most_it_earns():
    marking = cond(eq("x"), 1) + cond(eq("y"), 4) + cond(eq("x"), 2)
    assert options(only(of(mat("Who?") + STR, marking))) == [("x", 0.5), ("y", 1)]


@pytest.mark.parametrize(("kind", "type_", "says"), [
    ("short_answer_question", "short_text", [KEYLESS]), ("", "essay", []),
    ("essay_question", "essay", [])])
def test_a_field_that_earns_nothing_is_an_essay_unless_it_is_called_a_short_answer(
    kind, type_, says
):
    assert only(of(mat("Why?") + STR, kind=kind)).type == type_
    assert told(mat("Why?") + STR, kind=kind) == says


def test_feedback_of_words_and_numbers_is_theirs_and_that_of_others_is_a_star():
    shows = fb("x_fb", "Yes.") + fb("other_fb", "No.") + fb("general_fb", "All.")
    marking = (cond("<other/>", shows=["general_fb"], goes_on="Yes")
               + cond(eq("5"), 1, shows=["x_fb"]) + cond(eq("6"), 1)
               + cond("<other/>", shows=["other_fb"]))
    draft = only(of(mat("N?") + STR, marking, kind="numerical_question", feedback=shows))
    assert [(o.text, o.feedback, o.share) for o in draft.options] == [
        ("5", "Yes.", 1), ("6", "", 1), ("*", "No.", 0)]
    assert draft.explanation == "All."


# -- gaps

NUMBER = '<response_num ident="n1"><render_fib/></response_num>'
FIELD = '<response_str ident="s1"><render_fib/></response_str>'


@pytest.mark.parametrize(("points", "says"), [((1, 1), []), ((1, 2), [OTHERWISE])])
def test_numbers_and_words_between_texts_are_a_cloze(points, says):
    body = mat("Now") + NUMBER + mat("and") + FIELD
    marking = cond(eq("5", "n1"), points[0]) + cond(eq("two words", "s1", "Yes"), points[1])
    found = only(of(body, marking))
    assert (found.type, found.stem) == ("cloze", "Now {1:NM:=5:0} and {1:SAC:=two words}")
    assert told(body, marking) == says


@pytest.mark.parametrize(("kind", "type_", "stem"), [
    ("", "cloze", "The {1:MC:=One~Two} is."),
    ("multiple_choice_question", "single_choice", "The [x] is.")])
def test_one_list_whose_name_stands_in_the_text_is_a_gap_unless_it_is_called_a_choice(
    kind, type_, stem
):
    found = only(of(mat("The [x] is.") + lid(*AB, name="response_x"),
                    cond(eq("a", "response_x"), 1), kind=kind))
    assert (found.type, found.stem) == (type_, stem)


@pytest.mark.parametrize(("algorithm", "place"), [
    ("TextCloseEnough", ("item 1, answer", "warning")), ("TextRegex", ("item 1, answer", "error")),
    ("TextInChoices", None)])
def test_how_an_answer_is_compared_is_told_where_it_is_not_done_here(algorithm, place):
    body = GAPS.replace('ident="1"', f'ident="1" scoring_algorithm="{algorithm}"')
    found = of(body, RIGHT, kind="fill_in_multiple_blanks_question")
    assert [(p.place, p.severity) for p in found.problems if p.place.endswith("answer")] == (
        [place] if place else [])


def test_an_answer_that_need_only_be_contained_has_stars_in_its_gap_alone():
    body = GAPS.replace('ident="1"', 'ident="1" scoring_algorithm="TextContainsAnswer"').replace(
        "crimson", "r*d")
    stem = only(of(body, RIGHT, kind="fill_in_multiple_blanks_question")).stem
    assert stem == r"Roses are {1:SA:=*red*~=r\*d}, violets are {1:SA:=pink~=blue}."


@pytest.mark.parametrize(("first", "second", "stem"), [
    ((("1", "lid"),), (("2", "on"),), "{1:SA:=lid} {1:SA:=on}"),
    ((("1", "Lid"), ("3", "lid")), (("2", "on"),), "{1:SA:=Lid~=lid} {1:SA:=on}"),
    ((("1", "lid"), ("3", "cup")), (("2", "on"), ("4", "off")),
     "{1:MC:=lid~cup} {1:MC:=on~off}"),
])
def test_a_list_of_one_word_in_any_case_is_a_field(first, second, stem):
    body = mat("[x] [y]") + lid(*first, name="response_x") + lid(*second, name="response_y")
    marking = cond(eq("1", "response_x"), 1) + cond(eq("2", "response_y"), 1)
    assert only(of(body, marking)).stem == stem


# -- texts


@pytest.mark.parametrize(("material", "stem"), [
    ("<mattext>A &lt; B</mattext>", "A < B"),
    ('<mattext texttype="text/plain">&lt;b&gt;A&lt;/b&gt;</mattext>', "<b>A</b>"),
    ('<mattext texttype="text/html">&lt;b&gt;A&lt;/b&gt;</mattext>', "**A**"),
    ('<mattext texttype="text/xhtml"><b>A</b> B</mattext>', "**A** B"),
    ("<mattext>A</mattext><matbreak/><mattext>B</mattext>", "A\nB"),
    ('<mattext texttype="text/plain">1 &lt; 2</mattext><matemtext>em</matemtext>', "1 < 2*em*"),
    ("<mattext>A</mattext><matref/><mattext>B</mattext>", "AB"),
])
def test_a_material_is_read_with_its_parts(material, stem):
    body = f"<flow><flow><material>{material}</material></flow>{lid(*AB)}</flow>"
    assert only(of(body, cond(eq("a"), 1))).stem == stem


@pytest.mark.parametrize("tag", ["mataudio", "matvideo", "matapplet", "matapplication"])
def test_what_plays_or_runs_cannot_be_kept(tag):
    body = f"<material><mattext>Listen.</mattext><{tag} uri='x'/></material>{lid(*AB)}"
    assert said(of(body, cond(eq("a"), 1)), "error") == [
        ("item 1, stem", "A film, a sound or a page from elsewhere cannot be kept (1).")]


def test_a_film_in_a_text_is_named_by_the_place_of_that_text():
    film = "<material><mattext>One</mattext><matvideo uri='x'/></material>"
    body = (mat("Q") + lid(*AB)).replace(mat("Two"), film)
    assert {place for place, _message in said(of(body, cond(eq("a"), 1)), "error")} == {
        "item 1, option 2"}


def test_a_choice_without_options_is_not_said_to_be_marked_otherwise():
    assert OTHERWISE not in said(of(mat("Q") + lid(), cond(eq("a"), 1)))


@pytest.mark.parametrize(("more", "says"), [
    ("", []), (cond("<other/>", 5), []), (cond(eq("c", "r1"), 0), []),
    (cond(eq("a", "r1") + eq("b", "r2"), 50), [OTHERWISE])])
def test_only_steps_that_name_a_pair_and_earn_something_count(more, says):
    lists = "".join(lid(*ABC, name=f"r{n}", own=mat(text)) for n, text in ((1, "Uno"), (2, "Due")))
    marking = "".join(cond(eq(name, f"r{n}"), 50, action="Add") for n, name in ((1, "a"), (2, "b")))
    assert told(mat("Match.") + lists, marking + more, kind="matching_question") == says


def test_a_step_that_says_no_action_sets_the_points_and_shows_nothing():
    step, other = steps(
        "<respcondition><conditionvar/><setvar varname='SCORE'>5</setvar></respcondition>",
        "<respcondition><displayfeedback/></respcondition>")
    assert (step.sets, step.points, step.shown, step.goes_on) == (True, 5, (), False)
    assert (other.sets, other.points, other.shown, other.test.tag) == (
        False, 0, ("",), "conditionvar")


@pytest.mark.parametrize("cardinality", ["Single", "Multiple", "Ordered"])
def test_a_film_in_an_option_is_named_by_its_number_in_every_kind_of_choice(cardinality):
    film = "<material><mattext>One</mattext><matvideo uri='x'/></material>"
    body = (mat("Q") + lid(*AB, cardinality=cardinality)).replace(mat("Two"), film)
    marking = cond(eq("a") + eq("b"), 1) if cardinality == "Ordered" else cond(eq("a"), 1)
    assert {place for place, message in said(of(body, marking), "error") if "film" in message} == {
        "item 1, option 2"}


def test_a_film_in_the_feedback_of_a_word_is_named_there():
    film = ('<itemfeedback ident="f"><material><mattext>Yes</mattext><matvideo uri="x"/></material>'
            "</itemfeedback>")
    marking = cond(eq("x"), 1) + cond(eq("y"), 1, shows=["f"])
    found = of(mat("Who?") + STR, marking, feedback=film)
    assert {place for place, message in said(found, "error") if "film" in message} == {
        "item 1, answer 2, feedback"}


def test_what_another_response_earns_counts_for_no_option():
    marking = cond(eq("a"), 1, action="Add") + cond(eq("b", "other"), 1, action="Add")
    found = only(of(mat("Q") + lid(*AB, cardinality="Multiple"), marking))
    assert options(found) == [("One", 1), ("Two", 0)]


@pytest.mark.parametrize(("name", "points", "is_said"), [
    ("points_possible", "0.0", False), ("points_possible", "1", False),
    ("points_possible", "2", True), ("respondusapi_qpoints", "2", True), ("other", "2", False)])
def test_points_of_a_question_are_said_not_to_be_kept_where_they_are_not_one(
    name, points, is_said
):
    found = of(mat("Q") + lid(*AB), cond(eq("a"), 1), fields={name: points})
    assert any("Points of questions" in message for _place, message in said(found)) is is_said
