"""Doors that are closed: to hosts and cookies that are not ours, to others on the machine."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from dataclasses import replace

import pytest
from flask import Blueprint, request, session
from flask.sessions import SecureCookieSessionInterface

from isotrain import create_app, private, schema
from isotrain.db import db
from isotrain.web.gate import public
from isotrain.web.health import FORWARDED
from tests.conftest import SECRET, make_settings
from tests.factories import a_user, client_of

KEYS = ("the first of two keys of this test, longer", "the second of two keys of this test")


def named(app, monkeypatch, **more):
    """Let an application stand elsewhere than its tests do."""
    monkeypatch.setitem(app.config, "INSTALLATION", replace(app.config["INSTALLATION"], **more))
    return app.test_client()


@pytest.mark.parametrize("host, known", [
    ("training.example.com", True), ("training.example.com:443", True), ("localhost", False),
    ("127.0.0.1:5000", False), ("evil.example", False), ("a b", False), ("", False),
    ("training.example.com.evil.example", False), ("training.example.com\tx", False),
    ("@training.example.com", False),
])
def test_in_production_only_the_public_name_is_answered(app, monkeypatch, host, known):
    browser = named(app, monkeypatch, environment="production",
                    public_url="https://training.example.com")
    for page in ("/sign-in", "/nothing", "/static/nothing.css"):
        answer = browser.get(page, headers={"Host": host})
        assert (answer.status_code == 400) != known
        assert known or answer.text == "This address is not known here. Ask for the right one."
    for probe in ("/healthz", "/readyz"):
        assert browser.get(probe, headers={"Host": host}).status_code == 200


def test_outside_of_production_the_own_machine_is_known_too(app, monkeypatch):
    browser = named(app, monkeypatch, public_url="http://127.0.0.1:5999")
    for host, status in (("localhost:5999", 200), ("127.0.0.1", 200), ("evil.example", 400)):
        assert browser.get("/sign-in", headers={"Host": host}).status_code == status


def cookies(app, **values):
    return app.session_interface.get_signing_serializer(app).dumps(values)


def test_with_https_every_cookie_is_encrypted_this_hosts_alone_and_not_for_scripts(tmp_path):
    app = create_app(replace(make_settings(tmp_path), public_url="https://localhost"))
    with app.app_context():
        schema.upgrade(db.engine)
        a_user("employee", number="E-1", password="correct horse battery staple")
        browser = app.test_client()
        page = browser.get("/sign-in", base_url="https://localhost")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        answer = browser.post("/sign-in", base_url="https://localhost", data={
            "name": "E-1", "password": "correct horse battery staple", "csrf_token": token})
        db.session.remove()
        db.engine.dispose()
    assert answer.status_code == 303
    told = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert {each.partition("=")[0] for each in told} == {
        "__Host-isotrain", "__Host-isotrain-device"}
    for each in told:
        attributes = {word.strip() for word in each.split(";")}
        assert attributes >= {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
        assert "Domain" not in each


def session_of(app, cookie):
    name = app.config["SESSION_COOKIE_NAME"]
    with app.test_request_context(headers={"Cookie": f"{name}={cookie}"}):
        return dict(session)


def test_cookies_are_signed_with_sha256_and_those_of_the_version_before_are_read(app):
    class Before(SecureCookieSessionInterface):
        digest_method = staticmethod(hashlib.sha1)

    now = cookies(app, kept="now")
    assert len(now.rsplit(".", 1)[1]) == 43  # 32 bytes in base64
    before = Before().get_signing_serializer(app).dumps({"kept": "before"})
    assert session_of(app, now) == {"kept": "now"}
    assert session_of(app, before) == {"kept": "before"}
    assert session_of(app, now[:-4] + "AAAA") == {}


def test_a_cookie_of_a_former_key_is_taken_until_that_key_is_taken_away(tmp_path):
    there = make_settings(tmp_path)
    old = create_app(replace(there, secret_key=KEYS[0]))
    new = create_app(replace(there, secret_key=KEYS[1], former_keys=(KEYS[0],)))
    later = create_app(replace(there, secret_key=KEYS[1]))
    assert session_of(new, cookies(old, who="me")) == {"who": "me"}
    assert session_of(later, cookies(old, who="me")) == {}
    assert session_of(later, cookies(new, who="me")) == {"who": "me"}


def test_the_folder_and_what_it_holds_are_closed_to_others(tmp_path):
    folder = tmp_path / "place"
    (folder / "keys").mkdir(parents=True)
    for name in ("test.db", "keys/one.pem", "secret_key"):
        (folder / name).write_bytes(b"")
    (folder / "elsewhere").symlink_to("/etc/hostname")
    for path in (folder, folder / "keys", *folder.rglob("*.*")):
        path.chmod(0o777 if path.is_dir() else 0o644)
    assert set(private.open_to_others(folder)) == {
        ".", "keys", "keys/one.pem", "test.db", "secret_key"}
    create_app(make_settings(folder))
    assert private.open_to_others(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "test.db").stat().st_mode & 0o777 == 0o600


def test_what_the_server_makes_others_cannot_open(tmp_path):
    before = os.umask(0o022)
    try:
        private.make_private()
        app = create_app(make_settings(tmp_path / "new"))
        with app.app_context():
            schema.upgrade(db.engine)
            db.engine.dispose()
        assert (tmp_path / "new" / "test.db").exists()
        assert private.open_to_others(tmp_path / "new") == []
    finally:
        os.umask(before)


def health(app, admin, **headers):
    answer = client_of(app, admin).get("/health", headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_health_says_what_stands_open(app, monkeypatch):
    admin = a_user("admin")
    well = replace(app.config["INSTALLATION"], environment="production", proxies=1,
                   public_url="https://localhost")
    monkeypatch.setitem(app.config, "INSTALLATION", well)
    private.close(well.instance)
    through = {FORWARDED: "10.1.2.3"}
    assert "Close these doors" not in health(app, admin, **through)
    for change, sentence, headers in (
            ({"environment": "development"}, "development installation", through),
            ({"public_url": "http://localhost"}, "travel in plain", through),
            ({"former_keys": (SECRET,)}, "Cookies of former keys", through),
            ({"proxies": 0}, "ISOTRAIN_PROXIES is 0", through),
            ({}, "past the proxy", {})):
        monkeypatch.setitem(app.config, "INSTALLATION", replace(well, **change))
        page = health(app, admin, **headers)
        assert "Close these doors" in page and sentence in page
    monkeypatch.setitem(app.config, "INSTALLATION", well)
    (well.instance / "left open").write_text("")
    (well.instance / "left open").chmod(0o604)
    assert "Others on this machine can open left open" in health(app, admin, **through)
    (well.instance / "left open").unlink()


@pytest.mark.parametrize(("proxies", "said", "believed"), [
    (0, "9.9.9.9", "127.0.0.1"), (1, "9.9.9.9", "9.9.9.9"), (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
    (2, "6.6.6.6, 9.9.9.9, 10.0.0.1", "9.9.9.9"), (2, "9.9.9.9", "127.0.0.1"),
])
def test_as_many_proxies_are_believed_as_there_are(tmp_path, proxies, said, believed):
    app = create_app(replace(make_settings(tmp_path), proxies=proxies))
    bp = Blueprint("asked_by", __name__)
    bp.add_url_rule("/asked-by", "page", public(lambda: request.remote_addr))
    app.register_blueprint(bp)
    assert app.test_client().get("/asked-by", headers={FORWARDED: said}).text == believed


def test_the_log_says_once_that_a_proxy_stands_in_front_of_which_nobody_told(tmp_path, caplog):
    for proxies, times in ((0, 1), (1, 0)):
        app = create_app(replace(make_settings(tmp_path), proxies=proxies))
        caplog.clear()
        logging.getLogger("isotrain").addHandler(caplog.handler)
        for _again in range(3):
            app.test_client().get("/healthz", headers={FORWARDED: "10.1.2.3"})
        assert sum("ISOTRAIN_PROXIES is 0" in line for line in caplog.messages) == times


def test_a_monitor_that_names_a_host_no_name_can_be_is_told_so(app):
    answer = app.test_client().get("/healthz", headers={"Host": "a" * 80 + ".example"})
    assert answer.status_code == 400 and answer.mimetype == "text/plain"
