"""The list of certificates: searched, filtered by state on the day that counts, walked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import registering, search
from isotrain.accounts.models import Identity, SignInName
from isotrain.accounts.registering import Person
from isotrain.certificates import holdings, revoking, standing
from isotrain.certificates.models import Holder, Standing
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.settings import house
from tests.assignments.making import a_course, sit
from tests.counting import counted
from tests.factories import BY, a_user, client_of, committed
from tests.plans import finds_in, in_order, reads_only
from tests.sittings import certificate_of
from tests.walking import rows_of, walk


@pytest.fixture
def earned(each_app):
    """Two courses; namesakes; a certificate of each state, two of which look like another one."""
    course, other = a_course("Alpha"), a_course("Beta")
    ann, namesake, bo = (a_user(name=name, number=number) for name, number in (
        ("Ann Lee", "N-1"), ("Ann Lee", "N-2"), ("Bo Öz", "N-3")))
    attempts = {
        "old": sit(ann, course, days_ago=900), "new": sit(ann, course, days_ago=20, number=2),
        "other": sit(ann, other, days_ago=5), "namesake": sit(namesake, course, days_ago=20),
        "expired": sit(bo, course, days_ago=800), "revoked": sit(bo, other, days_ago=800),
    }
    found = {name: certificate_of(attempt).id for name, attempt in attempts.items()}
    with committed():
        revoking.revoke(found["revoked"], reason="Sat by somebody else", by=BY)
    return found, ann, bo


def names(found: dict[str, int], sort: str = "", **wanted) -> list[str]:
    called = {number: name for name, number in found.items()}
    return [called[view.id] for view in rows_of(holdings.listing(**wanted), sort)]


def test_a_walk_through_the_certificates_meets_each_once_in_every_order(earned):
    found, _ann, bo = earned
    with committed():
        db.session.execute(sa.delete(SignInName).where(SignInName.user_id == bo))
        db.session.execute(sa.delete(Identity).where(Identity.user_id == bo))
    walked = walk(lambda _sort: holdings.listing())
    assert [view.id for view in walked] == [found[name] for name in (
        "other", "namesake", "new", "revoked", "expired", "old")]


def test_certificates_are_sorted_by_day_and_by_name_of_today(earned):
    found, ann, _bo = earned
    assert names(found, "valid_until")[0] == "old"
    assert names(found, "-valid_until")[0] == "other"
    with committed():
        registering.change({ann: Person("N-1", "Zoe Lee")}, by=BY)
    assert names(found, "name")[0] == "namesake"
    assert names(found, "-name")[0] == "other"


def test_each_certificate_is_in_one_state_and_its_filter_names_the_same(earned):
    found, *_people = earned
    states = {view.id: view.state for view in rows_of(holdings.listing())}
    assert {name: states[number] for name, number in found.items()} == {
        "old": "superseded", "new": "valid", "other": "valid", "namesake": "valid",
        "expired": "expired", "revoked": "revoked"}
    for state in holdings.STATES:
        filtered = {view.id for view in rows_of(holdings.listing(state=state))}
        assert filtered == {number for number, each in states.items() if each == state}
    assert len(names(found, state="nonsense")) == 6


def test_a_certificate_counts_on_its_last_day_and_not_on_the_day_after(earned):
    found, *_people = earned
    last = holdings.get(found["other"], owner=None).valid_until
    for days, state in ((0, "valid"), (1, "expired")):
        with clock.moved_by(last - house.today() + timedelta(days=days)):
            assert holdings.get(found["other"], owner=None).state == state
            assert "other" in names(found, state=state)


def test_a_revoked_certificate_that_is_superseded_too_is_revoked(each_app):
    course, user = a_course(), a_user()
    older = certificate_of(sit(user, course, days_ago=3)).id
    sit(user, course, number=2)
    assert holdings.get(older, owner=None).state == "superseded"
    with committed():
        revoking.revoke(older, reason="Sat by somebody else", by=BY)
    assert holdings.get(older, owner=None).state == "revoked"
    assert [view.id for view in rows_of(holdings.listing(state="revoked"))] == [older]
    assert rows_of(holdings.listing(state="superseded")) == []


def test_they_are_found_by_a_part_of_the_name_the_whole_number_and_their_own(earned):
    found, *_people = earned
    number = holdings.get(found["other"], owner=None).number
    assert names(found, text="ANN") == ["other", "namesake", "new", "old"]
    assert names(found, text="öz") == ["revoked", "expired"]
    assert names(found, text="n-2") == ["namesake"]
    assert names(found, text="lee n-1") == ["other", "new", "old"]
    assert names(found, text="ee") == names(found, text="%") == names(found, text="-") == []
    assert names(found, text=number.lower().replace("-", " ")) == ["other"]
    assert names(found, text="ann", state="superseded") == ["old"]


def test_the_same_are_found_where_more_people_are_found_than_are_looked_up(earned, monkeypatch):
    found, *_people = earned
    asked = [{"text": text, "state": state} for text in ("ann", "lee n", "n", "bo", "zoe")
             for state in ("", *holdings.STATES)]
    few = [names(found, **each) for each in asked]
    monkeypatch.setattr(search, "first_ids", partial(search.first_ids, most=1))
    assert [names(found, **each) for each in asked] == few


@pytest.mark.parametrize("state", ["", *holdings.STATES])
@pytest.mark.parametrize(("sort", "order"), [("issued", "issued"), ("valid_until", "until")])
def test_what_does_not_match_is_told_by_the_index_of_the_order(earned, state, sort, order):
    listed = holdings.listing(text="ann", state=state, sort=sort)
    found = in_order(listed, sort)
    index = f"ix_certificate_standing_{'ending_' if state else ''}{order}"
    assert reads_only(found, index), found
    assert finds_in(listed, "ix_certificate_standing_user_id")


def test_ones_own_are_ones_own_and_newest_first(earned):
    found, ann, bo = earned
    assert [view.id for view in holdings.list_of(ann)] == [
        found["other"], found["new"], found["old"]]
    assert holdings.get(found["new"], owner=ann).user_id == ann
    with pytest.raises(NotFound):
        holdings.get(found["new"], owner=bo)
    with pytest.raises(NotFound):
        holdings.get(999, owner=None)


def test_one_is_found_by_its_code_alone(earned):
    found, *_people = earned
    view = holdings.get(found["other"], owner=None)
    assert holdings.find_by_code(view.code) == view
    assert holdings.find_by_code(view.number) is None


def test_a_holder_whose_data_was_deleted_has_no_name_and_the_certificate_stays(earned):
    found, *_people = earned
    with committed():
        db.session.execute(sa.delete(Holder).where(Holder.certificate_id == found["new"]))
    view = holdings.get(found["new"], owner=None)
    assert (view.holder, view.disclosed, view.state) == ("Holder data deleted", {}, "valid")
    assert len(rows_of(holdings.listing())) == 6


def test_own_certificates_come_a_page_at_a_time(app, monkeypatch):
    monkeypatch.setattr(holdings, "PAGE", 2)
    user = a_user()
    for number in (1, 2, 3):
        sit(user, a_course(f"Course {number}"), number=1)
    text = client_of(app, user).get("/certificates").text
    assert "Course 3" in text and "Course 1" not in text and 'rel="next"' in text


def test_the_list_takes_as_many_statements_for_6_as_for_30(earned):
    counts = []
    for more in (0, 24):
        course = a_course()
        for _n in range(more):
            sit(a_user(), course)
        with counted() as statements:
            rows_of(holdings.listing())
        counts.append(len(statements))
    assert counts == [3, 3]


def test_many_certificates_are_tried_in_order_and_few_are_looked_up(earned, monkeypatch):
    found, *_people = earned
    wanted = [{"state": state, "text": text} for state in ("", *holdings.STATES)
              for text in ("", "ann", "le n", holdings.get(found["other"], owner=None).number)]
    sorts = [sign + sort for sort in holdings.SORTS for sign in ("", "-")]

    def listed() -> list[list[int]]:
        return [[view.id for view in holdings.listing(**each, sort=sort).every(sort)]
                for each in wanted for sort in sorts]

    few = listed()
    for name in ("COUNTED", "FEW"):
        monkeypatch.setattr(f"isotrain.lists.{name}", 1)
    assert listed() == few
    for each in wanted:
        walk(lambda sort, each=each: holdings.listing(**each, sort=sort))


def test_what_is_kept_of_certificates_is_what_holds(earned):
    found, ann, bo = earned
    ids = sorted(found.values())
    assert standing.list_wrong(ids) == []
    with committed():
        db.session.execute(sa.update(Standing).where(Standing.user_id == bo)
                           .values(ending="superseded"))
    assert standing.list_wrong(ids) == [found["expired"], found["revoked"]]
    with committed():
        standing.rewrite([ann, bo])
    assert standing.list_wrong(ids) == []
