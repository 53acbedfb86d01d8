"""What is weaker than what, as a pure rule: never than itself, and one way only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.quizzes.rules import FEEDBACK, Rules, demands, weakened, weaker

CELL = st.fixed_dictionaries({"difficulty": st.integers(1, 3), "count": st.integers(1, 20)})
VERSIONS = st.builds(
    demands,
    st.builds(Rules, minutes=st.integers(0, 60), pass_mark=st.integers(1, 100),
              attempts=st.integers(0, 5), wait_hours=st.integers(0, 48),
              feedback=st.sampled_from(FEEDBACK)),
    st.lists(CELL, min_size=1, max_size=4))


def exam(count=10, difficulty=2, **rules):
    return demands(Rules(**{"minutes": 30, "attempts": 3, "wait_hours": 24, **rules}),
                   [{"count": count, "difficulty": difficulty}])


@given(VERSIONS)
def test_no_version_is_weaker_than_itself(version):
    assert weaker(version, version) == ()


@given(VERSIONS, VERSIONS)
def test_what_is_weaker_one_way_is_not_weaker_the_other_way(one, other):
    assert not set(weaker(one, other)) & set(weaker(other, one))


@given(VERSIONS, VERSIONS)
def test_two_versions_differ_in_a_rule_exactly_when_one_is_weaker_in_it(one, other):
    differing = {rule for rule in one if one[rule] != other[rule]}
    assert set(weaker(one, other)) | set(weaker(other, one)) == differing


@given(VERSIONS, VERSIONS, VERSIONS)
def test_weaker_than_the_weaker_is_weaker_than_the_first(one, two, three):
    assert set(weaker(one, two)) & set(weaker(two, three)) <= set(weaker(one, three))


@pytest.mark.parametrize(("rule", "strong", "weak"), [
    ("pass_mark", {"pass_mark": 80}, {"pass_mark": 79}),
    ("attempts", {"attempts": 3}, {"attempts": 4}),
    ("attempts", {"attempts": 99}, {"attempts": 0}),
    ("wait_hours", {"wait_hours": 1}, {"wait_hours": 0}),
    ("minutes", {"minutes": 30}, {"minutes": 31}),
    ("minutes", {"minutes": 600}, {"minutes": 0}),
    ("feedback", {"feedback": "topics"}, {"feedback": "explanations"}),
    ("feedback", {"feedback": "explanations"}, {"feedback": "answers"}),
    ("questions", {"count": 10}, {"count": 9}),
    ("difficulty", {"difficulty": 2}, {"difficulty": 1}),
])
def test_each_rule_at_its_boundary(rule, strong, weak):
    assert weaker(exam(**strong), exam(**weak)) == (rule,)
    assert weaker(exam(**weak), exam(**strong)) == ()


def test_words_and_order_make_nothing_weaker():
    assert weaker(exam(), exam(pass_mark_basis="Another reason", order="blueprint")) == ()


def entry(rule, before, after, *, alone):
    return {"rule": rule, "before": before, "after": after, "alone": alone}


def test_what_is_weaker_is_kept_with_who_decided_it():
    kept = weakened([], exam(pass_mark=80), exam(pass_mark=60), alone=True)
    assert kept == [entry("pass_mark", 80, 60, alone=True)]


def test_a_later_version_keeps_it_until_the_rule_asks_as_much_again():
    kept = [entry("pass_mark", 80, 60, alone=True)]
    same = weakened(kept, exam(pass_mark=60), exam(pass_mark=60), alone=False)
    assert same == kept
    half = weakened(kept, exam(pass_mark=60), exam(pass_mark=79), alone=False)
    assert half == [entry("pass_mark", 80, 79, alone=True)]
    assert weakened(kept, exam(pass_mark=60), exam(pass_mark=80), alone=False) == []


def test_weaker_in_steps_is_told_from_where_it_began():
    kept = [entry("attempts", 3, 5, alone=False)]
    now = weakened(kept, exam(attempts=5), exam(attempts=0, pass_mark=70), alone=True)
    assert sorted(now, key=lambda each: each["rule"]) == [
        entry("attempts", 3, 0, alone=True), entry("pass_mark", 80, 70, alone=True)]


@given(VERSIONS, VERSIONS, VERSIONS, st.booleans())
def test_what_is_kept_is_what_is_weaker_than_before(one, two, three, alone):
    kept = weakened([], one, two, alone=alone)
    assert {each["rule"] for each in kept} == set(weaker(one, two))
    later = weakened(kept, two, three, alone=alone)
    assert {each["rule"] for each in later} >= set(weaker(two, three))
    assert all(each["after"] == three[each["rule"]] for each in later)
