"""How one becomes somebody who composes, looks after something, or sits an exam: every way in.

A fresh account of each role tries every form there is, with its own number, id and all roles in
every field, and every command is tried on it. Nobody gets in but by the ways that are named here,
and those work.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
import pytest
import sqlalchemy as sa

from isotrain.accounts import registering
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.db import db, writing
from tests.access.addresses import kinds, maker
from tests.access.payloads import payload
from tests.access.world import BY, COURSE, FOREIGN_COURSE, ROLES, new_session, somebody
from tests.house import policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.access.conftest import Watch
    from tests.access.world import Somebody, World

LEARNERS = ("employee", "trainer", "hr", "manager")
# What being one means: rows that name the account. `user_role` is the way to all the others.
BECOME = {"composer": "course_member", "librarian": "library_member", "banker": "bank_member",
          "examinee": "attempt", "role": "user_role"}
# The ways in that are meant, by endpoint and role: what somebody becomes by own doing alone.
MEANT = {**{("attempts.begin", role): {"examinee"} for role in LEARNERS},
         ("banks.new", "trainer"): {"banker"}}  # a new bank of their own
THINGS = ("course", "library", "bank")


@dataclass
class Newcomers:
    """A fresh account of each role, in a world that is put back after each try."""

    world: World
    people: dict[str, Somebody]
    watch: Watch

    def restore(self) -> None:
        """Put the world with its newcomers back."""
        self.watch.connection.close()
        self.watch.backend.reset("newcomers")
        self.watch._open()

    def is_one(self, who: Somebody) -> set[str]:
        """Return what somebody has become beside what they were at first."""
        with closing(sqlite3.connect(self.watch.backend.file)) as connection:
            count = {what: connection.execute(
                f"SELECT count(*) FROM {table} WHERE user_id = ?",
                (who.user_id,)).fetchone()[0] for what, table in BECOME.items()}
        return {what for what, rows in count.items() if rows > (what == "role")}


@pytest.fixture
def newcomers(world: World, watch: Watch) -> Iterator[Newcomers]:
    with world.app.app_context():
        with writing():
            ids = {}
            for number, role in enumerate(ROLES, 1):
                [ids[role]] = registering.add(
                    [Person(f"N{number}", f"New {role}")], roles=frozenset({Role(role)}), by=BY)
            db.session.commit()
        sessions = {role: new_session(ids[role]) for role in ROLES}
        db.session.remove()
    stranger = world.people["other"].objects
    people = {role: somebody(world.app, f"new {role}", role, ids[role], sessions[role], stranger)
              for role in ROLES}
    watch.backend.keep("newcomers")
    found = Newcomers(world, people, watch)
    found.restore()
    yield found


def greedy(fields: dict[str, Any], who: Somebody) -> dict[str, Any]:
    """Return the fields of a form with oneself wherever somebody could be meant."""
    number = f"N{ROLES.index(who.role) + 1}"
    return {**fields, "name": number, "user_id": who.user_id, "user": who.user_id,
            "personnel_no": number, "person": number, "member": who.user_id,
            "roles": list(ROLES), "role": "owner", "owner": who.user_id, "by": who.user_id}


def ways(world: World, who: Somebody) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk through every form of every page, for each object that it could be about."""
    rules = policy.read().rules
    for rule in world.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint not in rules:
            continue
        assert maker(rule.endpoint, rule.arguments)
        for kind, values in kinds(world, rule.endpoint, rule.arguments, who).items():
            if kind in ("none", "own", "foreign"):
                yield rule.endpoint, values
                if "user_id" in values:
                    yield rule.endpoint, {**values, "user_id": who.user_id}


@pytest.mark.parametrize("role", ROLES)
def test_a_fresh_account_becomes_nothing_by_own_doing_but_what_is_meant(newcomers, role):
    who, world = newcomers.people[role], newcomers.world
    wrong, reached, count = [], set(), 0
    for endpoint, values in ways(world, who):
        for more in (lambda fields, _who: fields, greedy):
            url = world.adapter.build(endpoint, values)
            data = {**more(payload(world, endpoint, who, values), who), "csrf_token": who.token}
            world.browser(who).post(url, data=data).close()
            count += 1
            if not newcomers.watch.touched():
                continue
            became = newcomers.is_one(who)
            if became - MEANT.get((endpoint, role), set()):
                wrong.append((endpoint, values, became))
            elif became:
                reached.add(endpoint)
            newcomers.restore()
    assert wrong == []
    assert reached == {endpoint for endpoint, name in MEANT if name == role}
    assert count > 150


def test_who_opens_a_bank_becomes_no_composer_of_any_exam(newcomers):
    """Not of the course whose library they name, nor by a question in it, nor as its owner."""
    who, world = newcomers.people["trainer"], newcomers.world
    client = world.browser(who)
    with world.app.app_context():
        libraries = [row[0] for row in db.session.execute(sa.text("SELECT id FROM library"))]
    for library in libraries:
        done = client.post("/banks/new", data={"title": "Mine", "description": "",
                                               "library": library, "csrf_token": who.token})
        assert done.status_code == 303
    with closing(sqlite3.connect(newcomers.watch.backend.file)) as connection:
        mine = connection.execute(
            "SELECT library_id FROM bank JOIN bank_member ON bank_id = bank.id WHERE user_id = ?",
            (who.user_id,)).fetchall()
    assert mine == [(None,)] * len(libraries)
    assert newcomers.is_one(who) == {"banker"}
    for kind in ("own", "foreign"):
        quiz = world.shared[kind]["quiz"]
        assert client.get(f"/quizzes/{quiz}").status_code == 404
    offered = client.get("/quizzes/new").text
    assert "<option" not in offered.split('name="course"')[-1].split("</select>")[0]


# -- the ways that are meant: whoever may, lets in whoever can


def pages(world: World) -> dict[str, str]:
    return {"course": f"/courses/{COURSE}/members", "library": f"/libraries/{COURSE}/members",
            "bank": f"/banks/{world.shared['own']['bank']}/members"}


@pytest.mark.parametrize("thing", THINGS)
def test_a_member_lets_in_trainers_and_nobody_else(newcomers, thing):
    world, become = newcomers.world, dict(zip(THINGS, BECOME, strict=False))[thing]
    member = world.people["trainer"]
    for number, role in enumerate(ROLES, 1):
        done = world.browser(member).post(pages(world)[thing], data={
            "name": f"N{number}", "csrf_token": member.token})
        assert done.status_code == (303 if role == "trainer" else 422), role
        wanted = {become} if role == "trainer" else set()
        assert newcomers.is_one(newcomers.people[role]) == wanted


@pytest.mark.parametrize("thing", THINGS)
def test_an_administrator_lets_in_where_nobody_can_act_and_never_themselves(newcomers, thing):
    world, admin = newcomers.world, newcomers.people["admin"]
    client, url = world.browser(admin), pages(world)[thing]
    asked = {"name": "N2", "csrf_token": admin.token}
    assert client.post(url, data=asked).status_code == 422
    assert newcomers.is_one(newcomers.people["trainer"]) == set()
    with closing(sqlite3.connect(newcomers.watch.backend.file)) as connection, connection:
        connection.execute(f"DELETE FROM {thing}_member")
        connection.execute("INSERT INTO user_role (user_id, role, granted_at)"
                           " SELECT user_id, 'trainer', granted_at FROM user_role"
                           " WHERE user_id = ?", (admin.user_id,))
    assert client.post(url, data={**asked, "name": f"N{ROLES.index('admin') + 1}"}
                       ).status_code == 422
    assert newcomers.is_one(admin) == {"role"}
    assert client.post(url, data=asked).status_code == 303
    assert len(newcomers.is_one(newcomers.people["trainer"])) == 1


@pytest.mark.parametrize("thing", THINGS)
def test_an_owner_is_named_by_the_owner_or_an_administrator(newcomers, thing):
    world = newcomers.world
    by_role = {**newcomers.people, "other member": world.people["trainer"]}
    may = {"admin"}
    for role, who in by_role.items():
        done = world.browser(who).post(f"{pages(world)[thing]}/owner", data={
            "name": "N2", "csrf_token": who.token})
        assert (done.status_code == 303) == (role in may), (role, done.status_code)
        newcomers.restore()


# -- by command


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


def test_the_commands_that_let_somebody_in_are_these(world):
    named = {path for path in commands(world.app.cli) if "member" in path}
    assert named == {(thing, "member", act) for thing in THINGS
                     for act in ("add", "owner", "remove", "list")}
    taking = {path for path in commands(world.app.cli)
              for option in _command(world, path).params if "--member" in option.opts}
    assert taking == {("course", "load")}


def _command(world: World, path: tuple[str, ...]) -> click.Command:
    found: Any = world.app.cli
    for name in path:
        found = found.commands[name]
    return found


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("act", ["add", "owner"])
@pytest.mark.parametrize("slug", [COURSE, FOREIGN_COURSE])
def test_commands_let_in_trainers_and_nobody_else(newcomers, thing, act, slug):
    run = newcomers.world.app.test_cli_runner().invoke
    for number, role in enumerate(ROLES, 1):
        done = run(args=[thing, "member", act, slug, f"N{number}"])
        assert (done.exit_code == 0) == (role == "trainer"), (role, done.output)
        assert bool(newcomers.is_one(newcomers.people[role])) == (role == "trainer")
