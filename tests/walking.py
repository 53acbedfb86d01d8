"""Walking a list page by page, as its reader does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from isotrain.lists import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from isotrain.lists import Listing


def rows_of(found: Listing[Any], sort: str = "") -> list[Any]:
    """Return the first page of a list."""
    return list(found.page(Asked(sort)).rows)


def walk(make: Callable[[str], Listing[Any]], *, size: int = 2) -> list[Any]:
    """Walk a list in every order, both ways, and return its rows in the usual one.

    Every row is met once, in the order in which the whole list stands, on the pages that the way
    back meets too.
    """
    usual = list(make("").every())
    for name in make("").sorts:
        for sort in (name, f"-{name}"):
            found = replace(make(sort), size=size)
            whole = list(found.every(sort))
            assert sorted(map(repr, whole)) == sorted(map(repr, usual)), sort
            pages, back = to_and_fro(found, sort)
            assert [row for page in pages for row in page] == whole, sort
            assert back == pages, sort
    return usual


def to_and_fro(found: Listing[Any], sort: str) -> tuple[list[list[Any]], list[list[Any]]]:
    """Return the pages of a list as met on the way to its end, and on the way back."""
    page = found.page(Asked(sort))
    pages = [list(page.rows)]
    while page.next:
        page = found.page(Asked(sort, after=page.next))
        assert list(page.rows) not in pages, "the walk turns in circles"
        pages.append(list(page.rows))
    back = [list(page.rows)]
    while page.previous:
        page = found.page(Asked(sort, before=page.previous))
        again = found.page(Asked(sort, after=page.next))
        assert list(again.rows) == back[0], "the way on leads where one came from"
        back.insert(0, list(page.rows))
    return pages, back
