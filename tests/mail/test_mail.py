"""The outbox: what is written to whom, and what happens when the mail server does not want it."""

from __future__ import annotations

import dataclasses
import re
import smtplib
import ssl
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isotrain import clock
from isotrain.accounts import inviting, linking, passwords, registering
from isotrain.cli.mail import send_due
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.mail import emptying, queueing, sending
from isotrain.mail.models import Outgoing
from isotrain.mail.rules import CLAIM, PAUSES, TRIES, Letter, Recipient, message
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST, MAIL_PORT, MAIL_USER
from isotrain.web.transaction import transaction
from tests.factories import BY, a_setting, a_user, committed, post


class Server:
    """A mail server that keeps what it is given, or fails as told."""

    def __init__(self):
        self.taken = []
        self.failing = None
        self.features = {"starttls": ""}
        self.said = []

    def send_message(self, written):
        if self.failing:
            raise self.failing
        self.taken.append(written)

    def has_extn(self, name):
        return name in self.features

    def __getattr__(self, name):
        return lambda *arguments, **_named: self.said.append((name, *arguments))


@pytest.fixture
def server(monkeypatch):
    fake = Server()
    monkeypatch.setattr(smtplib, "SMTP", lambda *_a, **_k: fake)
    return fake


@pytest.fixture
def mail_app(app, monkeypatch):
    """The application with mail set up."""
    told = dataclasses.replace(app.config["INSTALLATION"], mail_password="p")
    monkeypatch.setitem(app.config, "INSTALLATION", told)
    for setting, value in ((MAIL_HOST, "mail.example.com"), (MAIL_USER, "u"),
                           (MAIL_FROM, "isotrain@example.com")):
        a_setting(setting, value)
    return app


def rows():
    db.session.rollback()
    return list(db.session.scalars(sa.select(Outgoing).order_by(Outgoing.id)))


def invite(user):
    with committed():
        inviting.invite([user], by=BY)


def test_a_forgotten_password_is_mailed_a_link_that_works(mail_app, server):
    user = a_user(name="Ada Byron", email="ada@example.com", password="correct horse battery")
    client = mail_app.test_client()
    answer = post(client, "/forgotten", {"name": "ADA@example.com"})
    assert answer.status_code == 200 and "on its way" in answer.text
    assert send_due() == (1, 0)
    letter = server.taken[0]
    assert str(letter["To"]) == "Ada Byron <ada@example.com>"
    token = re.search(r"http://localhost/access/(\S+)", letter.get_content()).group(1)
    answer = post(client, f"/access/{token}", {"password": "seven green umbrellas marching"})
    assert answer.status_code == 303
    assert passwords.matches("seven green umbrellas marching", passwords.find_hash(user))
    assert server.said[1][:1] == ("starttls",) and ("login", "u", "p") in server.said


def test_no_secret_rests_in_the_outbox(mail_app, server):
    invite(a_user(email="ada@example.com"))
    send_due()
    token = re.search(r"access/(\S+)", server.taken[0].get_content()).group(1)
    kept = " ".join(str(vars(row)) for row in rows())
    assert token not in kept


def test_asking_is_answered_alike_for_everybody(mail_app):
    a_user(number="KNOWN", email="ada@example.com")
    a_user(number="NOADDRESS")
    gone = a_user(number="GONE", email="eve@example.com")
    with committed():
        registering.deactivate([gone], by=BY)
    pages = set()
    for name in ("KNOWN", "NOADDRESS", "GONE", "NOBODY"):
        answer = post(mail_app.test_client(), "/forgotten", {"name": name})
        pages.add((answer.status_code, answer.text))
    assert len(pages) == 1
    assert len(rows()) == 1


def test_asking_too_often_is_refused_and_asking_twice_sends_one_letter(mail_app):
    a_user(number="A1", email="ada@example.com")
    client = mail_app.test_client()
    for _ in range(inviting.ASKS_PER_NAME):
        assert post(client, "/forgotten", {"name": "A1"}).status_code == 200
    assert len(rows()) == 1
    answer = post(client, "/forgotten", {"name": "A1"})
    assert answer.status_code == 429 and "Wait 15 minutes" in answer.text
    assert post(client, "/forgotten", {"name": ""}).status_code == 422


def test_without_mail_the_page_sends_people_to_hr(app):
    page = app.test_client().get("/forgotten")
    assert "Ask HR" in page.text and "<form" not in page.text
    with pytest.raises(Refusal, match="hand it over"), committed():
        inviting.invite([a_user(email="ada@example.com")], by=BY)


def test_a_letter_to_somebody_who_left_is_dropped_at_sending(mail_app, server):
    user = a_user(email="ada@example.com")
    invite(user)
    with committed():
        registering.deactivate([user], by=BY)
    assert send_due() == (0, 0)
    assert rows()[0].state == "dropped" and not server.taken


def test_a_refusing_server_is_tried_five_times_with_growing_pauses(mail_app, server):
    invite(a_user(email="ada@example.com"))
    server.failing = smtplib.SMTPRecipientsRefused({"ada@example.com": (550, b"no\r\nsuch user")})
    waited = timedelta(0)
    for n in range(TRIES):
        with clock.moved_by(waited):
            assert send_due() == (0, 1)
            assert send_due() == (0, 0), "not before the pause is over"
        assert rows()[0].state == ("waiting" if n + 1 < TRIES else "failed")
        waited += PAUSES[n] + timedelta(seconds=5)
    with clock.moved_by(waited):
        assert send_due() == (0, 0)
    assert "550" in rows()[0].last_error and "\n" not in rows()[0].last_error


def test_the_job_says_at_its_end_how_many_letters_were_not_taken(mail_app, server):
    for user in ("ada", "bob"):
        invite(a_user(email=f"{user}@example.com"))
    server.failing = ConnectionRefusedError()
    with pytest.raises(Refusal, match="2 letters were not taken"):
        list(emptying.send(transaction))


def test_a_letter_goes_out_once_the_server_is_back(mail_app, server):
    invite(a_user(email="ada@example.com"))
    server.failing = ConnectionRefusedError()
    send_due()
    server.failing = None
    with clock.moved_by(timedelta(minutes=2)):
        assert send_due() == (1, 0)
        assert send_due() == (0, 0)
    assert rows()[0].state == "sent" and len(server.taken) == 1


def test_a_letter_claimed_by_a_sender_that_died_is_sent_by_the_next(mail_app, server):
    invite(a_user(email="ada@example.com"))
    with committed():
        assert sending.claim() is not None
    with clock.moved_by(CLAIM - timedelta(seconds=5)):
        assert send_due() == (0, 0), "its sender may still be handing it over"
    with clock.moved_by(CLAIM):
        assert send_due() == (1, 0)


def test_both_copies_of_a_letter_carry_a_link_that_works_until_one_is_used(mail_app, server):
    """The sender died after the server took the letter and before it noted so."""
    invite(a_user(email="ada@example.com"))
    with committed():
        first = sending.claim()
    with clock.moved_by(CLAIM):
        assert send_due() == (1, 0)
        copies = [first.message, server.taken[0]]
        assert len({copy["Message-ID"] for copy in copies}) == 1
        tokens = [re.search(r"/access/(\S+)", copy.get_content()).group(1) for copy in copies]
        assert all(linking.find(token) for token in tokens) and len(set(tokens)) == 2
        with committed():
            linking.use(linking.get(tokens[0]), "a hash", request_id=None)
        assert not any(linking.find(token) for token in tokens)


def test_a_new_letter_makes_the_link_in_the_one_before_useless(mail_app, server):
    user = a_user(email="ada@example.com")
    invite(user)
    assert send_due() == (1, 0)
    with clock.moved_by(timedelta(minutes=11)):
        invite(user)
        assert send_due() == (1, 0)
        tokens = [re.search(r"/access/(\S+)", letter.get_content()).group(1)
                  for letter in server.taken]
        assert [bool(linking.find(token)) for token in tokens] == [False, True]


def test_what_old_letters_said_is_erased_and_none_is_written_twice(mail_app, server):
    user = a_user(email="ada@example.com")
    with committed():
        queueing.enqueue("unheard of", user, key="failed", params={"about": 1})
    send_due()
    with committed():
        queueing.enqueue("access", user, key="waits", params={"about": 2})
    with clock.moved_by(timedelta(days=90) - timedelta(minutes=1)), committed():
        assert sending.erase_some() == 0
    with clock.moved_by(timedelta(days=90, minutes=1)):
        with committed():
            assert sending.erase_some() == 1
            assert sending.erase_some() == 0
        failed, waits = rows()
        assert (failed.params, failed.last_error, failed.state) == ({}, None, "failed")
        assert waits.params == {"about": 2}
        with committed():
            assert not queueing.enqueue("unheard of", user, key="failed")


def test_many_senders_claim_every_letter_once(each_app):
    a_setting(MAIL_HOST, "h")
    a_setting(MAIL_FROM, "a@example.com")
    for n in range(20):
        invite(a_user(email=f"p{n}@example.com"))
    claimed, together = [], threading.Barrier(4)

    def send():
        with each_app.app_context():
            together.wait()
            while True:
                with committed():
                    letter = sending.claim()
                if letter is None:
                    break
                claimed.append(letter.id)
            db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [row.id for row in rows()]


def test_a_kind_nobody_writes_fails_in_words(mail_app):
    user = a_user(email="ada@example.com")
    with committed():
        queueing.enqueue("unheard of", user, key="k")
    assert send_due() == (0, 0)
    assert rows()[0].state == "failed" and "unheard of" in rows()[0].last_error


def test_a_server_without_encryption_is_not_given_letters(mail_app, server):
    invite(a_user(email="ada@example.com"))
    server.features = {}
    assert send_due() == (0, 1)
    assert "STARTTLS" in rows()[0].last_error


@pytest.mark.parametrize(("port", "way"), [(465, "SMTP_SSL"), (25, "starttls")])
def test_the_certificate_of_the_mail_server_is_checked(mail_app, server, monkeypatch, port, way):
    contexts = {}

    def encrypted(*_where, context, **_more):
        contexts[way] = context
        return server

    monkeypatch.setattr(smtplib, "SMTP_SSL", encrypted)
    server.starttls = encrypted
    a_setting(MAIL_PORT, port)
    invite(a_user(email="ada@example.com"))
    assert send_due() == (1, 0)
    assert contexts[way].verify_mode is ssl.CERT_REQUIRED and contexts[way].check_hostname


def test_the_same_key_is_queued_once(each_app):
    user = a_user()
    with committed():
        assert queueing.enqueue("access", user, key="k")
        assert not queueing.enqueue("access", user, key="k")


@given(name=st.text(max_size=40), subject=st.text(max_size=60), text=st.text(max_size=80))
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_name_or_subject_can_add_a_header(name, subject, text):
    written = message(Letter(f"{subject}\r\nBcc: eve@example.com", text),
                      Recipient(f"{name}\nBcc: eve@example.com", "ada@example.com", "en"),
                      sender="isotrain@example.com", key="k")
    assert written["Bcc"] is None and len(written.get_all("To")) == 1
    head = written.as_bytes().partition(b"\n\n")[0]
    starts = {line.partition(b":")[0] for line in head.split(b"\n") if line[:1] not in b" \t"}
    assert b"Bcc" not in starts


def test_the_command_says_what_it_did_and_what_is_missing(app, mail_app, server):
    invite(a_user(email="ada@example.com"))
    run = mail_app.test_cli_runner().invoke
    assert run(args=["mail", "status"]).output.startswith("waiting: 1")
    assert run(args=["mail", "send"]).output == "Sent 1, not delivered 0.\n"
    assert "sent: 1" in run(args=["mail", "status"]).output


def test_the_command_asks_for_the_settings_it_needs(app):
    result = app.test_cli_runner().invoke(args=["mail", "send"])
    assert result.exit_code == 1 and "Set mail_host and mail_from" in result.output
