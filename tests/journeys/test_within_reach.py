"""What axe does not see: names that say enough, and what was asked for stands before the eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PEOPLE, ROLES
from tests.journeys.sitting import attempt_of, choose, wrong_answers
from tests.journeys.test_every_page import sideways

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

WIDEST = '''[...document.querySelectorAll("main *")].filter(each =>
    each.getBoundingClientRect().right > innerWidth + 1 && !each.closest(".visually-hidden"))
    .slice(-2).map(each => each.outerHTML.slice(0, 120))'''
# What stays where it is while the page scrolls, and what has the focus and is hidden by that.
COVERED = '''flat => {
  const bars = [...document.querySelectorAll("body *")].filter(each =>
    ["sticky", "fixed"].includes(getComputedStyle(each).position)
    && each.checkVisibility() && !each.closest(".table-frame, .sidebar"));
  if (flat) return bars.map(each => `${each.className} sticks`);
  const found = [];
  const reached = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  document.documentElement.style.scrollBehavior = "auto";
  for (const up of [false, true]) {
    scrollTo(0, up ? document.body.scrollHeight : 0);
    const all = [...document.querySelectorAll("main :is(" + reached + ")")];
    for (const each of up ? all.reverse() : all) {
      if (!each.checkVisibility() || each.closest(".visually-hidden")) continue;
      each.focus();
      const own = each.getBoundingClientRect();
      for (const bar of bars) {
        const over = bar.getBoundingClientRect();
        if (!bar.contains(each) && own.top >= over.top - 1 && own.bottom <= over.bottom + 1
            && own.left >= over.left && own.right <= over.right)
          found.push(`${bar.className} covers ${each.outerHTML.slice(0, 80)}`);
      }
    }
  }
  return found.slice(0, 3);
}'''
COLOUR = "each => getComputedStyle(each).color"
# Whether a picture is drawn in the colour in which the reader has what is chosen.
OWN = """(each, what) => {
  const probe = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  probe.style[what] = "Highlight";
  each.parentElement.append(probe);
  return getComputedStyle(each)[what] === getComputedStyle(probe)[what];
}"""
PHONE = {"width": 360, "height": 640}


# Who practise here alone.
CHIARA, OLUWASEUN, ELIF, WAWRZYNIEC, SOFIA = "1011", "1013", "1015", "1007", "1014"
AMINA = "1003"
LONGEST = "/courses/iso-certification/what-iso-is"


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
    title = page.locator("section.solution h2")
    expect(title).to_be_in_viewport(ratio=1)
    if script:
        expect(title).to_be_focused()
    between = page.evaluate("""() => document.querySelector(".solution").getBoundingClientRect().top
        - document.querySelector("fieldset.answers").getBoundingClientRect().bottom""")
    assert 0 < between < 120, "right below the options"


@pytest.mark.parametrize("role", ROLES)
def test_names_without_a_gap_wrap(
    addresses: dict[str, list[str]], stretched: Site, visitor: Callable[..., Page], role: str
):
    page = visitor(PEOPLE.get(role, ""), at=stretched, viewport=PHONE)
    found = []
    for url in addresses[role]:
        page.goto(url)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            if (over := sideways(page)) > 0:
                found.append(f"{url} at {width}: {over} px sideways: {page.evaluate(WIDEST)}")
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_nothing_sticks_where_there_is_little_height_and_no_focus_is_covered(
    addresses: dict[str, list[str]], visitor: Callable[..., Page]
):
    trainer, learner = visitor(AMINA), visitor(WAWRZYNIEC)
    practise(learner)
    found = []
    for page, urls in ((learner, [learner.url]), (trainer, ["/banks/1", LONGEST, "/records"])):
        for url in urls:
            page.goto(url)
            for width, height in ((320, 256), (640, 360), (360, 640), (1280, 800)):
                page.set_viewport_size({"width": width, "height": height})
                for fault in page.evaluate(COVERED, height < 480):
                    found.append(f"{url} at {width}x{height}: {fault}")
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_what_colours_say_is_said_in_the_colours_of_the_reader(visitor: Callable[..., Page]):
    page = visitor(SOFIA, forced_colors="active", color_scheme="dark")
    practise(page)
    page.locator("label.option").first.click()
    outlines = page.locator("label.option").evaluate_all(
        "all => all.map(each => getComputedStyle(each).outlineStyle)")
    assert outlines == ["solid", *["none"] * (len(outlines) - 1)]
    page = visitor("1005", forced_colors="active", color_scheme="dark")
    page.goto("/courses")
    assert page.locator(".ring-value").first.evaluate(OWN, "stroke")
    page = visitor("1004", forced_colors="active", color_scheme="dark")
    page.goto("/records/overview")
    assert page.locator(".bar-value").first.evaluate(OWN, "fill")
    icon, label = (page.locator(f".stat.danger .stat-label{part}").first for part in (" .icon", ""))
    assert icon.evaluate(COLOUR) == label.evaluate(COLOUR)


@pytest.mark.parametrize("script", [True, False])
def test_a_term_is_explained_where_it_stands(visitor: Callable[..., Page], script: bool):
    page = visitor("1005", java_script_enabled=script, viewport=PHONE, reduced_motion="reduce")
    page.goto(LONGEST)
    for n, open_it in enumerate((lambda term: term.click(), lambda term: term.press("Enter"))):
        term = page.locator(".prose .term").nth(n)
        note = page.locator(f"#{term.get_attribute('popovertarget')}")
        expect(note).to_be_hidden()
        open_it(term)
        expect(note).to_be_in_viewport(ratio=1)
        word, told = term.bounding_box(), note.bounding_box()
        assert word and told
        gap = max(told["y"] - word["y"] - word["height"], word["y"] - told["y"] - told["height"])
        assert 0 <= gap < 24, "beside the word, not over it"
        page.keyboard.press("Escape")
        expect(note).to_be_hidden()


def test_the_list_of_contents_says_where_one_is(visitor: Callable[..., Page]):
    page = visitor("1005", reduced_motion="reduce")
    page.goto(LONGEST)
    here, links = page.locator(".contents [aria-current=location]"), page.locator(".contents a")
    expect(here).to_have_text(links.first.inner_text())
    for link in links.all()[1:]:
        target = link.get_attribute("href")
        page.evaluate("id => document.querySelector(id).scrollIntoView()", target)
        if not page.evaluate("scrollY + innerHeight + 1 > document.documentElement.scrollHeight"):
            expect(here).to_have_attribute("href", target)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(here).to_have_text(links.last.inner_text())
