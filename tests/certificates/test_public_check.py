"""The public check shows what the paper shows, so that a changed paper is caught."""

from __future__ import annotations

import html
import re

import pytest

from isotrain.certificates import holdings, printing
from isotrain.certificates.models import Holder
from isotrain.db import db
from tests.certificates.test_printing import FACTS
from tests.factories import a_user, client_of, committed, csrf, post

# What is not stated of the holder or the course: where the check itself stands, and how it looks.
OF_THE_PAPER = {"labels", "language", "direction", "qr", "verify_url", "verify_address"}
NAMED_ONLY = {"score", "pass_mark"}


@pytest.fixture
def certificate(app, finish):
    user = a_user(name="Ada Lovelace")
    finish(user)
    return holdings.list_of(user)[0]


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def printed(certificate) -> dict[str, str]:
    """What the paper of a certificate says, by what the template calls it."""
    page = printing._page(holdings._facts(certificate))
    label, _, editions = page.pop("standards").partition(": ")
    assert label == page["labels"]["standards"]
    return {name: text for name, text in page.items() if name not in OF_THE_PAPER} | {
        f"edition {edition}": edition for edition in editions.split(", ")}


def test_every_value_that_is_printed_stands_on_the_check(app, certificate):
    client, page = app.test_client(), f"/verify/{certificate.code}"
    before = words_of(client.get(page).text)
    after = words_of(post(client, page, {"name": "ada lovelace"}).text)
    values = printed(certificate)
    assert set(values) >= {"name", "course_title", "version", "edition ISO 9001:2015", "signer"}
    for name, text in values.items():
        assert text in after, name
        assert (text in before) == (name not in NAMED_ONLY | {"name"}), name
    assert printing.labels()["statement"] in before


def test_the_template_prints_nothing_but_what_that_test_looks_at():
    template = (printing._FOLDER / "certificate.typ").read_text("utf-8")
    used = set(re.findall(r"\bd\.(\w+)", template)) - {"at"}
    used |= {"score", "pass_mark", "issued", "valid_until"}  # taken by their names in a loop
    assert used == set(printing._page(FACTS))


@pytest.mark.parametrize("name", ["Eve", "Ada Lovelac", "", "Ada Byron"])
def test_who_does_not_know_the_name_sees_no_score(app, certificate, name):
    answer = post(app.test_client(), f"/verify/{certificate.code}", {"name": name})
    values = printed(certificate)
    for word in (values["score"], values["pass_mark"], "Score", "Pass mark"):
        assert word not in words_of(answer.text)


def test_every_wrong_name_gets_the_same_page(app, certificate):
    pages = {re.sub(r'value="[^"]*"', "", post(app.test_client(), f"/verify/{certificate.code}",
                                               {"name": name}).text)
             for name in ("Eve", "Ada", "Ada Lovelac")}
    texts = {re.sub(r"request [\w-]+", "", words_of(page)) for page in pages}
    assert len(texts) == 1


def test_where_the_name_was_erased_the_check_says_so_and_confirms_none(app, certificate):
    client, page = app.test_client(), f"/verify/{certificate.code}"
    token = csrf(client, page)
    with committed():
        db.session.delete(db.session.get(Holder, certificate.id))
    assert "was deleted here" in client.get(page).text
    answer = client.post(page, data={"csrf_token": token, "name": "Ada Lovelace"})
    assert "The name is right" not in answer.text
    assert "not the one on the certificate" not in answer.text
    assert printed(certificate)["score"] not in words_of(answer.text)


def test_the_holder_reads_what_the_check_shows(app, certificate):
    text = words_of(client_of(app, certificate.user_id).get(
        f"/certificates/{certificate.id}").text)
    assert "Who types your name sees your score and the pass mark" in text
