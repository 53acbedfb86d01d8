"""The pages and commands of people, as HR, administrators and everybody else meet them."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import directory, linking, registering
from isotrain.accounts.models import OneTimeLink
from isotrain.accounts.permissions import Role
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.people import placements
from isotrain.people.models import PeopleImport, PeopleUpload, Unit
from tests.counting import counted
from tests.factories import BY, a_user, client_of, committed, post
from tests.people.files.making import a_file, a_row, applied

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen_at(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def hr(app):
    return client_of(app, a_user("hr", name="Hanna"))


def person(number):
    db.session.rollback()
    return directory.find_by_name(number)


def a_company():
    applied(a_file(
        a_row("1", "Ada Byron", email="ada@example.com", unit="Works", site="North",
              job_role="Director", hired_on="2019-04-01"),
        a_row("2", "Bob Moss", unit="Paint", unit_parent="Works", site="South", manager="1",
              job_role="Operator", employment_type="temporary"),
        a_row("3", "Cem Öz", unit="Press", unit_parent="Works", site="South", manager="1"),
    ))


def upload(client, data, name="people.csv", **options):
    return post(client, "/people/import",
                {"file": (io.BytesIO(data), name), **options},
                content_type="multipart/form-data")


# -- who may

PAGES = ("/people", "/people/units", "/people/sites", "/people/export.csv", "/people/new",
         "/people/import", "/people/import/sample.csv", "/people/access-sheets")


@pytest.mark.parametrize("role", ["employee", "trainer", "manager", "auditor"])
def test_people_are_for_hr_and_administrators_only(app, role):
    user = a_user()
    client = client_of(app, a_user(role))
    for page in (*PAGES, f"/people/{user}", f"/people/{user}/edit", f"/people/{user}/roles",
                 f"/people/{user}/placement", f"/people/{user}/deactivate"):
        assert client.get(page).status_code == 403, page


def test_hr_gives_no_roles(app, hr):
    user = a_user()
    assert hr.get(f"/people/{user}/roles").status_code == 403
    assert "Change roles" not in hr.get(f"/people/{user}").text


def test_a_person_who_does_not_exist_is_not_found(hr):
    for number in (999_999, 2**70):
        for page in ("", "/edit", "/placement", "/deactivate"):
            assert hr.get(f"/people/{number}{page}").status_code == 404
        for act in ("reactivate", "access-link", "access-mail"):
            assert post(hr, "/people/new", to=f"/people/{number}/{act}").status_code == 404


# -- the list

def names_on(page):
    return re.findall(r'<a href="/people/\d+">([^<]+)</a>', page.text)


@pytest.mark.parametrize(("query", "names"), [
    ("", ["Ada Byron", "Bob Moss", "Cem Öz", "Hanna"]),
    ("q=BYRON", ["Ada Byron"]), ("q=öz", ["Cem Öz"]), ("q=ada@ex", ["Ada Byron"]),
    ("q=%25", []), ("unit=1", ["Ada Byron", "Bob Moss", "Cem Öz"]), ("unit=2", ["Bob Moss"]),
    ("site=2", ["Bob Moss", "Cem Öz"]), ("role=2", ["Bob Moss"]), ("unit=99", []),
    ("sort=-name", ["Hanna", "Cem Öz", "Bob Moss", "Ada Byron"]),
    ("sort=-unit&q=b", ["Ada Byron", "Bob Moss"]),
    ("after=x", ["Ada Byron", "Bob Moss", "Cem Öz", "Hanna"]),
    ("state=inactive", []), ("state=all&q=moss", ["Bob Moss"]),
])
def test_the_list_is_searched_filtered_and_sorted_by_its_address(app, hr, query, names):
    a_company()
    ids = {unit.name: unit.id for unit in db.session.scalars(sa.select(Unit))}
    assert ids == {"Works": 1, "Paint": 2, "Press": 3}
    page = hr.get(f"/people?{query}")
    assert page.status_code == 200
    found = names_on(page)
    assert found == names if "sort=-unit" not in query else sorted(found) == sorted(names)


def test_a_list_that_shows_nobody_says_what_to_do(hr):
    assert "Nobody matches" in hr.get("/people?q=zzz").text
    assert "They come with the people" in hr.get("/people/units").text


def test_the_list_takes_as_many_queries_for_200_people_as_for_10(app, hr):
    def queries(page):
        with counted() as statements:
            assert hr.get(page).status_code == 200
        return len(statements)

    pages = ("/people", "/people?state=all&sort=unit", "/people/units", "/people/sites",
             "/people/access-sheets", "/people/export.csv")
    applied(a_file(*(a_row(f"A{i}", unit=f"U{i % 5}", manager="A0" if i else "")
                     for i in range(10))))
    few = [queries(page) for page in pages]
    applied(a_file(*(a_row(f"A{i}", unit=f"U{i % 30}", manager="A0" if i else "")
                     for i in range(200))))
    many = [queries(page) for page in pages]
    # One more counts the rows once they fill more than a page.
    assert all(more - less <= 1 for less, more in zip(few, many, strict=True)) and max(many) <= 12


def test_units_and_sites_count_people_also_in_the_units_below(app, hr):
    a_company()
    rows = re.findall(r"<tr>.*?</tr>", hr.get("/people/units").text, re.DOTALL)
    works = next(row for row in rows if ">Works</a>" in row)
    assert re.findall(r'class="num"[^>]*>(\d+)<', works) == ["1", "3"]
    south = next(row for row in re.findall(r"<tr>.*?</tr>", hr.get("/people/sites").text,
                                           re.DOTALL) if ">South</a>" in row)
    assert re.findall(r'class="num"[^>]*>(\d+)<', south) == ["2"]


def test_what_is_exported_is_what_is_listed_and_changes_nothing_when_imported(app, hr):
    a_company()
    applied(a_file(a_row("4", "Smith;=2+5", unit="''@x"), a_row("5", "''+1")))
    applied(a_file(a_row("5", "''+1", left_on="2026-03-01")))
    assert directory.get_identity(person("4").id).name == "Smith;=2+5"
    data = hr.get("/people/export.csv?unit=1").data
    assert data.decode("utf-8-sig").count("\r\n") == 4
    whole = b"".join(line for line in hr.get("/people/export.csv?state=all").data
                     .splitlines(keepends=True) if b"Hanna" not in line)
    assert b"Smith;'=2+5" in whole and b"''@x" in whole
    assert applied(whole, complete=True) is None


# -- one person

def test_a_person_is_added_with_a_first_placement(app, hr):
    answer = post(hr, "/people/new", {
        "personnel_no": "77", "name": "Grace Hopper", "email": "grace@example.com",
        "unit": "Navy", "site": "Arlington", "job_role": "Admiral", "manager": "",
        "employment_type": "employee", "from_on": "2026-01-05"})
    user = person("77")
    assert answer.status_code == 303 and answer.location == f"/people/{user.id}"
    place = placements.find(user.id, DAY)
    assert (place.unit, place.site, place.job_role) == ("Navy", "Arlington", "Admiral")
    assert place.hired_on == date(2026, 1, 5)
    page = hr.get(f"/people/{user.id}").text
    assert "Grace Hopper" in page and "No password yet" in page and "Navy" in page


@pytest.mark.parametrize(("change", "words"), [
    ({"personnel_no": ""}, "Enter the personnel number"),
    ({"personnel_no": "\u200b"}, "Enter the personnel number"),
    ({"personnel_no": "1"}, "already signs in"),
    ({"name": "  "}, "Enter the name"), ({"name": "x" * 201}, "at most 200"),
    ({"email": "nonsense"}, "like name@example.com"), ({"email": "ADA@example.com"}, "already"),
    ({"manager": "99"}, "Nobody here"), ({"employment_type": "boss"}, "Not a valid choice"),
    ({"from_on": ""}, "Enter the day"), ({"from_on": "31.12.2026"}, "Not a valid date"),
])
def test_adding_somebody_who_will_not_do_says_why(app, hr, change, words):
    a_company()
    answer = post(hr, "/people/new", {
        "personnel_no": "77", "name": "Grace", "email": "", "employment_type": "employee",
        "from_on": "2026-01-05", **change})
    assert answer.status_code == 422 and words in answer.text
    assert person("77") is None


def test_name_number_and_address_are_changed_and_open_links_end(app, hr):
    a_company()
    ada = person("1").id
    with committed():
        link = linking.make([ada], by=BY)[ada]
    answer = post(hr, f"/people/{ada}/edit",
                  {"personnel_no": "1b", "name": "Ada King", "email": "king@example.com"})
    assert answer.status_code == 303
    assert person("king@example.com").id == ada and person("ada@example.com") is None
    assert linking.find(link.token) is None
    taken = post(hr, f"/people/{ada}/edit", {"personnel_no": "2", "name": "Ada", "email": ""})
    assert taken.status_code == 422 and "already signs in" in taken.text


def test_a_placement_changes_from_a_day_on(app, hr):
    a_company()
    bob = person("2").id
    how = {"unit": "press", "site": "South", "job_role": "Operator", "manager": "ada@example.com",
           "employment_type": "employee", "from_on": "2026-03-10"}
    assert post(hr, f"/people/{bob}/placement", how).status_code == 303
    assert placements.find(bob, date(2026, 3, 9)).unit == "Paint"
    assert placements.find(bob, date(2026, 3, 10)).unit == "Press"
    early = post(hr, f"/people/{bob}/placement", {**how, "unit": "X", "from_on": "2026-03-09"})
    assert early.status_code == 422 and "Choose a later day" in early.text


def test_nobody_is_placed_under_somebody_who_works_for_them(app, hr):
    a_company()
    for manager in ("2", "1"):
        answer = post(hr, f"/people/{person('1').id}/placement", {
            "manager": manager, "employment_type": "employee", "from_on": "2026-03-02"})
        assert answer.status_code == 422 and "choose another" in answer.text


def test_deactivating_asks_why_and_ends_everything(app, hr):
    a_company()
    bob = person("2").id
    client = client_of(app, bob)
    page = f"/people/{bob}/deactivate"
    assert "Enter the reason" in post(hr, page, {"left_on": "2026-03-02", "reason": ""}).text
    late = post(hr, page, {"left_on": "2026-03-03", "reason": "moved"})
    assert late.status_code == 422 and "lie ahead" in late.text
    assert client.get("/account").status_code == 200
    assert post(hr, page, {"left_on": "2026-03-01", "reason": "moved"}).status_code == 303
    assert client.get("/account").status_code == 303
    shown = hr.get(f"/people/{bob}").text
    assert "Deactivated since" in shown and "Left" in shown
    event = db.session.scalars(sa.select(Event).where(Event.action == "user.deactivated")).one()
    assert event.reason == "moved"


def test_reactivating_brings_somebody_back_to_where_they_were(app, hr):
    a_company()
    bob = person("2").id
    post(hr, f"/people/{bob}/deactivate", {"left_on": "2026-03-02", "reason": "mistake"})
    assert placements.history(bob)[0].valid_to == date(2026, 3, 3)
    assert post(hr, f"/people/{bob}", to=f"/people/{bob}/reactivate").status_code == 303
    assert person("2").active and [(p.unit, p.valid_to)
                                       for p in placements.history(bob)] == [("Paint", None)]


def test_somebody_back_after_a_while_begins_anew_where_they_last_were(app, hr):
    a_company()
    bob = person("2").id
    post(hr, f"/people/{bob}/deactivate", {"left_on": "2026-03-02", "reason": "leave"})
    with clock.frozen_at(datetime(2026, 5, 4, 12, tzinfo=UTC)):
        again = client_of(app, a_user("hr"))
        post(again, f"/people/{bob}", to=f"/people/{bob}/reactivate")
        assert [(p.unit, p.valid_from, p.valid_to) for p in placements.history(bob)] == [
            ("Paint", date(2026, 5, 4), None), ("Paint", DAY, date(2026, 3, 3))]


def test_nobody_in_hr_deactivates_themself_or_an_administrator(app):
    admin = a_user("admin")
    hr_id = a_user("hr")
    how = {"left_on": "2026-03-02", "reason": "because"}
    client = client_of(app, hr_id)
    own = post(client, f"/people/{hr_id}/deactivate", how)
    assert own.status_code == 422 and "your own account" in own.text
    last = post(client, f"/people/{admin}/deactivate", how)
    assert last.status_code == 422 and "Only an administrator deactivates" in last.text


def test_an_administrator_gives_and_takes_roles_but_not_the_own_ones(app):
    admin = a_user("admin")
    client, user = client_of(app, admin), a_user()
    theirs = client_of(app, user)
    assert theirs.get("/people").status_code == 403
    answer = post(client, f"/people/{user}/roles", {"roles": ["hr", "trainer"]})
    assert answer.status_code == 303 and theirs.get("/people").status_code == 200
    assert directory.roles_of(user) == {Role.HR, Role.TRAINER}
    own = post(client, f"/people/{admin}/roles", {"roles": ["hr"]})
    assert own.status_code == 422 and "your own roles" in own.text
    unknown = post(client, f"/people/{user}/roles", {"roles": ["emperor"]})
    assert unknown.status_code == 422 and directory.roles_of(user) == {Role.HR, Role.TRAINER}


def test_fields_that_a_form_does_not_have_change_nothing(app, hr):
    user = a_user(number="5", name="Eve")
    post(hr, f"/people/{user}/edit", {
        "personnel_no": "5", "name": "Eve", "email": "", "roles": "admin", "role": "admin",
        "is_demo": "1", "user_id": "1", "deactivated_at": "2020-01-01", "password": "x" * 20})
    assert directory.roles_of(user) == {Role.EMPLOYEE} and person("5").active


# -- access

def test_an_access_link_is_shown_once_with_its_code(app, hr):
    user = a_user(name="Ada Byron", number="17")
    page = post(hr, f"/people/{user}", to=f"/people/{user}/access-link")
    token = re.search(r"http://localhost/access/([\w-]+)", page.text).group(1)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert 'class="qr"' in page.text and "style=" not in page.text
    assert app.test_client().get(f"/access/{token}").status_code == 200
    assert token not in hr.get(f"/people/{user}").text


@pytest.mark.parametrize("role", ["trainer", "admin", "auditor", "manager"])
def test_hr_opens_no_account_that_may_do_more_than_hr(app, hr, role):
    user = a_user(role, name="Tom", number="T1", email="tom@example.com")
    page = f"/people/{user}"
    assert "an administrator makes their links" in hr.get(page).text
    refused = post(hr, "/people/new", to=f"{page}/access-link")
    assert refused.status_code == 422 and "only an administrator" in refused.text
    for change in ({"email": "mine@example.com"}, {"personnel_no": "mine"}):
        how = {"personnel_no": "T1", "name": "Tom", "email": "tom@example.com", **change}
        assert "only an administrator" in post(hr, f"{page}/edit", how).text
    renamed = {"personnel_no": "T1", "name": "Thomas", "email": "tom@example.com"}
    assert post(hr, f"{page}/edit", renamed).status_code == 303
    stolen = upload(hr, a_file(a_row("T1", "Tom", email="mine@example.com")))
    assert stolen.status_code == 422 and "row 2, column email" in stolen.text
    sheets = post(hr, "/people/access-sheets", {"go": "print"}).text
    assert "Thomas" not in sheets
    assert "2 more hold a role beyond an employee" in hr.get("/people/access-sheets").text
    assert db.session.scalars(sa.select(OneTimeLink).where(OneTimeLink.user_id == user)
                              ).all() == []
    admin = client_of(app, a_user("admin"))
    assert 'class="qr"' in post(admin, "/people/new", to=f"{page}/access-link").text


def test_sheets_are_made_for_the_unit_that_was_sent_whatever_the_address_says(app, hr):
    a_company()
    admin = client_of(app, a_user("admin"))
    page = post(admin, "/people/access-sheets", {"unit": "1", "go": "print"},
                to="/people/access-sheets?unit=9999").text
    assert re.findall(r"<h2>([^<]+)</h2>\s*<p>Personnel", page)


def test_a_deactivated_person_gets_no_access_link(app, hr):
    user = a_user()
    with committed():
        registering.deactivate([user], by=BY)
    answer = post(hr, "/people/new", to=f"/people/{user}/access-link")
    assert answer.status_code == 422 and "Reactivate it first" in answer.text


def test_sheets_are_made_for_everybody_in_a_unit_who_has_no_password(app, hr):
    a_company()
    post(app.test_client(), f"/access/{_a_link('3')}", {"password": "correct horse battery"})
    admin = client_of(app, a_user("admin"))  # HR prints no link of who has an address
    assert "Ada" not in post(hr, "/people/access-sheets", {"unit": "1", "go": "print"}).text
    page = post(admin, "/people/access-sheets", {"unit": "1", "go": "print"})
    assert page.text.count('<section class="sheet">') == 2
    assert re.findall(r"<h2>([^<]+)</h2>\s*<p>Personnel", page.text) == ["Ada Byron", "Bob Moss"]
    tokens = set(re.findall(r"/access/([\w-]+)</code>", page.text))
    assert len(tokens) == 2
    for token in tokens:
        assert app.test_client().get(f"/access/{token}").status_code == 200


def _a_link(number):
    with committed():
        user = directory.find_by_name(number).id
        return linking.make([user], by=BY)[user].token


def test_sheets_for_many_people_take_few_queries(app, hr):
    applied(a_file(*(a_row(f"A{i}") for i in range(99))))
    with counted() as statements:
        page = post(hr, "/people/access-sheets", {"go": "print"})
    assert page.text.count('<section class="sheet">') == 99
    assert sum(not each.startswith("INSERT INTO event") for each in statements) < 99, (
        "a few for each step, not one for each person")


def test_the_sheets_page_says_when_nobody_needs_one(app):
    user = a_user("hr", password="correct horse battery staple")
    page = client_of(app, user).get("/people/access-sheets")
    assert "Everybody here has a password" in page.text


# -- importing

def test_a_file_goes_through_upload_preview_and_apply(app, hr):
    a_company()
    data = a_file(a_row("1", "Ada King", email="ada@example.com", unit="Works", site="North",
                        job_role="Director", hired_on="2019-04-01"),
                  a_row("9", "Nia New", unit="Works"))
    checked = upload(hr, data, complete="y")
    assert checked.status_code == 303 and "complete=y" in checked.location
    preview = hr.get(checked.location).text
    assert "<del>Ada Byron</del> <ins>Ada King</ins>" in preview and "Nia New" in preview
    assert "Bob Moss" in preview and "Cem" in preview and person("9") is None
    token = checked.location.split("/")[3].partition("?")[0]
    done = post(hr, checked.location, {"complete": "y", "effective_on": "2026-03-02"},
                to=f"/people/import/{token}")
    assert done.status_code == 303 and done.location == "/people/access-sheets"
    assert person("9").active and not person("2").active
    again = post(hr, "/people/import", {"effective_on": "2026-03-02"},
                 to=f"/people/import/{token}", follow_redirects=True)
    assert "was applied" in again.text
    assert db.session.scalar(sa.select(sa.func.count(PeopleImport.id))) == 2


def test_the_page_names_every_fault_and_keeps_nothing(app, hr):
    answer = upload(hr, a_file(a_row("1", "=x"), a_row("2", hired_on="31/3/2020")))
    assert answer.status_code == 422
    for words in ("2 faults", "row 2, column name", "row 3, column hired_on", "not a date"):
        assert words in answer.text
    assert db.session.scalar(sa.select(sa.func.count(PeopleUpload.id))) == 0


@pytest.mark.parametrize(("data", "name", "words"), [
    (b"", "f.csv", "empty"), (b"PK\x03\x04broken", "f.xlsx", "damaged"),
    (b"name\nAda\n", "f.csv", "No header"), (b"\xff\xfe\x00", "f.csv", "not valid"),
])
def test_a_file_that_is_none_is_answered_in_words(hr, data, name, words):
    answer = upload(hr, data, name)
    assert answer.status_code == 422 and words in answer.text


def test_choosing_no_file_or_a_day_ahead_is_answered_in_words(hr):
    none = post(hr, "/people/import", {}, content_type="multipart/form-data")
    assert none.status_code == 422 and "Choose a file" in none.text
    ahead = upload(hr, a_file(a_row("1")), effective_on="2026-04-01")
    assert ahead.status_code == 422 and "lie ahead" in ahead.text
    wrong = upload(hr, a_file(a_row("1")), effective_on="nonsense")
    assert wrong.status_code == 422 and "Not a valid date" in wrong.text
    kept = upload(hr, a_file(a_row("1"))).location.partition("?")[0]
    for answer in (hr.get(f"{kept}?effective_on=nonsense"),
                   post(hr, "/people/import", {"effective_on": "nonsense"}, to=kept)):
        assert answer.status_code == 422 and "The day is not a date" in answer.text
    assert person("1") is None


def test_an_upload_is_for_its_uploader_and_for_a_day(app):
    mine, other = a_user("hr"), a_user("hr")
    location = upload(client_of(app, mine), a_file(a_row("1"))).location
    assert client_of(app, mine).get(location).status_code == 200
    assert client_of(app, other).get(location).location == "/people/import"
    with clock.frozen_at(datetime(2026, 3, 3, 12, 1, tzinfo=UTC)):
        assert client_of(app, mine).get(location).location == "/people/import"


def test_a_file_that_no_longer_fits_is_not_applied(app, hr):
    location = upload(hr, a_file(a_row("1", email="x@example.com"))).location
    a_user(email="x@example.com", name="Eve")
    token = location.split("/")[3].partition("?")[0]
    assert "no longer fits" in hr.get(location).text
    answer = post(hr, "/people/import", {"effective_on": "2026-03-02"},
                  to=f"/people/import/{token}")
    assert answer.location.startswith(f"/people/import/{token}") and person("1") is None


def test_the_sample_is_a_file_without_faults(app, hr):
    sample = hr.get("/people/import/sample.csv").data
    assert upload(hr, sample).status_code == 303


HOSTILE = ("<script>alert(1)</script>", "{{7*7}}", "';DROP TABLE user;--", "%s%(x)s", "<b>&amp;",
           "a" * 190, "Ünï©ødé 李 \U0001f600")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_literal_everywhere(app, hr, text):
    user = a_user(name=text, number="666")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = escaped.replace("'", "&#39;")
    for page in ("/people?state=all", f"/people/{user}", f"/people/{user}/edit",
                 f"/people/{user}/deactivate", "/events"):
        answer = hr.get(page)
        assert answer.status_code == 200 and "<script>alert" not in answer.text
        if page != "/events":
            assert escaped in answer.text, page


# -- commands

def test_the_command_checks_prints_faults_and_applies(app, tmp_path):
    run = app.test_cli_runner().invoke
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_bytes(a_file(a_row("1", hired_on="soon"), a_row("2", manager="9")))
    good.write_bytes(a_file(a_row("1", "Ada"), a_row("2", "Bob", manager="1")))
    result = run(args=["people", "import", str(bad)])
    assert result.exit_code == 1 and "row 2, column hired_on" in result.output
    assert "row 3, column manager" in result.output and "2 faults" in result.output
    result = run(args=["people", "import", str(good), "--check"])
    assert result.exit_code == 0 and "2 new" in result.output and person("1") is None
    result = run(args=["people", "import", str(good), "--effective-on", "2026-01-31"])
    assert result.exit_code == 0 and "Applied" in result.output
    assert placements.find(person("2").id).valid_from == date(2026, 1, 31)
    assert "Nothing to change" in run(args=["people", "import", str(good), "--complete"]).output
    ahead = run(args=["people", "import", str(good), "--effective-on", "2026-04-01"])
    assert ahead.exit_code == 1 and "lie ahead" in ahead.output


def test_the_command_writes_sheets_that_stand_alone(app, tmp_path):
    a_company()
    run, out = app.test_cli_runner().invoke, tmp_path / "sheets.html"
    result = run(args=["people", "access-sheets", "--unit", "paint", "--out", str(out)])
    assert result.exit_code == 0 and "1 sheet " in result.output
    text = out.read_text()
    assert "Bob Moss" in text and "Ada" not in text and "stylesheet" not in text
    assert "break-after: page" in text and out.stat().st_mode & 0o077 == 0
    token = re.search(r"/access/([\w-]+)</code>", text).group(1)
    assert app.test_client().get(f"/access/{token}").status_code == 200
    missing = run(args=["people", "access-sheets", "--unit", "nowhere", "--out", str(out)])
    assert missing.exit_code == 1 and "no unit" in missing.output


def test_user_commands_add_role_link_and_deactivate(app):
    run = app.test_cli_runner().invoke
    added = run(args=["user", "add", "7", "--name", "Ada", "--role", "hr"])
    token = re.search(r"/access/([\w-]+)", added.output).group(1)
    assert app.test_client().get(f"/access/{token}").status_code == 200
    assert "already signs in" in run(args=["user", "add", "7", "--name", "Eve"]).output
    assert "hr, trainer" in run(args=["user", "role", "7", "--give", "trainer"]).output
    link = run(args=["user", "access-link", "7"])
    assert "good until" in link.output and token not in link.output
    assert run(args=["user", "deactivate", "7", "--reason", "left"]).exit_code == 0
    assert not person("7").active
    refused = run(args=["user", "access-link", "7"])
    assert refused.exit_code == 1 and "not active" in refused.output
    assert "Nobody has" in run(args=["user", "role", "99"]).output
    assert db.session.scalar(sa.select(sa.func.count(OneTimeLink.id))) == 2


@pytest.mark.parametrize("by", ["hr", "admin"])
def test_somebody_else_is_signed_out_everywhere_told_and_it_is_noted(app, by):
    ann, other = a_user(name="Ann Lee", password="x"), a_user(name="Ann Lee", password="x")
    browsers = {user: [client_of(app, user) for _ in range(2)] for user in (ann, other)}
    actor = a_user(by, name="Hanna")
    page = client_of(app, actor)
    assert "on 2 devices" in page.get(f"/people/{ann}").text
    assert post(page, f"/people/{ann}", to=f"/people/{ann}/sign-out").status_code == 303
    assert "nowhere" in page.get(f"/people/{ann}").text
    assert [client.get("/account").status_code for client in browsers[ann]] == [303, 303]
    assert [client.get("/account").status_code for client in browsers[other]] == [200, 200]
    event = db.session.query(Event).filter_by(action="sessions.ended").one()
    assert (event.actor_id, event.object_id) == (actor, str(ann))
    assert "Hanna signed you out everywhere" in client_of(app, ann).get("/account").text


def test_hr_signs_out_nobody_with_a_role_beyond_an_employees(app, hr):
    admin = a_user("admin", password="x")
    browser = client_of(app, admin)
    assert "Sign out everywhere" not in hr.get(f"/people/{admin}").text
    post(hr, "/account", to=f"/people/{admin}/sign-out")
    assert browser.get("/account").status_code == 200
    assert "signs them out" in hr.get("/account").text


def test_the_command_signs_somebody_out(app):
    ann = a_user(number="ANN", password="x")
    browser = client_of(app, ann)
    done = app.test_cli_runner().invoke(args=["user", "sign-out", "ann"])
    assert "Signed out everywhere." in done.output
    assert browser.get("/account").status_code == 303
