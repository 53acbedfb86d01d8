"""Answers that are typed: written by a trainer, typed by a learner, with and without script."""

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
from isotrain.questions import Cloze, Essay, Numeric, ShortText
from isotrain.quizzes.models import QuizVersion
from isotrain.study.models import Course
from tests.attempts import sitting
from tests.banks.making import NOBODY, a_bank
from tests.factories import committed
from tests.journeys.sitting import newcomer, ready, saved
from tests.journeys.test_every_page import sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

TRAINER = "1003"
TYPES = (ShortText, Numeric, Cloze, Essay)


@pytest.fixture
def bank_id(site: Site) -> Iterator[int]:
    """A bank with a question of each type, which practice draws from as long as the test runs."""
    with site.inside():
        trainer = directory.find_by_name(TRAINER)
        assert trainer is not None
        made = a_bank(trainer.id, title="Typed")
        with committed():
            ids = [editing.add(made, replace(type_.examples()[0].question.draft(), topic="roles",
                                             difficulty=1, use="practice"), by=NOBODY).id
                   for type_ in TYPES]
        with committed():
            approving.approve_many(made, ids, by=NOBODY, transaction=inside)
        with committed():  # a course draws from banks of its library
            bank = db.session.get_one(Bank, made)
            course = db.session.get_one(Course, sitting.quiz_of().course_id)
            bank.library_id, slug = course.library_id, bank.slug
        published = sitting.quiz_of(sitting.PRACTICE).published_version_id
        before = list(db.session.get_one(QuizVersion, published).cells)
        sitting.change_rules(sitting.PRACTICE, [
            {"bank": slug, "topic": "roles", "difficulty": 1, "count": len(TYPES)}])
    yield made
    with site.inside():
        sitting.change_rules(sitting.PRACTICE, before)


def test_answers_are_typed_saved_and_compared(bank_id: int, site: Site, visitor: Visitor):
    page = visitor(newcomer(site))
    page.goto(f"/quiz/{sitting.PRACTICE}")
    page.get_by_role("button", name=re.compile("Start|practi", re.IGNORECASE)).first.click()
    page.wait_for_url("**/attempt/*/1")
    for _turn in TYPES:
        _type(page)
        page.get_by_role("button", name=re.compile("Next|Check your answers")).first.click()
    page.wait_for_url("**/check")
    page.get_by_role("button", name="Hand in 4 answers").click()
    expect(page.get_by_role("heading", name="Practice finished")).to_be_visible()
    told = page.locator("main")
    expect(told).to_contain_text("No program can mark some of your answers")
    expect(told).to_contain_text("It finds gaps while there is time to close them.")
    expect(told).to_contain_text("Partly right")
    sound(page)


def test_a_button_stays_under_the_finger_while_what_was_typed_is_being_kept(
    bank_id: int, site: Site, visitor: Visitor
):
    page = visitor(newcomer(site))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/quiz/{sitting.PRACTICE}")
    page.get_by_role("button", name=re.compile("Start|practi", re.IGNORECASE)).first.click()
    page.wait_for_url("**/attempt/*/1")
    ready(page)
    while "How many years" not in page.locator("h1.stem").inner_text():
        page.get_by_role("button", name=re.compile("Next|Check your answers")).first.click()
    page.context.set_offline(True)
    page.locator("fieldset.answers").get_by_role("textbox").press_sequentially("twelve")
    here, button = page.url, page.locator(".turns button").last
    button.scroll_into_view_if_needed()
    place = button.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 6)
    page.mouse.down()
    page.wait_for_timeout(300)
    page.mouse.up()
    page.wait_for_function("here => location.href !== here", arg=here)


def _type(page: Page) -> None:
    """Answer the question that is shown, whichever it is; the page says that it is saved."""
    stem = page.locator("h1.stem").inner_text()
    fields = page.locator("fieldset.answers")
    if "How many years" in stem:
        field = fields.get_by_role("textbox")
        field.press_sequentially("thre")
        expect(fields.get_by_text("Not a number")).to_be_visible()
        field.fill("3 years")
        expect(fields.get_by_text("Not a number")).to_be_hidden()
    elif "Who audits" in stem:
        fields.get_by_role("textbox").fill("the certifier")
    elif "Why does" in stem:
        fields.get_by_role("textbox").fill("To find gaps.\nEarly.")
    else:
        fields.get_by_label("Gap 1").select_option("a customer")
        fields.get_by_label("Gap 2").fill("2015")
        sound(page)
    saved(page)  # without leaving the field


def test_a_cloze_is_written_with_buttons_and_a_preview(bank_id: int, visitor: Visitor):
    page = visitor(TRAINER)
    page.goto(f"/banks/{bank_id}/questions/new/cloze")
    source = page.get_by_label("Text with gaps")
    source.fill("ISO writes ")
    page.get_by_role("button", name="Typed text").click()
    page.keyboard.type("standards")
    expect(source).to_have_value("ISO writes {1:SA:=standards}")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("Gap 1")).to_be_visible()
    expect(page.get_by_label("Text with gaps")).to_have_value("ISO writes {1:SA:=standards}")
    sound(page)


def test_without_script_the_page_says_that_a_text_is_no_number(
    bank_id: int, site: Site, visitor: Visitor
):
    page = visitor(newcomer(site), java_script_enabled=False)
    page.goto(f"/quiz/{sitting.PRACTICE}")
    page.get_by_role("button", name=re.compile("Start|practi|Go on", re.IGNORECASE)).first.click()
    page.wait_for_url("**/attempt/*/*")
    for position in range(1, len(TYPES) + 1):
        page.goto(re.sub(r"\d+$", str(position), page.url))
        if "How many years" in page.locator("h1.stem").inner_text():
            break
    here = page.url
    field = page.locator("fieldset.answers").get_by_role("textbox")
    field.fill("three")
    field.press("Enter")
    page.goto(here)
    expect(page.locator("fieldset.answers").get_by_role("textbox")).to_have_value("three")
    expect(page.get_by_text("Not a number. It is saved as you typed it")).to_be_visible()
