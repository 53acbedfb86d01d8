"""The employee's day: study, sit the exam in every way people do, keep the proof."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from isotrain.db import db, writing
from tests.journeys.conftest import sign_in
from tests.journeys.sitting import (
    EXAM,
    answers,
    attempt_of,
    begin,
    choose,
    position_of,
    press,
    ready,
    right_answers,
    saved,
    standing,
    wrong_answers,
)
from tests.journeys.test_every_page import sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

# People of the demo company who have not sat the exam; each journey has one of its own.
MIA, MUHAMMAD, ALEXANDROS, JONAS, DMITRY, TOMASZ, LARS = (
    "1005", "1008", "1010", "1012", "1016", "1002", "1004")
SOFIA = "1014"  # has passed before
QUESTIONS = 20


def test_a_day_from_signing_in_to_the_certificate(site: Site, visitor: Visitor):
    page = visitor()
    sign_in(page, MIA)
    expect(page.get_by_role("heading", level=1)).to_have_text("My training")
    _study(page)
    page.goto("/my-training")
    attempt = begin(page)
    sound(page)
    _answer_all(site, page, attempt)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    sound(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed")
    sound(page)
    assert standing(site, attempt) == ("submitted", True)
    _verify(visitor(), _keep_the_certificate(page))


def _study(page: Page) -> None:
    """Go on where she left off, rate a review question, finish the module."""
    page.get_by_role("link", name=re.compile("Go on with M")).first.click()
    review = page.locator("article.review-question").first
    review.locator("summary").click()
    review.get_by_role("button", name="Partly").click()
    page.wait_for_load_state()
    review.locator("summary").click()
    expect(review.get_by_role("button", name="Partly")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=re.compile("Finish|done|read", re.IGNORECASE)).last.click()
    expect(page.get_by_role("status").filter(has_text="is done")).to_be_visible()


def _answer_all(site: Site, page: Page, attempt: int) -> None:
    """Answer every question, flag one, come back to it by the grid, then go to the check page."""
    right = right_answers(site, attempt)
    for position in range(1, QUESTIONS + 1):
        assert position_of(page) == position
        choose(page, right[position - 1])
        saved(page)
        if position == 3:
            page.get_by_role("button", name="Flag", exact=True).click()
            flag = page.get_by_role("button", name="Flagged", exact=True)
            expect(flag).to_have_attribute("aria-pressed", "true")
            saved(page)
        press(page, "Next" if position < QUESTIONS else "Check your answers")
    page.get_by_role("link", name=re.compile("Flagged")).click()
    assert position_of(page) == 3
    press(page, "Check and hand in")
    assert answers(site, attempt) == {n: sorted(each) for n, each in enumerate(right, 1)}


def _keep_the_certificate(page: Page) -> str:
    """Download the PDF; return the address at which it can be verified."""
    page.locator("main").get_by_role("link", name=re.compile("ertificate")).first.click()
    with page.expect_download() as loading:
        page.get_by_role("link", name=re.compile("PDF")).first.click()
    file = loading.value
    assert file.suggested_filename.endswith(".pdf")
    with open(file.path(), "rb") as data:
        assert data.read(5) == b"%PDF-"
    title = "ISO standards and certification awareness"
    page.locator("main").get_by_role("link", name=title).click()
    return re.search(r"https?://\S+/verify/[\w-]+", page.content())[0]


def _verify(page: Page, address: str) -> None:
    """Look at the certificate as an outsider does, who knows the name or does not."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    sound(page)
    assert "Lindqvist" not in page.content()
    for name, answer in (("Mia Lundqvist", "The name is not the one"),
                         ("Mia Lindqvist", "The name is right")):
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Confirm the name").click()
        expect(page.locator("main")).to_contain_text(answer)


def test_an_exam_without_script(site: Site, visitor: Visitor):
    page = visitor(MUHAMMAD, java_script_enabled=False)
    attempt = begin(page)
    right = right_answers(site, attempt)
    for position in range(1, QUESTIONS + 1):
        choose(page, right[position - 1])
        if position == 5:
            press(page, "Flag")
            expect(page.get_by_role("button", name="Flagged", exact=True)).to_be_visible()
        if position == 6:
            press(page, "Back")
            assert position_of(page) == 5
            press(page, "Question 6 , answered")
        press(page, "Next" if position < QUESTIONS else "Check your answers")
    assert answers(site, attempt) == {n: sorted(each) for n, each in enumerate(right, 1)}
    expect(page.get_by_text("All 20 questions are answered.")).to_be_visible()
    expect(page.get_by_text("You flagged 1 question")).to_be_visible()
    page.get_by_role("button", name="Hand in 20 answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed")
    page.go_back()
    page.goto(f"/attempt/{attempt}/1")
    assert page.url.endswith("/result")


def test_an_exam_by_keyboard_alone(site: Site, visitor: Visitor):
    page = visitor(ALEXANDROS)
    page.goto(EXAM)
    tab_to(page, "button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempt/*/1")
    attempt = attempt_of(page)
    right = right_answers(site, attempt)
    for position in range(1, QUESTIONS + 1):
        tab_to(page, "fieldset.answers input")
        _choose_by_keys(page, right[position - 1])
        saved(page)
        with page.expect_navigation():
            page.keyboard.press("Enter")  # goes on, as the button does
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    assert answers(site, attempt) == {n: sorted(each) for n, each in enumerate(right, 1)}
    tab_to(page, "form[data-exam] button.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus that everybody can see."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            visible = page.evaluate(
                "() => document.activeElement.matches(':focus-visible')")
            assert visible, f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"Tab does not reach {selector}")


def _choose_by_keys(page: Page, values: list[str]) -> None:
    single = page.locator("fieldset.answers input[type=radio]").count()
    options = page.locator("fieldset.answers input").count()
    if single:
        if values == ["0"]:
            page.keyboard.press("Space")
        for _ in range(int(values[0])):
            page.keyboard.press("ArrowDown")
        return
    for place in range(options):
        if str(place) in values:
            page.keyboard.press("Space")
        if place < options - 1:
            page.keyboard.press("Tab")


def test_a_closed_tab_is_opened_again_where_it_was_left(site: Site, visitor: Visitor):
    page = visitor(JONAS)
    attempt = begin(page)
    right = right_answers(site, attempt)
    for position in (1, 2):
        choose(page, right[position - 1])
        saved(page)
        press(page, "Next")
    context = page.context
    page.close()
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Go on with the exam").first.click()
    assert attempt_of(page) == attempt and position_of(page) == 3
    press(page, "Back")
    checked = page.locator("fieldset.answers input:checked")
    assert [each.get_attribute("value") for each in checked.all()] == sorted(right[1])
    expect(page.locator('[data-save-state="saved"]')).to_contain_text("Saved")


def test_answers_given_offline_are_saved_once_the_network_is_back(site: Site, visitor: Visitor):
    page = visitor(DMITRY)
    attempt = begin(page)
    right, wrong = right_answers(site, attempt), wrong_answers(site, attempt)
    choose(page, right[0])
    saved(page)
    ready(page)
    page.context.set_offline(True)
    choose(page, wrong[0]) if len(right[0]) == 1 else choose(page, right[0][:1])
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    expect(page.locator("[data-queue]").first).to_be_visible()
    assert answers(site, attempt)[1] == sorted(right[0])
    page.context.set_offline(False)
    saved(page)
    expect(page.locator("[data-queue]").first).to_be_hidden()
    given = page.locator("fieldset.answers input:checked")
    assert answers(site, attempt).get(1, []) == [
        each.get_attribute("value") for each in given.all()]


def test_an_answer_that_meets_a_locked_database_is_sent_again(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    page = visitor(SOFIA)
    attempt = begin(page)
    right = right_answers(site, attempt)
    told: list[int] = []
    page.on("response", lambda response: told.append(response.status)
            if response.request.method == "POST" else None)
    monkeypatch.setattr("isotrain.db.WAIT_SECONDS", 0.1)
    with site.inside(), writing(), db.engine.begin():
        choose(page, right[0])
        expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
        assert set(told) == {503}
    saved(page)
    assert told[-1] == 200
    assert answers(site, attempt) == {1: sorted(right[0])}


def test_an_answer_given_offline_outlives_its_tab(site: Site, visitor: Visitor):
    page = visitor(LARS)
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    context = page.context
    with site.gone():
        choose(page, right[0])
        expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
        page.close()
    assert answers(site, attempt) == {}
    page = context.new_page()
    page.goto(f"/attempt/{attempt}/1")
    saved(page)
    assert answers(site, attempt) == {1: sorted(right[0])}


def test_two_tabs_ask_which_answer_counts(site: Site, visitor: Visitor):
    first = visitor(TOMASZ)
    attempt = begin(first)
    options = [[str(n)] for n in range(first.locator("fieldset.answers input").count())]
    second = first.context.new_page()
    second.goto(first.url, wait_until="networkidle")  # and asks no more what is known here
    ready(second)
    choose(first, options[0])
    saved(first)
    choose(second, options[1])
    conflict = second.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    sound(second)
    assert answers(site, attempt) == {1: options[0]}
    second.get_by_role("button", name="Use the answer on this page").click()
    saved(second)
    assert answers(site, attempt) == {1: options[1]}
    first.get_by_role("button", name="Flag", exact=True).click()  # knows nothing of the second tab
    first.get_by_role("button", name="Show the newer answer").click()
    expect(first.locator('input[name=answer][value="1"]')).to_be_checked()
    assert answers(site, attempt) == {1: options[1]}


@pytest.mark.parametrize("script", [True, False])
def test_practice_shows_the_solution_and_records_nothing(
    site: Site, visitor: Visitor, script: bool
):
    page = visitor(MUHAMMAD if script else ALEXANDROS, java_script_enabled=script)
    page.goto("/courses/iso-certification/practice")
    page.get_by_role("button", name="Start practising").click()
    page.wait_for_url("**/attempt/*/1")
    attempt = attempt_of(page)
    choose(page, wrong_answers(site, attempt)[0])
    page.get_by_role("button", name="Show the solution").click()
    expect(page.locator("section.solution")).to_be_visible()
    if script:
        sound(page)
    page.goto(f"/attempt/{attempt}/check")
    page.get_by_role("button", name=re.compile("Hand in")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Practice finished")
    page.goto("/certificates")
    assert f"/attempt/{attempt}" not in page.content()
