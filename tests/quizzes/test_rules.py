"""Who may start when, when an answer is late, and who sees what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.attempts.rules import GRACE, Past, Viewer, Visible, is_late, standing, visible
from isotrain.quizzes.rules import FEEDBACK, Rules, problems

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def failed(number, days_ago=10, *, extra=False):
    return Past(number, "submitted", NOON - days_ago * DAY, False, extra)


def passed(number, days_ago=10):
    return Past(number, "submitted", NOON - days_ago * DAY, True, False)


def test_without_attempts_everything_is_left():
    stands = standing(Rules(attempts=3), [], NOON)
    assert (stands.used, stands.left, stands.next_at, stands.may_start) == (0, 3, None, True)


def test_every_failed_attempt_uses_one_up():
    stands = standing(Rules(attempts=3), [failed(1), failed(2), failed(3)], NOON)
    assert (stands.left, stands.may_start) == (0, False)


def test_an_expired_attempt_uses_one_up_as_well():
    past = [Past(1, "expired", NOON - 2 * DAY, False, False)]
    assert standing(Rules(attempts=1), past, NOON).left == 0


def test_a_pass_begins_the_count_anew_so_that_a_certificate_can_be_renewed():
    stands = standing(Rules(attempts=3), [failed(1), failed(2), passed(3)], NOON)
    assert (stands.used, stands.left) == (0, 3)


def test_no_limit_means_that_nothing_is_counted_down():
    assert standing(Rules(attempts=0), [failed(n) for n in range(1, 9)], NOON).left is None


def test_one_that_was_given_is_one_more_and_uses_none_of_the_limit():
    past = [failed(1), failed(2, extra=True)]
    stands = standing(Rules(attempts=2), past, NOON)
    assert (stands.used, stands.left, stands.extra) == (2, 1, True)
    stands = standing(Rules(attempts=2), [*past, failed(3)], NOON)
    assert (stands.used, stands.left, stands.extra) == (2, 0, False)
    stands = standing(Rules(attempts=2), [*past, failed(3, extra=True)], NOON)
    assert (stands.left, stands.extra) == (1, True)


@pytest.mark.parametrize(("limit", "left"), [(1, 1), (2, 1), (3, 2), (0, None)])
def test_one_that_was_given_is_there_whatever_becomes_of_the_limit(limit, left):
    assert standing(Rules(attempts=limit), [failed(1), failed(2, extra=True)], NOON).left == left


def test_a_pass_with_one_that_was_given_begins_the_count_anew():
    stands = standing(Rules(attempts=1), [failed(1, extra=True), passed(2)], NOON)
    assert (stands.used, stands.left, stands.extra) == (0, 1, False)


def test_one_that_was_given_does_not_shorten_the_wait():
    rules = Rules(attempts=1, wait_hours=24)
    assert standing(rules, [failed(1, days_ago=0, extra=True)], NOON).next_at == NOON + DAY


def test_the_wait_ends_exactly_when_its_hours_are_over():
    rules = Rules(wait_hours=24)
    for moment, may in ((-1, False), (0, True), (1, True)):
        at = NOON + timedelta(microseconds=moment)
        assert standing(rules, [failed(1, days_ago=1)], at).may_start is may


def test_the_wait_counts_from_the_latest_attempt():
    stands = standing(Rules(wait_hours=24), [failed(1, days_ago=5), failed(2, days_ago=0)], NOON)
    assert stands.next_at == NOON + DAY


@pytest.mark.parametrize(("after", "late"), [
    (timedelta(milliseconds=-1), False), (timedelta(0), False),
    (GRACE - timedelta(milliseconds=1), False), (GRACE, False),
    (GRACE + timedelta(milliseconds=1), True), (timedelta(days=1), True),
])
def test_an_answer_is_late_only_after_the_grace(after, late):
    assert is_late(NOON, NOON + after) is late


def test_without_a_deadline_nothing_is_late():
    assert not is_late(None, NOON)


def test_nobody_sees_anything_of_an_open_exam():
    for feedback, viewer, in_use in product(FEEDBACK, Viewer, (True, False)):
        assert visible(kind="exam", feedback=feedback, state="open", viewer=viewer,
                       in_use=in_use) == Visible()


@pytest.mark.parametrize("state", ["submitted", "expired"])
def test_the_owner_of_an_exam_sees_what_the_quiz_says_once_no_exam_draws_from_its_banks(state):
    seen = {f: visible(kind="exam", feedback=f, state=state, viewer=Viewer.OWNER, in_use=False)
            for f in FEEDBACK}
    assert seen["topics"] == Visible(score=True, seed=True)
    assert seen["explanations"] == Visible(score=True, missed=True, why=True, seed=True)
    assert seen["answers"] == Visible(score=True, missed=True, why=True, key=True, seed=True)


@pytest.mark.parametrize("state", ["submitted", "expired"])
def test_the_owner_of_an_exam_in_use_sees_scores_whatever_the_quiz_says(state):
    for feedback in FEEDBACK:
        assert visible(kind="exam", feedback=feedback, state=state, viewer=Viewer.OWNER,
                       in_use=True) == Visible(score=True, seed=True)


def test_who_oversees_sees_how_a_form_was_drawn_but_no_answers():
    for kind, feedback, state in product(("exam", "practice"), FEEDBACK, ("submitted", "expired")):
        seen = visible(kind=kind, feedback=feedback, state=state, viewer=Viewer.OVERSEER,
                       in_use=False)
        assert seen == Visible(seed=True)


def test_practice_explains_at_once_and_scores_at_the_end():
    seen = visible(kind="practice", feedback="topics", state="open", viewer=Viewer.OWNER,
                   in_use=True)
    assert seen == Visible(why=True, key=True)


def test_rules_survive_being_kept():
    rules = Rules(minutes=30, pass_mark=70, pass_mark_basis="Why", attempts=2, wait_hours=1,
                  order="blueprint", feedback="answers")
    assert Rules.from_data(rules.to_data()) == rules


CELL = {"bank": "b", "topic": "t", "difficulty": 1, "count": 2}


@pytest.mark.parametrize(("change", "place"), [
    ({"minutes": -1}, "minutes"), ({"minutes": 601}, "minutes"), ({"minutes": True}, "minutes"),
    ({"minutes": None}, "minutes"), ({"pass_mark": 0}, "pass_mark"),
    ({"pass_mark": 101}, "pass_mark"), ({"attempts": 100}, "attempts"),
    ({"wait_hours": 10**30}, "wait_hours"), ({"order": "random"}, "order"),
    ({"feedback": None}, "feedback"), ({"pass_mark_basis": "x" * 1001}, "pass_mark_basis"),
])
def test_a_rule_outside_its_limits_is_named(change, place):
    assert [p.place for p in problems(Rules(**change), [CELL])] == [place]


@pytest.mark.parametrize("cells", [
    [], [{**CELL, "count": 0}], [{**CELL, "count": -1}], [{**CELL, "count": 201}], [CELL, CELL],
    [{**CELL, "difficulty": 0}],
])
def test_cells_that_make_no_form_are_named(cells):
    assert {p.place for p in problems(Rules(), cells)} == {"cells"}


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 5))
def test_what_is_used_and_what_is_left_make_up_the_limit(outcomes, attempts):
    past = [Past(n, "submitted", NOON - DAY, ok, False) for n, ok in enumerate(outcomes, 1)]
    stands = standing(Rules(attempts=attempts), past, NOON)
    if attempts:
        assert stands.left == max(0, attempts - stands.used)
    assert stands.used <= len(past)
