"""The code beside a one-time link, for who types instead of scanning."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from isotrain import clock, config
from isotrain.accounts import linking, passwords, registering, throttling
from isotrain.accounts.models import OneTimeLink, Throttle
from isotrain.accounts.rules import CODE_LENGTH, CODE_SIGNS, code_from, in_groups
from isotrain.db import db
from isotrain.web import journal
from tests.factories import BY, a_user, client_of, committed, csrf, post

WORDS = "seven green umbrellas marching"
WRONG = "do not go together"
codes = st.text(st.sampled_from(CODE_SIGNS), min_size=CODE_LENGTH, max_size=CODE_LENGTH)


@pytest.fixture
def ada(each_app) -> int:
    return a_user(name="Ada Byron", number="A-17")


def a_link(user: int, **more) -> linking.Link:
    with committed():
        return linking.make([user], by=BY, **more)[user]


def typed(client, code: str, name: str = "A-17", **more):
    return post(client, "/access", {"name": name, "code": code, **more})


def other_than(code: str) -> str:
    return ("1" if code[0] == "0" else "0") + code[1:]


@given(codes)
def test_a_code_is_read_as_it_may_be_typed(code):
    for misread in (code, in_groups(code), code.lower(), f" {code[:3]} {code[3:]} ",
                    code.replace("0", "O").replace("1", "I"),
                    code.replace("0", "o").replace("1", "l"),
                    "".join(chr(ord(sign) + 0xFEE0) for sign in code)):
        assert code_from(misread) == code


def test_a_code_is_40_bits_without_signs_that_look_alike():
    assert len(set(CODE_SIGNS)) == 32 and CODE_LENGTH == 8
    assert not set("ILOU") & set(CODE_SIGNS)


def test_who_types_number_and_code_sets_a_password_and_is_in(each_app, ada):
    link = a_link(ada)
    client = each_app.test_client()
    page = typed(client, in_groups(link.code).lower(), "a-17")
    assert page.status_code == 200 and "Ada Byron" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    answer = typed(client, link.code, password=WORDS)
    assert answer.status_code == 303 and client.get("/account").status_code == 200
    assert linking.find(link.token) is None, "code and link are one"


def test_an_address_with_a_stroke_at_its_end_is_the_same_page(app):
    assert app.test_client().get("/access/").status_code == 200


def test_a_weak_password_is_refused_and_the_code_stays_good(each_app, ada):
    link = a_link(ada)
    client = each_app.test_client()
    answer = typed(client, link.code, password="short")
    assert answer.status_code == 422 and "at least 15" in answer.text
    assert typed(client, link.code).status_code == 200


def test_whatever_is_wrong_is_answered_alike(each_app, ada):
    bob, cem, dan = (a_user(number=number) for number in ("B1", "C1", "D1"))
    used, old, fresh, gone = map(a_link, (bob, cem, ada, dan))
    with committed():
        linking.use(linking.get(used.token), passwords.hash_password(WORDS), request_id=None)
    newer = a_link(cem)
    with committed():
        registering.deactivate([dan], by=BY)
    answers = []
    for number, code in (("B1", used.code), ("C1", old.code), ("D1", gone.code),
                         ("C1", fresh.code), ("A-17", other_than(fresh.code)),
                         ("A-17", ""), ("A-17", "é" * 40), ("nobody", fresh.code)):
        answer = typed(each_app.test_client(), code, number)
        answers.append((answer.status_code, WRONG in answer.text))
    assert answers == [(422, True)] * 5 + [(422, False)] + [(422, True)] * 2
    assert typed(each_app.test_client(), newer.code, "C1").status_code == 200


@pytest.mark.parametrize(("password", "life"), [(None, timedelta(days=14)),
                                                (WORDS, timedelta(minutes=30))])
def test_a_code_lives_as_long_as_its_link(each_app, password, life):
    link = a_link(a_user(number="E1", password=password))
    for shift, status in ((-timedelta(seconds=1), 200), (timedelta(seconds=1), 422)):
        with clock.moved_by(life + shift):
            assert typed(each_app.test_client(), link.code, "E1").status_code == status


def test_of_eight_at_once_one_uses_the_code(each_app, ada):
    link = a_link(ada)
    together, outcomes = threading.Barrier(8), []

    def use(n: int) -> None:
        client = each_app.test_client()
        fields = {"name": "A-17", "code": link.code, "password": f"{WORDS} {n}",
                  "csrf_token": csrf(client, "/access")}
        together.wait()
        outcomes.append(client.post("/access", data=fields).status_code)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [303] + [422] * 7


def test_wrong_codes_of_a_person_are_slowed_at_one_address_and_not_at_another(each_app, ada):
    link = a_link(ada)
    here, there = ({"REMOTE_ADDR": f"10.0.0.{n}"} for n in (1, 2))
    client = each_app.test_client()
    fields = {"name": "A-17", "csrf_token": csrf(client, "/access")}

    def tries(code: str, place) -> int:
        return client.post("/access", data={**fields, "code": code},
                           environ_overrides=place).status_code

    wrong = [tries(other_than(link.code), here) for _ in range(throttling.PER_ACCOUNT)]
    assert wrong == [422] * throttling.PER_ACCOUNT
    assert tries(link.code, here) == 429, "right or wrong is not said any more"
    assert tries(link.code, there) == 200
    with clock.moved_by(throttling.WINDOW):
        assert tries(link.code, here) == 200


def test_right_codes_count_for_nothing(each_app, ada):
    link = a_link(ada)
    client = each_app.test_client()
    for _ in range(throttling.PER_ACCOUNT + 1):
        assert typed(client, link.code).status_code == 200
    assert set(db.session.scalars(sa.select(Throttle.count))) <= {0}


def test_an_address_tries_the_codes_of_a_hundred_people_and_no_more(each_app):
    def outcome(n: int) -> bool:
        with committed():
            try:
                throttling.refuse_typing(f"n{n}", "10.0.0.1")
            except throttling.TooMany:
                return False
        return True

    assert [outcome(n) for n in range(102)] == [True] * 100 + [False] * 2


def test_in_a_storm_every_address_keeps_a_few_tries(each_app, monkeypatch):
    monkeypatch.setattr(throttling, "STORM", 5)

    def within(n: int, place: str) -> int:
        done = 0
        for turn in range(n):
            with committed():
                try:
                    throttling.refuse_typing(f"n{turn}", place)
                    done += 1
                except throttling.TooMany:
                    pass
        return done

    assert within(30, "10.0.0.1") == throttling.PER_ADDRESS_IN_A_STORM
    assert within(30, "10.0.0.2") == throttling.PER_ADDRESS_IN_A_STORM


def test_who_may_try_again_may_type_again(each_app, ada):
    with committed():
        for _ in range(throttling.PER_ACCOUNT):
            throttling.refuse_typing(f"u{ada}", "10.0.0.1")
        throttling.forgive(f"u{ada}", daily=False)
        throttling.refuse_typing(f"u{ada}", "10.0.0.1")


def test_the_database_keeps_no_code_and_the_key_of_the_house_is_in_its_hash(each_app, ada):
    link = a_link(ada)
    [kept] = db.session.scalars(sa.select(OneTimeLink.code_hash))
    assert link.code not in kept and len(kept) == 64
    other = a_link(a_user(number="B1"))
    assert len(set(db.session.scalars(sa.select(OneTimeLink.code_hash)))) == 2 and other.code


def test_a_code_outlives_a_change_of_the_key(each_app, ada, monkeypatch):
    link, present = a_link(ada), config.current()
    changed = replace(present, secret_key="k" * 40, former_keys=(present.secret_key,))
    monkeypatch.setattr(config, "current", lambda: changed)
    assert linking.get_typed("A-17", link.code).user_id == ada


def test_the_log_names_no_code(app, monkeypatch):
    said = io.StringIO()
    monkeypatch.setattr(journal.logger.handlers[0], "stream", said)
    link = a_link(a_user(number="A-17"))
    client = app.test_client()
    typed(client, link.code)
    typed(client, link.code, password=WORDS)
    assert "/access" in said.getvalue() and link.code not in said.getvalue()


def test_sheet_page_and_command_show_the_code_in_groups(app):
    hr, user = a_user("hr", password="p"), a_user(number="A-17")
    page = post(client_of(app, hr), f"/people/{user}", to=f"/people/{user}/access-link")
    said = app.test_cli_runner().invoke(args=["user", "access-link", "A-17"]).output
    for text in (page.text, said):
        assert "http://localhost/access" in text
    code = said.rpartition(" ")[2].strip().rstrip(".")
    assert typed(app.test_client(), code).status_code == 200
    assert code not in page.text, "the newer link has a code of its own"
