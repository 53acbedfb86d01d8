"""Who sets up or takes away a factor need not be the owner: the owner is written to."""

from __future__ import annotations

import pytest

from isotrain.accounts.models import Notice
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.second_factor import enrolling, holding
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST
from tests.accounts.notices.test_telling import letters, sign_in
from tests.factories import a_setting, a_user, committed
from tests.second_factor.making import an_app, proves
from tests.second_factor.test_passkeys import a_passkey

WORDS = "four quiet green pumps"


@pytest.fixture
def ann(each_app):
    """One of two namesakes, who both have an address; the other is never told anything."""
    a_setting(MAIL_HOST, "mail.example")
    a_setting(MAIL_FROM, "training@example.com")
    ann, other = (a_user(name="Ann Lee", email=f"{who}@example.com", password=WORDS)
                  for who in ("ann", "other"))
    yield ann
    assert db.session.query(Notice).filter_by(user_id=other).count() == 0


def told(sentence: str) -> int:
    """Count the letters since the last look that say this."""
    return sum(sentence in text for _address, text in letters())


def remove_app(user: int) -> None:
    with committed():
        enrolling.remove_app(user, short=False, session_id=0, by=Actor("user", user))


def remove_passkey(user: int) -> None:
    [row] = holding.list_passkeys(user)
    with committed():
        enrolling.remove_passkey(user, row.id, short=False, session_id=0,
                                 by=Actor("user", user))


def test_an_app_or_a_passkey_that_is_set_up_is_told_by_mail(ann):
    an_app(ann)
    assert told("A second factor was added to your account on") == 1
    a_passkey(ann)
    assert told("A second factor was added to your account on") == 1


@pytest.mark.parametrize("remove", [remove_app, remove_passkey])
def test_one_that_is_removed_is_told_by_mail(ann, remove):
    an_app(ann)
    a_passkey(ann)
    letters()
    remove(ann)
    assert told("A second factor was removed from your account on") == 1


def test_recovery_codes_that_are_made_or_used_are_told_by_mail_and_a_wrong_one_is_not(ann):
    _app, codes = an_app(ann)
    letters()
    assert proves(ann, codes[0]) == "recovery" and proves(ann, codes[0]) is None
    assert told("One of your recovery codes was used on") == 1
    with committed():
        enrolling.make_codes(ann, by=Actor("user", ann))
    assert told("New recovery codes were made for your account on") == 1


def test_what_one_did_oneself_stands_on_the_account_page_and_is_no_news_at_the_sign_in(each_app):
    ann = a_user(name="Ann Lee", password=WORDS)
    an_app(ann)
    remove_app(ann)
    page = sign_in(each_app, ann)  # the page after it would show both, told and listed
    assert page.count("A second factor was added to your account on") == 1
    assert page.count("A second factor was removed from your account on") == 1


def test_nothing_is_written_where_no_mail_can_be_sent(each_app):
    ann = a_user(name="Ann Lee", email="ann@example.com", password=WORDS)
    an_app(ann)
    assert letters() == []
