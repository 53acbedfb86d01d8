"""Values of settings: one spelling each, limits that hold, nonsense refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain import zones
from isotrain.errors import Unready
from isotrain.settings.definitions import (
    DEFINITIONS,
    MAIL_FROM,
    MAIL_HOST,
    MAIL_PORT,
    MAIL_USER,
    ORGANIZATION,
    SECURITY_CONTACT,
    SESSION_ABSOLUTE,
    SESSION_IDLE,
    TWO_PERSON_QUESTIONS,
    TWO_PERSON_QUIZZES,
)
from isotrain.settings.rules import BadValue, Span, Switch, Text, Whole
from isotrain.settings.seeding import check


def taken(kind, text):
    """Return the value of a text that is in order."""
    value = kind.parse(text)
    kind.check(value)
    return value


@given(st.booleans())
def test_a_switch_is_read_as_it_was_written(value):
    assert Switch().parse(Switch().text(value)) is value


@given(st.integers(5, 480))
def test_a_number_and_a_span_are_read_as_they_were_written(count):
    assert taken(Whole(5, 480), Whole(5, 480).text(count)) == count
    span = Span("minutes", 5, 480)
    assert taken(span, span.text(timedelta(minutes=count))) == timedelta(minutes=count)
    assert span.text(timedelta(minutes=count)) == str(count)


@pytest.mark.parametrize("kind", [Whole(5, 480), Span("hours", 5, 480)])
@pytest.mark.parametrize(("text", "good"), [
    ("5", True), ("480", True), ("4", False), ("481", False), ("", False), ("-5", False),
    ("5.5", False), ("five", False), ("٥", False), ("9" * 40, False), ("1e2", False),
])
def test_limits_belong_to_what_is_allowed_and_nonsense_is_named(kind, text, good):
    if good:
        taken(kind, text)
        return
    with pytest.raises(BadValue, match="Enter a whole number from 5 to 480"):
        taken(kind, text)


@pytest.mark.parametrize("text", ["", "yes", "1", "On", "on ", "off\n"])
def test_a_switch_is_on_or_off_and_nothing_else(text):
    with pytest.raises(BadValue, match="on or off"):
        Switch().parse(text)


@pytest.mark.parametrize(("setting", "good", "bad"), [
    (ORGANIZATION, ["W", "Œuvres & Söhne", "x" * 200], ["", "a\nb", "a\0", "x" * 201]),
    (MAIL_HOST, ["", "mail.example.com", "127.0.0.1", "::1"], ["a b", "mail.example.com/x", "é"]),
    (MAIL_FROM, ["", "a@example.com"], ["a", "a@", "@b", "A <a@example.com>", "a@b c",
                                        "a@example.com\nBcc: x@example.com"]),
    (SECURITY_CONTACT, ["", "security@example.com", "a+b@example.com", "https://example.com",
                        "https://example.com:8443/report?by=mail#top"],
     ["a", "@b", "a@", "http://example.com", "https://", "mailto:a@example.com", "tel:+1",
      "A <a@example.com>", "a@example.com?subject=x", "https://example.com/a b",
      "a@example.com\nExpires: 2030-01-01T00:00:00Z", "https://example.com/\u202e"]),
    (MAIL_USER, ["", "somebody"], ["a\nb"]),
    (MAIL_PORT, ["1", "65535"], ["0", "65536"]),
    (SESSION_IDLE, ["5", "480"], ["4", "481"]),
    (SESSION_ABSOLUTE, ["1", "24"], ["0", "25"]),
])
def test_each_setting_takes_what_it_can_mean(setting, good, bad):
    for text in good:
        assert setting.kind.text(taken(setting.kind, text)) == text
    for text in bad:
        with pytest.raises(BadValue):
            taken(setting.kind, text)


def test_every_default_is_within_its_limits_and_every_name_is_its_own():
    assert len({each.name for each in DEFINITIONS}) == len(DEFINITIONS)
    for each in DEFINITIONS:
        assert taken(each.kind, each.kind.text(each.default)) == each.default


def test_what_is_decided_where_nobody_has_decided_anything():
    assert {each.name: each.kind.text(each.default) for each in DEFINITIONS} == {
        "organization": "Your organization", "language": "en", "time_zone": zones.of_system(),
        "certified_editions": "", "security_contact": "",
        "factor_admin": "on", "factor_hr": "on", "factor_trainer": "on", "factor_auditor": "on",
        "two_person_factor": "off", "two_person_questions": "off",
        "two_person_quizzes": "off", "two_person_weakening": "on", "key_holders_sit": "on",
        "two_person_roles": "off", "two_person_identity": "on",
        "session_idle": "30", "session_absolute": "12", "prove_again": "15",
        "mail_host": "", "mail_port": "587", "mail_user": "", "mail_from": "",
        "keep_sign_ins": "30", "keep_addresses": "off",
        "keep_letters": "90", "keep_late_answers": "14"}


def test_a_variable_gives_the_first_value_and_an_empty_one_the_default():
    assert MAIL_PORT.first_text({"MAIL_PORT": "25"}) == "25"
    assert MAIL_PORT.first_text({"MAIL_PORT": ""}) == "587"
    assert MAIL_PORT.first_text({}) == "587"


@pytest.mark.parametrize(("told", "meant"), [("1", "on"), ("0", "off"), ("on", "on"),
                                             ("off", "off")])
def test_one_variable_turns_both_second_persons_on(told, meant):
    for setting in (TWO_PERSON_QUESTIONS, TWO_PERSON_QUIZZES):
        assert setting.first_text({"TWO_PERSON": told}) == meant


def test_a_one_is_no_switch_where_a_number_is_meant():
    assert SESSION_ABSOLUTE.first_text({"SESSION_ABSOLUTE": "1"}) == "1"
    assert ORGANIZATION.first_text({"ORGANIZATION": "1"}) == "1"


@pytest.mark.parametrize(("name", "value"), [
    ("MAIL_PORT", "smtp"), ("TWO_PERSON", "yes"), ("SESSION_IDLE", "0"), ("MAIL_FROM", "me"),
])
def test_a_variable_that_no_setting_can_begin_with_is_named(name, value):
    with pytest.raises(Unready, match=f"ISOTRAIN_{name} is '{value}'"):
        check({name: value})


@pytest.mark.parametrize("text", ["Example\nWorks", "Example\u200bWorks", "Example\x07"])
def test_a_text_of_more_than_a_line_is_told_so_and_not_that_nothing_was_entered(text):
    for setting in (ORGANIZATION, MAIL_FROM):
        with pytest.raises(BadValue, match="Use one line"):
            setting.kind.check(text)


def test_a_text_may_say_more_than_its_shape():
    with pytest.raises(BadValue, match="at most 200"):
        Text().check("x" * 201)
