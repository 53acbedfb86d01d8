"""Pools: the same questions give the same hash, however they come."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.exams.pools import FIRST, SECOND, Cell, Entry, Pool
from isotrain.ledger.canonical import canonical_bytes, parse
from tests.questions.strategies import laws

from .blueprints import banks_and_cells

PLACE = ("iso", "audit", 1, "exam")


ENTRIES = [Entry(2, 12), Entry(1, 11, "red", "M3")]
WRITTEN = {
    FIRST: '[{"bank":"iso","difficulty":1,"entries":[[1,11,"red"],[2,12,""]],'
    '"topic":"audit","use":"exam"}]',
    SECOND: '{"places":[{"bank":"iso","difficulty":1,"entries":[[1,11,"red","M3"],[2,12,"",""]],'
    '"topic":"audit","use":"exam"}],"pool":"isotrain-pool-2"}',
}


@pytest.mark.parametrize("written", WRITTEN)
def test_the_hash_is_that_of_the_documented_text(written):
    pool = Pool.of({PLACE: ENTRIES, ("iso", "x", 1, "exam"): []}, written)
    assert canonical_bytes(pool.to_data()).decode() == WRITTEN[written]
    assert pool.hash == sha256(WRITTEN[written].encode()).hexdigest()


@pytest.mark.parametrize("written", WRITTEN)
def test_a_pool_is_read_as_it_was_written(written):
    pool = Pool.from_data(parse(WRITTEN[written].encode()))
    assert pool.hash == sha256(WRITTEN[written].encode()).hexdigest()
    assert pool.modules == ((("iso", "M3", 1, "exam"),) if written == SECOND else ())


def test_a_module_gathers_its_questions_from_every_topic_in_order():
    pool = Pool.of({
        PLACE: [Entry(3, 13, module="M3"), Entry(4, 14, module="M4")],
        ("iso", "people", 1, "exam"): [Entry(1, 11, module="M3"), Entry(2, 12)],
        ("iso", "people", 2, "exam"): [Entry(5, 15, module="M3")],
    })
    found = pool.entries("iso", Cell("", 1, 2, "iso", module="M3"))
    assert [entry.question for entry in found] == [1, 3]
    assert pool.entries("own", Cell("", 1, 2, "own", module="M3")) == ()


@pytest.mark.parametrize("named", [{"topic": ""}, {"topic": "iso", "module": "M3"}])
def test_a_cell_names_a_topic_or_a_module_and_not_both(named):
    with pytest.raises(ValueError, match="a topic or a module"):
        Cell(difficulty=1, count=1, **named)


@laws()
@given(banks_and_cells(), st.randoms(use_true_random=False))
def test_a_pool_is_the_same_after_storing_and_in_any_order(blueprint, random):
    for pool in blueprint[0]:
        data = parse(canonical_bytes(pool.to_data()))
        random.shuffle(data["places"])
        for part in data["places"]:
            random.shuffle(part["entries"])
        assert Pool.from_data(data) == pool


@pytest.mark.parametrize("other", [PLACE, ("iso", "audit", 2, "exam"), ("own", *PLACE[1:])])
def test_a_question_cannot_stand_in_a_pool_twice(other):
    twice = [Entry(1, 11), Entry(1, 12)]
    cells = {PLACE: twice} if other == PLACE else {PLACE: twice[:1], other: twice[1:]}
    with pytest.raises(ValueError, match="twice"):
        Pool.of(cells)


def test_every_change_of_a_pool_changes_its_hash():
    base = {PLACE: [Entry(1, 11, "red"), Entry(2, 12)]}
    changed = [
        {PLACE: [Entry(1, 13, "red"), Entry(2, 12)]},
        {PLACE: [Entry(1, 11), Entry(2, 12)]},
        {PLACE: [Entry(1, 11, "red")]},
        {PLACE: [Entry(1, 11, "red", "M3"), Entry(2, 12)]},
        {("iso", "audit", 2, "exam"): base[PLACE]},
        {("iso", "audit", 1, "practice"): base[PLACE]},
        {("own", "audit", 1, "exam"): base[PLACE]},
        {("iso", "iso", 1, "exam"): base[PLACE]},
    ]
    hashes = {Pool.of(cells).hash for cells in [base, *changed]}
    assert len(hashes) == 1 + len(changed)


def test_a_pool_knows_its_banks():
    assert Pool.of({("b", *PLACE[1:]): [Entry(1, 1)], ("a", *PLACE[1:]): [Entry(2, 2)]}).banks == (
        "a",
        "b",
    )
