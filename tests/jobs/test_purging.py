"""What has had its time is deleted, a few rows at once, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import linking, registering, signing_in, throttling
from isotrain.accounts.models import OneTimeLink, Session, Throttle
from isotrain.attempts.models import Attempt, LateAnswer
from isotrain.banks.files import importing as bank_files
from isotrain.banks.models import BankUpload
from isotrain.db import db
from isotrain.jobs import purging
from isotrain.people.files import importing as people_files
from isotrain.people.models import PeopleUpload
from isotrain.settings.definitions import KEEP_LATE_ANSWERS, KEEP_SIGN_INS
from isotrain.timetable import JOBS
from isotrain.web.transaction import transaction
from tests import sittings
from tests.attempts import sitting
from tests.banks.making import a_bank
from tests.factories import BY, a_setting, a_user, client_of, committed

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def purged(name: str) -> int:
    """Run a job to its end and return how much it did."""
    return sum(JOBS.get(name).run(transaction))


def ids(model) -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(model.id)))


def test_sessions_go_thirty_days_after_they_ended(each_app):
    ended, live = a_user(), a_user()
    client_of(each_app, ended)
    with committed():
        signing_in.end_all([ended])
    client_of(each_app, live)
    with clock.moved_by(30 * DAY - SECOND):
        assert purged("purge-sessions") == 0
    with clock.moved_by(30 * DAY + 5 * SECOND):
        assert purged("purge-sessions") == 1
    assert db.session.scalars(sa.select(Session.user_id)).all() == [live]


def test_a_session_that_nobody_ended_goes_when_it_could_not_be_used_for_as_long(each_app):
    client_of(each_app, a_user())
    with clock.moved_by(30 * DAY + timedelta(hours=12) - SECOND):
        assert purged("purge-sessions") == 0
    with clock.moved_by(30 * DAY + timedelta(hours=12, seconds=5)):
        assert purged("purge-sessions") == 1


def test_how_long_traces_are_kept_is_a_setting(each_app):
    user = a_user()
    client_of(each_app, user)
    with committed():
        signing_in.end_all([user])
        linking.make([user], by=BY)
        registering.cancel_links([user])
    a_setting(KEEP_SIGN_INS, 2 * DAY)
    with clock.moved_by(2 * DAY - SECOND):
        assert purged("purge-sessions") + purged("purge-links") == 0
    with clock.moved_by(2 * DAY + 5 * SECOND):
        assert purged("purge-sessions") == 1 and purged("purge-links") == 1


def test_links_go_thirty_days_after_they_were_used_or_expired_and_live_ones_stay(each_app):
    used, expired, live = a_user(), a_user(), a_user()
    with committed():
        linking.make([used, expired], by=BY)
        registering.cancel_links([used])
    with clock.moved_by(30 * DAY - SECOND):
        assert purged("purge-links") == 0
    with clock.moved_by(30 * DAY + 5 * SECOND):
        with committed():
            linking.make([live], by=BY)
        assert purged("purge-links") == 1
    with clock.moved_by(44 * DAY + 5 * SECOND):
        assert purged("purge-links") == 1
    assert db.session.scalars(sa.select(OneTimeLink.user_id)).all() == [live]


def test_counts_of_tries_go_when_their_window_is_over(each_app):
    with committed():
        throttling.take("old")
    with clock.moved_by(throttling.WINDOW + SECOND):
        with committed():
            throttling.take("new")
        assert purged("purge-tries") == 1
    db.session.rollback()
    assert db.session.scalars(sa.select(Throttle.key)).all() == ["new"]


def late_answer() -> int:
    user = a_user()
    attempt = sittings.begin(user)
    with clock.moved_by(timedelta(hours=2)):
        sitting.save(attempt, user, 1, ["0"])
    return attempt


def test_answers_that_came_too_late_go_fourteen_days_after_the_end(each_course_app):
    attempt = late_answer()
    assert len(ids(LateAnswer)) == 1
    end = db.session.get_one(Attempt, attempt, populate_existing=True).closed_at - clock.now()
    with clock.moved_by(end + 14 * DAY - 5 * SECOND):
        assert purged("purge-late-answers") == 0
    with clock.moved_by(end + 14 * DAY + 5 * SECOND):
        assert purged("purge-late-answers") == 1


def test_how_long_late_answers_are_kept_is_a_setting(course_app):
    late_answer()
    a_setting(KEEP_LATE_ANSWERS, DAY)
    with clock.moved_by(DAY):
        assert purged("purge-late-answers") == 0
    with clock.moved_by(DAY + timedelta(hours=1)):
        assert purged("purge-late-answers") == 1


def test_files_that_nobody_applied_go_after_a_day(each_app):
    hr = a_user("hr")
    with committed():
        people_files.keep(people_files.Upload("people.csv", b"personnel_no\n"), user_id=hr)
    with clock.moved_by(DAY - SECOND):
        assert purged("purge-uploads") == 0
    with clock.moved_by(DAY + 5 * SECOND):
        with committed():
            people_files.keep(people_files.Upload("new.csv", b"personnel_no\n"), user_id=hr)
        assert purged("purge-uploads") == 1
    db.session.rollback()
    assert db.session.scalars(sa.select(PeopleUpload.file_name)).all() == ["new.csv"]


@pytest.mark.parametrize("state", ["checked", "applied"])
def test_what_was_read_of_a_bank_file_goes_and_that_it_was_applied_stays(each_app, state):
    bank = a_bank()
    file = bank_files.read(b"What?\nA. This\nB. That\nANSWER: A\n", "q.txt", reader=None)
    with committed():
        for _ in range(7):
            bank_files.keep(bank, file, by=BY)
        first = db.session.scalar(sa.select(sa.func.min(BankUpload.id)))
        db.session.execute(sa.update(BankUpload).where(BankUpload.id == first)
                           .values(state=state))
    with clock.moved_by(DAY - SECOND):
        assert purged("purge-uploads") == 0
    with clock.moved_by(DAY + 5 * SECOND):
        assert purged("purge-uploads") == 7
        assert purged("purge-uploads") == 0
    db.session.rollback()
    left = db.session.execute(sa.select(BankUpload.state, BankUpload.checked)).all()
    assert [tuple(row) for row in left] == ([("applied", None)] if state == "applied" else [])


def test_rows_go_a_few_at_a_time_and_all_of_them(each_app, monkeypatch):
    with committed():
        for n in range(11):
            throttling.take(f"k{n}")
    with committed():
        assert purging.delete_some(Throttle.key, sa.true(), at_once=4) == 4
        assert purging.delete_some(Throttle.key, Throttle.key == "k9", at_once=4) <= 1
    with committed():
        while purging.delete_some(Throttle.key, sa.true(), at_once=4):
            pass
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Throttle)) == 0

