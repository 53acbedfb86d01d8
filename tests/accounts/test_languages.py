"""Which language a reader gets: one's own choice, the browser's, the organization's."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import g

from isotrain.accounts import directory, preferring
from isotrain.accounts.models import User
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import (
    _,
    format_day,
    format_decimal,
    languages,
    name_of_language,
    ngettext,
    sort_key,
    speaking,
)
from isotrain.mail import queueing, sending
from isotrain.settings.definitions import LANGUAGE, MAIL_FROM, MAIL_HOST
from tests.accounts import polish
from tests.factories import a_setting, a_user, client_of, committed, post

PASSWORD = "nine calm yellow trams"
POLISH = {"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"}


@pytest.fixture
def both(app, tmp_path, monkeypatch):
    polish.speak(app, tmp_path / "translations", monkeypatch)
    return app


def language_on(client, address: str = "/sign-in", **headers: str) -> str:
    page = client.get(address, headers=headers).text
    return re.search(r'<html lang="([^"]+)" dir="ltr">', page)[1]


def choose(client, language: str, next_: str = "/sign-in", page: str = "/sign-in"):
    return post(client, page, {"language": language, "next": next_}, to="/language")


def test_with_one_language_nobody_is_asked(app):
    page = app.test_client().get("/sign-in", headers=POLISH)
    assert 'name="language"' not in page.text and page.headers["Content-Language"] == "en"
    assert "Accept-Language" not in page.headers.get("Vary", "")


def test_each_language_is_called_what_its_speakers_call_it(both):
    assert languages() == ["en", "pl"]
    assert [name_of_language(code) for code in languages()] == ["English", "Polski"]
    page = both.test_client().get("/sign-in").text
    assert re.findall(r'<option value="(\w+)" lang="\w+"(?: selected)?>(\w+)', page) == [
        ("en", "English"), ("pl", "Polski")]


def test_the_browser_is_asked_and_after_it_the_organization(both):
    assert language_on(both.test_client(), **POLISH) == "pl"
    assert language_on(both.test_client(), **{"Accept-Language": "de"}) == "en"
    a_setting(LANGUAGE, "pl")
    assert language_on(both.test_client(), **{"Accept-Language": "de"}) == "pl"
    assert language_on(both.test_client()) == "pl"
    assert language_on(both.test_client(), **{"Accept-Language": "en-GB"}) == "en"


def test_a_language_of_the_organization_that_is_not_here_is_english(both):
    a_setting(LANGUAGE, "de")
    assert language_on(both.test_client()) == "en"


def test_an_answer_says_its_language_and_on_what_it_depends(both):
    page = both.test_client().get("/sign-in", headers=POLISH)
    assert page.headers["Content-Language"] == "pl" and "Zaloguj się" in page.text
    assert {"accept-language", "cookie"} <= {each.strip().lower()
                                             for each in page.headers["Vary"].split(",")}


def test_a_choice_before_signing_in_holds_and_becomes_ones_own(both):
    user_id = a_user("employee", number="7", password=PASSWORD)
    client = both.test_client()
    answer = choose(client, "pl", "/sign-in?next=/account")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account")
    assert "Hasło" in client.get("/sign-in").text
    post(client, "/sign-in", {"name": "7", "password": PASSWORD})
    assert "Twoje konto" in client.get("/account").text
    assert db.session.get(User, user_id, populate_existing=True).language == "pl"
    assert language_on(client_of(both, user_id), "/account") == "pl"


def test_what_somebody_else_chose_at_the_sign_in_page_takes_nobodys_language(both):
    user_id = a_user("employee", number="7", password=PASSWORD)
    with committed():
        preferring.prefer(user_id, "en")
    client = both.test_client()
    choose(client, "pl")
    post(client, "/sign-in", {"name": "7", "password": PASSWORD})
    assert language_on(client, "/account") == "en"


def test_a_person_chooses_on_any_page_whatever_the_browser_asks_for(both):
    user_id = a_user("employee")
    client = client_of(both, user_id)
    assert language_on(client, "/account", **POLISH) == "pl"
    choose(client, "en", "/account", page="/account")
    assert language_on(client, "/account", **POLISH) == "en"


@pytest.mark.parametrize("wrong", ["de", "ar", "", "../en"])
def test_a_language_that_is_not_here_is_refused(both, wrong):
    client = both.test_client()
    assert choose(client, wrong).status_code == 422
    assert language_on(client) == "en"
    with pytest.raises(Refusal):
        preferring.prefer(a_user("employee"), wrong)


def test_a_choice_leads_nowhere_else(both):
    answer = choose(both.test_client(), "pl", "https://elsewhere.example/")
    assert answer.location == "/"


def test_a_letter_is_written_in_the_language_of_who_gets_it(both):
    a_setting(MAIL_HOST, "mail.example")
    a_setting(MAIL_FROM, "isotrain@example.com")
    told = {}
    for number, language in (("1", "pl"), ("2", "en"), ("3", None)):
        user_id = a_user("employee", number=number, email=f"{number}@example.com",
                         password=PASSWORD)
        with committed():
            if language:
                preferring.prefer(user_id, language)
            queueing.enqueue("access", user_id, key=number)
            letter = sending.claim()
            told[number] = (letter.message["Subject"], letter.message["Content-Language"])
            sending.note_sent(letter.id)
    assert told == {"1": ("Ustaw nowe hasło", "pl"), "2": ("Set a new password", "en"),
                    "3": ("Set a new password", "en")}
    assert directory.find_recipient(user_id).language == "en"


def test_plural_forms_are_those_of_the_language(both):
    with speaking("pl"):
        assert [ngettext("%(num)s question", "%(num)s questions", n)
                for n in (1, 2, 5, 12, 22, 25, 1000)] == [
            "1 pytanie", "2 pytania", "5 pytań", "12 pytań", "22 pytania", "25 pytań",
            "1\N{NO-BREAK SPACE}000 pytań"]
        assert _("Password") == "Hasło"
    assert _("Password") == "Password" and "language" in g


def test_what_has_no_translation_stays_english(both):
    with speaking("pl"):
        assert _("Sign out") == "Sign out"


def test_days_and_numbers_stand_as_in_the_language(both):
    with speaking("en"):
        assert (format_day(date(2026, 9, 30)), format_decimal(1234.5)) == ("30 Sep 2026",
                                                                           "1,234.5")
    with speaking("pl"):
        assert (format_day(date(2026, 9, 30)), format_decimal(12345.5)) == (
            "30 wrz 2026", "12\N{NO-BREAK SPACE}345,5")


def test_names_stand_in_the_order_of_the_language(both):
    names = ["Żak", "Zych", "Łoś", "Lis", "Ława", "Ćma", "Cyran", "Dąb", "lato"]
    with speaking("pl"):
        assert sorted(names, key=sort_key) == ["Cyran", "Ćma", "Dąb", "lato", "Lis", "Ława",
                                               "Łoś", "Zych", "Żak"]
    with speaking("en"):
        assert sorted(["Zoë", "Zoe", "Ångström", "Azul", "Émile", "Eva"], key=sort_key) == [
            "Ångström", "Azul", "Émile", "Eva", "Zoe", "Zoë"]


def test_commands_speak_the_language_of_the_organization(both):
    a_setting(LANGUAGE, "pl")
    run = both.test_cli_runner().invoke
    assert "Kto zajmuje się kursem." in run(args=["course", "--help"]).output
    g.pop("language")  # each command is a process of its own
    a_setting(LANGUAGE, "en")
    assert "Who looks after a course." in run(args=["course", "--help"]).output
