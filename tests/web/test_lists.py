"""Links of lists keep what was asked for and nothing else; files hold what is shown."""

from __future__ import annotations

import csv
import io
import re

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from isotrain.audit.models import Event
from isotrain.certificates import holdings
from isotrain.db import db
from isotrain.lists import Asked, Count, Page
from isotrain.web import lists
from isotrain.web.lists import Links
from tests.assignments.making import a_course, sit
from tests.factories import a_user, client_of
from tests.house.test_floors import PACKAGE, modules

PAGE = Page(rows=(1,), count=Count(1), sort="-name", descending=True, previous="P", next="N")


@pytest.fixture
def on(app):
    """Ask for an address, and return the links of a list there."""
    def ask(query: str, page: Page = PAGE, **wanted: object) -> Links:
        context = app.test_request_context(f"/people/units?{query}")
        context.push()
        contexts.append(context)
        return Links("people.units", page, wanted)

    contexts: list = []
    yield ask
    for context in reversed(contexts):
        context.pop()


def asked_by(url: str) -> dict[str, str]:
    path, _, query = url.partition("?")
    assert path == "/people/units"
    return dict(part.split("=") for part in query.split("&")) if query else {}


def test_an_address_asks_for_an_order_and_a_place(app):
    with app.test_request_context("/?sort=-due&after=A&before=B&q=x"):
        assert lists.asked() == Asked("-due", "A", "B")
    with app.test_request_context("/"):
        assert lists.asked() == Asked()


def test_links_keep_filter_and_order_and_drop_what_is_not_asked_for(on):
    links = on("sort=-name&q=a&_external=1&evil=1&after=X", q="a", state="", unit=None)
    assert asked_by(links.next) == {"q": "a", "sort": "-name", "after": "N"}
    assert asked_by(links.previous) == {"q": "a", "sort": "-name", "before": "P"}
    assert asked_by(links.first) == {"q": "a", "sort": "-name"}
    assert asked_by(links.file) == {"q": "a", "sort": "-name", "as": "csv"}
    assert links.kept == [("sort", "-name")]
    assert links.filter == {"q": "a"} and links.clear == links.action == "/people/units"
    assert links.place == {"after": "X"}
    assert links.at("people.index", state="all") == "/people?q=a&sort=-name&state=all"


def test_an_order_that_was_not_asked_for_or_is_none_stays_out_of_the_links(on):
    usual = Page(rows=(), count=Count(0), sort="name")
    for query in ("", "sort=nonsense"):
        links = on(query, usual)
        assert links.kept == [] and links.file == "/people/units?as=csv"
        assert (links.first, links.previous, links.next, links.clear) == ("", "", "", "")


def test_the_header_of_the_column_in_use_turns_the_order_and_says_which_it_is(on):
    links = on("sort=-name")
    assert links.column("Name", "name")["sorted"] == "descending"
    assert asked_by(links.column("Name", "name")["url"])["sort"] == "name"
    assert links.column("Part of", "parent")["sorted"] == ""
    assert asked_by(links.column("Part of", "parent")["url"])["sort"] == "parent"
    up = on("", Page(rows=(1,), count=Count(1), sort="name"))
    assert up.column("Name", "name")["sorted"] == "ascending"
    assert asked_by(up.column("Name", "name")["url"])["sort"] == "-name"
    newest = on("", Page(rows=(1,), count=Count(1), sort="newest", descending=True))
    assert newest.column("When", "newest")["sorted"] == "descending"


@pytest.fixture
def issued(app, monkeypatch):
    """Five certificates of four people on pages of two, and a browser of HR."""
    monkeypatch.setattr(holdings, "PAGE", 2)
    names = ("Ann Lee", "Aa;=Bo Lee", "Ann Lee", "Cy Lee", "Di Moss")
    people = [a_user(name=name) for name in names]
    course = a_course()
    for number, user in enumerate((*people, people[0]), start=1):
        sit(user, course, number=number)
    return client_of(app, a_user("hr"))


def names_on(text: str) -> list[str]:
    return re.findall(r'<a href="/certificates/\d+">([^<]+)</a>', text)


def follow(text: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', text)
    return found[1].replace("&amp;", "&") if found else None


def test_a_reader_walks_to_the_end_and_back_without_script_and_the_filter_stays(issued):
    address, seen = "/certificates/issued?q=lee&state=&sort=name", []
    while address:
        text = issued.get(address).text
        seen.append(names_on(text))
        last, address = address, follow(text, "next")
        assert 'name="q" value="lee"' in text
    assert seen == [["Aa;=Bo Lee", "Ann Lee"], ["Ann Lee", "Ann Lee"], ["Cy Lee"]]
    address, back = last, []
    while address:
        text = issued.get(address).text
        back.insert(0, names_on(text))
        address = follow(text, "prev")
    assert back == seen


def test_the_first_page_is_one_step_away(issued):
    second = issued.get(follow(issued.get("/certificates/issued?sort=name").text, "next")).text
    first = re.search(r'<a class="button quiet" href="([^"]+)">', second)[1]
    assert first == "/certificates/issued?sort=name"


def test_a_file_holds_exactly_what_is_shown_and_is_noted_without_names(issued):
    answer = issued.get("/certificates/issued?q=lee&sort=-name&as=csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="certificates.csv"'
    header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert header == ["Holder", "Course", "Number", "Issued", "Valid until", "State"]
    assert [row[0] for row in rows] == ["Cy Lee", "Ann Lee", "Ann Lee", "Ann Lee", "Aa;'=Bo Lee"]
    assert {row[5] for row in rows} == {"valid", "superseded"}
    event = db.session.scalars(sa.select(Event).where(Event.action == "list.exported")).one()
    assert (event.object_type, event.object_id, event.scope) == ("list", "certificates", "records")
    assert event.details == {"filter": {"q": "given"}} and event.actor_id is not None


def test_no_list_skips_rows_to_find_its_page():
    """A page is a range of keys; what is skipped is read all the same."""
    users = [path.relative_to(PACKAGE) for path in modules()
             if re.search(r"\.(offset|slice)\(", path.read_text(encoding="utf-8"))]
    assert users == []


def test_what_the_form_sends_twice_is_taken_once(app):
    with app.test_request_context("/", query_string=MultiDict([("sort", "a"), ("sort", "b")])):
        assert lists.asked().sort == "a"
