"""Faults under faults: what tells of a failure must not need what failed."""

from __future__ import annotations

import json
import logging
import threading

import pytest
import sqlalchemy as sa
from flask import Blueprint
from sqlalchemy.exc import DataError, OperationalError

from isotrain import config, create_app
from isotrain.accounts import signing_in
from isotrain.attempts.models import Answer
from isotrain.db import db, writing
from isotrain.web import health
from isotrain.web.gate import public
from isotrain.web.journal import JsonLines
from tests import sittings
from tests.conftest import make_settings
from tests.factories import a_user, client_of, post

JSON = {"Accept": "application/json"}


@pytest.fixture
def lines():
    """What the log says, line by line."""
    kept = []

    class Keep(logging.Handler):
        def emit(self, record):
            kept.append(json.loads(JsonLines().format(record)))

    logger, keep = logging.getLogger("isotrain"), Keep()
    logger.addHandler(keep)
    yield kept
    logger.removeHandler(keep)


def away(*_arguments, **_named):
    raise OperationalError("SELECT", {}, Exception("the database is away"))


def broken(*_arguments, **_named):
    raise RuntimeError("boom")


@pytest.fixture(params=[(away, 503), (broken, 500)], ids=["away", "broken"])
def no_session(app, request, monkeypatch):
    """A signed-in browser whose session cannot be looked up; what a page should answer."""
    client = client_of(app, a_user())
    look_up, status = request.param
    asked = []
    monkeypatch.setattr(signing_in, "find_session", lambda token: asked.append(1) or look_up())
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return client, status, asked


def well_made(answer):
    """Whether an answer has its number and its security headers."""
    return (len(answer.headers["X-Request-Id"]) == 16
            and "default-src 'none'" in answer.headers["Content-Security-Policy"]
            and answer.headers["X-Content-Type-Options"] == "nosniff"
            and answer.headers["Cache-Control"] == "no-store")


@pytest.mark.parametrize("path", ["/my-training", "/account", "/"])
def test_a_page_fails_in_words_when_the_session_cannot_be_looked_up(no_session, path, lines):
    client, status, asked = no_session
    answer = client.get(path)
    assert answer.status_code == status and well_made(answer)
    assert answer.headers["X-Request-Id"] in answer.text and "<h1>" in answer.text
    assert "boom" not in answer.text
    assert len(asked) == 1  # nobody asks again what was answered with an error
    told = [line for line in lines if line["message"] == "request"]
    assert [(line["status"], line["user"]) for line in told] == [(status, None)]
    assert told[0]["request_id"] == answer.headers["X-Request-Id"]


def test_a_script_is_told_in_json_when_the_session_cannot_be_looked_up(no_session):
    client, status, _asked = no_session
    answer = client.get("/my-training", headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (status, status) and well_made(answer)


@pytest.mark.parametrize("path", ["/no-such-page", "/static/no-such-file"])
def test_what_is_not_there_needs_no_session_to_say_so(no_session, path):
    client, _status, asked = no_session
    answer = client.get(path)
    assert answer.status_code == 404 and well_made(answer) and asked == []


def test_health_answers_a_browser_whose_session_cannot_be_looked_up(no_session, lines):
    client, _status, asked = no_session
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"}) and well_made(answer)
    assert client.get("/readyz").status_code == 200
    assert asked == [] and [line["status"] for line in lines] == [200, 200]


def test_health_and_static_files_ask_the_database_nothing(app, monkeypatch):
    client = client_of(app, a_user())
    monkeypatch.setattr(type(db.session()), "execute", broken)
    monkeypatch.setattr(type(db.session()), "connection", broken)
    for path in ("/healthz", "/static/css/isotrain.css"):
        with client.get(path) as answer:
            assert answer.status_code == 200


def test_a_failure_of_a_public_page_does_not_ask_who_it_is_told_to(no_session, app, monkeypatch):
    client, _status, asked = no_session
    monkeypatch.setattr(health.readiness, "problems", away)
    assert client.get("/readyz").status_code == 503 and asked == []


def test_the_log_names_who_asked_where_that_was_looked_up(app, lines):
    user = a_user()
    client = client_of(app, user)
    client.get("/my-training")
    client.get("/banks")
    assert [(line["status"], line["user"]) for line in lines] == [(200, user), (403, user)]


@pytest.fixture
def failing_app(tmp_path):
    """An application whose page /fail raises what a test wants."""
    app = create_app(make_settings(tmp_path), PROPAGATE_EXCEPTIONS=False)
    bp, errors = Blueprint("failing", __name__), []

    @bp.route("/fail", methods=["GET", "POST"])
    @public
    def fail():
        raise errors[0]

    app.register_blueprint(bp)
    yield app, errors
    with app.app_context():
        db.engine.dispose()


ARITHMETIC = [OverflowError("int too large"), ZeroDivisionError("by zero"), ValueError("no number"),
              DataError("INSERT", {}, Exception("value too long"))]


@pytest.mark.parametrize("error", ARITHMETIC, ids=lambda error: type(error).__name__)
def test_arithmetic_and_length_in_what_was_sent_are_faults_of_ours_and_logged(
    failing_app, lines, error
):
    app, errors = failing_app
    errors.append(error)
    answer = post(app.test_client(), "/sign-in", to="/fail")
    assert answer.status_code == 500 and "Something broke on our side" in answer.text
    logged = [line for line in lines if line["level"] == "error"]
    assert len(logged) == 1 and type(error).__name__ in logged[0]["exception"]


@pytest.mark.parametrize(("error", "status"), [(ARITHMETIC[0], 500), (ARITHMETIC[3], 404)])
def test_an_address_that_asks_for_what_no_row_can_hold_is_not_there_and_logged(
    failing_app, lines, error, status
):
    app, errors = failing_app
    errors.append(error)
    assert app.test_client().get("/fail").status_code == status
    assert [line for line in lines if line["level"] in ("warning", "error")]


@pytest.mark.parametrize("number", [2**63, 10**24, 10**4000])
def test_a_number_that_no_row_can_have_is_missing_like_any_other(each_app, number, lines):
    client = client_of(each_app, a_user("trainer"))
    for path, method in ((f"/banks/{number}", "GET"), (f"/banks/{number}", "POST"),
                         (f"/attempt/1/{number}", "GET")):
        missing = client.open(path.replace(str(number), "77"), method=method)
        answer = client.open(path, method=method)
        assert answer.status_code == missing.status_code
    assert not [line for line in lines if line["level"] == "error"]
    stranger = each_app.test_client().get(f"/banks/{number}")
    assert stranger.status_code == 303 and stranger.location.startswith("/sign-in")


def test_a_word_with_a_nul_in_an_address_is_missing_like_any_other(each_app):
    client = client_of(each_app, a_user())
    assert client.get("/courses/iso%00").status_code == 404


@pytest.fixture
def impatient(each_course_app, monkeypatch):
    """An application that waits a tenth of a second for a lock."""
    monkeypatch.setattr("isotrain.db.WAIT_SECONDS", 0.1)
    db.engine.dispose()  # connections learn it when they are made
    yield each_course_app
    db.session.remove()
    db.engine.dispose()


def holding_locks(app, attempt):
    """Hold what a save needs, until told to let go; returns the two events."""
    held, release = threading.Event(), threading.Event()

    def hold():
        with app.app_context(), writing(), db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE attempt SET user_id = user_id WHERE id = :id"),
                               {"id": attempt})
            held.set()
            release.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    return thread, release


@pytest.mark.parametrize("headers", [JSON, {}], ids=["script", "form"])
def test_a_save_that_waits_too_long_for_a_lock_is_told_to_come_again(impatient, headers, lines):
    user = a_user()
    attempt = sittings.begin(user)
    client = client_of(impatient, user)
    page, sent = f"/attempt/{attempt}/1", {"answer": "0", "rev": "1", "was": ""}
    thread, release = holding_locks(impatient, attempt)
    try:
        answer = post(client, page, sent, headers=headers)
    finally:
        release.set()
        thread.join()
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
    assert "Busy right now" in (answer.json["message"] if headers else answer.text)
    assert not [line for line in lines if line["level"] == "error"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 0
    db.session.rollback()
    assert post(client, page, sent, headers=headers).status_code in (200, 303)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 1


@pytest.mark.parametrize(("role", "path", "sent"), [
    ("hr", "/assignments/new", {"course": "iso-certification", "target": "everybody",
                                "due_on": "2099-01-01", "joiner_days": "30"}),
    ("trainer", "/banks/new", {"title": "Audits"}),
    ("employee", "/sign-out", {}),
])
def test_whatever_writes_is_told_to_come_again_while_the_database_is_locked(
    course_app, monkeypatch, lines, role, path, sent
):
    monkeypatch.setattr("isotrain.db.WAIT_SECONDS", 0.1)
    user = a_user(role)
    attempt, client = sittings.begin(a_user()), client_of(course_app, user)
    thread, release = holding_locks(course_app, attempt)
    try:
        answer = post(client, "/account", sent, to=path)
    finally:
        release.set()
        thread.join()
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
    assert not [line for line in lines if line["level"] == "error"]


def test_who_waits_long_for_a_lock_still_reads(impatient):
    user = a_user()
    attempt = sittings.begin(user)
    client = client_of(impatient, user)
    thread, release = holding_locks(impatient, attempt)
    try:
        assert client.get(f"/attempt/{attempt}/1").status_code == 200
    finally:
        release.set()
        thread.join()


def test_what_an_installation_is_told_shows_no_secret():
    told = repr(config.Installation(secret_key="hush-1", mail_password="hush-2",
                                    seeds={"MAIL_USER": "hush-3"}))
    assert "hush" not in told
