"""An exam on a phone whose connection comes and goes: what can be done, and what is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from isotrain import clock
from isotrain.accounts.models import Session
from isotrain.attempts import sheets
from isotrain.attempts.models import Answer, LateAnswer
from isotrain.banks import versions
from isotrain.cli.demo import PASSWORD
from isotrain.db import db
from tests.factories import a_user, committed
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
from tests.journeys.test_employee import tab_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]


NUMBERS = [f"F{n}" for n in (1005, *range(1009, 1023))]
FULL = """() => {
    const full = () => { throw new DOMException("full", "QuotaExceededError"); };
    IDBObjectStore.prototype.put = full;
}"""


@pytest.fixture(scope="module", autouse=True)
def people(site: Site) -> None:
    """People whom no other journey needs."""
    with site.inside():
        for number in NUMBERS:
            a_user(number=number, password=PASSWORD)


def go(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def test_offline_the_pages_turn_answers_wait_and_a_reload_loses_nothing(
    site: Site, visitor: Visitor
):
    page = visitor("F1005")
    attempt = begin(page)
    right = right_answers(site, attempt)
    choose(page, right[0])
    saved(page)
    ready(page)
    page.context.set_offline(True)
    go(page, "Next")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".question-number")).to_have_text("Question 2 of 20")
    choose(page, right[1])
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    expect(page.locator("[data-queue]").first).to_contain_text("1 answer waits on this device")
    go(page, "Question 20 , not answered")
    choose(page, right[19])
    go(page, "Flag")
    go(page, "Check your answers")
    expect(page.get_by_text("17 questions are not answered")).to_be_visible()
    expect(page.get_by_text("You flagged 1 question to come back to.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("17 questions are not answered")).to_be_visible()
    page.locator("[data-row='20']").click()
    expect(page.locator("fieldset.answers input:checked")).to_have_count(len(right[19]))
    page.context.set_offline(False)
    saved(page)
    expect(page.locator("[data-queue]").first).to_be_hidden()
    assert answers(site, attempt) == {
        1: sorted(right[0]), 2: sorted(right[1]), 20: sorted(right[19])}
    assert attempt_of(page) == attempt


def test_while_answers_arrive_the_page_counts_only_those_that_still_wait(
    site: Site, visitor: Visitor
):
    page = visitor("F1017")
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    page.context.set_offline(True)
    choose(page, right[0])
    go(page, "Next")
    choose(page, right[1])
    queue = page.locator("[data-queue]").first
    expect(queue).to_contain_text("2 answers wait on this device")
    held: list[Any] = []
    page.route(f"**/attempt/{attempt}/2", lambda route: held.append(route))
    page.context.set_offline(False)
    until(page, "async () => (await kept.answers()).some(each => each.sent)")
    expect(queue).not_to_contain_text("2 answers")
    expect(page.locator("[data-save-state]")).not_to_contain_text("Kept on this device")
    held[0].continue_()
    saved(page)
    assert answers(site, attempt) == {1: sorted(right[0]), 2: sorted(right[1])}


# All that a browser keeps, and all that it shows.
KEPT = """async () => {
    const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
                   document.documentElement.outerHTML];
    for (const { name } of await indexedDB.databases()) {
        const base = await new Promise(done => {
            const asked = indexedDB.open(name);
            asked.onsuccess = () => done(asked.result);
        });
        for (const store of base.objectStoreNames) {
            texts.push(await new Promise(done => {
                const asked = base.transaction(store).objectStore(store).getAll();
                asked.onsuccess = () => done(JSON.stringify(asked.result));
            }));
        }
        base.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request, { ignoreVary: true });
            texts.push(request.url, await answer.text());
        }
    }
    for (const each of await navigator.serviceWorker.getRegistrations()) {
        const worker = each.active || each.waiting || each.installing;
        if (worker) texts.push(await (await fetch(worker.scriptURL)).text());
    }
    return texts;
}"""


def secrets_of(site: Site, attempt: int) -> set[str]:
    """Return what tells the key of the questions of an attempt: explanations, hints to options."""
    with site.inside():
        ids = [version for version, _arrangement in sheets.items_of(attempt)]
        keys = versions.keys(ids)
        told = {text for id_ in ids for text in _texts(keys[id_])}
    assert len(told) >= len(ids)
    return told


def _texts(value: Any) -> set[str]:
    """Return the sentences in a key."""
    if isinstance(value, str):
        return {value} if " " in value else set()
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for each in inside for text in _texts(each)}


def end_sessions(site: Site, number: str) -> None:
    """Sign somebody out everywhere."""
    from isotrain.accounts import directory

    with site.inside(), committed():
        user = directory.find_by_name(number)
        assert user is not None
        db.session.execute(sa.update(Session).where(Session.user_id == user.id)
                           .values(ended_at=clock.now()))


def late_positions(site: Site, attempt: int) -> list[int]:
    with site.inside():
        return list(db.session.scalars(
            sa.select(LateAnswer.position).where(LateAnswer.attempt_id == attempt)
            .order_by(LateAnswer.position)))


def test_no_key_is_kept_in_the_browser_before_the_result(site: Site, visitor: Visitor):
    page = visitor("F1010")
    attempt = begin(page)
    told = secrets_of(site, attempt)
    right = right_answers(site, attempt)

    def found() -> set[str]:
        everything = "\n".join(page.evaluate(KEPT))
        assert "/attempt/" in everything
        return {text for text in told if text in everything}

    ready(page)
    assert found() == set()
    page.context.set_offline(True)
    choose(page, right[0])
    go(page, "Next")
    page.reload()
    expect(page.locator(".question-number")).to_have_text("Question 2 of 20")
    assert found() == set()
    page.context.set_offline(False)
    expect(page.locator("[data-queue]").first).to_be_hidden()
    assert found() == set()
    go(page, "Check and hand in")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result")
    assert found() == set()  # while an exam uses these questions, nothing of it is shown
    until(page, "async () => !(await kept.answers()).length")
    everything = "\n".join(page.evaluate(KEPT))
    assert f"/attempt/{attempt}/paper" not in everything, "questions go at hand-in"


def test_a_tablet_is_passed_on_and_the_next_person_sees_nothing_of_what_waits(
    site: Site, visitor: Visitor
):
    page = visitor("F1012")
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    page.context.set_offline(True)
    choose(page, right[0])
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    stem = page.locator("h1.stem").inner_text()
    end_sessions(site, "F1012")
    page.goto("about:blank")
    page.context.set_offline(False)
    sign_in(page, "F1016")
    expect(page.get_by_role("heading", level=1)).to_have_text("My training")
    until(page, "async () => !(await caches.keys()).length")
    everything = "\n".join(page.evaluate(KEPT))
    assert stem not in everything
    assert page.evaluate("async () => (await kept.answers()).length") == 0
    page.context.set_offline(True)
    with pytest.raises(Exception, match="net::ERR_"):
        page.goto(f"/attempt/{attempt}/1")
    page.context.set_offline(False)
    page.goto(f"/attempt/{attempt}/1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")
    assert answers(site, attempt) == {}
    end_sessions(site, "F1016")
    sign_in(page, "F1012")  # its owner is back
    expect(page.get_by_text("1 answer that waited in this browser has been sent.")).to_be_visible()
    assert answers(site, attempt) == {1: sorted(right[0])}


def test_what_was_answered_without_a_server_comes_on_another_day_as_late(
    site: Site, visitor: Visitor
):
    page = visitor("F1014")
    attempt = begin(page)
    right = right_answers(site, attempt)
    choose(page, right[0])
    saved(page)
    ready(page)
    context = page.context
    with site.gone():
        go(page, "Next")
        choose(page, right[1])
        expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
        page.close()
    with clock.moved_by(timedelta(days=1)):
        page = context.new_page()
        page.goto("/")  # signed out by now
        sign_in(page, "F1014")
        expect(page.get_by_text("1 answer that waited in this browser came after the end")
               ).to_be_visible()
        page.get_by_role("link", name="See the result").first.click()
        expect(page.get_by_text("Some answers came after the end")).to_be_visible()
        assert page.get_by_text("The time was over on").is_visible()
    assert answers(site, attempt) == {1: sorted(right[0])}
    assert late_positions(site, attempt) == [2]


def test_handed_in_on_another_device_says_so_and_keeps_the_last_answer_as_late(
    site: Site, visitor: Visitor
):
    page, other = visitor("F1009"), visitor("F1009")
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    page.context.set_offline(True)
    choose(page, right[0])
    other.goto(f"/attempt/{attempt}/check")
    expect(other.get_by_role("heading", level=1)).to_have_text("Open in another browser")
    other.get_by_role("button", name="Go on here").click()
    ready(other)
    go(other, "Check and hand in")
    other.get_by_role("button", name="Hand in").click()
    other.wait_for_url("**/result")
    page.context.set_offline(False)
    ending = page.locator("[data-ending]")
    expect(ending).to_contain_text("here, in another window or on another device")
    result = ending.get_by_role("link", name="See the result")
    page.context.set_offline(True)
    result.click()
    told = ending.locator(".hint")
    expect(told).to_have_text("No connection. This page opens once there is one.")
    page.context.set_offline(False)
    expect(told).to_have_count(0)
    result.click()
    expect(page.get_by_text("The answer to question 1 is kept for some time")).to_be_visible()
    assert late_positions(site, attempt) == [1]
    assert standing(site, attempt) == ("submitted", False)


def test_two_devices_hand_in_what_both_have_seen(site: Site, visitor: Visitor):
    first, second = visitor("F1019"), visitor("F1019")
    attempt = begin(first)
    ready(first)
    choose(first, ["0"])
    saved(first)
    second.goto(f"/attempt/{attempt}/1")
    second.get_by_role("button", name="Go on here").click()
    ready(second)
    choose(first, ["1"])  # nobody has told it yet
    saved(first)
    go(second, "Check and hand in")
    second.get_by_role("button", name="Hand in 1 answer").click()
    told = second.locator(".check [data-queue]")
    expect(told).to_contain_text("Another window has changed question 1.")
    assert standing(site, attempt)[0] == "open"
    second.locator("[data-row='1']").click()
    second.get_by_role("button", name="Show the newer answer").click()
    expect(second.locator("fieldset.answers input[value='1']")).to_be_checked()
    go(second, "Check and hand in")
    second.get_by_role("button", name="Hand in 1 answer").click()
    second.wait_for_url("**/result")
    assert "1" in answers(site, attempt)[1]


def test_several_questions_that_another_device_has_changed_are_told_together(
        site: Site, visitor: Visitor):
    first, second = visitor("F1021"), visitor("F1021")
    attempt = begin(first)
    ready(first)
    second.goto(f"/attempt/{attempt}/1")
    second.get_by_role("button", name="Go on here").click()
    ready(second)
    first.context.set_offline(True)
    choose(first, ["0"])
    go(first, "Next")
    choose(first, ["0"])
    first.context.set_offline(False)
    until(first, "kept.answers().then(all => all.every(each => each.sent))")
    assert len(answers(site, attempt)) == 2
    go(second, "Check and hand in")
    second.locator("form[data-hand-in] .primary").click()
    expect(second.locator(".check [data-queue]")).to_contain_text(
        "Another window has changed questions 1, 2.")


def test_a_flag_that_waits_is_called_no_answer(site: Site, visitor: Visitor):
    page = visitor("F1020")
    attempt = begin(page)
    ready(page)
    page.context.set_offline(True)
    go(page, "Flag")
    told = page.locator("[data-queue]").first
    expect(told).to_have_text("No connection. You can go on answering.")
    page.reload()
    expect(told).to_have_text("No connection. You can go on answering.")
    choose(page, right_answers(site, attempt)[0])
    expect(told).to_contain_text("1 answer waits on this device.")
    page.context.set_offline(False)
    saved(page)
    with site.inside():
        row = db.session.get_one(Answer, (attempt, 1))
        assert row.flagged and row.response


def test_handing_in_to_a_server_that_says_nothing_is_said_before_it_counts_as_gone(
    site: Site, visitor: Visitor
):
    page = visitor("F1018")
    attempt = begin(page)
    ready(page)
    choose(page, right_answers(site, attempt)[0])
    saved(page)
    go(page, "Check and hand in")
    page.route("**/submit", lambda _route: None)
    page.get_by_role("button", name="Hand in 1 answer").click()
    expect(page.locator(".check [data-queue]")).to_have_text("Handing in. Stay on this page.")


def test_who_is_signed_out_signs_in_over_the_question_by_keyboard(site: Site, visitor: Visitor):
    page = visitor("F1011")
    attempt = begin(page)
    right = right_answers(site, attempt)
    ready(page)
    go(page, "Question 4 , not answered")
    end_sessions(site, "F1011")
    choose(page, right[3][:1])  # before a dialog stands over it
    dialog = page.locator("[data-sign-in-here]")
    expect(dialog.get_by_label("Personnel number or e-mail")).to_be_focused()
    expect(page.locator("[data-queue]").first).to_contain_text("You are signed out.")
    dialog.get_by_role("button", name="Later").click()
    page.locator("[data-queue]").first.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_label("Personnel number or e-mail")).to_be_focused()
    page.keyboard.type("F1011")
    page.keyboard.press("Tab")
    page.keyboard.type("not my password")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("is not right")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    saved(page)
    expect(dialog).to_be_hidden()
    assert page.url.endswith(f"/attempt/{attempt}/4")
    assert answers(site, attempt) == {4: right[3][:1]}
    press(page, "Next")
    tab_to(page, "fieldset.answers input")


def test_without_a_worker_the_page_says_what_not_to_do_and_turns_all_the_same(
    site: Site, visitor: Visitor
):
    page = visitor("F1013")
    page.add_init_script("delete Navigator.prototype.serviceWorker; delete window.caches;")
    attempt = begin(page)
    right = right_answers(site, attempt)
    page.wait_for_function("() => document.querySelector('[data-check]')")
    page.context.set_offline(True)
    go(page, "Next")
    choose(page, right[1])
    expect(page.locator("[data-queue]").first).to_contain_text(
        "Do not close or reload this page until this message is gone.")
    page.context.set_offline(False)
    saved(page)
    assert answers(site, attempt) == {2: sorted(right[1])}


def test_while_an_answer_that_the_disk_does_not_take_is_sent_the_page_says_not_to_close_it(
    site: Site, visitor: Visitor
):
    page = visitor("F1022")
    attempt = begin(page)
    ready(page)
    page.evaluate(FULL)
    held: list[Route] = []
    page.route("**/attempt/*/1", lambda route: (
        held.append(route) if route.request.method == "POST" else route.continue_()))
    choose(page, ["1"])
    told = page.locator("[data-queue]").first
    expect(told).to_have_text("Do not close or reload this page until this message is gone.")
    held[0].continue_()
    saved(page)
    expect(told).to_be_hidden()
    assert answers(site, attempt) == {1: ["1"]}


def test_a_browser_with_a_full_disk_says_that_nothing_is_kept_and_shows_nothing_old(
    site: Site, visitor: Visitor
):
    page = visitor("F1015")
    attempt = begin(page)
    ready(page)
    choose(page, ["0"])
    saved(page)
    page.evaluate(FULL)
    page.context.set_offline(True)
    choose(page, ["1"])
    expect(page.locator("[data-save-state]")).to_have_text("Not confirmed yet")
    expect(page.locator("[data-queue]").first).to_contain_text("Do not close or reload this page")
    page.context.set_offline(False)
    saved(page)
    assert "1" in answers(site, attempt)[1]
    until(page, """async () => (await kept.answers()).length === 0
        && !(await caches.match(location.pathname.replace(/1$/, "paper"), { ignoreVary: true }))""")
