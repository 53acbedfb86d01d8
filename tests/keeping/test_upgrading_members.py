"""The step that gives members a role and a date: who owns what, and whose eyes have seen keys."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain import schema
from tests.keeping.test_upgrading_libraries import ADA, BEN, CLEO, DAN, EVA, Old


@pytest.fixture
def old(engine):
    """A library with two courses and five trainers, as 0.3.0 kept them."""
    old = Old(engine, "0010")
    for user in (ADA, BEN, CLEO, DAN, EVA):
        old.add("user", id=user, created_at=old.at(0), is_demo=False)
    library = old.add("library", slug="one", title="One", language="en", topics=[],
                      created_at=old.at(0))
    for slug in ("first", "second"):
        old.add("course", slug=slug, library_id=library, certificate_months=24,
                created_at=old.at(0))
    return old


def a_bank(old: Old, slug: str, *members: int, library: int | None = 1) -> int:
    bank = old.add("bank", slug=slug, title=slug, description="", language="en",
                   library_id=library, created_at=old.at(0))
    for user in members:
        old.add("bank_member", bank_id=bank, user_id=user)
    return bank


def an_event(old: Old, action: str, thing: object, *, by: int | None, user: int | None = None,
             day: int = 1) -> None:
    old.add("event", occurred_at=old.at(day), actor_kind="user" if by else "command", actor_id=by,
            action=action, scope="banks", object_type="bank", object_id=str(thing),
            details={"user": user} if user else {})


def upgraded(old: Old) -> Any:
    schema.upgrade(old.engine, "0011")

    def ask(text: str) -> list[tuple[Any, ...]]:
        with old.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(text))]

    return ask


def test_who_opened_a_bank_owns_it_though_others_have_lower_accounts(old):
    bank = a_bank(old, "opened", ADA, CLEO, DAN)
    an_event(old, "bank.created", bank, by=CLEO, day=1)
    an_event(old, "bank.member_added", bank, by=CLEO, user=ADA, day=2)
    ask = upgraded(old)
    rows = ask("SELECT user_id, role, added_by FROM bank_member ORDER BY user_id")
    assert rows == [(ADA, "member", CLEO), (CLEO, "owner", CLEO), (DAN, "member", None)]
    since = ask("SELECT user_id, since FROM bank_member ORDER BY user_id")
    assert [str(day)[:10] if day else None for _user, day in since] == [
        "2026-03-03", "2026-03-02", None]


def test_who_left_and_came_back_joined_when_they_came_back(old):
    bank = a_bank(old, "left", ADA, BEN)
    an_event(old, "bank.created", bank, by=ADA, day=1)
    an_event(old, "bank.member_added", bank, by=ADA, user=BEN, day=2)
    an_event(old, "bank.member_removed", bank, by=BEN, user=ADA, day=3)
    an_event(old, "bank.member_added", bank, by=BEN, user=ADA, day=4)
    assert upgraded(old)("SELECT user_id FROM bank_member WHERE role = 'owner'") == [(BEN,)]


@pytest.mark.parametrize("kind", ["library", "course", "bank"])
def test_without_events_the_lowest_account_owns_it(old, kind):
    if kind == "bank":
        a_bank(old, "quiet", DAN, BEN)
    else:
        for user in (DAN, BEN):
            old.add(f"{kind}_member", **{f"{kind}_id": 1, "user_id": user})
    ask = upgraded(old)
    assert ask(f"SELECT user_id, role FROM {kind}_member ORDER BY user_id") == [
        (BEN, "owner"), (DAN, "member")]


def test_events_of_things_that_are_gone_or_odd_are_passed_over(old):
    bank = a_bank(old, "odd", DAN)
    for thing in (4711, "export-x"):
        an_event(old, "bank.member_added", thing, by=None, user=ADA)
    an_event(old, "bank.member_removed", bank, by=None)
    an_event(old, "bank.created", bank, by=None)
    ask = upgraded(old)
    assert ask("SELECT user_id, role, since FROM bank_member") == [(DAN, "owner", None)]
    assert ask("SELECT count(*) FROM key_seen") == [(0,)]


def test_who_once_looked_after_a_bank_or_wrote_for_it_has_seen_its_keys(old):
    bank, other = a_bank(old, "seen", ADA), a_bank(old, "other", BEN)
    an_event(old, "bank.created", bank, by=CLEO)
    an_event(old, "bank.member_removed", bank, by=CLEO, user=DAN)
    question = old.add("question", bank_id=other, key="Q1", created_at=old.at(0))
    old.add("question_version", question_id=question, number=1, revision=1, type="true_false",
            marking="true_false-1", content={}, stem_text="", content_hash="", facts=[],
            use="exam", language="en", source="", created_at=old.at(0), created_by=EVA)
    seen = upgraded(old)("SELECT bank_id, user_id FROM key_seen ORDER BY 1, 2")
    assert seen == [(bank, CLEO), (bank, DAN), (other, EVA)]


def test_a_bank_of_no_library_that_an_exam_draws_from_joins_the_library(old):
    a_bank(old, "drawn", ADA, library=None)
    a_bank(old, "idle", BEN, library=None)
    for n, (slug, retired) in enumerate((("drawn", None), ("idle", old.at(1))), 1):
        quiz = old.add("quiz", slug=slug, course_id=n, kind="exam", created_at=old.at(0),
                       retired_at=retired)
        cells = [{"bank": slug, "topic": "iso", "difficulty": 1, "count": 1}]
        version = old.add("quiz_version", quiz_id=quiz, number=1, state="published", title=slug,
                          cells=cells, rules={}, marking="x", created_at=old.at(0),
                          published_at=old.at(0))
        old.set("quiz", quiz, published_version_id=version)
    ask = upgraded(old)
    assert ask("SELECT slug, library_id FROM bank ORDER BY id") == [("drawn", 1), ("idle", None)]
    assert ask("SELECT weakened FROM quiz_version") == [(None,), (None,)]


def test_after_it_the_database_holds_one_owner_and_remembers_who_left(old):
    bank = a_bank(old, "held", ADA, BEN)
    ask = upgraded(old)
    with pytest.raises(IntegrityError):
        _run(old, f"UPDATE bank_member SET role = 'owner' WHERE bank_id = {bank}")
    with pytest.raises(IntegrityError):
        _run(old, "UPDATE bank_member SET role = 'chief'")
    _run(old, f"DELETE FROM bank_member WHERE user_id = {BEN}")
    assert ask("SELECT bank_id, user_id FROM key_seen") == [(bank, BEN)]


def _run(old: Old, statement: str) -> None:
    from isotrain.db import writing

    with writing(), old.engine.begin() as connection:
        connection.execute(sa.text(statement))
