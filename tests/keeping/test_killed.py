"""A backup or restore that is killed leaves nothing that the next, or the job, does not take."""

from __future__ import annotations

import pytest

from isotrain.audit.noting import Actor
from isotrain.config import current
from isotrain.db import db
from isotrain.jobs import overview
from isotrain.keeping import archiving, backing_up, restoring, verifying
from isotrain.scratch import PREFIX
from isotrain.timetable import JOBS
from isotrain.web.transaction import transaction
from tests.dying import die, dies
from tests.factories import committed
from tests.keeping.conftest import inside
from tests.keeping.test_backup import backed_up

# How far a backup and a restore come before they are killed.
BACKUP = [(archiving, "add_manifest"), (archiving, "_seal"), (archiving, "sync_folder")]
RESTORE = {"sqlite": ("_check_sqlite", "_write_keys"), "postgresql": ("_write_keys", "_unpacking")}


def size(folder) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(("module", "name"), BACKUP)
def test_after_seven_killed_backups_one_that_ends_leaves_its_file_alone(
    past, tmp_path, monkeypatch, module, name
):
    with monkeypatch.context() as broken:
        broken.setattr(module, name, die)
        for n in range(7):
            dies(lambda n=n: backed_up(tmp_path, f"killed-{n}.zip"))
            assert len(list(tmp_path.glob(f"{PREFIX}*"))) <= 2
    whole = {path.name for path in tmp_path.glob("*.zip")}
    backed_up(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == whole | {"backup.zip"}
    for file in tmp_path.iterdir():
        with archiving.opened(file) as sealed:
            assert sealed.manifest.rows, "a file that has its name is whole"


def test_the_job_takes_away_what_a_killed_backup_left_in_the_folder(past, monkeypatch):
    here = current().instance
    with monkeypatch.context() as broken:
        broken.setattr(archiving, "_seal", die)
        dies(lambda: backed_up(here, "killed.zip"))
    assert list(here.glob(f"{PREFIX}*"))
    assert sum(JOBS.get("sweep").run(transaction)) >= 1
    assert not list(here.glob(f"{PREFIX}*")) and not (here / "killed.zip").exists()


def test_a_restore_that_was_killed_can_be_started_again_and_leaves_nothing(
    past, empty_place, tmp_path, monkeypatch
):
    done = backed_up(tmp_path)
    with inside(empty_place()):
        for name in RESTORE[db.engine.dialect.name]:
            with monkeypatch.context() as broken:
                broken.setattr(restoring, name, die)
                dies(lambda: restoring.restore(done.path, sha256=None))
        restoring.restore(done.path, sha256=None)
        assert verifying.verify().sound
        assert not list(current().instance.glob(f"{PREFIX}*"))
        names = {path.name for path in current().instance.iterdir()}
        assert names <= {"keys", "test.db", "test.db-wal", "test.db-shm"}


def test_the_last_backup_is_known_to_the_health_page(past, tmp_path):
    assert overview.overview().backed_up_at is None
    done = backed_up(tmp_path)
    with committed():
        backing_up.note_backup(done, by=Actor.command())
    seen = overview.overview()
    assert seen.backed_up_at is not None and not seen.is_backup_late
