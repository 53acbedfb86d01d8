"""Who owns a course, a library or a bank, and who may change that."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from isotrain import clock
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.banks import tending
from isotrain.banks.models import KeySeen
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.study import membership
from isotrain.study.models import MEMBER, OWNER
from tests.banks.making import a_bank, at_once
from tests.factories import BY, a_user, client_of, committed, csrf, post
from tests.study.test_membership import (
    KINDS,
    LONG,
    SHORT,
    a_trainer,
    add,
    names,
    remove,
    thing_of,
)


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture
def two(course_app, kind):
    """Tara, who owns it, and Theo, who looks after it as well."""
    tara, theo = a_trainer("T1", "Tara"), a_trainer("T2", "Theo")
    add(kind, "T1")
    add(kind, "T2")
    return tara, theo


def hand_over(kind, name, *, by=BY, oversees=False, slug=LONG):
    with committed():
        membership.hand_over(kind, thing_of(kind, slug), name, by=by, oversees=oversees)


def roles(kind, slug=LONG):
    return {member.name: member.role
            for member in membership.list_members(kind, thing_of(kind, slug))}


def test_the_first_one_owns_it_and_the_next_are_members(two, kind):
    assert roles(kind) == {"Tara": OWNER, "Theo": MEMBER}


def test_who_opens_a_bank_owns_it(app):
    tara = a_trainer("T1", "Tara")
    with committed():
        bank = tending.create(tending.Described("Audits"), by=Actor("user", tara))
    [member] = membership.list_members(tending.BANK, bank.id)
    assert (member.role, member.added_by) == (OWNER, "Tara")
    assert abs((member.since - clock.now()).total_seconds()) < 60


def test_a_membership_says_since_when_and_by_whom(two, kind):
    tara, _theo = two
    a_trainer("T3", "Uma")
    add(kind, "T3", by=Actor("user", tara))
    found = {member.name: member for member in
             membership.list_members(kind, thing_of(kind))}
    assert found["Uma"].added_by == "Tara" and found["Tara"].added_by is None
    assert found["Uma"].since is not None


def test_a_member_does_not_throw_out_the_owner(two, kind):
    tara, theo = two
    for by in (Actor("user", theo), BY):
        with pytest.raises(Refusal, match="Name another owner first"):
            remove(kind, tara, by=by)
    assert names(kind) == ["Tara", "Theo"]


def test_an_owner_leaves_only_after_handing_over(two, kind):
    tara, _theo = two
    by = Actor("user", tara)
    with pytest.raises(Refusal, match="Name another owner first"):
        remove(kind, tara, by=by)
    hand_over(kind, "T2", by=by)
    assert roles(kind) == {"Tara": MEMBER, "Theo": OWNER}
    remove(kind, tara, by=by)
    assert names(kind) == ["Theo"]


def test_a_member_makes_nobody_the_owner(two, kind):
    _tara, theo = two
    with pytest.raises(Refusal, match="Only the owner"):
        hand_over(kind, "T2", by=Actor("user", theo))
    assert roles(kind)["Tara"] == OWNER


def test_who_does_not_look_after_it_names_no_owner(two, kind):
    outsider = a_trainer("T9")
    with pytest.raises(NotFound, match="does not exist"):
        hand_over(kind, "T9", by=Actor("user", outsider))
    assert roles(kind) == {"Tara": OWNER, "Theo": MEMBER}


def test_who_oversees_names_another_owner_whoever_that_is(two, kind):
    admin = Actor("user", a_user("admin"))
    a_trainer("T3", "Uma")
    hand_over(kind, "T3", by=admin, oversees=True)
    assert roles(kind) == {"Tara": MEMBER, "Theo": MEMBER, "Uma": OWNER}


def test_who_oversees_does_not_name_themselves(two, kind):
    both = Actor("user", a_user("admin", "trainer", number="B1"))
    with pytest.raises(Refusal, match="Another administrator"):
        hand_over(kind, "B1", by=both, oversees=True)
    with pytest.raises(Refusal, match="Another administrator"):
        membership.add(kind, thing_of(kind, SHORT) if kind is not tending.BANK else a_bank(),
                       "B1", by=both, oversees=True)
    db.session.rollback()
    assert roles(kind) == {"Tara": OWNER, "Theo": MEMBER}


def test_an_owner_is_a_trainer(two, kind):
    a_user("hr", number="H1")
    with pytest.raises(Refusal, match="not a trainer"):
        hand_over(kind, "H1")
    assert roles(kind)["Tara"] == OWNER


def test_naming_an_owner_is_an_event(two, kind):
    _tara, theo = two
    hand_over(kind, "T2")
    hand_over(kind, "T2")
    [event] = db.session.query(Event).filter_by(action=f"{kind.name}.owner_named")
    assert event.details == {"user": theo}


def test_where_nobody_can_act_who_oversees_names_the_next_owner(two, kind):
    """Members who left or are no trainers any more look after nothing."""
    from isotrain.accounts import registering
    from isotrain.accounts.permissions import Role

    tara, theo = two
    with committed():
        registering.set_roles(tara, frozenset({Role.EMPLOYEE}), by=BY, second=None)
    admin = Actor("user", a_user("admin"))
    a_trainer("T3", "Uma")
    with pytest.raises(Refusal, match="Somebody looks after it already"):
        add(kind, "T3", by=admin, oversees=True)
    with committed():
        registering.set_roles(theo, frozenset({Role.EMPLOYEE}), by=BY, second=None)
    add(kind, "T3", by=admin, oversees=True)
    assert roles(kind) == {"Tara": MEMBER, "Theo": MEMBER, "Uma": OWNER}


def test_the_database_holds_one_owner(two, kind):
    _tara, theo = two
    with pytest.raises(IntegrityError), committed():
        db.session.query(kind.table).filter_by(user_id=theo).update({"role": OWNER})
    db.session.rollback()


def test_two_who_name_an_owner_at_once_leave_one(each_course_app, kind):
    a_trainer("T1", "Tara")
    a_trainer("T2", "Theo")
    a_trainer("T3", "Uma")
    add(kind, "T1")
    thing = thing_of(kind)
    at_once(each_course_app, [
        lambda name=name: membership.hand_over(kind, thing, name, by=BY, oversees=True)
        for name in ("T2", "T3")])
    assert sorted(roles(kind).values()) == [MEMBER, MEMBER, OWNER]


def test_who_looks_after_a_bank_no_more_is_remembered(each_course_app):
    a_trainer("T1")
    theo = a_trainer("T2")
    add(tending.BANK, "T1")
    add(tending.BANK, "T2")
    assert db.session.query(KeySeen).count() == 0
    for _twice in range(2):
        remove(tending.BANK, theo)
        add(tending.BANK, "T2")
    [seen] = db.session.query(KeySeen)
    assert (seen.bank_id, seen.user_id) == (thing_of(tending.BANK), theo)


# -- pages


def page_of(kind, thing):
    return {"course": f"/courses/{LONG}/members", "library": f"/libraries/{LONG}/members",
            "bank": f"/banks/{thing}/members"}[kind.name]


def form_page(kind, thing):
    return page_of(kind, thing).removesuffix("/members") if kind.name == "library" \
        else page_of(kind, thing)


def test_an_owner_hands_over_on_the_page(two, course_app, kind):
    tara, theo = two
    thing = thing_of(kind)
    client, url = client_of(course_app, tara), form_page(kind, thing)
    text = client.get(url).text
    assert "Owner" in text and "Make owner" in text
    done = post(client, url, {"name": "T2"}, to=f"{page_of(kind, thing)}/owner")
    assert done.status_code == 303 and roles(kind) == {"Tara": MEMBER, "Theo": OWNER}
    assert "Make owner" not in client.get(url).text
    refused = post(client, url, {"name": "T1"}, to=f"{page_of(kind, thing)}/owner")
    assert refused.status_code == 422 and roles(kind)["Theo"] == OWNER
    post(client, url, to=f"{page_of(kind, thing)}/{theo}/remove")
    assert names(kind) == ["Tara", "Theo"]


def test_an_administrator_replaces_an_owner_on_the_page(two, course_app, kind):
    thing = thing_of(kind)
    admin, url = client_of(course_app, a_user("admin")), form_page(kind, thing)
    a_trainer("T3", "Uma")
    done = post(admin, url, {"name": "T3"}, to=f"{page_of(kind, thing)}/owner")
    assert done.status_code == 303 and roles(kind)["Uma"] == OWNER
    wrong = post(admin, url, {"name": "nobody"}, to=f"{page_of(kind, thing)}/owner")
    assert wrong.status_code == 422 and "Nobody signs in" in wrong.text


def test_an_administrator_names_the_first_owner_of_a_bank_and_sees_no_question(course_app):
    thing = thing_of(tending.BANK)
    a_trainer("T1", "Tara")
    admin, url = client_of(course_app, a_user("admin")), f"/banks/{thing}/members"
    text = admin.get(url).text
    assert "Nobody looks after it yet" in text and f"/banks/{thing}/settings" not in text
    assert url in admin.get("/libraries").text
    assert post(admin, url, {"name": "T1"}).status_code == 303
    assert roles(tending.BANK) == {"Tara": OWNER}
    for path in ("", "/settings", "/export"):
        assert admin.get(f"/banks/{thing}{path}").status_code == 403


def test_a_foreign_thing_has_no_owner_to_name(two, course_app, kind):
    outsider = client_of(course_app, a_trainer("T9"))
    token = {"csrf_token": csrf(outsider, "/account"), "name": "T9"}
    url = f"{page_of(kind, thing_of(kind))}/owner"
    assert outsider.post(url, data=token).status_code == 404
    assert "T9" not in str(roles(kind))


# -- commands


def test_commands_name_owners(two, course_app, kind):
    run = course_app.test_cli_runner().invoke
    thing = "iso-certification"
    told = run(args=[kind.name, "member", "owner", thing, "T2"])
    assert told.exit_code == 0 and roles(kind) == {"Tara": MEMBER, "Theo": OWNER}
    listed = run(args=[kind.name, "member", "list", thing]).output
    assert "owner" in listed.split("Theo")[1]
    assert run(args=[kind.name, "member", "remove", thing, "T2"]).exit_code != 0
    assert run(args=[kind.name, "member", "owner", thing, "T99"]).exit_code != 0
