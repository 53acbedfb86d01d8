"""A person's days are those of their site: due, overdue, completed, valid, wherever it is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock, zones
from isotrain.accounts import inviting, linking, preferring
from isotrain.assignments import assigning, oversight, training
from isotrain.audit.models import Event
from isotrain.certificates import holdings
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.jobs.stepping import inside
from isotrain.mail import sending
from isotrain.people import days, locating, placing, printing
from isotrain.people.models import Position, Site
from isotrain.records import register, summary, timeline
from isotrain.records.exporting import Export
from isotrain.records.filters import Filter
from isotrain.records.models import CompletionRecord
from isotrain.records.rules import COLUMNS, completed_on
from isotrain.settings import house
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST, TIME_ZONE
from tests.assignments.making import a_course, begin, sit
from tests.counting import counted
from tests.factories import BY, a_setting, a_user, committed
from tests.sittings import certificate_of
from tests.walking import rows_of

DUE = date(2026, 6, 15)
KIRITIMATI, BERLIN, PAGO, ANGELES = (
    "Pacific/Kiritimati", "Europe/Berlin", "Pacific/Pago_Pago", "America/Los_Angeles")
# All of an organization in Berlin whose people work on the other side of the day line as well.
PLACES = (KIRITIMATI, "", PAGO, ANGELES)


def there(name: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=zones.find(name))


def a_site(zone: str = "") -> int:
    with committed():
        site = Site(code=f"S-{zone or 'none'}", name=f"Site {zone}", time_zone=zone or None)
        db.session.add(site)
        db.session.flush()
        days.KEPT.forget_once_committed()
        return site.id


def put(user: int, site: int | None, on: date = date(2026, 1, 1)) -> None:
    with committed():
        placing.place({user: Position(site_id=site)}, from_on=on, by=BY)


@pytest.fixture
def world(each_app):
    """A course that is due for somebody at each place, two of them namesakes; users by zone."""
    a_setting(TIME_ZONE, BERLIN)
    users = {zone: a_user(name="Same Name") for zone in PLACES}
    for zone, user in users.items():
        put(user, a_site(zone))
    course = a_course("First")
    with clock.frozen_at(datetime(2026, 6, 1, tzinfo=UTC)), committed():
        for user in users.values():
            assigning.assign(course_id=course.course, target="person", user_id=user, due_on=DUE,
                             by=BY, transaction=inside)
    return course, users


def states(users) -> dict[str, set[str]]:
    """Return what every place where it is told says of each, by zone."""
    listed = {line.user_id: line.status for line in rows_of(register.listing(Filter()))}
    with Export(Filter()) as export:
        number = COLUMNS_AT["status"], COLUMNS_AT["person_id"]
        cells = {row[number[1]]: row[number[0]] for row in export.rows()}
    told: dict[str, set[str]] = {}
    for zone, user in users.items():
        [due] = training.due_for(user)
        [line] = timeline.trace(user).rows
        [rule] = [each for each in rows_of(oversight.listing())
                  if each.requirement.user_id == user]
        [bound] = rows_of(oversight.people(rule.requirement.id))
        told[zone] = {due.status, listed[user], line.status, bound.state, cells[line.personnel_no]}
        assert (rule.overdue == 1) == (due.status == "overdue")
    overdue = sum(found == {"overdue"} for found in told.values())
    assert summary.summary().numbers.overdue == overdue
    late = {line.user_id for line in rows_of(register.listing(Filter(status="overdue")))}
    assert late == {users[zone] for zone, found in told.items() if found == {"overdue"}}
    soon = {line.user_id for line in rows_of(register.listing(Filter(status="due_soon")))}
    assert len(soon) == summary.summary().numbers.soon
    return told


COLUMNS_AT = {name: index for index, name in enumerate(COLUMNS)}


@pytest.mark.parametrize(("now", "late"), [
    # The last minute of the day in Kiritimati, and the first of the next one there.
    (there(KIRITIMATI, 2026, 6, 15, 23, 59, 59), set()),
    (there(KIRITIMATI, 2026, 6, 16), {KIRITIMATI}),
    (there(BERLIN, 2026, 6, 15, 23, 59, 59), {KIRITIMATI}),
    (there(BERLIN, 2026, 6, 16), {KIRITIMATI, ""}),
    # Whoever still works at 17:00 in California on the due day is on time.
    (there(ANGELES, 2026, 6, 15, 17), {KIRITIMATI, ""}),
    (there(ANGELES, 2026, 6, 16), {KIRITIMATI, "", ANGELES}),
    (there(PAGO, 2026, 6, 15, 23, 59, 59), {KIRITIMATI, "", ANGELES}),
    (there(PAGO, 2026, 6, 16), set(PLACES)),
])
def test_what_is_due_is_due_until_midnight_where_a_person_works(world, now, late):
    _course, users = world
    with clock.frozen_at(now):
        found = states(users)
    assert found == {zone: {"overdue" if zone in late else "assigned"} for zone in PLACES}


def test_due_soon_is_counted_and_listed_by_the_same_days(world):
    _course, users = world
    for now, expected in ((there(KIRITIMATI, 2026, 5, 16), [KIRITIMATI]),
                          (there(KIRITIMATI, 2026, 5, 15, 23, 59), []),
                          (there(PAGO, 2026, 5, 16), list(PLACES))):
        with clock.frozen_at(now):
            soon = rows_of(register.listing(Filter(status="due_soon")))
            assert {line.user_id for line in soon} == {users[zone] for zone in expected}
            assert summary.summary().numbers.soon == len(expected)


def test_an_exam_counts_on_the_day_where_it_was_sat_and_that_day_stays(world):
    """At 17:00 of 15 June in California it is 16 June in Berlin, where everybody else is."""
    course, users = world
    now = there(ANGELES, 2026, 6, 15, 17)
    with clock.frozen_at(now):
        attempts = {zone: sit(users[zone], course) for zone in (ANGELES, "", KIRITIMATI)}
    expected = {ANGELES: DUE, "": date(2026, 6, 16), KIRITIMATI: date(2026, 6, 16)}
    for zone, attempt in attempts.items():
        view = holdings.get(certificate_of(attempt).id, owner=None)
        assert view.issued_on == expected[zone]
        assert view.valid_until == expected[zone].replace(year=2028)
        record = db.session.query(CompletionRecord).filter_by(attempt_id=attempt).one()
        assert completed_on(record.frozen) == expected[zone]
        assert record.frozen["time_zone"] == (zone or BERLIN)
    put(users[ANGELES], None, date(2026, 6, 20))  # they move; what was completed does not
    with committed():
        locating.locate(locating.get_by_code(f"S-{KIRITIMATI}"), PAGO, by=BY)
    with Export(Filter()) as export:
        exported = {row[COLUMNS_AT["attempt_id"]]: row[COLUMNS_AT["completed_on"]]
                    for row in export.rows()}
    assert {zone: exported[str(attempt)] for zone, attempt in attempts.items()} == {
        zone: day.isoformat() for zone, day in expected.items()}
    lines = {line.user_id: line.completed_on for line in rows_of(register.listing(Filter()))}
    assert lines[users[ANGELES]] == DUE


def test_whoever_moves_while_sitting_is_judged_by_where_they_are_when_they_hand_in(world):
    course, users = world
    mover = users[ANGELES]
    elsewhere = db.session.scalar(sa.select(Site.id).where(Site.code == f"S-{KIRITIMATI}"))
    with clock.frozen_at(there(BERLIN, 2026, 6, 15, 12)):
        assert days.today_of(mover) == DUE
        begin(mover, course)
        [due] = training.due_for(mover)
        until = due.exam.open_until
        put(mover, elsewhere, DUE)
        assert days.today_of(mover) == date(2026, 6, 16)
        [due] = training.due_for(mover)
        assert due.exam.open_until == until, "the end of an exam is an instant, not a day"
        assert due.status == "overdue", "where they are now the day is over"


def test_29_february_comes_round_as_the_last_of_february(each_app):
    a_setting(TIME_ZONE, "America/New_York")
    course, user = a_course("Leap"), a_user()
    with clock.frozen_at(there("America/New_York", 2028, 2, 29, 23, 30)):  # 1 March by UTC
        attempt = sit(user, course)
    view = holdings.get(certificate_of(attempt).id, owner=None)
    assert (view.issued_on, view.valid_until) == (date(2028, 2, 29), date(2030, 2, 28))


def test_lists_cost_the_same_statements_while_days_differ(world):
    costs = []
    for now in (there(BERLIN, 2026, 6, 15, 11, 30), there(BERLIN, 2026, 6, 15, 12, 30)):
        with clock.frozen_at(now), counted() as statements:
            rows_of(register.listing(Filter()))
            rows_of(oversight.listing())
            summary.summary()
        costs.append(len(statements))
    assert days.today(there(BERLIN, 2026, 6, 15, 12, 30)).elsewhere
    assert costs[0] == costs[1]


def test_where_no_site_has_a_zone_nothing_is_looked_up(each_app):
    user = a_user()
    put(user, a_site())
    house.zone()
    with counted() as statements:
        assert days.zone_of(user, clock.now()) == house.zone()
        assert days.today().of(user) == house.today()
    assert statements == []


def test_where_somebody_works_is_where_the_organizations_day_finds_them(each_app):
    """From 15 June of the organization on they work in Kiritimati, not from its own midnight."""
    a_setting(TIME_ZONE, BERLIN)
    user, first, second = a_user(), a_site(PAGO), a_site(KIRITIMATI)
    put(user, first)
    put(user, second, DUE)
    midnight = there(BERLIN, 2026, 6, 15)
    for now, expected in ((midnight - timedelta(seconds=1), PAGO), (midnight, KIRITIMATI)):
        assert days.zone_of(user, now).key == expected
        assert days.zones_of([user], now)[user].key == expected
        with clock.frozen_at(now):
            today = db.session.scalar(sa.select(days.today().of(user)))
        assert today == zones.day(now, zones.find(expected))


def test_a_zone_that_is_known_no_more_is_the_organizations(each_app):
    a_setting(TIME_ZONE, "Asia/Kolkata")
    user = a_user()
    put(user, a_site("Europe/Atlantis"))
    with committed():
        db.session.execute(sa.text('UPDATE "user" SET time_zone = \'Mars/Olympus\''))
    now = clock.now()
    assert days.zone_of(user, now) == days.letter_zone_of(user) == house.zone()
    assert days.today_of(user) == house.today() and days.today().elsewhere == {}


def test_letters_speak_of_the_zone_chosen_then_of_the_site_then_of_the_organization(each_app):
    a_setting(TIME_ZONE, BERLIN)
    user = a_user()
    assert days.letter_zone_of(user).key == BERLIN
    put(user, a_site(PAGO))
    assert days.letter_zone_of(user).key == PAGO
    with committed():
        preferring.prefer_zone(user, "asia/kolkata")
    assert days.letter_zone_of(user).key == "Asia/Kolkata"
    assert days.zone_of(user, clock.now()).key == PAGO, "what they read in moves no day"


def test_two_sites_have_zones_of_their_own_and_each_change_is_an_event(each_app):
    first, second = a_site(BERLIN), a_site()
    with committed():
        assert locating.locate(locating.get(second), "asia/kolkata", by=BY)
        assert not locating.locate(locating.get(first), BERLIN, by=BY)
    assert dict(days.zones_of_sites()) == {first: BERLIN, second: "Asia/Kolkata"}
    with committed():
        assert locating.locate(locating.get(first), "", by=BY)
    assert dict(days.zones_of_sites()) == {second: "Asia/Kolkata"}
    noted = db.session.query(Event).filter_by(action="site.time_zone_changed").all()
    assert [(each.object_id, each.details["from"], each.details["to"]) for each in noted] == [
        (str(second), "", "Asia/Kolkata"), (str(first), BERLIN, "")]


def test_a_site_that_is_none_and_a_zone_that_is_none_are_refused(each_app):
    site = a_site()
    with pytest.raises(Refusal, match="Choose a time zone") as refused, committed():
        locating.locate(locating.get(site), "Europe/Atlantis", by=BY)
    assert refused.value.field == "time_zone"
    with pytest.raises(NotFound):
        locating.get(site + 1)
    with pytest.raises(NotFound, match="There is no site"):
        locating.get_by_code("NOWHERE")


def test_the_manifest_of_an_export_names_the_zone_of_days(each_app):
    a_setting(TIME_ZONE, "Australia/Lord_Howe")
    with Export(Filter()) as export:
        stated = export.stated("x.csv")
    assert stated.days == "Australia/Lord_Howe" and stated.exported_at.endswith("Z")


def test_a_letter_and_a_sheet_name_the_end_of_a_link_where_its_reader_is(each_app):
    a_setting(MAIL_HOST, "mail.example.com")
    a_setting(MAIL_FROM, "isotrain@example.com")
    near, far = a_user(email="near@example.com"), a_user(email="far@example.com")
    put(far, a_site(KIRITIMATI))
    with clock.frozen_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        with committed():
            inviting.invite([near, far], by=BY)
        letters = {}
        for _letter in range(2):
            with committed():
                message = sending.claim().message
            letters[message["To"]] = message.get_content()
        with committed():
            links = linking.make([near, far], by=BY)
        sheets = {sheet.until for sheet in printing.sheets(links)}
    assert any("15 Jun 2026, 12:00 UTC." in text for text in letters.values())
    assert any("16 Jun 2026, 02:00 UTC+14." in text for text in letters.values())
    assert sheets == {"15 Jun 2026, 12:00 UTC", "16 Jun 2026, 02:00 UTC+14"}
