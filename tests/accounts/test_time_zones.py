"""In which time zone a page shows times: the person's choice, the browser's, the organization's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from isotrain import clock, zones
from isotrain.accounts import preferring
from isotrain.accounts.models import User
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import format_day, format_moment, timed_in
from isotrain.people.models import Placement, Site
from isotrain.settings.definitions import TIME_ZONE
from isotrain.web import filters
from isotrain.zone_words import choices, format_exactly, place
from tests.attempts.browsing import text_of
from tests.conftest import ROOT
from tests.factories import a_setting, a_user, client_of, committed, post

NOW = datetime(2026, 1, 15, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_winter():
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def browser(each_app):
    a_setting(TIME_ZONE, "Europe/Berlin")
    return client_of(each_app, a_user("employee"))


def told(browser) -> str:
    """Return where a page says its times are from."""
    return text_of(browser.get("/account")).partition("Times are those of ")[2].partition(".")[0]


def says(browser, zone: str | None) -> None:
    if zone is not None:
        browser.set_cookie("isotrain-zone", zone)


def test_with_encryption_the_cookie_of_the_browser_is_this_hosts_alone(
    each_app, browser, monkeypatch
):
    monkeypatch.setitem(each_app.config, "INSTALLATION",
                        replace(each_app.config["INSTALLATION"], public_url="https://localhost"))
    says(browser, "America/New_York")
    assert told(browser) == "Berlin (UTC+1)"
    browser.set_cookie("__Host-isotrain-zone", "America/New_York", secure=True)
    page = browser.get("/account", base_url="https://localhost")
    assert "New York" in text_of(page)
    assert "__Host-isotrain-zone" in (ROOT / "static" / "js" / "zone.js").read_text("utf-8")


@pytest.mark.parametrize(("chosen", "cookie", "expected"), [
    ("Asia/Kolkata", "America/New_York", "Kolkata (UTC+5:30)"),
    ("", "America/New_York", "New York (UTC−5)"),
    ("", "asia/calcutta", "Kolkata (UTC+5:30)"),
    ("", None, "Berlin (UTC+1)"),
    ("", "Europe/Atlantis", "Berlin (UTC+1)"), ("", "../../etc/passwd", "Berlin (UTC+1)"),
    ("", "", "Berlin (UTC+1)"), ("", "x" * 3000, "Berlin (UTC+1)"),
])
def test_the_choice_goes_before_the_browser_and_the_browser_before_the_house(
    browser, chosen, cookie, expected
):
    says(browser, cookie)
    if chosen:
        assert post(browser, "/account/time-zone", {"time_zone": chosen}).status_code == 303
    assert told(browser) == expected


def test_a_choice_is_kept_and_can_be_taken_back(browser):
    says(browser, "Pacific/Pago_Pago")
    page = browser.get("/account/time-zone").text
    assert "Your browser says Pago Pago (UTC−11)" in page and "Berlin (UTC+1)" in page
    post(browser, "/account/time-zone", {"time_zone": "Pacific/Kiritimati"})
    assert told(browser) == "Kiritimati (UTC+14)"
    assert ' selected value="Pacific/Kiritimati"' in browser.get("/account/time-zone").text
    post(browser, "/account/time-zone", {"time_zone": ""})
    assert told(browser) == "Pago Pago (UTC−11)"


def test_a_zone_that_is_none_is_refused(browser):
    answer = post(browser, "/account/time-zone", {"time_zone": "Europe/Atlantis"})
    assert answer.status_code == 422 and "Choose one of the listed time zones" in answer.text
    with pytest.raises(Refusal), committed():
        preferring.prefer_zone(1, "Mars")


def test_whoever_is_not_signed_in_is_told_the_zone_of_the_browser_or_of_the_house(each_app):
    a_setting(TIME_ZONE, "Asia/Kolkata")
    visitor = each_app.test_client()
    assert visitor.get("/sign-in").status_code == 200
    says(visitor, "Europe/Atlantis")
    assert visitor.get("/sign-in").status_code == 200


def test_a_chosen_zone_that_is_known_no_more_is_passed_over(browser):
    with committed():
        db.session.execute(sa.update(User).values(time_zone="Europe/Atlantis"))
    assert told(browser) == "Berlin (UTC+1)"
    assert browser.get("/account/time-zone").status_code == 200


@pytest.mark.parametrize(("name", "instant", "expected"), [
    ("Europe/Berlin", NOW, "15 Jan 2026, 23:30 UTC+1"),
    ("Europe/Berlin", datetime(2026, 7, 1, 12, tzinfo=UTC), "1 Jul 2026, 14:00 UTC+2"),
    ("America/New_York", NOW, "15 Jan 2026, 17:30 EST"),
    ("America/New_York", datetime(2026, 7, 1, 12, tzinfo=UTC), "1 Jul 2026, 08:00 EDT"),
    ("Asia/Kolkata", NOW, "16 Jan 2026, 04:00 UTC+5:30"),
    ("Australia/Lord_Howe", NOW, "16 Jan 2026, 09:30 UTC+11"),
    ("Australia/Lord_Howe", datetime(2026, 7, 1, 12, tzinfo=UTC), "1 Jul 2026, 22:30 UTC+10:30"),
    ("Pacific/Pago_Pago", NOW, "15 Jan 2026, 11:30 UTC−11"),
    ("UTC", NOW, "15 Jan 2026, 22:30 UTC"),
    # The hour that comes twice is told apart.
    ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 Oct 2026, 02:30 UTC+2"),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 Oct 2026, 02:30 UTC+1"),
])
def test_an_instant_that_matters_is_told_with_its_zone(app, name, instant, expected):
    with timed_in(zones.find(name)):
        assert filters.exactly(instant) == format_exactly(instant) == expected
        assert expected.startswith(format_moment(instant))
        assert format_moment(instant).startswith(format_day(instant))
    assert filters.exactly(None) == "–"


def test_a_day_is_the_same_day_whoever_reads(app):
    with timed_in(zones.find("Pacific/Pago_Pago")):
        assert filters.due(NOW.date(), NOW.date()) == "due today"
        assert filters.day("2026-01-15") == "15 Jan 2026"


def test_zones_are_offered_by_part_of_the_world_and_one_that_holds_stays_on_offer(app):
    offered = choices("US/Eastern")
    assert ("Europe/Berlin", "Berlin (UTC+1)") in offered["Europe"]
    assert ("UTC", "UTC") in offered["Everywhere"]
    assert offered["US"] == [("US/Eastern", place(zones.find("US/Eastern")))]
    assert "US" not in choices("Europe/Berlin") and "US" not in choices("Mars/Olympus")


def test_hr_gives_two_sites_zones_on_their_pages(each_app):
    hr = client_of(each_app, a_user("hr", "employee"))
    with committed():
        sites = [Site(code="N", name="North"), Site(code="S", name="South")]
        db.session.add_all(sites)
        db.session.flush()
        db.session.add(Placement(user_id=a_placed(), site_id=sites[0].id, valid_from=NOW.date(),
                                 employment_type="employee"))
        north, south = (site.id for site in sites)
    assert text_of(hr.get("/people/sites")).count("the organization's of") == 2
    post(hr, f"/people/sites/{north}", {"time_zone": "Pacific/Kiritimati"})
    post(hr, f"/people/sites/{south}", {"time_zone": "Asia/Kolkata"})
    page = text_of(hr.get("/people/sites"))
    assert "North Pacific/Kiritimati of North" in page and "South Asia/Kolkata of South" in page
    assert post(hr, f"/people/sites/{south}", {"time_zone": "Mars"}).status_code == 422
    post(hr, f"/people/sites/{south}", {"time_zone": ""})
    assert text_of(hr.get("/people/sites")).count("the organization's of") == 1
    events = text_of(hr.get("/events"))
    assert events.count("Site time zone changed") >= 3 and "Pacific/Kiritimati" in events


def a_placed() -> int:
    from isotrain.accounts.models import Identity

    return db.session.scalars(sa.select(Identity.user_id)).first()


def test_the_setting_offers_zones_and_the_health_page_says_where_days_end(each_app):
    admin = client_of(each_app, a_user("admin", "employee"))
    page = admin.get("/settings/time_zone").text
    assert '<optgroup label="Europe">' in page and "Kolkata (UTC+5:30)" in page
    base = page.partition('name="base" value="')[2].partition('"')[0]
    saved = post(admin, "/settings/time_zone", {
        "value": "america/new york", "base": base, "reason": "We are in New York"})
    assert saved.status_code == 303
    assert "America/New_York" in admin.get("/settings").text
    assert "Days begin and end in New York (UTC−5)" in text_of(admin.get("/health"))
    wrong = post(admin, "/settings/time_zone", {"value": "Mars", "base": "1", "reason": "because"})
    assert wrong.status_code == 422 and "Choose a time zone, such as" in wrong.text


def test_events_are_asked_for_by_the_organizations_days_whatever_zone_is_read_in(each_app):
    a_setting(TIME_ZONE, "Asia/Kolkata")  # noted at 22:30 UTC: 16 January there
    auditor = client_of(each_app, a_user("auditor", "hr"))
    says(auditor, "Pacific/Pago_Pago")  # where it is 15 January, 11:30
    found = auditor.get("/events?first_on=2026-01-16&last_on=2026-01-16").text
    assert "15 Jan 2026, 11:30" in found
    assert "No event matches" in auditor.get("/events?last_on=2026-01-15").text
