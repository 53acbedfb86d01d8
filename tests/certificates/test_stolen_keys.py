"""Stolen signing keys: reported for good, never used again, and told apart by whoever verifies."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from isotrain import clock
from isotrain.certificates import checking, holdings, rules, signing_keys
from isotrain.certificates.models import SigningKey
from isotrain.config import current
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.ledger.canonical import canonical_bytes
from isotrain.ledger.public_keys import written
from tests.factories import BY, a_user, committed

WHY = "A laptop with a backup was stolen"
SECOND = timedelta(seconds=1)


def report(key_id: str, since: datetime, reason: str = WHY) -> str | None:
    with committed():
        return signing_keys.report_stolen(key_id, since=since, reason=reason, by=BY)


@pytest.fixture
def two(each_app) -> tuple[str, str]:
    """A retired key and the one in use."""
    with committed():
        first, second = (signing_keys.make(by=BY)[0] for _ in range(2))
    return first, second


def test_a_stolen_key_in_use_is_replaced_at_once_and_never_signs_again(two):
    first, second = two
    newer = report(second, clock.now() - SECOND)
    assert newer not in (first, second)
    assert signing_keys.current(by=BY)[0] == newer
    lives = {key_id: key.status for key_id, key in signing_keys.published().items()}
    assert lives == {first: "retired", second: "stolen", newer: "in use"}


def test_a_stolen_key_that_was_retired_leaves_the_one_in_use(two):
    first, second = two
    assert report(first, clock.now() - SECOND) is None
    assert signing_keys.current(by=BY)[0] == second
    lives = [key.status for key in signing_keys.published().values()]
    assert lives == ["stolen", "in use"]


def test_a_theft_may_turn_out_to_be_older_but_not_younger(two):
    first, _second = two
    since = clock.now() - 60 * SECOND
    report(first, since)
    for younger in (since, since + SECOND):
        with pytest.raises(Refusal, match="Only an earlier moment") as refused:
            report(first, younger)
        assert refused.value.field == "since"
    report(first, since - SECOND)
    assert signing_keys.published()[first].stolen_at == since - SECOND


def test_a_theft_to_come_is_refused_and_one_of_this_moment_is_not(two):
    first, _second = two
    with clock.frozen_at(clock.now()):
        with pytest.raises(Refusal, match="a moment that has passed"):
            report(first, clock.now() + SECOND)
        report(first, clock.now())


def test_a_key_that_nobody_knows_and_a_reason_that_is_none_are_refused(two):
    with pytest.raises(NotFound, match="no signing key '0123'"):
        report("0123", clock.now())
    with pytest.raises(Refusal) as refused:
        report(two[0], clock.now() - SECOND, reason="  no  ")
    assert refused.value.field == "reason"
    assert signing_keys.published()[two[0]].stolen_at is None


@pytest.mark.parametrize("change", [
    {"retired_at": None}, {"retired_at": datetime(2020, 1, 1, tzinfo=UTC)},
    {"retired_at": datetime(2099, 1, 1, tzinfo=UTC)},
    {"stolen_at": None}, {"stolen_at": datetime(2099, 1, 1, tzinfo=UTC)},
    {"public_pem": "another"}, {"created_at": datetime(2020, 1, 1, tzinfo=UTC)},
])
def test_the_database_lets_no_key_come_back(two, change):
    report(two[0], clock.now() - SECOND)
    statement = sa.update(SigningKey).where(SigningKey.key_id == two[0]).values(**change)
    with pytest.raises(DBAPIError), committed():
        db.session.execute(statement)


def test_the_database_knows_no_stolen_key_in_use_and_forgets_none(two):
    stolen = sa.update(SigningKey).where(SigningKey.key_id == two[1]).values(stolen_at=clock.now())
    with pytest.raises(IntegrityError), committed():
        db.session.execute(stolen)
    for key_id in two:
        with pytest.raises(DBAPIError), committed():
            db.session.execute(sa.delete(SigningKey).where(SigningKey.key_id == key_id))


def test_whoever_waits_while_the_key_is_replaced_signs_with_the_new_one(each_app):
    with committed():
        signing_keys.make(by=BY)
    used = []

    def sign():
        with each_app.app_context(), committed():
            used.append((signing_keys.current(by=BY)[0], clock.now()))

    signer = threading.Thread(target=sign)
    with committed():
        newer = signing_keys.make(by=BY)[0]
        signer.start()
        if db.engine.dialect.name == "postgresql":
            until_somebody_waits()
    signer.join()
    [(key_id, at)] = used
    assert key_id == newer and at >= signing_keys.published()[newer].made_at


def test_a_key_is_retired_after_whoever_signs_with_it_has_signed(each_app):
    with committed():
        first = signing_keys.make(by=BY)[0]

    def replace():
        with each_app.app_context(), committed():
            signing_keys.make(by=BY)

    replacing = threading.Thread(target=replace)
    with committed():
        assert signing_keys.current(by=BY)[0] == first
        replacing.start()
        if db.engine.dialect.name == "postgresql":
            until_somebody_waits()
        signed_at = clock.now()
    replacing.join()
    db.session.rollback()
    assert signing_keys.published()[first].retired_at >= signed_at


def until_somebody_waits() -> None:
    waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                    " AND datname = current_database() AND query LIKE '%signing_key%'")
    until = clock.now() + timedelta(seconds=20)
    while not db.session.scalar(waits) and clock.now() < until:
        db.session.execute(sa.text("SELECT pg_stat_clear_snapshot()"))


# ---- what whoever verifies is told


@pytest.fixture
def issued(app, finish):
    """A certificate with its document; the page and commands of the application."""
    user = a_user(name="Ada Lovelace")
    finish(user)
    return holdings.list_of(user)[0]


def keys_of(app, tmp_path):
    path = tmp_path / "keys.json"
    path.write_bytes(app.test_client().get("/verify/keys.json").data)
    return path


def verify(app, tmp_path, document, *, offline):
    file = tmp_path / "certificate.json"
    file.write_bytes(document)
    extra = ["--keys", str(keys_of(app, tmp_path))] if offline else []
    done = app.test_cli_runner().invoke(args=["certificate", "verify", str(file), *extra])
    return done.exit_code, done.output


def forged(view, *, issued_at: str, number: str = "26-0000-0000") -> bytes:
    """What somebody with the private key can make of a certificate."""
    private = (current().keys / f"{view.payload['key_id']}.pem").read_bytes()
    stated = view.payload | {"issued_at": issued_at, "number": number}
    return rules.signed_document(stated, signature=rules.sign(stated, private), disclosed={})


def test_one_from_before_the_theft_is_doubtful_offline_and_valid_at_its_issuer(
        app, issued, tmp_path):
    with clock.moved_by(timedelta(hours=2)):
        report(issued.payload["key_id"], clock.now() - timedelta(hours=1))
        document = holdings.document(issued)
        code, said = verify(app, tmp_path, document, offline=True)
        assert code == 3 and said.endswith("DOUBTFUL\n") and "Ask the issuer" in said
        assert "Lovelace" not in said
        code, said = verify(app, tmp_path, document, offline=False)
        assert code == 0 and said.endswith("VALID\n") and "Lovelace" in said
        page = app.test_client().get(f"/verify/{issued.code}").text
        assert "This certificate is valid" in page


def test_one_from_between_theft_and_report_is_not_valid_offline_but_at_its_issuer(
        app, issued, tmp_path):
    report(issued.payload["key_id"], issued.issued_at)
    document = holdings.document(issued)
    code, said = verify(app, tmp_path, document, offline=True)
    assert code == 1 and said.endswith("NOT VALID\n")
    assert verify(app, tmp_path, document, offline=False)[0] == 0
    assert "This certificate is valid" in app.test_client().get(f"/verify/{issued.code}").text


@pytest.mark.parametrize("number", ["26-0000-0000", "the same", "no number"])
def test_a_forgery_with_a_stolen_key_is_not_valid_at_the_issuer(app, issued, tmp_path, number):
    number = issued.number if number == "the same" else number
    document = forged(issued, issued_at=written(issued.issued_at - SECOND), number=number)
    assert checking.check(document).valid
    report(issued.payload["key_id"], issued.issued_at)
    code, said = verify(app, tmp_path, document, offline=False)
    assert code == 1 and "the register does not know this certificate" in said
    assert verify(app, tmp_path, document, offline=True)[0] == 3


def test_a_retired_key_signs_nothing_more_and_what_it_signed_holds(app, issued, tmp_path):
    with clock.moved_by(timedelta(hours=1)), committed():
        signing_keys.make(by=BY)
    for offline in (True, False):
        code, said = verify(app, tmp_path, holdings.document(issued), offline=offline)
        assert code == 0 and "what it signed before holds" in said
        late = forged(issued, issued_at=written(clock.now() + timedelta(hours=2)))
        code, said = verify(app, tmp_path, late, offline=offline)
        assert code == 1 and "after its key was retired" in said


def test_one_issued_in_the_second_in_which_its_key_was_retired_holds(app, issued, tmp_path):
    with clock.frozen_at(issued.issued_at), committed():
        signing_keys.make(by=BY)
    assert verify(app, tmp_path, holdings.document(issued), offline=True)[0] == 0


def test_keys_of_a_file_from_before_dates_verify_with_a_word_of_warning(app, issued, tmp_path):
    file, keys = tmp_path / "c.json", tmp_path / "old.json"
    file.write_bytes(holdings.document(issued))
    keys.write_text(json.dumps({"keys": {
        key_id: key.pem.decode() for key_id, key in signing_keys.published().items()}}))
    done = app.test_cli_runner().invoke(
        args=["certificate", "verify", str(file), "--keys", str(keys)])
    assert done.exit_code == 0 and done.output.endswith("VALID\n")
    assert "does not say whether the key is still good" in done.output


def test_a_key_file_with_another_id_for_a_key_is_refused_by_its_id(app, issued, tmp_path):
    file, keys = tmp_path / "c.json", tmp_path / "keys.json"
    file.write_bytes(holdings.document(issued))
    published = app.test_client().get("/verify/keys.json").json
    published["keys"][0]["id"] = "0123456789abcdef"
    keys.write_bytes(canonical_bytes(published))
    done = app.test_cli_runner().invoke(
        args=["certificate", "verify", str(file), "--keys", str(keys)])
    assert done.exit_code == 1
    assert "'0123456789abcdef'" in done.output and "not computed from it" in done.output


# ---- the commands


def run(app, *words):
    done = app.test_cli_runner().invoke(args=["certificate", *words])
    return done.exit_code, done.output


def test_a_theft_is_reported_and_listed_by_command(app):
    with committed():
        first, second = (signing_keys.make(by=BY)[0] for _ in range(2))
    since = written(clock.now() - timedelta(minutes=5))
    code, said = run(app, "key-stolen", second, "--since", since, "--reason", WHY)
    assert code == 0 and f"Nothing that {second} signed from {since} on" in said
    db.session.rollback()
    newer = signing_keys.current(by=BY)[0]
    assert f"Signing with {newer} from now on" in said
    code, said = run(app, "keys")
    lines = said.splitlines()
    assert code == 0 and len(lines) == 3
    assert lines[0].startswith(f"{first}  retired, made ")
    assert lines[1].startswith(f"{second}  stolen, made ") and lines[1].endswith(since)
    assert lines[2].startswith(f"{newer}  in use, made ")
    code, said = run(app, "key-stolen", first, "--since", since, "--reason", WHY)
    assert code == 0 and "from now on. Back up" not in said


@pytest.mark.parametrize(("since", "words"), [
    ("2026-03-31", "is not a moment"), ("2026-03-31T08:30", "is not a moment"),
    ("soon", "is not a moment"), ("0001-01-01T00:00+14:00", "is not a moment"),
])
def test_a_moment_without_a_zone_is_refused(app, since, words):
    code, said = run(app, "key-stolen", "0123", "--since", since, "--reason", WHY)
    assert code == 2 and words in said


def test_what_the_command_refuses_it_says_in_words(app):
    code, said = run(app, "key-stolen", "0123", "--since", "2026-03-31T08:30Z", "--reason", WHY)
    assert code == 1 and "There is no signing key '0123'." in said
