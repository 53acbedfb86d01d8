"""What axe does not see: names that say enough, and what was asked for stands before the eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.sitting import attempt_of, choose, wrong_answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

PHONE = {"width": 360, "height": 640}


CHIARA, OLUWASEUN, ELIF, AMINA = "1011", "1013", "1015", "1003"  # who practise nowhere else


def practise(page: Page) -> int:
    """Begin to practise; return the number of the attempt."""
    page.goto("/courses/iso-certification/practice")
    page.get_by_role("button", name="Start practising").click()
    page.wait_for_url("**/attempt/*/1")
    return attempt_of(page)


def test_options_are_named_by_their_question_and_by_what_to_do(visitor: Callable[..., Page]):
    page = visitor(CHIARA)
    practise(page)
    stem = page.locator("h1.stem").inner_text()
    instruction = page.locator("fieldset.answers legend").inner_text()
    group = page.get_by_role("group", name=f"{stem} {instruction}", exact=True)
    assert group.locator("input").count() > 1


def test_on_a_page_with_many_questions_each_group_bears_its_own(visitor: Callable[..., Page]):
    page = visitor(AMINA)
    page.goto("/quizzes/1/sample")
    stems = page.locator(".sample-stem").all_inner_texts()
    assert len(stems) > 5
    for stem in stems:
        assert page.get_by_role("group", name=stem).count() == 1, stem


@pytest.mark.parametrize("script", [True, False])
def test_a_solution_is_shown_where_the_eye_is(
    site: Site, visitor: Callable[..., Page], script: bool
):
    page = visitor(OLUWASEUN if script else ELIF, java_script_enabled=script, viewport=PHONE)
    attempt = practise(page)
    choose(page, wrong_answers(site, attempt)[0])
    page.get_by_role("button", name="Show the solution").click()
    page.wait_for_url("**solution=yes*")
    title = page.locator("section.solution h2")
    expect(title).to_be_in_viewport(ratio=1)
    if script:
        expect(title).to_be_focused()
    between = page.evaluate("""() => document.querySelector(".solution").getBoundingClientRect().top
        - document.querySelector("fieldset.answers").getBoundingClientRect().bottom""")
    assert 0 < between < 50, "right below the options"
