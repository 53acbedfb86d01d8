"""QTI 2: pairs, orders, gaps and several questions in one text, where a file says it oddly."""

import pytest

from tests.formats.qti_samples import answer, by, choice, new_item, points
from tests.formats.reading import only, options, read, said
from tests.formats.test_qti2 import AB, ABCD, FIELD, GAPS, INLINE, LIST, paired, sides

OTHERWISE = ("item 1", "The file marks this question in another way than is done here.")
KEYLESS = ("item 1", "No right answer is given.")


def of(body, declared="", processing=""):
    return read(new_item(f"<p>Look.</p>{body}", declared, processing), "qti2")


def told(*parts):
    """What is said of an item, without what is only looked at again."""
    return [each for each in said(of(*parts)) if each in (OTHERWISE, KEYLESS)]


def pairs(*values, mapping=""):
    return answer(*values, cardinality="multiple", kind="directedPair", mapping=mapping)


ORDER = choice(*ABCD[:3]).replace("choiceInteraction", "orderInteraction")


@pytest.mark.parametrize(("values", "mapping", "texts", "says"), [
    ("cab", "", ["Three", "One", "Two"], []),
    ("cab", points({"a": 1}), ["Three", "One", "Two"], [OTHERWISE]),
    ("cx", "", ["Three", "One", "Two"], [KEYLESS]),
    ("b", "", ["Two", "One", "Three"], [KEYLESS]),
])
def test_an_order_has_every_item_once(values, mapping, texts, says):
    declared = answer(*values, cardinality="ordered", mapping=mapping)
    processing = by("map_response" if mapping else "match_correct")
    found = only(of(ORDER, declared, processing))
    assert ([option.text for option in found.options], found.rule) == (texts, "all_or_nothing")
    assert told(ORDER, declared, processing) == says


@pytest.mark.parametrize(("declared", "template", "says"), [
    (paired("a x", "b y"), "map_response", []),
    (pairs("a x", "b y", mapping=points({"a x": 1, "b y": 2})), "map_response", [OTHERWISE]),
    (pairs("a x", "b y", mapping=points({"a x": 1, "b y": 1}, defaultValue="-1")), "map_response",
     [OTHERWISE]),
    (pairs("a y", "b x", mapping=points({"a x": 1, "b y": 1})), "map_response", [OTHERWISE]),
    (pairs(mapping=points({"a x": 1, "b y": 1})), "map_response", []),
    (pairs("a x", "b y"), "match_correct", [OTHERWISE]),
])
def test_every_pair_earns_the_same_part_and_anything_else_is_told(declared, template, says):
    found = only(of(sides("ab", "xy"), declared, by(template)))
    assert (found.type, found.pairs) == ("matching", (("A", "X"), ("B", "Y")))
    assert told(sides("ab", "xy"), declared, by(template)) == says


def test_without_pairs_there_is_no_key():
    assert told(sides("ab", "xy"), pairs(), by("match_correct")) == [KEYLESS]
    odd = pairs("a", "a x y", "a q", "b y", mapping="")
    assert only(of(sides("ab", "xy"), odd, by("match_correct"))).pairs == (("B", "Y"), ("", "X"))


LEFT_OUT = ("item 1, pairs", "Some of what is to be matched has no partner; it was left out.")


@pytest.mark.parametrize(("left", "right", "key", "found", "says"), [
    ("abc", "xy", ("a x", "b y"), (("X", "A"), ("Y", "B"), ("", "C")), False),
    ("abc", "xyz", ("a x", "b y"), (("A", "X"), ("B", "Y"), ("", "Z")), True),
    ("abc", "xy", ("x a", "b y"), (("X", "A"), ("Y", "B"), ("", "C")), False),
])
def test_the_side_that_is_whole_asks(left, right, key, found, says):
    imported = of(sides(left, right), paired(*key), by("map_response"))
    assert only(imported).pairs == found
    assert (LEFT_OUT in said(imported, "warning")) == says


def test_categories_are_so_where_the_file_is_ours_even_with_one_item_each():
    body = sides("ab", "xy").replace("<matchInteraction", '<matchInteraction class="{}"')
    for name, type_ in (("isotrain-categorising", "categorising"), ("other", "matching")):
        assert only(of(body.format(name), paired("a x", "b y"))).type == type_


def test_a_match_with_one_set_has_nothing_to_belong_to():
    lone = sides("ab", "").replace("<simpleMatchSet></simpleMatchSet>", "")
    assert KEYLESS in said(of(lone, paired("a x")), "error")


@pytest.mark.parametrize(("declared", "found", "says"), [
    (paired("w g1"), (("1", "winter"), ("", "summer"), ("", "autumn")), [KEYLESS]),
    (paired("w g1", "a g1", "s g2"), (("1", "winter"), ("2", "summer")), [OTHERWISE]),
    (paired("g1 w", "g2 s"), (("1", "winter"), ("2", "summer"), ("", "autumn")), []),
    (paired("w g1", "q g2", "s g9"), (("1", "winter"), ("", "summer"), ("", "autumn")), [KEYLESS]),
    (pairs("w g1", "s g2"), (("1", "winter"), ("2", "summer"), ("", "autumn")), [OTHERWISE]),
])
def test_each_gap_takes_one_word_and_the_others_are_left_over(declared, found, says):
    processing = by("map_response" if "mapping" in declared else "match_correct")
    draft = only(of(GAPS, declared, processing))
    assert (draft.type, draft.pairs) == ("gap_text", found)
    assert told(GAPS, declared, processing) == says


def test_gaps_beside_another_question_are_lists_of_all_words():
    body = choice(*AB, name="r1", prompt="First?") + GAPS.replace('"RESPONSE"', '"r2"')
    declared = answer("a", name="r1") + paired("w g1", "s g2").replace("RESPONSE", "r2")
    found = only(of(body, declared))
    assert (found.type, found.stem) == ("cloze", (
        "Look.\n\nFirst?\n\n{1:MCV:=One~Two}\n\nFill.\n\nNow is the {1:MC:=winter~summer~autumn} "
        "made {1:MC:winter~=summer~autumn}."))


def test_parts_that_take_several_options_are_told_to_be_marked_otherwise():
    body = choice(*AB, name="r1", most="0", prompt="1?") + choice(*ABCD, name="r2", most="0",
                                                                 shuffle="true", prompt="2?")
    declared = (answer("a", name="r1", cardinality="multiple")
                + answer("a", "b", name="r2", cardinality="multiple"))
    assert only(of(body, declared)).stem == (
        "Look.\n\n1?\n\n{1:MR:=One~Two}\n\n2?\n\n{1:MRS:=One~=Two~Three~Four}")
    assert told(body, declared) == [OTHERWISE]


def test_the_points_of_a_part_are_its_weight_where_they_are_few_and_whole():
    for most, weight in (("2", 2), ("9", 9), ("10", 1), ("1.5", 1), ("1", 1)):
        declared = (answer("a", name="r1", mapping=points({"a": most}))
                    + answer("b", name="r2", mapping=points({"b": 1})))
        body = f"<p>{LIST.format('r1')} {LIST.format('r2')}</p>"
        rule = ('<setOutcomeValue identifier="SCORE"><sum><mapResponse identifier="r1"/>'
                '<mapResponse identifier="r2"/></sum></setOutcomeValue>')
        found = only(of(body, declared, f"<responseProcessing>{rule}</responseProcessing>"))
        assert found.stem == f"Look.\n\n{{{weight}:MC:=red~blue}} {{1:MC:red~=blue}}"


def test_a_text_that_looks_like_a_part_refuses_its_question_alone():
    body = f"<p>{LIST.format('r1')} {{1:SA:=x}} {LIST.format('r2')}</p>"
    imported = of(body, answer("a", name="r1") + answer("b", name="r2"))
    assert not imported.questions and said(imported, "error") == [
        ("item 1", '"T" has a part that nobody could answer or that looks like another one.')]


def test_an_answer_of_an_essay_is_a_point_to_mark():
    field = '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
    imported = of(field, answer("Because.", "Yes.", kind="string"))
    assert only(imported).more == {"points": ["Because.", "Yes."]}
    assert [place for place, message in said(imported) if "to compare with" in message] == [
        "item 1, answer"]
    assert only(of(field, answer(kind="string"))).more == {}


@pytest.mark.parametrize(("entries", "default", "found"), [
    ({"York": 2, "Leeds": -1}, "0.5", [("York", 1), ("*", 0.25)]),
    ({"York": 2, "Leeds": 0}, "0", [("York", 1), ("Leeds", 0)]),
    ({"Y*k": 1, "*": 1}, "0", [(r"Y\*k", 1), (r"\*", 1)]),
    ({"York": 4, "*": 1}, "2", [("York", 1), ("*", 0.5)]),
])
def test_what_every_other_text_earns_is_a_star_of_its_own(entries, default, found):
    declared = answer("York", kind="string", mapping=points(entries, defaultValue=default))
    assert options(only(of(FIELD, declared, by("map_response")))) == found


def test_without_points_all_that_is_correct_is_accepted_and_case_counts():
    found = only(of(FIELD, answer("York", "Y*", kind="string"), by("match_correct")))
    assert options(found) == [("York", 1), (r"Y\*", 1)] and found.more == {"case": True}
    assert KEYLESS in said(of(FIELD, answer(kind="string"), by("match_correct")), "error")


def rule(test, value="1", kind="float"):
    return ('<responseProcessing><responseCondition><responseIf>' + test
            + f'<setOutcomeValue identifier="SCORE"><baseValue baseType="{kind}">{value}'
            "</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>")


RIGHT = '<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>'


@pytest.mark.parametrize(("processing", "says"), [
    (rule(RIGHT), []),
    (rule(f"<and>{RIGHT}</and>"), []),
    (rule('<isNull><variable identifier="RESPONSE"/></isNull>', "0"), []),
    (rule('<isNull><variable identifier="RESPONSE"/></isNull>', "1"), [OTHERWISE]),
    (rule(f"{RIGHT}<random/>"), [OTHERWISE]),
    (INLINE.replace("</responseProcessing>", "<lookupOutcomeValue/></responseProcessing>"),
     [OTHERWISE]),
    (INLINE.replace("</responseProcessing>", "<exitResponse/></responseProcessing>"), []),
    (INLINE.replace("</responseIf>", "<responseCondition/></responseIf>"), [OTHERWISE]),
    (INLINE.replace("</responseProcessing>", '<setOutcomeValue identifier="FEEDBACK"><baseValue '
                    'baseType="identifier">x</baseValue></setOutcomeValue></responseProcessing>'),
     []),
    (by("match_correct"), []), (by("map_response_point"), [OTHERWISE]),
    (by("cc2_map"), [OTHERWISE]),
])
def test_rules_that_do_more_than_compare_are_told(processing, says):
    assert told(choice(*AB), answer("a"), processing) == says


def near(test, points="1", name="RESPONSE"):
    return rule(f'<equal {test}><variable identifier="{name}"/><baseValue baseType="float">40'
                "</baseValue></equal>", points)


@pytest.mark.parametrize(("test", "margin", "says"), [
    ('toleranceMode="absolute" tolerance="1 3"', "3", [OTHERWISE]),
    ('toleranceMode="absolute" tolerance="2 2"', "2", []),
    ('toleranceMode="absolute" tolerance="2"', "2", []),
    ('toleranceMode="relative" tolerance="5 5"', "2", []),
    ('toleranceMode="exact" tolerance="2 2"', "0", []),
])
def test_a_number_is_as_far_off_as_its_test_allows(test, margin, says):
    declared = answer("40", kind="float")
    [option] = only(of(FIELD, declared, near(test))).options
    assert (option.text, option.tolerance) == ("40", margin)
    assert told(FIELD, declared, near(test)) == says


def test_a_margin_that_is_no_number_is_told_and_one_of_another_response_is_none():
    declared = answer("40", kind="float")
    assert told(FIELD, declared, near('toleranceMode="absolute" tolerance="{T}"')) == [OTHERWISE]
    other = near('toleranceMode="absolute" tolerance="2"', name="OTHER")
    [option] = only(of(FIELD, declared, other)).options
    assert option.tolerance == "0"


def test_numbers_that_earn_less_have_their_part():
    test = ('<responseElseIf><equal toleranceMode="absolute" tolerance="5"><variable identifier='
            '"RESPONSE"/><baseValue baseType="float">40</baseValue></equal><setOutcomeValue '
            'identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
            "</responseElseIf></responseCondition>")
    rules = near('toleranceMode="exact"', "4").replace("</responseCondition>", test)
    found = only(of(FIELD, answer("40", kind="float"), rules))
    assert [(o.text, o.tolerance, o.share) for o in found.options] == [
        ("40", "0", 1), ("40", "5", 0.25)]


@pytest.mark.parametrize(("shown", "stem"), [("show", "Which ?"), ("hide", "Which one ?"),
                                             (None, "Which ?")])
def test_what_is_shown_only_after_the_answer_is_no_part_of_the_question(shown, stem):
    hidden = f'showHide="{shown}"' if shown else ""
    body = (f'<p>Which <feedbackInline outcomeIdentifier="F" identifier="a" {hidden}>one'
            f"</feedbackInline> ?</p>{choice(*AB)}")
    assert only(of(body, answer("a"), by("match_correct"))).stem == f"Look.\n\n{stem}"


def test_a_shared_text_that_is_missing_is_named_by_its_first_letters():
    shared = f'<assessmentStimulusRef identifier="s" href="{"y" * 100}"/>'
    imported = read(new_item(choice(*AB), shared + answer("a"), by("match_correct")), "qti2")
    [name] = [problem.params["name"] for problem in imported.problems if "name" in problem.params]
    assert name == "y" * 80


def test_a_rule_that_asks_for_two_responses_at_once_is_told():
    lists = f"<p>{LIST.format('r1')} {LIST.format('r2')}</p>"
    declared = answer("a", name="r1") + answer("b", name="r2")
    both = "<and>" + "".join(RIGHT.replace("RESPONSE", name) for name in ("r1", "r2")) + "</and>"
    assert told(lists, declared, rule(both)) == [OTHERWISE]
    each = rule(RIGHT.replace("RESPONSE", "r1")) + rule(RIGHT.replace("RESPONSE", "r2"))
    each = each.replace("</responseProcessing><responseProcessing>", "")
    assert told(lists, declared, each) == []


def test_a_film_in_a_thing_to_be_ordered_is_named_by_its_number():
    body = ORDER.replace("Two", '<video src="x"/>Two')
    declared = answer(*"cab", cardinality="ordered")
    assert {place for place, message in said(of(body, declared, by("match_correct")), "error")
            if "film" in message} == {"item 1, option 2"}


@pytest.mark.parametrize(("inside", "words"), [
    ("a sign", "a sign"), ('<img src="y.png" alt="A sign"/>', "A sign"), ("", "")])
def test_a_picture_that_is_an_object_has_the_words_within_it(inside, words):
    body = f'<p><object data="x.png" type="image/png">{inside}</object></p>{choice(*AB)}'
    assert only(of(body, answer("a"), by("match_correct"))).stem == (
        f"Look.\n\n![{words}](picture:x.png)")
