"""flask demo: a small company with people, results and certificates, to look around in.

Everything goes through the same services as in earnest; the clock is moved so that the history
lies in the past. Never in production: these accounts share one password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click
import sqlalchemy as sa

from isotrain import clock, config
from isotrain.accounts import passwords, registering
from isotrain.accounts.models import User
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.attempts import sheets, starting, taking
from isotrain.audit.noting import Actor
from isotrain.banks import versions
from isotrain.banks.models import Bank, BankMember
from isotrain.cli.running import writes
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs.stepping import inside
from isotrain.people import employing, placing
from isotrain.people.models import JobRole, Position, Site, Unit
from isotrain.quizzes import loading
from isotrain.settings import house
from isotrain.study import bookmarks, content
from isotrain.study.models import OWNER, Course, CourseMember, Library, LibraryMember
from isotrain.study.page import get_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

PASSWORD = "four quiet green pumps"  # noqa: S105  public on purpose, refused in production
COURSE = "iso-certification"
SHORT_COURSE = "iso-in-15-minutes"  # over the same library, for people who are new
UNITS = (("HALDEN", "Halden Pumps", None), ("PROD", "Production", "HALDEN"),
         ("ASSY", "Assembly", "PROD"), ("TEST", "Test bench", "PROD"),
         ("QM", "Quality", "HALDEN"), ("SALES", "Sales", "HALDEN"), ("HR", "People", "HALDEN"))
SITES = (("HAL", "Halden plant"), ("GDN", "Gdańsk service centre"))
JOBS = (("OPER", "Machine operator"), ("TECH", "Test technician"), ("QENG", "Quality engineer"),
        ("ACCT", "Account manager"), ("HRBP", "HR partner"), ("LEAD", "Team leader"))
# number, name, unit, site, job, manager, roles
STAFF = (
    ("1001", "Ingrid Solberg", "HALDEN", "HAL", "LEAD", None, ("employee", "manager")),
    ("1002", "Tomasz Wiśniewski", "PROD", "HAL", "LEAD", "1001", ("employee", "manager")),
    ("1003", "Amina Haddad", "QM", "HAL", "QENG", "1001", ("employee", "trainer")),
    ("1004", "Lars Eriksen", "HR", "HAL", "HRBP", "1001", ("employee", "hr")),
    ("1005", "Mia Lindqvist", "ASSY", "HAL", "OPER", "1002", ("employee",)),
    ("1006", "Nguyễn Thị Phương Thảo", "ASSY", "HAL", "OPER", "1002", ("employee",)),
    ("1007", "Wawrzyniec Brzęczyszczykiewicz", "TEST", "GDN", "TECH", "1002", ("employee",)),
    ("1008", "محمد عبد الرحمن", "TEST", "HAL", "TECH", "1002", ("employee",)),
    ("1009", "Māris Bērziņš", "ASSY", "HAL", "OPER", "1002", ("employee",)),
    ("1010", "Αλέξανδρος Παπαδόπουλος", "TEST", "GDN", "TECH", "1002", ("employee",)),
    ("1011", "Chiara Conti", "SALES", "HAL", "ACCT", "1001", ("employee",)),
    ("1012", "Jonas Weber", "SALES", "GDN", "ACCT", "1001", ("employee",)),
    ("1013", "Oluwaseun Adeyemi", "QM", "HAL", "QENG", "1003", ("employee",)),
    ("1014", "Sofia Marques", "ASSY", "HAL", "OPER", "1002", ("employee",)),
    ("1015", "Elif Yılmaz", "ASSY", "GDN", "OPER", "1002", ("employee",)),
    ("1016", "Дмитрий Щербаков", "TEST", "GDN", "TECH", "1002", ("employee",)),
)
OUTSIDERS = (("9001", "Grace Okafor (auditor)", ("auditor",)), ("9002", "System admin", ("admin",)))
# number, days ago, questions answered right of 20
EXAMS = (("1013", 700, 19), ("1001", 60, 18), ("1003", 58, 20), ("1006", 40, 17), ("1011", 33, 14),
         ("1011", 30, 18), ("1014", 21, 16), ("1009", 12, 13), ("1007", 6, 19), ("1015", 3, 17))
# Who is asked to take the short course; the first has passed it.
NEWCOMERS = ("1012", "1016")


@dataclass(frozen=True)
class Company:
    """The ids of what was made, by their codes."""

    users: dict[str, int]
    units: dict[str, int]
    sites: dict[str, int]
    jobs: dict[str, int]


def install(app: Flask) -> None:
    app.cli.add_command(demo)


@click.command("demo")
@click.option("--quiet", is_flag=True, help="Say only where to go and as whom.")
@writes
def demo(quiet: bool) -> None:
    """Load the shipped courses and a small demo company; the second time changes nothing."""
    if config.current().production:
        raise Refusal(_("Demo accounts are not made in production."))
    by = Actor.command()
    summary = loading.load_course(config.ROOT / "question_banks" / COURSE, by=by).sentence
    if not quiet:
        click.echo(summary)
    if not db.session.scalar(sa.select(sa.func.count()).select_from(User)):
        company = _found(by)
        _look_after_course(company)
        _assign(company, by)
        for number, days_ago, right in EXAMS:
            _sit(COURSE, company.users[number], days_ago=days_ago, right=right)
        _sit(SHORT_COURSE, company.users[NEWCOMERS[0]], days_ago=2, right=7)
        _read_a_little(company.users["1005"])
    _tell()


def _found(by: Actor) -> Company:
    """Make the company as it was 800 days ago."""
    with clock.moved_by(timedelta(days=-800)):
        units = _units()
        sites = _rows([Site(code=code, name=name) for code, name in SITES])
        jobs = _rows([JobRole(code=code, title=title) for code, title in JOBS])
        hashed = passwords.hash_password(PASSWORD)
        users = {}
        people = [(number, name, roles) for number, name, *_where, roles in STAFF]
        for number, name, roles in (*people, *OUTSIDERS):
            person = Person(number, name, f"p{number}@halden.example")
            [users[number]] = registering.add([person], roles=frozenset(map(Role, roles)), by=by,
                                              is_demo=True)
            passwords.store(users[number], hashed)
        company = Company(users, units, sites, jobs)
        _place(company, house.today(), by)
    return company


def _units() -> dict[str, int]:
    ids: dict[str, int] = {}
    for code, name, parent in UNITS:
        unit = Unit(code=code, name=name, parent_id=ids.get(parent or ""))
        db.session.add(unit)
        db.session.flush()
        ids[code] = unit.id
    return ids


def _rows(rows: list[Site] | list[JobRole]) -> dict[str, int]:
    db.session.add_all(rows)
    db.session.flush()
    return {row.code: row.id for row in rows}


def _place(company: Company, day: date, by: Actor) -> None:
    positions = {}
    for number, _name, unit, site, job, manager, _roles in STAFF:
        positions[company.users[number]] = Position(
            unit_id=company.units[unit], site_id=company.sites[site],
            job_role_id=company.jobs[job],
            manager_id=company.users[manager] if manager else None,
            employment_type="contractor" if number == "1016" else "employee",
        )
    employing.set_hired(dict.fromkeys(positions, day))
    placing.place(positions, from_on=day, by=by)


def _look_after_course(company: Company) -> None:
    """Let the trainer look after the shipped library, its bank and its courses."""
    owner = {"user_id": company.users["1003"], "role": OWNER, "since": clock.now()}
    for id_ in db.session.scalars(sa.select(Library.id)):
        db.session.add(LibraryMember(library_id=id_, **owner))
    for id_ in db.session.scalars(sa.select(Bank.id)):
        db.session.add(BankMember(bank_id=id_, **owner))
    for id_ in db.session.scalars(sa.select(Course.id)):
        db.session.add(CourseMember(course_id=id_, **owner))
    db.session.flush()


def _assign(company: Company, by: Actor) -> None:
    """Assign the course to the test bench, later to everybody; the short one to who is new."""
    course_id = content.get_course(COURSE).id
    with clock.moved_by(timedelta(days=-90)):
        assigning.assign(course_id=course_id, target="unit", unit_id=company.units["TEST"],
                         due_on=house.today() + timedelta(days=75), by=by, transaction=inside)
    with clock.moved_by(timedelta(days=-20)):
        assigning.assign(course_id=course_id, target="everybody",
                         due_on=house.today() + timedelta(days=30), by=by, transaction=inside)
    with clock.moved_by(timedelta(days=-10)):
        for number in NEWCOMERS:
            assigning.assign(course_id=content.get_course(SHORT_COURSE).id, target="person",
                             user_id=company.users[number],
                             due_on=house.today() + timedelta(days=24), by=by, transaction=inside)


def _sit(slug: str, user_id: int, *, days_ago: int, right: int) -> None:
    """Let somebody sit the exam of a course some days ago and answer so many questions right."""
    by = Actor("user", user_id)
    course = content.get_course(slug)
    with clock.moved_by(timedelta(days=-days_ago)):
        for module in content.list_modules(course.version_id):
            bookmarks.finished(user_id, module)
        attempt = starting.start(f"{slug}-exam", user_id, by=by)
        items = sheets.items_of(attempt.id)
        questions = versions.questions([version for version, _arrangement in items])
        for position, (version, arrangement) in enumerate(items, 1):
            question = questions[version]
            keyed = question.filled(question.solution(), arrangement)
            taking.save(attempt.id, user_id, position=position, rev=1, base=0, flagged=False, by=by,
                        submitted=keyed if position <= right else _wrong(keyed, arrangement))
        taking.submit(attempt.id, user_id, by=by)


def _wrong(keyed: dict[str, list[str]], arrangement: Sequence[Any]) -> dict[str, list[str]]:
    """Return fields that choose what none of the right ones does; the shipped types all choose."""
    taken = {place for chosen in keyed.values() for place in chosen}
    wrong = [place for place in map(str, range(len(arrangement))) if place not in taken]
    return dict.fromkeys(keyed, wrong[:1])


def _read_a_little(user_id: int) -> None:
    """Leave one learner in the middle of the course."""
    course = content.get_course(COURSE)
    modules = content.list_modules(course.version_id)
    for module in modules[:2]:
        bookmarks.finished(user_id, module)
    page = get_page(course, modules[2].slug)
    bookmarks.left_off(user_id, page, page.sections[1].anchor)


def _tell() -> None:
    rows = (("1005", _("Mia, an employee")), ("1003", _("Amina, a trainer")),
            ("1004", _("Lars, HR")),
            ("1002", _("Tomasz, a manager")), ("9001", _("Grace, an auditor")),
            ("9002", _("the administrator")))
    click.echo("\n  " + _("Sign in with one of these numbers and the password “%(password)s”:",
                        password=PASSWORD))
    for number, who in rows:
        click.echo(f"    {number}  {who}")
    click.echo("")
