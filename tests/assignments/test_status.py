"""One status per person and course: the rule and its SQL decide alike, on every day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from isotrain import clock
from isotrain.accounts import registering
from isotrain.assignments import assigning, oversight, rules, status, training
from isotrain.certificates import revoking
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.people.days import Today
from isotrain.records import register
from isotrain.records.filters import EXPIRING, TO_DO, Filter, Rows
from tests.assignments.making import Made, a_course, begin, read, sit
from tests.factories import BY, a_user, committed
from tests.sittings import certificate_of
from tests.walking import rows_of

TODAY = date(2026, 6, 15)
EDGES = (-30, -1, 0, 1, rules.SOON.days, rules.SOON.days + 1)
CONDITIONS = {
    status.held: lambda facts: rules.status(facts, TODAY) == rules.COMPLETED_PASS,
    status.overdue: lambda facts: rules.status(facts, TODAY) == rules.OVERDUE,
    status.due_soon: lambda facts: rules.is_due_soon(facts, TODAY),
    status.expiring: lambda facts: rules.is_expiring(facts, TODAY),
}


def day(offset: int | None) -> date | None:
    return None if offset is None else TODAY + timedelta(days=offset)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen_at(datetime(2026, 6, 15, 12, tzinfo=UTC)):
        yield


def test_the_expression_decides_every_kind_of_facts_as_the_rule_does(each_app):
    days = [None, *map(day, EDGES)]
    kinds = [rules.Facts(*each) for each in product(days, days, (False, True), (False, True))]
    columns = []
    for facts in kinds:
        said = status.Facts(0, sa.literal(facts.due_on, sa.Date), sa.literal(
            facts.valid_until, sa.Date), *(sa.true() if each else sa.false()
                                           for each in (facts.failed, facts.begun)))
        columns += [status.status(said, Today(TODAY)),
                    *(sa.case((condition(said, Today(TODAY)), 1), else_=0)
                      for condition in CONDITIONS)]
    wide, width = [], 1 + len(CONDITIONS)
    for start in range(0, len(columns), 40 * width):
        wide += db.session.execute(sa.select(*columns[start : start + 40 * width])).one()
    for n, facts in enumerate(kinds):
        found, *truths = wide[n * width : (n + 1) * width]
        assert found == rules.status(facts, TODAY), facts
        assert list(map(bool, truths)) == [rule(facts) for rule in CONDITIONS.values()], facts


ACTS = st.one_of(
    st.tuples(st.just("due"), st.sampled_from(EDGES)),
    st.tuples(st.just("ended"), st.sampled_from(EDGES)),
    st.tuples(st.just("pass"), st.sampled_from(EDGES)),
    st.tuples(st.just("revoked"), st.sampled_from(EDGES)),
    st.tuples(st.just("fail"), st.just(0)),
    st.tuples(st.just("read"), st.just(0)),
    st.tuples(st.just("begin"), st.just(0)),
)


def bind(user: int, course: Made, due_in: int) -> int:
    """Assign before the day that is due."""
    with clock.frozen_at(clock.now() - timedelta(days=60)), committed():
        return assigning.assign(course_id=course.course, target="person", user_id=user,
                                due_on=TODAY + timedelta(days=due_in), by=BY, transaction=inside).id


def sit_until(user: int, course: Made, until_in: int, number: int) -> int:
    """Pass so that the certificate runs out so many days from today."""
    day_of_exam = (TODAY + timedelta(days=until_in)).replace(year=TODAY.year - 2)
    at = datetime(day_of_exam.year, day_of_exam.month, day_of_exam.day, 9, number % 60, tzinfo=UTC)
    with clock.frozen_at(at):
        return sit(user, course, number=number)


def live(user: int, course: Made, acts: list[tuple[str, int]]) -> rules.Facts:
    """Let a user live through acts; return the facts that they come to."""
    dues, passes, failed, begun = [], {}, False, False
    exams = sorted((act for act in acts if act[0] in ("pass", "revoked")), key=lambda a: a[1])
    for number, (act, offset) in enumerate(exams, start=1):
        attempt = sit_until(user, course, offset, number)
        passes[(offset, number)] = True
        if act == "revoked":
            del passes[(offset, number)]
            with committed():
                revoking.revoke(certificate_of(attempt).id, by=BY,
                                reason="Sat by somebody else")
    for number, (act, offset) in enumerate(acts, start=len(exams) + 1):
        if act in ("due", "ended"):
            rule = bind(user, course, offset)
            if act == "due":
                dues.append(day(offset))
            else:
                with committed():
                    assigning.withdraw(rule, by=BY)
        elif act == "fail":
            failed = True
            sit(user, course, passed=False, number=number)
        elif act == "read":
            begun = True
            read(user, course, 1, finished=False)
        elif act == "begin" and not begun:
            begun = True
            begin(user, course, number=number)
    until = day(max(passes)[0]) if passes else None
    return rules.Facts(min(dues) if dues else None, until, failed, begun)


def by_sql(user: int, course: Made) -> str:
    facts = status.facts_of(user, course.course)
    return db.session.scalar(sa.select(status.status(facts, Today(TODAY))))


@given(st.lists(ACTS, max_size=5), st.lists(ACTS, max_size=3))
@example([("due", -1), ("pass", 0)], [("pass", -1), ("due", 0)])
@example([("ended", -1), ("due", 30)], [("due", 31), ("due", -1)])
@example([("pass", 30), ("revoked", 31), ("fail", 0)], [("revoked", 0), ("read", 0)])
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happened_every_page_tells_the_status_of_the_rule(each_app, acts, others):
    """Two courses of one person, and somebody of the same name who does the other half."""
    first, second = a_course("First"), a_course("Second")
    user, namesake = (a_user(name="Same Name") for _ in range(2))
    lived = {(user, first.course): live(user, first, acts),
             (user, second.course): live(user, second, others),
             (namesake, first.course): live(namesake, first, others)}
    made = {first.course: first, second.course: second}
    rows = Rows(Filter(), users=[user, namesake])  # others lived through earlier examples
    lines = [register.Line(*row) for row in db.session.execute(register.detailed(rows))]
    listed = {(line.user_id, line.course_id): line.status for line in lines}
    for (who, course), facts in lived.items():
        expected = rules.status(facts, TODAY)
        assert by_sql(who, made[course]) == expected
        assert status.facts_for(who).get(course, (rules.Facts(), None))[0] == facts
        dues = {due.course.id: due.status for due in training.due_for(who)}
        assert dues.get(course, rules.NOT_ASSIGNED) == expected
        # What was only begun is no row of the list; a revoked pass is one.
        on_the_list = facts.due_on or facts.valid_until or facts.failed
        assert listed.get((who, course), None if on_the_list else expected) == expected
    for rule in [*rows_of(oversight.listing(course=first.slug)),
                 *rows_of(oversight.listing(course=second.slug))]:
        [bound] = rows_of(oversight.people(rule.requirement.id))
        expected = rules.status(lived[bound.user_id, rule.requirement.course_id], TODAY)
        assert bound.state == expected
        assert (rule.done, rule.overdue) == (int(expected == rules.COMPLETED_PASS),
                                             int(expected == rules.OVERDUE))


def test_two_rules_of_one_course_make_one_status_the_earlier_day_counts(each_app):
    course, user = a_course(), a_user()
    late, later = bind(user, course, -1), bind(user, course, 60)
    for rule in (late, later):
        [bound] = rows_of(oversight.people(rule))
        assert bound.state == rules.OVERDUE
        assert oversight.get(rule).overdue == 1
    with committed():
        assigning.withdraw(late, by=BY)
    assert [rows_of(oversight.people(rule))[0].state for rule in (late, later)] == [
        "ended", rules.ASSIGNED]


def test_who_left_is_bound_to_nothing(each_app):
    course, user = a_course(), a_user()
    bind(user, course, -1)
    assert by_sql(user, course) == rules.OVERDUE
    with committed():
        registering.deactivate([user], by=BY)
    assert by_sql(user, course) == rules.NOT_ASSIGNED
    assert status.facts_for(user) == {}


def test_the_newest_pass_counts_even_where_an_older_one_runs_longer(each_app):
    course, user = a_course(), a_user()
    with clock.frozen_at(datetime(2025, 6, 1, tzinfo=UTC)):
        older = sit(user, course)
    with committed():
        from isotrain.study.models import Course
        db.session.get(Course, course.course).certificate_months = 6
    with clock.frozen_at(datetime(2025, 7, 1, tzinfo=UTC)):
        newer = sit(user, course, number=2)
    assert certificate_of(older).valid_until == date(2027, 6, 1)
    assert by_sql(user, course) == rules.EXPIRED
    [row] = rows_of(register.listing(Filter()))
    assert row.status == rules.EXPIRED
    facts, certificate = status.facts_for(user)[course.course]
    assert facts.valid_until == date(2026, 1, 1)
    assert certificate == certificate_of(newer).id


def test_practice_and_other_courses_decide_nothing(each_app):
    course, practice, other = a_course(), a_course(kind="practice"), a_course()
    user = a_user()
    bind(user, course, 5)
    sit(user, practice, passed=False)
    begin(user, practice, number=2)
    sit(user, other)
    assert by_sql(user, course) == rules.ASSIGNED
    assert by_sql(user, practice) == rules.NOT_ASSIGNED


def test_a_filter_by_status_lets_through_whom_the_rule_names(each_app):
    """One person for every kind of facts that stands in a list, on the edges of today and soon."""
    course, lived = a_course(), {}
    for due, until, failed in [*product((None, -1, 0, 31), (None, -1, 0, 30, 31), (False,)),
                               (-1, None, True), (31, None, True), (None, None, True)]:
        user = a_user()
        acts = [("due", due)] * (due is not None) + [("pass", until)] * (until is not None)
        facts = live(user, course, [*acts, *[("fail", 0)] * failed])
        if facts != rules.Facts():
            lived[user] = facts
    read(a_user(), course, 1)  # begun, but neither assigned nor completed: no row
    for wanted in (*rules.STATUSES, TO_DO, EXPIRING):
        query = Rows(Filter(status=wanted))
        found = set(db.session.scalars(query.select(query.pair.c.user_id)))
        assert found == {user for user, facts in lived.items() if passes(wanted, facts)}, wanted


def passes(wanted: str, facts: rules.Facts) -> bool:
    found = rules.status(facts, TODAY)
    if wanted == TO_DO:
        return found not in (rules.OVERDUE, rules.COMPLETED_PASS, rules.NOT_ASSIGNED)
    return rules.is_expiring(facts, TODAY) if wanted == EXPIRING else found == wanted
