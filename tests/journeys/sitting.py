"""What journeys through an exam share: the right answers, and what is stored."""

from __future__ import annotations

import re
import time
from itertools import count
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.attempts import sheets
from isotrain.attempts.models import Answer, Attempt, Result
from isotrain.db import db
from tests.access.world import wire_answers
from tests.factories import a_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

EXAM = "/quiz/iso-certification-exam"
_numbers = count(1)


def attempt_of(page: Page) -> int:
    """Return the number of the attempt a page is about."""
    found = re.search(r"/attempt/(\d+)", page.url)
    assert found, page.url
    return int(found[1])


def position_of(page: Page) -> int:
    """Return the position of the question that is shown."""
    return int(page.url.rstrip("/").rpartition("/")[2].partition("?")[0])


def right_answers(site: Site, attempt_id: int) -> list[list[str]]:
    """Return for each question of a form what a browser sends when it is answered right."""
    with site.inside():
        return [right for right, _wrong in wire_answers(attempt_id)]


def wrong_answers(site: Site, attempt_id: int) -> list[list[str]]:
    """Return for each question of a form what a browser sends for a wrong option."""
    with site.inside():
        return [wrong for _right, wrong in wire_answers(attempt_id)]


def begin(page: Page) -> int:
    """Start the exam from its page; return the number of the attempt."""
    page.goto(EXAM)
    page.locator(".start-act").get_by_role("button").click()  # the first time, or once more
    page.wait_for_url("**/attempt/*/1")
    return attempt_of(page)


READY = """async () => {
    const [name] = await caches.keys();
    const worker = await navigator.serviceWorker.getRegistration();
    return Boolean(worker?.active?.state === "activated" && name
        && document.querySelector("[data-check]")
        && (await (await caches.open(name)).keys()).length > 3);
}"""


def newcomer(site: Site) -> str:
    """Return the number of an employee whom no other journey knows, so that nothing is open."""
    number = f"J{next(_numbers):03}"
    with site.inside():
        a_user(number=number)
    return number


def ready(page: Page) -> None:
    """Wait until the whole form is in the browser and its worker looks after the page."""
    until(page, READY)


def until(page: Page, asked: str, seconds: float = 10) -> None:
    """Wait for an answer that comes later; Playwright's own wait takes a promise for a yes."""
    end = time.monotonic() + seconds
    while not page.evaluate(asked):
        assert time.monotonic() < end, asked
        page.wait_for_timeout(50)


def choose(page: Page, values: list[str]) -> None:
    """Choose options by their values, as a click on their text does."""
    for value in values:
        page.locator(f'fieldset.answers label.option:has(input[value="{value}"])').click()


def saved(page: Page) -> None:
    """Wait until the page says that the answer is saved."""
    page.locator('[data-save-state="saved"]').wait_for()


def press(page: Page, name: str) -> None:
    """Press a button of the sitting, and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator(".turns, .all-questions, .sitting").get_by_role(
            "button", name=name, exact=True).first.click()


def answers(site: Site, attempt_id: int) -> dict[int, list[str]]:
    """Return the stored answers as the values a browser would send: {position: values}."""
    with site.inside():
        items = sheets.items_of(attempt_id)
        rows = db.session.scalars(sa.select(Answer).where(Answer.attempt_id == attempt_id))
        return {row.position: _wire(row.response, items[row.position - 1][1])
                for row in rows if row.response is not None}


def _wire(response: Any, arrangement: list[Any]) -> list[str]:
    chosen = response if isinstance(response, list) else [response]
    places = [str(each).lower() if isinstance(each, bool) else each for each in chosen]
    return sorted(str(arrangement.index(each)) for each in places)


def standing(site: Site, attempt_id: int) -> tuple[str, bool | None]:
    """Return the state of an attempt and whether it was passed."""
    with site.inside():
        attempt = db.session.get_one(Attempt, attempt_id)
        result = db.session.get(Result, attempt_id)
        return attempt.state, result.passed if result else None
