"""Attacks of people who are signed in, and reach for what is not theirs."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.attacking import Stage, Visitor

TRAINER, HR, EMPLOYEE, AUDITOR, ADMIN = "1003", "1004", "1005", "9001", "9002"
OTHERS_EXAMS = {
    "quizzes": "SELECT id, course_id, published_version_id, retired_at FROM quiz",
    "versions of quizzes": "SELECT id, title, cells, rules, state FROM quiz_version",
    "members of courses": "SELECT * FROM course_member",
    "members of libraries": "SELECT * FROM library_member",
    "members of banks of libraries": "SELECT * FROM bank_member JOIN bank ON bank.id = bank_id"
                                     " WHERE library_id IS NOT NULL",
    "banks of libraries": "SELECT * FROM bank WHERE library_id IS NOT NULL",
    "questions of libraries": "SELECT question.* FROM question JOIN bank ON bank.id = bank_id"
                              " WHERE library_id IS NOT NULL"}
ACCOUNTS = {
    "roles": "SELECT user_id, role FROM user_role WHERE role != 'employee'",
    "passwords": "SELECT user_id, hash FROM password",
    "what privileged people sign in with":
        "SELECT folded, user_id, kind FROM sign_in_name WHERE user_id IN (SELECT user_id FROM"
        " user_role WHERE role NOT IN ('employee', 'manager'))",
    "links of privileged people":
        "SELECT id FROM one_time_link WHERE user_id IN (SELECT user_id FROM user_role"
        " WHERE role NOT IN ('employee', 'manager'))"}
FORMULA = "=HYPERLINK(7)"


def _members(stage: Stage) -> list[str]:
    """Return the addresses of the members of everything there is."""
    return [f"/{kind}/{key}/members" for kind, query in (
        ("courses", "SELECT slug FROM course"), ("libraries", "SELECT slug FROM library"),
        ("banks", "SELECT id FROM bank")) for (key,) in stage.rows(query)]


def compose_others_exam(stage: Stage) -> None:
    """A fresh trainer composes, weakens or publishes the exam of a course that is not theirs."""
    me = stage.signed_in("2001")
    number = str(stage.id_of("2001"))
    with stage.untouched(**OTHERS_EXAMS):
        for (library,) in stage.rows("SELECT id FROM library"):
            stage.tried(me.post("/banks/new", {"title": "Mine", "library": library}))
            stage.tried(me.post("/banks/new", {"title": "Mine", "library": library,
                                               "course": library}))
        for (bank,) in stage.rows("SELECT bank_id FROM bank_member WHERE user_id = ?", number):
            stage.tried(me.post(f"/banks/{bank}/settings", {"title": "Mine", "library": "1"}))
        for (course,), kind in product(stage.rows("SELECT id FROM course"), ("exam", "practice")):
            stage.tried(me.post("/quizzes/new", {"course": course, "kind": kind, "title": "Mine"}))
        for (quiz,) in stage.rows("SELECT id FROM quiz"):
            rules = {"title": "Mine", "pass_mark": 1, "attempts": 99, "minutes": 999,
                     "wait_hours": 0, "feedback": "answers", "order": "shuffled", "base": ""}
            for path in (f"/quizzes/{quiz}", f"/quizzes/{quiz}/publish", f"/weaker-exams/{quiz}"):
                stage.tried(me.post(path, rules))
            stage.check(me.get(f"/quizzes/{quiz}").status == 404, f"quiz {quiz} can be opened")
        for path in _members(stage)[:-1]:
            for suffix, name in product(("", "/owner"), ("2001", number)):
                stage.tried(me.post(path + suffix, {"name": name, "user_id": number}))
        for (question,) in stage.rows("SELECT id FROM question WHERE bank_id = 1 LIMIT 5"):
            for act in ("edit", "approve", "retire", "restore"):
                stage.tried(me.post(f"/banks/1/questions/{question}/{act}", {"use": "practice"}))
        stage.tried(me.post("/banks/1", {"do": "approve-all"}))


def rise(stage: Stage) -> None:
    """HR makes itself auditor or administrator, or opens, moves or ends the account of one."""
    me, mine = stage.signed_in(HR), stage.id_of(HR)
    auditor = stage.signed_in(AUDITOR)
    wanted: dict[str, object] = {"roles": ["auditor", "admin", "hr", "trainer"]}
    with stage.untouched(**ACCOUNTS):
        stage.tried(me.post(f"/people/{mine}/roles", wanted))
        stage.tried(me.post("/people/new", {
            "personnel_no": "3001", "name": "Second Account", "from_on": "2026-01-01",
            "employment_type": "employee", "unit": "HR", **wanted}))
        for number in (AUDITOR, ADMIN, TRAINER):
            at = f"/people/{stage.id_of(number)}"
            # Deactivating somebody who leaves is HR's to do.
            for act in ("access-link", "access-mail", "sign-out", "roles", "second-factor"):
                stage.tried(me.post(f"{at}/{act}", {**wanted, "reason": "They asked me to."}))
            stage.tried(me.post(f"{at}/edit", {"personnel_no": number, "name": "Grace Okafor",
                                               "email": "mine@halden.example"}))
        _import(stage, me, "personnel_no,name,email,roles\n"
                           f"{AUDITOR},Grace Okafor,mine@halden.example,admin\n"
                           f"{HR},Lars Eriksen,p1004@halden.example,admin\n")
        stage.tried(me.post("/people/access-sheets", {"unit": "QM", "go": "print"}))
    with stage.untouched(**{what: query for what, query in ACCOUNTS.items() if what == "roles"}):
        stage.tried(me.post("/settings/two_person_identity", {"value": "off"}))
    stage.check(auditor.is_in(), "the auditor was signed out")


def _import(stage: Stage, me: Visitor, text: str) -> None:
    reply = stage.tried(me.uploads("/people/import", "people.csv", text))
    if reply.location.startswith("/people/import/"):
        stage.tried(me.post(reply.location, {"effective_on": datetime.now(UTC).date()}))


def come_back(stage: Stage) -> None:
    """Who was deactivated comes back with roles, memberships and the old password."""
    admin, hr, owner = (stage.signed_in(number) for number in (ADMIN, HR, TRAINER))
    theirs = stage.id_of("2002")
    for path in _members(stage):
        owner.post(path, {"name": "2002"})
    held = "SELECT count(*) FROM course_member WHERE user_id = ?"
    assert stage.rows(held, theirs) != [(0,)], "there was nothing to come back to"
    old = stage.signed_in("2002")
    stage.tried(admin.post(f"/people/{theirs}/deactivate",
                           {"left_on": "2026-01-01", "reason": "Moved on"}))
    assert not old.is_in()
    stage.tried(hr.post(f"/people/{theirs}/reactivate", {}))
    assert stage.rows('SELECT deactivated_at FROM "user" WHERE id = ?', theirs) == [(None,)]
    for table in ("course_member", "library_member", "bank_member", "password"):
        left = stage.rows(f"SELECT count(*) FROM {table} WHERE user_id = ?", theirs)
        stage.check(left == [(0,)], f"{table} is kept")
    roles = {role for (role,) in stage.rows("SELECT role FROM user_role WHERE user_id = ?", theirs)}
    stage.check(roles <= {"employee"}, f"comes back as {roles}")
    new = stage.visitor()
    stage.tried(new.signs_in("2002"))
    stage.check(not new.is_in() and not old.is_in(), "the old password or cookie opens")
    for who in (admin, hr):
        stage.tried(who.post(f"/people/{stage.id_of(ADMIN)}/deactivate",
                             {"left_on": "2026-01-01", "reason": "Moved on"}))
    stage.check(stage.signed_in(ADMIN).is_in(), "the last administrator is gone")


def take_over_bank(stage: Stage) -> None:
    """A member of a bank throws out its owner, and makes exam questions practice, keys and all."""
    owner, me = stage.signed_in(TRAINER), stage.signed_in("2003")
    owner.post("/banks/1/members", {"name": "2003"})
    assert me.get("/banks/1").status == 200
    sitting = stage.signed_in(EMPLOYEE)
    begun = sitting.post("/quiz/iso-certification-exam", {}).location
    assert begun.startswith("/attempt/")
    questions = [row[0] for row in stage.rows(
        "SELECT question.id FROM question JOIN question_version v ON v.id = approved_version_id"
        " WHERE v.use = 'exam'")]
    with stage.untouched(
            owners="SELECT bank_id, user_id FROM bank_member WHERE role = 'owner'",
            exam="SELECT question_id FROM question_version v JOIN question ON v.id ="
                 " approved_version_id WHERE v.use = 'exam'"):
        stage.tried(me.post(f"/banks/1/members/{stage.id_of(TRAINER)}/remove", {}))
        for name in ("2003", str(stage.id_of("2003"))):
            stage.tried(me.post("/banks/1/members/owner", {"name": name}))
        for act in ("set", "approve"):
            wish = {"do": act, "question": questions, "set_use": "practice"}
            shown = me.post("/banks/1/batches/preview", wish).text
            basis = re.search(r'name="basis" value="(\w+)"', shown)
            stage.tried(me.post("/banks/1/batches", {**wish, "basis": basis[1] if basis else ""}))
        stage.tried(me.post("/banks/1", {"do": "approve", "question": questions}))
        stage.tried(me.post("/banks/1", {"do": "approve-all"}))
        asked = {row[0] for row in stage.rows(
            "SELECT v.question_id FROM attempt_item i JOIN question_version v"
            " ON v.id = question_version_id WHERE attempt_id = ?", begun.split("/")[2])}
        assert asked
        for question in asked:  # the others may flip one by one, which is an event
            [(draft,)] = stage.rows("SELECT max(id) FROM question_version WHERE question_id = ?",
                                    question)
            stage.tried(me.post(f"/banks/1/questions/{question}/approve", {"version": draft}))


def turn_pass(stage: Stage) -> None:
    """HR alone turns one person's pass into another's, by correcting or by renaming first."""
    me = stage.signed_in(HR)
    theirs, other = stage.id_of("1006"), ("Mia Lindqvist", EMPLOYEE)
    [(record,)] = stage.rows(
        "SELECT id FROM completion_record WHERE user_id = ? AND result = 'passed'", theirs)
    with stage.untouched(
            records="SELECT * FROM completion_record", certificates="SELECT * FROM certificate",
            holders="SELECT * FROM certificate_holder", persons="SELECT * FROM record_person"):
        for renamed in (False, True):
            if renamed:
                stage.tried(me.post(f"/people/{theirs}/edit", {
                    "name": other[0], "personnel_no": "1006", "email": ""}))
                stage.tried(me.post(f"/people/{theirs}/edit", {
                    "name": other[0], "personnel_no": other[1], "email": ""}))
            for name, number in (other, (other[0], "1006"), ("Somebody New", "1006"),
                                 ("Nguyễn Thị Phương Thảo", other[1])):
                stage.tried(me.fills(f"/records/{record}/correct", f"/records/{record}/correct",
                                     name=name, personnel_no=number,
                                     reason="It was mistyped when it was entered."))
        for (proposal,) in stage.rows("SELECT id FROM proposal"):
            stage.tried(me.post(f"/to-confirm/{proposal}/confirm", {}))


def smuggle_formulas(stage: Stage) -> None:
    """Formulas come into exported tables by any text field of any form."""
    people = {name: stage.signed_in(name) for name in (HR, TRAINER, ADMIN, EMPLOYEE)}
    hr, trainer, admin, _employee = people.values()
    theirs, stored = stage.id_of("1016"), 0
    places = (
        (hr, ("/people/new", f"/people/{theirs}/edit", f"/people/{theirs}/placement",
              "/assignments/new", "/records/1/correct")),
        (trainer, ("/banks/new", "/banks/1/settings", "/banks/1/questions/new/single_choice",
                   "/quizzes/new", "/quizzes/1")),
        (admin, ("/settings/organization", f"/people/{stage.id_of('1015')}/deactivate")))
    fixed = {"personnel_no": "4001", "name": "Plain Name", "from_on": "2026-11-01",
             "option-1": "One", "option-2": "Two", "right": "1", "stem": "Which one is it?"}
    for lead, (who, paths) in product(("Smith;", "", "\t", "a\r\n"), places):
        for path in paths:
            for action, form in who.forms(path):
                usual: dict[str, Any] = dict(form.values)
                for name in {name for name in form.names if name != "csrf_token"}:
                    given = {key: value or fixed.get(key, "") for key, value in usual.items()}
                    reply = stage.tried(who.post(action, {**given, name: lead + FORMULA}))
                    stored += reply.status == 303
    assert stored > 5, "no form took anything"
    _import(stage, hr, f'personnel_no,name,unit\n4002,"Smith;{FORMULA}",HR\n4003,{FORMULA},HR\n')
    tables = [(path, stage.tried(who.get(path)).text) for who, path in (
        (hr, "/people/export.csv"), (hr, "/people/units?as=csv"), (hr, "/records/export.csv"),
        (hr, "/assignments?as=csv"), (trainer, "/banks?as=csv"), (trainer, "/quizzes?as=csv"),
        (admin, "/events/technical?as=csv"))]
    tables.append(("bank", stage.tried(trainer.post("/banks/1/export", {"format": "csv"})).text))
    assert sum(FORMULA in text for _path, text in tables) > 2, "nothing came into a table"
    for path, text in tables:
        _check_table(stage, path, text)


def _check_table(stage: Stage, path: str, text: str) -> None:
    """Note every cell that a program would begin to compute, whichever sign it splits at."""
    assert "<html" not in text, f"{path} is no table"
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            for cell in row:
                for line in re.split(r"[\r\n;,\t]", cell):
                    stage.check(not line.strip(" \"").startswith("=HYPER"), f"{path}: {cell!r}")


ATTACKS = ((1, compose_others_exam), (2, rise), (3, come_back), (4, take_over_bank), (5, turn_pass),
           (12, smuggle_formulas))
