"""Narrowing: a form from some topics alone, as long as the whole one if there are questions."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from isotrain.exams.drawing import draw, narrowed
from isotrain.exams.pools import Cell, Entry, Pool
from tests.questions.strategies import laws, seeds

from .blueprints import TOPICS, banks_and_cells, can_be_filled, simple_pool

histories = st.dictionaries(st.integers(0, 12), st.integers(0, 3), max_size=8)
orders = st.sampled_from(["shuffled", "blueprint"])
some = laws(150)
topics_chosen = st.sets(st.sampled_from(TOPICS))


@some
@given(banks_and_cells(), topics_chosen, seeds, histories)
def test_a_narrowed_form_asks_about_its_topics_alone_and_is_always_found(
        blueprint, topics, seed, history):
    pools, cells = blueprint
    fewer, parts = narrowed(cells, pools, topics)
    allowed = {entry.version for pool in pools for place, entries in pool.cells.items()
               for entry in entries if place[1] in topics}
    form = draw(fewer, parts, seed=seed, history=history)
    assert set(form.items) <= allowed
    assert len(form.items) == sum(cell.count for cell in fewer)
    assert sum(cell.questions for cell in fewer) <= sum(cell.questions for cell in cells)
    assert [replace(cell, count=0) for cell in fewer] == [replace(c, count=0) for c in cells]


@some
@given(banks_and_cells(), seeds, histories, orders)
def test_narrowed_to_all_topics_a_form_that_can_be_filled_is_the_whole_one(
        blueprint, seed, history, order):
    pools, cells = blueprint
    assume(can_be_filled(cells, pools))
    fewer, parts = narrowed(cells, pools, TOPICS)
    assert fewer == tuple(cells)
    assert (draw(fewer, parts, seed=seed, history=history, order=order)
            == draw(cells, pools, seed=seed, history=history, order=order))


def counts(cells, pools, *topics):
    return [cell.count for cell in narrowed(cells, pools, topics)[0]]


def test_what_other_topics_would_have_asked_is_shared_evenly_as_far_as_there_are_questions():
    pools = [Pool.of({("iso", topic, band, "exam"): [Entry(n, n) for n in range(first, first + 9)]
                      for topic, band, first in (("iso", 1, 1), ("iso", 2, 20), ("audit", 1, 40))})]
    cells = [Cell("iso", 1, 2), Cell("iso", 2, 1), Cell("audit", 1, 4)]
    assert counts(cells, pools, "iso") == [4, 3, 0]
    assert counts(cells, pools, "audit") == [0, 0, 7]
    assert counts(cells, [simple_pool(3)], "iso") == [3, 0, 0]
    assert counts(cells, pools, "iso", "audit") == [2, 1, 4]
    assert counts(cells, pools, "people") == counts(cells, pools) == [0, 0, 0]


def test_a_cell_of_a_module_is_narrowed_by_the_topics_of_its_questions():
    pools = [Pool.of({("iso", "iso", 1, "exam"): [Entry(1, 11, "", "M1"), Entry(2, 12, "", "M2")],
                      ("iso", "audit", 1, "exam"): [Entry(3, 13, "", "M1")]})]
    cells = [Cell("", 1, 2, module="M1")]
    fewer, parts = narrowed(cells, pools, ["audit"])
    assert draw(fewer, parts, seed="0f" * 16, history={}).items == (13,)


def test_what_a_set_would_have_asked_is_asked_by_single_questions():
    pools = [Pool.of({
        ("iso", "iso", 1, "exam"): [Entry(n, n) for n in range(9)],
        ("iso", "iso", 1, "exam/3"): [Entry(n, n) for n in range(10, 20)],
        ("iso", "audit", 1, "exam/3"): [Entry(20, 20)]})]
    cells = [Cell("iso", 1, 2), Cell("iso", 1, 1, use="exam/3"), Cell("audit", 1, 1, use="exam/3")]
    assert counts(cells, pools, "iso") == [5, 1, 0]
    assert counts(cells, pools, "audit") == [0, 0, 1], "no set takes the place of questions"
