"""Counting tries: each key by itself, in a window that begins with the first and then anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import throttling
from isotrain.accounts.models import Throttle
from isotrain.accounts.throttling import MINUTE, WINDOW
from isotrain.db import db
from tests.factories import committed

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAST = timedelta(microseconds=1)


def take(key: str, *, after: timedelta = timedelta(0), limit: int = 2, **more) -> bool:
    with clock.frozen_at(START + after), committed():
        return throttling.take(key, limit, **more)


def counts() -> dict[str, int]:
    return dict(db.session.execute(sa.select(Throttle.key, Throttle.count)).all())


def test_as_many_tries_as_allowed_are_within_and_the_next_is_not(each_app):
    assert [take("a") for _ in range(4)] == [True, True, False, False]
    assert take("b")
    assert counts() == {"a": 4, "b": 1}


@pytest.mark.parametrize(("window", "more"), [(WINDOW, {}), (MINUTE, {"window": MINUTE})])
def test_a_window_ends_so_long_after_its_first_try_however_many_follow(each_app, window, more):
    for after in (timedelta(0), window / 2, window - LAST):
        take("a", after=after, **more)
    assert counts() == {"a": 3}
    assert take("a", after=window, **more)
    assert counts() == {"a": 1}
    assert take("a", after=2 * window - LAST, **more)
    assert not take("a", after=2 * window - LAST, **more)


def test_a_success_forgets_its_own_key_and_gives_back_one_of_a_shared_one(each_app):
    for key in ("mine", "mine", "theirs", "shared", "shared"):
        take(key)
    with committed():
        throttling.forget(["mine"])
        throttling.give_back("shared")
    assert counts() == {"theirs": 1, "shared": 1}
    with committed():
        throttling.give_back("shared")
        throttling.give_back("shared")
        throttling.give_back("never")
    assert counts() == {"theirs": 1, "shared": 0}
