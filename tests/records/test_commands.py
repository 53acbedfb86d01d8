"""flask records: export, verify, correct."""

from __future__ import annotations

import csv
import json

import pytest
import sqlalchemy as sa

from isotrain.audit.models import Event
from isotrain.certificates import signing_keys
from isotrain.db import db
from isotrain.records.models import CompletionRecord
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.factories import a_user


@pytest.fixture
def run(app):
    """Run a command of the group and return (exit code, what it printed)."""

    def invoke(*words: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["records", *map(str, words)])
        assert result.exception is None or isinstance(result.exception, SystemExit), \
            result.exception
        return result.exit_code, result.output

    return invoke


@pytest.fixture
def crowd(app):
    course, unit = a_course(), a_unit("U")
    for n, due_in in enumerate((-2, 5, 9)):
        user = a_user(name=f"Name {n}")
        place(user, unit if n else None)
        bind(user, course, due_in=due_in)
    sit(user, course)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_verifies_offline_with_the_published_keys(run, crowd, tmp_path, kind):
    file, keys = tmp_path / f"all.{kind}", tmp_path / "keys.json"
    code, said = run("export", file)
    assert code == 0 and "Wrote 3 rows" in said
    keys.write_text(json.dumps({"keys": {
        key_id: key.pem.decode() for key_id, key in signing_keys.published().items()}}))
    manifest = tmp_path / f"all.{kind}.manifest.json"
    code, said = run("verify", file, manifest, "--keys", keys)
    assert code == 0 and said.endswith("VALID\n") and "rows: 3, columns: 36" in said
    assert run("verify", file, manifest)[0] == 0


def test_the_filters_of_the_page_are_options(run, crowd, tmp_path):
    file = tmp_path / "some.csv"
    run("export", file, "--unit", "U", "--status", "to_do", "--bom", "--search", "name 1",
        "--due-from", "2000-01-01")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert [row["person_name"] for row in csv.DictReader(opened)] == ["Name 1"]
    payload = json.loads((tmp_path / "some.csv.manifest.json").read_bytes())["payload"]
    assert payload["filter"] == {"unit": "U", "status": "to_do", "text": "name 1",
                                 "due_from": "2000-01-01"}
    event = db.session.scalars(sa.select(Event).where(Event.action == "records.exported")).one()
    assert (event.actor_kind, event.details["filter"]["text"]) == ("command", "given")


@pytest.mark.parametrize("name", ["course", "unit", "site"])
def test_a_name_that_nothing_has_is_no_empty_export(run, crowd, tmp_path, name):
    code, said = run("export", tmp_path / "none.csv", f"--{name}", "Nope")
    assert code == 1 and f"There is no {name} 'Nope'." in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_in_words(run, crowd, tmp_path):
    code, said = run("export", tmp_path / "nowhere" / "all.csv")
    assert code == 1 and said.endswith("all.csv: No such file or directory.\n")


def test_a_changed_file_ends_with_exit_code_1_and_words(run, crowd, tmp_path):
    file = tmp_path / "all.csv"
    run("export", file)
    file.write_text(file.read_text().replace("90.0", "99.0"))
    code, said = run("verify", file, f"{file}.manifest.json")
    assert code == 1 and "not the one that was exported" in said and said.endswith("NOT VALID\n")


@pytest.mark.parametrize("keys", ["", "[]", '{"keys": []}', '{"keys": {"a": "no key"}}'])
def test_a_file_without_keys_is_refused(run, crowd, tmp_path, keys):
    file, bad = tmp_path / "all.csv", tmp_path / "keys.json"
    run("export", file)
    bad.write_text(keys)
    code, said = run("verify", file, f"{file}.manifest.json", "--keys", bad)
    assert code == 1 and "does not hold published keys" in said


def test_another_kind_of_file_is_refused(run, crowd, tmp_path):
    code, said = run("export", tmp_path / "all.pdf")
    assert code == 1 and "Choose CSV or XLSX" in said
    assert not (tmp_path / "all.pdf").exists()


def test_a_record_is_corrected_by_command(run, crowd):
    record = db.session.scalars(sa.select(CompletionRecord)).one()
    code, said = run("correct", record.id, "--employment-type", "contractor", "--reason",
                     "A typing error at hiring.")
    db.session.rollback()
    newer = db.session.scalars(sa.select(CompletionRecord).order_by(
        CompletionRecord.id.desc())).first()
    assert code == 0 and f"Record {newer.id} takes the place" in said
    assert newer.corrects_id == record.id


def test_a_correction_of_nothing_says_what_can_be_corrected(run, crowd):
    code, said = run("correct", "1", "--reason", "No reason at all.")
    assert code == 1 and "--employment-type" in said
    code, said = run("correct", "99", "--name", "X", "--reason", "No reason at all.")
    assert code == 1 and "does not exist" in said
