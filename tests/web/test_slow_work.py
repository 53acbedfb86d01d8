"""Slow work holds no transaction: hashing, printing, reading files, talking to a mail server."""

from __future__ import annotations

import io

import pytest
from argon2 import PasswordHasher

from isotrain.accounts import inviting, linking
from isotrain.certificates import printing
from isotrain.cli.mail import send_due
from isotrain.db import db, is_writing
from isotrain.formats import child
from isotrain.mail import delivering
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST
from tests import sittings
from tests.banks.making import a_bank, a_trainer
from tests.factories import BY, a_setting, a_user, client_of, committed, post
from tests.people.files.making import a_file, a_row

WORDS = "seven green umbrellas marching"
OTHER = "nine quiet harbours sleeping"


@pytest.fixture
def held(monkeypatch):
    """Whether a transaction was held at each piece of slow work, by its name."""
    found = []

    def watch(owner, name):
        real = getattr(owner, name)

        def watched(*arguments, **named):
            found.append((name, db.session().in_transaction() or is_writing()))
            return real(*arguments, **named)

        monkeypatch.setattr(owner, name, watched)

    for owner, name in ((PasswordHasher, "verify"), (PasswordHasher, "hash"),
                        (printing, "render"), (child, "parse"), (child, "table")):
        watch(owner, name)
    yield found
    assert found and not [name for name, inside in found if inside]


def names(held):
    return [name for name, _inside in held]


def test_signing_in_and_making_a_weak_hash_anew(app, held):
    user = a_user(number="A1", email="a@example.com")
    with committed():
        linking.set_password(user, PasswordHasher(time_cost=1, memory_cost=1024).hash(WORDS), by=BY)
    held.clear()
    client = app.test_client()
    assert post(client, "/sign-in", {"name": "A1", "password": WORDS}).status_code == 303
    assert post(app.test_client(), "/sign-in", {"name": "nobody", "password": WORDS}).status_code \
        == 422
    assert names(held) == ["verify", "hash", "verify"]


def test_changing_the_password_and_using_a_link(app, held):
    user = a_user(number="A1", password=WORDS)
    with committed():
        link = linking.make([user], by=BY)[user]
    client = client_of(app, user)
    held.clear()
    changed = post(client, "/account/password", {"current": WORDS, "password": OTHER})
    assert changed.status_code == 303
    with committed():
        link = linking.make([user], by=BY)[user]
    used = post(app.test_client(), f"/access/{link.token}", {"password": WORDS})
    assert used.status_code == 303
    assert names(held) == ["verify", "hash", "hash"]


def test_printing_a_certificate(course_app, held):
    user = a_user()
    attempt = sittings.sat(user, right=20)
    certificate = sittings.certificate_of(attempt)
    client = client_of(course_app, user)
    for _again in range(2):
        assert client.get(f"/certificates/{certificate.id}.pdf").status_code == 200
    assert names(held) == ["render"]


def send(client, page, data, name):
    return post(client, page, {"file": (io.BytesIO(data), name)},
                content_type="multipart/form-data")


def test_reading_a_question_file_by_page_and_by_command(app, held, tmp_path):
    trainer = a_trainer()
    bank_id = a_bank(trainer)
    client = client_of(app, trainer)
    text = b"ISO issues certificates. {FALSE}\n"
    assert send(client, f"/banks/{bank_id}/uploads/new", text, "x.gift").status_code == 303
    (tmp_path / "y.gift").write_bytes(text)
    done = app.test_cli_runner().invoke(args=[
        "bank", "import", "new", str(tmp_path / "y.gift"), "--create", "New"])
    assert done.exit_code == 0, done.output
    assert names(held) == ["parse", "parse"]


def test_reading_a_people_file_by_page_and_by_command(app, held, tmp_path):
    client = client_of(app, a_user("hr"))
    data = a_file(a_row("1"))
    kept = send(client, "/people/import", data, "people.csv")
    assert client.get(kept.location).status_code == 200
    token = kept.location.split("/")[3].partition("?")[0]
    applied = post(client, "/people/import", {"effective_on": "2026-03-02"},
                   to=f"/people/import/{token}")
    assert applied.status_code == 303
    (tmp_path / "people.csv").write_bytes(data)
    done = app.test_cli_runner().invoke(args=["people", "import", str(tmp_path / "people.csv")])
    assert done.exit_code == 0, done.output
    assert names(held) == ["table"] * 4


def test_handing_letters_to_a_mail_server(app, held, monkeypatch):
    a_setting(MAIL_HOST, "mail.example.com")
    a_setting(MAIL_FROM, "isotrain@example.com")
    user = a_user(email="ada@example.com")
    with committed():
        inviting.invite([user], by=BY)

    def hand_over(_box, _message):
        held.append(("hand_over", db.session().in_transaction() or is_writing()))

    monkeypatch.setattr(delivering.Mailbox, "hand_over", hand_over)
    assert send_due() == (1, 0)
    assert names(held) == ["hand_over"]
