"""Links for many people are made and mailed some at a time, on the page and by command."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from isotrain.accounts import inviting, linking
from isotrain.accounts.models import OneTimeLink
from isotrain.db import db
from isotrain.jobs import stepping
from isotrain.mail.models import Outgoing
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST
from isotrain.web.transaction import transaction
from tests.dying import die, dies
from tests.factories import BY, a_setting, a_user, client_of, post

MANY = 5


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(stepping, "AIM", 60.0)  # however slow the machine is
    for module in (inviting, linking):
        monkeypatch.setattr(module, "AT_ONCE", 2)


@pytest.fixture
def people(each_app) -> list[int]:
    a_setting(MAIL_HOST, "mail.example.com")
    a_setting(MAIL_FROM, "training@example.com")
    return [a_user(number=f"N{n}", email=f"n{n}@example.com") for n in range(MANY)]


def rows(table) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@contextmanager
def commits(table):
    """Collect how many rows of a table there are at the end of each transaction."""
    found: list[int] = []

    def note(_session) -> None:
        found.append(rows(table))

    sa.event.listen(db.session, "before_commit", note)
    try:
        yield found
    finally:
        sa.event.remove(db.session, "before_commit", note)


def printed(app, tmp_path) -> None:
    for n in range(MANY):  # HR is shown no link of somebody with an address
        a_user(number=f"W{n}")
    assert post(client_of(app, a_user("hr", password="p")), "/people/access-sheets",
                {"go": "print"}).status_code == 200


def mailed(app, tmp_path) -> None:
    assert post(client_of(app, a_user("hr", password="p")), "/people/access-sheets",
                {"go": "mail"}).status_code == 303


def commanded(app, tmp_path) -> None:
    done = app.test_cli_runner().invoke(
        args=["people", "access-sheets", "--out", str(tmp_path / "sheets.html")])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("door", "table"), [
    (printed, OneTimeLink), (mailed, Outgoing), (commanded, Outgoing)])
def test_no_transaction_makes_more_than_a_few(each_app, people, tmp_path, door, table):
    with commits(table) as found:
        door(each_app, tmp_path)
    assert found[-1] == MANY
    assert max(after - before for before, after in zip([0, *found], found, strict=False)) == 2


def test_letters_that_were_broken_off_go_to_everybody_once(each_app, people, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(inviting, "_mail", _dies_at_the_second(inviting._mail))
        dies(lambda: inviting.invite_each(people, by=BY, transaction=transaction))
    db.session.rollback()
    assert rows(Outgoing) == 2
    assert inviting.invite_each(people, by=BY, transaction=transaction) == people
    assert sorted(db.session.scalars(sa.select(Outgoing.user_id))) == people


def _dies_at_the_second(act):
    calls = []

    def acting(*arguments, **more):
        calls.append(1)
        if len(calls) == 2:
            die()
        act(*arguments, **more)
    return acting
