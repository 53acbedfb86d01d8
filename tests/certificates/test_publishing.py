"""The list of revocations is published beside the keys, and used without asking the issuer."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.certificates import holdings, publishing, revoking, signing_keys
from isotrain.db import db
from isotrain.errors import NotFound, Unready
from isotrain.ledger import revocations
from isotrain.ledger.canonical import canonical_bytes, parse
from isotrain.ledger.public_keys import written
from tests.counting import counted
from tests.factories import BY, a_user, committed

WHY = "Issued under a wrong name"
SECOND = timedelta(seconds=1)


def revoke(certificate):
    with committed():
        revoking.revoke(certificate.id, reason=WHY, by=BY)


def issue(finish, name):
    user = a_user(name=name)
    finish(user)
    return holdings.list_of(user)[0]


@pytest.fixture
def two(app, finish):
    """The certificates of two people."""
    return issue(finish, "Ada Lovelace"), issue(finish, "Grace Hopper")


def published(app):
    answer = app.test_client().get("/verify/revocations.json")
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    return answer.data


def test_every_database_lists_what_was_revoked(each_app, finish):
    first, second = issue(finish, "Ada Lovelace"), issue(finish, "Grace Hopper")
    keys = signing_keys.published()
    assert revocations.read(publishing.revocation_list(), keys).revoked == {}
    for gone in ([first], [first, second]):
        revoke(gone[-1])
        before = clock.now().replace(microsecond=0)
        listed = revocations.read(publishing.revocation_list(), keys)
        assert set(listed.revoked) == {revocations.mark(each.code) for each in gone}
        assert before <= listed.as_of <= clock.now()
    assert listed.revoked[revocations.mark(first.code)] == (
        holdings.get(first.id, owner=None).revoked_at.replace(microsecond=0))


def test_it_says_nothing_of_who_held_what(app, two):
    revoke(two[0])
    data = published(app)
    for certificate in two:
        for word in (certificate.code, certificate.number, "Lovelace", "Hopper", WHY,
                     certificate.course_title):
            assert word.encode() not in data


def test_a_superseded_certificate_is_not_on_it(app, finish):
    user = a_user()
    finish(user)
    finish(user, number=2)
    assert holdings.list_of(user)[1].state == "superseded"
    assert parse(published(app))["revoked"] == {}


def test_it_costs_the_same_few_statements_however_long_it_is(app, two):
    published(app)
    counts = []
    for certificate in two:
        revoke(certificate)
        published(app)
        with counted() as seen:
            published(app)
        counts.append(len(seen))
    assert counts[0] == counts[1] < 10
    assert not any("certificate.code" in each for each in seen)


def test_before_the_first_certificate_there_is_no_list(app):
    assert app.test_client().get("/verify/revocations.json").status_code == 404
    with pytest.raises(NotFound, match="none was revoked"):
        publishing.revocation_list()


def test_without_the_private_key_nothing_is_signed(app, two, monkeypatch):
    monkeypatch.setattr(signing_keys, "_read", lambda *_: None)
    with pytest.raises(Unready, match="missing from the keys folder"):
        publishing.revocation_list()
    assert app.test_client().get("/verify/revocations.json").status_code == 503


def test_asking_for_it_makes_no_key(app):
    app.test_client().get("/verify/revocations.json")
    db.session.rollback()
    assert signing_keys.published() == {}


def test_the_thirty_first_in_a_minute_is_refused(app, two):
    client = app.test_client()
    answers = [client.get("/verify/revocations.json").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


# ---- used by whoever verifies


def verify(app, folder, certificate, *, keys=True, listed=None):
    """What the command says of a certificate, with the keys and list that somebody saved."""
    file, saved = folder / "certificate.json", folder / "keys.json"
    file.write_bytes(holdings.document(certificate))
    words = ["certificate", "verify", str(file)]
    if keys:
        saved.write_bytes(app.test_client().get("/verify/keys.json").data)
        words += ["--keys", str(saved)]
    if listed is not None:
        (folder / "revocations.json").write_bytes(listed)
        words += ["--revocations", str(folder / "revocations.json")]
    done = app.test_cli_runner().invoke(args=words)
    return done.exit_code, done.output


def test_one_is_valid_as_of_the_date_of_the_list_and_one_was_revoked(app, two, tmp_path):
    first, second = two
    revoke(first)
    data = published(app)
    as_of = parse(data)["statement"]["as_of"]
    for keys in (True, False):
        code, said = verify(app, tmp_path, first, keys=keys, listed=data)
        assert code == 1 and said.endswith("NOT VALID\n")
        at = written(holdings.get(first.id, owner=None).revoked_at)
        assert f"It was revoked at {at}." in said
        code, said = verify(app, tmp_path, second, keys=keys, listed=data)
        assert code == 0 and said.endswith("VALID\n")
        assert f"It was not revoked as of {as_of}." in said


def test_without_a_list_it_says_that_nothing_was_checked(app, two, tmp_path):
    revoke(two[0])
    code, said = verify(app, tmp_path, two[0])
    assert code == 0 and "whether it was revoked since was not checked" in said


def test_at_its_issuer_the_register_says_what_was_revoked(app, two, tmp_path):
    revoke(two[0])
    code, said = verify(app, tmp_path, two[0], keys=False)
    assert code == 1 and "It was revoked at" in said and said.endswith("NOT VALID\n")
    code, said = verify(app, tmp_path, two[1], keys=False)
    assert code == 0 and "It was not revoked as of" in said


def test_at_its_issuer_one_that_was_renewed_says_so(app, finish, tmp_path):
    user = a_user()
    finish(user)
    finish(user, number=2)
    code, said = verify(app, tmp_path, holdings.list_of(user)[1], keys=False)
    assert code == 0 and "A newer certificate took its place" in said


def test_a_list_from_before_the_certificate_leaves_it_doubtful(app, finish, tmp_path):
    issue(finish, "Ada Lovelace")
    with clock.moved_by(-timedelta(hours=1)):
        old = published(app)
    code, said = verify(app, tmp_path, issue(finish, "Grace Hopper"), listed=old)
    assert code == 3 and "older than the certificate" in said and said.endswith("DOUBTFUL\n")


def test_a_revoked_one_that_has_also_run_out_is_not_valid(app, two, tmp_path):
    revoke(two[0])
    with clock.moved_by(timedelta(days=1000)):
        data = published(app)
        assert verify(app, tmp_path, two[0], listed=data)[1].endswith("NOT VALID\n")
        code, said = verify(app, tmp_path, two[1], listed=data)
        assert code == 1 and said.endswith("EXPIRED\n")


@pytest.mark.parametrize("change", [
    lambda parts: {**parts, "revoked": {}},
    lambda parts: {**parts, "signature": "0" * 128},
    lambda parts: {"revoked": parts["revoked"], "statement": parts["statement"]},
], ids=["shortened", "forged", "unsigned"])
def test_a_list_that_the_issuer_did_not_sign_is_refused(app, two, tmp_path, change):
    revoke(two[0])
    data = canonical_bytes(change(parse(published(app))))
    for keys in (True, False):
        code, said = verify(app, tmp_path, two[1], keys=keys, listed=data)
        assert code == 1 and "list of revocations" in said and "holder:" not in said


def test_a_list_signed_with_a_key_that_was_stolen_is_refused_and_a_new_one_is_not(
        app, two, tmp_path):
    old = published(app)
    with clock.moved_by(timedelta(hours=2)):
        with committed():
            signing_keys.report_stolen(two[0].payload["key_id"], reason=WHY, by=BY,
                                       since=clock.now() - timedelta(hours=1))
        code, said = verify(app, tmp_path, two[0], listed=old)
        assert code == 1 and "cannot be told from a forgery" in said
        keys = json.loads(app.test_client().get("/verify/keys.json").data)
        assert parse(published(app))["statement"]["key_id"] == keys["keys"][-1]["id"]
