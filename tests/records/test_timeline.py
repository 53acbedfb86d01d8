"""One person over time: everything that happened to them, newest first, and nothing of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Identity, SignInName
from isotrain.assignments import assigning
from isotrain.certificates import revoking
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.people.models import Employment, Unit
from isotrain.records import correcting, timeline
from isotrain.records.models import CompletionRecord
from isotrain.settings import house
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.factories import BY, a_user, committed
from tests.sittings import certificate_of


def kinds(user: int) -> list[str]:
    return [entry.kind for entry in timeline.trace(user).entries]


def ago(days: int):
    return house.today() - timedelta(days=days)


def test_somebody_to_whom_nothing_happened_has_a_name_and_no_entry(each_app):
    user = a_user(name="Ada", number="N-1")
    found = timeline.trace(user)
    assert (found.name, found.personnel_no, found.left_at, found.place) == ("Ada", "N-1", None,
                                                                            None)
    assert found.entries == [] and found.rows == []


def test_who_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        timeline.trace(99)


def test_days_at_work_are_told_newest_first_and_the_open_placement_is_the_place(each_app):
    user, namesake = a_user(name="Ada"), a_user(name="Ada")
    place(user, a_unit("OLD"), days_ago=90, valid_to=ago(20))
    place(user, a_unit("NEW"), days_ago=20)
    place(namesake, a_unit("ELSEWHERE"), days_ago=50)
    with committed():
        db.session.add_all([
            Employment(user_id=user, hired_on=ago(99), left_on=ago(60)),
            Employment(user_id=user, hired_on=ago(40)),
            Employment(user_id=namesake, hired_on=ago(70))])
    assert kinds(user) == ["placed", "hired", "left", "placed", "hired"]
    assert kinds(namesake) == ["placed", "hired"]
    assert timeline.trace(user).place.unit_code == "NEW"


def test_exams_and_certificates_of_two_courses_are_told_with_all_that_followed(each_app):
    first, second, user, other = a_course(), a_course(), a_user(name="Ada"), a_user(name="Ada")
    sit(user, first, passed=False, days_ago=9)
    older = sit(user, first, number=2, days_ago=8)
    newer = sit(user, first, number=3, days_ago=7)
    elsewhere = sit(user, second, days_ago=6)
    sit(other, second, days_ago=5)
    with clock.moved_by(timedelta(days=-4)), committed():
        revoking.revoke(certificate_of(elsewhere).id, reason="Sat by somebody else", by=BY)
    assert sorted(kinds(other)) == ["certificate", "passed"]
    assert kinds(user)[0] == "revoked" and kinds(user)[-1] == "failed"
    assert sorted(kinds(user)) == sorted([
        "failed", "passed", "certificate", "passed", "certificate", "superseded", "passed",
        "certificate", "revoked"])
    by_kind = {entry.kind: entry for entry in timeline.trace(user).entries}
    assert by_kind["superseded"].facts.id == certificate_of(older).id
    assert by_kind["superseded"].at == certificate_of(newer).issued_at
    assert by_kind["revoked"].facts[0].id == certificate_of(elsewhere).id
    assert {row.course_id for row in timeline.trace(user).rows} == {first.course, second.course}


def test_rules_are_told_when_they_bind_and_when_they_end(each_app):
    course, user = a_course(), a_user()
    rule, other = bind(user, course), bind(user, course, due_in=30)
    with committed():
        assigning.withdraw(rule, by=BY)
    found = [(entry.kind, entry.facts[1].id) for entry in timeline.trace(user).entries]
    assert sorted(found) == sorted([("assigned", rule), ("ended", rule), ("assigned", other)])


def test_a_corrected_record_says_so_and_the_correction_stands_beside_it(each_app):
    user = a_user(name="Ada")
    attempt = sit(user, a_course(), days_ago=3)
    record = db.session.query(CompletionRecord).one().id
    with committed():
        db.session.add(Unit(code="V", name="Unit V"))
        right = replace(correcting.present(record), unit="V")
        newer = correcting.correct(record, right, reason="She had moved before", by=BY).id
    assert kinds(user)[0] == "corrected"
    assert sorted(kinds(user)) == ["certificate", "corrected", "passed"]
    told = {entry.kind: entry.facts for entry in timeline.trace(user).entries}
    assert (told["passed"][0].id, told["passed"][1]) == (record, True)
    assert (told["corrected"][0].id, told["corrected"][1]) == (newer, False)
    assert told["corrected"][0].attempt_id == attempt


def test_who_was_erased_has_a_timeline_without_a_name(each_app):
    user = a_user(name="Ada")
    sit(user, a_course())
    with committed():
        db.session.execute(sa.delete(SignInName).where(SignInName.user_id == user))
        db.session.execute(sa.delete(Identity).where(Identity.user_id == user))
    found = timeline.trace(user)
    assert (found.name, found.personnel_no) == ("Personal data deleted", "")
    assert len(found.entries) == 2
