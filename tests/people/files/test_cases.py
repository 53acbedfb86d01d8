"""Files as HR systems give them out: German, numbers for days, paths, names for managers; and what
is asked before a file that can be meant in two ways does anything."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import xlsxwriter

from isotrain import clock
from isotrain.accounts import directory, registering
from isotrain.accounts.registering import Person
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.formats import child
from isotrain.formats.sheets.table import read_table
from isotrain.people import placements
from isotrain.people.files import applying, importing, planning
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Options
from isotrain.people.models import PeopleUpload, Unit
from isotrain.web.transaction import transaction
from tests.factories import BY, a_user, client_of, committed, post
from tests.people.files.making import DAY, a_file, a_row, applied, planned
from tests.people.hearing import heard

GERMAN = ("Personalnummer", "Nachname", "Vorname", "E-Mail", "Abteilung", "Standort",
          "Stellenbezeichnung", "Vorgesetzter", "Beschäftigungsart", "Eintrittsdatum",
          "Austrittsdatum")
STAFF = (
    (501, "Öz ", "Ada", "", "Werk Nord / Produktion", "Nord", "Leiterin", "", "Angestellte",
     "2006-01-31", ""),
    (502, "Groß ", "Uwe", "uwe@example.com", "Werk Nord / Produktion / Lack", "Nord", "Lackierer",
     "Öz, Ada", "Leiharbeiter", "2013-03-15", ""),
    (503, "Groß ", "Uwe", "", "Zentrale", "Süd", "Einkäufer", "ada öz", "Auszubildender",
     "2009-10-25", ""),
)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(child, "table", read_table)
    with clock.frozen_at(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        yield


def a_workbook(*rows):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def plan_of(data, *, complete=False, **answers):
    options = Options(complete=complete, effective_on=DAY, answers=answers)
    return planning.plan(importing.read(data, reader=None), options, by=BY)


def apply(data, *, complete=False, **answers):
    options = Options(complete=complete, effective_on=DAY, answers=answers)
    file = importing.read(data, reader=None)
    return applying.apply(file, options, Upload("f", data), by=BY, transaction=transaction)


def person(number):
    db.session.rollback()
    return directory.find_by_name(number)


def parents():
    db.session.rollback()
    names = dict(db.session.execute(sa.select(Unit.id, Unit.name)).all())
    return {unit.name: names.get(unit.parent_id) for unit in db.session.scalars(sa.select(Unit))}


# -- read as it is written

def test_a_german_file_is_read_with_paths_names_and_its_own_words(each_app):
    assert apply(a_workbook(GERMAN, *STAFF)).created == 3
    assert parents() == {"Produktion": "Werk Nord", "Werk Nord": None, "Lack": "Produktion",
                         "Zentrale": None}
    ada, uwe, other = (placements.find(person(n).id, DAY) for n in ("501", "502", "503"))
    assert (uwe.unit, uwe.site, uwe.job_role, uwe.manager_no, uwe.employment_type) == (
        "Lack", "Nord", "Lackierer", "501", "temporary")
    assert (other.unit, other.manager_no, other.employment_type) == (
        "Zentrale", "501", "apprentice")
    assert (ada.hired_on, ada.employment_type) == (date(2006, 1, 31), "employee")
    assert directory.get_identity(person("502").id).name == "Uwe Groß"
    assert apply(a_workbook(GERMAN, *STAFF)) is None, "again it changes nothing"


def test_the_same_people_in_english_with_numbers_for_days_change_nothing(app):
    apply(a_workbook(GERMAN, *STAFF))
    plan = plan_of(a_workbook(
        ("Employee number", "Last name", "First name", "Department", "Division", "Reports to",
         "Employment type", "Hire date"),
        (501, "Öz", "Ada", "Produktion", "Werk Nord", "", "employee", 38748),
        (502, "Groß", "Uwe", "Lack", "Werk Nord / Produktion", 501, "temporary", 41348)))
    assert plan.empty and plan.unchanged == 2 and not plan.faults
    assert [notice.place for notice in plan.notices] == ["row 2, column Hire date"]
    assert "38748 is 2006-01-31" in plan.notices[0].message


@pytest.mark.parametrize("text", [
    "Personalnummer;Nachname;Vorname;Abteilung;Eintrittsdatum\n7;Müller;Jürgen;Lack;01.12.2025\n",
    "Personalstamm, Export, 23.11.2025\n\npersonnel_no;name;unit\n7;Jürgen Müller;Lack\n",
    "Staff list\npersonnel_no\tname\tunit\n7\tJürgen Müller\tLack\n8\tGroß, Uwe\tLack\n",
    "personnel_no;name;unit\n7;Jürgen Müller;Lack\n8;Groß, Uwe, Dr.;Lack, A, B, C\n",
])
def test_separator_language_and_a_title_above_are_found_out(app, text):
    plan = planned(text.encode())
    assert not plan.faults and plan.new[0].person == Person("7", "Jürgen Müller")
    assert plan.new[0].words.unit == "Lack"


def test_a_unit_whose_name_holds_a_stroke_is_no_path(app):
    with committed():
        db.session.add(Unit(code="RD", name="Research / Design"))
    plan = plan_of(a_file(a_row("1", unit="research / design"), a_row("2", unit="New / Place")))
    assert [entry.words.unit for entry in plan.new] == ["RD", "Place"]
    assert plan.parents == {"Place": "New"} and not plan.questions


# -- asked first

def test_a_unit_that_looks_misspelt_is_asked_about_before_it_is_made(app):
    apply(a_file(a_row("1", unit="Produktion"), a_row("2", unit="Halle 1", site="Nord")))
    wrong = a_file(a_row("1", unit="Prodution", site="Nordd"), a_row("3", unit="Halle 2"))
    plan = plan_of(wrong)
    assert [(q.key, [value for value, _label in q.choices]) for q in plan.questions] == [
        ("unit:prodution", ["Produktion", ""]), ("site:nordd", ["Nord", ""])]
    with pytest.raises(Refusal, match="Answer the questions"):
        apply(wrong)
    assert set(parents()) == {"Produktion", "Halle 1"}
    meant = {"unit:prodution": "Produktion", "site:nordd": ""}
    assert plan_of(wrong, **meant).changed[0].changes == (("site", "", "Nordd"),)
    assert len(plan_of(wrong, **{**meant, "unit:prodution": "Lack"}).questions) == 1
    apply(wrong, **meant)
    assert set(parents()) == {"Produktion", "Halle 1", "Halle 2"}
    assert apply(wrong, **{"unit:prodution": "", "site:nordd": ""}).changed == 1
    assert "Prodution" in parents()


def test_a_file_of_many_new_words_brings_a_structure_and_asks_nothing_more(app):
    apply(a_file(a_row("1", unit="Produktion")))
    rows = [a_row(f"n{n}", unit=f"{chr(97 + n)}{n}" * 3) for n in range(20)]
    assert plan_of(a_file(*rows[:19], a_row("x", unit="Prodution"))).questions
    assert not plan_of(a_file(*rows, a_row("x", unit="Prodution"))).questions


def test_of_managers_with_one_name_the_right_one_is_asked_for(app):
    data = a_file(a_row("1", "Uwe Groß"), a_row("2", "Uwe Groß"), a_row("3", manager="Groß, Uwe"),
                  a_row("4", manager="uwe groß"), a_row("5", manager="groß, uwe"))
    plan = plan_of(data)
    assert [q.key for q in plan.questions] == ["manager:groß, uwe".replace("ß", "ss"),
                                               "manager:uwe gross"]
    assert plan.questions[0].choices == (("1", "Uwe Groß (1)"), ("2", "Uwe Groß (2)"))
    apply(data, **{plan.questions[0].key: "2", plan.questions[1].key: "1"})
    assert [placements.find(person(n).id, DAY).manager_no for n in "345"] == ["2", "1", "2"]


def test_a_number_or_address_is_a_manager_before_a_name_is(app):
    data = a_file(a_row("1", "2"), a_row("2", "Bob"), a_row("3", manager="2"),
                  a_row("4", manager="Nobody, At all"))
    plan = plan_of(data)
    assert not plan.questions and plan.new[2].words.manager_id == plan.staying["2"].id
    assert [fault.place for fault in plan.faults] == ["row 5, column manager"]


def test_numbers_that_got_zeros_are_asked_about_and_may_be_the_same_people(each_app):
    apply(a_file(a_row("10", "Ada"), a_row("11", "Bob", manager="10"), a_row("12", "Cem")))
    with committed():
        registering.change({person("12").id: Person("12", "Cem Öz")}, by=BY)
    ids = {number: person(number).id for number in ("10", "11")}
    data = a_file(a_row("0010", "Ada"), a_row("0011", "Bob"), a_row("0012", "Cem"),
                  columns=("personnel_no", "name"))
    plan = plan_of(data, complete=True)
    assert [q.key for q in plan.questions] == ["renumbered"]
    assert plan.questions[0].params["count"] == 2, "another name is another person"
    assert len(plan.changed) == 2 and len(plan.new) == len(plan.left) == 1
    apart = plan_of(data, complete=True, renumbered="no")
    assert len(apart.new) == len(apart.left) == 3 and not apart.questions
    assert apply(data, complete=True, renumbered="yes").changed == 2
    assert {n: person(f"00{n}").id for n in ids} == ids and not person("12").active
    assert placements.find(ids["11"], DAY).manager_no == "0010"


def test_of_two_numbers_with_zeros_one_alone_can_be_the_person_who_is_here(app):
    apply(a_file(a_row("7", "Ada")))
    plan = plan_of(a_file(a_row("007", "Ada"), a_row("07", "Ada")))
    assert plan.questions[0].params["count"] == 1
    assert [entry.person.personnel_no for entry in plan.changed] == ["007"]
    assert [entry.person.personnel_no for entry in plan.new] == ["07"]


@pytest.mark.parametrize(("here", "gone", "asked"), [
    (50, 5, False), (59, 6, True), (60, 6, False), (12, 6, True), (6, 5, False)])
def test_many_leavers_need_their_number_typed(app, here, gone, asked):
    rows = [a_row(f"n{n}") for n in range(here)]
    apply(a_file(*rows))
    short = a_file(*rows[gone:])
    plan = plan_of(short, complete=True)
    assert len(plan.left) == gone and bool(plan.questions) == asked
    if asked:
        assert plan.questions[0].params == {"count": gone, "all": here}
        assert plan_of(short, complete=True, left=str(here)).questions
        with pytest.raises(Refusal, match="Answer the questions"):
            apply(short, complete=True)
    assert apply(short, complete=True, left=str(gone)).deactivated == gone


def test_a_file_cut_short_is_taken_back_by_the_one_before_it(each_app):
    rows = [a_row(f"n{n}", unit="Lack", hired_on="2020-01-01") for n in range(8)]
    applied(a_file(*rows), on=date(2026, 1, 1))
    before = [placements.history(person(f"n{n}").id) for n in range(8)]
    apply(a_file(rows[0]), complete=True, left="7")
    with clock.frozen_at(datetime(2026, 3, 9, 12, tzinfo=UTC)):
        assert applied(a_file(*rows), on=DAY).changed == 7
    assert [placements.history(person(f"n{n}").id) for n in range(8)] == before


# -- units that move

def test_a_unit_that_moves_is_shown_with_its_people_and_they_are_told_of(each_app):
    applied(a_file(
        a_row("1", unit="Nord"), a_row("2", unit="Süd"),
        *(a_row(number, unit="Lack", unit_parent="Nord") for number in "346"),
        a_row("5", unit="Kabine", unit_parent="Lack")), on=date(2026, 1, 1))
    applied(a_file(a_row("6", left_on="2026-02-01")))
    data = a_file(a_row("3", "Person 3", unit="Lack", unit_parent="Süd"),
                  columns=("personnel_no", "name", "unit", "unit_parent"))
    [move] = plan_of(data).moves
    assert (move.name, move.before, move.after, move.people) == ("Lack", "Nord", "Süd", 3)
    with heard() as news:
        done = apply(data)
    assert (done.created, done.changed, done.deactivated) == (0, 0, 0)
    assert news == [sorted(person(n).id for n in "345")]
    assert parents()["Lack"] == "Süd" and parents()["Kabine"] == "Lack"


# -- the pages and the command

def upload(client, data, **options):
    return post(client, "/people/import", {"file": (io.BytesIO(data), "f.csv"), **options},
                content_type="multipart/form-data")


def test_the_preview_asks_and_applies_what_was_answered(app):
    apply(a_file(a_row("1", unit="Produktion")))
    hr = client_of(app, a_user("hr"))
    location = upload(hr, a_file(a_row("1", unit="Prodution"))).location
    page = hr.get(location).text
    assert 'name="answer:unit:prodution" value="Produktion"' in page and "New: Prodution" in page
    assert "Apply all of it" not in page
    token = location.split("/")[3].partition("?")[0]
    unanswered = post(hr, "/people/import", {"effective_on": "2026-03-02"},
                      to=f"/people/import/{token}")
    assert unanswered.location.startswith(f"/people/import/{token}") and not person("2")
    answered = hr.get(f"{location}&answer:unit:prodution=").text
    assert '<input type="hidden" name="answer:unit:prodution" value="">' in answered
    done = post(hr, "/people/import", {"effective_on": "2026-03-02", "answer:unit:prodution": ""},
                to=f"/people/import/{token}")
    assert done.location == "/people" and "Prodution" in parents()
    assert db.session.scalar(sa.select(sa.func.count(PeopleUpload.id))) == 0


def test_a_wrong_answer_is_asked_again_and_does_not_stick(app):
    rows = [a_row(f"n{n}") for n in range(8)]
    apply(a_file(*rows))
    hr = client_of(app, a_user("hr"))
    location = upload(hr, a_file(rows[0]), complete="y").location
    page = hr.get(f"{location}&answer:left=5").text
    assert 'type="text" id="answer:left"' in page and 'type="hidden" name="answer:left"' not in page
    assert "Apply all of it" in hr.get(f"{location}&answer:left=7").text


def test_the_command_asks_and_takes_answers(app, tmp_path):
    run, file = app.test_cli_runner().invoke, tmp_path / "f.csv"
    apply(a_file(a_row("1", unit="Produktion")))
    file.write_bytes(a_file(a_row("1", unit="Prodution")))
    asked = run(args=["people", "import", str(file)])
    assert asked.exit_code == 1 and "question unit:prodution" in asked.output
    done = run(args=["people", "import", str(file), "--answer", "unit:prodution="])
    assert done.exit_code == 0 and "Prodution" in parents()
