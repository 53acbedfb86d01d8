"""Pairs, an order, categories and gaps: written by a trainer, answered by keyboard and without
script, kept without a connection, read in the result and on paper."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from isotrain.accounts import directory
from isotrain.banks import approving
from isotrain.banks.models import Bank, Question
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.quizzes.models import QuizVersion
from isotrain.study.models import Course
from tests.attempts import sitting
from tests.banks.making import NOBODY, a_bank
from tests.factories import committed
from tests.journeys.sitting import newcomer, ready, saved, until
from tests.journeys.test_every_page import NARROWEST, sideways, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

TRAINER = "1003"
STANDING = "fields.standing(document.querySelector('[data-question]'))"
LONG = "audits organizations against a standard and certifies the systems that keep to it"
WRITTEN = {
    "matching": {"stem": "Who does what?", "pair-1-left": "ISO", "pair-1-right": "writes",
                 "pair-2-left": "A body", "pair-2-right": LONG, "pair-4-right": "rules"},
    "ordering": {"stem": "What comes first?", "option-1": "Plan", "option-2": "Do",
                 "option-3": "Check"},
    "categorising": {"stem": "Record or document?", "pair-1-item": "A signed list",
                     "pair-1-category": "Record", "pair-2-item": "A policy",
                     "pair-2-category": "Document"},
    "gap_text": {"stem": "ISO [[1]] standards, bodies [[2]].", "pair-1-gap": "1",
                 "pair-1-word": "writes", "pair-2-gap": "[[2]]", "pair-2-word": "certify",
                 "pair-3-word": "accredit"},
}


@pytest.fixture
def bank_id(site: Site) -> Iterator[int]:
    """The trainer's own bank, which practice draws from as long as the test runs."""
    with site.inside():
        trainer = directory.find_by_name(TRAINER)
        assert trainer is not None
        made = a_bank(trainer.id, title="Places")
        slug = db.session.get_one(Bank, made).slug
        published = sitting.quiz_of(sitting.PRACTICE).published_version_id
        before = list(db.session.get_one(QuizVersion, published).cells)
        cell = {"bank": slug, "topic": "roles", "difficulty": 1, "count": len(WRITTEN)}
        sitting.change_rules(sitting.PRACTICE, [cell])
    yield made
    with site.inside():
        sitting.change_rules(sitting.PRACTICE, before)


def test_things_are_put_in_their_places(bank_id: int, site: Site, visitor: Visitor):
    trainer = visitor(TRAINER)
    for type_, fields in WRITTEN.items():
        _write(trainer, f"/banks/{bank_id}/questions/new/{type_}", fields)
    with site.inside(), committed():  # a course draws from banks of its library
        course = db.session.get_one(Course, sitting.quiz_of().course_id)
        db.session.get_one(Bank, bank_id).library_id = course.library_id
        ids = db.session.scalars(sa.select(Question.id).filter_by(bank_id=bank_id)).all()
        approving.approve_many(bank_id, list(ids), by=NOBODY, transaction=inside)
    page = visitor(newcomer(site))
    _begin(page)
    ready(page)
    for position in range(1, len(WRITTEN) + 1):
        _answer(page)
        saved(page)
        _look(page)
        if position == 2:
            given = page.evaluate(STANDING)
            page.context.set_offline(True)
            page.reload()
            until(page, f"{STANDING} === {json.dumps(given)}")
            page.context.set_offline(False)
            page.reload()
        _turn(page)
    page.get_by_role("button", name="Hand in 4 answers").click()
    page.wait_for_url("**/result")
    text = page.locator("main").inner_text()
    assert "1/2 of the mark" in text and "You answered 3 questions in full." in text
    assert "Your answer, wrong" in text and "Right answer" in text
    sound(page)
    _without_script(visitor(newcomer(site), java_script_enabled=False))


def _begin(page: Page) -> None:
    page.goto(f"/quiz/{sitting.PRACTICE}")
    page.get_by_role("button", name=re.compile("Start|practi", re.IGNORECASE)).first.click()
    page.wait_for_url("**/attempt/*/1")


def _stem(page: Page) -> str:
    return page.locator("h1.stem").inner_text()


def _turn(page: Page) -> None:
    """Go on, and wait until it has happened: without script, or before it runs, a press asks the
    server, and the question before stands until it answers."""
    before = page.url
    page.locator(".turns .primary").click()
    expect(page).not_to_have_url(before)


def _answer(page: Page) -> None:
    """Answer the question that is shown: all right but one category."""
    stem = _stem(page)
    if stem == "Who does what?":
        expect(page.locator(".choice-list")).to_contain_text(LONG)
        for left, right in (("ISO", "writes"), ("A body", LONG[:40])):
            place = page.get_by_label(left, exact=True)
            place.select_option(place.locator("option", has_text=right).get_attribute("value"))
    elif stem == "What comes first?":
        _put_in_order(page, ["Plan", "Do", "Check"])
    elif stem == "Record or document?":
        for thing in ("A signed list", "A policy"):
            page.get_by_role("group", name=thing).get_by_label("Record").check()
    else:
        page.get_by_label("Gap 1").select_option("writes")
        page.get_by_label("Gap 2").select_option("certify")


def _put_in_order(page: Page, items: list[str]) -> None:
    """Number the items as they stand, then move them with the keyboard alone."""
    page.get_by_role("button", name="Number them as they stand").press("Enter")
    for number, item in enumerate(items, 1):
        row = page.locator(".ordered li").filter(has=page.get_by_label(item, exact=True))
        while (standing := row.locator("select").input_value()) != str(number):
            row.get_by_role("button", name="Move up").press("Enter")
            told = f"{item}: number {int(standing) - 1} of {len(items)}"
            expect(page.locator("[data-moved]")).to_have_text(told)
            expect(row.locator("button:focus")).to_have_count(1)
    assert page.locator(".ordered label").all_inner_texts() == items


def _look(page: Page) -> None:
    """Look at the page narrow and dark, and on paper."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    sound(page)
    assert sideways(page) <= 0, page.url
    page.emulate_media(color_scheme="light", media="print")
    expect(page.locator(".choice-list, .word-bank, .ordered, .segments").first).to_be_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})


def _without_script(page: Page) -> None:
    """Give one number twice: it is kept, and what is wrong with it is said on return."""
    _begin(page)
    while _stem(page) != "What comes first?":
        _turn(page)
    expect(page.get_by_role("button", name="Move up")).to_have_count(0)
    for place in page.locator(".ordered select").all():
        place.select_option("2")
    here = page.url
    page.locator(".turns .primary").click()
    page.goto(here)
    expect(page.get_by_text("Give each item another number.")).to_be_visible()
    assert [place.input_value() for place in page.locator(".ordered select").all()] == ["2"] * 3


def _write(page: Page, new: str, fields: dict[str, str]) -> None:
    """Write a question into the fields of its editor and save it."""
    page.goto(new)
    page.get_by_role("button", name=re.compile("^Add a")).click()
    expect(page.locator("[value=remove-5]")).to_be_visible()
    for name, value in fields.items():
        page.locator(f'[name="{name}"]').fill(value)
    page.get_by_label("Explanation").fill("Each has its part.")
    page.get_by_label("Topic").fill("roles")
    page.get_by_label("Difficulty").select_option("1")
    page.get_by_label("Practice").check()
    expect(page.get_by_text("Complete: it can be approved")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Save as draft").click()
    page.wait_for_url(re.compile(r"/questions/\d+$"))
