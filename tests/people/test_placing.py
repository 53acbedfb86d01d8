"""Placing people: intervals of days, whose end is the first day after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.people import placements, placing, resolving
from isotrain.people.models import Employment, Position, Unit
from isotrain.people.resolving import Words
from tests.factories import BY, a_user, committed
from tests.people.hearing import heard

MONDAY = date(2026, 3, 2)
SUNDAY, TUESDAY = MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)


def at(*units, **parents):
    """Return the positions of these units, which are added when new."""
    with committed():
        found = resolving.positions({n: Words(unit) for n, unit in enumerate(units)},
                                    parents=parents)
    return [found[n] for n in range(len(units))]


def place(positions, on):
    with committed():
        return placing.place(positions, from_on=on, by=BY)


def history(user):
    db.session.rollback()
    return [(p.unit, p.valid_from, p.valid_to) for p in placements.history(user)]


def test_a_placement_holds_from_its_first_day_to_the_day_before_its_end(each_app):
    paint, press = at("Paint", "Press")
    user = a_user()
    place({user: paint}, MONDAY)
    place({user: press}, date(2026, 3, 9))
    assert placements.find(user, SUNDAY) is None
    days = (MONDAY, date(2026, 3, 8), date(2026, 3, 9), date(2027, 1, 1))
    assert [placements.find(user, day).unit for day in days] == ["Paint", "Paint", "Press", "Press"]


def test_several_people_are_placed_and_only_who_moves_is_named_and_noted(each_app):
    paint, press = at("Paint", "Press")
    ada, bob = a_user(), a_user()
    assert place({ada: paint, bob: paint}, MONDAY) == [ada, bob]
    with heard() as news:
        assert place({ada: paint, bob: press}, TUESDAY) == [bob]
        assert place({ada: paint, bob: press}, TUESDAY) == []
    assert news == [[bob]]
    assert history(ada) == [("Paint", MONDAY, None)]
    assert history(bob) == [("Press", TUESDAY, None), ("Paint", MONDAY, TUESDAY)]
    events = db.session.scalars(sa.select(Event).where(Event.action == "placement.changed")
                                .order_by(Event.id)).all()
    assert [(int(e.object_id), e.details["from"]) for e in events] == [
        (ada, "2026-03-02"), (bob, "2026-03-02"), (bob, "2026-03-03")]
    assert events[0].before_hash is None
    assert events[2].before_hash == events[1].after_hash != events[2].after_hash


def test_a_second_change_on_the_first_day_corrects_it_in_place(each_app):
    paint, press = at("Paint", "Press")
    user = a_user()
    place({user: paint}, MONDAY)
    place({user: press}, MONDAY)
    assert history(user) == [("Press", MONDAY, None)]


@pytest.mark.parametrize(("day", "taken"), [(SUNDAY, False), (MONDAY, True), (TUESDAY, True)])
def test_no_change_before_the_day_the_present_placement_began(app, day, taken):
    paint, press = at("Paint", "Press")
    ada, eve = a_user(name="Ada"), a_user()
    place({ada: paint}, MONDAY)
    if taken:
        place({ada: press}, day)
        return
    with pytest.raises(Refusal, match="Ada has a placement that begins or ends after 1 Mar") as no:
        place({eve: press, ada: press}, day)
    assert no.value.field == "from_on" and history(eve) == []
    assert place({ada: paint}, day) == [], "what changes nothing needs no day"


@pytest.mark.parametrize(("day", "taken"), [(MONDAY, False), (TUESDAY, True)])
def test_no_placement_before_the_end_of_the_last_one(app, day, taken):
    [paint] = at("Paint")
    user = a_user()
    place({user: paint}, SUNDAY)
    with committed():
        placing.end({user: MONDAY})
    if taken:
        place({user: paint}, day)
        assert history(user) == [("Paint", TUESDAY, None), ("Paint", SUNDAY, TUESDAY)]
    else:
        with pytest.raises(Refusal):
            place({user: paint}, day)


@pytest.mark.parametrize(("begun", "left"), [
    (SUNDAY, [("Paint", SUNDAY, TUESDAY)]), (MONDAY, [("Paint", MONDAY, TUESDAY)]), (TUESDAY, [])])
def test_the_last_day_is_a_day_of_work_and_what_had_not_begun_never_was(each_app, begun, left):
    [paint] = at("Paint")
    user, other = a_user(), a_user()
    place({user: paint, other: paint}, begun)
    with committed():
        placing.end({user: MONDAY})
        placing.end({user: MONDAY + timedelta(days=9)})
    assert history(user) == left and history(other) == [("Paint", begun, None)]


def test_an_unheard_of_unit_is_added_once_and_found_by_code_and_name(each_app):
    with committed():
        db.session.add_all([Unit(code="PT", name="Paint"), Unit(code="Press", name="PT"),
                            Unit(code="P2", name="Paint")])
    positions = at("paint", "PT", "Store", "STORE ", "", "press")
    codes = dict(db.session.execute(sa.select(Unit.id, Unit.code)).all())
    assert [codes.get(position.unit_id) for position in positions] == [
        "PT", "PT", "Store", "Store", None, "Press"]
    assert len(codes) == 4


def test_units_move_with_everybody_placed_in_and_under_them(each_app):
    positions = at("Works", "Paint", "Lacquer", "Office", Paint="Works", Lacquer="Paint", Works="")
    people = [a_user() for _ in positions]
    place(dict(zip(people, positions, strict=True)), MONDAY)
    gone = a_user()
    place({gone: positions[1]}, MONDAY)
    with committed():
        placing.end({gone: MONDAY})
    assert placements.people_under(["Paint"]) == {people[1], people[2]}
    assert placements.people_under(["Works", "Lacquer"]) == set(people[:3])
    at("Paint", Paint="Office")
    assert placements.people_under(["Works"]) == {people[0]}
    assert placements.people_under(["Office"]) == {people[1], people[2], people[3]}
    at("Paint", Paint="")
    assert placements.people_under(["Office"]) == {people[3]}


def test_nobody_is_placed_in_a_position_that_says_nothing(app):
    user = a_user()
    assert place({user: Position()}, MONDAY) == [user]
    assert placements.find(user, MONDAY).employment_type == "employee"


def test_the_employment_of_a_placement_is_the_one_it_falls_into(each_app):
    [paint] = at("Paint")
    user = a_user()
    place({user: paint}, SUNDAY)
    with committed():
        placing.end({user: MONDAY})
        db.session.add_all([Employment(user_id=user, hired_on=SUNDAY, left_on=MONDAY),
                            Employment(user_id=user, hired_on=TUESDAY)])
    place({user: paint}, TUESDAY)
    assert [(p.valid_from, p.hired_on) for p in placements.history(user)] == [
        (TUESDAY, TUESDAY), (SUNDAY, SUNDAY)]
