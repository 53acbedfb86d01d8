"""Listening to the news of people."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.listening import hearing_moved

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def heard() -> Iterator[list[list[int]]]:
    """Collect who moved, one list for each piece of news."""
    news: list[list[int]] = []

    with hearing_moved(lambda moved: news.append(list(moved.user_ids))):
        yield news
