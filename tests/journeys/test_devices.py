"""What a browser does around a sitting: signing out and in, tabs, clocks, full disks, workers."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error, expect

from isotrain import clock
from isotrain.cli.demo import PASSWORD
from tests.factories import a_user
from tests.faults.wandering import FULL, JUMPED
from tests.journeys.conftest import sign_in
from tests.journeys.sitting import (
    answers,
    attempt_of,
    begin,
    choose,
    press,
    ready,
    right_answers,
    saved,
    standing,
    until,
)
from tests.journeys.test_offline import KEPT, end_sessions, go, late_positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Page, Route

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

NUMBERS = [f"D{n}" for n in range(2001, 2024)]
# Pages that wait a tenth of the time for a next try, and whose own clock can be put forward.
HURRIED = """
    for (const name of ["setTimeout", "setInterval"]) {
        const real = window[name], sooner = pause => pause >= 1000 ? pause / 10 : pause;
        window[name] = (act, pause, ...rest) => real(act, sooner(pause), ...rest);
    }
    const { now } = performance;
    window.ahead = 0;
    performance.now = () => now.call(performance) + window.ahead;
"""
# Pages that ask nothing by themselves: what they hear of must be enough.
NEVER_AGAIN = """
    const every = window.setInterval;
    window.setInterval = (act, pause) => pause > 1000 ? 0 : every(act, pause);
"""
SHOWN_AGAIN = "() => document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture(scope="module", autouse=True)
def people(site: Site) -> None:
    """People whom no other journey needs."""
    with site.inside():
        for number in NUMBERS:
            a_user(number=number, password=PASSWORD)


@pytest.fixture(autouse=True)
def up(site: Site) -> Iterator[None]:
    """Let the server be there again, whatever a test ended with."""
    yield
    site.down = False


@pytest.fixture
def visit(visitor: Visitor) -> Visitor:
    """Make pages that wait a tenth of the time."""

    def visit(number: str = "", **options: Any) -> Page:
        page = visitor(number, **options)
        page.context.add_init_script(HURRIED)
        return page

    return visit


@contextmanager
def unheard(page: Page | BrowserContext, address: str = "**/attempt/*/*") -> Iterator[None]:
    """Let nothing arrive that a page or a browser sends there, while it can read."""

    def meet(route: Route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    page.route(address, meet)
    yield
    with suppress(Error):  # closed meanwhile
        page.unroute(address)


def kept_here(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")


def queue(page: Page) -> Any:
    return page.locator("[data-queue]:visible, .sitting:not([hidden]) [data-queue]").first


def option(page: Page, value: int) -> Any:
    return page.locator(f'fieldset.answers input[value="{value}"]')


def sign_out(page: Page) -> None:
    page.locator(".usermenu summary").click()
    page.get_by_role("button", name="Sign out").click()


def signed_out(page: Page) -> None:
    sign_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def sign_in_here(page: Page, number: str) -> None:
    """Sign in over the question."""
    dialog = page.locator("[data-sign-in-here]")
    dialog.get_by_label("Personnel number or e-mail").fill(number)
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()


def practise(page: Page) -> int:
    page.goto("/courses/iso-certification/practice")
    page.get_by_role("button", name="Start practising").click()
    page.wait_for_url("**/attempt/*/1")
    return attempt_of(page)


NO_QUESTIONS = "async () => !(await caches.keys()).length"
ALL_SENT = "async () => (await kept.answers()).every(each => each.sent)"


def test_signing_out_erases_the_questions_and_leaves_what_is_not_sent_to_its_owner(
    site: Site, visit: Visitor
):
    page = visit("D2001")
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    page.goto("/my-training")
    page.context.set_offline(True)
    sign_out(page)
    expect(page.get_by_role("alert")).to_contain_text("you are still signed in")
    page.context.set_offline(False)
    page.goto("/my-training")  # the server has not heard of it
    assert page.evaluate(NO_QUESTIONS)
    page.goto(f"/attempt/{attempt}/1")
    ready(page)
    with unheard(page):
        choose(page, right[0])
        kept_here(page)
        page.goto("/my-training")
        signed_out(page)
    until(page, NO_QUESTIONS)
    assert f"/attempt/{attempt}/1" in "\n".join(page.evaluate(KEPT))
    assert answers(site, attempt) == {}
    sign_in(page, "D2001")
    expect(page.get_by_text("1 answer that waited in this browser has been sent.")).to_be_visible()
    assert answers(site, attempt) == {1: sorted(right[0])}


def test_the_dialog_to_sign_in_waits_for_who_types_and_asks_again_at_hand_in(
    site: Site, visit: Visitor
):
    page = visit("D2002")
    attempt = begin(page)
    ready(page)
    page.evaluate("async () => { for (const each of await caches.keys()) caches.delete(each); }")
    end_sessions(site, "D2002")
    choose(page, ["0"])
    name = page.locator("[data-sign-in-here]").get_by_label("Personnel number or e-mail")
    name.fill("D20")
    with page.expect_response(re.compile("/sign-in")):
        page.evaluate(SHOWN_AGAIN)
    page.wait_for_timeout(100)
    expect(name).to_have_value("D20")
    with site.gone():
        sign_in_here(page, "D2002")
        expect(name).to_be_hidden()
        expect(queue(page)).to_contain_text("The server cannot take answers")
    sign_in_here(page, "D2002")  # asked again
    saved(page)
    ready(page)  # kept again
    with site.gone():
        page.reload()
        expect(page.locator(".question-number")).to_have_text("Question 1 of 20")
        choose(page, ["1"])
        kept_here(page)
    saved(page)
    end_sessions(site, "D2002")
    go(page, "Check and hand in")
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("button", name="Later").click()
    expect(name).to_be_hidden()
    page.get_by_role("button", name="Hand in").click()
    sign_in_here(page, "D2002")
    page.wait_for_url("**/result")
    assert standing(site, attempt)[0] == "submitted"


@pytest.mark.parametrize(("number", "in_place"), [("D2003", True), ("D2004", False)],
                         ids=["in place", "on the page to sign in"])
def test_who_is_signed_out_when_the_time_is_over_is_told_and_what_waited_comes_late(
    site: Site, visit: Visitor, number: str, in_place: bool
):
    page = visit(number)
    attempt = begin(page)
    ready(page)
    ending = page.locator("[data-ending]")
    if in_place:
        page.evaluate(FULL, True)  # what only this page has comes as well
        end_sessions(site, number)
        choose(page, ["0"])
        page.get_by_label("Personnel number or e-mail").fill("D")
        page.evaluate("() => { ahead = 3_600_000; }")
        expect(ending).to_contain_text("The time is over, and you are signed out.")
        expect(page.get_by_label("Personnel number or e-mail")).to_have_value("D")
    else:
        page.context.set_offline(True)
        choose(page, ["0"])
        kept_here(page)
        page.evaluate("() => { ahead = 3_600_000; }")
        expect(ending).to_contain_text("The time is over, and the server cannot be reached.")
        expect(ending).to_contain_text("1 answer waits on this device")
        end_sessions(site, number)
    with clock.moved_by(timedelta(hours=1)):
        if in_place:
            sign_in_here(page, number)
            page.wait_for_url("**/result")
        else:
            page.context.set_offline(False)
            page.get_by_role("button", name="Later").click()
            expect(ending).to_contain_text("you are signed out")
            page.wait_for_timeout(300)  # for longer than until the next try
            ending.get_by_role("link", name="See the result").click()
            page.get_by_label("Personnel number or e-mail").fill(number)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            expect(page.get_by_text("1 answer that waited in this browser came after the end")
                   ).to_be_visible()
            page.reload()
        expect(page.get_by_text("Some answers came after the end")).to_be_visible()
    assert answers(site, attempt) == {}
    assert late_positions(site, attempt) == [1]


def test_where_a_script_does_not_load_the_buttons_save(site: Site, visitor: Visitor):
    page = visitor("D2005")
    missing = ["kept", "fields", "clock", "exam"]  # on the first question, the second, ...

    def meet(route: Route) -> None:
        if f"/{missing[0]}." in route.request.url:
            route.abort()
        else:
            route.continue_()

    page.route("**/static/js/*", meet)
    attempt = begin(page)
    right = right_answers(site, attempt)
    for position in range(1, 5):
        choose(page, right[position - 1])
        expect(page.get_by_text("Your answer is saved when you press one of the buttons")
               ).to_be_visible()
        expect(page.locator("[data-save-state]")).to_have_text("Not answered yet")
        if len(missing) > 1:
            missing.pop(0)
        press(page, "Next")
        assert answers(site, attempt) == {n: sorted(right[n - 1]) for n in range(1, position + 1)}
    press(page, "Back")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    press(page, "Check and hand in")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result")


def test_what_is_refused_again_and_again_is_not_sent_without_a_pause(site: Site, visit: Visitor):
    page = visit("D2020")
    attempt = begin(page)
    ready(page)
    sent: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            route.fulfill(status=400, json={"message": "no"})
        else:
            route.continue_()

    page.route(f"**/attempt/{attempt}/1", refuse)
    choose(page, ["0"])
    expect(queue(page)).to_contain_text("The server cannot take answers")
    page.wait_for_timeout(500)
    assert len(sent) < 12
    page.unroute(f"**/attempt/{attempt}/1")
    saved(page)
    assert answers(site, attempt) == {1: ["0"]}


def test_what_a_closed_window_could_not_send_is_handed_in_by_another(site: Site, visit: Visitor):
    first = visit("D2023")
    attempt = begin(first)
    right = right_answers(site, attempt)
    ready(first)
    context = first.context
    second = context.new_page()
    second.goto(f"/attempt/{attempt}/check")
    ready(second)
    with unheard(first):
        choose(first, right[0])
        kept_here(first)
        first.close()
    second.get_by_role("button", name="Hand in").click()
    second.wait_for_url("**/result")
    assert answers(site, attempt) == {1: sorted(right[0])}
    assert late_positions(site, attempt) == []


def test_what_waits_in_one_tab_is_its_own_whatever_another_tab_sends(site: Site, visit: Visitor):
    first = visit("D2008")
    attempt = begin(first)
    ready(first)
    context = first.context
    with unheard(first):
        with site.gone():
            choose(first, ["0"])
            kept_here(first)
            second = context.new_page()
            second.goto(f"/attempt/{attempt}/1")  # knows what waits
            expect(option(second, 0)).to_be_checked()
            kept_here(second)
            choose(first, ["1"])
            kept_here(first)
        saved(second)
        stored = answers(site, attempt)
        assert stored[1][0] == "0"
        first.close()
    third = context.new_page()
    third.goto(f"/attempt/{attempt}/1")
    until(third, ALL_SENT)
    assert option(third, 1).is_checked()
    assert "1" in answers(site, attempt)[1]
    second.evaluate(SHOWN_AGAIN)
    expect(option(second, 1)).to_be_checked()
    choose(second, ["2"])
    saved(second)
    assert second.locator("[data-conflict]").is_hidden()


@pytest.mark.parametrize(("number", "how"), [("D2009", "offline"), ("D2010", "gone")],
                         ids=["no network", "no server"])
def test_what_the_server_must_do_is_said_to_wait_and_the_page_goes_on(
    site: Site, visit: Visitor, number: str, how: str
):
    page = visit(number)
    if how == "offline":
        page.context.add_init_script(NEVER_AGAIN)
    attempt = practise(page)
    right = right_answers(site, attempt)
    ready(page)
    sentence = {"offline": "No connection.", "gone": "The server cannot"}[how]
    page.locator(".turns").evaluate("""turns => {
        const button = document.createElement("button");
        Object.assign(button, { name: "go", value: "speak-en", textContent: "English" });
        turns.append(button);
    }""")
    site.down = how == "gone"
    page.context.set_offline(how == "offline")
    go(page, "Show the solution")
    expect(queue(page)).to_contain_text(sentence)
    go(page, "English")
    expect(queue(page)).to_contain_text(sentence)
    go(page, "Check and hand in")
    with page.expect_event("requestfinished" if how == "gone" else "requestfailed",
                           lambda request: request.url.endswith("/submit")):
        page.get_by_role("button", name="Hand in").click()
    expect(queue(page)).to_contain_text("Not handed in yet")
    page.go_back()
    expect(queue(page)).not_to_contain_text("Not handed in yet")
    site.down = False
    page.context.set_offline(False)
    expect(page.locator(".sitting [data-queue]")).to_be_hidden()
    page.wait_for_timeout(300)
    assert standing(site, attempt)[0] == "open", "who goes back does not hand in"
    choose(page, right[0])
    saved(page)
    go(page, "Show the solution")
    expect(page.locator("section.solution")).to_be_visible()
    with page.expect_navigation():
        go(page, "English")
    ready(page)
    end_sessions(site, number)
    go(page, "Show the solution")
    sign_in_here(page, number)
    go(page, "Show the solution")
    expect(page.locator("section.solution")).to_be_visible()


def test_who_goes_back_while_an_answer_is_on_its_way_does_not_hand_in(site: Site, visit: Visitor):
    page = visit("D2006")
    attempt = begin(page)
    ready(page)
    held: list[Route] = []
    page.route(f"**/attempt/{attempt}/1", lambda route: held.append(route))
    choose(page, ["0"])
    go(page, "Check and hand in")
    page.get_by_role("button", name="Hand in").click()
    page.go_back()
    held[0].continue_()
    saved(page)
    page.wait_for_timeout(300)
    assert standing(site, attempt)[0] == "open"


@pytest.mark.parametrize("full", [False, True], ids=["kept", "only in memory"])
def test_a_tab_whose_browser_somebody_else_signs_in_to_shows_them_no_question(
    site: Site, visit: Visitor, full: bool
):
    owner, stranger = ("D2012", "D2013") if full else ("D2011", "D2013")
    page = visit(owner)
    page.context.add_init_script(NEVER_AGAIN)
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    stem = page.locator("h1.stem").inner_text()
    if full:
        page.evaluate(FULL, True)
    other = page.context.new_page()
    other.goto("/my-training")
    with unheard(page.context):
        choose(page, right[0])
        expect(page.locator("[data-save-state]")).to_contain_text("onfirmed")
        signed_out(other)
        if not full:
            expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        sign_in(other, stranger)
        expect(other.get_by_role("heading", level=1)).to_have_text("My training")
        expect(page.get_by_text(stem).locator("visible=true")).to_have_count(0)
    if full:
        expect(page.locator("[data-sign-in-here]")).to_be_hidden()
        expect(page.get_by_text("Somebody else is signed in in this browser")
               .locator("visible=true")).to_have_count(1)
    else:
        page.goto(f"/attempt/{attempt}/1")
        expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")
    assert answers(site, attempt) == {}
    signed_out(other)
    sign_in(other, owner)
    if full:
        saved(page)
        expect(page.get_by_text(stem).locator("visible=true")).to_have_count(1)
    else:
        expect(other.get_by_text("1 answer that waited in this browser has been sent.")
               ).to_be_visible()
    assert answers(site, attempt) == {1: sorted(right[0])}


PUT = """async records => {
    for (const each of records) {
        await kept.put({ page: each.address, base: 0, sent: false, ...each });
    }
}"""


def test_what_became_of_each_answer_that_waited_is_said_once(site: Site, visit: Visitor):
    page = visit("D2014")
    over = practise(page)
    ready(page)
    page.goto(f"/attempt/{over}/check")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result")
    attempt = begin(page)
    ready(page)
    choose(page, ["0"])
    saved(page)
    waiting = [(attempt, 1, "answer=1"), (attempt, 2, "flagged=1"), (attempt, 3, "answer=99"),
               (over, 1, "flagged=1")]
    page.evaluate(PUT, [{"attempt": str(of), "position": str(n), "rev": 1, "body": body,
                         "address": f"/attempt/{of}/{n}"} for of, n, body in waiting])
    held: list[Route] = []
    page.route(f"**/attempt/{attempt}/3", lambda route: route.continue_() if held
               else held.append(route))
    with page.expect_request(f"**/attempt/{attempt}/3"):
        page.goto("/my-training")
    page.reload()  # before it was said
    messages = page.locator(".messages .notice")
    expect(messages).to_have_count(4)
    for sentence in ("1 answer that waited in this browser has been sent.",
                     "1 answer that waited in this browser came after the end.",
                     "1 answer that waited in this browser cannot be taken any more.",
                     "1 answer that waited in this browser is not saved"):
        expect(messages.filter(has_text=sentence)).to_have_count(1)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    newer = messages.get_by_role("link", name="Choose which answer counts").get_attribute("href")
    page.reload(wait_until="networkidle")
    expect(messages).to_have_count(0)
    assert "POST" not in sent
    page.goto(newer or "")
    expect(page.locator("[data-conflict]")).to_be_visible()
    assert answers(site, attempt)[1] == ["0"]
    page.get_by_role("button", name="Use the answer on this page").click()
    saved(page)
    assert answers(site, attempt)[1] == ["1"]
    until(page, ALL_SENT)


def left(page: Page, minutes: int) -> None:
    """Wait until the page shows that so much time is left, or some seconds less."""
    expect(page.locator("[data-timer-text]")).to_have_text(
        re.compile(rf"^({minutes}:00|{minutes - 1}:[345]\d)$"))


def test_a_clock_in_doubt_asks_the_server_and_ends_nothing(site: Site, visit: Visitor):
    page = visit("D2015")
    page.context.add_init_script(JUMPED)
    begin(page)
    ready(page)
    left(page, 30)
    with clock.moved_by(timedelta(minutes=10)):
        page.evaluate(SHOWN_AGAIN)  # a pocket in which its clock stood still
        left(page, 20)
    page.evaluate(SHOWN_AGAIN)
    left(page, 30)
    for hours in (1, -1):
        page.evaluate("jump => localStorage.setItem('jump', jump)", hours * 3_600_000)
        with site.gone():
            page.reload()
            expect(page.locator("[data-check]")).to_have_count(1)
            if hours > 0:
                expect(queue(page)).to_contain_text("By the clock of this device")
            else:
                left(page, 30)
            assert page.locator("[data-ending]").is_hidden()
        page.evaluate("() => dispatchEvent(new Event('online'))")
        left(page, 30)
        expect(page.locator(".sitting [data-queue]")).to_be_hidden()


def test_an_answer_that_only_the_page_has_is_not_lost_by_its_own_ways_out(
    site: Site, visit: Visitor
):
    page, other = visit("D2016"), visit("D2016")
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    warned: list[str] = []

    def stay(dialog: Any) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate(FULL, True)
    with unheard(page):
        choose(page, right[0])
        go(page, "Next")
        choose(page, right[1])
        expect(queue(page)).to_contain_text("Do not close or reload this page")
        go(page, "Check and hand in")
        page.get_by_role("button", name="Hand in").click()
        expect(queue(page)).to_contain_text("Not handed in yet")
        page.go_back()
        page.evaluate("() => { location.href = '/my-training'; }")
        page.wait_for_timeout(100)
        assert warned == ["beforeunload"], "a link warns"
        other.goto(f"/attempt/{attempt}/1")
        other.get_by_role("button", name="Go on here").click()
        other.wait_for_url("**/attempt/*/1")
    with unheard(page, f"**/attempt/{attempt}/2"):
        taken = page.locator("[data-seat-taken]")
        expect(taken).to_be_visible()
        taken.get_by_role("button", name="Go on here").click()
        expect(taken.get_by_role("alert")).to_contain_text("No connection")
        assert answers(site, attempt) == {1: sorted(right[0])}
    taken.get_by_role("button", name="Go on here").click()
    expect(taken).to_be_hidden()
    assert warned == ["beforeunload"]
    assert answers(site, attempt) == {1: sorted(right[0]), 2: sorted(right[1])}


BROKEN_WORKERS = {
    "is refused": "navigator.serviceWorker.register = () => Promise.reject(new TypeError('no'));",
    "never begins": """navigator.serviceWorker.register = () => Promise.resolve({});
        Object.defineProperty(navigator.serviceWorker, "ready", { value: new Promise(() => {}) });
    """,
}


@pytest.mark.parametrize("how", BROKEN_WORKERS)
def test_where_a_worker_does_not_come_the_page_says_not_to_close_it_and_turns(
    site: Site, visit: Visitor, how: str
):
    page = visit(NUMBERS[16 + list(BROKEN_WORKERS).index(how)])
    page.context.add_init_script(BROKEN_WORKERS[how])
    attempt = begin(page)
    right = right_answers(site, attempt)
    expect(page.locator("[data-check]")).to_have_count(1)
    page.context.set_offline(True)
    expect(queue(page)).to_contain_text("Do not close or reload this page")
    go(page, "Next")
    choose(page, right[1])
    kept_here(page)
    expect(queue(page)).to_contain_text("Do not close or reload this page")
    page.context.set_offline(False)
    saved(page)
    assert answers(site, attempt) == {2: sorted(right[1])}


def test_what_could_not_be_kept_at_once_is_kept_later(visit: Visitor):
    page = visit("D2007")
    page.context.add_init_script("""
        const { addAll } = Cache.prototype;
        Cache.prototype.addAll = () => {
            Cache.prototype.addAll = addAll;
            return Promise.reject(new TypeError("the server just restarts"));
        };
    """)
    begin(page)
    ready(page)


def test_while_the_server_restarts_the_form_comes_from_the_browser_and_all_is_sent_after(
    site: Site, visit: Visitor
):
    page = visit("D2019")
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    choose(page, right[0])
    saved(page)
    with site.gone():
        go(page, "Next")
        page.reload()
        expect(page.locator(".question-number")).to_have_text("Question 2 of 20")
        expect(queue(page)).to_contain_text("The server cannot")
        choose(page, right[1])
        kept_here(page)
        go(page, "Next")
        choose(page, right[2])
        expect(queue(page)).to_contain_text("2 answers wait on this device")
        page.reload()
        expect(page.locator(".question-number")).to_have_text("Question 3 of 20")
        expect(queue(page)).to_contain_text("2 answers wait on this device")
        go(page, "Back")
        go(page, "Back")
        expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    expect(page.locator(".sitting [data-queue]")).to_be_hidden()
    until(page, ALL_SENT)
    assert answers(site, attempt) == {n: sorted(right[n - 1]) for n in (1, 2, 3)}
