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
    assert told.right == (("two",), ("one",))
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
