"""One asks, another confirms, once: roles, where the setting asks for two."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain.accounts import directory
from isotrain.accounts.permissions import Role
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.people import employing, granting
from isotrain.seconding import settling, waiting
from isotrain.seconding.models import Proposal
from isotrain.settings import house
from isotrain.settings.definitions import TWO_PERSON_ROLES
from tests.banks.making import at_once
from tests.factories import BY, a_setting, a_user, client_of, committed, post

HR = frozenset({Role.EMPLOYEE, Role.HR})
WHY = "Nobody told me of this."


def two() -> None:
    a_setting(TWO_PERSON_ROLES, True)


def asked(user: int, by: Actor, roles: frozenset[Role] = HR) -> int:
    with committed():
        row = granting.give_roles(user, roles, by=by)
        assert row is not None
        return row.id


def settle(act, *arguments, **words):
    with committed():
        return act(*arguments, **words)


def state(proposal: int) -> str:
    db.session.rollback()
    return db.session.get_one(Proposal, proposal, populate_existing=True).state


def last(action: str) -> Event:
    return db.session.scalars(sa.select(Event).where(Event.action == action)
                              .order_by(Event.id.desc())).first()


@pytest.fixture
def admins(each_app):
    """Two administrators and somebody who is to be of HR, with two persons asked for."""
    one, other, user = a_user("admin"), a_user("admin"), a_user()
    two()
    return Actor("user", one), Actor("user", other), user


def test_a_role_is_there_once_another_administrator_confirms(admins):
    one, other, user = admins
    proposal = asked(user, one)
    assert directory.roles_of(user) == {Role.EMPLOYEE}
    assert settle(settling.confirm, proposal, by=other) is True
    assert directory.roles_of(user) == HR and state(proposal) == "confirmed"
    event = last("user.roles_changed")
    assert (event.actor_id, event.details["second"]) == (one.user_id, other.user_id)
    assert "alone" not in event.details


def test_who_acts_alone_is_said_to(each_app):
    admin, user = Actor("user", a_user("admin")), a_user()
    with committed():
        assert granting.give_roles(user, HR, by=admin) is None
    assert last("user.roles_changed").details["alone"] is True


def test_roles_are_taken_without_a_second_person(admins):
    one, _other, _user = admins
    trainer = a_user("employee", "trainer")
    with committed():
        assert granting.give_roles(trainer, frozenset({Role.EMPLOYEE}), by=one) is None
    assert "alone" not in last("user.roles_changed").details


def test_nobody_confirms_what_they_asked(admins):
    one, _other, user = admins
    proposal = asked(user, one)
    with pytest.raises(Refusal, match="yourself"), committed():
        settling.confirm(proposal, by=one)
    with pytest.raises(Refusal, match="Withdraw it"), committed():
        settling.decline(proposal, reason=WHY, by=one)
    by_command = asked(a_user(), BY)
    with pytest.raises(Refusal, match="yourself"), committed():
        settling.confirm(by_command, by=BY)
    assert state(proposal) == state(by_command) == "asked"


def test_nobody_confirms_the_own_roles(admins):
    one, other, _user = admins
    proposal = asked(other.user_id, one, frozenset({Role.ADMIN, Role.HR}))
    with pytest.raises(Refusal, match="your own roles"), committed():
        settling.confirm(proposal, by=other)
    assert state(proposal) == "asked"


@pytest.mark.parametrize("role", ["hr", "trainer", "auditor", "manager", "employee"])
def test_who_does_not_hold_the_right_finds_nothing(admins, role):
    one, _other, user = admins
    proposal, stranger = asked(user, one), Actor("user", a_user(role))
    for act, words in ((settling.confirm, {}), (settling.decline, {"reason": WHY}),
                       (settling.withdraw, {}), (waiting.get, {})):
        with pytest.raises(NotFound), committed():
            act(proposal, by=stranger, **words)
    assert waiting.list_confirmable(by=stranger) == []


def test_a_former_administrator_confirms_nothing(admins):
    one, other, user = admins
    proposal = asked(user, one)
    with committed():
        employing.leave({other.user_id: house.today()}, by=BY)
    with pytest.raises(NotFound), committed():
        settling.confirm(proposal, by=other)


def test_the_database_lets_nobody_confirm_their_own(admins):
    one, _other, user = admins
    for by in (one, BY):
        proposal = asked(user, by)
        with pytest.raises(sa.exc.IntegrityError), committed():
            db.session.execute(sa.update(Proposal).where(Proposal.id == proposal).values(
                state="confirmed", settled_at=Proposal.asked_at, settler_kind=by.kind,
                settled_by=by.user_id))
        db.session.rollback()
        settle(settling.withdraw, proposal, by=by)


def test_the_database_lets_nothing_be_settled_twice_or_deleted(admins):
    one, other, user = admins
    proposal = asked(user, one)
    settle(settling.decline, proposal, reason=WHY, by=other)
    for statement in (
        sa.update(Proposal).values(state="confirmed"),
        sa.update(Proposal).values(state="asked", settled_at=None, settler_kind=None,
                                   settled_by=None),
        sa.delete(Proposal),
    ):
        with pytest.raises(sa.exc.DatabaseError), committed():
            db.session.execute(statement)
        db.session.rollback()
    with pytest.raises(Conflict, match="settled"), committed():
        settling.confirm(proposal, by=other)
    assert state(proposal) == "declined" and directory.roles_of(user) == {Role.EMPLOYEE}


def test_of_two_who_settle_at_once_one_does(admins, each_app):
    one, other, user = admins
    third = Actor("user", a_user("admin"))
    proposal = asked(user, one)
    results = at_once(each_app, [lambda: settling.confirm(proposal, by=other),
                                 lambda: settling.decline(proposal, reason=WHY, by=third)])
    assert sum(isinstance(result, Conflict) for result in results) == 1


ERASED = {"asked": {}, "reason": "", "settled_reason": None}


@pytest.mark.parametrize("more", [
    {}, {"asked": {"roles": ["admin"]}}, {"reason": "another"}, {"settled_reason": "another"},
    {"settled_by": None, "settler_kind": "command"}, {"object_id": 1}, {"asked_by": None},
    {"digest": "0" * 64}, {"settled_at": Proposal.asked_at}],
    ids=lambda more: "+".join(more) or "erased alone")
def test_names_and_reasons_of_what_is_settled_can_be_erased_and_nothing_else_is_changed(
        admins, more):
    """And of what waits nothing is taken away by that."""
    one, other, user = admins
    first, second = asked(user, one), asked(a_user(), one)
    settle(settling.decline, first, reason=WHY, by=other)

    def erase():
        with committed():
            db.session.execute(sa.update(Proposal).where(Proposal.state == "declined")
                               .values({**ERASED, **more}))

    if more:
        with pytest.raises(sa.exc.DatabaseError):
            erase()
        db.session.rollback()
    else:
        erase()
    kept, waits = (db.session.get_one(Proposal, each, populate_existing=True)
                   for each in (first, second))
    assert (kept.asked == {}, kept.reason == "" and kept.settled_reason is None) == (
        not more, not more)
    assert kept.settled_by == other.user_id and waits.asked


def test_one_thing_waits_once_until_it_is_settled(admins):
    one, other, user = admins
    proposal = asked(user, one)
    with pytest.raises(Conflict, match="waits for a second person already"), committed():
        granting.give_roles(user, HR, by=other)
    settle(settling.withdraw, proposal, by=one)
    assert state(proposal) == "withdrawn"
    asked(user, other)
    asked(a_user(), one)


def test_what_was_asked_upon_something_else_is_stale(admins):
    one, other, user = admins
    proposal = asked(user, one)
    with committed():
        granting.grant(granting.Agreed(user, {"roles": ["auditor"]}, "", by=BY, second=None))
    assert settle(settling.confirm, proposal, by=other) is False
    assert state(proposal) == "stale" and directory.roles_of(user) == {Role.AUDITOR}


def test_what_somebody_asked_who_may_no_more_is_stale(admins):
    one, other, user = admins
    proposal = asked(user, one)
    with committed():
        granting.give_roles(one.user_id, frozenset({Role.EMPLOYEE}), by=other)
    assert settle(settling.confirm, proposal, by=other) is False
    assert state(proposal) == "stale" and directory.roles_of(user) == {Role.EMPLOYEE}


def test_declining_needs_a_reason_that_who_asked_can_read(admins):
    one, other, user = admins
    proposal = asked(user, one)
    with pytest.raises(Refusal, match="reason"), committed():
        settling.decline(proposal, reason=" no ", by=other)
    settle(settling.decline, proposal, reason=WHY, by=other)
    [shown] = waiting.list_asked(by=one)
    assert (shown.proposal.settled_reason, shown.told) == (WHY, None)


def test_it_is_counted_for_those_who_may_confirm_it(admins):
    one, other, user = admins
    asked(user, one)
    asked(a_user(), one)
    admin = frozenset({Role.ADMIN})
    assert waiting.count(other.user_id, admin) == 2
    assert waiting.count(one.user_id, admin) == 0
    assert waiting.count(other.user_id, frozenset({Role.HR, Role.TRAINER})) == 0


def test_where_nobody_else_could_confirm_the_page_says_so(app):
    admin = a_user("admin")
    two()
    proposal, page = asked(a_user(), Actor("user", admin)), client_of(app, admin)
    address = f"/to-confirm/{proposal}"
    assert "switch off the setting" in page.get(address).text
    a_user("admin")
    assert "switch off the setting" not in page.get(address).text


# -- pages and commands

def test_the_page_leads_from_the_count_to_the_deed(app):
    one, other, user = a_user("admin"), a_user("admin"), a_user(name="Uma Ulm", number="U1")
    two()
    asking, confirming = client_of(app, one), client_of(app, other)
    assert "Nothing waits for you" in confirming.get("/to-confirm").text
    answer = post(asking, f"/people/{user}/roles", {"roles": ["employee", "hr"]},
                  follow_redirects=True).text
    assert "once another administrator confirms" in answer
    proposal = db.session.scalars(sa.select(Proposal.id)).one()
    page = confirming.get("/to-confirm").text
    assert 'class="waiting">1' in page and "Uma Ulm (U1)" in page
    assert "You asked for these" in asking.get("/to-confirm").text
    shown = confirming.get(f"/to-confirm/{proposal}").text
    assert "Employee, HR" in shown and "Withdraw" not in shown
    refused = post(asking, f"/to-confirm/{proposal}", to=f"/to-confirm/{proposal}/confirm")
    assert refused.status_code == 422 and "yourself" in refused.text
    done = post(confirming, f"/to-confirm/{proposal}", to=f"/to-confirm/{proposal}/confirm",
                follow_redirects=True).text
    assert "Confirmed and done" in done
    assert directory.roles_of(user) == HR
    assert "confirmed" in asking.get(f"/to-confirm/{proposal}").text


def test_who_asked_withdraws_and_another_declines_on_the_page(app):
    one, other = a_user("admin"), a_user("admin")
    two()
    first, second = asked(a_user(), Actor("user", one)), asked(a_user(), Actor("user", one))
    page, there = client_of(app, one), f"/to-confirm/{first}"
    assert post(page, there, to=f"{there}/withdraw").status_code == 303
    other_page, there = client_of(app, other), f"/to-confirm/{second}"
    assert post(other_page, there, {"reason": "x"}, to=f"{there}/decline").status_code == 422
    assert post(other_page, there, {"reason": WHY}, to=f"{there}/decline").status_code == 303
    assert (state(first), state(second)) == ("withdrawn", "declined")


def test_commands_list_accept_decline_and_withdraw(app):
    admin, users = a_user("admin", name="Ada Min"), [a_user(number=f"U{n}") for n in range(4)]
    two()
    run = app.test_cli_runner().invoke
    assert "Nothing waits" in run(args=["confirm", "list"]).output
    mine = [asked(user, Actor("user", admin)) for user in users[:2]]
    said = run(args=["user", "role", "U2", "--give", "hr"]).output
    assert "once an administrator confirms" in said
    added = run(args=["user", "add", "N1", "--name", "Nia", "--role", "auditor"]).output
    assert "once an administrator confirms" in added
    nia = directory.find_by_name("N1").id
    assert directory.roles_of(nia) == frozenset()
    listed = run(args=["confirm", "list"]).output
    assert listed.count("Give roles") == 4 and "Ada Min" in listed and "a command" in listed
    own = db.session.scalars(sa.select(Proposal.id).where(Proposal.object_id == users[2])).one()
    assert "yourself" in run(args=["confirm", "accept", str(own)]).output
    assert "Confirmed" in run(args=["confirm", "accept", str(mine[0])]).output
    assert "Declined" in run(args=["confirm", "decline", str(mine[1]), "--reason", WHY]).output
    assert "Withdrawn" in run(args=["confirm", "withdraw", str(own)]).output
    assert run(args=["confirm", "accept", "999"]).exit_code == 1
    assert directory.roles_of(users[0]) == HR


def test_the_first_administrator_is_made_by_one_command(app):
    two()
    run = app.test_cli_runner().invoke
    first = run(args=["user", "add", "A1", "--name", "A", "--role", "admin"])
    assert "confirms" not in first.output
    assert directory.roles_of(directory.find_by_name("A1").id) == {Role.ADMIN}
    assert "confirms" in run(args=["user", "add", "A2", "--name", "B", "--role", "admin"]).output
