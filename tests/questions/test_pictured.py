"""Pictures in texts: which are referred to, what stands for them, what is wrong with them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from isotrain.questions.draft import Draft, Option
from isotrain.questions.pictured import (
    MISSING,
    addressed,
    check_pictures,
    is_kept,
    named,
    pictures_in,
    reference,
    shown_at,
    worded,
)

ADDRESS = f"{'ab' * 32}/640x480"
SIGN = reference("A round sign", ADDRESS)


def test_a_reference_says_which_picture_how_large_and_what_it_shows():
    shown, = pictures_in(f"Look: {SIGN} What is it?")
    assert (shown.alt, shown.sha256, shown.width, shown.height) == (
        "A round sign", "ab" * 32, 640, 480)
    assert shown_at(SIGN, 0) == (shown, len(SIGN)) and shown_at(SIGN, 1) is None


def test_where_no_picture_can_be_shown_stand_its_words_and_never_its_hash():
    assert worded(f"What is {SIGN}?") == "What is [A round sign]?"
    assert worded(f"What is {reference('', ADDRESS)}?") == "What is […]?"


def test_an_outer_address_is_no_picture():
    for text in ("![x](https://evil.example/x.png)", "![x](data:image/png;base64,AA)",
                 "![x](/pictures/x)", "![x] (picture:x)"):
        assert list(pictures_in(text)) == [] and worded(text) == text


@given(st.text(), st.text(min_size=1, max_size=100))
def test_any_words_and_any_name_make_one_reference(alt, name):
    shown, = pictures_in(named(alt, name))
    seen = []
    addressed(named(alt, name), lambda told: seen.append(told) or "")
    assert seen == [name] and "[" not in shown.alt and "]" not in shown.alt


@given(st.text())
def test_a_text_without_pictures_stays_as_it_is(text):
    if "picture:" not in text:
        assert worded(text) == text == addressed(text, lambda _name: "x")


def test_a_picture_that_is_not_there_is_named_and_one_without_words_a_warning():
    missing, = check_pictures("stem", named("A sign", "sign 1.png"))
    assert (missing.template, missing.params["name"]) == (MISSING, "sign 1.png")
    assert missing.severity == "warning"  # the question waits as a draft
    wordless, = check_pictures("stem", reference(" ", ADDRESS))
    assert wordless.severity == "warning"
    assert list(check_pictures("stem", SIGN)) == []


def test_a_draft_names_the_pictures_of_all_its_texts_and_tells_them_anew():
    draft = Draft("1", "single_choice", SIGN, explanation=reference("b", "b"),
                  options=(Option(reference("c", "c"), Fraction(1), reference("d", "d")),),
                  pairs=((reference("e", "e"), "x"),), more={"points": [reference("f", "f")]})
    assert set(draft.pictures) == {ADDRESS, *"bcdef"}
    told = draft.retold(lambda text: addressed(text, lambda name: name.upper()))
    assert set(told.pictures) == {ADDRESS.upper(), *"BCDEF"}
    assert draft.title == "[A round sign]"


def test_only_a_whole_address_is_that_of_a_kept_picture():
    assert is_kept(ADDRESS)
    assert not any(map(is_kept, (f"{ADDRESS}0000", f"x{ADDRESS}", "sign.png", "")))
