"""Pools and blueprints as Hypothesis draws them, small enough to try every form."""

from itertools import groupby

from hypothesis import strategies as st

from isotrain.exams.drawing import Cell
from isotrain.exams.pools import Entry, Pool, use_of

BANKS, TOPICS, BANDS = ("iso", "own"), ("audit", "iso"), (1, 2)
MODULES = ("M1", "M2")
USES = ("exam", "exam", "exam", use_of("exam", 3))  # now and then a set of three questions


def pool_of(*placed):
    """A pool of (place, entry) pairs."""
    placed = sorted(placed, key=lambda pair: (pair[0], pair[1].question))
    by_place = groupby(placed, key=lambda pair: pair[0])
    return Pool.of({place: [entry for _, entry in pairs] for place, pairs in by_place})


def simple_pool(count, *, topic="iso", difficulty=1, bank="iso", first=1, enemies=()):
    """A pool of questions first, first + 1, ... whose version is 1000 more, in one place."""
    entries = [
        Entry(n, 1_000 + n, "group" if n in enemies else "") for n in range(first, first + count)
    ]
    return Pool.of({(bank, topic, difficulty, "exam"): entries})


@st.composite
def banks_and_cells(draw, most=8):
    """One pool for each of two banks, some enemies and sets in them, and one to four cells."""
    place = st.tuples(
        st.sampled_from(BANKS), st.sampled_from(TOPICS), st.sampled_from(BANDS),
        st.sampled_from(USES),
    )
    groups = st.sampled_from(["", "", "", "red", "blue"])
    modules = st.sampled_from(["", *MODULES])
    placed = [
        (draw(place), Entry(number, 1_000 + number, draw(groups), draw(modules)))
        for number in range(draw(st.integers(1, most)))
    ]
    pools = [pool_of(*(pair for pair in placed if pair[0][0] == bank)) for bank in BANKS]
    rest = {
        "difficulty": st.sampled_from(BANDS),
        "count": st.integers(0, 3),
        "bank": st.sampled_from([None, None, *BANKS]),
        "use": st.sampled_from(USES),
    }
    cells = st.one_of(
        st.builds(Cell, topic=st.sampled_from(TOPICS), **rest),
        st.builds(Cell, topic=st.just(""), module=st.sampled_from(MODULES), **rest),
    )
    return pools, draw(st.lists(cells, min_size=1, max_size=4))


def fitting(cell, pools):
    """All entries that fit a cell as (bank, entry)."""
    return [
        (place[0], entry)
        for pool in pools
        for place, entries in pool.cells.items()
        for entry in entries
        if (entry.module == cell.module if cell.module else place[1] == cell.topic)
        if place[2:] == (cell.difficulty, cell.use) and cell.bank in (None, place[0])
    ]


def unit(bank, entry):
    """What may stand in a form only once."""
    return (bank, entry.enemies) if entry.enemies else entry.question


def can_be_filled(cells, pools):
    """Whether any form fills the cells, by trying all of them."""
    slots = [
        {unit(bank, entry) for bank, entry in fitting(cell, pools)}
        for cell in cells
        for _ in range(cell.count)
    ]

    def fill(slots, used):
        if not slots:
            return True
        return any(fill(slots[1:], used | {choice}) for choice in slots[0] - used)

    return fill(slots, frozenset())


def rows_for_hand(cells, pools):
    """The same cells as the printed program takes them."""
    return [
        (
            [(e.question, e.version, (bank, e.enemies) if e.enemies else None) for bank, e in row],
            cell.count,
        )
        for cell in cells
        for row in [sorted(fitting(cell, pools), key=lambda pair: (pair[0], pair[1].question))]
    ]
