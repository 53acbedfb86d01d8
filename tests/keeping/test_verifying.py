"""What `verify` finds, and that it finds nothing where nothing is wrong."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, nullcontext
from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace

import pytest
from flask import current_app

from isotrain import clock, schema
from isotrain.attempts import taking
from isotrain.certificates import signing_keys
from isotrain.certificates.models import SigningKey
from isotrain.config import current
from isotrain.db import db, writing
from isotrain.errors import Refusal
from isotrain.keeping import verifying
from isotrain.ledger import signing
from tests import sittings
from tests.factories import BY, committed


def findings() -> dict[str, list[str]]:
    db.session.rollback()
    return {check.name: [f"{f.place}: {f.message}" for f in check.findings]
            for check in verifying.verify().checks if check.findings}


def tamper(*statements: str) -> None:
    """Change rows as somebody with the database in hand could, triggers and keys switched off."""
    db.session.remove()
    with writing(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.rollback()
            raw = connection.connection.driver_connection
            raw.executescript(";".join((
                "PRAGMA query_only=OFF", "PRAGMA foreign_keys=OFF",
                "PRAGMA ignore_check_constraints=ON", *_without_triggers(raw, statements),
                "PRAGMA ignore_check_constraints=OFF", "PRAGMA foreign_keys=ON")))
            return
        with connection.begin():
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in statements:
                connection.exec_driver_sql(statement)


def _without_triggers(raw, statements: tuple[str, ...]) -> list[str]:
    names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='trigger'")]
    return [*(f"DROP TRIGGER {name}" for name in names), *statements,
            *schema.trigger_statements("sqlite")]


def test_a_sound_place_has_no_findings_and_everything_was_looked_at(past):
    report = verifying.verify()
    assert report.sound, report.to_data()
    seen = {check.name: check.seen for check in report.checks}
    assert set(seen) == set(verifying.CHECKS)
    assert (seen["FORM"], seen["SCORE"], seen["CERT"], seen["RECORD"]) == (3, 2, 1, 2)
    assert seen["GHOST"] == 20 + 7 + 5 and seen["TRIGGERS"] >= 19 and seen["CONTENT"] > 90


TAMPERINGS = {
    "SCORE": "UPDATE result SET score = '19' WHERE attempt_id = {passed}",
    "SCORE answer": "UPDATE answer SET response = '[\"nonsense\"]' WHERE attempt_id = {passed}"
                    " AND position = 1",
    "SCORE result": "DELETE FROM certificate; DELETE FROM result WHERE attempt_id = {failed}",
    "FORM": "UPDATE form SET seed = '00112233445566778899aabbccddeeff'"
            " WHERE attempt_id = {passed}",
    "FORM items": "UPDATE attempt_item SET cell = cell + 1 WHERE attempt_id = {open}"
                  " AND position = 2",
    "FORM item gone": "DELETE FROM attempt_item WHERE attempt_id = {open} AND position = 20",
    "SCORE mark": "UPDATE attempt_mark SET share = '1/2' WHERE attempt_id = {passed}"
                  " AND position = 3",
    "SCORE mark gone": "DELETE FROM attempt_mark WHERE attempt_id = {failed} AND position = 20",
    "FORM hash": "UPDATE form SET hash = 'x' WHERE attempt_id = {open}",
    "FORM gone": "DELETE FROM form WHERE attempt_id = {open}",
    "GHOST": "UPDATE answer SET saved_at = '2099-01-01T00:00:00.000000Z' WHERE attempt_id ="
             " {failed} AND position = 1",
    "GHOST beyond": "UPDATE answer SET position = 99 WHERE attempt_id = {open} AND position = 1",
    "CONTENT": "UPDATE question_version SET topic = 'other' WHERE number = 1",
    "CONTENT pool": "UPDATE pool_snapshot SET pool = '[]'",
    "CONTENT key": "UPDATE question_key SET key = '{{}}'",
    "CONTENT picture": "UPDATE picture SET data = {bytes}",
    "CONTENT picture name": "UPDATE picture SET sha256 = 'zz'",
    "EXTRA": "INSERT INTO extra_attempt (id, user_id, quiz_id, after_number, given_at, giver_kind,"
             " reason) SELECT 1, user_id, quiz_id, number, started_at, 'command', 'so' FROM"
             " attempt WHERE id = {failed}",
    "CERT": "UPDATE certificate SET valid_until = '2099-01-01'",
    "CERT signature": "UPDATE certificate SET signature = REPLACE(signature, '1', '2')",
    "CERT holder": "UPDATE certificate_holder SET disclosed = REPLACE(CAST(disclosed AS TEXT),"
                   " 'Brien', 'Neill'){as_json}",
    "CERT entitlement": "UPDATE result SET passed = (1 = 0) WHERE attempt_id = {passed}",
    "CERT owner": "UPDATE certificate SET user_id = user_id + 1",
    "CERT unrewarded": "UPDATE result SET passed = (1 = 1) WHERE attempt_id = {failed}",
    "CERT file": "UPDATE certificate_file SET sha256 = 'x'",
    "RECORD": "UPDATE completion_record SET frozen = REPLACE(CAST(frozen AS TEXT), 'passed',"
              " 'failed'){as_json}",
    "RECORD person": "UPDATE record_person SET name = 'Somebody Else'",
    "RECORD holder": "UPDATE completion_record SET user_id = user_id + 1",
    "RECORD attempt": "UPDATE certificate SET attempt_id = {failed}",
    "RECORD gone": "DELETE FROM record_person; DELETE FROM completion_record",
    "LISTED word": "UPDATE search_word SET word = 'nobody' WHERE word LIKE 'b%'",
    "LISTED line": "UPDATE roster_line SET name_folded = 'somebody else'",
    "LISTED count": "INSERT INTO headcount VALUES ('site', 7, '2020-01-01', 3)",
    "LISTED certificate": "UPDATE certificate_standing SET ending = 'revoked'",
    "ORPHAN": "UPDATE attempt SET user_id = 999999 WHERE id = {open}",
    "KEYS": "UPDATE signing_key SET retired_at = NULL, public_pem = 'x'",
    "KEYS id": "UPDATE signing_key SET key_id = '0123456789abcdef'",
    "TRIGGERS": "DROP TRIGGER keep_event{on_event}",
    "GUARDS": "DROP INDEX uq_attempt_open",
}


# Whom the finding names, and what was compared; of the others the name of the check is enough.
NAMED = {
    "SCORE": "attempt {passed}: score is 19, the answers give 20.",
    "SCORE result": "attempt {failed}: score is None, the answers give",
    "SCORE mark": "attempt {passed}: question 3 is 1/2, the answers give 1.",
    "FORM": "attempt {passed}, seed: The seed is not the one the form was drawn with. Kept: ",
    "FORM items": "attempt {open}: Its questions hash to ",
    "FORM hash": ", the form says x, its receipt ",
    "FORM gone": "attempt {open}: It has no form",
    "GHOST": "attempt {failed}: The answer to question 1 was saved at 2099-01-01T00:00:00+00:00,"
             " after the end at 20",
    "GHOST beyond": "attempt {open}: There is an answer to question 99,",
    "CONTENT": "question version 1: It hashes to ",
    "CONTENT pool": "pool 1: It hashes to ",
    "CONTENT key": "question version 1: It hashes to nothing (KeyError), its row says ",
    "CONTENT picture": f": It hashes to {sha256(bytes(1)).hexdigest()}, its row says ",
    "CONTENT picture name": "picture zz: It hashes to ",
    "EXTRA": "extra attempt 1: No event says that it was given.",
    "CERT": "certificate {number}: Its row says valid_until 2099-01-01, signed was 20",
    "CERT signature": "certificate {number}: The signature does not fit",
    "CERT holder": "certificate {number}: The name shown is not the one that was signed.",
    "CERT entitlement": "certificate {number}: There is no passed exam behind it: it names attempt"
                        " {passed}.",
    "CERT owner": "certificate {number}: It is user ",
    "CERT unrewarded": "attempt {failed}: The exam was passed and has no certificate.",
    "CERT file": "certificate {number}: The kept PDF is not the one that was printed: it hashes"
                 " to ",
    "RECORD": "record 1: What was frozen hashes to ",
    "RECORD person": "record 1: The name beside it is not the one whose salted hash was frozen.",
    "RECORD holder": "record 1: It is user 2's, attempt {passed} was sat by user 1.",
    "RECORD attempt": "record 1: It names attempt {passed}, certificate {number} names attempt"
                      " {failed}.",
    "RECORD gone": "attempt {passed}: The exam has a result and no record.",
    "LISTED word": "The words of the search are not those of the name.",
    "LISTED line": "The roster does not say what the person's rows say.",
    "LISTED count": "site 7: The number of its people is not what it should be.",
    "LISTED certificate": "certificate row 1: The list does not say where it stands.",
    "KEYS": ": Its id is not computed from it: that would be -.",
    "KEYS id": "key 0123456789abcdef: Its id is not computed from it: that would be ",
    "ORPHAN": "attempt {open}: user_id 999999 leads nowhere in user.",
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_tampered_with_is_found_under_its_name(sqlite_past, name):
    tamper_and_look(sqlite_past, name)


@pytest.mark.parametrize("name", ["SCORE", "GHOST beyond", "CONTENT picture", "CERT holder",
                                  "ORPHAN", "TRIGGERS", "GUARDS", "LISTED line", "LISTED count"])
def test_it_is_found_on_postgresql_too(postgresql_past, name):
    tamper_and_look(postgresql_past, name)


def tamper_and_look(past, name):
    postgresql = db.engine.dialect.name == "postgresql"
    statement = TAMPERINGS[name].format(
        passed=past.passed, failed=past.failed, open=past.open,
        bytes="decode('00', 'hex')" if postgresql else "X'00'",
        as_json="::json" if postgresql else "", on_event=" ON event" if postgresql else "")
    number = sittings.certificate_of(past.passed).number
    if name in ("TRIGGERS", "GUARDS"):
        drop(statement)
    else:
        tamper(*statement.split("; "))
    said = NAMED.get(name, "").format(number=number, **vars(past))
    found = findings()[name.split()[0]]
    assert any(said in each for each in found), found


def test_what_cannot_be_read_is_a_finding_of_its_own_and_hides_no_other(sqlite_past):
    tamper(f"UPDATE attempt_item SET arrangement = '[' WHERE attempt_id = {sqlite_past.failed}",
           f"UPDATE form SET hash = 'x' WHERE attempt_id = {sqlite_past.open}",
           "UPDATE completion_record SET frozen = '{' WHERE id = 1")
    found = findings()
    assert found["FORM"][0].startswith(f"attempt {sqlite_past.failed}: It cannot be read: ")
    assert found["FORM"][1].startswith(f"attempt {sqlite_past.open}: Its questions hash to ")
    assert found["RECORD"][0].startswith("record 1: It cannot be read: ")


def test_the_score_of_an_attempt_that_ran_out_is_proved_as_well(sqlite_past):
    with clock.moved_by(timedelta(hours=5)), committed():
        closed = taking.close_overdue(sqlite_past.open, by=BY)
    assert closed.attempt.state == "expired" and findings() == {}
    tamper(f"UPDATE result SET score = '19' WHERE attempt_id = {sqlite_past.open}")
    assert findings()["SCORE"][0].startswith(f"attempt {sqlite_past.open}: score")


def drop(statement: str) -> None:
    with writing(), db.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(statement)


def test_rows_that_should_be_unique_are_counted_even_where_the_index_is_gone(past):
    names = {index.name for table in db.metadata.tables.values() for index in table.indexes}
    assert "uq_attempt_open" in names
    drop("DROP INDEX uq_attempt_open")
    tamper(f"UPDATE attempt SET state = 'open', closed_at = NULL, user_id = {past.sitter},"
           f" number = 7 WHERE id = {past.failed}")
    assert "attempt: user_id, quiz_id" in findings()["DOUBLE"][0]


def test_a_missing_private_key_is_found(past):
    folder = current().keys
    for path in folder.glob("*.pem"):
        path.rename(path.with_suffix(".away"))
    try:
        assert "private half" in findings()["KEYS"][0]
    finally:
        for path in folder.glob("*.away"):
            path.rename(path.with_suffix(".pem"))


def test_a_retired_key_may_lack_its_private_half_but_not_have_anothers(past):
    folder, now = current().keys, clock.now()
    private = signing.new_private_key()
    public = signing.public_key(private)
    key_id = signing.key_id(public)
    with committed():
        db.session.add(SigningKey(key_id=key_id, public_pem=public.decode(), created_at=now,
                                  retired_at=now))
    assert findings() == {}
    path = folder / f"{key_id}.pem"
    try:
        path.write_bytes(private)
        assert findings() == {}
        path.write_bytes(signing.new_private_key())
        assert findings()["KEYS"] == [
            f"key {key_id}: Its private half is not in the keys folder."]
    finally:
        path.unlink()


def test_certificates_of_a_stolen_key_are_what_the_register_says(past):
    [key_id] = signing_keys.published()
    with committed():
        newer = signing_keys.report_stolen(key_id, since=clock.now() - timedelta(days=900),
                                           reason="A laptop was stolen", by=BY)
    try:
        assert findings() == {}
    finally:
        (current().keys / f"{newer}.pem").unlink()


def test_on_another_schema_nothing_else_is_looked_at(past):
    tamper("UPDATE alembic_version SET version_num = '0000'")
    report = verifying.verify()
    assert [check.name for check in report.checks] == ["SCHEMA"] and not report.sound


def test_erased_answers_and_names_are_no_fault(past):
    tamper("DELETE FROM answer", "DELETE FROM certificate_holder", "DELETE FROM record_person")
    assert findings() == {}


def test_the_command_says_ok_or_exits_with_1_and_words(sqlite_past):
    runner = current_app.test_cli_runner()
    sound = runner.invoke(args=["verify"])
    assert sound.exit_code == 0 and "Everything holds." in sound.output
    tamper(f"UPDATE result SET score = '19' WHERE attempt_id = {sqlite_past.passed}")
    broken = runner.invoke(args=["verify"])
    assert broken.exit_code == 1
    assert f"attempt {sqlite_past.passed}: score is 19, the answers give 20." in broken.output
    told = runner.invoke(args=["verify", "--json"])
    report = json.loads(told.output)
    assert told.exit_code == 1 and report["sound"] is False
    assert [c["name"] for c in report["checks"] if c["findings"]] == ["SCORE"]


def test_a_damaged_page_is_found(sqlite_past):
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_certificate_1'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with open(str(db.engine.url.database), "r+b") as file:
        file.seek(root * size - 200)
        file.write(bytes(200))
    assert "CORRUPT" in findings()


def test_the_job_ends_in_a_refusal_where_something_was_found(app, monkeypatch):
    checks = [SimpleNamespace(findings=["a"]), SimpleNamespace(findings=["b", "c"])]
    run = SimpleNamespace(pieces=lambda: iter([1]), report=lambda: SimpleNamespace(checks=checks))
    monkeypatch.setattr(verifying, "resumed", lambda: nullcontext(run))
    with pytest.raises(Refusal, match="3 findings"):
        list(verifying.verify_nightly(nullcontext))
