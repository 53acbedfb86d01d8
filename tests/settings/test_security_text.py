"""Whoever finds a weakness learns whom to tell, as soon as the organization has said it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from isotrain import clock
from isotrain.settings.definitions import LANGUAGE, SECURITY_CONTACT
from isotrain.settings.security_text import PATH, written
from tests.factories import a_setting, a_user, client_of

NOW = datetime(2026, 3, 1, 12, 0, 30, 999, tzinfo=UTC)
MISSING = "Nobody can report a weakness"


def fields(text):
    assert text.endswith("\n")
    return dict(line.split(": ", 1) for line in text.splitlines())


@pytest.mark.parametrize(("contact", "address"), [
    ("security@example.com", "mailto:security@example.com"),
    ("https://example.com/report", "https://example.com/report"),
])
def test_the_file_has_what_the_standard_asks_for(contact, address):
    text = written(contact, public_url="https://training.example.com", language="pt_BR", now=NOW)
    assert fields(text) == {
        "Contact": address, "Expires": "2026-05-30T12:00:30Z", "Preferred-Languages": "pt-BR",
        "Canonical": f"https://training.example.com{PATH}"}


def test_without_https_it_names_no_address_of_its_own():
    text = written("a@example.com", public_url="http://127.0.0.1:5000", language="en", now=NOW)
    assert "Canonical" not in fields(text)


def test_anybody_reads_it_and_it_never_promises_a_year(each_app, monkeypatch):
    installation = each_app.config["INSTALLATION"]
    monkeypatch.setitem(each_app.config, "INSTALLATION",
                        replace(installation, public_url="https://localhost"))
    a_setting(SECURITY_CONTACT, "security@example.com")
    a_setting(LANGUAGE, "de")
    for later in (timedelta(0), timedelta(days=400)):
        with clock.moved_by(later):
            answer = each_app.test_client().get(PATH)
            told = fields(answer.text)
            ahead = datetime.fromisoformat(told["Expires"]) - clock.now()
        assert answer.status_code == 200
        assert answer.content_type == "text/plain; charset=utf-8"
        assert timedelta(days=80) < ahead < timedelta(days=365)
        assert told["Contact"] == "mailto:security@example.com"
        assert told["Canonical"] == f"https://localhost{PATH}"
        assert told["Preferred-Languages"] == "de"


def test_where_nobody_is_named_there_is_no_file_and_health_says_so(each_app):
    admin = client_of(each_app, a_user("admin"))
    assert each_app.test_client().get(PATH).status_code == 404
    page = admin.get("/health").text
    assert MISSING in page and "/settings/security_contact" in page
    a_setting(SECURITY_CONTACT, "https://example.com/report")
    assert each_app.test_client().get(PATH).status_code == 200
    assert MISSING not in admin.get("/health").text
