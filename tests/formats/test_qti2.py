"""QTI 2 and 3: what its items become, and what is named instead."""

import pytest

from isotrain.formats import Unreadable
from tests.formats.qti_samples import answer, by, choice, new_item, points
from tests.formats.reading import only, options, read, said

AB = (("a", "One"), ("b", "Two"))
ABCD = (*AB, ("c", "Three"), ("d", "Four"))


def of(body, declared="", processing="", **more):
    return read(new_item(body, declared, processing, **more), "qti2")


def draft(*parts, **more):
    return only(of(*parts, **more))


def test_a_choice_is_marked_by_what_is_correct():
    found = draft(f"<p>Look.</p>{choice(*AB, prompt='Which?')}", answer("b"), by("match_correct"))
    assert (found.type, found.stem, found.name, found.external_id) == (
        "single_choice", "Look.\n\nWhich?", "T", "i1")
    assert options(found) == [("One", 0), ("Two", 1)]
    assert not found.shuffle


def test_options_that_stay_are_those_that_are_fixed_in_a_shuffled_list():
    body = choice(*AB, shuffle="true").replace('identifier="b"', 'identifier="b" fixed="true"')
    found = draft(body, answer("a"), by("match_correct"))
    assert [option.stays for option in found.options] == [False, True]
    assert found.shuffle


def test_the_words_true_and_false_make_a_true_false():
    found = draft(choice(("a", "True"), ("b", "False")), answer("a"), by("match_correct"))
    assert (found.type, found.answer) == ("true_false", True)


def test_points_of_one_choice_are_parts_of_the_mark():
    mapping = points({"a": 5, "b": 1}, defaultValue="-1", lowerBound="0")
    found = draft(choice(*ABCD), answer("a", mapping=mapping), by("map_response.xml"))
    assert options(found) == [("One", 1), ("Two", 0.2), ("Three", 0), ("Four", 0)]


@pytest.mark.parametrize(("mapping", "template", "rule", "shares"), [
    ("", "match_correct", "all_or_nothing", (0.5, 0.5, 0, 0)),
    (points({"a": 1, "b": 1}, defaultValue="-1", lowerBound="0"), "map_response", "balanced",
     (0.5, 0.5, 0, 0)),
    (points({"a": 1, "b": 1, "c": -1}, defaultValue="0", lowerBound="0"), "map_response",
     "weights", (0.5, 0.5, -0.5, 0)),
    (points({"a": 2, "b": 2, "c": -1}, lowerBound="0", upperBound="2"), "map_response",
     "weights", (1, 1, -0.5, 0)),
])  # fmt: skip
@pytest.mark.parametrize("most", ["0", "4"])
def test_several_options_are_marked_by_the_rule_that_the_file_means(
    mapping, template, rule, shares, most
):
    declared = answer("a", "b", cardinality="multiple", mapping=mapping)
    found = draft(choice(*ABCD, most=most), declared, by(template))
    assert (found.type, found.rule) == ("multiple_choice", rule)
    assert tuple(share for _, share in options(found)) == shares


def test_equal_parts_are_known_where_wrong_options_are_fewer():
    declared = answer("a", "b", cardinality="multiple", mapping=points(
        {"a": 1, "b": 1, "c": -1}, lowerBound="0"))
    found = draft(choice(*ABCD[:3], most="0"), declared, by("map_response"))
    assert (found.rule, [share for _, share in options(found)]) == ("equal_parts", [0.5, 0.5, 0])


def test_marks_below_zero_are_told():
    declared = answer("a", cardinality="multiple", mapping=points({"a": 1, "b": -1}))
    imported = of(choice(*AB, most="0"), declared, by("map_response"))
    assert ("item 1", "The file marks this question in another way than is done here.") in (
        said(imported, "warning"))


INLINE = """<responseProcessing><responseCondition><responseIf><match><variable
identifier="RESPONSE"/><correct identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE">
<baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition>
</responseProcessing>"""
ODD = INLINE.replace("</match>", "</match><gt><random/><baseValue>1</baseValue></gt>")


def test_rules_that_say_what_a_template_says_are_read_without_a_word():
    declared = answer("a", "b", cardinality="multiple")
    body = choice(*ABCD, most="0", prompt="Which?")
    assert said(of(body, declared, INLINE)) == []
    assert ("item 1", "The file marks this question in another way than is done here.") in (
        said(of(body, declared, ODD)))


FIELD = '<p>Say <textEntryInteraction responseIdentifier="RESPONSE"/> please.</p>'


def test_a_field_accepts_texts_with_their_points_and_their_case():
    mapping = points({"York": 1, "york": 0.5}, defaultValue="0")
    found = draft(FIELD, answer("York", kind="string", mapping=mapping), by("map_response"))
    assert (found.type, found.stem, found.more) == (
        "short_text", "Say _____ please.", {"case": True})
    assert options(found) == [("York", 1), ("york", 0.5)]
    loose = mapping.replace("/>", ' caseSensitive="false"/>')
    assert not draft(FIELD, answer("York", kind="string", mapping=loose), by("map_response")).more


@pytest.mark.parametrize(("mode", "tolerance", "margin"), [
    ("absolute", "0.5 0.5", "0.5"), ("absolute", "0.5", "0.5"), ("relative", "10 10", "4"),
    ("exact", "", "0"),
])  # fmt: skip
@pytest.mark.parametrize("asked", ['<correct identifier="RESPONSE"/>',
                                   '<baseValue baseType="float">40</baseValue>'])
def test_numbers_have_the_tolerance_of_their_test(mode, tolerance, margin, asked):
    told = f' tolerance="{tolerance}"' if tolerance else ""
    test = f'<equal toleranceMode="{mode}"{told}><variable identifier="RESPONSE"/>{asked}</equal>'
    start, _, rest = INLINE.partition("<match>")
    found = draft(FIELD, answer("40", kind="float"), start + test + rest.partition("</match>")[2])
    assert found.type == "numeric"
    assert [(o.text, o.tolerance, o.share) for o in found.options] == [("40", margin, 1)]


def test_a_record_is_read_by_the_type_of_its_field():
    declared = ('<responseDeclaration identifier="RESPONSE" cardinality="record"><correctResponse>'
                '<value fieldIdentifier="floatValue" baseType="float">1.5</value></correctResponse>'
                "</responseDeclaration>")
    found = draft(FIELD, declared, by("match_correct"))
    assert (found.type, options(found)) == ("numeric", [("1.5", 1)])


def test_a_long_text_is_an_essay_whose_marker_is_told_points():
    rubric = '<rubricBlock view="scorer"><ul><li>One</li><li>Two</li></ul></rubricBlock>'
    found = draft(f'<p>Why?</p>{rubric}<extendedTextInteraction responseIdentifier="RESPONSE"/>',
                  answer(kind="string"))
    assert (found.type, found.stem, found.more) == (
        "essay", "Why?", {"points": ["One", "Two"]})


def test_an_order_is_the_correct_one():
    body = choice(*ABCD[:3]).replace("choiceInteraction", "orderInteraction")
    found = draft(body, answer("c", "a", "b", cardinality="ordered"), by("match_correct"))
    assert (found.type, [option.text for option in found.options]) == (
        "ordering", ["Three", "One", "Two"])


def test_an_order_of_some_is_no_key():
    body = choice(*ABCD[:3]).replace("choiceInteraction", "orderInteraction")
    imported = of(body, answer("c", cardinality="ordered"), by("match_correct"))
    assert ("item 1", "No right answer is given.") in said(imported, "error")


def sides(left, right):
    sets = "".join("<simpleMatchSet>" + "".join(
        f'<simpleAssociableChoice identifier="{each}">{each.upper()}</simpleAssociableChoice>'
        for each in side) + "</simpleMatchSet>" for side in (left, right))
    return f'<matchInteraction responseIdentifier="RESPONSE">{sets}</matchInteraction>'


def paired(*values, kind="directedPair"):
    return answer(*values, cardinality="multiple", kind=kind,
                  mapping=points(dict.fromkeys(values, 1), defaultValue="0"))


def test_two_sets_are_matched():
    found = draft(sides("ab", "xyz"), paired("a y", "b x"), by("map_response"))
    assert (found.type, found.pairs) == ("matching", (("A", "Y"), ("B", "X"), ("", "Z")))


def test_many_of_one_are_categories_whichever_set_they_are_in():
    found = draft(sides("abc", "xy"), paired("a x", "b x", "c y"), by("map_response"))
    assert (found.type, found.pairs) == (
        "categorising", (("A", "X"), ("B", "X"), ("C", "Y")))
    found = draft(sides("xy", "abc"), paired("x a", "x b", "y c"), by("map_response"))
    assert found.pairs == (("A", "X"), ("B", "X"), ("C", "Y"))


def test_pairs_in_which_both_sides_have_several_are_named():
    imported = of(sides("ab", "xy"), paired("a x", "a y", "b x"), by("map_response"))
    assert said(imported, "error")[0] == (
        "item 1", '"T" has pairs in which both sides have several partners, or no sides.')


def associated(names):
    inner = "".join(f'<simpleAssociableChoice identifier="{n}">{n.upper()}</simpleAssociableChoice>'
                    for n in names)
    return f'<associateInteraction responseIdentifier="RESPONSE">{inner}</associateInteraction>'


def test_an_association_becomes_a_matching_where_its_pairs_have_two_sides():
    imported = of(associated("apcme"), paired("a p", "c m", kind="pair"), by("map_response"))
    assert only(imported).pairs == (("A", "P"), ("C", "M"), ("", "E"))
    assert ("item 1, pairs", "The choices were divided into two sides.") in said(imported)
    round_ = of(associated("abc"), paired("a b", "b c", "c a", kind="pair"), by("map_response"))
    assert not round_.questions


GAPS = """<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Fill.</prompt>
<gapText identifier="w">winter</gapText><gapText identifier="s">summer</gapText>
<gapText identifier="a">autumn</gapText><p>Now is the <gap identifier="g1"/> made
<gap identifier="g2"/>.</p></gapMatchInteraction>"""


def test_words_for_gaps_are_a_gap_text():
    found = draft(GAPS, paired("w g1", "s g2"), by("map_response"))
    assert (found.type, found.stem) == ("gap_text", "Fill.\n\nNow is the [[1]] made [[2]].")
    assert found.pairs == (("1", "winter"), ("2", "summer"), ("", "autumn"))


def test_words_of_a_text_are_options():
    body = """<hottextInteraction responseIdentifier="RESPONSE" maxChoices="0"><p>The <hottext
identifier="a">cat</hottext> sat <hottext identifier="b">quick</hottext>.</p></hottextInteraction>
"""
    found = draft(body, answer("b", cardinality="multiple"), by("match_correct"))
    assert (found.type, found.stem) == ("multiple_choice", "The cat sat quick.")
    assert options(found) == [("cat", 0), ("quick", 1)]


LIST = """<inlineChoiceInteraction responseIdentifier="{}"><inlineChoice identifier="a">red
</inlineChoice><inlineChoice identifier="b">blue</inlineChoice></inlineChoiceInteraction>"""


def test_one_list_in_a_text_is_a_choice_and_several_are_a_cloze():
    found = draft(f"<p>It is {LIST.format('RESPONSE')}, so.</p>", answer("b"), by("match_correct"))
    assert (found.type, found.stem) == ("single_choice", "It is _____, so.")
    declared = answer("b", name="r1") + answer("5", kind="integer", name="r2")
    field = '<textEntryInteraction responseIdentifier="r2"/>'
    found = draft(f"<p>It is {LIST.format('r1')} or {field}.</p>", declared)
    assert (found.type, found.stem) == ("cloze", "It is {1:MC:red~=blue} or {1:NM:=5:0}.")


def test_a_choice_beside_others_is_a_part_of_a_cloze():
    body = choice(*AB, name="r1", prompt="First?") + choice(*AB, name="r2", prompt="Second?")
    found = draft(body, answer("a", name="r1") + answer("b", name="r2"))
    assert found.stem == "First?\n\n{1:MCV:=One~Two}\n\nSecond?\n\n{1:MCV:One~=Two}"


@pytest.mark.parametrize(("body", "declared", "what"), [
    (choice(*AB, name="r1") + choice(*AB, name="r2"), answer("a", name="r1"),
     '"T" has a part without a right answer.'),
    (choice(*AB, name="r1") + sides("a", "b"), answer("a", name="r1"),
     '"T" has several interactions, and one of them cannot stand in a text.'),
    ("", "", '"T" asks nothing and says nothing.'),
    ('<hotspotInteraction responseIdentifier="RESPONSE"/>', "",
     '"T" is a graphic interaction, which cannot be read.'),
    ('<sliderInteraction responseIdentifier="RESPONSE"/>', "",
     '"T" asks with a slider, which cannot be read.'),
    ('<uploadInteraction responseIdentifier="RESPONSE"/>', "",
     '"T" asks for a file, which cannot be read.'),
    ('<drawingInteraction responseIdentifier="RESPONSE"/>', "",
     '"T" asks for a drawing, which cannot be read.'),
    ('<mediaInteraction responseIdentifier="RESPONSE"/>', "",
     '"T" plays a film or a sound, which cannot be read.'),
    ('<customInteraction responseIdentifier="RESPONSE"/>', "",
     '"T" is a custom interaction, which cannot be read.'),
    ('<endAttemptInteraction responseIdentifier="RESPONSE"/>', "",
     '"T" gives hints while it is answered, which cannot be read.'),
    ('<p>Say <textentryinteraction responseidentifier="RESPONSE"/></p>', "",
     '"T" asks in a way that QTI does not know.'),
    ("<p>Which?</p>", answer("a"), '"T" has a right answer, but nothing asks for it.'),
    (choice(*AB), '<templateDeclaration identifier="t"/>',
     '"T" is a template item, which computes its text; it cannot be read.'),
])  # fmt: skip
def test_what_cannot_be_read_is_named_by_what_it_is(body, declared, what):
    imported = of(body, declared)
    assert not imported.questions
    assert said(imported, "error")[0] == ("item 1", what)


def test_an_adaptive_item_is_named():
    imported = of(choice(*AB), answer("a"), adaptive="true")
    assert said(imported, "error")[0] == (
        "item 1", '"T" is an adaptive item, which cannot be read.')


def test_feedback_of_a_choice_is_that_of_its_option_and_other_feedback_is_told():
    told = ('<feedbackInline outcomeIdentifier="FEEDBACK" identifier="a" showHide="show">Yes.'
            "</feedbackInline>")
    modal = ('<modalFeedback outcomeIdentifier="FEEDBACK" identifier="{}" showHide="show">No.'
             "</modalFeedback>")
    body = choice(("a", f"One {told}"), ("b", "Two"))
    more = modal.format("b") + modal.format("z")
    imported = of(body, answer("a"), by("match_correct"), more=more)
    found = only(imported)
    assert [(o.text, o.feedback) for o in found.options] == [("One", "Yes."), ("Two", "No.")]
    assert ("file", "Feedback that is not for one option is not kept (questions: 1).") in (
        said(imported))


def test_without_a_picture_or_a_formula_a_question_is_incomplete_and_without_a_film_none():
    body = ('<p><object data="x.png" type="image/png">sign</object><video src="x"/></p>'
            '<p><math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></p>')
    imported = of(body + choice(*AB), answer("a"), by("match_correct"))
    assert said(imported, "error") == [
        ("item 1, stem", "A film, a sound or a page from elsewhere cannot be kept (1).")]
    assert only(imported).stem == "![sign](picture:x.png)\n\n![x](picture:MathML)"
    assert [message for place, message in said(imported, "warning") if place == "item 1, stem"] == [
        "A picture is missing: x.png.", "A picture is missing: MathML."]


def test_a_text_from_elsewhere_is_an_error():
    body = '<p>Read <include href="x.xml"/>.</p>'
    imported = of(body + choice(*AB), answer("a"), by("match_correct"))
    assert ("item 1, stem", "A part of the text is computed or stands in another file.") in (
        said(imported, "error"))


THREE = """<?xml version="1.0"?><qti-assessment-item
xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i1" title="T">
<qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier">
<qti-correct-response><qti-value>a</qti-value></qti-correct-response>
<qti-mapping default-value="-1" lower-bound="0"><qti-map-entry
map-key="a" mapped-value="1"/></qti-mapping></qti-response-declaration><qti-item-body>
<qti-choice-interaction response-identifier="RESPONSE" max-choices="0" shuffle="true"><qti-prompt>Q
</qti-prompt><qti-simple-choice identifier="a">A</qti-simple-choice><qti-simple-choice
identifier="b" fixed="true">B</qti-simple-choice></qti-choice-interaction></qti-item-body>
<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response"/>
</qti-assessment-item>"""


def test_qti_3_is_read_by_the_same_reader():
    found = only(read(THREE, "qti2"))
    assert (found.type, found.stem, found.rule, found.shuffle) == (
        "multiple_choice", "Q", "balanced", True)
    assert [(o.text, o.share, o.stays) for o in found.options] == [("A", 1, False), ("B", 0, True)]


def test_a_test_alone_asks_for_its_package():
    with pytest.raises(Unreadable, match="names its questions in other files"):
        read('<assessmentTest xmlns="x" identifier="t"/>', "qti2")


def test_an_item_without_title_is_called_by_its_identifier():
    imported = of(choice(*AB, prompt="Q"), answer("b"), by("match_correct"), title="",
                  adaptive="true")
    assert '"i1" is an adaptive item' in said(imported, "error")[0][1]


def test_what_scorers_are_told_are_the_points_of_an_essay():
    rubrics = "".join(f'<rubricBlock view="{view}"><p>Look at {view}.</p></rubricBlock>'
                      for view in ("scorer", "candidate"))
    body = f'{rubrics}<extendedTextInteraction responseIdentifier="RESPONSE"/>'
    imported = of(body, answer(kind="string"))
    assert only(imported).more == {"points": ["Look at scorer."]}
    assert (only(imported).stem, said(imported)) == ("Look at candidate.", [])
