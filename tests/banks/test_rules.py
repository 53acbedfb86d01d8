"""What makes a version of a question, without a database."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain.banks import difference
from isotrain.banks.rules import (
    Defaults,
    Vocabulary,
    Written,
    advice,
    hindrances,
    name_of,
    settle,
)
from isotrain.questions import TYPES, MultipleChoice, SingleChoice, TrueFalse
from isotrain.questions import draft as neutral
from isotrain.questions.draft import Draft
from isotrain.questions.options import Option, lettered
from tests.banks.making import a_draft

COURSE = Vocabulary({"audits": "Audits"}, frozenset({"C01"}))
FREE = Vocabulary()


def places(problems):
    return [problem.place for problem in problems]


def test_a_complete_version_has_no_hindrance():
    written = settle(a_draft(fact="C01"), COURSE, language="en").written
    assert hindrances(written) == ()


def test_topic_difficulty_fact_and_explanation_are_needed_for_approval():
    draft = a_draft(topic="", difficulty=None, explanation="")
    written = settle(draft, COURSE, language="en").written
    assert places(hindrances(written)) == ["topic", "difficulty"]
    assert places(advice(written, COURSE)) == ["explanation", "fact"]


def test_a_bank_without_a_course_needs_no_fact():
    written = settle(a_draft(), FREE, language="en").written
    assert advice(written, FREE) == ()


def test_a_question_without_a_right_answer_makes_no_version():
    draft = a_draft()
    keyless = replace(draft, options=tuple(o._replace(share=0) for o in draft.options))
    settled = settle(keyless, FREE, language="en")
    assert settled.written is None
    assert [p.message for p in settled.problems] == ["No option is right."]


def test_a_type_that_nobody_knows_makes_no_version_and_is_named():
    settled = settle(Draft(place="line 1", type="hotspot", stem="Click."), FREE, language="en")
    assert settled.written is None
    assert [(p.place, p.message) for p in settled.problems] == [
        ("line 1, type", 'The type "hotspot" is unknown.')]


def test_unknown_topics_facts_and_uses_are_named_and_left_open():
    draft = a_draft(topic="cooking", fact="Z99", use="fun", place="row 3")
    settled = settle(draft, COURSE, language="en", defaults=Defaults(topic="audits"))
    assert places(settled.problems) == ["row 3, topic", "row 3, use", "row 3, fact"]
    assert (settled.written.topic, settled.written.fact, settled.written.use) == (
        "audits", None, "exam")


def test_a_difficulty_that_is_no_band_is_left_open():
    settled = settle(a_draft(difficulty=7), FREE, language="en")
    assert places(settled.problems) == ["difficulty"]
    assert settled.written.difficulty is None


def test_what_a_file_does_not_say_stays_as_it_was():
    before = a_draft(fact="C01", use="practice", enemies="group")
    before = replace(before, options=tuple(o._replace(feedback=f"on {o.text}")
                                           for o in before.options))
    silent = replace(a_draft(explanation=""), topic="", difficulty=None)
    settled = settle(silent, COURSE, language="en", before=before)
    assert settled.written.hash == settle(before, COURSE, language="en").written.hash


def test_defaults_hold_only_where_nothing_else_says():
    defaults = Defaults("other", 3, "practice")
    said = settle(a_draft(use="exam"), FREE, language="en", defaults=defaults).written
    silent = settle(a_draft(topic="", difficulty=None), FREE, language="en",
                    defaults=defaults).written
    assert (said.topic, said.difficulty, said.use) == ("audits", 1, "exam")
    assert (silent.topic, silent.difficulty, silent.use) == ("other", 3, "practice")


def test_the_same_text_in_another_unicode_form_is_the_same_version():
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    hashes = {settle(a_draft(stem), FREE, language="en").written.hash
              for stem in (composed, decomposed)}
    assert len(hashes) == 1


def test_questions_are_the_same_whatever_their_key_order_and_case():
    one = a_draft("Who  CERTIFIES?", right="ISO", wrong=("An accreditation body",
                                                       "a certification BODY"))
    assert one.asks == a_draft().asks
    assert a_draft(wrong=("ISO", "Somebody else")).asks != a_draft().asks


def test_every_question_type_comes_back_from_its_draft():
    for type_ in TYPES:
        for example in type_.examples():
            written = settle(example.question.draft(), FREE, language="en").written
            again = settle(written.draft(), FREE, language="en").written
            assert again.question == written.question
            assert again.hash == written.hash


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_a_name_is_one_visible_line_and_naming_again_changes_nothing(text):
    name = name_of(text)
    assert len(name) <= 100
    assert "\n" not in name and "\x00" not in name
    assert name_of(name) == name


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_of_a_difference_are_the_two_texts(before, after):
    pieces = difference.pieces(before, after)
    assert "".join(text for kind, text in pieces if kind != "come") == before
    assert "".join(text for kind, text in pieces if kind != "gone") == after


# What version 0.1.0 made of these: the hash with topic, difficulty, fact, use and enemies.
HASHES = (
    (SingleChoice("Who certifies?", (
        Option("a", "A body", True), Option("b", "ISO", False, "It writes.", Fraction(1, 3))),
        "So.", shuffle=False),
     "d7d29b2c2eaf329abebc7dac9ff20e8e3b273315d430db6209450bd38f566d3f"),
    (MultipleChoice("Which?", lettered("Plan", "Do", "Guess", right="ab"), rule="equal_parts"),
     "02b730d9075f18bec7e69b26eba2e3eed645a33746697853a345f0eea67e4d2c"),
    (TrueFalse("ISO certifies.", False, "No.", "It writes."),
     "dde24ecb37d6cfda3a2422d2603fdff68c14802922c7535b925ef106ba23d54c"),
)


@pytest.mark.parametrize(("question", "hash_"), HASHES)
def test_what_was_written_before_keeps_its_hash_and_what_is_new_changes_it(question, hash_):
    said = Written(question, topic="iso", difficulty=2, facts=("A12",), use="practice",
                   enemies="g")
    assert said.hash == hash_
    others = {replace(said, **change).hash for change in (
        {"facts": ("A12", "B1")}, {"facts": ("B1", "A12")}, {"module": "m1"},
        {"language": "de"}, {"facts": ()})}
    assert len(others | {hash_}) == 6


def test_several_facts_and_a_module_are_known_or_named():
    vocabulary = Vocabulary({"audits": "Audits"}, frozenset({"C01", "C02"}), {"m1": "One"})
    draft = replace(a_draft(place="row 3"), facts=("C02", "Z9", "C01", "C02"), module="m9")
    settled = settle(draft, vocabulary, language="en")
    assert places(settled.problems) == ["row 3, module", "row 3, fact"]
    assert (settled.written.facts, settled.written.module) == (("C02", "C01"), None)
    kept = settle(replace(draft, module="m1", facts=("C01",)), vocabulary, language="en").written
    assert (kept.fact, kept.module, kept.draft().module) == ("C01", "m1", "m1")


def test_things_to_put_in_order_are_compared_without_a_word_on_what_is_right(app):
    before = Draft("", "ordering", "What?", options=(neutral.Option("Plan"), neutral.Option("Do")))
    after = replace(before, options=before.options[::-1])
    [first, second] = difference.differences(before, after)
    assert first.pieces == (("gone", "Plan"), ("come", "Do"))
    assert second.pieces == (("gone", "Do"), ("come", "Plan"))
