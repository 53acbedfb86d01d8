"""One more attempt beyond the limit: who gives it, to whom, what it lifts, where it is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from isotrain import clock
from isotrain.assignments import training
from isotrain.attempts.extra import giving, overview
from isotrain.attempts.models import Attempt, ExtraAttempt
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.keeping.proving_attempts import extra_attempts
from isotrain.mail.models import Outgoing
from isotrain.records import timeline
from isotrain.records.models import CompletionRecord
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST
from tests.attempts import sitting
from tests.attempts.browsing import text_of
from tests.attempts.sitting import EXAM, PRACTICE
from tests.factories import BY, a_setting, a_user, client_of, committed, post
from tests.quizzes.test_composing import a_trainer

REASON = "The network of the hall was down"


def stuck(*, number="", attempts=1, name="") -> int:
    """Return somebody who has used all attempts at the exam."""
    sitting.change_rules(attempts=attempts, wait_hours=0)
    user = a_user(number=number, name=name)
    for _ in range(attempts):
        sitting.sit(user, right=0)
    return user


def give(number: str, *, by: Actor = BY, reason: str = REASON, slug: str = EXAM) -> int:
    with committed():
        return giving.give(sitting.quiz_of(slug).id, number, reason=reason, by=by).id


def test_a_trainer_of_the_course_gives_one_more_and_only_one(each_course_app):
    user, other = stuck(number="7001"), stuck(number="7002")
    trainer = a_trainer()
    with pytest.raises(Refusal, match="used all your attempts"):
        sitting.start(user)
    row = db.session.get(ExtraAttempt, give("7001", by=Actor("user", trainer)))
    assert (row.user_id, row.after_number, row.given_by) == (user, 1, trainer)
    event = db.session.query(Event).filter_by(action="attempt.given").one()
    assert (event.actor_id, event.object_id, event.reason) == (trainer, str(row.id), None)
    assert event.details == {"quiz": EXAM, "user": user, "after": 1}
    sitting.sit(user, right=0)
    assert [a.number for a in db.session.query(Attempt).filter_by(user_id=user)] == [1, 2]
    for each in (user, other):
        with pytest.raises(Refusal, match="used all your attempts"):
            sitting.start(each)
    assert give("7001") != row.id  # the next one is a row of its own
    assert not any(seen.faults for seen in extra_attempts([row.id, row.id + 1]))


def test_the_wait_stays(course_app):
    user = stuck(number="7001")
    sitting.change_rules(attempts=1, wait_hours=24)
    give("7001")
    with pytest.raises(Refusal, match="You can start again on"):
        sitting.start(user)
    with clock.moved_by(timedelta(hours=24)):
        assert sitting.start(user)


def test_two_who_give_at_once_give_one(each_course_app, monkeypatch):
    stuck(number="7001")
    give("7001")
    monkeypatch.setattr(giving, "_refuse_unless_used_up", lambda _candidate: None)
    with pytest.raises(Conflict, match="given one more attempt already"):
        give("7001")
    assert db.session.query(ExtraAttempt).count() == 1


def test_the_database_lets_nobody_give_one_to_themselves_nor_changes_or_forgets_one(
        each_course_app):
    user = stuck(number="7001")
    row, exam = give("7001"), sitting.quiz_of().id
    sitting.sit(user, right=0)
    own = sa.insert(ExtraAttempt).values(
        user_id=user, quiz_id=exam, after_number=2, given_at=clock.now(), giver_kind="user",
        given_by=user, reason=REASON)
    unsat = sa.insert(ExtraAttempt).values(
        user_id=user, quiz_id=exam, after_number=9, given_at=clock.now(), giver_kind="command",
        reason=REASON)
    changed = sa.update(ExtraAttempt).values(after_number=2, reason="")
    reworded = sa.update(ExtraAttempt).values(reason="Another reason")
    for statement in (own, unsat, changed, reworded, sa.delete(ExtraAttempt)):
        with pytest.raises(DBAPIError), committed():
            db.session.execute(statement.execution_options(synchronize_session=False))
    with committed():
        db.session.execute(sa.update(ExtraAttempt).values(reason=""))
    db.session.expire_all()
    assert db.session.get_one(ExtraAttempt, row).reason == ""


def refused(number: str, words: str, *, by: Actor = BY, **more: str) -> None:
    with pytest.raises((Refusal, NotFound), match=words):
        give(number, by=by, **more)
    db.session.rollback()
    assert db.session.query(ExtraAttempt).count() == 0


def test_nobody_gives_one_to_themselves(course_app):
    trainer = a_trainer()
    refused(overview.directory.get_identity(trainer).personnel_no, "to themselves",
            by=Actor("user", trainer))


def test_a_trainer_of_another_course_finds_no_exam(course_app):
    stuck(number="7001")
    refused("7001", "does not exist", by=Actor("user", a_trainer(member=False)))


def test_practice_needs_none(course_app):
    stuck(number="7001")
    refused("7001", "does not exist", slug=PRACTICE)


def test_an_unknown_or_closed_account_gets_none(course_app):
    stuck(number="7001")
    refused("7009", "Nobody signs in")


def test_a_closed_exam_gives_none(course_app):
    stuck(number="7001")
    sitting.close_quiz(EXAM)
    refused("7001", "Nobody can sit this exam now")


def test_while_an_attempt_is_open_none_is_given(course_app):
    user = a_user(number="7001")
    sitting.change_rules(attempts=1)
    sitting.start(user)
    refused("7001", "is open")


def test_while_attempts_are_left_none_is_given(course_app):
    user = stuck(number="7001", attempts=2)
    sitting.change_rules(attempts=3)
    refused("7001", "still has 1 attempt")
    assert sitting.start(user)


def test_who_has_not_sat_yet_has_attempts_left(course_app):
    a_user(number="7001")
    sitting.change_rules(attempts=3)
    refused("7001", "still has 3 attempts")


def test_without_a_limit_none_is_given(course_app):
    stuck(number="7001")
    sitting.change_rules(attempts=0)
    refused("7001", "no limit of attempts")


def test_after_a_pass_none_is_given(course_app):
    user = a_user(number="7001")
    sitting.change_rules(attempts=1)
    sitting.sit(user, right=20)
    refused("7001", "has passed the exam")


def test_who_has_one_left_gets_no_second(course_app):
    stuck(number="7001")
    give("7001")
    with pytest.raises(Conflict, match="has not begun it"):
        give("7001")


@pytest.mark.parametrize(("reason", "words"), [("so", "in a sentence"), ("x" * 1001, "at most")])
def test_a_reason_is_a_sentence_of_a_thousand_characters_at_most(course_app, reason, words):
    stuck(number="7001")
    refused("7001", words, reason=reason)


# -- where it is said


def test_the_person_is_told_on_the_page_and_by_letter(course_app):
    a_setting(MAIL_HOST, "mail.invalid")
    a_setting(MAIL_FROM, "isotrain@works.example")
    user, trainer = stuck(number="7001", name="Ada Lee"), a_trainer()
    browser = client_of(course_app, user)
    trainer_name = overview.directory.get_identity(trainer).name
    before = text_of(browser.get(f"/quiz/{EXAM}"))
    assert f"One of these can give you one more: {trainer_name}." in before
    row = give("7001", by=Actor("user", trainer))
    after = text_of(browser.get(f"/quiz/{EXAM}"))
    assert f"You have one more attempt {trainer_name} gave it to you on" in after
    assert REASON in after and "1 attempt left" in after and "Start the exam" in after
    letter = giving.write_letter(user, {"extra": row}, False)
    assert "One more attempt" in letter.subject and REASON in letter.text
    assert [each.user_id for each in db.session.query(Outgoing).filter_by(kind=giving.LETTER)] == [
        user]


def test_where_nobody_looks_after_the_course_the_page_names_who_can_help(course_app):
    browser = client_of(course_app, stuck())
    assert "Tell HR: an administrator can name a trainer" in text_of(browser.get(f"/quiz/{EXAM}"))


def test_my_training_and_the_result_lead_to_whom_to_ask(course_app):
    user = stuck(number="7001")
    attempt = db.session.query(Attempt.id).filter_by(user_id=user).scalar()
    browser = client_of(course_app, user)
    assert "Who can give you one more" in text_of(browser.get(f"/attempt/{attempt}/result"))
    give("7001")
    [due] = [each for each in training.due_for(user) if each.exam.slug == EXAM]
    assert due.exam.standing.extra and due.exam.standing.left == 1


def test_record_receipt_and_timeline_say_that_an_attempt_was_an_extra_one(course_app):
    user, hr = stuck(number="7001"), client_of(course_app, a_user("hr"))
    give("7001")
    second = sitting.sit(user, right=20)
    rows = db.session.query(CompletionRecord).filter_by(user_id=user).order_by("id")
    assert [row.frozen["attempt"]["extra"] for row in rows] == [False, True]
    [entry] = [each for each in timeline.trace(user).entries if each.kind == "extra"]
    assert entry.facts.row.reason == REASON
    assert "One more attempt given" in text_of(hr.get(f"/records/people/{user}"))
    assert "given by An operator of this installation on" in text_of(
        client_of(course_app, user).get(f"/attempt/{second}/receipt"))


# -- the page


@pytest.fixture
def browser(course_app):
    return client_of(course_app, a_trainer())


def test_the_page_gives_and_lists_what_was_given(course_app, browser):
    stuck(number="7001", name="Ada Lee")
    stuck(number="7002", name="Ada Lee")
    url = f"/quizzes/{sitting.quiz_of().id}/extra-attempts"
    assert "No extra attempt was given" in text_of(browser.get(url))
    led = post(browser, url, {"name": "7002", "reason": REASON})
    assert led.status_code == 303
    page = text_of(browser.get(url))
    assert "1 extra attempt" in page and "Ada Lee 7002" in page and REASON in page
    again = post(browser, url, {"name": "7002", "reason": REASON})
    assert again.status_code == 409 and "has not begun it" in again.text
    assert post(browser, url, {"name": "7001", "reason": ""}).status_code == 422
    file = browser.get(f"{url}?as=csv").text
    assert "7002" in file and "7001" not in file


def test_practice_and_a_foreign_exam_have_no_such_page(course_app, browser):
    exam, practice = sitting.quiz_of(EXAM).id, sitting.quiz_of(PRACTICE).id
    assert browser.get(f"/quizzes/{practice}/extra-attempts").status_code == 404
    foreign = client_of(course_app, a_trainer(member=False))
    assert foreign.get(f"/quizzes/{exam}/extra-attempts").status_code == 404


def test_the_command_gives_one(course_app):
    user = stuck(number="7001")
    done = course_app.test_cli_runner().invoke(
        args=["attempt", "give", EXAM, "7001", "--reason", REASON])
    assert done.exit_code == 0 and "Given: attempt number 2." in done.output
    again = course_app.test_cli_runner().invoke(
        args=["attempt", "give", EXAM, "7001", "--reason", REASON])
    assert again.exit_code == 1 and "has not begun it" in again.output
    missing = course_app.test_cli_runner().invoke(
        args=["attempt", "give", "none", "7001", "--reason", REASON])
    assert missing.exit_code == 1 and "There is no quiz none." in missing.output
    attempt = sitting.sit(user, right=0)
    shown = course_app.test_cli_runner().invoke(args=["attempt", "show", str(attempt)])
    assert "extra attempt: yes" in shown.output


# -- verifying


def test_one_that_nobody_noted_or_that_follows_a_pass_is_found(course_app):
    user = a_user()
    sitting.sit(user, right=20)
    with committed():
        db.session.add(ExtraAttempt(
            user_id=user, quiz_id=sitting.quiz_of().id, after_number=1, given_at=clock.now(),
            giver_kind="command", reason=REASON))
    [id_] = db.session.scalars(sa.select(ExtraAttempt.id))
    [seen] = extra_attempts([id_])
    assert [fault.template for fault in seen.faults] == [
        "The attempt before it was not failed.", "No event says that it was given."]
