"""Bodies: small but where a file is sent, in time, and heavy files one after another."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, closing
from io import BytesIO

import pytest

from isotrain import turns as turns_of
from isotrain.errors import Refusal
from isotrain.turns import AT_ONCE, reading_turn
from isotrain.web import bodies
from tests.factories import a_user, client_of, csrf, post


def test_a_large_body_is_taken_where_a_file_is_sent_and_nowhere_else(app, monkeypatch):
    monkeypatch.setattr(bodies, "USUAL", 1_000)
    hr, large = client_of(app, a_user("hr")), "x" * bodies.USUAL
    for page in ("/people/new", "/account/password"):
        answer = hr.post(page, data={"csrf_token": csrf(hr, page), "name": large})
        assert answer.status_code == 413
    assert app.test_client().post("/sign-in", data={"name": large}).status_code == 413
    token = csrf(hr, "/people/import")
    with hr.post("/people/import", data={
            "csrf_token": token, "file": (BytesIO(large.encode()), "f.csv")}) as answer:
        assert answer.status_code == 422 and "The file is too large" not in answer.text


def test_a_body_beyond_the_limit_is_refused_where_a_file_is_sent_too(app, monkeypatch):
    monkeypatch.setattr(bodies, "LARGEST", 10_000)
    hr = client_of(app, a_user("hr"))
    answer = hr.post("/people/import", data={"csrf_token": csrf(hr, "/people/import"),
                                             "name": "x" * bodies.LARGEST})
    assert answer.status_code == 413


class Dripping:
    """A connection whose other end sends a byte at a time, and the body that is read from it."""

    def __init__(self):
        self.here, self.there = socket.socketpair()
        self.stop = threading.Event()
        threading.Thread(target=self._drip, daemon=True).start()

    def close(self):
        self.stop.set()
        self.here.close()
        self.there.close()

    def _drip(self):
        while not self.stop.wait(0.02):
            try:
                self.there.send(b"x")
            except OSError:
                return

    def read(self, size):
        data = b""
        while len(data) < size and (more := self.here.recv(size - len(data))):
            data += more
        return data


def asked(application, channel, length):
    return application({"gunicorn.socket": channel.here, "CONTENT_LENGTH": str(length),
                        "wsgi.input": channel}, None)


def test_who_drips_is_hung_up_on_and_who_is_done_is_not(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.5)
    dripping, done = Dripping(), Dripping()
    application = bodies._Timed(lambda environ, _start: [environ["wsgi.input"].read(
        int(environ["CONTENT_LENGTH"]))])
    whole = asked(application, done, 5)
    cut = asked(application, dripping, 20_000)
    assert whole == [b"xxxxx"] and 1 < len(cut[0]) < 20_000
    assert len(done.read(5)) == 5  # its connection goes on
    for each in (dripping, done):
        each.close()


def test_a_body_that_is_not_read_is_not_watched_after_its_answer(monkeypatch):
    application = bodies._Timed(lambda _environ, _start: [b"no"])
    with closing(Dripping()) as dripping:
        assert asked(application, dripping, 1_000_000) == [b"no"]
    assert application.watch._due == {}


def test_so_many_files_are_read_at_once_and_one_for_each_person(app, monkeypatch):
    monkeypatch.setattr(turns_of, "PATIENCE", 0.1)
    with ExitStack() as turns:
        for user_id in range(1, AT_ONCE + 1):
            turns.enter_context(reading_turn(user_id))
        for user_id, words in ((1, "A file of yours"), (99, "Other files")):
            with pytest.raises(Refusal, match=words) as refused, reading_turn(user_id):
                raise AssertionError("let in")
            assert refused.value.status == 503 and refused.value.retry_after > 0
        with reading_turn(None):
            pass
    with reading_turn(99):
        pass


def test_who_presses_twice_waits_for_the_first_press_and_a_third_time_is_refused(
        app, monkeypatch):
    waits, done, locked = threading.Event(), threading.Event(), turns_of._locked

    def watched(path):
        lock = locked(path)
        if lock is not None and path.name == "after-1":
            waits.set()
        return lock

    def again():
        with app.app_context(), reading_turn(1):
            done.set()

    monkeypatch.setattr(turns_of, "_locked", watched)
    with reading_turn(1):
        second = threading.Thread(target=again)
        second.start()
        assert waits.wait(30)
        with pytest.raises(Refusal, match="A file of yours"), reading_turn(1):
            raise AssertionError("let in")
        assert not done.is_set()
    second.join()
    assert done.is_set()


def test_a_turn_ends_with_the_block_however_that_ends(app):
    for _again in range(AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError), reading_turn(1):
            raise ZeroDivisionError


def test_whoever_must_wait_with_a_file_is_told_when_to_come_again(app):
    hr = client_of(app, a_user("hr"))
    token = csrf(hr, "/people/import")
    with reading_turn(7), reading_turn(8):
        answer = hr.post("/people/import", data={"csrf_token": token,
                                                 "file": (BytesIO(b"name\nx"), "f.csv")})
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "10"
    assert "Other files are being read right now" in answer.text
    assert post(hr, "/people/import", {}).status_code == 422
