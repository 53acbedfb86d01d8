"""Nobody rises above the own roles: not by a link, a changed address, or extra fields."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from isotrain import clock
from isotrain.db import db
from tests.access.addresses import kinds
from tests.access.payloads import payload
from tests.access.test_hostile import posted
from tests.house import policy

if TYPE_CHECKING:
    from tests.access.conftest import Watch
    from tests.access.world import Somebody, World

# Who may do what, and what was earned: no form but the one it is for may touch these.
GUARDED = {
    **dict.fromkeys(("user", "user_role", "bank_member", "course_member", "result", "approval"),
                    "*"),
    # Its frozen state is salted anew each time.
    "completion_record": "user_id, course_id, attempt_id, completed_at, score_percent, pass_mark,"
                         " result, corrects_id, correction_reason",
}
MIGHTY = ("trainer", "admin", "auditor", "manager", "hr")  # who holds a role; hr is who acts


def post(world: World, who: Somebody, url: str, **data: Any) -> Any:
    return world.browser(who).post(url, data={"csrf_token": who.token, **data})


@pytest.mark.parametrize("name", MIGHTY)
def test_hr_makes_no_link_into_an_account_that_may_more(world, watch, name):
    victim = world.people[name]
    response = post(world, world.people["hr"], f"/people/{victim.user_id}/access-link")
    assert response.status_code in (403, 422) and "/access/" not in response.text
    assert watch.changed({"event", "throttle", "user_session"}) == set()


@pytest.mark.parametrize("name", MIGHTY)
def test_hr_does_not_lead_the_mail_of_a_mightier_account_elsewhere(world, watch, name):
    """Who reads the mail of an account can have a link sent to it."""
    victim = world.people[name]
    response = post(world, world.people["hr"], f"/people/{victim.user_id}/edit",
                    personnel_no=f"X{victim.user_id}", name="Somebody Else",
                    email="mine@works.example")
    assert response.status_code in (403, 422)
    assert watch.changed({"event", "throttle", "user_session"}) == set()


def test_nobody_changes_the_own_roles(world, watch):
    who = world.people["admin"]
    post(world, who, f"/people/{who.user_id}/roles", roles=["admin", "hr", "trainer"])
    assert "user_role" not in watch.changed()


def extra_fields() -> dict[str, str]:
    """Every column of every table, as a field that asks for more."""
    wanted = {"role": "admin", "roles": "admin", "passed": "1", "state": "submitted",
              "is_demo": "1", "user_id": "1", "percent": "100", "score": "20"}
    columns = {column.name for table in db.metadata.tables.values() for column in table.columns}
    return {**dict.fromkeys(columns, "1"), **wanted}


def rows(watch: Watch) -> dict[str, list[Any]]:
    with sqlite3.connect(watch.backend.file) as connection:
        found = {name: connection.execute(
            f'SELECT {columns} FROM "{name}" ORDER BY rowid').fetchall()
            for name, columns in GUARDED.items()}
    connection.close()
    return found


def test_fields_that_no_form_has_change_nothing(world, watch):
    """Send each form filled in, then again with every column as a field: the same comes of it."""
    different, count = [], 0
    own_fields: dict[str, set[str]] = {}
    for (endpoint, *_names), (_url, _who, form) in posted(world).items():
        own_fields.setdefault(endpoint, set()).update(form.names)
    for endpoint, methods in policy.read().rules.items():
        roles = [role for role in methods.get("POST", {}) if role not in ("anon", "demoted")]
        if not roles or endpoint in ("people.roles", "accounts.sign_out"):
            continue
        who = world.people[roles[-1] if "trainer" not in roles else "trainer"]
        rule = next(iter(world.app.url_map.iter_rules(endpoint)))
        asked = kinds(world, endpoint, rule.arguments, who)
        values = next(asked[kind] for kind in ("own", "none", "foreign") if kind in asked)
        url = world.adapter.build(endpoint, values)
        outcomes, instant = [], clock.now()
        extras = {name: value for name, value in extra_fields().items()
                  if name not in own_fields.get(endpoint, set())}
        for more in ({}, extras):
            with clock.frozen_at(instant):
                fields = payload(world, endpoint, who, values)
                response = post(world, who, url, **{**more, **fields})
            outcomes.append((response.status_code < 500, rows(watch)))
            watch.restore()
        count += 1
        if outcomes[0] != outcomes[1] or not outcomes[0][0]:
            different.append((endpoint, [name for name in GUARDED
                                         if outcomes[0][1][name] != outcomes[1][1][name]]))
    assert count > 30 and different == []

