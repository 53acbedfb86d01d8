"""Attacks on signing in, on sessions and on the house as a whole, from outside and from inside."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Session
from isotrain.attempts.models import Attempt
from isotrain.cli.demo import PASSWORD
from tests.bench.overreaching import ACCOUNTS, ADMIN, HR
from tests.faults.serving import ROOT
from tests.house import policy
from tests.house.markup import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.attacking import Stage, Visitor

GUESSES, LATE, PEOPLE = 200, 500, 1_500
EXAM, PRACTICE = "/quiz/iso-certification-exam", "/quiz/iso-certification-practice"


def shut_everybody_out(stage: Stage) -> None:
    """One address tries 200 wrong passwords on 20 accounts, to guess one or to shut all out."""
    numbers = [f"21{n:02}" for n in range(20)]
    known = stage.signed_in(numbers[0])
    known.fills("/account", "/sign-out")
    stage.check(not known.is_in(), "signing out does not sign out")
    attacker = stage.visitor("127.0.66.6")
    attacker.reads_token("/sign-in")
    for guess in range(GUESSES):
        reply = stage.tried(attacker.post("/sign-in", {
            "name": numbers[guess % 20], "password": f"wrong password {guess}"}))
        stage.check(reply.status in (422, 429), f"a guess is answered {reply.status}")
    refused = attacker.post("/sign-in", {"name": numbers[1], "password": PASSWORD})
    stage.check(refused.status == 429, "the attacker may go on guessing")
    for number in numbers[1:4]:
        fresh = stage.visitor()
        fresh.signs_in(number)
        stage.check(fresh.is_in(), f"{number} is shut out at another address")
    same = stage.visitor("127.0.66.6")
    same.cookie = known.cookie
    same.signs_in(numbers[0])
    stage.check(same.is_in(), "a known device is shut out")


def come_after_time(stage: Stage) -> None:
    """A cookie is used after its time, with a practice quiz left open to keep it alive."""
    for column, ago in ((Session.last_seen_at, timedelta(hours=9)),
                        (Session.created_at, timedelta(hours=25))):
        old, theirs = stage.signed_in("2110"), stage.id_of("2110")
        begun = old.post(PRACTICE, {}).location
        assert begun.startswith("/attempt/")
        stage.change(sa.update(Session).where(Session.user_id == theirs)
                     .values({column: clock.now() - ago}))
        for path in ("/account", begun, "/my-training"):
            stage.check(stage.tried(old.get(path)).status == 303, f"{path} opens after its time")
        stage.tried(old.post(f"{begun}/1", {"answer": "0", "rev": 9}))
        stage.check(not old.is_in(), "the session came back to life")
        stage.check(stage.rows("SELECT count(*) FROM user_session WHERE user_id = ?"
                               " AND ended_at IS NULL", theirs) == [(0,)], "no row was ended")


def save_meanwhile(stage: Stage) -> None:
    """HR applies a large people file while somebody sits an exam: no answer is lost."""
    sitting, hr = stage.signed_in("2111"), stage.signed_in(HR)
    begun = sitting.post(EXAM, {}).location
    lines = "\n".join(f"7{n:05},Person {n},Sales" for n in range(PEOPLE))
    reply = stage.tried(hr.uploads("/people/import", "people.csv",
                                   f"personnel_no,name,unit\n{lines}\n"))
    assert reply.location.startswith("/people/import/"), reply.status
    apply = threading.Thread(target=hr.fills, args=(reply.location, reply.location))
    apply.start()
    rev, slowest, more = 1, 0.0, "SELECT count(*) FROM identity WHERE personnel_no LIKE '7%'"
    end = time.monotonic() + 90
    while (apply.is_alive() or stage.rows(more) != [(PEOPLE,)]) and time.monotonic() < end:
        began = time.monotonic()
        saved = stage.tried(sitting.post(f"{begun}/1", {"answer": "0", "rev": rev},
                                         "application/json"))
        slowest, rev = max(slowest, time.monotonic() - began), rev + 1
        stage.check(saved.status == 200, f"a save is answered {saved.status}")
        time.sleep(0.02)
    apply.join()
    assert stage.rows(more) == [(PEOPLE,)], "the file was not applied"
    print(f"  (9: {rev - 1} saves, the slowest took {slowest:.2f} s)")


@contextmanager
def _needed(stage: Stage) -> Iterator[Visitor]:
    """Let HR need a second factor for a while; give the administrator who switched it on."""
    admin = stage.signed_in(ADMIN)

    def switch(value: str) -> None:
        admin.fills("/settings/factor_hr", "/settings/factor_hr", value=value,
                    reason="For this attack.")
        time.sleep(6)  # until every process has read it again

    switch("on")
    try:
        yield admin
    finally:
        switch("off")


def pass_the_second_step(stage: Stage) -> None:
    """Who has stolen a password goes past setting up a factor, guesses codes, or uses one again."""
    with _needed(stage), stage.untouched(**{**ACCOUNTS, "people": "SELECT * FROM identity"}):
        owner = stage.visitor()
        owner.signs_in("2004")
        for path in ("/people", "/records", "/people/export.csv", "/account", "/my-training"):
            stage.check(stage.tried(owner.get(path)).status in (303, 403), f"{path} opens before")
        owner.reads_token("/account/second-factor")
        for path in ("/people/new", "/people/5/edit", "/people/5/access-link", "/assignments/new"):
            stage.tried(owner.post(path, {"personnel_no": "5001", "name": "Past The Gate",
                                          "from_on": "2026-11-01"}))
        stage.tried(owner.post("/account/second-factor/app/begin", {}))
        app = _app(owner)
        owner.post("/account/second-factor/app", {"code": app.at(clock.now())})
        assert owner.get("/people").status == 200, "the owner could not set a factor up"
        _guess(stage, owner, app)


def _app(owner: Visitor) -> pyotp.TOTP:
    """Read the key off the page, as an app would read the picture."""
    page = Page(owner.reads_token("/account/second-factor/app"))
    keys = ["".join(text.split()) for text in page.texts("code")]
    return pyotp.TOTP(next(key for key in keys if len(key) >= 32))


def _guess(stage: Stage, owner: Visitor, app: pyotp.TOTP) -> None:
    thief, used = stage.visitor(), app.at(clock.now())
    stage.tried(thief.signs_in("2004"))
    stage.check(not thief.is_in() and thief.get("/people").status == 303, "in by password alone")
    thief.reads_token("/second-step")
    for guess in (used, *(f"{n:06}" for n in range(30))):
        stage.tried(thief.post("/second-step", {"code": guess}))
        if thief.is_in():
            stage.check(False, "a code was guessed, or taken twice")
            return
    right = app.at(clock.now() + timedelta(seconds=30))
    stage.tried(thief.post("/second-step", {"code": right}))
    stage.check(not thief.is_in(), "thirty guesses do not end guessing")
    owner.fills("/account", "/sign-out")
    owner.signs_in("2004")
    owner.reads_token("/second-step")
    owner.post("/second-step", {"code": right})
    stage.check(owner.is_in(), "the owner is shut out on the own device")


def act_on_old_proof(stage: Stage) -> None:
    """Who finds a browser signed in sends what asks for the password again, straight away."""
    guarded = {**ACCOUNTS, "links": "SELECT id FROM one_time_link",
               "asked": "SELECT id FROM proposal", "people": "SELECT * FROM identity",
               "records": "SELECT * FROM completion_record",
               "settings": "SELECT * FROM setting", "work": "SELECT id FROM work",
               "revoked": "SELECT * FROM certificate_revocation"}
    for number in (HR, ADMIN):
        found = stage.signed_in(number)
        stage.change(sa.update(Session).where(Session.user_id == stage.id_of(number))
                     .values(proved_at=clock.now() - timedelta(hours=9)))
        rules = {rule.endpoint: rule for rule in stage.app.url_map.iter_rules()}
        values = {"user_id": stage.id_of("2112"), "record_id": 1, "certificate_id": 1,
                  "proposal_id": 1, "name": "organization", "token": "x"}
        with stage.untouched(**guarded), stage.app.test_request_context():
            for endpoint, method in policy.steps_up().items():
                path = stage.app.url_map.bind("x").build(endpoint, {
                    key: values[key] for key in rules[endpoint].arguments})
                for more in ({}, {"current": "not this one"}, {"current": ""}):
                    reply = stage.tried(
                        found.get(path) if method == "GET" else found.post(path, {
                            "personnel_no": "2112", "name": "Taken Over", "value": "Mine",
                            "roles": ["admin"], "reason": "None", **more}))
                    stage.check(reply.status in (403, 422, 429), f"{endpoint}: {reply.status}")


def answer_without_end(stage: Stage) -> None:
    """Somebody sends 500 answers to one question after the end of an exam."""
    late, theirs = stage.signed_in("2113"), stage.id_of("2113")
    begun = late.post(EXAM, {}).location
    stage.change(sa.update(Attempt).where(Attempt.user_id == theirs).values(
        started_at=clock.now() - timedelta(hours=3), deadline_at=clock.now() - timedelta(hours=2)))
    for rev in range(1, LATE + 1):
        stage.tried(late.post(f"{begun}/1", {"answer": str(rev % 3), "rev": rev}))
    attempt = begun.split("/")[2]
    kept = stage.rows("SELECT count(*) FROM late_answer WHERE attempt_id = ?", attempt)
    stage.check(kept <= [(1,)], f"{kept[0][0]} late answers to one question are kept")
    counted = stage.rows("SELECT count(*) FROM answer WHERE attempt_id = ?"
                         " AND response IS NOT NULL", attempt)
    stage.check(counted == [(0,)], "a late answer counts")


def speak_of_another_house(stage: Stage) -> None:
    """Requests name a foreign host; an installation that would stand open is started."""
    port = stage.server.port
    for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}",
                 "localhost@evil.example", "evil.example#127.0.0.1"):
        for path in ("/", "/sign-in", "/forgotten", "/verify/keys.json", "/no-such-page"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path, headers={
                "Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            text = f"{answer.headers} {answer.read().decode(errors='replace')}"
            stage.tries += 1
            stage.check(answer.status == 400 and "evil" not in text, f"{path} for {host}")
            connection.close()
    weak = {"ISOTRAIN_ENV": "production", "ISOTRAIN_PLAIN_HTTP": ""}
    for what, environment in {
        "production over http": weak,
        "a repeated key": {**weak, "ISOTRAIN_PUBLIC_URL": "https://x.example",
                           "ISOTRAIN_SECRET_KEY": "abcdefghijkl" * 4},
        "debugging in production": {**weak, "ISOTRAIN_PUBLIC_URL": "https://x.example",
                                    "ISOTRAIN_DEBUG": "1"},
        "development for all": {"ISOTRAIN_BIND": "0.0.0.0:0"},
    }.items():
        stage.tries += 1
        stage.check(not _starts(stage, environment), f"{what} starts")


def _starts(stage: Stage, environment: dict[str, str]) -> bool:
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "isotrain/server.py", "--check-config",
         "app:app"], cwd=ROOT, env={**stage.server.environment, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process.wait(timeout=60) == 0


ATTACKS = ((6, shut_everybody_out), (7, come_after_time), (9, save_meanwhile),
           (10, pass_the_second_step), (10, act_on_old_proof), (11, answer_without_end),
           (13, speak_of_another_house))
