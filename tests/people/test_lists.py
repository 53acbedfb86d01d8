"""The lists of people, units and sites: who is on them, in which order, on which page."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import registering, search
from isotrain.db import db
from isotrain.lists import Asked
from isotrain.people import directory, roster
from isotrain.people.directory import Filter
from isotrain.people.models import JobRole, Placement, Site, Unit
from isotrain.settings import house
from tests.assignments.making import a_unit, place
from tests.counting import counted
from tests.factories import BY, a_user, committed
from tests.plans import finds_in, in_order, reads_only
from tests.walking import rows_of, walk


@pytest.fixture
def people(each_app):
    """Two namesakes, two units of one name, people with nothing, people who moved or left."""
    with committed():
        site, role = Site(code="N", name="North"), JobRole(code="OP", title="Operator")
        db.session.add_all([site, role])
        db.session.flush()
        sites = site.id, role.id
    top, line, other = a_unit("A"), a_unit("B"), a_unit("C")
    with committed():
        db.session.get(Unit, line).parent_id = top
        db.session.get(Unit, other).name = "Unit B"
    found = {name: a_user(name=name, number=f"N{n}") for n, name in enumerate(
        ("Ann Lee", "bo", "Cy", "Di", "Ed", "Flo"))}
    found["Ann Lee 2"] = a_user(name="Ann Lee", number="N9", password="a long enough password")
    place(found["Ann Lee"], top, site_id=sites[0], job_role_id=sites[1])
    place(found["Ann Lee 2"], line, manager_id=found["bo"])
    place(found["bo"], line, manager_id=found["Ann Lee"], site_id=sites[0])
    place(found["Cy"], other)
    moved = house.today()
    with committed():
        db.session.add_all([
            Placement(user_id=found["Di"], unit_id=top, employment_type="employee",
                      valid_from=moved - timedelta(days=9), valid_to=moved),
            Placement(user_id=found["Di"], unit_id=other, employment_type="employee",
                      valid_from=moved),
            Placement(user_id=found["Ed"], unit_id=top, employment_type="employee",
                      valid_from=moved + timedelta(days=1)),
        ])
        db.session.flush()
        roster.rewrite([found["Di"], found["Ed"]])
        registering.deactivate([found["Flo"]], by=BY)
    return found


def names(**wanted) -> list[str]:
    return [row.name for row in rows_of(directory.listing(Filter(**wanted)))]


def test_a_walk_through_the_people_meets_everybody_once_in_every_order(people):
    found = walk(lambda _sort: directory.listing(Filter(state="all")))
    assert [row.id for row in found] == [people[name] for name in (
        "Ann Lee", "Ann Lee 2", "bo", "Cy", "Di", "Ed", "Flo")]


def test_a_walk_through_units_and_sites_meets_each_once_in_every_order(people):
    found = walk(lambda _sort: directory.units())
    assert [(place.name, place.parent, place.people, place.people_below) for place in found] == [
        ("Unit A", None, 1, 3), ("Unit B", "Unit A", 2, 2), ("Unit B", None, 2, 2)]
    with committed():
        db.session.add_all([Site(code="S", name="North"), Site(code="E", name="East")])
    found = walk(lambda _sort: directory.sites(), size=1)
    assert [(place.name, place.people) for place in found] == [
        ("East", 0), ("North", 2), ("North", 0)]


def test_units_and_sites_are_searched_by_a_part_of_their_name(people):
    assert [place.name for place in rows_of(directory.units("t a"))] == ["Unit A"]
    assert rows_of(directory.units("%")) == rows_of(directory.sites("none")) == []
    assert [place.name for place in rows_of(directory.sites("NOR"))] == ["North"]


def test_who_moved_today_is_where_they_are_today_and_who_comes_tomorrow_is_not_there_yet(people):
    by_unit = {row.name: row.unit for row in rows_of(directory.listing(Filter()))}
    assert (by_unit["Di"], by_unit["Ed"]) == ("Unit B", None)
    unit = db.session.scalar(sa.select(Unit.id).where(Unit.code == "A"))
    assert names(unit_id=unit) == ["Ann Lee", "Ann Lee", "bo"]
    with clock.moved_by(timedelta(days=1)):
        assert names(unit_id=unit) == ["Ann Lee", "Ann Lee", "bo", "Ed"]
    with clock.moved_by(timedelta(days=-1)):
        assert names(unit_id=unit) == ["Ann Lee", "Ann Lee", "bo", "Di"]


def test_each_state_lists_its_people(people):
    everybody = ["Ann Lee", "Ann Lee", "bo", "Cy", "Di", "Ed"]
    assert names() == everybody
    assert names(state="no_password") == everybody[1:]
    assert names(state="inactive") == ["Flo"]
    assert names(state="all") == [*everybody, "Flo"]
    assert names(state="no_password", q="ann") == ["Ann Lee"]


def test_a_row_says_who_somebody_is(people):
    row = next(row for row in rows_of(directory.listing(Filter(q="n9"))))
    assert (row.id, row.active, row.has_password) == (people["Ann Lee 2"], True, True)
    assert (row.unit, row.unit_parent, row.manager, row.manager_no) == (
        "Unit B", "Unit A", "bo", "N1")
    [row] = rows_of(directory.listing(Filter(state="inactive")))
    assert (row.active, row.has_password) == (False, False)


def test_filters_hold_together(people):
    site = db.session.scalar(sa.select(Site.id))
    role = db.session.scalar(sa.select(JobRole.id))
    assert names(site_id=site) == ["Ann Lee", "bo"]
    assert names(site_id=site, job_role_id=role) == ["Ann Lee"]
    assert names(job_role_id=role + 1) == []


def test_all_ids_stand_in_the_order_of_the_names(people):
    found = directory.list_ids(Filter(state="all"))
    assert found == [row.id for row in directory.listing(Filter(state="all")).every()]


def test_a_list_takes_as_many_statements_for_6_as_for_60_people(people):
    counts = []
    for more in (0, 54):
        for _n in range(more):
            a_user()
        with counted() as statements:
            rows_of(directory.listing(Filter()))
        counts.append(len(statements))
    assert counts == [3, 3]


FILTERS = [Filter(q="a l"), Filter(q="ann l"), Filter(site_id=1, job_role_id=1),
           Filter(q="ann", unit_id=1, state="no_password"), Filter(state="inactive")]


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize(("sort", "index"), [("name", "name"), ("number", "number")])
def test_who_does_not_match_is_told_by_the_index_of_the_order(people, wanted, sort, index):
    assert reads_only(in_order(directory.listing(wanted), sort), f"ix_roster_line_{index}")


@pytest.mark.parametrize(("wanted", "index"), [
    (Filter(site_id=1), "site_id"), (Filter(job_role_id=1, site_id=1), "job_role_id"),
    (Filter(state="no_password"), "state"), (Filter(q="ann"), "user_id")])
def test_a_few_people_are_found_in_the_index_of_what_is_asked_for(people, wanted, index):
    assert finds_in(directory.listing(wanted), f"ix_roster_line_{index}")


def test_the_same_people_are_found_where_more_are_found_than_are_looked_up(people, monkeypatch):
    asked = [Filter(q=q, state=state) for q in ("ann", "a l", "n", "n9", "lee ann", "zoe")
             for state in ("active", "all", "inactive")]
    few = [[row.id for row in rows_of(directory.listing(each))] for each in asked]
    monkeypatch.setattr(search, "first_ids", partial(search.first_ids, most=1))
    for wanted, ids in zip(asked, few, strict=True):
        found = directory.listing(wanted)
        assert [row.id for row in rows_of(found)] == ids
        assert found.page(Asked()).count.number == len(ids)
