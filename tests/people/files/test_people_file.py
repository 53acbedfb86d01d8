"""A people file: every fault by row and column, nothing written; or all of it at once."""

from __future__ import annotations

import io
import threading
from datetime import date, datetime

import pytest
import sqlalchemy as sa
import xlsxwriter
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from isotrain import clock
from isotrain.accounts import directory, linking, registering, signing_in
from isotrain.accounts.models import Identity, User
from isotrain.accounts.permissions import Role
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.formats import child
from isotrain.formats.sheets.table import read_table
from isotrain.people import employing, placements
from isotrain.people.files import writing
from isotrain.people.files.rules import COLUMNS
from isotrain.people.models import Employment, PeopleImport, Placement, Site, Unit
from tests.counting import counted
from tests.factories import BY, a_user, client_of, committed, post
from tests.listening import hearing_moved
from tests.people.files.making import DAY, a_file, a_row, applied, faults, planned


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """Stop the clock, and read without a child process: pages and commands are tried with it."""
    monkeypatch.setattr(child, "table", read_table)
    with clock.frozen_at(datetime(2026, 3, 2, 12, tzinfo=clock.UTC)):
        yield


def many(n, **cells):
    return [a_row(f"P{i:04d}", f"Person {i}", email=f"p{i}@example.com", unit=f"Unit {i % 12}",
                  site=f"Site {i % 3}", job_role="Operator", manager="P0000" if i else "",
                  employment_type="employee", hired_on="2020-01-01", **cells) for i in range(n)]


def state():
    """Return everything a people file can change, in a form that can be compared."""
    db.session.rollback()
    tables = (User, Identity, Placement, Employment, Unit)
    return [sorted(map(tuple, db.session.execute(sa.select(t.__table__))), key=str)
            for t in tables]


def person(number):
    db.session.rollback()
    return directory.find_by_name(number)


# -- reading and applying

def test_a_file_adds_people_with_unit_manager_and_employment(each_app):
    done = applied(a_file(
        a_row("1", "Ada Byron", unit="Board", site="HQ", job_role="Director",
              hired_on="2019-04-01"),
        a_row("2", "Bob", email="bob@example.com", unit="Paint", unit_parent="Board",
              manager="1", employment_type="temporary"),
    ))
    assert (done.created, done.changed, done.deactivated) == (2, 0, 0)
    bob = placements.find(person("bob@example.com").id, DAY)
    assert (bob.unit, bob.manager, bob.manager_no) == ("Paint", "Ada Byron", "1")
    assert (bob.employment_type, bob.valid_from, bob.hired_on) == ("temporary", DAY, DAY)
    ada = placements.find(person("1").id, DAY)
    assert (ada.site, ada.job_role, ada.hired_on) == ("HQ", "Director", date(2019, 4, 1))
    paint = db.session.scalars(sa.select(Unit).where(Unit.name == "Paint")).one()
    assert db.session.get(Unit, paint.parent_id).name == "Board"


def test_headers_may_be_written_in_many_ways_and_stand_below_a_title(app):
    data = (b"People of the works,,,\n,,,\nEMPLOYEE-NUMBER,First Name,last_name, E-Mail \n"
            b"7,Grace,Hopper,grace@example.com\n")
    applied(data)
    assert directory.get_identity(person("7").id).name == "Grace Hopper"


@pytest.mark.parametrize(("encoding", "separator"), [
    ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";"), ("utf-8", ","), ("utf-8", "|")])
def test_encodings_and_separators_are_found_out(app, encoding, separator):
    text = f"personnel_no{separator}name\n1{separator}J\u00fcrgen Ma\u00df\n"
    plan = planned(text.encode(encoding))
    assert not plan.faults and plan.new[0].person.name == "J\u00fcrgen Ma\u00df"


def test_a_workbook_is_read_as_a_csv_is(app):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["personnel_no", "name", "hired_on", "left_on"])
    sheet.write_row(1, 0, [1001, "Ada"])
    sheet.write_datetime(1, 2, datetime(2020, 5, 4), book.add_format({"num_format": "d.m.yy"}))
    sheet.write_row(2, 0, [1002, "Bob"])
    sheet.write_number(2, 2, 45000)
    book.close()
    plan = planned(out.getvalue())
    assert [entry.person.personnel_no for entry in plan.new] == ["1001", "1002"]
    assert [entry.hired_on for entry in plan.new] == [date(2020, 5, 4), date(2023, 3, 15)]
    assert [(told.place, told.message) for told in plan.notices] == [(
        "row 3, column hired_on",
        "Numbers were read as a spreadsheet keeps days: 45000 is 2023-03-15.")]


def test_the_same_file_again_changes_nothing(each_app):
    data = a_file(*many(30))
    assert applied(data).created == 30
    before = state()
    assert applied(data) is None
    assert applied(data, complete=True) is None
    assert state() == before
    assert db.session.scalar(sa.select(sa.func.count(PeopleImport.id))) == 1


def test_columns_a_file_does_not_have_stay_as_they_are(app):
    applied(a_file(a_row("1", email="a@example.com", unit="Paint", site="HQ")))
    done = applied(a_file(a_row("1", name="Ada"), columns=("personnel_no", "name")))
    assert done.changed == 1
    assert directory.get_identity(person("1").id).email == "a@example.com"
    assert placements.find(person("1").id, DAY).unit == "Paint"


def test_an_empty_cell_of_a_column_the_file_has_empties(app):
    applied(a_file(a_row("1", email="a@example.com", unit="Paint")))
    applied(a_file(a_row("1")))
    assert directory.get_identity(person("1").id).email is None
    assert placements.find(person("1").id, DAY).unit is None


def test_changes_close_an_interval_and_open_another_from_the_effective_day(each_app):
    applied(a_file(a_row("1", unit="Paint")), on=date(2026, 1, 1))
    applied(a_file(a_row("1", unit="Press")), on=date(2026, 2, 1))
    user = person("1").id
    assert [(p.unit, p.valid_from, p.valid_to) for p in placements.history(user)] == [
        ("Press", date(2026, 2, 1), None), ("Paint", date(2026, 1, 1), date(2026, 2, 1))]
    assert placements.find(user, date(2026, 1, 31)).unit == "Paint"
    assert placements.find(user, date(2026, 2, 1)).unit == "Press"
    applied(a_file(a_row("1", unit="Store")), on=date(2026, 2, 1))
    assert [p.unit for p in placements.history(user)] == ["Store", "Paint"]


def test_another_address_ends_the_links_of_the_old_one(app):
    applied(a_file(a_row("1", email="a@example.com"), a_row("2")))
    with committed():
        links = linking.make([person("1").id, person("2").id], by=BY).values()
    applied(a_file(a_row("1", email="b@example.com"), a_row("2", unit="Paint")))
    assert [linking.find(link.token) is not None for link in links] == [False, True]


def test_addresses_may_change_hands_within_one_file(app):
    applied(a_file(a_row("1", email="a@example.com"), a_row("2", email="b@example.com")))
    applied(a_file(a_row("1", email="b@example.com"), a_row("2", email="a@example.com"),
                   a_row("3")))
    assert directory.find_by_name("b@example.com").id == person("1").id


# -- leaving and coming back

def test_whoever_left_is_out_at_once_and_not_deleted(each_app):
    applied(a_file(*many(3)))
    user = person("P0001").id
    with committed():
        session = signing_in.start(user, browser="", by_request=None).signed_in
    applied(a_file(*many(1), a_row("P0001", left_on="2026-02-27"), *many(3)[2:]))
    assert signing_in.find_session(session.token) is None
    assert not person("P0001").active
    assert placements.history(user) == [], "it had not begun when they left"
    assert db.session.scalars(sa.select(Employment.left_on).where(
        Employment.user_id == user)).one() == date(2026, 2, 27)


def test_whoever_is_missing_leaves_only_by_a_complete_file(app):
    applied(a_file(*many(5)))
    assert planned(a_file(*many(4))).left == []
    plan = planned(a_file(*many(4)), complete=True)
    assert [(known.person.personnel_no, day) for known, day in plan.left] == [("P0004", DAY)]
    applied(a_file(*many(4)), complete=True)
    assert not person("P0004").active


def test_a_complete_file_leaves_accounts_alone_that_no_file_brought(app):
    admin = a_user("admin")
    applied(a_file(*many(2)), complete=True)
    assert directory.get(admin).active


def test_whoever_comes_back_is_let_in_again_with_a_new_employment(each_app):
    data = a_file(*many(3))
    applied(data, on=date(2026, 1, 1))
    applied(a_file(*many(2)), on=date(2026, 2, 1), complete=True)
    plan = planned(data)
    assert [entry.person.personnel_no for entry in plan.back] == ["P0002"]
    applied(data)
    user = person("P0002")
    assert user.active
    spells = db.session.execute(sa.select(Employment.hired_on, Employment.left_on).where(
        Employment.user_id == user.id).order_by(Employment.id)).all()
    assert spells == [(date(2020, 1, 1), date(2026, 2, 1)), (DAY, None)]
    assert [(p.valid_from, p.valid_to) for p in placements.history(user.id)] == [
        (DAY, None), (date(2026, 1, 1), date(2026, 2, 2))], "the last day is a day of work"
    assert applied(data) is None


def test_a_mistaken_leaver_goes_on_as_if_nothing_had_been(each_app):
    data = a_file(*many(3))
    applied(data, on=date(2026, 1, 1))
    applied(a_file(*many(2)), complete=True)
    applied(data)
    user = person("P0002").id
    assert db.session.scalars(sa.select(Employment.left_on).where(
        Employment.user_id == user)).all() == [None]
    assert applied(data) is None


def test_somebody_let_go_and_taken_back_on_one_day_is_where_they_were(each_app):
    data = a_file(*many(3))
    applied(data)
    applied(a_file(*many(2)), complete=True)
    user = person("P0002").id
    assert [p.valid_to for p in placements.history(user)] == [date(2026, 3, 3)]
    applied(data)
    assert [(p.unit, p.valid_to) for p in placements.history(user)] == [("Unit 2", None)]


def test_a_day_of_leaving_that_lies_ahead_is_told_and_not_acted_upon(app):
    plan = planned(a_file(a_row("1", left_on="2026-12-31")))
    assert len(plan.new) == 1 and "stays active" in plan.notices[0].message


def test_the_news_names_everybody_whose_place_changed(app):
    told = []
    with hearing_moved(told.append):
        applied(a_file(*many(3)))
        applied(a_file(*many(2)), complete=True)
    people = tuple(person(f"P000{i}").id for i in range(3))
    assert [moved.user_ids for moved in told] == [people, people[2:]]


# -- faults

def one(**cells):
    return a_file(a_row("1", **cells))


@pytest.mark.parametrize(("data", "place", "words"), [
    (b"", "file", "empty"),
    (b"\x00\x01\x02\xff" * 50, "line 1", "NUL"),
    (b"PK\x03\x04 not really", "file", "damaged"),
    (b"\xd0\xcf\x11\xe0" + b"x" * 600, "file", "old Office"),
    (b"name,unit\nAda,Paint\n", "row 1", "No header"),
    (b"personnel_no,name\n", "row 1", "no people"),
    (b"personnel_no,name,NAME\n1,Ada,Ada\n", "row 1, column NAME", "twice"),
    (b"personnel_no,name,unit\n1,Ada\n", "row 2", "2 cells, the header has 3"),
    (b"personnel_no,name\n1,Ada,Paint\n", "row 2", "3 cells, the header has 2"),
    (b'personnel_no,name\n1,"Ada\n2,Bob\n', "line 2", "not closed"),
    (a_file(a_row("", "Ada")), "row 2, column personnel_no", "empty"),
    (b"personnel_no,name\n1,\n", "row 2, column name", "empty"),
    (one(name="x" * 201), "row 2, column name", "201 characters, 200"),
    (a_file(a_row("x" * 65)), "row 2, column personnel_no", "65 characters, 64"),
    (one(name="=cmd|' /C calc'!A0"), "row 2, column name", "formula"),
    (one(name="+1+1"), "row 2, column name", "formula"),
    (one(name="@SUM(A1)"), "row 2, column name", "formula"),
    (one(name="\uff1dHYPERLINK()"), "row 2, column name", "formula"),
    (one(unit="-2+3"), "row 2, column unit", "formula"),
    (one(name="Ada\x07"), "row 2, column name", "control character"),
    (one(name="Ada\nByron"), "row 2, column name", "line break"),
    (one(name="\u202eadA"), "row 2, column name", "direction marks"),
    (one(email="not an address"), "row 2, column email", "no" "t an e-mail"),
    (one(email="a@b"), "row 2, column email", "not an e-mail"),
    (one(hired_on="yesterday"), "row 2, column hired_on", "not a date"),
    (one(hired_on="2026-02-30"), "row 2, column hired_on", "no day"),
    (one(hired_on="450000"), "row 2, column hired_on", "not a date"),
    (one(hired_on="19999"), "row 2, column hired_on", "not a date"),
    (one(hired_on="03/04/2025"), "row 2, column hired_on", "not a date"),
    (one(hired_on="0001-01-01"), "row 2, column hired_on", "year 1 "),
    (one(hired_on="2025-05-05", left_on="2025-05-04"), "row 2, column left_on", "before"),
    (one(employment_type="boss"), "row 2, column employment_type", "no employment type"),
    (one(manager="99"), "row 2, column manager", "Nobody here"),
    (one(manager="1"), "row 2, column manager", "themself"),
])
def test_a_fault_is_named_by_row_and_column(app, data, place, words):
    found = faults(data)
    assert len(found) == 1 and found[0][0] == place and words in found[0][1]
    with pytest.raises(Refusal, match="Nothing was changed"):
        applied(data)


def test_every_fault_carries_what_to_do(app):
    data = a_file(a_row("1", name="=x", hired_on="x"), a_row("1", manager="9"),
                  a_row("2", email="bad", employment_type="boss"))
    for problem in planned(data).faults:
        assert problem.hint % problem.params


def test_numbers_and_addresses_may_stand_once_only(app):
    found = faults(a_file(a_row("a-1", email="x@example.com"),
                          a_row("A-1", email="y@example.com"),
                          a_row("2", email="X@EXAMPLE.COM"),
                          a_row("3", email="n@example.com"),
                          a_row("N@example.com")))
    assert [place for place, _words in found] == [
        "row 3, column personnel_no", "row 4, column email", "row 6, column personnel_no"]


def test_an_address_of_somebody_outside_the_file_is_taken(app):
    a_user(name="Eve", number="77", email="eve@example.com")
    assert faults(one(email="EVE@example.com")) == [
        ("row 2, column email", "This belongs to Eve (77).")]
    assert faults(a_file(a_row("eve@example.com"))) == [
        ("row 2, column personnel_no", "This belongs to Eve (77).")]


def test_managers_who_go_round_in_a_circle_are_named(app):
    applied(a_file(a_row("1"), a_row("9", manager="1")))
    found = faults(a_file(a_row("1", manager="9"), a_row("2", manager="1")))
    assert found == [("row 2, column manager", "The managers go round in a circle.")]


def test_a_manager_who_leaves_is_no_manager(app):
    applied(a_file(a_row("1"), a_row("2", manager="1")))
    found = faults(a_file(a_row("1", left_on="2026-03-01"), a_row("2", manager="1")))
    assert [place for place, _words in found] == ["row 3, column manager"]
    assert len(faults(a_file(a_row("2", manager="1")), complete=True)) == 1


def test_units_under_themselves_or_under_two_are_named(app):
    found = faults(a_file(a_row("1", unit="A", unit_parent="B"),
                          a_row("2", unit="B", unit_parent="A"),
                          a_row("3", unit="C", unit_parent="A"),
                          a_row("4", unit="c", unit_parent="B")))
    assert [place for place, _words in found] == [
        "row 2, column unit_parent", "row 3, column unit_parent", "row 5, column unit_parent"]


def test_a_file_for_an_earlier_day_than_the_present_placement_is_refused(app):
    applied(one(unit="Paint"))
    found = faults(one(unit="Press"), on=date(2026, 3, 1))
    assert found[0][0] == "row 2" and "after 2026-03-01" in found[0][1]


def test_a_day_ahead_is_refused(app):
    with pytest.raises(Refusal, match="lie ahead"):
        planned(one(), on=date(2026, 3, 3))


def test_the_last_administrator_and_oneself_cannot_leave_by_a_file(app):
    applied(a_file(*many(2)))
    boss = person("P0001").id
    with committed():
        registering.set_roles(boss, frozenset({Role.ADMIN}), by=BY, second=None)
    found = faults(a_file(*many(1)), complete=True)
    assert found == [("file", "Make somebody else an administrator first.")]
    a_user("admin")
    assert faults(a_file(*many(1)), complete=True) == []
    with pytest.raises(Refusal):
        applied(a_file(*many(1)), complete=True, by=Actor("user", boss))


def test_unused_columns_and_roles_are_told_and_not_taken(app):
    plan = planned(b"personnel_no,name,roles,phone\n1,Ada,admin,123\n")
    assert not plan.faults and len(plan.new) == 1
    assert [problem.place for problem in plan.notices] == [
        "row 1, column roles", "row 1, column phone"]
    assert "administrator gives roles" in plan.notices[0].hint


def test_six_hundred_rows_with_three_faults_report_exactly_these_and_write_nothing(each_app):
    rows = many(600)
    rows[41]["email"] = "p7@example.com"
    rows[300]["manager"] = "P9999"
    rows[599]["hired_on"] = "31.02.2024"
    before = state()
    assert [place for place, _words in faults(a_file(*rows))] == [
        "row 43, column email", "row 302, column manager", "row 601, column hired_on"]
    with pytest.raises(Refusal):
        applied(a_file(*rows))
    assert state() == before


def test_six_hundred_people_take_as_many_queries_as_sixty(each_app, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 600)
    with counted() as sixty:
        applied(a_file(*many(60)))
    rows = many(600)
    with counted() as six_hundred:
        applied(a_file(*rows))
    few, more = (sum(not statement.startswith("INSERT INTO event") for statement in statements)
                 for statements in (sixty, six_hundred))
    assert more <= few + 20 and few < 60


# -- all or nothing

def test_an_import_that_breaks_half_way_leaves_nothing(each_app, monkeypatch):
    applied(a_file(*many(3)))
    before = state()
    for broken in ("leave", "set_hired"):
        with monkeypatch.context() as patch:
            patch.setattr(employing, broken, lambda *_a, **_k: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                applied(a_file(*many(2), a_row("new")), complete=True)
        assert state() == before
    assert db.session.scalar(sa.select(sa.func.count(PeopleImport.id))) == 1


def test_the_same_file_in_parallel_adds_everybody_once(each_app):
    data = a_file(*many(20))
    outcomes = []
    together = threading.Barrier(4)

    def run():
        with each_app.app_context():
            together.wait()
            try:
                outcomes.append(applied(data))
            except Conflict:
                db.session.rollback()
                outcomes.append(None)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4 and sum(done is not None for done in outcomes) == 1
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 20


def test_an_import_is_on_record_with_its_effect(app):
    applied(a_file(*many(3)))
    event = db.session.scalars(sa.select(Event).where(Event.action == "people.imported")).one()
    assert event.scope == "people" and event.details["new"] == 3
    assert "Person" not in str(event.details)


def test_an_import_counts_who_is_new_changed_back_and_gone(app):
    applied(a_file(*(a_row(number) for number in "1234")), on=date(2026, 1, 5))
    applied(a_file(a_row("1"), a_row("2"), a_row("3")), on=date(2026, 2, 2), complete=True)
    file = a_file(a_row("1"), a_row("2", "Bo"), a_row("4"), a_row("5"))
    done = applied(file, complete=True)
    assert (done.created, done.changed, done.deactivated) == (1, 2, 1)


# -- laws

numbers = st.integers(1, 8).map(lambda n: f"N{n}")
words = st.sampled_from(["", "Paint", "paint", "Press", "Großwerk", "Ąžuolas"])


def lines(names, kinds, days, emails):
    return st.lists(st.fixed_dictionaries({
        "personnel_no": numbers, "name": names, "email": emails, "unit": words,
        "unit_parent": st.sampled_from(["", "", "Works"]), "site": words, "job_role": words,
        "manager": st.one_of(st.just(""), st.just(""), numbers), "employment_type": kinds,
        "hired_on": days, "left_on": st.sampled_from(["", "", "", "2026-01-15"]),
    }), min_size=1, max_size=6, unique_by=lambda row: row["personnel_no"])


good_lines = lines(st.sampled_from(["Ada", "Bob", "'=Eve", "李"]),
                   st.sampled_from(["", "employee", "Contractor"]),
                   st.sampled_from(["", "2020-02-02", "2.2.2020", "2026-02-20"]), st.just(""))
any_lines = lines(st.text(st.characters(codec="utf-8"), max_size=12),
                  st.text(max_size=4), st.text(max_size=8),
                  st.sampled_from(["", "a@example.com", "b@example.com", "nonsense"]))
lenient = settings(max_examples=40, deadline=None, suppress_health_check=[
    HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@given(files=st.lists(st.tuples(st.one_of(good_lines, good_lines, any_lines), st.booleans()),
                      min_size=1, max_size=4))
@lenient
def test_after_any_file_the_same_file_has_nothing_left_to_do(app, files):
    for rows, complete in files:
        data = a_file(*rows, columns=COLUMNS)
        before, plan = state(), planned(data, complete=complete)
        if plan.faults or plan.questions:  # whether so many leave is asked
            with pytest.raises(Refusal):
                applied(data, complete=complete)
            assert state() == before
        else:
            applied(data, complete=complete)
            event("applied")
            assert planned(data, complete=complete).empty
            assert applied(data, complete=complete) is None


@given(junk=st.binary(max_size=300))
@lenient
def test_any_bytes_are_answered_in_words(app, junk):
    plan = planned(junk)
    assert plan.faults and all(problem.message for problem in plan.faults)


def zones_of_sites():
    return dict(map(tuple, db.session.execute(sa.select(Site.name, Site.time_zone))))


def test_a_file_says_in_which_time_zones_sites_lie(each_app):
    rows = (a_row("1", site="North", site_time_zone="europe/berlin"), a_row("2", site="North"),
            a_row("3", site="South", site_time_zone="Asia/Kolkata"))
    assert planned(a_file(*rows)).zones == {"North": "Europe/Berlin", "South": "Asia/Kolkata"}
    applied(a_file(*rows))
    assert zones_of_sites() == {"North": "Europe/Berlin", "South": "Asia/Kolkata"}
    assert planned(a_file(*rows)).empty
    without = [column for column in COLUMNS if column != "site_time_zone"]
    names = [{name: cell for name, cell in row.items() if name in without} for row in rows]
    assert planned(a_file(*names, columns=without)).empty, "a file without the column says nothing"
    applied(a_file(a_row("1", site="North"), a_row("3", site="South",
                                                   site_time_zone="Asia/Kolkata")))
    assert zones_of_sites() == {"North": None, "South": "Asia/Kolkata"}


def test_a_time_zone_that_is_none_or_two_for_one_site_are_told_with_row_and_column(app):
    assert faults(a_file(a_row("1", site="North", site_time_zone="Berlin"))) == [
        ("row 2, column site_time_zone", "“Berlin” is no time zone.")]
    assert faults(a_file(a_row("1", site="North", site_time_zone="Europe/Berlin"),
                         a_row("2", site="North"),
                         a_row("3", site="NORTH", site_time_zone="Asia/Kolkata"),
                         a_row("4", site="South", site_time_zone="Asia/Kolkata"))) == [
        ("row 4, column site_time_zone", "Row 2 puts North into another time zone.")]
    assert faults(a_file(a_row("1", site_time_zone="Europe/Berlin"))) == [
        ("row 2, column site_time_zone", "The row names a time zone and no site.")]


@pytest.mark.parametrize(("data", "name", "said"), [
    (b"personnel_no,name\n1,Ada\n", "people.xlsx", "holds something else"),
    (b"PK\x03\x04", "people.csv", "holds something else"),
    (b"personnel_no,name\n1,Ada\n", "people.html", "not read here"),
    (b"personnel_no,name\n1,Ada\n", "people", "not read here"),
])
def test_a_file_that_is_called_what_it_is_not_is_refused_by_page_and_command(
    app, tmp_path, data, name, said
):
    hr = client_of(app, a_user("hr"))
    page = post(hr, "/people/import", {"file": (io.BytesIO(data), name)})
    assert page.status_code == 422 and said in page.text
    file = tmp_path / name
    file.write_bytes(data)
    done = app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert done.exit_code == 1 and said in done.output
