"""Hostile values for half an hour in everything that can be sent: no answer is a fault of ours.

MINUTES says for how long. A round begins on the company as it was built, with all roles signed in
a moment ago; SEED and ROUND, as they are printed, repeat one round alone.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from isotrain import clock
from isotrain.people import days
from isotrain.settings import values
from tests.access import world as seeding
from tests.access.addresses import kinds
from tests.access.test_hostile import PAYLOADS, SLOW, SPECIAL, fault, posted, words_in_code
from tests.access.world import ROLES
from tests.conftest import SqliteBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.access.forms import Form
    from tests.access.world import Somebody, World

BY_NAME_ONLY = "as many MINUTES as are asked for, 30 by itself"
PER_ROUND, RARELY = 300, 0.03
# Where numbers, days, times, lists and texts end, and what stands just behind.
EDGES = (
    "", " ", "0", "00", "-0", "+1", "1.0", "1,5", "0x10", "1_000", "2147483648", "-2147483649",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1" * 5_000, "Infinity",
    "0001-01-01", "0001-01-01T00:00", "9999-12-31T23:59:59", "2026-02-30", "2026-13-01", "1-1-1",
    "2026-W01-1", "20260101", "10000-01-01", "-001-01-01", "24:00", "2026-03-29T02:30",
    "null", "true", "[]", "{}", "[" * 3_000, '{"a":' * 900, '"\\ud800"', "on", "\ufffe",
    "\x7f\x1b[2J", "\U0001f600" * 400, "e\u0301" * 200, "a@b", "@", "=1+1", "a;b,c\td", "\u2028",
    "%", "%00", "%ff", "\\", "_", "*", ".", "..", "/", "//", "?", "#", "&", "W001", "w001 ",
    "iso-certification", "en", "xx", "Europe/Berlin", "../../UTC", "Etc/GMT+99", "admin", "csv",
    "xlsx", "yaml", "single_choice", "e1d", "eyJ", "a" * 255, "a" * 256, "\u0130" * 100,
    "\ufdfa" * 300)
HEADERS = ("User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Referer", "Origin",
           "X-Forwarded-For", "X-Forwarded-Proto", "If-None-Match", "If-Modified-Since", "Range",
           "X-Request-Id", "X-Requested-With", "Content-Type", "Authorization", "Host",
           "X-HTTP-Method-Override")
METHODS = ("POST", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND")
BEGINNINGS = (b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b", b"%PDF-1.7",
              b"\xd0\xcf\x11\xe0", b"personnel_no,name\n", b"::q:: a {=b ~c}\n", b"questions:\n- ",
              b"A\nA. b\nANSWER: ")


class Fuzz:
    """Sends requests that a number picks, and keeps what they did."""

    def __init__(self, world: World, fresh: Callable[[], None]) -> None:
        self.world, self.fresh = world, fresh
        self.statuses: Counter[int] = Counter()
        self.endpoints: set[str] = set()
        self.faults: dict[str, str] = {}
        self.forms = list(posted(world).values())
        self.rules = sorted((rule for rule in world.app.url_map.iter_rules()
                             if rule.endpoint != "static"), key=str)
        self.names = sorted({name for _url, _who, form in self.forms for name in form.names}
                            | words_in_code() | {*SPECIAL, "after", "before"})

    def round(self, seed: str, number: int) -> None:
        """Send what belongs to one round, upon the company as it was built."""
        self.dice = random.Random(f"{seed}/{number}")
        self.fresh()
        for n in range(PER_ROUND):
            send = self.dice.choice((self._page, self._page, self._form, self._form, self._odd))
            what, response = send()
            self.statuses[response.status_code] += 1
            wrong = fault(response, what)
            kind = f"{response.status_code} {what.split(' ')[0]}"
            if wrong is not None and kind not in self.faults:
                self.faults[kind] = wrong
                print(f"  SEED={seed} ROUND={number}, request {n}: {wrong}", flush=True)

    def _value(self, usual: str = "") -> str:
        kind = self.dice.randrange(8)
        if kind < 3:
            return self.dice.choice(list(PAYLOADS.values()))
        if kind < 6:
            return self.dice.choice(EDGES)
        if kind == 6 and usual:
            at = self.dice.randrange(len(usual))
            return usual[:at] + self.dice.choice(EDGES)[:50] + usual[at + self.dice.randrange(3):]
        return "".join(chr(self.dice.choice((self.dice.randrange(128), self.dice.randrange(0xD800),
                                             self.dice.randrange(0xE000, 0x110000))))
                       for _ in range(self.dice.randrange(1, 60)))

    def _who(self) -> Somebody:
        return self.world.people[self.dice.choice(("anon", *ROLES))]

    def _address(self, who: Somebody) -> tuple[str, str]:
        """Pick an endpoint, with an object of somebody's, or with something that is none."""
        rule = self.dice.choice(self.rules)
        asked = kinds(self.world, rule.endpoint, rule.arguments, who)
        path = self.world.adapter.build(rule.endpoint, asked[self.dice.choice(sorted(asked))],
                                        method=self.dice.choice(sorted(rule.methods or ())))
        parts = path.split("/")
        if self.dice.random() < 0.4:
            parts[self.dice.randrange(1, len(parts))] = quote(self._value()[:3_000], safe="")
        self.endpoints.add(rule.endpoint)
        return rule.endpoint, "/".join(parts)

    def _fields(self, form: Form | None = None) -> dict[str, Any]:
        """Fill a form in, some of it with what nobody would enter."""
        data: dict[str, Any] = {}
        for name, value in form.values if form else ():
            data.setdefault(name, []).append(value)
        own = (form.names if form else ()) or self.names
        for _ in range(self.dice.choice((1, 1, 2, 3, len(own)))):
            name = self.dice.choice(own if self.dice.random() < 0.9 else self.names)
            usual = next(iter(data.get(name, ())), "")
            data[name] = [self._value(usual) for _ in range(self.dice.choice((1, 1, 1, 2, 9)))]
        if data and self.dice.random() < 0.1:
            data.pop(self.dice.choice(sorted(data)))
        for name in form.files if form else ():
            noise = self.dice.randbytes(self.dice.randrange(200)) + self._value().encode()
            data[name] = (BytesIO(self.dice.choice(BEGINNINGS) + noise), self._value()[:300])
        return data

    def _more(self, who: Somebody) -> dict[str, Any]:
        """Sometimes add headers and cookies."""
        headers = {}
        if self.dice.random() < 0.2:
            text = self._value()[:6_000].encode().decode("latin-1")
            headers[self.dice.choice(HEADERS)] = "".join(c for c in text if c not in "\r\n\0")
        if self.dice.random() < 0.05:
            kept = who.cookie[:self.dice.randrange(len(who.cookie) + 1)]
            name = self.world.app.config["SESSION_COOKIE_NAME"]
            other = quote(self._value()[:900], safe="=.-_;\"")
            headers["Cookie"] = f"{name}={kept}{other}; isotrain-device={other}"
        return {"headers": headers}

    def _send(self, method: str, url: str, who: Somebody, what: str,
              **more: Any) -> tuple[str, TestResponse]:
        request = {**more, **self._more(who)}
        client = self.world.browser(who)
        if "Cookie" in request["headers"]:
            client = self.world.app.test_client(use_cookies=False)
        try:
            response = client.open(url, method=method, **request)
        except Exception as broken:  # what escapes the error page is no less a fault
            response = TestResponse((), "500 ESCAPED", Headers(), EnvironBuilder().get_request())
            what += f" {broken!r:.300}"
        return f"{what} {method} {url[:200]} as {who.name}: {str(request)[:600]}", response

    def _page(self) -> tuple[str, TestResponse]:
        who = self._who()
        endpoint, path = self._address(who)
        query = {self.dice.choice(self.names): self._value()[:3_000]
                 for _ in range(self.dice.randrange(4))}
        return self._send("GET", path, who, endpoint, query_string=query)

    def _form(self) -> tuple[str, TestResponse]:
        url, who, form = self.dice.choice(self.forms)
        endpoint = self.world.adapter.match(url.split("?")[0], method="POST")[0]
        while endpoint in SLOW and self.dice.random() > RARELY:
            url, who, form = self.dice.choice(self.forms)
            endpoint = self.world.adapter.match(url.split("?")[0], method="POST")[0]
        if self.dice.random() < 0.1:
            who = self._who()
        self.endpoints.add(endpoint)
        return self._send("POST", url, who, endpoint,
                          data={**self._fields(form), "csrf_token": who.token})

    def _odd(self) -> tuple[str, TestResponse]:
        """Another method, fields of other forms, or a body that is none."""
        who = self._who()
        endpoint, path = self._address(who)
        method = self.dice.choice(METHODS)
        if self.dice.random() < 0.3:
            body = self.dice.randbytes(300) + self._value().encode()
            kind = self.dice.choice(("application/json", "multipart/form-data; boundary=x",
                                     "application/x-www-form-urlencoded", "text/plain", ""))
            return self._send(method, path, who, endpoint, data=body, content_type=kind)
        return self._send(method, path, who, endpoint,
                          data={**self._fields(), "csrf_token": who.token})


def run() -> Iterator[dict[str, Any]]:
    """Send rounds until the time is over, or the one that is asked for."""
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    only = os.environ.get("ROUND")
    with _fuzz() as fuzz:
        end, number = time.monotonic() + 60 * float(os.environ.get("MINUTES", "30")), 0
        print(f"  (fuzz: SEED={seed}, {len(fuzz.forms)} forms, {len(fuzz.rules)} addresses)",
              flush=True)
        while only is None and time.monotonic() < end:
            fuzz.round(seed, number)
            number += 1
        if only is not None:
            fuzz.round(seed, int(only))
    counted = " ".join(f"{status}:{count}" for status, count in sorted(fuzz.statuses.items()))
    yield {"name": "hostile requests that did harm, kinds", "value": len(fuzz.faults), "limit": 0,
           "unit": "", "n": fuzz.statuses.total(), "detail": counted}
    yield {"name": "answers of 500 and more", "limit": 0, "unit": "", "n": fuzz.statuses.total(),
           "value": sum(count for status, count in fuzz.statuses.items() if status >= 500),
           "detail": f"{len(fuzz.endpoints)} of {len({r.endpoint for r in fuzz.rules})} endpoints"}


@contextmanager
def _fuzz() -> Iterator[Fuzz]:
    """Build the company of the access tests; the clock stands, so that every proof stays fresh."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        backend = SqliteBackend(folder)
        world = seeding.build(backend.app, folder / "canary")
        backend.keep("world")

        def fresh() -> None:
            backend.reset("world")
            with backend.app.app_context():
                values.KEPT.forget()
                days.KEPT.forget()

        backend.app.logger.setLevel(logging.ERROR)
        with clock.frozen_at(clock.now()):
            yield Fuzz(world, fresh)
