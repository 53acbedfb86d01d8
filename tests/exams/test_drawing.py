"""Drawing: cells met exactly, enemies apart, least seen first, the same inputs the same form."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from isotrain.exams.dice import Dice
from isotrain.exams.drawing import Cell, Form, Shortage, arrangements, availability, draw
from isotrain.exams.pools import Entry, Pool, use_of
from isotrain.questions import MultipleChoice, SingleChoice, TrueFalse
from isotrain.questions.options import lettered
from tests.questions.strategies import laws, seeds

from .blueprints import banks_and_cells, can_be_filled, fitting, rows_for_hand, simple_pool, unit
from .by_hand import by_hand, run_example
from .chances import assert_uniform

SEED = "000102030405060708090a0b0c0d0e0f"
SEEDS = [Dice(SEED).child(str(number)).seed for number in range(3_000)]
histories = st.dictionaries(st.integers(0, 12), st.integers(0, 3), max_size=8)
orders = st.sampled_from(["shuffled", "blueprint"])
some, few = laws(150), laws(50)


def drawn(cells, pools, seed=SEED, history=None, order="shuffled"):
    return draw(cells, pools, seed=seed, history=history or {}, order=order)


def iso(count, **changes):
    return replace(Cell("iso", 1, count), **changes)


def test_the_printed_example_holds():
    run_example()


@some
@given(banks_and_cells(), seeds, histories, orders)
def test_the_form_is_that_of_the_second_implementation(blueprint, seed, history, order):
    pools, cells = blueprint
    try:
        form = draw(cells, pools, seed=seed, history=history, order=order).items
    except Shortage:
        form = None
    try:
        expected = tuple(by_hand.form(rows_for_hand(cells, pools), seed, history, order))
    except ValueError:
        expected = None
    assert form == expected


@some
@given(banks_and_cells(), seeds, histories)
def test_a_form_is_found_exactly_when_one_exists(blueprint, seed, history):
    pools, cells = blueprint
    try:
        draw(cells, pools, seed=seed, history=history)
        found = True
    except Shortage:
        found = False
    assert found == can_be_filled(cells, pools)


def test_an_ordinary_cell_never_takes_a_set_and_a_set_cell_takes_one_of_its_size():
    sets = {size: [Entry(10 * size + n, 100 * size + n) for n in range(3)] for size in (1, 2, 3)}
    pools = [Pool.of({("iso", "iso", 1, use_of("exam", size)): entries
                      for size, entries in sets.items()})]
    for seed in SEEDS[:50]:
        form = drawn([iso(2), iso(1, use="exam/3"), iso(1, use="exam/2")], pools, seed)
        assert sorted(version // 100 for version in form.items) == [1, 1, 2, 3]
    with pytest.raises(Shortage) as short:
        drawn([iso(4), iso(4, use="exam/3")], pools)
    assert [problem.message for problem in short.value.problems] == [
        "iso, difficulty 1 needs 4 questions; 3 can be drawn.",
        "iso, difficulty 1: 4 sets of 3 questions are needed; 3 can be drawn."]


def test_a_cell_says_how_many_questions_it_asks_for():
    assert (iso(4).questions, iso(2, use="exam/3").questions) == (4, 6)
    assert (iso(4).size, iso(2, use="practice/10").size) == (1, 10)
    assert use_of("practice", 1) == "practice"


@few
@given(banks_and_cells(), seeds, histories, orders)
def test_cells_are_met_exactly_and_nothing_meets_twice(blueprint, seed, history, order):
    pools, cells = blueprint
    assume(can_be_filled(cells, pools))
    form = draw(cells, pools, seed=seed, history=history, order=order)
    assert Counter(form.cells) == Counter({n: c.count for n, c in enumerate(cells)})
    units = []
    for version, index in zip(form.items, form.cells, strict=True):
        (fits,) = (
            unit(bank, entry)
            for bank, entry in fitting(cells[index], pools)
            if entry.version == version
        )
        units.append(fits)
    assert len(set(units)) == len(units)


@few
@given(banks_and_cells(), seeds, histories)
def test_the_order_in_which_pools_are_given_does_not_matter(blueprint, seed, history):
    pools, cells = blueprint
    assume(can_be_filled(cells, pools))
    form = draw(cells, pools, seed=seed, history=history)
    assert draw(cells, pools[::-1], seed=seed, history=history) == form


def test_the_blueprint_order_keeps_cells_together():
    cells = [iso(3), iso(3, difficulty=2)]
    pools = [simple_pool(20), simple_pool(20, difficulty=2, bank="own", first=21)]
    kept = drawn(cells, pools, SEEDS[0], order="blueprint")
    mixed = drawn(cells, pools, SEEDS[0], order="shuffled")
    assert kept.cells == (0, 0, 0, 1, 1, 1)
    assert sorted(mixed.items) == sorted(kept.items)
    assert mixed.cells != kept.cells


def test_a_changed_cell_does_not_change_what_others_draw():
    pools = [simple_pool(20), simple_pool(20, difficulty=2, bank="own", first=21)]
    few = drawn([iso(3), iso(3, difficulty=2)], pools, order="blueprint")
    more = drawn([iso(9), iso(3, difficulty=2)], pools, order="blueprint")
    assert few.items[:3] == more.items[:3]
    assert few.items[-3:] == more.items[-3:]


def test_enemies_are_kept_apart_even_when_the_first_choice_was_unlucky():
    # Question 1 is the only one of its topic that may stand beside the group of 11 to 14, and
    # only one of 2 and the group may be used: whatever a cell takes first, the form is found.
    places = {
        ("iso", "iso", 1, "exam"): [Entry(1, 1), Entry(2, 2, "group")],
        ("iso", "audit", 1, "exam"): [Entry(11, 11, "group")],
    }
    cells = [iso(1), Cell("audit", 1, 1)]
    for seed in SEEDS[:50]:
        assert set(drawn(cells, [Pool.of(places)], seed).items) == {1, 11}


def test_a_long_chain_of_exchanges_is_found():
    # Cell n can take group n or group n + 1 and only the last cell has a free way out, while the
    # first cell comes last: all must move over to make room.
    count = 30
    places = {
        ("iso", f"t{n}", 1, "exam"): [
            Entry(2 * n, 2 * n, f"g{n}"),
            Entry(2 * n + 1, 0, f"g{n + 1}"),
        ]
        for n in range(count)
    }
    places["iso", "last", 1, "exam"] = [Entry(-1, -1, "g0")]
    cells = [Cell(f"t{n}", 1, 1) for n in range(count)] + [Cell("last", 1, 1)]
    form = drawn(cells, [Pool.of(places)], order="blueprint")
    assert form.items == (0,) * count + (-1,)


def test_a_group_name_belongs_to_its_bank():
    cells = [iso(2)]
    pools = [simple_pool(1, enemies={1}), simple_pool(1, bank="own", first=2, enemies={2})]
    assert len(drawn(cells, pools).items) == 2


def test_a_question_in_two_cells_is_drawn_once():
    cells = [iso(2), iso(2, bank="iso")]
    assert len(set(drawn(cells, [simple_pool(4)]).items)) == 4
    with pytest.raises(Shortage):
        drawn(cells, [simple_pool(3)])


def test_a_cell_of_one_bank_draws_from_it_alone():
    pools = [simple_pool(5), simple_pool(5, bank="own", first=11)]
    assert all(version > 1_010 for version in drawn([iso(5, bank="own")], pools).items)


def test_two_pools_of_one_bank_give_the_same_form_in_either_order():
    pools = [simple_pool(5), simple_pool(5, first=11)]
    for seed in SEEDS[:20]:
        assert drawn([iso(4)], pools, seed) == drawn([iso(4)], pools[::-1], seed)


def test_practice_and_exam_questions_are_kept_apart():
    with pytest.raises(Shortage):
        drawn([iso(1, use="practice")], [simple_pool(5)])


def test_unseen_questions_come_first():
    history = dict.fromkeys(range(1, 8), 1)
    for seed in SEEDS[:50]:
        assert set(drawn([iso(3)], [simple_pool(10)], seed, history).items) == {1008, 1009, 1010}


def test_after_the_unseen_come_those_seen_least():
    history = {1: 3, 2: 2, 3: 1, 4: 2, 5: 0}
    form = drawn([iso(3)], [simple_pool(5)], history=history, order="blueprint")
    assert form.items[:2] == (1005, 1003)
    assert form.items[2] in (1002, 1004)


def test_three_sittings_of_a_third_each_never_repeat_a_question():
    history = Counter()
    for seed in SEEDS[:3]:
        history.update(v - 1_000 for v in drawn([iso(5)], [simple_pool(15)], seed, history).items)
    assert history == Counter(range(1, 16))


def test_all_questions_are_drawn_equally_often():
    counts = Counter(
        version for seed in SEEDS for version in drawn([iso(5)], [simple_pool(20)], seed).items
    )
    assert_uniform([counts[1_000 + n] for n in range(1, 21)])


def test_all_questions_stand_equally_often_in_each_place():
    counts = Counter(
        (place, version)
        for seed in SEEDS
        for place, version in enumerate(drawn([iso(5)], [simple_pool(6)], seed).items)
    )
    assert_uniform([counts[place, 1_000 + n] for place in range(5) for n in range(1, 7)])


def test_among_equally_seen_questions_chance_decides():
    history = dict.fromkeys(range(1, 21), 1)
    counts = Counter(
        version
        for seed in SEEDS
        for version in drawn([iso(5)], [simple_pool(20)], seed, history).items
    )
    assert_uniform([counts[1_000 + n] for n in range(1, 21)])


def test_different_seeds_share_as_few_questions_as_chance_allows():
    # Two draws of 20 from 60 share 20 * 20 / 60 on average with a variance of 3.01; the mean of
    # 1,500 independent pairs stays within four standard errors.
    forms = [set(drawn([iso(20)], [simple_pool(60)], seed).items) for seed in SEEDS]
    shared = [len(a & b) for a, b in zip(forms[::2], forms[1::2], strict=True)]
    assert abs(sum(shared) / len(shared) - 20 * 20 / 60) < 4 * (3.0132 / len(shared)) ** 0.5


def test_the_right_option_stands_equally_often_in_each_position():
    stem = SingleChoice.examples()[0].question
    versions = tuple(range(4))
    for options in (2, 3, 4, 5):
        question = replace(stem, options=lettered(*"pqrst"[:options], right="b"))
        form, counts = Form(versions, (0,) * 4), [0] * options
        for seed in SEEDS[:2_500]:
            for arrangement in arrangements(form, dict.fromkeys(versions, question), seed):
                counts[arrangement.index("b")] += 1
        assert sum(counts) == 10_000
        assert_uniform(counts)


def test_the_order_of_options_does_not_depend_on_the_other_questions():
    questions = {7: SingleChoice.examples()[0].question, 8: MultipleChoice.examples()[0].question}
    both = arrangements(Form((8, 7), (0, 0)), questions, SEED)
    alone = arrangements(Form((7,), (0,)), questions, SEED)
    assert both[1] == alone[0] == by_hand.options(7, "abc", SEED)


def test_each_type_is_arranged_as_it_arranges_itself():
    question = TrueFalse.examples()[0].question
    assert arrangements(Form((3,), (0,)), {3: question}, SEED) == (["true", "false"],)


def test_a_shortage_names_each_short_cell_and_no_other():
    cells = [iso(2), iso(3, difficulty=2), Cell("audit", 1, 1)]
    pools = [simple_pool(5), simple_pool(2, difficulty=2, bank="own", first=11)]
    with pytest.raises(Shortage) as shortage:
        drawn(cells, pools)
    assert [(s.cell.topic, s.need, s.available, s.short) for s in shortage.value.supplies] == [
        ("iso", 3, 2, 1),
        ("audit", 1, 0, 1),
    ]
    assert [problem.message for problem in shortage.value.problems] == [
        "iso, difficulty 2 needs 3 questions; 2 can be drawn.",
        "audit, difficulty 1 needs 1 questions; 0 can be drawn.",
    ]


def test_a_shortage_that_only_the_other_cells_cause_says_so():
    places = {
        ("iso", "iso", 1, "exam"): [Entry(1, 1, "group")],
        ("iso", "audit", 1, "exam"): [Entry(2, 2, "group")],
    }
    with pytest.raises(Shortage, match="0 can be drawn beside the other rows") as shortage:
        drawn([iso(1), Cell("audit", 1, 1)], [Pool.of(places)])
    assert [s.available for s in shortage.value.supplies] == [1]


def test_availability_counts_enemies_once():
    (supply,) = availability([iso(2)], [simple_pool(5, enemies={1, 2, 3})])
    assert (supply.need, supply.available, supply.short) == (2, 3, 0)
    assert supply.problem is None


@some
@given(banks_and_cells())
@example(([simple_pool(1)], [iso(3), iso(3)]))
def test_availability_is_short_exactly_when_drawing_fails(blueprint):
    pools, cells = blueprint
    short = any(supply.short for supply in availability(cells, pools))
    assert short == (not can_be_filled(cells, pools))


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="fewer than no"):
        iso(-1)


class Counting(tuple):
    """Entries that count how often one of them is looked at."""

    looked = 0

    def __getitem__(self, place):
        Counting.looked += 1
        return super().__getitem__(place)

    def __iter__(self):
        Counting.looked += len(self)
        return super().__iter__()


def looks(size, monkeypatch, history):
    pool = simple_pool(size)
    counted = replace(pool, cells={p: Counting(entries) for p, entries in pool.cells.items()})
    numbers = []
    below = Dice.below
    with monkeypatch.context() as patch:
        patch.setattr(Dice, "below", lambda dice, n: numbers.append(n) or below(dice, n))
        Counting.looked = 0
        for seed in SEEDS[:100]:
            drawn([iso(20)], [counted], seed, history)
    return Counting.looked, len(numbers)


def test_drawing_looks_at_as_many_questions_in_a_large_pool_as_in_a_small_one(monkeypatch):
    assert looks(300, monkeypatch, {}) == looks(15_000, monkeypatch, {}) == (2_000, 4_000)


def test_drawing_looks_at_no_more_questions_than_the_form_has_and_the_person_has_seen(monkeypatch):
    history = dict.fromkeys(range(1, 201), 1)
    small, _ = looks(300, monkeypatch, history)
    large, _ = looks(15_000, monkeypatch, history)
    assert 2_000 <= large <= small <= 100 * (20 + 200)
