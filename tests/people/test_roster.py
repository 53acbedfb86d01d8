"""The roster: a line for every day, people counted where they work, whoever changes what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import passwords, registering
from isotrain.accounts.registering import Person
from isotrain.db import db
from isotrain.people import directory, employing, placing, roster
from isotrain.people.directory import Filter
from isotrain.people.models import Headcount, Placement, Position, RosterLine, Site
from isotrain.settings import house
from tests.assignments.making import a_unit
from tests.factories import BY, a_user, committed
from tests.walking import rows_of


@pytest.fixture
def places(each_app):
    """Two units and two sites."""
    with committed():
        sites = [Site(code=code, name=f"Site {code}") for code in "NS"]
        db.session.add_all(sites)
        db.session.flush()
        ids = [site.id for site in sites]
    return a_unit("A"), a_unit("B"), *ids


def place(user: int, unit: int, site: int | None = None, *, in_days: int = 0, **more) -> None:
    with committed():
        placing.place({user: Position(unit_id=unit, site_id=site, **more)},
                      from_on=house.today() + timedelta(days=in_days), by=BY)


def counts(in_days: int = 0) -> tuple[dict[int, int], dict[int, int]]:
    day = house.today() + timedelta(days=in_days)
    return roster.count_in("unit", day), roster.count_in("site", day)


def check(*users: int) -> None:
    """Check that nothing is found wrong, today and on the days on which something changes."""
    for days in (0, 1, 2, 40):
        with clock.moved_by(timedelta(days=days)):
            assert roster.list_wrong(users) == []
            assert [roster.list_miscounted(kind) for kind in roster.COUNTED] == [[], []]


def lines(user: int) -> list[tuple[date, date, str | None]]:
    query = sa.select(RosterLine.from_on, RosterLine.until_on, RosterLine.unit)
    return [tuple(row) for row in db.session.execute(
        query.where(RosterLine.user_id == user).order_by(RosterLine.from_on))]


def test_lines_follow_one_another_from_the_beginning_to_the_end_of_all_days(places):
    unit, other, *_sites = places
    user, idle = a_user(), a_user()
    place(user, unit, in_days=3)
    place(user, other, in_days=5)
    first, then = (house.today() + timedelta(days=days) for days in (3, 5))
    assert lines(user) == [(roster.BEGINNING, first, None), (first, then, "Unit A"),
                           (then, roster.END, "Unit B")]
    assert lines(idle) == [(roster.BEGINNING, roster.END, None)]
    check(user, idle)


def test_people_count_from_their_first_day_and_not_after_their_last(places):
    unit, other, site, _south = places
    user, colleague = a_user(), a_user()
    place(user, unit, site)
    place(colleague, unit, site, in_days=1)
    assert counts() == ({unit: 1}, {site: 1})
    assert counts(1) == ({unit: 2}, {site: 2})
    place(user, other, in_days=2)
    assert counts(1) == ({unit: 2}, {site: 2})
    assert counts(2) == ({unit: 1, other: 1}, {site: 1})
    check(user, colleague)


def test_who_leaves_is_counted_no_more_and_who_comes_back_is_again(places):
    unit, _other, site, _south = places
    user = a_user()
    place(user, unit, site)
    with committed():
        employing.leave({user: house.today()}, by=BY)
    assert counts() == ({}, {})
    check(user)
    with committed():
        employing.come_back({user: None}, on=house.today(), by=BY)
    assert counts() == ({unit: 1}, {site: 1})
    check(user)


def test_lists_follow_whoever_is_renamed_given_a_password_or_manages(places):
    unit, *_others = places
    boss, user = a_user(name="Bea", number="N1"), a_user(name="Cy", number="N2")
    place(user, unit, manager_id=boss)
    with committed():
        registering.change({boss: Person("N7", "Zed")}, by=BY)
        passwords.store(boss, "a hash")
    assert [row.name for row in rows_of(directory.listing(Filter()), "name")] == ["Cy", "Zed"]
    assert [row.name for row in rows_of(directory.listing(Filter(state="no_password")))] == ["Cy"]
    assert db.session.scalar(sa.select(RosterLine.manager).where(
        RosterLine.user_id == user, RosterLine.unit.is_not(None))) == "zed"
    check(boss, user)


def test_who_works_nowhere_comes_last_in_both_directions(places):
    unit, *_others = places
    idle, user = a_user(name="Ann"), a_user(name="Bo")
    place(user, unit)
    for sort in ("unit", "-unit"):
        assert [row.id for row in rows_of(directory.listing(Filter()), sort)] == [user, idle]


def test_what_is_kept_is_compared_with_what_it_repeats(places):
    unit, *_others = places
    one, two = a_user(), a_user()
    place(one, unit)
    with committed():
        db.session.execute(sa.update(RosterLine).where(RosterLine.user_id == two)
                           .values(personnel_no="other"))
        db.session.execute(sa.update(Headcount).values(change=Headcount.change + 1))
        db.session.execute(sa.update(Placement).values(employment_type="contractor"))
    assert roster.list_wrong([one, two]) == [two]
    assert (roster.list_miscounted("unit"), roster.list_miscounted("site")) == ([unit], [])
    with committed():
        roster.rewrite([one, two])
    assert roster.list_wrong([one, two]) == []


def test_many_people_are_tried_in_order_and_few_are_looked_up(places, monkeypatch):
    unit, other, *_sites = places
    users = [a_user(name=f"Ann {chr(65 + n)}", number=f"N{n}") for n in range(7)]
    for user in users[:5]:
        place(user, unit if user != users[3] else other)
    wanted = [Filter(), Filter(q="ann"), Filter(unit_id=unit), Filter(q="an n", unit_id=unit),
              Filter(state="all"), Filter(state="no_password", q="n")]
    sorts = [sign + sort for sort in directory.SORTS for sign in ("", "-")]
    few = [[list(directory.listing(each).every(sort)) for sort in sorts] for each in wanted]
    for module, name in (("lists", "COUNTED"), ("lists", "FEW"), ("accounts.search", "FEW")):
        monkeypatch.setattr(f"isotrain.{module}.{name}", 1)
    many = [[list(directory.listing(each).every(sort)) for sort in sorts] for each in wanted]
    assert few == many
    assert [len(rows[0]) for rows in few] == [7, 7, 4, 4, 7, 7]
