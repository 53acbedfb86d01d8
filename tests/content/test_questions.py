"""The question bank: enough of it, and free of the flaws that give an answer away."""

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations
from math import comb

import pytest

from isotrain.questions import find_type
from isotrain.questions.contract import AsWritten
from isotrain.text import level

ABSOLUTE = {"always", "never", "all", "only", "none", "every", "must", "impossible", "completely"}
VAGUE = {"usually", "often", "sometimes", "rarely", "frequently", "generally", "maybe"}
NEGATION = r"\b(?:not|never|except|least|incorrect|false)\b"


def words(text):
    return re.findall(r"[a-z0-9']+", text.lower())


def choices(shipped, *types):
    wanted = types or ("single_choice", "multiple_choice")
    return [q for q in shipped.questions.values() if q["type"] in wanted]


def right(question):
    return [option["text"] for option in question["options"] if option.get("right")]


def wrong(question):
    return [option["text"] for option in question["options"] if not option.get("right")]


def test_there_are_enough_questions_and_a_third_is_for_practice(shipped):
    uses = Counter(question["use"] for question in shipped.questions.values())
    assert uses.total() >= 99 and uses["practice"] * 3 >= uses.total()


def test_all_three_types_occur_and_true_false_stays_rare(shipped):
    types = Counter(question["type"] for question in shipped.questions.values())
    assert set(types) == {"single_choice", "multiple_choice", "true_false"}
    assert types["true_false"] <= 0.15 * types.total()


def test_true_false_questions_have_both_answers_and_one_idea(shipped):
    statements = choices(shipped, "true_false")
    assert {q["answer"] for q in statements} == {True, False}
    for q in statements:
        assert not {"because", "and"} & set(words(q["stem"])), q["id"]


def test_every_question_is_accepted_by_its_type_without_a_warning(shipped):
    for q in shipped.questions.values():
        question = find_type(q["type"]).from_data(q)
        assert not question.problems(), (q["id"], question.problems())


def test_the_right_answer_earns_everything_and_a_wrong_one_less(shipped):
    for q in choices(shipped):
        question = find_type(q["type"]).from_data(q)
        ids = question.arranged(AsWritten())
        keyed = [n for n, option in enumerate(q["options"]) if option.get("right")]
        assert share(question, ids, keyed) == 1, q["id"]
        other = next(n for n in range(len(ids)) if n not in keyed)
        assert share(question, ids, [other]) == 0, q["id"]


def share(question, arrangement, positions):
    submitted = {"answer": [str(n) for n in positions]}
    return question.mark(question.read(submitted, arrangement))


def test_single_choice_has_one_right_option_among_three_or_four(shipped):
    for q in choices(shipped, "single_choice"):
        assert len(right(q)) == 1 and len(q["options"]) in (3, 4), q["id"]


def test_multiple_choice_says_how_many_to_choose(shipped):
    numbers = {2: "two", 3: "three"}
    for q in choices(shipped, "multiple_choice"):
        count = len(right(q))
        assert 2 <= count < len(q["options"]) <= 5, q["id"]
        said = "Choose all that apply." in q["stem"] or f"Choose {numbers[count]}." in q["stem"]
        assert said, q["id"]


def test_multiple_choice_has_at_least_two_wrong_options(shipped):
    for q in choices(shipped, "multiple_choice"):
        assert len(wrong(q)) >= 2, q["id"]


def test_single_choice_stems_do_not_ask_for_several(shipped):
    for q in choices(shipped, "single_choice"):
        assert "Choose" not in q["stem"] and q["stem"].count("?") == 1, q["id"]


def test_no_option_refers_to_other_options(shipped):
    for q in choices(shipped):
        for option in q["options"]:
            assert not re.search(r"\b(?:all|none|both|neither) of (?:the|these|them)\b",
                                 option["text"], re.IGNORECASE), q["id"]


def test_options_of_a_question_differ(shipped):
    for q in choices(shipped):
        for one, other in combinations([level(option["text"]) for option in q["options"]], 2):
            alike = SequenceMatcher(None, one, other).ratio()
            assert one != other and (alike <= 0.95 or len(one) < 15), q["id"]


def test_absolute_words_do_not_mark_the_wrong_options(shipped):
    for q in choices(shipped):
        in_wrong = ABSOLUTE & {word for text in wrong(q) for word in words(text)}
        in_right = ABSOLUTE & {word for text in right(q) for word in words(text)}
        assert not in_wrong or in_right, (q["id"], in_wrong)


def test_vague_words_do_not_stand_in_options(shipped):
    for q in choices(shipped):
        for option in q["options"]:
            assert not VAGUE & set(words(option["text"])), q["id"]


def test_a_question_is_not_put_in_the_negative(shipped):
    for q in shipped.questions.values():
        lead_in = re.split(r"(?<=[.:])\s", q["stem"])[-1]
        emphasised = re.sub(r"\*+[^*]+\*+", "", lead_in)
        assert not re.search(NEGATION, emphasised, re.IGNORECASE), q["id"]


def test_numbers_stand_in_order_and_are_not_shuffled(shipped):
    for q in choices(shipped):
        numbers = [re.sub(r"\D", "", option["text"]) for option in q["options"]]
        plain = all(re.fullmatch(r"\d+", option["text"]) for option in q["options"])
        if plain:
            assert numbers == sorted(numbers, key=int) and q["shuffle"] is False, q["id"]


def binomial_tail(n, k, p):
    """The chance of k or more out of n, each with chance p."""
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def test_the_tail_of_a_coin_thrown_ten_times():
    assert binomial_tail(10, 8, 0.5) == pytest.approx(56 / 1024)


def test_the_right_option_is_neither_longest_nor_shortest_by_habit(shipped):
    questions = choices(shipped, "single_choice")
    longest = shortest = 0
    for q in questions:
        key, others = len(right(q)[0]), [len(text) for text in wrong(q)]
        longest += key > max(others)
        shortest += key < min(others)
        assert key <= 1.6 * max(others), q["id"]
    chance = sum(1 / len(q["options"]) for q in questions) / len(questions)
    assert binomial_tail(len(questions), longest, chance) > 0.05, (longest, len(questions))
    assert binomial_tail(len(questions), shortest, chance) > 0.05, (shortest, len(questions))


def test_the_right_option_is_not_in_one_place_where_order_is_kept(shipped):
    kept = [q for q in choices(shipped, "single_choice") if q.get("shuffle") is False]
    places = Counter([o.get("right", False) for o in q["options"]].index(True) for q in kept)
    assert max(places.values()) <= len(kept) / 2, places


def test_stems_are_short_and_end_as_a_question_or_statement(shipped):
    for q in shipped.questions.values():
        assert 4 <= len(words(q["stem"])) <= 60, q["id"]
        assert max(len(words(s)) for s in re.split(r"[.?!:]\s", q["stem"])) <= 25, q["id"]
        assert q["stem"].endswith("." if q["type"] != "single_choice" else "?"), q["id"]


def test_no_two_questions_ask_the_same(shipped):
    stems = [(q["id"], set(words(q["stem"]))) for q in shipped.questions.values()]
    for (one, first), (other, second) in combinations(stems, 2):
        assert len(first & second) / len(first | second) <= 0.8, (one, other)


def test_every_question_teaches_and_most_wrong_options_say_why(shipped):
    explanations = [q["explanation"] for q in shipped.questions.values()]
    assert len(set(explanations)) == len(explanations)
    for q in shipped.questions.values():
        assert len(words(q["explanation"])) >= 8 and q["explanation"].endswith("."), q["id"]
    given = [bool(o.get("feedback")) for q in choices(shipped) for o in q["options"]
             if not o.get("right")]
    assert sum(given) >= 0.8 * len(given)
