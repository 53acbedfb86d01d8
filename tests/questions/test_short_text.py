"""Short text: what is the same answer, and what its writer is told."""

import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.questions import ShortText
from isotrain.questions.contract import BadResponse, Unkept
from isotrain.questions.draft import Option
from isotrain.questions.writing.comparing import fits, literal, readable
from isotrain.questions.writing.entry import LIMIT

from .strategies import laws, one, texts, zero

question = ShortText.examples()[0].question


@pytest.mark.parametrize(("given_text", "accepted"), [
    ("Certification Body", "certification body"),
    ("  two   words ", "two words"),
    ("two\u00a0words", "two words"),
    ("it\u2019s", "it's"),
    ("\u201cquoted\u201d", '"quoted"'),
    ("\u00abquoted\u00bb", '"quoted"'),
    ("third\u2011party", "third-party"),
    ("2015\u20132020", "2015-2020"),
    ("\ufb01nding", "finding"),
    ("caf\u0065\u0301", "caf\u00e9"),
    ("STRASSE", "Stra\u00dfe"),
    ("so\u00adft", "soft"),
    ("Audits of suppliers", "audit* of *"),
    ("", "*"),
    ("five * stars", r"five \* stars"),
])
def test_the_same_answer_however_it_is_typed(given_text, accepted):
    assert fits(given_text, accepted, case=False)


@pytest.mark.parametrize(("given_text", "accepted"), [
    ("body", "certification body"), ("audit of", "audit* of *"), ("aba", "ab*ba"),
    ("five stars", r"five \* stars"), ("five x stars", r"five \* stars"), ("a-c-b", "a*b*c"),
    ("resume", "r\u00e9sum\u00e9"),
])
def test_another_answer(given_text, accepted):
    assert not fits(given_text, accepted, case=False)


def test_case_counts_where_its_writer_says_so():
    assert fits("ISO", "ISO", case=True) and not fits("iso", "ISO", case=True)
    exact = replace(question, case=True)
    assert exact.instruction != question.instruction


@laws()
@given(st.lists(st.text("ab *", max_size=4), min_size=1, max_size=4), st.text("ab ", max_size=12))
def test_wildcards_agree_with_a_plain_search(parts, text):
    """The reference tries every way to cut the text; short enough here."""
    accepted = "*".join(part.replace("*", "") for part in parts)

    def matches(pattern, rest):
        if not pattern:
            return not rest
        if pattern[0] == "*":
            return any(matches(pattern[1:], rest[n:]) for n in range(len(rest) + 1))
        return bool(rest) and rest[0] == pattern[0] and matches(pattern[1:], rest[1:])

    levelled = " ".join(text.split())
    assert fits(text, accepted, case=False) == matches(" ".join(accepted.split()), levelled)


def test_no_pattern_makes_an_answer_slow():
    began = time.perf_counter()
    assert not fits("a" * LIMIT, "a*" * 249 + "b", case=False)
    assert time.perf_counter() - began < 0.5


@laws()
@given(texts)
def test_a_text_fits_itself_once_its_stars_are_meant(text):
    accepted = text.replace("\\", "").replace("*", r"\*")
    assert fits(text.replace("\\", ""), accepted, case=True)


def test_patterns_are_shown_and_spoken_without_their_signs():
    assert readable(r"*certif* \* body") == "\u2026certif\u2026 * body"
    assert (literal(r"*certif* \* body"), readable("*")) == ("certif * body", "*")


def test_the_first_answer_that_fits_counts():
    turned = replace(question, answers=(Option("*certif*", zero, "No."), *question.answers))
    assert turned.mark("certification body") == zero
    assert turned.review("certification body", [], key=True).feedback == "No."


def test_the_solution_is_a_text_that_earns_everything():
    assert question.solution() == "certification body"
    assert replace(question, answers=(Option("plan *", one),)).solution() == "plan x"
    hidden = (Option("plan", zero), Option("plan", one))
    assert replace(question, answers=hidden).solution() is None


def test_a_review_says_what_earned_what_only_with_the_key():
    told = question.review("the certifier", [], key=True)
    assert (told.share, told.feedback) == (Fraction(1, 2), "Name the body, not what it does.")
    assert [answer.text for answer in told.accepted] == [
        "certification body", "registrar", "\u2026certif\u2026"]
    silent = question.review("the certifier", [], key=False)
    assert (silent.given, silent.share, silent.feedback, silent.accepted) == (
        "the certifier", None, "", None)
    assert len(question.review(None, [], key=True).accepted) == 5


def test_what_is_too_long_is_refused_in_words_and_never_cut():
    assert question.read({"answer": ["x" * LIMIT]}, []) == "x" * LIMIT
    with pytest.raises(Unkept, match="501 characters; 500 are allowed"):
        question.read({"answer": ["x" * (LIMIT + 1)]}, [])
    with pytest.raises(BadResponse):
        question.mark("x" * (LIMIT + 1))


def found(*answers, **more):
    bad = replace(question, answers=answers, **more)
    return [(p.severity, p.place) for p in bad.problems()]


@pytest.mark.parametrize(("answers", "place"), [
    ((), "answers"),
    ((Option("a", Fraction(1, 2)),), "answers"),
    ((Option("a", one),) * 21, "answers"),
    ((Option("a", one), Option(" ", one)), "answer 2"),
    ((Option("a", one), Option("A", zero)), "answer 2"),
    ((Option("x" * 501, one),), "answer 1"),
    ((Option("a", one), Option("b", Fraction(-1, 2))), "answer 2, share"),
    ((Option("a", one), Option("*", zero), Option("b", one)), "answer 2"),
    ((Option("a", one), Option("*", Fraction(1, 2))), "answer 2"),
    ((Option("a", one, "\0"),), "answer 1, feedback"),
])
def test_what_its_writer_must_put_right(answers, place):
    assert ("error", place) in found(*answers)


def test_an_editor_changes_rows_without_losing_what_stands_in_them():
    sent = {"stem": ["So?"], "answer-1": ["a"], "answer-1-share": ["1/2"],
            "answer-2": ["b"], "answer-2-feedback": ["Hm."], "answer-3": [""], "case": ["y"]}
    rows = (Option("a", Fraction(1, 2)), Option("b", one, "Hm."))
    assert ShortText.edited(sent).answers == rows and ShortText.edited(sent).case
    assert ShortText.edited(sent, "add").answers == (*rows, Option("", one), Option("", one))
    assert ShortText.edited(sent, "remove-1").answers == (rows[1], Option("", one))
    assert ShortText.edited(sent, "remove-9").answers == (*rows, Option("", one))
    assert ShortText("", ()).rows == (Option("", one),)


def test_a_translation_may_accept_other_words_and_more_of_them():
    german = ShortText("Wer?", (Option("Zertifizierer", one), Option("Stelle", one),
                                Option("Amt", Fraction(1, 2)), Option("*", zero)))
    assert german.judging() == question.judging()


def test_an_answer_that_stands_there_already_is_named_with_the_first():
    question = ShortText("Who?", (Option("ISO", Fraction(1)), Option("iso", Fraction(1, 2))))
    assert ("answer 2", "The answer is the same as answer 1.") in [
        (problem.place, problem.message) for problem in question.problems()]
