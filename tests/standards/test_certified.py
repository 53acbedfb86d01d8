"""Which editions the organization is certified to is a setting, shown where editions are told."""

from __future__ import annotations

import pytest

from isotrain.errors import Refusal
from isotrain.settings import changing
from isotrain.settings.definitions import CERTIFIED_EDITIONS
from isotrain.standards import certified
from tests.factories import BY, a_setting, a_user, client_of, committed, post
from tests.standards.test_pages import noon

TODAY = "2026-11-28"
NOBODY = "Nobody has entered yet to which editions your organization is certified"
WHY = "It stands on our certificate."


def words(client):
    return " ".join(client.get("/editions").text.split())


def change(text):
    with committed():
        return changing.change(CERTIFIED_EDITIONS, text, base=0, reason=WHY, by=BY)


def save(browser, text):
    page = "/settings/certified_editions"
    return post(browser, page, {"value": text, "base": 0, "reason": WHY})


def test_editions_are_known_with_and_without_their_amendment(shipped):
    a_setting(CERTIFIED_EDITIONS, "ISO 14001:2015 + Amd 1:2024, ISO 9001:2015")
    with noon(TODAY):
        assert [edition.label for edition in certified.list_certified()] == [
            "ISO 14001:2015 + Amd 1:2024", "ISO 9001:2015 + Amd 1:2024"]


@pytest.mark.parametrize(("text", "wrong"), [
    ("ISO 9001:2015, ISO 14001:2062", "ISO 14001:2062"),  # no such edition
    ("ISO 9001:2008", "ISO 9001:2008"),  # its certificates have ended
    ("ISO/DIS 45001:2026", "ISO/DIS 45001:2026"),  # a draft
    ("ISO 19011:2026", "ISO 19011:2026"),  # advice; nobody is certified to it
])
def test_an_edition_that_no_certificate_can_name_today_is_refused(shipped, text, wrong):
    with noon(TODAY), pytest.raises(Refusal, match=f"No certificate to {wrong} is valid today"):
        change(text)


@pytest.mark.parametrize(("day", "taken"), [("2029-09-30", True), ("2029-10-01", False)])
def test_the_old_edition_can_be_entered_until_the_last_day_of_its_transition(shipped, day, taken):
    with noon(day):
        assert (certified.find_wrong("ISO 9001:2015") == "") is taken
        assert certified.find_wrong("ISO 9001:2026, ISO/IEC 27001:2022") == ""


def test_the_setting_can_be_emptied_again(shipped):
    with noon(TODAY):
        assert change("ISO 9001:2015").after == "ISO 9001:2015"
        assert certified.find_wrong("") == ""


def test_the_page_of_the_setting_refuses_with_a_sentence(shipped):
    browser = client_of(shipped, a_user("admin"))
    with noon(TODAY):
        refused = save(browser, "ISO 9001:2051")
        assert refused.status_code == 422 and "No certificate to ISO 9001:2051" in refused.text
        assert save(browser, "ISO 9001:2015").status_code == 303
        assert "ISO 9001:2015" in browser.get("/settings/certified_editions").text


def test_the_page_of_editions_says_to_which_ones_the_organization_is_certified(shipped):
    browser = client_of(shipped, a_user())
    with noon(TODAY):
        assert NOBODY in words(browser)
        a_setting(CERTIFIED_EDITIONS, "ISO 9001:2015")
        text = words(browser)
    assert NOBODY not in text
    own, _all = text.split("<h2>ISO 14001</h2>")
    assert "ISO 9001:2015 + Amd 1:2024" in own and "still valid" in own


def test_the_commands_set_it_and_mark_it_in_the_list(shipped):
    runner = shipped.test_cli_runner()
    with noon(TODAY):
        for text, code in (("ISO 9001:2051", 1), ("ISO 9001:2015", 0)):
            done = runner.invoke(args=["settings", "set", "certified_editions", text,
                                       "--reason", WHY])
            assert done.exit_code == code, done.output
        lines = runner.invoke(args=["edition", "list"]).output.splitlines()
    marked = [line for line in lines if "the organization is certified to it" in line]
    assert [line.split()[0] for line in marked] == ["iso-9001-2015"]
