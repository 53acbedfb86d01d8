"""The list of events: walked, filtered by who, and the actions that can be chosen from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from isotrain import clock
from isotrain.accounts import directory
from isotrain.audit import history
from isotrain.audit.history import RECORDS, TECHNICAL, Filter
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.lists import Asked, Count
from tests.audit.test_events import an_event
from tests.counting import counted
from tests.factories import a_user
from tests.plans import finds_in
from tests.walking import rows_of, walk


def actions(*, scopes=RECORDS, zone=None, **wanted) -> list[str]:
    return [event.action for event in rows_of(
        history.listing(Filter(**wanted), scopes=scopes, zone=zone))]


def test_a_walk_through_the_events_meets_each_once_newest_first(each_app):
    at = clock.now()
    made = [an_event(f"thing.n{n}", scope="training", at=at) for n in range(5)]
    an_event("session.started", scope="technical")
    found = walk(lambda _sort: history.listing(Filter(), scopes=RECORDS, zone=UTC))
    assert [event.id for event in found] == made[::-1]


def test_who_is_somebody_who_acted_or_was_acted_upon_and_no_other_thing_of_that_number(each_app):
    ada, bo = a_user(name="Ada"), a_user(name="Bo")
    an_event("bank.changed", scope="banks", on=("bank", ada))
    an_event("quiz.published", Actor("user", bo), scope="training", on=("quiz", ada))
    an_event("user.changed", Actor("user", bo), on=("user", ada))
    an_event("course.loaded", Actor("user", ada), scope="training", on=("course", 1))
    assert actions(who="ada") == ["course.loaded", "user.changed", "user.added"]
    assert actions(who="bo") == ["user.changed", "quiz.published", "user.added"]


def test_what_each_of_many_people_did_is_listed_however_many_are_found_at_once(
    each_app, monkeypatch
):
    people = [a_user(name=f"Ann {n}") for n in range(4)]
    monkeypatch.setattr(directory, "FOUND_AT_MOST", 2)
    for user in people:
        an_event("course.loaded", Actor("user", user), scope="training", on=("course", 1))
    assert actions(who="ann", action="course.loaded") == ["course.loaded"] * 4
    page = history.listing(Filter(who="ann"), scopes=RECORDS, zone=UTC).page(Asked())
    assert page.count == Count(8)


def test_a_walk_through_some_days_reads_from_where_it_stands_on(each_app):
    for hour in range(5):
        an_event(f"thing.n{hour}", at=datetime(2026, 7, 2, hour, tzinfo=UTC))
    an_event("too.late", at=datetime(2026, 7, 3, tzinfo=UTC))
    wanted = Filter(first_on=date(2026, 7, 1), last_on=date(2026, 7, 2))
    found = walk(lambda _sort: history.listing(wanted, scopes=RECORDS, zone=UTC))
    assert [event.action for event in found] == [f"thing.n{n}" for n in (4, 3, 2, 1, 0)]
    listed = replace(history.listing(wanted, scopes=RECORDS, zone=UTC), size=2)
    place = listed.page(Asked()).next
    with counted() as statements:
        listed.page(Asked(after=place))
    [read] = [each for each in statements if "LIMIT" in each and "details" in each]
    if db.engine.dialect.name == "sqlite":  # PostgreSQL takes the nearer of two ends by itself
        assert read.count(" event.occurred_at <= ") == 1


def test_what_does_not_match_is_told_by_the_index_of_who_acted(each_app):
    ada = a_user(name="Ada")
    listed = history.listing(Filter(who="ada"), scopes=RECORDS, zone=UTC)
    an_event("course.loaded", Actor("user", ada), scope="training", on=("course", 1))
    assert finds_in(listed, "ix_event_actor", "ix_event_object")


def test_the_actions_to_choose_from_are_those_of_the_readers_own_scopes(each_app):
    for scope, action in (("banks", "bank.changed"), ("technical", "session.started"),
                          ("records", "record.made"), ("banks", "bank.changed")):
        an_event(action, scope=scope)
    assert history.list_actions(RECORDS) == ["bank.changed", "record.made",
                                                "user.roles_changed"]
    assert history.list_actions(TECHNICAL) == ["session.started"]


def test_the_actions_to_choose_from_are_those_of_the_scopes(each_app):
    for action in ("bank.opened", "bank.closed", "bank.opened"):
        an_event(action, scope="banks")
    an_event("bank.closed", scope="people")
    an_event("door.opened", scope="technical")
    assert history.list_actions(RECORDS) == ["bank.closed", "bank.opened", "user.roles_changed"]
    assert history.list_actions(history.TECHNICAL) == ["door.opened"]


def test_an_event_of_another_scope_is_not_found(each_app):
    technical, plain = an_event(scope="technical"), an_event(scope="people")
    assert history.get(plain, scopes=RECORDS).id == plain
    assert history.get(technical, scopes=TECHNICAL).id == technical
    for event_id, scopes in ((technical, RECORDS), (plain, TECHNICAL), (plain + 1, RECORDS)):
        with pytest.raises(NotFound):
            history.get(event_id, scopes=scopes)


def test_a_day_is_a_day_of_the_zone_from_its_midnight_to_the_next(each_app):
    # In Berlin 2 July begins at 22:00 UTC of the day before.
    for hour, minute, action in ((21, 59, "too.early"), (22, 0, "first.moment")):
        an_event(action, at=datetime(2026, 7, 1, hour, minute, tzinfo=UTC))
    for hour, minute, action in ((21, 59, "last.moment"), (22, 0, "too.late")):
        an_event(action, at=datetime(2026, 7, 2, hour, minute, tzinfo=UTC))
    day = date(2026, 7, 2)
    assert actions(first_on=day, last_on=day, zone=ZoneInfo("Europe/Berlin")) == [
        "last.moment", "first.moment"]
    assert actions(first_on=day, last_on=day) == ["too.late", "last.moment"]


def test_names_are_told_of_those_who_acted_and_of_people_acted_upon_alone(each_app):
    ada, bo, cy = (a_user(name=name) for name in ("Ada", "Bo", "Cy"))
    made = [an_event(by=Actor("user", ada), on=("user", bo)), an_event(on=("bank", cy)),
            an_event(on=("user", "unknown"))]
    events = [db.session.get_one(history.Event, event_id) for event_id in made]
    assert history.names_of(events) == {ada: "Ada", bo: "Bo"}
