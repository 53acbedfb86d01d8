"""Lists: a page is a range of keys, a count goes as far as it matters, all rows come in pieces.

The address of a page carries the sort keys of the row it begins after, or ends before, so that a
page costs what it shows however far down it is, and rows that come or go push nobody else's row
from one page to another. Counting ends at a thousand.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.text import whole

CHUNK = 500  # how many keys stand in one statement, how many rows are held at once
PAGE = 50
COUNTED = 1_000
FEW = 1_500  # about where looking rows up and sorting them costs as much as trying them in order
LONGEST_PLACE = 4_000
_LARGEST = 2**63 - 1

T = TypeVar("T", covariant=True)
Name = TypeVar("Name", int, str)
Kind = TypeVar("Kind")


def chunks(keys: Collection[Name]) -> Iterator[list[Name]]:
    """Cut a collection of keys into lists that fit into a statement each."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


@dataclass(frozen=True)
class Key:
    """One column to sort by; where it may be empty, empty rows come last in both directions.

    Empty rows of a first key are read `apart`, by a statement of their own, where an index that
    serves the others should serve them as well. No row of the list is below `low` or above `high`;
    of a first key that is said to the database where the place does not say more.
    """

    column: sa.SQLColumnExpression[Any]
    descending: bool = False
    nullable: bool = False
    apart: bool = False
    low: Any = None
    high: Any = None

    @property
    def kind(self) -> type[Any]:
        """The Python type of what the column holds."""
        return self.column.label("key").type.python_type


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list: an order ("-" from its end) and a place; "" for neither."""

    sort: str = ""
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Count:
    """How many rows there are; `more` when there are more than were counted."""

    number: int
    more: bool = False


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list, and the places where the ones beside it begin ("" where none is)."""

    rows: Sequence[T]
    count: Count
    sort: str = ""
    descending: bool = False
    previous: str = ""
    next: str = ""


@dataclass(frozen=True)
class Few:
    """How to read a list where few rows match: by what is asked for, and only then in order.

    `ids` selects the keys of what matches, in no order, some more than once; `query` reads rows
    without asking whether they match, and `key` is the key in it. Where `ids` are only some of
    those that match they tell that there are many.
    """

    ids: sa.Select[int]
    key: sa.SQLColumnExpression[int]
    query: sa.Select[*tuple[Any, ...]]
    only_some: bool = False


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list as it was filtered, to be read a page at a time or whole.

    `sorts` names its orders, the usual one first; each ends in what tells rows apart. `build`
    makes what is shown of the rows of a page, all at once, so that it can look up what they need.
    With `few` the rows are counted first, and `query` is read in order, row by row until a page
    is full, only where there are more than are counted: either way few rows are looked at.
    """

    query: sa.Select[*tuple[Any, ...]]
    sorts: Mapping[str, Sequence[Key]]
    build: Callable[[Sequence[tuple[Any, ...]]], Sequence[T]]
    size: int = PAGE
    few: Few | None = None

    def page(self, asked: Asked) -> Page[T]:
        """Return the page that is asked for; a place that is none begins at the beginning."""
        sort, order = self._order(asked.sort)
        after, before = _place(asked.after, order), _place(asked.before, order)
        query, count = self._chosen()
        rows: list[Any] = []
        earlier = later = False
        if after:
            rows, later = _read(query, order, after, size=self.size)
            earlier = True
            if not rows:  # what followed is gone: this is the end
                rows, earlier = _read(query, order, None, size=self.size, back=True)
        elif before:
            rows, earlier = _read(query, order, before, size=self.size, back=True)
            later = bool(rows)
        if not rows and count != Count(0):
            rows, later = _read(query, order, None, size=self.size)
            earlier = False
        keys = [tuple(row[-len(order):]) for row in rows]
        if not (earlier or later):
            count = Count(len(rows))
        return Page(
            self._built(rows, order), count or self.count(), sort=sort,
            descending=order[0].descending, previous=_written(keys[0]) if earlier else "",
            next=_written(keys[-1]) if later else "",
        )

    def every(self, sort: str = "") -> Iterator[T]:
        """Yield all rows in an order, some at a time."""
        _sort, order = self._order(sort)
        query, _count = self._chosen()
        rows, more = _read(query, order, None, size=CHUNK)
        yield from self._built(rows, order)
        while more:
            rows, more = _read(query, order, tuple(rows[-1][-len(order):]), size=CHUNK)
            yield from self._built(rows, order)

    def count(self, upto: int | None = None) -> Count:
        """Count the rows, exactly up to a thousand or so many."""
        upto = upto or COUNTED
        some = self.query.with_only_columns(sa.literal(1), maintain_column_froms=True)
        some = some.order_by(None).limit(upto + 1)
        found = db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0
        return Count(min(found, upto), found > upto)

    def _order(self, sort: str) -> tuple[str, list[Key]]:
        name = sort.removeprefix("-")
        if sort and name not in self.sorts:
            raise _no_order(name)
        if not sort:
            sort = name = next(iter(self.sorts))
        turned = sort.startswith("-")
        return sort, [replace(key, descending=key.descending != turned)
                      for key in self.sorts[name]]

    def _chosen(self) -> tuple[sa.Select[*tuple[Any, ...]], Count | None]:
        """Return what to read and, where that is known by now, how many rows there are."""
        if self.few is None:
            return self.query, None
        most = COUNTED if self.few.only_some else max(FEW, COUNTED)
        found = db.session.scalars(self.few.ids.limit(most + 1)).all()
        number = len(set(found))
        count = Count(min(number, COUNTED), number > COUNTED)
        if len(found) <= most and not self.few.only_some:
            return self.few.query.where(among(self.few.key, set(found))), count
        return self.query, count if count.more else None

    def _built(self, rows: Sequence[Any], order: Sequence[Key]) -> Sequence[T]:
        return self.build([tuple(row[: -len(order)]) for row in rows]) if rows else ()


def among(
    column: sa.SQLColumnExpression[int | None] | sa.SQLColumnExpression[str | None],
    keys: Collection[int] | Collection[str],
) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of many keys, which travel as one value."""
    if db.engine.dialect.name == "sqlite":
        each_key = sa.func.json_each(json.dumps(sorted(keys))).table_valued("value")
        return column.in_(sa.select(each_key.c.value))
    return column == sa.any_(sa.cast(sorted(keys), ARRAY(column.label("key").type)))


def tried(column: sa.SQLColumnExpression[Kind]) -> sa.SQLColumnExpression[Kind]:
    """Return a column that rows are tried by as they come, by which none shall be looked up.

    The planner of SQLite, which knows nothing of a limit nor how many rows there are, would rather
    look up half of a table and sort it; a sign before the column keeps it from that.
    """
    if db.engine.dialect.name != "sqlite":
        return column
    labelled: sa.Label[Kind] = column.label("tried")
    return UnaryExpression(labelled.element, operator=custom_op("+"), type_=labelled.type)


def each(make: Callable[..., T]) -> Callable[[Sequence[tuple[Any, ...]]], Sequence[T]]:
    """Return a `build` that makes something of the columns of every row by itself."""
    return lambda rows: [make(*row) for row in rows]


def _no_order(name: str) -> Refusal:
    return Refusal(_("This list has no order “%(name)s”.", name=name[:60]), status=400)


def cut(rows: Sequence[T], asked: Asked, *, size: int = PAGE) -> Page[T]:
    """Return the page that is asked for of rows that are in memory; places are positions."""
    if asked.sort:
        raise _no_order(asked.sort)
    after, before = whole(asked.after), whole(asked.before)
    first = after + 1 if after is not None else max(0, before - size) if before is not None else 0
    if first >= len(rows):
        first = max(0, len(rows) - size)
    last = min(first + size, len(rows))
    return Page(rows[first:last], Count(len(rows)), previous=str(first) if first else "",
                next=str(last - 1) if last < len(rows) else "")


def _read(
    query: sa.Select[*tuple[Any, ...]], order: Sequence[Key], place: tuple[Any, ...] | None, *,
    size: int, back: bool = False,
) -> tuple[list[Any], bool]:
    """Read on from a place, or back from it; say whether there is more that way."""
    query = query.add_columns(*(key.column.label(f"key_{n}") for n, key in enumerate(order)))
    rows: list[Any] = []
    for part, keys, begin in _parts(query, order, place, back=back):
        if begin:
            part = part.where(_beyond(keys, begin, back=back))
        part = part.where(*_bounds(keys[0], back=back, begun=begin is not None))
        part = part.order_by(*(_ordered(key, back=back) for key in keys))
        rows += db.session.execute(part.limit(size + 1 - len(rows)))
        if len(rows) > size:
            break
    found = rows[:size]
    return (found[::-1] if back else found), len(rows) > size


def _bounds(key: Key, *, back: bool, begun: bool) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the bounds of a key, but for the one that a place stands within."""
    up = key.descending == back
    if key.low is not None and not (begun and up):
        yield key.column >= key.low
    if key.high is not None and not (begun and not up):
        yield key.column <= key.high


def _parts(
    query: sa.Select[*tuple[Any, ...]], order: Sequence[Key], place: tuple[Any, ...] | None, *,
    back: bool,
) -> Iterator[tuple[sa.Select[*tuple[Any, ...]], Sequence[Key], tuple[Any, ...] | None]]:
    """Yield what is to be read one after the other, each with its keys and where to begin."""
    first = order[0]
    if not first.apart:
        yield query, order, place
        return
    at_empty = place is not None and place[0] is None
    full = (query.where(first.column.is_not(None)), [replace(first, nullable=False), *order[1:]],
            None if at_empty else place)
    empty = (query.where(first.column.is_(None)), order[1:],
             place[1:] if place and at_empty else None)
    if not (at_empty and not back) and not (back and place and not at_empty):
        yield from (empty, full) if back else (full, empty)
    else:
        yield full if back else empty


def _ordered(key: Key, *, back: bool) -> sa.ColumnElement[Any]:
    column = key.column.desc() if key.descending != back else key.column.asc()
    if not key.nullable:
        return column
    return column.nulls_first() if back else column.nulls_last()


def _beyond(
    order: Sequence[Key], place: Sequence[Any], *, back: bool
) -> sa.ColumnElement[bool]:
    """Return the condition that a row stands after a place, or before it.

    The first key bounds the range by itself, so that an index on it serves.
    """
    key, value = order[0], place[0]
    same = key.column == value if value is not None else key.column.is_(None)
    further: sa.ColumnElement[bool]
    if value is None:
        further = key.column.is_not(None) if back else sa.false()
    else:
        further = key.column < value if key.descending != back else key.column > value
        if key.nullable and not back:
            further = sa.or_(further, key.column.is_(None))
    if len(order) == 1:
        return further
    rest = sa.and_(same, _beyond(order[1:], place[1:], back=back))
    if value is None or key.nullable:
        return sa.and_(sa.or_(further, same), sa.or_(further, rest))
    bound = key.column <= value if key.descending != back else key.column >= value
    return sa.and_(bound, sa.or_(further, rest))


def _written(keys: Sequence[Any]) -> str:
    """Write the keys of a row for an address."""
    plain = [key.isoformat() if isinstance(key, date) else key for key in keys]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(text: str, order: Sequence[Key]) -> tuple[Any, ...] | None:
    """Read the keys of a row from an address; None for what was never written there."""
    if not text or len(text) > LONGEST_PLACE:
        return None
    try:
        keys = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(keys, list) or len(keys) != len(order):
            return None
        return tuple(_value(key, each_key) for each_key, key in zip(order, keys, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _value(given: object, key: Key) -> Any:
    """Return a value as the column of a key holds it; raise ValueError for any other."""
    if given is None and key.nullable:
        return None
    kind = key.kind
    if kind is int and type(given) is int and abs(given) <= _LARGEST:
        return given
    if kind is str and isinstance(given, str) and "\0" not in given:
        given.encode()
        return given
    if kind is datetime and isinstance(given, str):
        return datetime.fromisoformat(given).astimezone(UTC)
    if kind is date and isinstance(given, str):
        return date.fromisoformat(given)
    raise ValueError(given)
