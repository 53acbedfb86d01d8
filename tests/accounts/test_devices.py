"""What a browser keeps to show who has signed in on it says nothing else and cannot be made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from isotrain.accounts import devices


@given(people=st.lists(st.integers(1, 50), max_size=60))
def test_a_device_knows_who_signed_in_last(people):
    device = devices.Device("one")
    for user_id in people:
        device = device.knowing(user_id)
    last = list(dict.fromkeys(reversed(people)))[:devices.MOST]
    assert {user_id for user_id in range(1, 51) if device.knows(user_id)} == set(last)


def test_a_cookie_shows_the_device_again(app):
    for device in (devices.read(None), devices.read(None).knowing(7).knowing(8)):
        assert devices.read(devices.written(device)) == device


def test_each_device_is_another_and_its_marks_are_good_for_no_other(app):
    one, other = devices.read(None).knowing(7), devices.read("")
    assert one.id != other.id and one.knows(7) and not other.knows(7)
    assert not devices.Device(other.id, one.marks).knows(7)


def test_a_cookie_that_is_not_ours_shows_a_new_device(app):
    real = devices.written(devices.read(None).knowing(7))
    body, _dot, signature = real.rpartition(".")
    for cookie in ("x", "\0", "ü", body, f"{body}.", f"{body}x.{signature}", real[:-1], "." * 9):
        assert devices.read(cookie).marks == ()
    assert devices.read(real).knows(7)


def test_nobody_guesses_a_device(app):
    with app.test_request_context():
        assert len(devices.read(None).id) >= 22  # 128 bits


def test_nobody_reads_from_the_cookie_who_it_was(app):
    assert b"1234567" not in devices.written(devices.read(None).knowing(1234567)).encode()
