"""Texts: tidied, folded, levelled, made into addresses."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isotrain.text import SLUG_LIMIT, fold, level, slugs, tidy, typed, whole

TEXTS = st.text(st.characters(exclude_categories=())) | st.text("aÀ²ﬁＡ \u00a0\u200b\r\n\t\0\ufeff")


@given(TEXTS)
@example("\0 a")
@example("a\u0301\r\r\n")
def test_doing_it_twice_changes_nothing(text):
    for make in (tidy, typed, fold, level):
        assert make(make(text)) == make(text)


@given(TEXTS)
def test_a_tidy_text_is_composed_with_one_kind_of_line_end_and_no_space_around(text):
    found = tidy(text)
    assert "\r" not in found and found == unicodedata.normalize("NFC", found)
    assert found == found.strip() and found[:1] != "\ufeff" != found[-1:]


@given(TEXTS)
def test_what_is_typed_loses_its_control_characters_and_nothing_else(text):
    kept = {c for c in typed(text) if unicodedata.category(c) in ("Cc", "Cs")}
    assert kept <= {"\n", "\t"}
    plain = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))
    assert typed(plain) == tidy(plain)


def test_nothing_typed_is_an_empty_text():
    assert typed(None) == typed("") == ""


@pytest.mark.parametrize(("one", "other"), [
    ("Ada  Lee", " ada\u00a0lee "), ("STRASSE", "straße"), ("Ａda", "ada"), ("a\u200bda", "ADA"),
    ("Zoe\u0308", "zoë"), ("ﬁne", "FINE"), ("P\u00ad-1", "p-1"),
])
def test_names_that_look_alike_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Ada", "Adá"), ("a b", "ab"), ("1", "l"), ("ı", "i")])
def test_names_that_differ_stay_apart(one, other):
    assert fold(one) != fold(other)


def test_answers_are_levelled_less_than_names_are_folded():
    assert level(" Which\nISO  is it?") == level("which iso is IT?")
    assert level("10²") != level("102") and fold("10²") == fold("102")


def test_a_title_gives_an_address_and_more_when_that_is_taken():
    found = list(slugs("  Über ISO 9001: 2015! ", otherwise="bank"))
    assert found[:3] == ["uber-iso-9001-2015", "uber-iso-9001-2015-2", "uber-iso-9001-2015-3"]
    assert len(found) == len(set(found)) == 49


@given(st.text())
@example("a" * SLUG_LIMIT + "-b")
@example("-" * 60 + "a" * 60)
@example("a" * 49 + "--b")
def test_an_address_holds_letters_digits_and_single_hyphens(title):
    slug = next(slugs(title, otherwise="quiz"))
    assert 1 <= len(slug) <= SLUG_LIMIT
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug.strip("-") == slug and "--" not in slug


def test_a_title_without_a_latin_letter_takes_the_other_word():
    assert next(slugs("質問集", otherwise="quiz")) == "quiz"


@pytest.mark.parametrize(("text", "number"), [
    ("0", 0), ("42", 42), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), (None, None),
    ("-1", None), ("1.5", None), (" 1", None), ("٣", None), ("²", None)])
def test_a_whole_number_is_plain_digits_and_not_too_many(text, number):
    assert whole(text) == number
