"""Issuing: exactly one certificate for a passed exam, frozen and signed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from isotrain import clock
from isotrain.attempts.models import Result
from isotrain.audit.noting import Actor
from isotrain.certificates import holdings, issuing, revoking, rules, signing_keys
from isotrain.certificates.models import Certificate, Revocation, SigningKey, Supersession
from isotrain.db import db
from isotrain.errors import Conflict, Refusal, Unready
from isotrain.settings import house
from tests.factories import BY, a_user, committed
from tests.listening import finished


def test_a_passed_exam_issues_a_certificate_that_verifies_offline(each_app, finish):
    user = a_user(name="Nguyễn Thị Phương Thảo")
    attempt = finish(user)
    view = holdings.list_of(user)[0]
    assert view.attempt_id == attempt.id
    verdict = rules.verify(holdings.document(view), signing_keys.published(), today=house.today())
    assert verdict.valid
    assert verdict.disclosed["name"] == "Nguyễn Thị Phương Thảo"
    assert "Nguyễn" not in str(view.payload)


@pytest.mark.parametrize(("passed", "kind"), [(False, "exam"), (True, "practice")])
def test_a_failed_exam_or_a_practice_issues_none(app, finish, passed, kind):
    user = a_user()
    finish(user, passed=passed, kind=kind)
    assert holdings.list_of(user) == []


def test_one_attempt_never_gets_two_certificates(each_app, finish):
    attempt = finish(a_user())
    result = db.session.get(Result, attempt.id)
    with pytest.raises(IntegrityError), committed():
        issuing.issue(finished(attempt, result))


def test_the_database_refuses_a_certificate_without_a_passed_result(each_app, finish):
    attempt = finish(a_user(), passed=False)
    claimed = Result(attempt_id=attempt.id, percent="90.0", passed=True)
    with pytest.raises(IntegrityError), committed():
        issuing.issue(finished(attempt, claimed))


def test_a_certificate_cannot_be_changed_or_deleted(each_app, finish):
    finish(a_user())
    for statement in (sa.update(Certificate).values(number="26-0000-0000"),
                      sa.delete(Certificate)):
        with pytest.raises(DBAPIError), committed():
            db.session.execute(statement)


def test_a_newer_certificate_supersedes_the_older_one(each_app, finish):
    user = a_user()
    finish(user)
    finish(user, number=2)
    newer, older = holdings.list_of(user)
    assert (newer.state, older.state) == ("valid", "superseded")
    link = db.session.get(Supersession, older.id)
    assert link.superseded_by == newer.id
    finish(user, number=3)  # what was superseded is so by the one that followed it
    newest = holdings.list_of(user)[0]
    assert {(link.certificate_id, link.superseded_by) for link in db.session.query(Supersession)} \
        == {(older.id, newer.id), (newer.id, newest.id)}


def test_a_pass_in_another_course_supersedes_nothing(each_app, finish):
    one, other = a_user(name="Ana Li"), a_user(name="Ana Li")
    for user in (one, other):
        finish(user, course="A")
        finish(user, course="B")
    assert db.session.query(Supersession).count() == 0
    assert [view.state for user in (one, other) for view in holdings.list_of(user)] == ["valid"] * 4
    finish(one, course="B", number=2)
    (link,) = db.session.query(Supersession).all()
    older = db.session.get_one(Certificate, link.certificate_id)
    newer = db.session.get_one(Certificate, link.superseded_by)
    assert (older.user_id, older.course_id) == (newer.user_id, newer.course_id)
    assert older.user_id == one and link.superseded_at == newer.issued_at
    states = [view.state for view in holdings.list_of(one)]
    assert sorted(states) == ["superseded", "valid", "valid"]
    assert [view.state for view in holdings.list_of(other)] == ["valid", "valid"]


def test_it_expires_after_its_last_day(app, finish):
    user = a_user()
    finish(user)
    view = holdings.list_of(user)[0]
    assert rules.valid_until(view.issued_at.date(), months=24) == view.valid_until
    with clock.moved_by(view.valid_until - house.today() + (house.today() - house.today())):
        assert holdings.list_of(user)[0].state == "valid"
    with clock.moved_by((view.valid_until - house.today()) * 1.01):
        assert holdings.list_of(user)[0].state == "expired"


def test_revoking_needs_a_reason_and_happens_once(each_app, finish):
    user = a_user()
    finish(user)
    certificate = holdings.list_of(user)[0].id
    with pytest.raises(Refusal, match="reason"), committed():
        revoking.revoke(certificate, reason="no", by=BY)
    with committed():
        revoking.revoke(certificate, reason="Issued to the wrong person", by=BY)
    assert holdings.list_of(user)[0].state == "revoked"
    with pytest.raises(Conflict, match="before"), committed():
        revoking.revoke(certificate, reason="Issued to the wrong person", by=BY)


def test_nobody_revokes_their_own_certificate_and_a_command_any(each_app, finish):
    hr, colleague = a_user("employee", "hr"), a_user("employee", "hr")
    for user in (hr, colleague):
        finish(user)
    own, other = (holdings.list_of(user)[0].id for user in (hr, colleague))
    by, reason = Actor("user", hr), "Issued to the wrong person"
    with pytest.raises(Refusal, match="your own"), committed():
        revoking.revoke(own, reason=reason, by=by)
    for certificate, who in ((other, by), (own, BY)):
        with committed():
            revoking.revoke(certificate, reason=reason, by=who)
        kept = db.session.get_one(Revocation, certificate)
        assert (kept.reason, kept.revoked_by) == (reason, who.user_id)


@pytest.mark.parametrize("reason", ["", "no", "  too short  "])
def test_a_reason_that_is_none_is_refused_at_its_field(app, finish, reason):
    user = a_user()
    finish(user)
    with pytest.raises(Refusal) as refused, committed():
        revoking.revoke(holdings.list_of(user)[0].id, reason=reason, by=BY)
    assert refused.value.field == "reason"


def test_a_new_key_takes_the_place_of_the_old_one_which_stays_published(each_app):
    with committed():
        first, second = (signing_keys.make(by=BY)[0] for _ in range(2))
    assert signing_keys.current(by=BY)[0] == second
    assert list(signing_keys.published()) == [first, second]
    in_use = {key.key_id: key.retired_at is None for key in db.session.query(SigningKey)}
    assert in_use == {first: False, second: True}


def test_what_an_old_key_signed_still_verifies_after_a_new_one(app, finish):
    user = a_user()
    finish(user)
    with committed():
        signing_keys.make(by=BY)
    finish(user, number=2)
    views = holdings.list_of(user)
    assert views[0].payload["key_id"] != views[1].payload["key_id"]
    for view in views:
        keys = signing_keys.published()
        assert rules.verify(holdings.document(view), keys, today=house.today()).valid


def test_a_lost_private_key_is_said_in_words(app, finish):
    finish(a_user())
    for file in app.config["INSTALLATION"].keys.glob("*.pem"):
        file.unlink()
    signing_keys._kept.cache_clear()
    with pytest.raises(Unready, match="private signing key is missing"):
        finish(a_user())
