"""News is told in the order of wiring.py, in its transaction, by the app that it happened in."""

from __future__ import annotations

import ast
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from flask import current_app

from isotrain import create_app
from isotrain.accounts import directory, search
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.attempts.news import WhenFinished
from isotrain.audit.history import Directory
from isotrain.certificates import issuing
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.people import employing, granting, placements, placing
from isotrain.people.models import Position, Unit
from isotrain.people.news import WhenMoved, moving
from isotrain.records import recording
from isotrain.records.models import CompletionRecord
from isotrain.settings import house
from isotrain.wired import KEY, wired
from isotrain.wiring import WIRING, Wiring
from tests.assignments.making import a_course, sit
from tests.conftest import make_settings
from tests.factories import BY, a_user, committed
from tests.house.test_floors import modules
from tests.listening import hearing_finished, hearing_moved


def test_the_app_holds_one_frozen_value_with_one_part_of_each_kind(app):
    assert app.extensions[KEY] is WIRING
    with pytest.raises(FrozenInstanceError):
        WIRING.when_moved = WhenMoved(())
    kinds = [type(getattr(WIRING, field.name)) for field in fields(Wiring)]
    assert len(set(kinds)) == len(kinds)
    for field in fields(Wiring):
        part = getattr(WIRING, field.name)
        assert wired(type(part)) is part
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, None)


def test_what_nobody_wired_is_not_found(app):
    with pytest.raises(LookupError, match="without dict"):
        wired(dict)


def test_two_apps_in_one_process_keep_their_own_wiring(app, tmp_path):
    told: list[str] = []
    ours = Directory(lambda ids: {}, lambda text: ([42], False), search.matches)
    mine = replace(WIRING, directory=ours,
                   when_finished=WhenFinished((lambda finished: told.append("other"),)))
    other = create_app(make_settings(tmp_path), wiring=mine)
    with other.app_context():
        assert wired(Directory).first_ids("anybody") == ([42], False)
        assert wired(WhenFinished) is mine.when_finished
    assert wired(WhenFinished) is WIRING.when_finished
    user = a_user()
    sit(user, a_course())
    assert told == [] and db.session.query(Certificate).count() == 1
    assert wired(Directory).first_ids("nobody at all") == ([], False)


def test_a_second_app_leaves_the_help_of_commands_as_the_first_has_made_it(app, tmp_path):
    before = app.cli.commands["attempt"].help
    other = create_app(make_settings(tmp_path))
    assert other.cli.commands["attempt"].help is before


def test_the_order_holds_with_three_more_listeners(each_app, monkeypatch):
    heard: list[str] = []

    def noted(name, service):
        def told(*news):
            heard.append(name)
            return service(*news)
        return told

    monkeypatch.setattr(issuing, "issue", noted("issue", issuing.issue))
    monkeypatch.setattr(recording, "record", noted("record", recording.record))
    more = [noted(name, lambda finished: None) for name in ("one", "two", "three")]
    with hearing_finished(*more):
        sit(a_user(), a_course())
        sit(a_user(), a_course(), passed=False)
    assert heard == ["issue", "record", "one", "two", "three"] * 2


def test_the_record_receives_the_certificate_that_was_just_issued(each_app):
    sit(a_user(), a_course())
    record, certificate = (db.session.query(CompletionRecord).one(),
                           db.session.query(Certificate).one())
    assert record.certificate_id == certificate.id
    assert record.frozen["certificate"]["number"] == certificate.number


def test_whoever_is_told_first_and_raises_keeps_the_others_from_being_told(each_app):
    def fail(_news):
        raise RuntimeError("not today")

    heard = []
    with hearing_finished(fail, heard.append), pytest.raises(RuntimeError):
        sit(a_user(), a_course())
    db.session.rollback()
    assert heard == [] and not db.session.query(Certificate).count()


# -- people

@pytest.fixture
def unit(each_app) -> int:
    with committed():
        row = Unit(code="PAINT", name="Paint shop")
        db.session.add(row)
        db.session.flush()
        return row.id


def hire(number: str, unit: int) -> int:
    return employing.hire(Person(number, f"Person {number}"), Position(unit_id=unit),
                          hired_on=house.today(), by=BY)


def test_every_act_upon_people_is_told_once(unit):
    heard, today = [], house.today()
    with hearing_moved(heard.append):
        with committed():
            one = hire("1", unit)
        with committed():
            two = hire("2", unit)
        acts = [
            lambda: granting.admit(Person("3", "Guest"), frozenset({Role.AUDITOR}), by=BY),
            lambda: granting.give_roles(one, frozenset({Role.HR}), by=BY),
            lambda: placing.place({one: Position(), two: Position()}, from_on=today, by=BY),
            lambda: employing.leave({one: today, two: today}, by=BY),
            lambda: employing.come_back({two: None}, on=today, by=BY),
            lambda: employing.leave({two: today}, by=BY),
        ]
        for act in acts:
            with committed():
                act()
    guest = directory.find_by_name("3").id
    assert [moved.user_ids for moved in heard] == [
        (one,), (two,), (guest,), (one,), (one, two), (one, two), (two,), (two,)]
    assert {moved.by for moved in heard} == {BY}


def test_what_changes_nothing_is_no_news(unit):
    with committed():
        one = hire("1", unit)
    heard = []
    with hearing_moved(heard.append), committed():
        assert not placing.place({one: Position(unit_id=unit)}, from_on=house.today(), by=BY)
        employing.leave({}, by=BY)
        employing.come_back({one: None}, on=house.today(), by=BY)
    assert heard == []


def test_an_act_that_fails_tells_nothing_and_leaves_nothing_behind(app):
    heard = []
    with hearing_moved(heard.append):
        with pytest.raises(RuntimeError), moving(by=BY) as moved:
            moved.add(1)
            raise RuntimeError("no")
        with committed(), moving(by=BY) as moved:
            moved.add(2)
    assert [news.user_ids for news in heard] == [(2,)]


def test_whoever_is_told_sees_what_the_act_made_of_people(unit):
    """The listener runs at the end of the whole act, when the placement is there."""
    course = a_course().course
    with committed():
        assigning.assign(course_id=course, target="unit", unit_id=unit,
                         due_on=house.today(), by=BY, transaction=inside)
    seen = []
    with hearing_moved(lambda moved: seen.append(placements.find(moved.user_ids[0]))), \
            committed():
        hire("1", unit)
    assert [place.unit_code for place in seen] == ["PAINT"]


def test_the_command_tells_of_people_as_pages_do(each_app):
    heard = []
    with hearing_moved(heard.append):
        runner = current_app.test_cli_runner()
        for arguments in (["add", "7", "--name", "Ada"], ["role", "7", "--give", "hr"],
                          ["deactivate", "7"]):
            told = runner.invoke(args=["user", *arguments])
            assert told.exit_code == 0, told.output
    ada = directory.find_by_name("7").id
    assert [moved.user_ids for moved in heard] == [(ada,)] * 3


# -- the house

def test_no_signal_carries_news():
    for path in modules():
        assert "blinker" not in path.read_text(encoding="utf-8"), path


def test_nobody_changes_what_another_module_holds():
    """`module.names[:] = ...` or `module.name = ...` is wiring that depends on who came first."""
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {alias.asname or alias.name for node in tree.body
                    if isinstance(node, ast.ImportFrom) and str(node.module).startswith("isotrain")
                    for alias in node.names}
        for node in ast.walk(tree):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                held = target.value if isinstance(target, ast.Subscript) else target
                if isinstance(held, ast.Attribute) and isinstance(held.value, ast.Name):
                    assert held.value.id not in imported, f"{path}:{node.lineno}"


def test_accounts_and_roles_are_changed_through_people_who_tell_of_it():
    """The demo adds its people before there is anything to tell."""
    changing = {"add", "set_roles", "deactivate", "reactivate"}
    for path in modules():
        if {"accounts", "people"} & set(path.parts) or path.name == "demo.py":
            continue
        called = {node.func.attr for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                  if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                  and isinstance(node.func.value, ast.Name)
                  and node.func.value.id == "registering"}
        assert not called & changing, path
