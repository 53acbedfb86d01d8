"""What all pages share: the gate, headers, errors, redirects, health."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Blueprint

from isotrain import create_app
from isotrain.accounts.models import Session
from isotrain.config import Installation
from isotrain.db import db
from isotrain.errors import Conflict, Refusal, Unready
from isotrain.web import readiness
from isotrain.web.addresses import safe_next
from isotrain.web.gate import public
from isotrain.web.journal import JsonLines
from tests.conftest import make_settings
from tests.factories import a_user, client_of, committed


def test_an_unmarked_endpoint_is_refused_even_to_an_administrator(tmp_path):
    app = create_app(make_settings(tmp_path))
    bp = Blueprint("unmarked", __name__)
    bp.add_url_rule("/unmarked", "page", lambda: "secret")
    app.register_blueprint(bp)
    answer = app.test_client().get("/unmarked")
    assert answer.status_code == 403
    assert "secret" not in answer.text
    with app.app_context():
        db.engine.dispose()


def test_a_page_for_members_sends_strangers_to_sign_in_and_back(app):
    answer = app.test_client().get("/courses?x=1")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/courses?x%3D1"


def test_a_machine_that_is_not_signed_in_gets_401(app):
    answer = app.test_client().get("/courses", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["code"] == 401


def test_a_page_of_another_role_is_forbidden_in_words(app):
    answer = client_of(app, a_user("employee")).get("/certificates/issued")
    assert answer.status_code == 403
    assert "not open to you" in answer.text


def test_an_idle_session_ends_and_says_so(app):
    client = client_of(app, a_user())
    with committed():
        old = sa.func.replace(Session.last_seen_at, "202", "201")
        db.session.execute(sa.update(Session).values(last_seen_at=sa.cast(old, sa.String)))
    answer = client.get("/courses", follow_redirects=True)
    assert "You have been signed out" in answer.text


def test_every_response_carries_the_security_headers(app):
    for url in ("/sign-in", "/nothing", "/healthz", "/static/css/isotrain.css"):
        with app.test_client().get(url) as answer:
            headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert directive in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers
        assert "Access-Control-Allow-Origin" not in headers
    assert app.test_client().get("/sign-in").headers["Cache-Control"] == "no-store"


def test_where_the_public_address_is_encrypted_every_response_says_that_it_stays_so(
    app, monkeypatch
):
    """Also where nobody told the server of the proxy that ends the encryption."""
    monkeypatch.setitem(app.config, "INSTALLATION",
                        replace(app.config["INSTALLATION"], public_url="https://localhost"))
    for url in ("/sign-in", "/nothing", "/healthz", "/static/css/isotrain.css"):
        with app.test_client().get(url) as answer:
            told = answer.headers["Strict-Transport-Security"]
        assert told == "max-age=31536000; includeSubDomains"


def test_nobody_is_told_what_a_request_looked_like_on_its_way(app):
    for url in ("/sign-in", "/healthz", "/static/css/isotrain.css"):
        assert app.test_client().open(url, method="TRACE").status_code == 405


def test_what_only_builders_look_at_is_not_in_production(tmp_path, monkeypatch):
    monkeypatch.setattr(readiness, "problems", lambda **_patience: [])
    for environment, there in (("production", False), ("development", True)):
        built = create_app(replace(make_settings(tmp_path), environment=environment))
        assert ("gallery.page" in built.view_functions) is there


def test_health_is_public_and_readiness_checks_the_database(app):
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_readiness_says_no_when_the_schema_is_another(app):
    with committed():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num='9999'"))
    assert app.test_client().get("/readyz").status_code == 503


def test_production_refuses_an_empty_database(tmp_path):
    told = Installation(environment="production", instance=tmp_path, secret_key="x" * 40,
                        database_url=f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(Unready, match="The database is empty"):
        create_app(told)


@pytest.mark.parametrize("target", [
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/%0d%0aX: y\n",
    "javascript:alert(1)", "/nothing-here", "", None, "courses", "///evil", "/courses\n",
])
def test_a_redirect_never_leaves_the_site(app, target):
    with app.test_request_context():
        assert safe_next(target) is None


def test_a_redirect_may_go_to_a_page_of_ours(app):
    with app.test_request_context():
        assert safe_next("/courses?page=2") == "/courses?page=2"


@pytest.mark.parametrize(("error", "status", "words"), [
    (Refusal("Enter the pass mark"), 422, "Enter the pass mark"),
    (Conflict("Somebody was faster"), 409, "Somebody was faster"),
    (Unready("boom: the key is gone"), 503, "Nothing is lost"),
    (RuntimeError("boom"), 500, "Something broke on our side"),
])
def test_failures_are_pages_in_words(tmp_path, error, status, words):
    app = create_app(make_settings(tmp_path), PROPAGATE_EXCEPTIONS=False)
    bp = Blueprint("failing", __name__)

    @bp.get("/fail")
    @public
    def fail():
        raise error

    app.register_blueprint(bp)
    answer = app.test_client().get("/fail")
    assert answer.status_code == status
    assert words in answer.text
    assert "boom" not in answer.text
    with app.app_context():
        db.engine.dispose()


def test_a_post_without_a_token_is_refused(app):
    answer = app.test_client().post("/sign-in", data={"name": "x", "password": "y"})
    assert answer.status_code == 400


@pytest.mark.parametrize("text", ["a\nb", "a\u2028b", "a\u0085b", "a\u202eb", "a\x1b[2Jb", "é"])
def test_nothing_in_a_line_of_the_log_begins_another_or_turns_it(text):
    record = logging.LogRecord("isotrain", logging.INFO, "", 0, "%s", (text,), None)
    line = JsonLines().format(record)
    assert line.isascii() and line.isprintable() and json.loads(line)["message"] == text


def test_the_log_names_the_route_and_never_the_path(app, caplog):
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(JsonLines().format(record))

    logger = logging.getLogger("isotrain")
    keep = Keep()
    logger.addHandler(keep)
    try:
        app.test_client().get("/verify/SECRETCODE")
    finally:
        logger.removeHandler(keep)
    line = json.loads(lines[-1])
    assert line["route"] == "/verify/<code>"
    assert line["request_id"]
    assert "SECRETCODE" not in "".join(lines)
