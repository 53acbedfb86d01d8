"""What other programs made of QTI files, in terms that can be compared."""

from isotrain.formats.scoring.comparing import compared
from isotrain.formats.scoring.qti import tell_canvas, tell_sdk
from tests.formats.qti_samples import (
    answer,
    by,
    choice,
    cond,
    eq,
    lid,
    mat,
    new_item,
    old,
    old_item,
)
from tests.formats.reading import read

AB = (("a", "One"), ("b", "Two"))


def sdk(*interactions, responses=(), **more):
    """What TAO's reader writes down of an item."""
    return {"file": "x.xml", "loaded": True, "root": "assessmentItem", "title": "T",
            "adaptive": False, "interactions": interactions, "responses": responses} | more


def asks(kind, choices=None, response="RESPONSE", **more):
    told = {"choices": choices} if choices else {}
    return {"type": f"{kind}Interaction", "response": response, "prompt": "Q"} | told | more


def answers(*correct, cardinality="single", kind="identifier", name="RESPONSE", **more):
    return {"identifier": name, "cardinality": cardinality, "baseType": kind,
            "correct": list(correct)} | more


CHOICES = {"a": "One", "b": "Two", "c": "Three"}


def test_choices_are_told_by_their_texts():
    [told] = tell_sdk(sdk(asks("choice", CHOICES), responses=[answers("b")]))
    assert (told.type, told.right, told.shares) == (
        "single_choice", (("two",),), (("two", "1.000"),))
    [told] = tell_sdk(sdk(asks("choice", CHOICES),
                          responses=[answers("a", "b", cardinality="multiple")]))
    assert (told.type, told.right, told.shares) == (
        "multiple_choice", (("one",), ("two",)), None)
    [told] = tell_sdk(sdk(asks("choice", {"a": "True", "b": "False"}), responses=[answers("a")]))
    assert told.type == "true_false"


def test_other_items_are_told_by_what_is_right_in_them():
    [told] = tell_sdk(sdk(asks("order", CHOICES), responses=[answers("c", "a", "b")]))
    assert (told.type, told.right) == ("ordering", (("three",), ("one",), ("two",)))
    [told] = tell_sdk(sdk(asks("textEntry"), responses=[answers(5, kind="integer")]))
    assert (told.type, told.right) == ("numeric", (("5", "0"),))
    four = {"a": "A", "b": "B", "x": "X", "y": "Y"}
    [told] = tell_sdk(sdk(asks("match", four), responses=[answers("a x", "b y")]))
    assert (told.type, told.right) == ("matching", (("a", "x"), ("b", "y")))
    [told] = tell_sdk(sdk(asks("match", four), responses=[answers("a x", "b x")]))
    assert (told.type, told.right) == ("categorising", (("a", "x"), ("b", "x")))
    [told] = tell_sdk(sdk(asks("gapMatch", {"w": "winter", "g": ""}), responses=[answers("w g")]))
    assert (told.type, told.right) == ("gap_text", (("1", "winter"),))
    several = sdk(asks("textEntry", response="r1"), asks("inlineChoice", CHOICES, response="r2"),
                  responses=[answers("x", kind="string", name="r1"), answers("b", name="r2")])
    [told] = tell_sdk(several)
    assert (told.type, told.right) == ("cloze", (("x",), ("two",)))


def test_what_cannot_be_compared_has_no_type():
    for said in (sdk(adaptive=True), sdk(), sdk(asks("hotspot"), responses=[answers("a")]),
                 sdk(asks("choice", CHOICES), responses=[answers()]),
                 {"loaded": False, "root": None, "file": "x.xml"}):
        assert [told.type for told in tell_sdk(said)] == [""]
    assert tell_sdk({"loaded": True, "root": "assessmentTest"}) == []


def test_our_reading_agrees_with_what_they_tell():
    imported = read(new_item(choice(*AB, prompt="Q"), answer("b"), by("match_correct")), "qti2")
    told = tell_sdk(sdk(asks("choice", {"a": "One", "b": "Two"}), responses=[answers("b")]))
    score = compared(imported, told)
    assert [score.part(name) for name in ("number", "type", "right", "shares")] == [1, 1, 1, 1]


def canvas(kind, scoring, **more):
    item = {"kind": "item", "identifier": "i", "title": "T", "interaction": f"{kind}Interaction",
            "prompt": "<p>Q</p>", "scoring": scoring,
            "answers": [{"id": "a", "text": "<p>One</p>"}, {"id": "b", "text": "Two"}]}
    return {"assessments": [{"items": [item | more]}]}


def test_canvas_questions_are_told():
    [told] = tell_canvas(canvas("Choice", [{"values": "a", "points": 10.0},
                                           {"values": "b", "points": 5.0}]))
    assert (told.type, told.stem, told.shares) == (
        "single_choice", "Q", (("one", "1.000"), ("two", "0.500")))
    [told] = tell_canvas(canvas("Numeric", [{"values": ["r", "m", "77.0", "7.0", "absolute"]}]))
    assert (told.type, told.right) == ("numeric", (("77", "7"),))
    [told] = tell_canvas(canvas("FillBlank", [{"values": "Santa", "id": "response1"}]))
    assert (told.type, told.right) == ("short_text", (("santa", "0"),))
    [told] = tell_canvas(canvas("Ordering", [{"values": "b"}, {"values": "a"}]))
    assert (told.right, told.title, told.stem) == ((("two",), ("one",)), "T", "Q")
    [told] = tell_canvas(canvas("HotSpot", []))
    assert told.type == ""
    [told] = tell_canvas({"items": [{"kind": "stimulus", "title": "S", "body": "<p>Read</p>"}]})
    assert (told.type, told.stem) == ("information", "Read")


def test_our_reading_agrees_with_canvas():
    imported = read(old(old_item(mat("Q") + lid(*AB), cond(eq("a"), 100))), "qti12")
    score = compared(imported, tell_canvas(canvas("Choice", [{"values": "a", "points": 100.0}])))
    assert [score.part(name) for name in ("number", "type", "right", "shares")] == [1, 1, 1, 1]


def test_one_of_several_that_may_only_be_one_is_a_single_choice():
    one = answers("a", cardinality="multiple")
    [told] = tell_sdk(sdk(asks("choice", CHOICES, maxChoices=1), responses=[one]))
    assert told.type == "single_choice"
    [told] = tell_sdk(sdk(asks("choice", CHOICES, maxChoices=0), responses=[one]))
    assert told.type == "multiple_choice"


def test_a_choice_that_canvas_marks_by_nothing_has_no_right_option():
    [told] = tell_canvas(canvas("Choice", []))
    assert (told.type, told.right) == ("single_choice", ())


def test_canvas_says_which_choices_may_be_several():
    one = {"values": "a", "points": 1, "rcardinality": "Multiple"}
    [told] = tell_canvas(canvas("Choice", [one]))
    assert told.type == "multiple_choice"


def test_points_of_entries_are_parts_of_the_best():
    mapped = answers("York", kind="string", mapping={"entries": [("York", 4), ("Leeds", 1)]})
    [told] = tell_sdk(sdk(asks("textEntry"), responses=[mapped]))
    assert (told.type, told.shares) == ("short_text", (("leeds", "0.250"), ("york", "1.000")))
    nothing = answers("York", kind="string", mapping={"entries": [("York", 0)]})
    [told] = tell_sdk(sdk(asks("textEntry"), responses=[nothing]))
    assert told.shares == (("york", "1.000"),)


def test_points_of_a_choice_leave_open_what_is_right():
    mapped = answers("a", mapping={"entries": [("a", 1)]})
    [told] = tell_sdk(sdk(asks("choice", CHOICES), responses=[mapped]))
    assert (told.type, told.right, told.shares) == ("single_choice", None, None)


def test_categories_are_told_whichever_side_they_are_on():
    four = {"a": "A", "b": "B", "x": "X", "y": "Y"}
    for pairs, right in ((("a x", "b x"), (("a", "x"), ("b", "x"))),
                         (("x a", "x b"), (("a", "x"), ("b", "x"))),
                         (("a x", "b x", "y x"), (("a", "x"), ("b", "x"), ("y", "x")))):
        [told] = tell_sdk(sdk(asks("match", four), responses=[answers(*pairs)]))
        assert (told.type, told.right) == ("categorising", right)
    [told] = tell_sdk(sdk(asks("match", four), responses=[answers("a x")]))
    assert (told.type, told.right) == ("matching", None)


def test_words_that_are_left_over_have_no_gap():
    words = {"w": "winter", "s": "summer", "g": "", "h": ""}
    [told] = tell_sdk(sdk(asks("gapMatch", words), responses=[answers("w h", "q z")]))
    assert told.right == (("", "summer"), ("2", "winter"))


def test_an_essay_and_an_item_without_a_key_or_a_known_part_are_told_apart():
    [told] = tell_sdk(sdk(asks("extendedText"), responses=[answers()]))
    assert (told.type, told.stem, told.title) == ("essay", "Q", "T")
    parts = asks("textEntry", response="r1"), asks("upload", response="r2")
    both = [answers("x", name="r1"), answers("y", name="r2")]
    assert [each.type for each in tell_sdk(sdk(*parts, responses=both))] == [""]
    parts = asks("textEntry", response="r1"), asks("textEntry", response="r2")
    assert [each.type for each in tell_sdk(sdk(*parts, responses=both[:1]))] == [""]


def test_canvas_questions_are_truths_or_several_by_what_marks_them():
    truths = [{"id": "a", "text": "True"}, {"id": "b", "text": "<p>False</p>"}]
    [told] = tell_canvas(canvas("Choice", [{"values": "b", "points": 1}], answers=truths))
    assert (told.type, told.right, told.shares) == (
        "true_false", (("false",),), (("false", "1.000"),))
    [told] = tell_canvas(canvas("Choice", [{"values": "a"}, {"values": "b"}]))
    assert (told.type, told.right, told.shares) == ("multiple_choice", (("one",), ("two",)), None)
    [told] = tell_canvas(canvas("Choice", [{"values": "a"}]))
    assert (told.type, told.right) == ("single_choice", (("one",),))
    [told] = tell_canvas(canvas("Choice", [{"values": "a", "points": 4},
                                           {"values": "b", "points": -2}]))
    assert (told.type, told.right) == ("single_choice", (("one",),))


def test_canvas_items_are_told_once_and_those_of_other_banks_never():
    one = {"kind": "item", "identifier": "i", "title": "T", "interaction": "EssayInteraction",
           "prompt": "Q"}
    entry = {"kind": "bank_entry", "identifier": "x"}
    bare = {**one, "identifier": ""}
    told = tell_canvas({"assessments": [{"items": [one, entry, bare]}, {"items": [one, bare]}, {}]})
    assert [(each.title, each.stem) for each in told] == [("T", "Q")] * 3
    assert len(tell_canvas({"items": [one, one, entry]})) == 2


def test_words_of_canvas_keep_their_stem():
    [told] = tell_canvas(canvas("FillBlank", [{"values": "Santa", "id": "response1"}]))
    assert (told.title, told.stem) == ("T", "Q")
    [told] = tell_canvas(canvas("FillBlank", [{"values": "Santa", "id": "other"}]))
    assert told.right is None
