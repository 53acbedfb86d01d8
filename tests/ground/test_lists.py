"""Lists: every row once, in order, forwards and backwards, whatever the keys hold."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from isotrain import lists
from isotrain.db import BigId, Instant, db
from isotrain.errors import Refusal
from isotrain.lists import Asked, Count, Key, Listing, Page, chunks, cut, each
from tests.counting import counted
from tests.factories import committed
from tests.walking import to_and_fro

TABLE = sa.Table(
    "numbered", sa.MetaData(),
    sa.Column("id", BigId, primary_key=True), sa.Column("rank", BigId), sa.Column("name", sa.Text),
    sa.Column("due_on", sa.Date), sa.Column("seen_at", Instant),
)
C = TABLE.c
SORTS = {
    "id": (Key(C.id),),
    "rank": (Key(C.rank, nullable=True), Key(C.id)),
    "due": (Key(C.due_on, nullable=True), Key(C.rank, nullable=True), Key(C.id)),
    "newest": (Key(C.seen_at, descending=True), Key(C.id, descending=True)),
    "name": (Key(C.name), Key(C.due_on, descending=True, nullable=True), Key(C.id)),
}
WAYS = [sign + name for name in SORTS for sign in ("", "-")]
START = datetime(2026, 1, 1, tzinfo=UTC)
ROW = st.tuples(
    st.none() | st.integers(-2, 2), st.sampled_from(["", "a", "A", "b", "ä", "a b", "’"]),
    st.none() | st.integers(0, 2).map(lambda n: date(2026, 2, 27) + timedelta(days=n)),
    st.integers(0, 2).map(lambda n: START + timedelta(microseconds=n)),
)


@pytest.fixture
def table(each_app):
    with committed():
        TABLE.create(db.session.connection())
    yield
    with committed():
        TABLE.drop(db.session.connection())


def fill(rows) -> None:
    names = ("rank", "name", "due_on", "seen_at")
    with committed():
        db.session.execute(sa.delete(TABLE))
        if rows:
            db.session.execute(sa.insert(TABLE), [
                {"id": n, **dict(zip(names, row, strict=True))} for n, row in enumerate(rows, 1)])


def listing(size: int = 2, *conditions) -> Listing[int]:
    return Listing(sa.select(C.id).where(*conditions), SORTS, each(int), size=size)


def in_order(sort: str) -> list[int]:
    """Return all ids as the database sorts them in one go."""
    keys = SORTS[sort.removeprefix("-")]
    columns = []
    for key in keys:
        down = key.descending != sort.startswith("-")
        columns += [key.column.is_(None), key.column.desc() if down else key.column.asc()]
    return list(db.session.scalars(sa.select(C.id).order_by(*columns)))


@given(st.lists(ROW, max_size=7), st.sampled_from(WAYS), st.integers(1, 3))
@example([(None, "a", None, START)] * 5, "-due", 2)
@example([(None, "a", None, START), (0, "a", None, START), (1, "a", None, START)], "-rank", 1)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_walk_meets_every_row_once_and_in_order_both_ways(table, rows, sort, size):
    fill(rows)
    found, whole = listing(size), in_order(sort)
    pages, back = to_and_fro(found, sort)
    assert [row for page in pages for row in page] == whole
    assert all(len(page) == size for page in pages[:-1])
    assert back == pages
    assert list(found.every(sort)) == whole


def test_all_rows_come_in_pieces_of_which_few_are_held(table, monkeypatch):
    fill([(n % 2, "a", None, START) for n in range(10)])
    monkeypatch.setattr(lists, "CHUNK", 3)
    with counted() as statements:
        assert list(listing(2).every("rank")) == in_order("rank")
    assert len([s for s in statements if "LIMIT" in s]) == 4


def test_rows_that_come_and_go_push_nobody_to_another_page(table):
    fill([(0, name, None, START) for name in "bdfhj"])
    first = listing().page(Asked("name"))
    second = listing().page(Asked("name", after=first.next))
    with committed():
        db.session.execute(sa.insert(TABLE), [
            {"id": 90 + n, "rank": 0, "name": name, "seen_at": START}
            for n, name in enumerate("ac")])
        db.session.execute(sa.delete(TABLE).where(C.name == "d"))
    assert list(listing().page(Asked("name", after=first.next)).rows) == list(second.rows)
    back = listing().page(Asked("name", before=second.previous))
    assert list(back.rows) == [1, 91] and back.previous


def test_a_page_whose_rows_are_gone_shows_the_nearest_end(table):
    fill([(0, name, None, START) for name in "abcd"])
    first = listing().page(Asked("name"))
    last = listing().page(Asked("name", after=first.next))
    few = listing(2, C.name < "c")
    assert list(few.page(Asked("name", after=first.next)).rows) == [1, 2]
    assert not few.page(Asked("name", after=first.next)).next
    few = listing(2, C.name >= "c")
    assert few.page(Asked("name", before=last.previous)) == few.page(Asked("name"))
    assert listing(2, sa.false()).page(Asked("name", after=first.next)) == Page(
        (), Count(0), sort="name")


def test_a_page_knows_its_order_and_an_unknown_one_is_refused(table):
    fill([(0, "a", None, START)])
    found = {sort: listing().page(Asked(sort)) for sort in ("", "newest", "-newest")}
    assert [(page.sort, page.descending) for page in found.values()] == [
        ("id", False), ("newest", True), ("-newest", False)]
    for unknown in ("none", "-"):
        with pytest.raises(Refusal, match="has no order"):
            listing().page(Asked(unknown))


def test_counting_is_exact_to_a_thousand_and_ends_there(table, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 3)
    for rows, count in ((0, Count(0)), (2, Count(2)), (3, Count(3)), (4, Count(3, more=True)),
                        (9, Count(3, more=True))):
        fill([(0, "a", None, START)] * rows)
        assert listing(2).count() == listing(2).page(Asked()).count == count


def test_a_list_that_fits_its_page_is_not_counted_again(table):
    fill([(0, "a", None, START)] * 2)
    with counted() as statements:
        assert listing(2).page(Asked()).count == Count(2)
    assert len(statements) == 1


def as_place(*keys) -> str:
    return urlsafe_b64encode(json.dumps(keys).encode()).decode()


NO_PLACES = [
    "x", "é", "=", "....", as_place(), as_place(1), as_place("a", None, 1, 2), as_place("a", 1, 1),
    as_place(None, None, 1), as_place("a", None, True), as_place("a", None, 1.5),
    as_place("a", None, 2**63), as_place("a\0", None, 1), as_place("\ud800", None, 1),
    as_place("a", "2026-02-30", 1), as_place("a", [], 1), as_place("a", {}, 1), as_place(None),
    urlsafe_b64encode(b"{}").decode(), urlsafe_b64encode(b"[" * 3000).decode(),
    urlsafe_b64encode(b'["a",null,NaN]').decode(), "A" * 5_000,
]


def test_a_place_that_was_never_written_is_the_beginning(table):
    fill([(0, name, None, START) for name in "abc"])
    beginning = listing().page(Asked("name"))
    for place in NO_PLACES:
        assert listing().page(Asked("name", after=place)) == beginning, place
        assert listing().page(Asked("name", before=place)) == beginning, place


def test_a_moment_that_was_never_written_breaks_nothing(table):
    fill([(0, name, None, START) for name in "abc"])
    for moment in ("2026-01-01", "0001-01-01T00:00:00+14:00", "x", 5):
        assert listing().page(Asked("newest", after=as_place(moment, 1))).rows, moment


def test_a_place_of_one_order_is_none_in_another(table):
    fill([(0, name, None, START) for name in "abc"])
    place = listing().page(Asked("name")).next
    assert listing().page(Asked("rank", after=place)) == listing().page(Asked("rank"))


@given(st.integers(0, 12), st.integers(1, 4))
def test_rows_in_memory_are_walked_alike(rows, size):
    pages, asked = [], Asked()
    while True:
        page = cut(range(rows), asked, size=size)
        pages.append(list(page.rows))
        if not page.next:
            break
        asked = Asked(after=page.next)
    assert [row for page in pages for row in page] == list(range(rows))
    back = [pages[-1]]
    while page.previous:
        page = cut(range(rows), Asked(before=page.previous), size=size)
        back.insert(0, list(page.rows))
    assert back == pages
    assert page.count == Count(rows)


@pytest.mark.parametrize("place", ["x", "-1", "²", "9" * 19])
def test_a_position_that_is_none_is_the_beginning(place):
    assert cut("abc", Asked(after=place), size=2) == cut("abc", Asked(), size=2)
    assert cut("abc", Asked(before=place), size=2) == cut("abc", Asked(), size=2)
    assert list(cut("abc", Asked(after="77"), size=2).rows) == ["b", "c"]


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1_000, 1_001])
def test_ids_are_cut_into_statements(count):
    found = list(chunks(set(range(count))))
    assert [each_id for some in found for each_id in some] == list(range(count))
    assert all(len(some) <= lists.CHUNK for some in found)
    assert len(found) == -(-count // lists.CHUNK)


def test_what_is_shown_of_a_page_is_built_at_once(table):
    fill([(0, "a", None, START)] * 3)
    seen = []
    found = replace(listing(2), build=lambda rows: seen.append(rows) or rows)
    found.page(Asked("newest"))
    assert seen == [[(3,), (2,)]]
