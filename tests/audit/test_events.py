"""Events: who may read which, how they are found, and that nobody changes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.models import SCOPES, Event
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.lists import PAGE
from tests.counting import counted
from tests.factories import a_user, client_of, committed


def an_event(action="thing.done", by=None, *, scope="people", on=("thing", 1), at=None, **more):
    """Note something at some time and return the event's id."""
    with clock.frozen_at(at or clock.now()), committed():
        note(action, by or Actor.command(), scope=scope, on=on, **more)
        db.session.flush()
        return db.session.scalar(sa.select(sa.func.max(Event.id)))


def actions_on(page):
    return re.findall(r'<td data-label="What">([^<]+)</td>', page.text)


@pytest.mark.parametrize(("role", "records", "technical"), [
    ("employee", 403, 403), ("trainer", 403, 403), ("manager", 403, 403),
    ("hr", 200, 403), ("auditor", 200, 403), ("admin", 403, 200),
])
def test_each_scope_has_its_readers(app, role, records, technical):
    seen = {scope: an_event(f"{scope}.thing", scope=scope) for scope in SCOPES}
    client = client_of(app, a_user(role))
    assert client.get("/events").status_code == records
    assert client.get("/events/technical").status_code == technical
    for scope, event_id in seen.items():
        expected = 404 if scope == "technical" else 200
        status = client.get(f"/events/{event_id}").status_code
        assert status == (expected if records == 200 else 403)
        expected = 200 if scope == "technical" else 404
        status = client.get(f"/events/technical/{event_id}").status_code
        assert status == (expected if technical == 200 else 403)


def test_a_list_shows_its_own_scopes_only(app):
    for scope in SCOPES:
        an_event(f"{scope}.thing", scope=scope)
    assert set(actions_on(client_of(app, a_user("auditor")).get("/events"))) == {
        "People thing", "Training thing", "Banks thing", "Records thing", "User added"}
    technical = actions_on(client_of(app, a_user("admin")).get("/events/technical"))
    assert "Technical thing" in technical and "People thing" not in technical


@pytest.fixture
def busy_app(app):
    """The application with a handful of events by and about people, on three days."""
    ada, bob = a_user(name="Ada Byron", number="A17"), a_user(name="Bob", email="bob@example.com")
    by_ada, by_bob = (Actor("user", ada, "req-1"), Actor("user", bob, "req-2"))
    an_event("bank.changed", by_ada, scope="banks", on=("bank", 5),
             at=datetime(2026, 1, 10, 23, 59, tzinfo=UTC))
    an_event("bank.exported", by_bob, scope="banks", on=("bank", 5),
             at=datetime(2026, 1, 11, 0, 0, tzinfo=UTC))
    an_event("user.changed", by_bob, on=("user", ada), at=datetime(2026, 1, 12, 8, tzinfo=UTC),
             reason="married", details={"fields": ["name"]}, before="a", after="b")
    return app


@pytest.mark.parametrize(("query", "actions"), [
    ("action=bank.changed", ["Bank changed"]),
    ("who=byron&last_on=2026-02-01", ["User changed", "Bank changed"]),
    ("who=a17&last_on=2026-02-01", ["User changed", "Bank changed"]),
    ("who=bob@&last_on=2026-02-01", ["User changed", "Bank exported"]),
    ("who=%25&last_on=2026-02-01", []), ("who=nobody", []),
    ("object_type=bank&object_id=5", ["Bank exported", "Bank changed"]),
    ("request_id=req-1", ["Bank changed"]),
    ("first_on=2026-01-11&last_on=2026-01-11", ["Bank exported"]),
    ("last_on=2026-01-10", ["Bank changed"]), ("action=nonsense", []),
    ("last_on=2026-02-01&before=nonsense", ["User changed", "Bank exported", "Bank changed"]),
    ("action=%00&last_on=2026-01-10", ["Bank changed"]),
])
def test_events_are_filtered_by_the_address(busy_app, query, actions):
    page = client_of(busy_app, a_user("auditor")).get(f"/events?{query}")
    assert page.status_code == 200 and actions_on(page) == actions
    assert actions or "No event matches" in page.text


def test_an_event_shows_who_what_why_and_its_fingerprints(busy_app):
    client = client_of(busy_app, a_user("hr"))
    event = db.session.scalars(sa.select(Event).where(Event.reason == "married")).one()
    page = client.get(f"/events/{event.id}").text
    for words in ("User changed", "Bob", "Ada Byron", "married", "req-2", event.before_hash,
                  event.after_hash, f"/people/{event.object_id}", "name"):
        assert words in page
    assert client.get("/events/999999").status_code == 404
    assert client.get(f"/events/{2**70}").status_code == 404


def test_long_lists_come_page_by_page(app):
    with committed():
        for n in range(PAGE * 2 + 5):
            note(f"thing.n{n}", Actor.system(), scope="training", on=("thing", n))
    client = client_of(app, a_user("auditor"))
    address, seen = "/events?object_type=&first_on=2000-01-01", []
    for _ in range(4):
        page = client.get(address)
        seen += actions_on(page)
        older = re.search(r'rel="next" href="([^"]+)"', page.text)
        if not older:
            break
        address = older.group(1).replace("&amp;", "&")
    assert len(seen) == len(set(seen)) + seen.count("User added") - 1
    assert sum("Thing" in words for words in seen) == PAGE * 2 + 5


def test_links_of_a_list_carry_the_filter_and_nothing_else(app):
    for n in range(PAGE + 2):
        an_event(f"thing.n{n}")
    client = client_of(app, a_user("auditor"))
    page = client.get("/events?who=&first_on=2000-01-01&before=999&as=&sort=")
    assert page.status_code == 200
    assert re.search(r'rel="next" href="/events\?first_on=2000-01-01&amp;after=\w+"', page.text)


def test_a_list_takes_as_many_queries_for_many_people_as_for_few(app):
    client = client_of(app, a_user("auditor"))

    def queries():
        with counted() as statements:
            client.get("/events")
        return len(statements)

    few = queries()
    for n in range(20):
        an_event(by=Actor("user", a_user(name=f"P{n}")), on=("user", n + 1))
    assert queries() == few <= 8


def test_nobody_changes_or_deletes_an_event(each_app):
    an_event()
    for statement in (sa.update(Event).values(reason="x"), sa.delete(Event)):
        with pytest.raises(sa.exc.DatabaseError), committed():
            db.session.execute(statement)
        db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 1
