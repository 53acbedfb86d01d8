"""Backup while in use, restore into an empty place, and everything a restore refuses."""

from __future__ import annotations

import io
import json
import random
import stat
import threading
import zipfile
from hashlib import sha256

import pytest
import sqlalchemy as sa
from flask import current_app

from isotrain import create_app
from isotrain.accounts import linking
from isotrain.accounts.models import OneTimeLink, Session
from isotrain.attempts import taking
from isotrain.attempts.models import Answer, Attempt, Result
from isotrain.audit.noting import Actor
from isotrain.banks.models import QuestionPicture
from isotrain.certificates.models import Certificate
from isotrain.config import current
from isotrain.db import Base, db
from isotrain.errors import Refusal
from isotrain.keeping import archiving, backing_up, copying, restoring, verifying
from isotrain.ledger import signing
from isotrain.ledger.canonical import canonical_bytes
from isotrain.media.models import Picture
from isotrain.second_factor import arriving, sealing
from tests import sittings
from tests.conftest import make_settings
from tests.factories import a_user, client_of, committed
from tests.keeping.conftest import inside
from tests.second_factor.making import an_app, another_key, proves


def backed_up(folder, name="backup.zip"):
    with committed():
        private = backing_up.signing_key(by=Actor.command())
    return backing_up.back_up(folder / name, private)


def content() -> dict[str, list]:
    """Return every row of every table, in the order of its key."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {table.name: connection.execute(
                    sa.select(table).order_by(*table.primary_key)).all()
                for table in Base.metadata.sorted_tables}


def put_back(path, sha256=None):
    restored = restoring.restore(path, sha256=sha256)
    with committed():
        restoring.settle(restored, by=Actor.command())
    return restored


def test_a_restored_place_holds_every_row_of_the_old_one_and_verifies(past, empty_place, tmp_path):
    before, keys = content(), key_files()
    done = backed_up(tmp_path)
    assert done.rows == sum(map(len, before.values()))
    with inside(empty_place()):
        restoring.restore(done.path, sha256=None)
        assert content() == before
        assert verifying.verify().sound
        assert key_files().items() >= keys.items()


def key_files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in current().keys.glob("*.pem")}


def test_pictures_come_back_byte_by_byte(past, empty_place, tmp_path):
    kept = sa.select(Picture.sha256, Picture.data, QuestionPicture.version_id).join(
        QuestionPicture, QuestionPicture.sha256 == Picture.sha256)
    before = db.session.execute(kept).all()
    done = backed_up(tmp_path)
    with inside(empty_place()):
        put_back(done.path)
        assert db.session.execute(kept).all() == before and before
        assert all(sha256(data).hexdigest() == name for name, data, _version in before)


def test_a_restored_place_goes_on(past, empty_place, tmp_path):
    done = backed_up(tmp_path)
    with inside(empty_place()):
        put_back(done.path)
        sittings.answer(past.open, past.sitter, right=20, rev=2)
        sittings.hand_in(past.open, past.sitter)
        assert db.session.get_one(Result, past.open).passed
        another = sittings.sat(a_user(), right=20)
        assert another not in (past.passed, past.failed, past.open)
        assert verifying.verify().sound
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 3


def test_whoever_was_signed_in_signs_in_again_after_a_restore(past, empty_place, tmp_path):
    client_of(current_app, past.sitter)
    with committed():
        link = linking.make([past.sitter], by=Actor.command())[past.sitter]
    done = backed_up(tmp_path)
    with inside(empty_place()):
        put_back(done.path)
        assert linking.find(link.token) is None
        for gone, column in ((Session, Session.ended_at), (OneTimeLink, OneTimeLink.used_at)):
            assert not db.session.scalars(sa.select(gone).where(column.is_(None))).all()


def test_answers_saved_before_a_backup_are_in_it_and_saving_goes_on(past, empty_place, tmp_path):
    app, stop, acked, failed = current_app._get_current_object(), threading.Event(), [0], []

    def save_all_the_time():
        with app.app_context():
            while not stop.is_set():
                try:
                    sittings.answer(past.open, past.sitter, right=1, rev=acked[0] + 2)
                    acked[0] += 1
                except Exception as error:
                    failed.append(error)
                    return

    writer = threading.Thread(target=save_all_the_time)
    writer.start()
    try:
        while acked[0] < 3 and writer.is_alive():
            stop.wait(0.01)
        archives = []
        for name in ("one", "two", "three"):
            archives.append((backed_up(tmp_path, name), acked[0]))
    finally:
        stop.set()
        writer.join()
    assert not failed
    last, enough = archives[-1]
    assert enough > 3
    with inside(empty_place()):
        put_back(last.path)
        assert verifying.verify().sound
        assert db.session.get_one(Answer, (past.open, 1)).rev >= archives[-2][1]


def test_an_archive_is_for_its_owner_alone_and_holds_no_secret_setting(sqlite_past, tmp_path):
    done = backed_up(tmp_path)
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert done.sha256 == sha256(done.path.read_bytes()).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["backup.zip"]
    with archiving.opened(done.path) as sealed:
        settings = sealed.read(archiving.SETTINGS).decode()
    assert current().secret_key not in settings and "http://localhost" in settings
    assert "SECRET" not in settings and "PASSWORD" not in settings


def test_a_backup_does_not_replace_a_file(sqlite_past, tmp_path):
    backed_up(tmp_path)
    with pytest.raises(Refusal, match="exists already"):
        backed_up(tmp_path)


def test_a_backup_that_breaks_leaves_nothing_behind(sqlite_past, tmp_path, monkeypatch):
    monkeypatch.setattr(archiving, "add_manifest", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backed_up(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_holds_anything_is_not_restored_into(past, empty_place, tmp_path):
    done = backed_up(tmp_path)
    before = content()
    with pytest.raises(Refusal, match=r"holds a database already|keys folder"):
        restoring.restore(done.path, sha256=None)
    assert content() == before
    place = empty_place()
    with inside(place):
        put_back(done.path)
        with pytest.raises(Refusal, match="holds a database already"):
            restoring.restore(done.path, sha256=None)


def test_other_keys_are_not_mixed_in(past, empty_place, tmp_path):
    done = backed_up(tmp_path)
    with inside(empty_place()):
        folder = current().keys
        folder.mkdir(parents=True)
        (folder / "0123456789abcdef.pem").write_bytes(signing.new_private_key())
        with pytest.raises(Refusal, match="keys folder"):
            restoring.restore(done.path, sha256=None)


def test_second_factors_go_on_with_the_key_that_came_along(past, empty_place, tmp_path):
    shown, codes = an_app(past.sitter)
    with committed():
        token = arriving.wait(past.sitter)
    done = backed_up(tmp_path)
    with inside(empty_place()):
        put_back(done.path)
        assert proves(past.sitter, shown.code()) == "app"
        assert proves(past.sitter, codes[0]) == "recovery"
        assert stat.S_IMODE(sealing.path().stat().st_mode) == 0o600
        assert arriving.find(token) is None
        assert verifying.verify().sound
        sealing.path().unlink()
        [found] = [check for check in verifying.verify().checks if check.findings]
        assert (found.name, found.findings[0].place) == ("KEYS", sealing.NAME)


def test_another_key_of_second_factors_is_not_mixed_in(past, empty_place, tmp_path):
    an_app(past.sitter)
    done = backed_up(tmp_path)
    with inside(empty_place()):
        sealing.path().parent.mkdir(parents=True)
        sealing.path().write_text(f"{'A' * 43}=\n")
        with pytest.raises(Refusal, match="keys folder"):
            restoring.restore(done.path, sha256=None)


def test_what_is_no_key_of_second_factors_is_not_backed_up(past, tmp_path):
    an_app(past.sitter)
    with another_key("no key at all"), pytest.raises(Refusal, match="not a key of second"):
        backed_up(tmp_path)


def test_a_restore_that_breaks_can_be_done_again(past, empty_place, tmp_path, monkeypatch):
    done = backed_up(tmp_path)
    with inside(empty_place()):
        with monkeypatch.context() as broken:
            for module, step in ((restoring, "_check_sqlite"), (copying, "advance_counters")):
                broken.setattr(module, step, lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                restoring.restore(done.path, sha256=None)
        put_back(done.path)
        assert verifying.verify().sound


def test_the_hash_that_was_noted_is_asked_for(past, empty_place, tmp_path):
    done = backed_up(tmp_path)
    with inside(empty_place()):
        with pytest.raises(Refusal, match="not the one with this SHA-256"):
            restoring.restore(done.path, sha256="0" * 64)
        restoring.restore(done.path, sha256=done.sha256.upper())


def test_a_place_on_sqlite_moves_to_postgresql(sqlite_past, postgresql_backend, tmp_path):
    before = content()
    done = backed_up(tmp_path)
    postgresql_backend._sql("DROP DATABASE IF EXISTS moved WITH (FORCE)")
    postgresql_backend._sql("CREATE DATABASE moved")
    place = create_app(make_settings(tmp_path / "moved", postgresql_backend.server.url("moved")))
    with inside(place):
        put_back(done.path)
        after = content()
        grown = {"event", "user_session", "one_time_link", "job"}  # a check of the past is due
        assert {name: rows for name, rows in after.items() if name not in grown} == {
            name: rows for name, rows in before.items() if name not in grown}
        assert after["event"][:-1] == before["event"]
        assert verifying.verify().sound
        assert sittings.sat(a_user(), right=20) > sqlite_past.open
        db.session.remove()
        db.engine.dispose()


def test_a_place_on_postgresql_does_not_move_to_sqlite(postgresql_past, empty_sqlite, tmp_path):
    done = backed_up(tmp_path)
    with inside(empty_sqlite), pytest.raises(Refusal, match="of a PostgreSQL database"):
        restoring.restore(done.path, sha256=None)


@pytest.mark.parametrize("past", ["postgresql"], indirect=True)
def test_an_archive_of_postgresql_is_of_the_tables_of_its_schema(past, empty_place, tmp_path):
    done = backed_up(tmp_path)
    with archiving.opened(done.path) as sealed:
        rows, columns = sealed.manifest.rows, sealed.manifest.columns
    whole, odd = done.path.read_bytes(), archiving.TABLES + "a/b"
    forged(done.path, lambda members: listed({**members, odd: b""}, rows={**rows, "a/b": 0}))
    assert "not a backup" in refused(done.path)
    done.path.write_bytes(whole)
    forged(done.path, lambda members: listed(
        members, columns={**columns, "user": columns["user"][:-1]}))
    with inside(empty_place()), pytest.raises(Refusal, match="not those of schema"):
        restoring.restore(done.path, sha256=None)


@pytest.fixture
def archive(sqlite_past, tmp_path):
    return backed_up(tmp_path).path


def refused(path) -> str:
    with pytest.raises(Refusal) as refusal, archiving.opened(path):
        pass
    return refusal.value.sentence


def test_no_bit_of_an_archive_can_be_turned(archive):
    whole = archive.read_bytes()
    dice = random.Random(20261123)
    seal = [*range(60), *range(len(whole) - archiving.SEAL_LENGTH - 22, len(whole))]
    for place in seal + dice.sample(range(len(whole)), 200):
        changed = bytearray(whole)
        changed[place] ^= 1 << dice.randrange(8)
        archive.write_bytes(changed)
        assert "broken" in refused(archive) or "not a backup" in refused(archive)


def test_an_archive_that_lacks_or_has_more_bytes_is_refused(archive):
    whole = archive.read_bytes()
    dice = random.Random(7)
    for length in [0, 1, 240, 241, len(whole) - 1, *dice.sample(range(len(whole)), 30)]:
        archive.write_bytes(whole[:length])
        assert refused(archive)
    for odd in (whole + b"\0", b"\0" + whole, whole + whole, b"PK\x05\x06" + bytes(300)):
        archive.write_bytes(odd)
        assert refused(archive)


def forged(path, change) -> None:
    """Write the archive anew with other members, sealed by the key that is in it."""
    with archiving.opened(path) as sealed:
        members = {name: sealed.file.read(name) for name in sealed.file.namelist()}
        private = next(iter(json.loads(members[archiving.KEYS]).values())).encode()
    members = change(members) or members
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
        file.comment = bytes(archiving.SEAL_LENGTH)
    with path.open("w+b") as file:
        file.write(packed.getvalue())
        archiving._seal(file, private)


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/tmp/x", "keys/a.pem", "tables/user",
                                  "database.sqlite/../x", "C:\\x"])
def test_a_member_that_is_not_on_the_list_is_refused_by_name(archive, name):
    forged(archive, lambda members: {**members, name: b"x"})
    assert "does not belong" in refused(archive)


def test_a_member_that_is_missing_or_changed_is_refused(archive):
    whole = archive.read_bytes()
    forged(archive, lambda members: members.pop(archiving.KEYS) and None)
    assert "not a backup" in refused(archive)
    archive.write_bytes(whole)
    for other in (bytes.swapcase, lambda data: data[:-1], lambda data: data + b" "):
        archive.write_bytes(whole)
        forged(archive, lambda members, other=other: {
            **members, archiving.SETTINGS: other(members[archiving.SETTINGS])})
        with archiving.opened(archive) as sealed, pytest.raises(Refusal, match=r"settings\.json"):
            sealed.read(archiving.SETTINGS)


@pytest.mark.parametrize("manifest", [
    b"", b"[]", b"{}", b'{"format":"isotrain-backup-1"}', b"\xff", b'{"format": "x"}',
])
def test_a_manifest_that_is_none_is_refused(archive, manifest):
    forged(archive, lambda members: {**members, archiving.MANIFEST: manifest})
    assert refused(archive)


def changed_manifest(path, **facts) -> None:
    def change(members):
        manifest = json.loads(members[archiving.MANIFEST])
        return {**members, archiving.MANIFEST: canonical_bytes({**manifest, **facts})}
    forged(path, change)


def test_an_archive_from_a_later_version_or_another_kind_says_so(archive, empty_sqlite):
    changed_manifest(archive, schema="9999", app_version="7.0")
    with inside(empty_sqlite), pytest.raises(Refusal, match=r"schema 9999.*version 7\.0"):
        restoring.restore(archive, sha256=None)
    changed_manifest(archive, schema="0001", rows={"event": 999999})
    with inside(empty_sqlite), pytest.raises(Refusal, match="damaged"):
        restoring.restore(archive, sha256=None)


def listed(members, /, **changes) -> dict[str, bytes]:
    """Return members with a manifest that fits them, but for what is changed."""
    told = json.loads(members[archiving.MANIFEST])
    told["members"] = {name: [sha256(data).hexdigest(), len(data)]
                       for name, data in members.items() if name != archiving.MANIFEST}
    return {**members, archiving.MANIFEST: canonical_bytes({**told, **changes})}


@pytest.mark.parametrize(("change", "said"), [
    (lambda members: members.pop(archiving.MANIFEST) and None, "not a backup"),
    (lambda members: listed(members, format="isotrain-backup-99"), "another version"),
    (lambda members: listed(members, members={}), "not a backup"),
])
def test_a_manifest_that_does_not_tell_of_its_archive_is_refused(archive, change, said):
    forged(archive, change)
    assert said in refused(archive)


def test_of_two_members_of_one_name_none_is_read(archive):
    with archiving.opened(archive) as sealed:
        private = next(iter(json.loads(sealed.read(archiving.KEYS)).values())).encode()
    with archive.open("r+b") as file:
        with zipfile.ZipFile(file, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr(archiving.SETTINGS, b"{}")
        archiving._seal(file, private)
    assert "not a backup" in refused(archive)


def test_what_is_too_large_to_be_read_at_once_is_not_read(archive, monkeypatch):
    with archiving.opened(archive) as sealed:
        monkeypatch.setattr(archiving, "LARGEST_IN_MEMORY", 1)
        with pytest.raises(Refusal, match=r"settings\.json"):
            sealed.read(archiving.SETTINGS)
    assert "not a backup" in refused(archive)


def test_an_archive_is_sealed_by_a_key_of_its_own(archive, empty_sqlite):
    other = json.dumps({"a.pem": signing.new_private_key().decode()}).encode()
    forged(archive, lambda members: listed({**members, archiving.KEYS: canonical_bytes(
        json.loads(other))}))
    with inside(empty_sqlite), pytest.raises(Refusal, match="not among its own"):
        restoring.restore(archive, sha256=None)


def test_a_file_that_came_meanwhile_is_not_replaced(app, tmp_path):
    path = tmp_path / "backup.zip"
    with pytest.raises(Refusal, match="exists already"), \
            archiving.writing_to(path, signing.new_private_key()):
        path.write_text("mine")
    assert path.read_text() == "mine"


def test_the_commands_back_up_and_restore(sqlite_past, empty_sqlite, tmp_path):
    file = str(tmp_path / "of today.zip")
    made = current_app.test_cli_runner().invoke(args=["backup", file])
    assert made.exit_code == 0 and "SHA-256" in made.output
    digest = made.output.split("SHA-256 ")[1].split()[0]
    again = current_app.test_cli_runner().invoke(args=["backup", file])
    assert again.exit_code == 1 and "exists already" in again.output
    nowhere = current_app.test_cli_runner().invoke(args=["backup", str(tmp_path / "no/x.zip")])
    assert nowhere.exit_code == 1 and "no folder" in nowhere.output
    db.session.remove()
    with inside(empty_sqlite):
        runner = empty_sqlite.test_cli_runner()
        unready = runner.invoke(args=["bank", "list"])
        assert unready.exit_code == 1
        assert "The database is empty. Run: flask --app app db upgrade" in unready.output
        nothing = runner.invoke(args=["backup", str(tmp_path / "empty.zip")])
        assert nothing.exit_code == 1 and "nothing to back up" in nothing.output
        restored = runner.invoke(args=["restore", file, "--sha256", digest])
        assert restored.exit_code == 0, restored.output
        assert "It can serve." in restored.output and "verify --resume" in restored.output
        assert "Everything holds." in runner.invoke(args=["verify", "--resume"]).output
        refused_now = runner.invoke(args=["restore", file])
        assert refused_now.exit_code == 1 and "empty" in refused_now.output
        assert taking.find(sqlite_past.open, sqlite_past.sitter).open
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 3
