"""From words to positions: codes before names, what is new, and who may be whose manager."""

from __future__ import annotations

from datetime import date

import pytest

from isotrain.accounts import registering
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.people import placements, placing, resolving
from isotrain.people.models import Position, Site, Unit
from isotrain.people.resolving import Words
from isotrain.settings import house
from tests.factories import BY, a_user, committed

BEFORE = date(2026, 1, 5)


def managed(users: dict[int, int | None], on: date = BEFORE) -> None:
    """Let people work for these managers from a day on."""
    with committed():
        placing.place({user: Position(None, None, None, manager, "employee")
                       for user, manager in users.items()}, from_on=on, by=BY)


def manager_of(text: str, user: int | None) -> int | None:
    with committed():
        return resolving.position(Words(), manager=text, user_id=user).manager_id


@pytest.fixture
def people(each_app):
    """Ada manages Bo, who manages Cy; each has a number like their name."""
    ada, bo, cy = (a_user(name=name, number=name, email=f"{name}@example.com")
                   for name in ("ada", "bo", "cy"))
    managed({bo: ada, cy: bo})
    return ada, bo, cy


def test_a_manager_is_found_by_number_or_address_and_nobody_by_none(people):
    ada, _bo, cy = people
    assert manager_of("ADA", cy) == manager_of("ada@example.com", cy) == ada
    assert manager_of("", cy) is None
    assert manager_of("ada", None) == ada


@pytest.mark.parametrize("text", ["cy", "bo", "ada"])
def test_nobody_is_managed_by_themself_or_by_who_works_for_them(people, text):
    ada, *_others = people
    with pytest.raises(Refusal, match="works for the person") as refused:
        manager_of(text, ada)
    assert refused.value.field == "manager"


def test_who_worked_for_somebody_once_may_manage_them_now(people):
    ada, bo, cy = people
    managed({bo: None}, on=house.today())
    assert manager_of("bo", ada) == bo and manager_of("cy", ada) == cy


def test_who_is_not_here_manages_nobody(people):
    _ada, bo, cy = people
    with committed():
        registering.deactivate([bo], by=BY)
    for text in ("bo", "nobody"):
        with pytest.raises(Refusal, match="Nobody here has"):
            manager_of(text, cy)


def test_the_code_of_one_unit_wins_over_the_name_of_another(each_app):
    with committed():
        named, coded = Unit(code="U1", name="Paint"), Unit(code="paint", name="Press")
        db.session.add_all([named, coded, Site(code="S", name="Paint")])
        db.session.flush()
        units = named.id, coded.id
    with committed():
        found = resolving.positions({n: Words(text) for n, text in enumerate(
            ("PAINT", "u1", "press", ""))}, parents={})
    assert [found[n].unit_id for n in range(4)] == [units[1], units[0], units[1], None]
    assert {found[n].site_id for n in range(4)} == {None}


def test_a_unit_moves_under_another_and_from_under_it_with_its_people(people):
    ada, *_others = people
    with committed():
        found = resolving.positions({ada: Words("Line")}, parents={"Line": "Works"})
        placing.place({ada: found[ada]}, from_on=BEFORE, by=BY)
    assert placements.people_under(["Works"]) == placements.people_under(["Line"]) == {ada}
    with committed():
        resolving.positions({}, parents={"Line": ""})
    assert placements.people_under(["Works"]) == set()


def test_who_worked_in_a_unit_once_is_not_under_it(people):
    ada, bo, cy = people
    with committed():
        found = resolving.positions({0: Words("Line"), 1: Words("Office")},
                                    parents={"Line": "Works"})
        placing.place({ada: found[0], bo: found[0], cy: found[1]}, from_on=BEFORE, by=BY)
        placing.place({bo: found[1]}, from_on=house.today(), by=BY)
    assert placements.people_under(["Works"]) == {ada}
    assert placements.people_under(["Works", "Office"]) == {ada, bo, cy}
