"""Marking: exact sums, a percentage that never flatters, passing decided on fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.exams.marking import PRESENT, RULES, Score, Waiting, mark_form
from isotrain.ledger.canonical import canonical_bytes
from isotrain.questions import MultipleChoice, SingleChoice, TrueFalse
from isotrain.questions.contract import PENDING, BadResponse, KeyMissing
from isotrain.questions.options import lettered
from tests.questions.strategies import laws, questions, responses

SINGLE = SingleChoice("Which?", lettered("right", "wrong", right="a"))
THREE = MultipleChoice("Which?", lettered(*"pqrs", right="abc"))
YES = TrueFalse("So it is.", answer=True)
some = laws()
scored = questions.filter(lambda q: q.asks and not q.marked_by_person)  # for whom nobody waits


def marked(*sat, pass_mark=80):
    """The result of (question, response, weight, topic) rows."""
    rows = list(zip(*sat, strict=True)) if sat else [(), (), (), ()]
    return mark_form(rows[0], rows[1], weights=rows[2], topics=rows[3], pass_mark=pass_mark)


def right_of(right, of, pass_mark):
    sat = [(SINGLE, "a" if n < right else "b", 1, "iso") for n in range(of)]
    return marked(*sat, pass_mark=pass_mark)


def test_shares_times_weights_are_summed_exactly():
    result = marked(
        (SINGLE, "a", 2, "iso"), (THREE, ["a"], 1, "audit"), (YES, None, 1, "iso"), pass_mark=50
    )
    assert result.shares == (1, Fraction(1, 3), 0)
    assert (result.score, result.out_of) == (Fraction(7, 3), 4)
    assert result.percent == Decimal("58.3")
    assert result.passed


def test_each_topic_has_its_own_score_in_order_of_appearance():
    result = marked((SINGLE, "a", 2, "iso"), (THREE, ["a"], 1, "audit"), (YES, None, 1, "iso"))
    assert list(result.by_topic.items()) == [
        ("iso", Score(Fraction(2), Fraction(3))),
        ("audit", Score(Fraction(1, 3), Fraction(1))),
    ]
    assert result.by_topic["iso"].percent == Decimal("66.6")


@pytest.mark.parametrize(
    ("right", "of", "pass_mark", "passed", "shown"),
    [
        (16, 20, 80, True, "80.0"),
        (15, 20, 80, False, "75.0"),
        (2, 3, 66, True, "66.6"),
        (2, 3, 67, False, "66.6"),
        (1999, 2500, 80, False, "79.9"),
        (2000, 2500, 80, True, "80.0"),
        (0, 1, 0, True, "0.0"),
        (1, 1, 100, True, "100.0"),
    ],
)
def test_passing_is_decided_at_the_pass_mark_exactly(right, of, pass_mark, passed, shown):
    result = right_of(right, of, pass_mark)
    assert (result.passed, str(result.percent)) == (passed, shown)


def test_thirds_that_sum_to_the_pass_mark_pass():
    # 1/3 + 2/3 of two marks: as decimals this would fall short of 50 percent.
    assert marked((THREE, ["a"], 1, "iso"), (THREE, ["a", "b"], 1, "iso"), pass_mark=50).passed


@some
@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 100))
def test_nobody_who_missed_is_shown_the_pass_mark(right, of, pass_mark):
    score = Score(Fraction(min(right, of)), Fraction(of))
    exact = score.score * 100 / score.out_of
    assert exact - Fraction(1, 10) < Fraction(score.percent) <= exact
    assert (exact >= pass_mark) or score.percent < pass_mark


@some
@given(st.data(), st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any))
def test_a_score_lies_between_nothing_and_all_and_topics_add_up(data, weights):
    sat = []
    for weight in weights:
        question = data.draw(scored)
        topic = data.draw(st.sampled_from("abc"))
        sat.append((question, data.draw(responses(question)), weight, topic))
    result = marked(*sat)
    assert 0 <= result.score <= result.out_of == sum(weights)
    assert sum(topic.score for topic in result.by_topic.values()) == result.score
    assert sum(topic.out_of for topic in result.by_topic.values()) == result.out_of


@some
@given(st.lists(scored, min_size=1, max_size=6))
def test_all_right_is_a_hundred_percent_and_all_empty_is_none(drawn):
    best = marked(*((q, q.solution(), 1, "iso") for q in drawn), pass_mark=100)
    assert (best.passed, best.percent) == (True, 100)
    worst = marked(*((q, None, 1, "iso") for q in drawn), pass_mark=1)
    assert (worst.passed, worst.percent) == (False, 0)


def test_a_result_is_stored_as_texts_that_lose_nothing():
    data = marked((THREE, ["a"], 1, "iso"), (YES, "true", 1, "audit")).to_data()
    assert data == {
        "score": "4/3",
        "out_of": "2",
        "percent": "66.6",
        "shares": ["1/3", "1"],
        "passed": False,
        "by_topic": {
            "iso": {"score": "1/3", "out_of": "1", "percent": "33.3"},
            "audit": {"score": "1", "out_of": "1", "percent": "100.0"},
        },
    }
    assert canonical_bytes(data)


def test_a_topic_without_marks_shows_nothing_earned():
    result = marked((SINGLE, "a", 0, "trial"), (SINGLE, "a", 1, "iso"))
    assert result.by_topic["trial"].percent == 0


def test_a_form_without_marks_to_earn_is_refused():
    for sat in ([], [(SINGLE, "a", 0, "iso")]):
        with pytest.raises(ValueError, match="marks to earn"):
            marked(*sat)


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="negative"):
        marked((SINGLE, "a", 2, "iso"), (SINGLE, "a", -1, "iso"))


@pytest.mark.parametrize("short", ["questions", "responses", "weights", "topics"])
def test_rows_that_do_not_stand_beside_each_other_are_refused(short):
    rows = {
        "questions": [SINGLE, YES],
        "responses": ["a", "true"],
        "weights": [1, 1],
        "topics": ["iso", "iso"],
    }
    rows[short] = rows[short][:1]
    with pytest.raises(ValueError, match="zip"):
        mark_form(**rows, pass_mark=80)


class ByHand:
    """A question that a person marks."""

    def mark(self, response):
        return PENDING


def test_a_form_waits_where_a_person_must_mark_and_keeps_the_other_shares():
    outcome = marked((SINGLE, "a", 1, "iso"), (ByHand(), "words", 1, "iso"),
                     (THREE, ["a"], 1, "audit"))
    assert outcome == Waiting((Fraction(1), None, Fraction(1, 3)))


def test_the_present_rule_is_one_of_the_rules_and_the_first_one_stays():
    assert RULES[PRESENT] is mark_form
    assert RULES["shares-1"] is mark_form
    with pytest.raises(TypeError):
        RULES["shares-1"] = marked


def test_a_response_of_another_question_is_not_marked():
    with pytest.raises(BadResponse):
        marked((SINGLE, "true", 1, "iso"))


def test_a_question_without_its_key_is_not_marked():
    with pytest.raises(KeyMissing):
        marked((SingleChoice.join(SINGLE.content()), "a", 1, "iso"))
