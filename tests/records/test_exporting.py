"""Exports: exactly what is filtered, safe to open, and provable offline."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from isotrain.accounts.models import Identity
from isotrain.audit.models import Event
from isotrain.certificates import signing_keys
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.ledger import signing
from isotrain.ledger.canonical import canonical_bytes
from isotrain.ledger.public_keys import Belief, PublicKey, moment_of
from isotrain.people import placing
from isotrain.people.models import Position
from isotrain.records import exporting, register, rules, verifying
from isotrain.records.exporting import Export
from isotrain.records.filters import Filter
from isotrain.settings import house
from isotrain.spreadsheet import unguarded
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.factories import BY, a_user, client_of, committed
from tests.walking import rows_of

COLUMNS_24 = [
    "export_id", "exported_at", "person_id", "person_name", "employment_type", "org_unit", "site",
    "role_id", "role_title", "manager_id", "requirement_id", "requirement_version", "module_id",
    "module_title", "module_version", "standards_editions", "required_level", "assigned_on",
    "due_on", "status", "completed_on", "score_percent", "pass_mark_percent", "result",
]
HOSTILE = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "'=1", "''@x",
           'Quo"te, comma', "Zażółć\nline", "'tis fine", "-")


def test_the_columns_are_the_agreed_24_and_twelve_more():
    assert [*rules.COLUMNS] == [*COLUMNS_24, "certificate_no", "valid_until", "attempt_id",
                                "form_id", "exam_weakened", "saw_keys", "after_reset",
                                "extra_attempt",
                                "corrects_record", "corrected_on", "corrected_by",
                                "correction_reason"]


def called(name: str) -> int:
    """Return a user whose name reached the database by another way than our own checks."""
    user = a_user()
    with committed():
        db.session.get(Identity, user).name = name
    return user


def read(data: bytes) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in rows]


def as_csv(wanted: Filter | None = None, **more) -> bytes:
    with Export(wanted or Filter()) as export:
        return b"".join(exporting.csv_parts(export, **more))


@pytest.fixture
def crowd(each_app):
    """People with hostile names in all states; one of them done."""
    course, unit = a_course("=Awareness"), a_unit("U-1")
    users = {}
    for n, name in enumerate(HOSTILE):
        users[name] = user = called(name)
        place(user, unit)
        bind(user, course, due_in=n - 5)
    done = next(iter(users.values()))
    sit(done, course)
    return course, users


def test_what_was_exported_reads_back_as_what_is_listed(crowd):
    rows = read(as_csv())
    listed = rows_of(register.listing(Filter()))
    assert {(row["person_id"], row["person_name"], row["status"]) for row in rows} == {
        (row.personnel_no, row.name, row.status) for row in listed}
    assert len(rows) == len(HOSTILE)
    assert {row["module_title"] for row in rows} == {"=Awareness"}


def test_no_field_of_the_csv_begins_a_formula(crowd):
    data = as_csv()
    assert data.endswith(b"\r\n")
    for row in csv.reader(io.StringIO(data.decode(), newline="")):
        for cell in row:
            assert cell[:1] not in set("=+-@\t\r\0＝＋－＠")


def test_a_completed_row_tells_everything_in_iso_form(crowd):
    course, _users = crowd
    [row] = [row for row in read(as_csv()) if row["result"]]
    today = house.today()
    expected = {
        "status": "completed_pass", "completed_on": today.isoformat(), "score_percent": "90.0",
        "pass_mark_percent": "80", "result": "passed", "org_unit": "Unit U-1", "site": "",
        "module_id": course.slug, "module_version": "2026.1", "required_level": "aware",
        "standards_editions": "ISO 9001:2015", "employment_type": "employee",
        "due_on": (today - timedelta(days=5)).isoformat(), "requirement_version": "1",
    }
    assert {name: row[name] for name in expected} == expected
    assert date.fromisoformat(row["valid_until"]) > today
    assert len(row["form_id"]) == 64 and row["certificate_no"] and row["attempt_id"]


def test_a_row_shows_the_place_of_that_day_after_a_move(each_app):
    course, user = a_course(), a_user(name="Then Name")
    place(user, a_unit("OLD"), days_ago=9)
    sit(user, course)
    new = a_unit("NEW")
    with committed():
        placing.place({user: Position(unit_id=new)}, from_on=house.today(), by=BY)
    [row] = read(as_csv())
    assert (row["person_name"], row["org_unit"]) == ("Then Name", "Unit OLD")


def test_the_export_holds_exactly_what_the_filter_wants(crowd):
    late = Filter(status="overdue")
    assert len(read(as_csv(late))) == register.listing(late).count().number == 4


def test_rows_come_in_one_snapshot(crowd, monkeypatch):
    monkeypatch.setattr(exporting, "PEOPLE_AT_ONCE", 1)
    _course, users = crowd
    with Export(Filter()) as export:
        rows = export.rows()
        next(rows)
        bind([*users.values()][-1], a_course())
        assert 1 + sum(1 for _row in rows) == export.count == len(HOSTILE)


def test_a_byte_order_mark_comes_when_asked(crowd):
    assert as_csv(mark=True).startswith(b"\xef\xbb\xbfexport_id,")
    assert as_csv().startswith(b"export_id,")


@pytest.fixture(params=["csv", "xlsx"])
def exported(request, app, tmp_path):
    """An exported file with its manifest, and the keys to check it with."""
    course = a_course()
    for name in HOSTILE[:4]:
        bind(called(name), course)
    sit(a_user(), course)
    path = tmp_path / f"records.{request.param}"
    with Export(Filter()) as export:
        with committed():
            signer = exporting.announce(export, request.param, by=BY)
        if request.param == "csv":
            with path.open("wb") as file:
                facts = exporting.write_csv(export, file)
        else:
            facts = exporting.write_xlsx(export, path)
        document = exporting.signed_manifest(export, path.name, facts, signer)
    return path, document, signing_keys.published()


def test_an_untouched_export_verifies(exported):
    path, document, keys = exported
    checked = verifying.check(path, document, keys)
    payload = checked.payload
    assert (checked.belief, checked.reasons) == (Belief.VALID, ())
    assert (payload["rows"], payload["time_zone"]) == (5, "UTC")
    assert [column["name"] for column in payload["columns"]] == [*rules.COLUMNS]
    assert payload["filter"] == {}


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_flipped_bit_of_a_manifest_is_refused(exported, data):
    path, document, keys = exported
    bit = data.draw(st.integers(0, 8 * len(document) - 1))
    flipped = bytearray(document)
    flipped[bit // 8] ^= 1 << bit % 8
    assert verifying.check(path, bytes(flipped), keys).belief is Belief.NOT_VALID


def test_a_changed_file_is_refused_in_words(exported):
    path, document, keys = exported
    path.write_bytes(path.read_bytes() + b"x,\r\n")
    checked = verifying.check(path, document, keys)
    assert checked.belief is Belief.NOT_VALID and checked.payload == {}
    assert "is not the one that was exported" in checked.reasons[0].message


def test_a_file_without_a_row_is_missed(app, tmp_path):
    course = a_course()
    for _n in range(3):
        bind(a_user(), course)
    path = tmp_path / "records.csv"
    with Export(Filter()) as export, path.open("wb") as file:
        facts = exporting.write_csv(export, file)
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join(lines[:-2]) + b"\r\n")
    assert (facts.rows, verifying.facts_of(path).rows) == (3, 2)


@pytest.mark.parametrize("payload", [
    {}, {"schema": "isotrain-certificate-1"}, {"schema": rules.SCHEMA, "key_id": 7},
    {"schema": rules.SCHEMA}, {"schema": rules.SCHEMA, "exported_at": 7},
    {"schema": rules.SCHEMA, "exported_at": "2026-11-23T09:30:15Z", "file": None},
])
def test_another_signed_document_is_no_manifest(app, tmp_path, payload):
    private = signing.new_private_key()
    key_id = signing.key_id(signing.public_key(private))
    payload = {"key_id": key_id, **payload}
    document = canonical_bytes({
        "payload": payload, "signature": signing.sign(canonical_bytes(payload), private)})
    path = tmp_path / "x.csv"
    path.write_text("a\r\n")
    key = PublicKey(pem=signing.public_key(private))
    checked = verifying.check(path, document, {key_id: key})
    assert checked.belief is Belief.NOT_VALID and checked.payload == {} and checked.reasons


def test_a_file_too_large_to_be_a_manifest_is_not_even_read(exported, monkeypatch):
    path, document, keys = exported
    monkeypatch.setattr(rules, "parse", None)
    checked = verifying.check(path, document + b" " * rules.LARGEST_MANIFEST, keys)
    assert checked.belief is Belief.NOT_VALID


def test_keys_that_are_not_given_are_named(exported):
    path, document, _keys = exported
    assert "key is not among" in verifying.check(path, document, {}).reasons[0].message


SECOND = timedelta(seconds=1)


def exported_at(document):
    return moment_of(json.loads(document)["payload"]["exported_at"])


def with_life(keys, **life):
    return {key_id: replace(key, **life) for key_id, key in keys.items()}


@pytest.mark.parametrize(("retired", "stolen", "belief", "words"), [
    (0, None, Belief.VALID, "what it signed before holds"),
    (-1, None, Belief.NOT_VALID, "after its key was retired"),
    (9, 1, Belief.DOUBTFUL, "cannot be told from a forgery"),
    (9, 0, Belief.NOT_VALID, "nothing that key signed from"),
])
def test_a_manifest_is_worth_what_its_key_is(exported, retired, stolen, belief, words):
    path, document, keys = exported
    at = exported_at(document)
    life = with_life(keys, retired_at=at + retired * SECOND,
                     stolen_at=None if stolen is None else at + stolen * SECOND)
    checked = verifying.check(path, document, life)
    assert checked.belief is belief and words in checked.reasons[0].message
    assert (checked.payload != {}) == (belief is Belief.VALID)


def test_a_file_that_was_changed_is_false_and_not_only_doubtful(exported):
    path, document, keys = exported
    at = exported_at(document)
    path.write_bytes(path.read_bytes() + b"x,\r\n")
    checked = verifying.check(path, document,
                              with_life(keys, retired_at=at, stolen_at=at + SECOND))
    assert checked.belief is Belief.NOT_VALID


def test_the_workbook_holds_texts_as_texts_days_as_days_and_no_formula(app, tmp_path):
    course = a_course()
    for name in HOSTILE:
        bind(called(name), course)
    sit(called("=Done"), course)
    path = tmp_path / "records.xlsx"
    with Export(Filter()) as export:
        exporting.write_xlsx(export, path)
    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert header == [*rules.COLUMNS]
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert {row["person_name"] for row in found} == {*HOSTILE, "=Done"}
    [done] = [row for row in found if row["person_name"] == "=Done"]
    assert done["completed_on"] == house.today() and done["score_percent"] == 90.0
    with ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_more_rows_than_a_sheet_holds_are_refused(app, monkeypatch):
    bind(a_user(), a_course())
    monkeypatch.setattr(exporting, "SHEET_ROWS", 0)
    with Export(Filter()) as export, committed(), pytest.raises(Refusal, match="Export CSV"):
        exporting.announce(export, "xlsx", by=BY)


def fetch(app, path: str, *roles: str) -> tuple[int, bytes]:
    """Return status and body of a page, read to its end, as HR or with other roles."""
    client = client_of(app, a_user(*roles or ("employee", "hr")))
    with client.get(path) as response:
        return response.status_code, response.data


def test_the_page_hands_out_a_zip_that_verifies_and_notes_it(each_app, tmp_path):
    bind(a_user(name="Searched Name"), a_course())
    status, data = fetch(each_app, "/records/export?format=csv&q=searched&status=assigned")
    assert status == 200
    with ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)
    [manifest] = tmp_path.glob("*.manifest.json")
    file = Path(str(manifest).removesuffix(".manifest.json"))
    checked = verifying.check(file, manifest.read_bytes(), signing_keys.published())
    payload = checked.payload
    assert checked.reasons == ()
    assert payload["filter"] == {"text": "searched", "status": "assigned"}
    [row] = read(file.read_bytes())
    assert row["person_name"] == "Searched Name" and row["export_id"] == payload["export_id"]
    event = db.session.query(Event).filter_by(action="records.exported").one()
    assert event.details["rows"] == 1
    assert "searched" not in json.dumps(event.details)


def test_the_workbook_comes_in_a_zip_too(app):
    bind(a_user(), a_course())
    _status, data = fetch(app, "/records/export?format=xlsx")
    names = ZipFile(io.BytesIO(data)).namelist()
    assert [name.split(".", 1)[1] for name in names] == ["xlsx", "xlsx.manifest.json"]


def test_the_csv_alone_is_streamed(each_app):
    bind(a_user(), a_course())
    with client_of(each_app, a_user("hr")).get("/records/export.csv?bom=1") as response:
        assert response.is_streamed and response.content_length is None
        assert response.data.startswith(b"\xef\xbb\xbf")
        assert len(read(response.data)) == 1


def test_an_unknown_format_is_refused(app):
    status, data = fetch(app, "/records/export?format=pdf")
    assert status == 422 and b"Choose CSV or XLSX" in data


def test_the_export_page_says_what_will_be_exported(app):
    assert b"Nothing to export" in fetch(app, "/records/exports")[1]
    bind(a_user(), a_course())
    _status, data = fetch(app, "/records/exports?status=assigned&people=all")
    assert b"1 row." in data and b"Not started" in data


def test_only_those_who_may_export_can(app):
    for role, status in (("auditor", 200), ("hr", 200), ("manager", 403), ("admin", 403),
                         ("trainer", 403), ("employee", 403)):
        for path in ("/records/exports", "/records/export", "/records/export.csv"):
            assert fetch(app, path, role)[0] == status, (role, path)
