"""Ways of guessing: what each earns, and how far chance alone may carry it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain.linting import chances
from isotrain.linting.checking import WHY, lint
from isotrain.linting.guessing import guesses
from isotrain.linting.seen import Seen
from isotrain.linting.strategies import LEARNING, STRATEGIES
from isotrain.questions import TYPES, question_of
from isotrain.questions.draft import Draft, Option
from isotrain.text import level
from tests.linting.test_checks import multiple, placed, single, statement

PLAY = {strategy.name: strategy.play for strategy in STRATEGIES}
texts = st.text("abcde ,", max_size=30).map("a{}".format)
singles = st.builds(
    lambda stem, options, key: Draft(
        "", "single_choice", stem, language="en",
        options=tuple(Option(text, Fraction(n == key % len(options)))
                      for n, text in enumerate(options))),
    texts, st.lists(texts, min_size=2, max_size=5, unique_by=level), st.integers(0, 59))


def ordering(*texts_, rule="all_or_nothing"):
    return replace(single(), type="ordering", options=tuple(map(Option, texts_)), rule=rule)


NUMBERS = single("How many?", "7", ("3", "12"))
PLAIN = single("Who is it?", "A body of many experts", ("An office", "Nobody, it is said"))
HEDGED = single("When is it?", "Usually in spring", ("Always in spring", "In late spring"))
PAIRS = (("Blue cup", "A blue thing"), ("Old hat", "A thing that is old"))
BOXES = (("A", "Here"), ("B", "Here"), ("C", "There"))


@pytest.mark.parametrize(("name", "draft", "earns"), [
    ("longest", PLAIN, 1), ("shortest", PLAIN, 0), ("most-words", PLAIN, 1),
    ("fewest-words", PLAIN, 0), ("first", PLAIN, 1), ("middle", PLAIN, 0), ("last", PLAIN, 0),
    ("comma", PLAIN, 0), ("hedged", HEDGED, 1), ("hedged", PLAIN, 1 / 3),
    ("hedged-or-shortest", HEDGED, 1), ("hedged-or-shortest", PLAIN, 0),
    ("no-absolutes", HEDGED, 1 / 2), ("most-absolutes", HEDGED, 0),
    ("middle-number", NUMBERS, 1), ("middle-number", PLAIN, 1 / 3),
    ("stem-words", single("Who bakes bread?", "The bread baker", ("A cook", "A smith")), 1),
    ("most-like", single("What?", "green apple tree", ("green apple", "apple tree")), 1),
    ("least-like", single("What?", "green apple tree", ("green apple", "blue sea")), 0),
    ("tick-all", multiple(), 0), ("tick-all", multiple(rule="equal_parts", wrong=("A",)), 1 / 2),
    ("all-but-odd", multiple(right=("red cup", "red hat"), wrong=("blue sea",)), 1),
    ("right-number", multiple(rule="all_or_nothing"), 1 / 6),
    ("always-false", statement("ISO audits.", False), 1),
    ("always-true", statement("ISO audits.", False), 0),
    ("shared-word", placed("matching", PAIRS), 1),
    ("alphabet", placed("matching", (("a", "2"), ("b", "1"))), 0),
    ("alphabet", placed("matching", (("a", "1"), ("b", "2"))), 1),
    ("shortest-first", ordering("a", "bbb", "cc"), 0),
    ("shortest-first", ordering("c", "bb", "aaa"), 1),
    ("ordered-by-alphabet", ordering("a", "c", "b", rule="neighbours"), 0),
    ("ordered-by-alphabet", ordering("a", "b", "c"), 1),
    ("one-box", placed("categorising", BOXES), 2 / 3),
])
def test_a_way_of_guessing_earns_what_the_question_gives(name, draft, earns):
    assert PLAY[name](Seen(draft)) == pytest.approx(earns)


def test_every_way_is_tried_above_and_has_its_sentence():
    tried = {mark.args[1][n][0] for mark in
             test_a_way_of_guessing_earns_what_the_question_gives.pytestmark
             for n in range(len(mark.args[1]))}
    assert tried == set(PLAY)
    assert all(WHY[f"guess-{name}"] for name in [*PLAY, LEARNING.name])


@given(singles)
def test_every_way_earns_between_nothing_and_everything(draft):
    for strategy in STRATEGIES:
        if strategy.type == "single_choice":
            assert 0 <= strategy.play(Seen(draft)) <= 1 + 1e-9


@settings(max_examples=30)
@given(st.lists(singles, min_size=2, max_size=5))
def test_scores_of_random_banks_are_shares_and_chance_is_that_of_the_types(drafts):
    found = guesses([Seen(draft) for draft in drafts])
    chance = sum(question_of(draft).chance() for draft in drafts) / len(drafts)
    assert {guess.part for guess in found} == {"exam"}
    for guess in found:
        assert guess.number == len(drafts)
        assert 0 <= guess.earned <= 1 + 1e-9
        assert guess.chance == pytest.approx(float(chance))
        assert guess.chance <= guess.limit <= 1


@given(singles)
def test_over_all_keys_a_way_of_guessing_earns_what_chance_does(draft):
    """Whatever it goes by, of the options it chooses each may be the key as well."""
    count = len(draft.options)
    for strategy in STRATEGIES:
        if strategy.type == "single_choice":
            earned = sum(strategy.play(Seen(replace(draft, options=tuple(
                option._replace(share=Fraction(n == key))
                for n, option in enumerate(draft.options))))) for key in range(count))
            assert earned / count == pytest.approx(1 / count)


def test_what_the_others_teach_does_not_know_the_question_itself():
    """Keys that are long in all but one teach to choose the long one there as well."""
    long = [single(f"Question {n}?", "A rather long right option", ("Short", "Brief"))
            for n in range(9)]
    odd = single("Question 9?", "Small", ("A rather long wrong option", "Brief"))
    [learned] = [guess for guess in guesses([Seen(draft) for draft in [*long, odd]])
                 if guess.strategy == "learned"]
    assert learned.hits == pytest.approx(9)


def test_exam_and_practice_are_apart():
    found = guesses([Seen(PLAIN), Seen(replace(PLAIN, use="practice")),
                     Seen(replace(NUMBERS, use="practice"))])
    number = {guess.part: guess.number for guess in found if guess.strategy == "longest"}
    assert number == {"exam": 1, "practice": 2}


def test_a_bank_in_which_the_long_one_is_right_is_over_the_limit():
    drafts = [replace(single(f"Part {n}?", "A rather long right option", ("Short", "Brief")),
                      external_id=f"Q-{n}") for n in range(12)]
    report = lint(drafts)
    alerts = {finding.found_by: finding for finding in report.bank}
    assert alerts["guess-longest"].severity == "warning"
    assert alerts["guess-longest"].measured.number == 12
    assert alerts["guess-first"].severity == "note"  # learners see another order
    shown = lint([replace(draft, shuffle=False) for draft in drafts]).bank
    assert ("guess-first", "warning") in {(each.found_by, each.severity) for each in shown}
    assert "guess-shortest" not in alerts


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.name)
def test_what_is_not_whole_is_not_guessed_at(type_):
    assert guesses([Seen(type_.blank().draft())]) == ()


def exactly(number, chance, hits):
    """Return the probability of at most so many hits, in fractions."""
    return sum(comb(number, k) * chance**k * (1 - chance)**(number - k) for k in range(hits + 1))


@given(st.integers(1, 60), st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20))
def test_the_binomial_limit_is_the_smallest_that_chance_keeps_at_95(number, chance):
    limit = chances.binomial_limit(number, float(chance))
    assert exactly(number, chance, limit) >= Fraction(95, 100) - Fraction(1, 10**9)
    if limit:
        assert exactly(number, chance, limit - 1) < Fraction(95, 100) + Fraction(1, 10**9)


@given(st.integers(1, 400), st.floats(0.01, 0.99))
def test_what_is_allowed_is_never_below_chance_and_five_points(number, chance):
    assert min(1, chance + 0.05) <= chances.allowed(number, chance) <= 1


@pytest.mark.parametrize(("number", "chance", "limit"), [(20, 0.25, 8), (0, 0.5, 0), (5, 0, 0),
                                                         (5, 1, 5), (15_000, 0.25, 3838)])
def test_binomial_limits_of_tables(number, chance, limit):
    assert chances.binomial_limit(number, chance) == pytest.approx(limit, abs=2 * (number > 999))


@pytest.mark.parametrize(("counts", "figure"), [((10, 5, 3, 2), 7.6), ((5, 5, 5, 5), 0),
                                                ((0, 0), 0)])
def test_chi_square_of_known_counts(counts, figure):
    assert chances.chi_square(counts) == pytest.approx(figure)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_shares_are_unequal_either_way_round(some, rest, others, rest_of_others):
    of, of_others = some + rest, others + rest_of_others
    assert (chances.unequal(some, of, others, of_others)
            == chances.unequal(others, of_others, some, of))
    assert not chances.unequal(some, of, some, of)
