"""A text with questions that travel together: written by a trainer, answered with script."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from isotrain.accounts import directory
from isotrain.banks import approving, editing
from isotrain.banks.models import Bank
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.questions import Ordering
from isotrain.quizzes.models import QuizVersion
from isotrain.study.models import Course
from tests.attempts import sitting
from tests.banks.making import NOBODY, a_bank, a_draft, a_set
from tests.factories import committed
from tests.journeys.sitting import newcomer, saved
from tests.journeys.test_every_page import sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

TRAINER = "1003"


@pytest.fixture
def bank_id(site: Site) -> Iterator[int]:
    """A bank with a question and a set of four, which practice asks as long as the test runs."""
    with site.inside():
        trainer = directory.find_by_name(TRAINER)
        assert trainer is not None
        made = a_bank(trainer.id, title="Sets")
        whole = a_set("Belt 4 of a depot.", use="practice")
        order = Ordering.examples()[0].question.draft()
        drafts = (a_draft(use="practice"), replace(whole, parts=(*whole.parts, order)))
        with committed():
            ids = [editing.add(made, draft, by=NOBODY).id for draft in drafts]
        with committed():
            approving.approve_many(made, ids, by=NOBODY, transaction=inside)
            bank = db.session.get_one(Bank, made)
            course = db.session.get_one(Course, sitting.quiz_of().course_id)
            bank.library_id, slug = course.library_id, bank.slug
        published = sitting.quiz_of(sitting.PRACTICE).published_version_id
        before = list(db.session.get_one(QuizVersion, published).cells)
        cell = {"bank": slug, "topic": "audits", "difficulty": 1, "count": 1}
        sitting.change_rules(sitting.PRACTICE, [cell, {**cell, "set": 4}], order="blueprint")
    yield made
    with site.inside():
        sitting.change_rules(sitting.PRACTICE, before, order="shuffled")


def test_each_question_of_a_set_is_answered_counted_and_kept(
    bank_id: int, site: Site, visitor: Visitor
):
    page = visitor(newcomer(site))
    page.goto(f"/quiz/{sitting.PRACTICE}")
    page.get_by_role("button", name=re.compile("Start|practi", re.IGNORECASE)).first.click()
    page.wait_for_url("**/attempt/*/1")
    page.locator(".question-grid").get_by_role("button", name=re.compile("2–5")).click()
    place = page.locator(".question-grid .of-set button")
    expect(page.locator(".question-number")).to_have_text("Questions 2–5 of 5")
    page.locator('[name="answer-a"]').first.check()
    page.locator('[name="answer-b"]').fill("3")
    saved(page)
    expect(place).to_have_class(re.compile("partly"))
    expect(place).to_contain_text("2 of 4 answered")
    page.get_by_role("button", name="Number them as they stand").click()
    page.locator('[name="answer-c"]').first.check()
    saved(page)
    expect(place).to_have_class(re.compile("answered"))
    expect(page.locator(".focusbar")).to_contain_text("4 of 5 answered")
    sound(page)
    page.locator('[name="answer-b"]').fill("")
    saved(page)
    page.locator(".turns").get_by_role("button", name="Check your answers").click()
    row = page.locator(".check-list [data-row='2']")
    expect(row).to_contain_text("3 of 4 answered")
    expect(page.get_by_role("button", name="Hand in 3 answers")).to_be_visible()
    page.reload()
    expect(page.locator(".check-list [data-row='2']")).to_contain_text("3 of 4 answered")


def test_questions_come_and_go_in_the_editor_of_a_set(bank_id: int, visitor: Visitor):
    page = visitor(TRAINER)
    page.goto(f"/banks/{bank_id}/questions/new/scenario")
    page.get_by_label("Text", exact=True).fill("A hall.")
    page.locator("#question-1-stem").fill("What now?")
    page.get_by_label("Type of one more question").select_option("cloze")
    page.get_by_role("button", name="Add a question").click()
    expect(page.locator("#question-3")).to_be_focused()
    page.locator("#question-3").get_by_role("button", name="Typed text").click()
    expect(page.locator("#question-3-stem")).to_have_value("{1:SA:=word}")
    page.get_by_role("button", name="Move question 3 up").click()
    expect(page.locator("#question-2-stem")).to_have_value("{1:SA:=word}")
    page.get_by_role("button", name="Remove question 3").click()
    expect(page.locator("#question-3")).to_have_count(0)
    expect(page.locator("#question-1-stem")).to_have_value("What now?")
    sound(page)
