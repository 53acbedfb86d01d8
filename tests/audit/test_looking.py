"""Who looked at whose records, who holds which role, and where things came from."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from isotrain import clock
from isotrain.accounts import registering
from isotrain.accounts.permissions import Role
from isotrain.audit.models import Event
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.records.models import CompletionRecord
from isotrain.settings.definitions import KEEP_ADDRESSES, TIME_ZONE
from tests.attempts import sitting
from tests.factories import BY, a_setting, a_user, client_of, committed, post

WORDS = "seven green umbrellas marching"
NOON = datetime.fromisoformat("2027-03-10T12:00:00+00:00")


@pytest.fixture
def sat(each_course_app):
    """Two namesakes with a record each."""
    people = [a_user(name="Ann Lee") for _ in range(2)]
    with clock.frozen_at(NOON - timedelta(days=3)):
        for user in people:
            sitting.submit(sitting.start(user), user)
    return people


def looks() -> list[tuple[int | None, str]]:
    rows = db.session.query(Event).filter_by(action="records.looked_at").order_by(Event.id)
    return [(row.actor_id, row.object_id) for row in rows.populate_existing()]


def record_of(user: int) -> CompletionRecord:
    return db.session.query(CompletionRecord).filter_by(user_id=user).one()


def test_a_look_is_noted_once_per_viewer_person_and_day(each_course_app, sat):
    ann, other = sat
    a_setting(TIME_ZONE, "America/New_York")
    hr, auditor = a_user("hr"), a_user("auditor")
    record = record_of(ann)
    pages = [f"/records/people/{ann}", f"/records/{record.id}", f"/receipts/{record.attempt_id}"]
    with clock.frozen_at(NOON):
        for viewer in (hr, auditor):
            browser = client_of(each_course_app, viewer)
            for page in pages * 2:
                assert browser.get(page).status_code == 200
        assert looks() == [(hr, str(ann)), (auditor, str(ann))]
        browser.get(f"/records/people/{other}")
        assert looks()[2:] == [(auditor, str(other))]
    with clock.frozen_at(NOON.replace(hour=3) + timedelta(days=1)):  # still evening over there
        client_of(each_course_app, hr).get(pages[0])
        assert len(looks()) == 3
    with clock.frozen_at(NOON.replace(hour=5) + timedelta(days=1)):
        client_of(each_course_app, hr).get(pages[0])
        assert looks()[3:] == [(hr, str(ann))]


def test_ones_own_records_are_nobodys_business(each_course_app, sat):
    hr = a_user("hr")
    sitting.submit(sitting.start(hr), hr)
    browser = client_of(each_course_app, hr)
    assert browser.get(f"/records/people/{hr}").status_code == 200
    assert looks() == []


def test_a_certificate_that_somebody_else_opens_is_a_look(each_course_app):
    ann = a_user(name="Ann Lee")
    attempt = sitting.start(ann)
    sitting.answer_all(attempt, ann, right=20)
    sitting.submit(attempt, ann)
    certificate = db.session.query(Certificate).one().id
    assert client_of(each_course_app, ann).get(f"/certificates/{certificate}").status_code == 200
    assert looks() == []
    hr = a_user("hr")
    assert client_of(each_course_app, hr).get(f"/certificates/{certificate}").status_code == 200
    assert looks() == [(hr, str(ann))]


def test_who_holds_which_role_is_seen_by_the_auditor_and_the_administrator(each_app):
    user, auditor, admin = a_user(name="Ann Lee"), a_user("auditor"), a_user("admin")
    with committed():
        registering.set_roles(user, frozenset({Role.EMPLOYEE, Role.HR}), by=BY, second=None)
    event = db.session.query(Event).filter_by(action="user.roles_changed").one().id
    for who, address in ((auditor, "/events"), (admin, "/events/technical")):
        browser = client_of(each_app, who)
        for query in ("", "?action=user.roles_changed", f"?object_type=user&object_id={user}",
                      "?who=Ann"):
            assert "roles changed" in browser.get(address + query).text, (address, query)
        assert browser.get(f"{address}/{event}").status_code == 200
    signed_in = db.session.query(Event).filter_by(action="session.started").first().id
    assert client_of(each_app, auditor).get(f"/events/{signed_in}").status_code == 404


@pytest.mark.parametrize("kept", [False, True])
def test_events_and_logs_say_from_which_address_where_that_is_set(each_app, caplog, kept):
    a_user(number="A-17", password=WORDS)
    if kept:
        a_setting(KEEP_ADDRESSES, kept)
    where = {"REMOTE_ADDR": "192.0.2.7"}
    browser = each_app.test_client()
    post(browser, "/sign-in", {"name": "A-17", "password": "wrong"}, environ_base=where)
    post(browser, "/sign-in", {"name": "A-17", "password": WORDS}, environ_base=where)
    event = db.session.query(Event).filter_by(action="session.started").one()
    assert event.details.get("address") == ("192.0.2.7" if kept else None)
    [line] = [record.fields for record in caplog.records if record.message == "sign-in failed"]
    assert line["address"] == ("192.0.2.7" if kept else None)
    assert "192.0.2.7" in browser.get("/account").text  # the owner sees where a session is
    with committed():
        registering.set_roles(a_user(), frozenset({Role.HR}), by=BY, second=None)
    command = db.session.query(Event).order_by(Event.id.desc()).first()
    assert "address" not in json.dumps(command.details)
