"""Counting tries: each key by itself, in a window that begins with the first and then anew."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from isotrain import clock
from isotrain.accounts import throttling
from isotrain.accounts.models import Throttle
from isotrain.accounts.throttling import MINUTE, WINDOW, Tries
from isotrain.db import db
from tests.factories import committed

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAST = timedelta(microseconds=1)


def take(key: str, *, after: timedelta = timedelta(0), limit: int = 2, **more) -> bool:
    with clock.frozen_at(START + after), committed():
        count, _wait = throttling.take(key, **more)
        return count <= limit


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


def test_a_success_forgets_its_own_key_and_gives_back_one_of_each_shared_one(each_app):
    tries = Tries({"mine": 9, "shared": 9, "never": 9}, ("mine",))
    for key in ("mine", "mine", "theirs", "shared", "shared"):
        take(key)
    with committed():
        throttling.succeeded(tries)
    assert counts() == {"theirs": 1, "shared": 1}
    with committed():
        throttling.succeeded(tries)
        throttling.succeeded(tries)
        throttling.succeeded(Tries({"theirs": 9}, ("theirs",)))
    assert counts() == {}  # what counts nothing is not kept


@pytest.mark.parametrize("address, place", [
    ("10.1.2.3", "10.1.2.3"), ("::ffff:10.1.2.3", "10.1.2.3"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
    ("fe80::1%eth0", "fe80::/64"), ("", "unknown"), ("no address", "unknown"),
])
def test_an_address_counts_as_the_place_it_stands_for(address, place):
    assert throttling.network(address) == place


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_whoever_has_a_network_of_ipv6_counts_once_and_their_neighbour_apart(net, one, other):
    place = throttling.network(str(IPv6Address((net << 64) + one)))
    assert throttling.network(str(IPv6Address((net << 64) + other))) == place
    neighbour = throttling.network(str(IPv6Address(((net ^ 1) << 64) + one)))
    assert neighbour != place or IPv6Address((net << 64) + one).ipv4_mapped


def test_what_was_typed_as_a_name_is_not_kept():
    key = throttling.person("my password by mistake", None)
    assert "password" not in key and key == throttling.person("MY password by mistake", None)
    assert throttling.person("1001", 7) == throttling.person("ann@example.com", 7) != key


def test_a_refusal_says_for_how_long_and_the_first_one_is_told_apart(each_app):
    limits = {"place": 3, "person": 2}
    with clock.frozen_at(START), committed():
        for _ in range(2):
            throttling.refuse_beyond(limits)
        with pytest.raises(throttling.TooMany) as first:
            throttling.refuse_beyond(limits)
    with clock.frozen_at(START + timedelta(minutes=14, seconds=1)), committed():
        with pytest.raises(throttling.TooMany) as second:
            throttling.refuse_beyond({"person": 2})
        with pytest.raises(throttling.TooMany) as third:
            throttling.refuse_beyond(limits)
    told = [(each.value.key, each.value.first, each.value.retry_after)
            for each in (first, second, third)]
    assert told == [("person", True, 900), ("person", False, 59), ("place", True, 59)]
    assert counts() == {"place": 4, "person": 4}  # who is refused at the place counts no further


def test_who_is_refused_is_counted_and_forgiven_alone(each_app):
    tries = [Tries.of(whom, place, device=device)
             for whom, place, device in (("u1", "10.0.0.1", None), ("u1", "10.0.0.2", None),
                                         ("u1", "", "tablet"), ("u11", "10.0.0.1", None))]
    with committed():
        for each in tries:
            for _ in range(throttling.PER_ACCOUNT + 1):
                with suppress(throttling.TooMany):
                    throttling.refuse_beyond(each.limits)
    assert [throttling.count_refused(whom) for whom in ("u1", "u11", "u2")] == [3, 1, 0]
    with clock.moved_by(WINDOW + LAST):
        assert throttling.count_refused("u1") == 0
    with committed():
        throttling.forgive("u1", daily=True)
    assert [throttling.count_refused(whom) for whom in ("u1", "u11")] == [0, 1]
    assert not [key for key in counts() if ":u1:" in key or key.endswith(":u1")]
