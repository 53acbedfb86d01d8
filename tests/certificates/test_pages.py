"""Certificate pages: the holder's, HR's and the public check."""

from __future__ import annotations

import pytest

from isotrain.certificates import holdings
from isotrain.ledger import signing
from tests.factories import a_user, client_of, post


@pytest.fixture
def holder(app, finish):
    user = a_user(name="Ada Lovelace")
    finish(user)
    return user


@pytest.fixture
def certificate(holder):
    return holdings.list_of(holder)[0]


def test_the_holder_gets_the_same_pdf_every_time(app, holder, certificate):
    client = client_of(app, holder)
    first = client.get(f"/certificates/{certificate.id}.pdf")
    assert first.data.startswith(b"%PDF")
    assert f'"{certificate.number}.pdf"' in first.headers["Content-Disposition"]
    assert client.get(f"/certificates/{certificate.id}.pdf").data == first.data


def test_nobody_else_finds_it(app, certificate):
    other = client_of(app, a_user())
    for suffix in ("", ".pdf", ".json"):
        assert other.get(f"/certificates/{certificate.id}{suffix}").status_code == 404


def test_the_public_page_shows_no_name_but_confirms_one(app, certificate):
    client = app.test_client()
    page = f"/verify/{certificate.code}"
    answer = client.get(page)
    assert "This certificate is valid" in answer.text
    assert "Lovelace" not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "The name is right" in post(client, page, {"name": " ada  LOVELACE"}).text
    wrong = post(client, page, {"name": "Eve"}).text
    assert "not the one on the certificate" in wrong
    assert "Ada" not in wrong


def test_a_code_typed_from_paper_is_understood(app, certificate):
    client = app.test_client()
    answer = client.get("/verify", query_string={"code": certificate.grouped_code.lower()})
    assert answer.location == f"/verify/{certificate.code}"
    assert "Enter the 26 characters" in client.get("/verify?code=123").text


def test_an_unknown_code_says_so_and_the_thirty_first_check_in_a_minute_is_refused(app):
    client = app.test_client()
    answers = [client.get(f"/verify/{n:026d}") for n in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {404}
    assert "No such certificate" in answers[0].text
    assert answers[30].status_code == 429


def test_hr_revokes_with_a_reason_and_the_world_sees_it(app, certificate):
    hr = client_of(app, a_user("hr"))
    page = f"/certificates/{certificate.id}"
    short = post(hr, page, {"reason": "no"}, to=f"{page}/revoke")
    assert short.status_code == 422
    assert "Enter the reason in a sentence" in short.text
    done = post(hr, page, {"reason": "Issued under a wrong name"}, to=f"{page}/revoke")
    assert done.status_code == 303
    assert "revoked" in app.test_client().get(f"/verify/{certificate.code}").text


@pytest.mark.parametrize(("query", "found"), [
    ("", True), ("q=lovelace", True), ("q=eve", False), ("state=valid", True),
    ("state=revoked", False), ("after=x", True),
    ("q=lovelace&state=expired", False), ("q=%00", True),
])
def test_hr_finds_certificates_by_what_the_address_asks_for(app, certificate, query, found):
    text = client_of(app, a_user("hr")).get(f"/certificates/issued?{query}").text
    assert (f'<a href="/certificates/{certificate.id}">' in text) == found
    assert found or "Nothing matches" in text


def test_the_keys_are_public(app, certificate):
    published = app.test_client().get("/verify/keys.json").json
    [key] = published["keys"]
    assert published["schema"] == "isotrain-keys-2"
    assert key["id"] == certificate.payload["key_id"]
    assert key["id"] == signing.key_id(key["public_key"].encode())
    assert (key["status"], key["retired_at"], key["stolen_at"]) == ("in use", None, None)
    assert key["made_at"].endswith("Z")


def test_the_command_verifies_the_signed_file_and_refuses_a_changed_one(app, certificate, tmp_path):
    runner = app.test_cli_runner()
    file, keys = tmp_path / "c.json", tmp_path / "keys.json"
    file.write_bytes(holdings.document(certificate))
    keys.write_bytes(app.test_client().get("/verify/keys.json").data)
    for extra in ([], ["--keys", str(keys)]):
        done = runner.invoke(args=["certificate", "verify", str(file), *extra])
        assert done.exit_code == 0, done.output
        assert "Ada Lovelace" in done.output
    file.write_bytes(file.read_bytes().replace(b"90.0", b"99.0"))
    done = runner.invoke(args=["certificate", "verify", str(file)])
    assert done.exit_code == 1
    assert "NOT VALID" in done.output
