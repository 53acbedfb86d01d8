"""A question type that only the tests have, written and answered in a browser with script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from isotrain.accounts import directory
from isotrain.banks.models import Bank
from isotrain.db import db
from isotrain.quizzes.models import QuizVersion
from isotrain.study.models import Course
from tests.attempts import sitting
from tests.banks.making import a_bank
from tests.factories import committed
from tests.journeys.sitting import attempt_of, saved
from tests.journeys.test_every_page import sound
from tests.questions.foreign import register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

TRAINER, EMPLOYEE = "1003", "1005"
PAIRS = (("ISO", "writes"), ("A body", "certifies"), ("An accreditor", "accredits"))


@pytest.fixture
def bank_id(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The trainer's own bank, which practice draws from as long as the test runs."""
    register(site.app, monkeypatch)
    with site.inside():
        trainer = directory.find_by_name(TRAINER)
        assert trainer is not None
        made = a_bank(trainer.id, title="Pairs")
        slug = db.session.get_one(Bank, made).slug
        published = sitting.quiz_of(sitting.PRACTICE).published_version_id
        before = list(db.session.get_one(QuizVersion, published).cells)
        cell = {"bank": slug, "topic": "roles", "difficulty": 1, "count": 1}
        sitting.change_rules(sitting.PRACTICE, [cell])
    yield made
    with site.inside():
        sitting.change_rules(sitting.PRACTICE, before)


def test_pairs_are_written_and_answered(bank_id: int, site: Site, visitor: Visitor):
    _write(visitor(TRAINER), bank_id)
    with site.inside(), committed():  # a course draws from banks of its library
        course = db.session.get_one(Course, sitting.quiz_of().course_id)
        db.session.get_one(Bank, bank_id).library_id = course.library_id
    page = visitor(EMPLOYEE)
    page.goto(f"/quiz/{sitting.PRACTICE}")
    page.get_by_role("button", name=re.compile("Start|practi", re.IGNORECASE)).first.click()
    page.wait_for_url("**/attempt/*/1")
    sound(page)
    attempt = attempt_of(page)
    page.get_by_label("ISO").select_option("writes")
    saved(page)
    page.get_by_label("A body").select_option("accredits")
    expect(page.locator(".question-grid .answered")).to_have_count(1)
    saved(page)
    page.reload()
    expect(page.get_by_label("A body").locator("option:checked")).to_have_text("accredits")
    page.get_by_role("button", name="Show the solution").click()
    expect(page.get_by_role("heading", name="Partly right")).to_be_visible()
    page.goto(f"/attempt/{attempt}/check")
    page.get_by_role("button", name="Hand in 1 answer").click()
    expect(page.locator("main")).to_contain_text("1/3 of the mark")


def _write(page: Page, bank_id: int) -> None:
    """Write the question with a row more than the editor begins with, and approve it."""
    page.goto(f"/banks/{bank_id}/questions/new/pairing")
    page.get_by_label("Question", exact=True).fill("Who does what?")
    page.get_by_role("button", name="Add a pair").click()
    expect(page.get_by_label(re.compile("Left side"))).to_have_count(3)
    expect(page.get_by_label("Question", exact=True)).to_have_value("Who does what?")
    for number, (left, right) in enumerate(PAIRS, 1):
        page.get_by_label(f"Left side {number}").fill(left)
        page.get_by_label(f"Right side {number}").fill(right)
    page.get_by_label("Explanation").fill("Each has its part.")
    page.get_by_label("Topic").fill("roles")
    page.get_by_label("Difficulty").select_option("1")
    page.get_by_label("Practice").check()
    expect(page.get_by_text("Complete: it can be approved")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Save as draft").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status").filter(has_text="Approved")).to_be_visible()
