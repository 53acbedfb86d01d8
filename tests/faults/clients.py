"""Clients that sit exams while the server dies, and the ledger of what they sent and heard."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from tests import sittings
from tests.faults.browser import Browser, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.faults.people import Person

QUESTIONS = 12  # of twenty: enough to have something to lose, few enough to come to an end
GIVEN_UP_AFTER = 60.0
UNREACHED = (OSError, http.client.HTTPException)
JSON = "application/json"

Slot = tuple[int, int]


@dataclass
class Ledger:
    """What was sent, before it was sent, and what was acknowledged, after it was.

    sent: {(attempt, position): {rev: form fields}}; acked: the highest rev; starts, submits and
    their acknowledgements by person and by attempt.
    """

    sent: dict[Slot, dict[int, tuple[str, ...]]] = field(default_factory=dict)
    acked: dict[Slot, int] = field(default_factory=dict)
    began: dict[int, int] = field(default_factory=dict)
    handed_in: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    after_the_end: list[Slot] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    acks: int = 0
    tries: int = 0
    longest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note_sent(self, slot: Slot, rev: int, given: tuple[str, ...]) -> None:
        with self.lock:
            self.sent.setdefault(slot, {})[rev] = given

    def note_saved(self, slot: Slot, rev: int, was_ended: bool) -> None:
        with self.lock:
            self.acks += 1
            self.acked[slot] = max(rev, self.acked.get(slot, 0))
            if was_ended:
                self.after_the_end.append(slot)


class Client(threading.Thread):
    """One window: it answers the questions of a sitting, then hands in, then takes the next.

    Windows come in pairs that share a person; one saves odd revisions, the other even ones, and
    both hand in.
    """

    def __init__(
        self, app: Flask, ledger: Ledger, *, port: int, people: list[tuple[Person, bool]],
        window: int, stop: threading.Event, seed: int,
    ) -> None:
        super().__init__(daemon=True)
        self.app, self.ledger, self.port, self.people = app, ledger, port, people
        self.window, self.stop, self.dice = window, stop, random.Random(seed)

    def run(self) -> None:
        for person, able in self.people:
            if self.stop.is_set():
                return
            browser = Browser(self.port, person.cookie, person.csrf)
            try:
                self._sit(browser, person, able)
            except Exception as broken:  # a client that dies silently would prove nothing
                self.ledger.silent.append(f"{type(broken).__name__}: {broken}")
                return
            finally:
                browser.close()

    def _sit(self, browser: Browser, person: Person, able: bool) -> None:
        slug = "iso-certification-exam"
        reply = self._insist(lambda: browser.post(f"/quiz/{slug}", {}), {303})
        if not reply.location.startswith("/attempt/"):
            return  # the other window has handed in already
        attempt = int(reply.location.rsplit("/", 1)[1])
        with self.ledger.lock:
            self.ledger.began[person.id] = attempt
        right = self._right_answers(attempt)
        for turn in range(2 * QUESTIONS):
            position = self.dice.randint(1, QUESTIONS) if turn < QUESTIONS else turn - QUESTIONS + 1
            if not self._save(browser, (attempt, position), right[position]["answer"], able):
                break
        if able:
            for position in range(QUESTIONS + 1, len(right) + 1):
                self._save(browser, (attempt, position), right[position]["answer"], able)
        self._insist(lambda: browser.post(f"/attempt/{attempt}/submit", {}), {303})
        with self.ledger.lock:
            self.ledger.ended.add(attempt)

    def _right_answers(self, attempt: int) -> dict[int, dict[str, list[str]]]:
        """Look the answers up in the database, which may be down just now."""
        began = time.monotonic()
        while True:
            try:
                with self.app.app_context():
                    return sittings.right_fields(attempt)
            except OperationalError:
                if time.monotonic() - began > GIVEN_UP_AFTER:
                    raise
                time.sleep(0.1)

    def _save(self, browser: Browser, slot: Slot, right: list[str], able: bool) -> bool:
        """Save under the next revision of this window; say whether the attempt is still open."""
        attempt, position = slot
        with self.ledger.lock:
            newest = max(self.ledger.sent.get(slot, {0: ()}))
        rev = newest + 1 + (newest + 1 + self.window) % 2
        given = tuple(right) if able else (str(self.dice.randint(0, 1)),)
        self.ledger.note_sent(slot, rev, given)
        was_ended = attempt in self.ledger.ended
        reply = self._insist(
            lambda: browser.post(f"/attempt/{attempt}/{position}",
                                 {"answer": list(given), "rev": rev}, JSON),
            {200, 409, 410})
        if reply.status == 200:
            assert json.loads(reply.text)["state"] == "saved", reply.text
            self.ledger.note_saved(slot, rev, was_ended)
        return reply.status != 410

    def _insist(self, ask: Callable[[], Reply], welcome: set[int]) -> Reply:
        """Ask until there is one of the welcome answers, as the page's script does."""
        began, reply, failure = time.monotonic(), None, None
        while time.monotonic() - began < GIVEN_UP_AFTER:
            self.ledger.tries += 1
            try:
                reply = ask()
            except UNREACHED as error:
                failure = error
            else:
                if reply.status in welcome:
                    waited = time.monotonic() - began
                    self.ledger.longest = max(self.ledger.longest, waited)
                    return reply
                if reply.status < 500 or not reply.text:
                    break
            time.sleep(self.dice.uniform(0.02, 0.1))
        raise AssertionError(f"no welcome answer: {reply and (reply.status, reply.text[:500])},"
                             f" {failure!r}")


def paired(
    app: Flask, ledger: Ledger, *, port: int, people: list[Person], pairs: int, seed: int
) -> tuple[list[Client], threading.Event]:
    """Return so many pairs of windows that share out these people; two in three are able."""
    stop, clients = threading.Event(), list[Client]()
    for pair in range(pairs):
        theirs = [(person, n % 3 > 0) for n, person in enumerate(people[pair::pairs])]
        clients += [Client(app, ledger, port=port, people=theirs, window=window, stop=stop,
                           seed=seed * 1000 + pair * 10 + window) for window in (0, 1)]
    return clients, stop

