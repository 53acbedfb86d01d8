"""Second factors as people meet them: an app that is due at sign-in, without script; a passkey."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from isotrain import clock
from isotrain.accounts import directory
from isotrain.audit.noting import Actor
from isotrain.cli.demo import PASSWORD
from isotrain.second_factor import proving, requirement, resetting
from isotrain.settings.definitions import FACTOR_TRAINER
from tests.factories import a_setting, committed
from tests.journeys.conftest import sign_in
from tests.journeys.test_employee import tab_to
from tests.journeys.test_every_page import sound
from tests.second_factor.making import App, forget_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

AMINA = "1003"


@pytest.fixture
def trainer(site: Site) -> Iterator[int]:
    """A trainer at the name localhost, where passkeys work, who has nothing at the end."""
    with site.inside():
        user = directory.find_by_name(AMINA).id
    before = site.app.config["INSTALLATION"]
    site.app.config["INSTALLATION"] = replace(
        before, public_url=site.url.replace("127.0.0.1", "localhost"))
    yield user
    with site.inside():
        if proving.has_factor(user):
            with committed():
                resetting.reset(user, reason="At the end", by=Actor.command())
        if requirement.is_due(user):
            a_setting(FACTOR_TRAINER, False)
    site.app.config["INSTALLATION"] = before


@contextmanager
def authenticator(page: Page) -> Iterator[None]:
    """Give a browser a device that makes passkeys and verifies its owner at once."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasUserVerification": True,
        "isUserVerified": True, "hasResidentKey": True, "automaticPresenceSimulation": True}})
    yield
    devtools.send("WebAuthn.disable")


def address(site: Site) -> str:
    return site.app.config["INSTALLATION"].public_url


def enter(page: Page, site: Site) -> None:
    page.context.clear_cookies()
    page.goto(f"{address(site)}/sign-in")
    page.get_by_label("Personnel number or e-mail").fill(AMINA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_an_app_is_set_up_when_it_is_due_and_asked_for_from_then_on(
    site: Site, visitor: Visitor, trainer: int
) -> None:
    with site.inside():
        a_setting(FACTOR_TRAINER, True)
    page = visitor(java_script_enabled=False)
    sign_in(page, AMINA)
    assert page.get_by_role("heading", level=1).inner_text() == "Set up a second factor"
    page.goto("/banks")
    page.get_by_role("button", name="Set up an app").press("Enter")
    shown = App(page.locator(".factor-way code").inner_text().replace(" ", ""))
    page.get_by_label("Code from your app").fill(shown.code())
    page.get_by_label("Code from your app").press("Enter")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    page.goto("/banks")
    assert page.get_by_role("heading", level=1).inner_text() == "Question banks"

    with site.inside():
        forget_steps(trainer)
    for fill, text in (("Code from your app", shown.code()), ("Recovery code", codes[0])):
        page.context.clear_cookies()
        sign_in(page, AMINA)
        if fill == "Recovery code":
            page.get_by_text("Use a recovery code").click()
        page.get_by_label(fill).fill(text)
        page.get_by_label(fill).press("Enter")
        assert page.url.endswith("/my-training")


def typed(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


def pressed(page: Page, selector: str) -> None:
    """Go to a button or link with Tab and use it with Enter, which leads to another page."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def entered(page: Page, selector: str, text: str) -> None:
    """Type into a field and send its form with Enter."""
    typed(page, selector, text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def on_paper_and_small(page: Page) -> None:
    """What is printed has its heading; each code stands in one line of a small screen."""
    page.emulate_media(media="print")
    assert page.get_by_role("heading", level=1).is_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("""() => [...document.querySelectorAll('.recovery-codes code')]
        .every(code => code.getClientRects().length === 1)""")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_everything_about_second_factors_is_done_by_keyboard_alone(
    site: Site, visitor: Visitor, trainer: int
) -> None:
    page = visitor()
    factors = f"{address(site)}/account/second-factor"
    with authenticator(page):
        page.goto(f"{address(site)}/sign-in")
        typed(page, "#name", AMINA)
        entered(page, "#password", PASSWORD)
        page.goto(factors)
        pressed(page, "form[action$='/app/begin'] button")
        shown = App(page.locator(".factor-way code").inner_text().replace(" ", ""))
        typed(page, "#code", shown.code())
        entered(page, "#current", PASSWORD)
        assert heading(page) == "Your recovery codes"
        on_paper_and_small(page)
        tab_to(page, "[data-print]")
        tab_to(page, "[data-copy]")
        pressed(page, "main a.button.primary")
        page.goto(factors)
        pressed(page, "a[href$='/passkeys/new']")
        typed(page, "#label", "Laptop")
        entered(page, "#current", PASSWORD)
        assert "Laptop" in page.locator("main table").inner_text()
        pressed(page, "a[href$='/codes']")
        entered(page, "#current", PASSWORD)
        codes = page.locator(".recovery-codes code").all_inner_texts()

        with site.inside():
            forget_steps(trainer)
        for way in ("code", "passkey", "recovery"):
            page.context.clear_cookies()
            page.goto(f"{address(site)}/sign-in")
            typed(page, "#name", AMINA)
            entered(page, "#password", PASSWORD)
            assert heading(page) == "Second step"
            if way == "code":
                entered(page, "#code", shown.code())
            elif way == "passkey":
                pressed(page, "form[data-passkey] button")
            else:
                tab_to(page, "summary")
                page.keyboard.press("Enter")
                entered(page, "#recovery", codes[0])
            assert page.url.endswith("/my-training")
        for what in ("passkeys", "app"):
            page.goto(factors)
            pressed(page, f"main a[href*='/{what}'][href$='/remove']")
            entered(page, "#current", PASSWORD)
        assert page.locator("main a[href$='/remove']").count() == 0


def test_who_shows_again_that_it_is_them_does_so_by_keyboard_alone(
    site: Site, visitor: Visitor
) -> None:
    page = visitor("1004")
    with clock.moved_by(timedelta(minutes=16)):
        page.goto("/people/export.csv")
        assert heading(page) == "Show that it is you"
        entered(page, "#current", "wrong")
        assert page.locator("#current").get_attribute("aria-invalid") == "true"
        entered(page, "#current", PASSWORD)
        tab_to(page, "main a[href*='export.csv']")


def test_without_script_a_passkey_page_says_what_it_needs_and_offers_no_button(
    site: Site, visitor: Visitor, trainer: int
) -> None:
    page = visitor(java_script_enabled=False)
    enter(page, site)
    page.goto(f"{address(site)}/account/second-factor/passkeys/new")
    assert "Passkeys need a browser with scripts switched on" in page.locator("main").inner_text()
    assert not page.locator("form[data-passkey] button").is_visible()


def test_a_passkey_is_added_and_signs_in(site: Site, visitor: Visitor, trainer: int) -> None:
    page = visitor()
    with authenticator(page):
        enter(page, site)
        page.goto(f"{address(site)}/account/second-factor")
        page.get_by_role("link", name="Add a passkey").click()
        sound(page)
        page.get_by_label("Name of the passkey").fill("Laptop")
        page.get_by_label("Your password", exact=True).fill("wrong")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_text("This is not your present password").wait_for()
        page.get_by_label("Your password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        sound(page)

        enter(page, site)
        assert page.get_by_label("Code from your app").count() == 0
        sound(page)
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/my-training")
        page.goto(f"{address(site)}/account/second-factor")
        assert "Laptop" in page.locator("main").inner_text()
        assert "never" not in page.locator("main table").inner_text()


def test_a_browser_without_the_passkey_says_so_and_stays_outside(
    site: Site, visitor: Visitor, trainer: int
) -> None:
    page = visitor()
    with authenticator(page):
        enter(page, site)
        page.goto(f"{address(site)}/account/second-factor/passkeys/new")
        page.get_by_label("Name of the passkey").fill("Phone")
        page.get_by_label("Your password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
    other = visitor()
    with authenticator(other):
        enter(other, site)
        other.get_by_role("button", name="Use a passkey").click()
        other.get_by_text("No passkey was used").wait_for()
        assert other.url.split("?")[0].endswith("/second-step")
