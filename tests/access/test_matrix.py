"""Every address, method and role, with own, foreign, missing and impossible objects.

The expectation comes from tests/house/policy.yaml alone. Beside the seven roles walk three who
held every role until just now: one was left with employee, one deactivated, one has an old
session.
"""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.exceptions import HTTPException

from tests.access.addresses import kinds, maker
from tests.access.payloads import payload
from tests.access.world import FORMER, ROLES
from tests.house import policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.access.conftest import Watch
    from tests.access.world import Somebody, World

WALKERS = ("anon", *ROLES, *FORMER)
# A method that no page has is refused before anybody asks who it is, HEAD is answered as GET, and
# OPTIONS tells methods alone: two stand for all.
FEW = ("anon", "admin")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# Rows that say what was looked at or tried; everything else stays as it was.
LOGS = {"event", "throttle", "user_session"}
# Reading progress, PDFs printed once, when a result was first seen.
KEPT = {"reading", "certificate_file", "result_seen"}
# A link that is used up says so, also one that never was; a people file that is gone leads back.
GONE = {"access.use": 410, "people.preview": 303, "people.apply": 303}
# Send to the sign-in page when all is well.
LEAD_OUT = {"accounts.home", "accounts.sign_out", "second_step.prove"}
MASK = re.compile(rb"[0-9a-f]{16}|csrf_token\" value=\"[^\"]+")
_addresses = itertools.count(1)


@dataclass
class Cell:
    """One request and what it should lead to."""

    endpoint: str
    method: str
    who: Somebody
    kind: str
    values: dict[str, Any]
    reach: str | None

    @property
    def allowed(self) -> bool:
        within = {"none": ("none",), "own": ("own",), "scope": ("own",), "any": ("own", "foreign")}
        return self.reach is not None and self.kind in within[self.reach]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} as {self.who.name}, {self.kind}"


def cells(world: World) -> Iterator[Cell]:
    """Walk through every cell of the matrix."""
    rules = policy.read()
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint not in rules.rules or not maker(rule.endpoint, rule.arguments):
            continue  # the tests below and tests/house/test_policy.py say so
        for name, method in itertools.product(WALKERS, policy.METHODS):
            who = world.people[name]
            declared = {"HEAD": "GET"}.get(method, method)
            reach = rules.reach(rule.endpoint, declared, who.role)
            asked = kinds(world, rule.endpoint, rule.arguments, who)
            # Whom a page is not for at all is refused before anybody looks at the object: the
            # first, which is the own one, stands for all.
            for kind, values in list(asked.items())[:None if reach else 1]:
                undeclared = method != "OPTIONS" and declared not in rules.rules[rule.endpoint]
                if method in ("HEAD", "OPTIONS") and name not in FEW:
                    continue
                if undeclared and (name not in FEW or kind not in ("own", "none")):
                    continue
                cell = Cell(rule.endpoint, method, who, kind, values, reach)
                if takes(world, cell) in (rule.endpoint, None):
                    yield cell


def takes(world: World, cell: Cell) -> str | None:
    """Return the endpoint that gets the request: another one may share the address."""
    try:
        endpoint, _values = world.adapter.match(address(world, cell), method=cell.method)
    except HTTPException:
        return None
    return endpoint


def address(world: World, cell: Cell) -> str:
    return world.adapter.build(cell.endpoint, cell.values)


def send(world: World, cell: Cell, token: str | None = None) -> TestResponse:
    """Send the request of a cell as a browser would, each from an address of its own."""
    n = next(_addresses)
    environ = {"REMOTE_ADDR": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"}
    data = None
    if cell.method in UNSAFE:
        data = payload(world, cell.endpoint, cell.who, cell.values)
        data["csrf_token"] = cell.who.token if token is None else token
    response = world.browser(cell.who).open(
        address(world, cell), method=cell.method, data=data, environ_overrides=environ)
    response.get_data()
    response.close()  # static files stay open otherwise
    return response


def asks_to_sign_in(response: TestResponse) -> bool:
    return response.status_code == 303 and response.location.startswith("/sign-in")


def verdict(world: World, cell: Cell, response: TestResponse) -> str | None:
    """Say what is wrong with an answer; None when it is as the policy wants it."""
    status, out = response.status_code, asks_to_sign_in(response)
    declared = {"HEAD": "GET"}.get(cell.method, cell.method)
    if status >= 500:
        return f"{status}"
    if cell.method == "OPTIONS":
        return _options(cell, status, out)
    if declared not in policy.read().rules[cell.endpoint]:
        return None if status == 405 else f"{status} instead of 405"
    if cell.allowed:
        fine = status < 400 or status in (409, 422)
        return None if fine and (not out or cell.endpoint in LEAD_OUT) else f"WRONG DENY {status}"
    if cell.reach is not None:  # the page, but not this object
        wanted = GONE.get(cell.endpoint, 404)
        return None if status == wanted else f"WRONG ALLOW {status} instead of {wanted}"
    if cell.who.role == "anon":
        return None if out else f"WRONG ALLOW {status} instead of the sign-in page"
    return None if status == 403 else f"WRONG ALLOW {status} instead of 403"


def _options(cell: Cell, status: int, out: bool) -> str | None:
    """OPTIONS tells the methods to whoever may use one of the address's endpoints."""
    if status in (200, 403) or (out and cell.who.role == "anon"):
        return None
    return f"{status} for OPTIONS"


@pytest.fixture
def judged(world: World, watch: Watch) -> Any:
    """Send a cell, judge it, look whether it left a trace it must not leave."""

    def judge(cell: Cell, token: str | None = None) -> tuple[str | None, TestResponse]:
        response = send(world, cell, token)
        wrong = verdict(world, cell, response) if token is None else None
        if watch.touched():
            free = cell.allowed and cell.method == "POST" and token is None
            traces = set() if free else watch.changed(LOGS | (KEPT if cell.allowed else set()))
            if traces:
                wrong = f"{wrong or ''} CHANGED {sorted(traces)}"
            watch.restore()
        return wrong, response

    return judge


def test_the_matrix_knows_objects_for_every_address(world):
    unknown = [rule.endpoint for rule in world.app.url_map.iter_rules()
               if not maker(rule.endpoint, rule.arguments)]
    assert unknown == [], "say in tests/access/addresses.py which objects they are asked for"


@pytest.mark.slow
def test_every_cell_is_answered_as_the_policy_says(world, judged, capsys):
    began, count, wrong = time.monotonic(), 0, []
    for cell in cells(world):
        fault, _response = judged(cell)
        count += 1
        if fault:
            wrong.append(f"{cell}: {fault}")
    with capsys.disabled():
        print(f"\n  access matrix: {count} cells in {time.monotonic() - began:.0f} s,"
              f" {len(wrong)} wrong")
    _none(wrong)


def _none(wrong: list[str]) -> None:
    """Fail with the first of many lines rather than with a difference of lists."""
    if wrong:
        pytest.fail("\n".join([f"{len(wrong)} wrong", *wrong[:80]]), pytrace=False)


@pytest.mark.slow
def test_foreign_and_missing_objects_are_answered_alike(world, judged):
    pairs = {"foreign": "missing", "mixed": "mixed missing"}
    answers: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for cell in cells(world):
        if cell.reach and not cell.allowed and cell.method in ("GET", "POST"):
            _fault, response = judged(cell)
            answers[str(cell).removesuffix(cell.kind), cell.kind] = (
                response.status_code, MASK.sub(b"", response.data), sorted(response.headers.keys()))
    compared = [(cell, answer, answers[cell[0], pairs[cell[1]]])
                for cell, answer in answers.items()
                if (cell[0], pairs.get(cell[1], "")) in answers]
    assert len(compared) > 50
    _none([f"{''.join(cell)}: {_first_difference(answer, missing)}"
           for cell, answer, missing in compared if answer != missing])


def _first_difference(one: tuple[Any, ...], other: tuple[Any, ...]) -> str:
    place = next(n for n, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
    left, right = one[place], other[place]
    if isinstance(left, bytes):
        lines = zip(left.splitlines(), right.splitlines(), strict=False)
        left, right = next(pair for pair in lines if pair[0] != pair[1])
    return f"{left!r} / {right!r}"


def test_no_form_is_taken_without_the_token_of_its_session(world, judged):
    wrong = []
    count = 0
    for cell in cells(world):
        if cell.method != "POST" or not cell.allowed:
            continue
        for token in ("", world.people["colleague"].token):
            fault, response = judged(cell, token)
            count += 1
            if fault or response.status_code != 400:
                wrong.append(f"{cell}: {response.status_code} {fault}")
    assert count
    _none(wrong)
