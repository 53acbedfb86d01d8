"""What is due for one person, and the one thing to do next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import clock
from isotrain.assignments import rules, training
from isotrain.certificates import revoking
from isotrain.db import db
from isotrain.quizzes.models import Quiz, QuizVersion
from tests.assignments.making import RULES, Made, a_course, begin, bind, read, sit
from tests.counting import counted
from tests.factories import BY, a_user, client_of, committed
from tests.sittings import certificate_of

TODAY = date(2026, 6, 15)
DAYS = st.none() | st.integers(-90, 90).map(lambda days: TODAY + timedelta(days=days))
FACTS = st.builds(rules.Facts, due_on=DAYS, valid_until=DAYS, failed=st.booleans(),
                  begun=st.booleans())


@pytest.mark.parametrize(("facts", "status", "group"), [
    (rules.Facts(), rules.NOT_ASSIGNED, "later"),
    (rules.Facts(due_on=TODAY), rules.ASSIGNED, "soon"),
    (rules.Facts(due_on=date(2026, 7, 15)), rules.ASSIGNED, "soon"),
    (rules.Facts(due_on=date(2026, 7, 16)), rules.ASSIGNED, "later"),
    (rules.Facts(due_on=date(2026, 6, 1), valid_until=date(2026, 7, 15)), rules.COMPLETED_PASS,
     "soon"),
    (rules.Facts(due_on=date(2026, 6, 1), valid_until=date(2026, 7, 16)), rules.COMPLETED_PASS,
     "done"),
    (rules.Facts(due_on=date(2026, 6, 14)), rules.OVERDUE, "overdue"),
    (rules.Facts(due_on=TODAY, begun=True), rules.IN_PROGRESS, "soon"),
    (rules.Facts(begun=True), rules.IN_PROGRESS, "later"),
    (rules.Facts(due_on=TODAY, failed=True, begun=True), rules.COMPLETED_FAIL, "soon"),
    (rules.Facts(due_on=date(2026, 6, 14), failed=True), rules.OVERDUE, "overdue"),
    (rules.Facts(due_on=date(2026, 6, 1), valid_until=TODAY), rules.COMPLETED_PASS, "soon"),
    (rules.Facts(due_on=date(2026, 6, 1), valid_until=date(2027, 6, 1)), rules.COMPLETED_PASS,
     "done"),
    (rules.Facts(valid_until=TODAY), rules.COMPLETED_PASS, "done"),
    (rules.Facts(valid_until=date(2026, 6, 14)), rules.EXPIRED, "soon"),
    (rules.Facts(due_on=date(2026, 6, 1), valid_until=date(2026, 6, 14)), rules.OVERDUE,
     "overdue"),
])
def test_the_first_rule_that_applies_decides_the_status(facts, status, group):
    assert (rules.status(facts, TODAY), rules.urgency(facts, TODAY)) == (status, group)


@given(FACTS)
@settings(max_examples=200)
def test_every_person_has_one_known_status_and_group(facts):
    assert rules.status(facts, TODAY) in rules.STATUSES
    assert rules.urgency(facts, TODAY) in training.GROUPS


@given(FACTS)
@settings(max_examples=200)
def test_nothing_past_its_day_without_a_valid_pass_is_called_anything_but_overdue(facts):
    late = facts.due_on is not None and facts.due_on < TODAY
    held = facts.valid_until is not None and facts.valid_until >= TODAY
    assert (rules.status(facts, TODAY) == rules.OVERDUE) == (late and not held)


def only(user: int) -> training.Due:
    [due] = training.due_for(user)
    return due


def test_a_course_nobody_asked_for_is_not_listed(app):
    a_course()
    assert training.due_for(a_user()) == []


def test_the_next_step_leads_from_reading_to_the_exam_and_to_the_certificate(app):
    course, user = a_course(), a_user()
    bind(user, course)
    assert (only(user).next_step, only(user).next_module.code) == ("study", "M1")
    read(user, course, 1)
    assert (only(user).next_module.code, only(user).minutes_left) == ("M2", 7)
    read(user, course, 2)
    assert only(user).next_step == "exam"
    attempt = begin(user, course)
    assert (only(user).next_step, only(user).exam.open_attempt_id) == ("resume", attempt)


def test_a_pass_is_done_and_names_its_certificate(app):
    course, user = a_course(), a_user()
    bind(user, course)
    attempt = sit(user, course)
    due = only(user)
    assert (due.group, due.next_step) == ("done", "none")
    assert due.certificate_id == certificate_of(attempt).id


def test_who_failed_waits_and_may_then_try_again(app):
    course, user = a_course(), a_user()
    bind(user, course, due_in=30)
    read(user, course, 2)
    sit(user, course, passed=False)
    assert (only(user).status, only(user).next_step) == (rules.COMPLETED_FAIL, "wait")
    with clock.moved_by(timedelta(hours=25)):
        assert only(user).next_step == "exam"


def test_who_used_all_attempts_is_stuck(app):
    course, user = a_course(attempts=1), a_user()
    read(user, course, 2)
    sit(user, course, passed=False)
    assert only(user).next_step == "stuck"


def test_a_certificate_that_runs_out_asks_for_the_exam_again(app):
    course, user = a_course(), a_user()
    bind(user, course, due_in=30)
    read(user, course, 2)
    sit(user, course, days_ago=710)
    assert only(user).expiring
    assert (only(user).group, only(user).next_step) == ("soon", "exam")


def test_a_revoked_certificate_counts_no_more(app):
    course, user = a_course(), a_user()
    bind(user, course)
    attempt = sit(user, course)
    with committed():
        revoking.revoke(certificate_of(attempt).id, reason="Sat by somebody else", by=BY)
    assert only(user).status == rules.ASSIGNED
    assert only(user).certificate_id is None


def test_overdue_comes_first_and_done_last(app):
    user = a_user()
    late, soon, later, done = (a_course(title) for title in ("Late", "Soon", "Later", "Done"))
    bind(user, later, due_in=60)
    bind(user, done)
    sit(user, done)
    bind(user, soon, due_in=5)
    bind(user, late, due_in=-2)
    assert [due.course.title for due in training.due_for(user)] == ["Late", "Soon", "Later", "Done"]


def test_the_list_takes_the_same_statements_for_one_course_and_for_twelve(app):
    user = a_user()
    counts = []
    for courses in (1, 11):
        for _n in range(courses):
            made = a_course()
            bind(user, made)
            sit(user, made, passed=False)
        with counted() as statements:
            training.due_for(user)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def page(app, user: int) -> str:
    response = client_of(app, user).get("/my-training")
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_the_page_says_what_to_do_when_nothing_is_due(app):
    assert "Nothing is due" in page(app, a_user())


def test_the_page_offers_one_primary_button_for_the_most_urgent_course(app):
    user = a_user()
    for n in range(4):
        bind(user, a_course(f"Course {n}"), due_in=20 * n - 5)
    text = page(app, user)
    assert text.count("button primary") == 1
    assert "1 overdue · 1 due soon · 2 later" in text
    assert "Start with M1" in text and "5 days overdue" in text


def test_the_page_shows_every_state_in_words(app):
    user = a_user()
    opened, failed, done, waiting = (a_course(t) for t in ("Opened", "Failed", "Done", "Waits"))
    for course in (opened, failed, waiting):
        bind(user, course, due_in=20)
        read(user, course, 2)
    bind(user, done)
    begin(user, opened)
    sit(user, failed, passed=False, days_ago=3)
    sit(user, waiting, passed=False)
    sit(user, done)
    text = page(app, user)
    for words in ("Go on with the exam", "Your exam is open", "Try the exam again",
                  "Not passed yet", "Your next attempt can start on", "Completed",
                  "Certificate valid until"):
        assert words in text


def replace_exam(made: Made, slug: str, *, attempts: int = 1) -> None:
    """Retire the exam of a course and publish another one."""
    with committed():
        now = clock.now()
        db.session.get_one(Quiz, made.quiz).retired_at = now
        db.session.flush()
        quiz = Quiz(slug=slug, course_id=made.course, kind="exam", created_at=now)
        db.session.add(quiz)
        db.session.flush()
        version = QuizVersion(quiz_id=quiz.id, number=1, state="published", title="New", cells=[],
                              rules={**RULES, "attempts": attempts}, created_at=now)
        db.session.add(version)
        db.session.flush()
        quiz.published_version_id = version.id


def test_a_retired_exam_is_not_offered_and_attempts_at_it_do_not_count_in_the_new_one(each_app):
    course, user = a_course(attempts=1), a_user()
    bind(user, course)
    read(user, course, 2)
    sit(user, course, passed=False)
    assert only(user).next_step == "stuck"
    replace_exam(course, "new-exam")
    assert (only(user).exam.slug, only(user).next_step) == ("new-exam", "exam")
    assert only(user).exam.standing.used == 0


def test_who_has_begun_an_exam_that_is_retired_goes_on_with_it(each_app):
    course, user = a_course(), a_user()
    bind(user, course)
    attempt = begin(user, course)
    replace_exam(course, "new-exam")
    assert (only(user).next_step, only(user).exam.open_attempt_id) == ("resume", attempt)
    with committed():
        db.session.query(Quiz).filter_by(slug="new-exam").one().retired_at = clock.now()
    assert only(user).exam.slug is None and only(user).exam.standing is None


def test_what_one_reads_and_sits_is_ones_own(each_app):
    course, user, other = a_course(), a_user(), a_user()
    for each in (user, other):
        bind(each, course)
    read(other, course, 2)
    begin(other, course)
    assert (only(user).next_step, only(user).modules_done) == ("study", 0)
    assert (only(other).next_step, only(other).modules_done) == ("resume", 2)
