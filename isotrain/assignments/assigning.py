"""Assigning: HR says who has to complete a course by when; the rule makes the assignments.

The rule (Requirement) is applied to people by inserts that the unique key makes repeatable:
applying a rule again adds only who is new under it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import directory
from isotrain.accounts.models import User, UserRole
from isotrain.accounts.permissions import PERMISSIONS, Permission
from isotrain.assignments.models import Assignment, Requirement
from isotrain.audit.noting import Actor, note
from isotrain.db import db, upsert
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _
from isotrain.jobs.purging import delete_some
from isotrain.jobs.stepping import IDLE, Pace, step
from isotrain.ledger.canonical import JsonObject
from isotrain.lists import chunks
from isotrain.people.models import Employment, Placement, Unit
from isotrain.people.news import Moved
from isotrain.people.placements import unit_and_below
from isotrain.settings import house
from isotrain.study.models import Course

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

TARGETS = ("everybody", "unit", "person")
LONGEST_JOINER_DAYS, JOINER_DAYS = 365, 30
# Assignments, and rules for one person each, that one step makes at most.
AT_ONCE, RULES_AT_ONCE = 500, 25
# A guest auditor or an account for administration only cannot sit a course, so none is due.
LEARNING = frozenset(role for role in PERMISSIONS if Permission.LEARN in PERMISSIONS[role])
LEARNERS = sa.select(UserRole.user_id).where(UserRole.role.in_(LEARNING))


def assign(
    *, course_id: int, target: str, due_on: date, by: Actor, transaction: Transaction,
    unit_id: int | None = None, user_id: int | None = None, joiner_days: int = JOINER_DAYS,
) -> Requirement:
    """Make a rule and apply it to everybody who is under it today, who are bound all at once."""
    if not 0 <= joiner_days <= LONGEST_JOINER_DAYS:
        raise Refusal(_("Enter 0 to 365 days"), "joiner_days")
    with _staged(by=by, transaction=transaction) as made:
        with transaction():
            _check(course_id, target, due_on=due_on, unit_id=unit_id, user_id=user_id)
            rule = _stage(Requirement(course_id=course_id, target=target, unit_id=unit_id,
                                      user_id=user_id, due_on=due_on, joiner_days=joiner_days),
                          by=by)
        made.append(rule.id)
        under = [user_id for user_id, _since in _people_under(rule, None)]
        pace = Pace(AT_ONCE)
        for some in pace.parts(under):
            with step(transaction, pace):
                apply(_go_on(made[0]), list(some))
    return get(made[0])


def assign_each(
    names: Sequence[str], *, course_id: int, due_on: date, by: Actor, transaction: Transaction
) -> list[Requirement]:
    """Make a rule for each of these people, named by personnel number or e-mail address."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not wanted:
        raise Refusal(_("Enter at least one personnel number or e-mail address"), "people")
    users = [(name, directory.find_by_name(name)) for name in wanted]
    unknown = [name for name, user in users if user is None or not user.active]
    if unknown:
        raise Refusal(_("Nobody with an active account is called %(names)s",
                        names=", ".join(unknown[:10])), "people")
    ids = list(dict.fromkeys(user.id for _name, user in users if user is not None))
    with _staged(by=by, transaction=transaction) as made:
        pace = Pace(RULES_AT_ONCE)
        for some in pace.parts(ids):
            fresh = []
            with step(transaction, pace):
                for user_id in some:
                    _check(course_id, "person", due_on=due_on, unit_id=None, user_id=user_id)
                    fresh.append(_stage(Requirement(
                        course_id=course_id, target="person", user_id=user_id, due_on=due_on,
                        joiner_days=JOINER_DAYS), by=by))
                    apply(fresh[-1])
            made += [rule.id for rule in fresh]
    return [get(id_) for id_ in made]


@contextmanager
def _staged(*, by: Actor, transaction: Transaction) -> Iterator[list[int]]:
    """Take in rules that are being applied, and let them all hold at the end; or none."""
    made: list[int] = []
    try:
        yield made
        with step(transaction):
            _show(made, by=by)
    except Exception:
        for rule_id in made:
            for _gone in _forget(rule_id, transaction):
                pass
        raise


def _stage(rule: Requirement, *, by: Actor) -> Requirement:
    rule.created_at = rule.staged_at = clock.now()
    rule.created_by = by.user_id
    db.session.add(rule)
    db.session.flush()
    return rule


def _go_on(rule_id: int) -> Requirement:
    """Return a staged rule, noting that somebody is at work on it; Conflict once it was given up.
    """
    rule: Requirement | None = db.session.scalar(
        sa.update(Requirement)
        .where(Requirement.id == rule_id, Requirement.staged_at.is_not(None),
               Requirement.withdrawn_at.is_(None))
        .values(staged_at=clock.now()).returning(Requirement))
    if rule is None:
        raise Conflict(_("This took too long and was taken back. Assign it again."))
    return rule


def _show(rule_ids: Sequence[int], *, by: Actor) -> None:
    """Let staged rules hold, all of them by one statement, and note each."""
    shown = db.session.execute(
        sa.update(Requirement)
        .where(Requirement.id.in_(rule_ids), Requirement.staged_at.is_not(None),
               Requirement.withdrawn_at.is_(None)).values(staged_at=None))
    if shown.rowcount != len(rule_ids):  # type: ignore[attr-defined]
        raise Conflict(_("This took too long and was taken back. Assign it again."))
    people = sa.select(Assignment.requirement_id, sa.func.count()).where(
        Assignment.requirement_id.in_(rule_ids), Assignment.ended_on.is_(None))
    counts = {row[0]: row[1] for row in db.session.execute(
        people.group_by(Assignment.requirement_id))}
    for rule in db.session.scalars(
            sa.select(Requirement).where(Requirement.id.in_(rule_ids)).order_by(Requirement.id)):
        note("course.assigned", by, scope="training", on=("requirement", rule.id),
             after=_state(rule), details={"target": rule.target, "people": counts.get(rule.id, 0),
                                          "due_on": rule.due_on.isoformat()})
    db.session.flush()


def forget_idle(transaction: Transaction) -> Iterator[int]:
    """Remove rules that nobody goes on applying, with what they had made so far."""
    query = sa.select(Requirement.id).where(sa.or_(
        Requirement.staged_at < clock.now() - IDLE,
        sa.and_(Requirement.staged_at.is_not(None), Requirement.withdrawn_at.is_not(None))))
    for rule_id in db.session.scalars(query.order_by(Requirement.id)).all():
        yield from _forget(rule_id, transaction)


def _forget(rule_id: int, transaction: Transaction) -> Iterator[int]:
    """Give up a staged rule and remove it, a few assignments at a time."""
    given_up = (Requirement.id == rule_id, Requirement.staged_at.is_not(None),
                Requirement.withdrawn_at.is_not(None))
    with transaction():
        db.session.execute(
            sa.update(Requirement)
            .where(Requirement.id == rule_id, Requirement.staged_at.is_not(None))
            .values(withdrawn_at=clock.now()))
    gone, pace = 1, Pace(AT_ONCE)
    while gone:
        with step(transaction, pace):
            gone = delete_some(Assignment.id, Assignment.requirement_id.in_(
                sa.select(Requirement.id).where(*given_up)), at_once=pace.size)
            if not gone:
                delete_some(Requirement.id, *given_up)
        yield gone


def _check(
    course_id: int, target: str, *, due_on: date, unit_id: int | None, user_id: int | None
) -> None:
    course = db.session.get(Course, course_id)
    if course is None:
        raise Refusal(_("Choose a course"), "course")
    if course.current_version_id is None:
        raise Refusal(_("The course %(slug)s has nothing to study yet. Choose another",
                        slug=course.slug), "course")
    if target not in TARGETS:
        raise Refusal(_("Choose who has to complete it"), "target")
    if target == "unit" and (unit_id is None or db.session.get(Unit, unit_id) is None):
        raise Refusal(_("Choose a unit"), "unit")
    if target == "person":
        user = db.session.get(User, user_id) if user_id is not None else None
        if user is None or not user.active:
            raise Refusal(_("Choose a person with an active account"), "person")
        if not directory.roles_of(user.id) & LEARNING:
            raise Refusal(_("%(name)s has no role that studies", name=user.identity.name),
                          "people")
    if due_on < house.today():
        raise Refusal(_("Choose a due date that is not past"), "due_on")


def _state(requirement: Requirement) -> JsonObject:
    return {
        "course": requirement.course_id, "target": requirement.target,
        "unit": requirement.unit_id, "person": requirement.user_id,
        "due_on": requirement.due_on.isoformat(), "version": requirement.version,
        "withdrawn": requirement.withdrawn_at is not None,
    }


def apply(requirement: Requirement, user_ids: list[int] | None = None) -> None:
    """Assign to whoever is under a rule and is not assigned by it yet.

    Who comes later than the rule gets at least `joiner_days` from the day they came. A person who
    left the unit and comes back takes the old assignment up again.
    """
    today = house.today()
    people = _people_under(requirement, user_ids)
    rows = [
        {"requirement_id": requirement.id, "user_id": user_id, "course_id": requirement.course_id,
         "assigned_on": today, "due_on": _due_on(requirement, since), "ended_on": None}
        for user_id, since in people
    ]
    if not rows:
        return
    insert = upsert(Assignment.__table__)
    db.session.execute(
        insert.on_conflict_do_update(
            index_elements=["requirement_id", "user_id"], set_={"ended_on": None},
            where=Assignment.__table__.c.ended_on.is_not(None),
        ),
        rows,
    )


def _due_on(requirement: Requirement, since: date | None) -> date:
    created_on = house.day_of(requirement.created_at)
    if requirement.target == "person" or since is None or since <= created_on:
        return requirement.due_on
    return max(requirement.due_on, since + timedelta(days=requirement.joiner_days))


def _people_under(
    requirement: Requirement, user_ids: list[int] | None
) -> list[tuple[int, date | None]]:
    """Return (user id, day they came) of the active learners under a rule today."""
    here = sa.and_(Placement.user_id == User.id, Placement.valid_to.is_(None))
    hired = sa.and_(Employment.user_id == User.id, Employment.left_on.is_(None))
    query = (
        sa.select(User.id, sa.func.max(Employment.hired_on), sa.func.max(Placement.valid_from))
        .outerjoin(Placement, here)
        .outerjoin(Employment, hired)
        .where(User.deactivated_at.is_(None), User.id.in_(LEARNERS))
        .group_by(User.id)
    )
    if user_ids is not None:
        query = query.where(User.id.in_(user_ids))
    if requirement.target == "unit":
        query = query.where(Placement.unit_id.in_(unit_and_below(requirement.unit_id or 0)))
        return [(row[0], row[2]) for row in db.session.execute(query)]
    if requirement.target == "person":
        query = query.where(User.id == requirement.user_id)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def reassign(moved: Moved) -> None:
    """Assign to people who came under a rule, and end what binds people who left it."""
    query = sa.select(Requirement).where(Requirement.withdrawn_at.is_(None))
    for requirement in db.session.scalars(query).all():
        for some in chunks(moved.user_ids):
            apply(requirement, some)
            under = [user_id for user_id, _since in _people_under(requirement, some)]
            _end(requirement.id, Assignment.user_id.in_(some), Assignment.user_id.not_in(under))


def _end(requirement_id: int, *conditions: sa.ColumnElement[bool]) -> None:
    db.session.execute(
        sa.update(Assignment)
        .where(Assignment.requirement_id == requirement_id, Assignment.ended_on.is_(None),
               *conditions)
        .values(ended_on=house.today())
    )


def withdraw(requirement_id: int, *, by: Actor) -> None:
    """Take a rule back; what was completed stays, what is open is no longer due."""
    requirement = get(requirement_id)
    if requirement.withdrawn_at is not None:
        raise Refusal(_("This assignment was withdrawn before."))
    before = _state(requirement)
    requirement.withdrawn_at = clock.now()
    _end(requirement_id)
    note("course.assignment_withdrawn", by, scope="training", on=("requirement", requirement_id),
         before=before, after=_state(requirement))
    db.session.flush()


def change_due(requirement_id: int, due_on: date, *, by: Actor) -> None:
    """Move the due date of a rule; open assignments move along, except later ones of joiners."""
    requirement = get(requirement_id)
    if requirement.withdrawn_at is not None:
        raise Refusal(_("This assignment was withdrawn before."))
    if due_on < house.today():
        raise Refusal(_("Choose a due date that is not past"), "due_on")
    if due_on == requirement.due_on:
        return
    before, old = _state(requirement), requirement.due_on
    requirement.due_on, requirement.version = due_on, requirement.version + 1
    db.session.execute(
        sa.update(Assignment)
        .where(Assignment.requirement_id == requirement_id, Assignment.ended_on.is_(None),
               sa.or_(Assignment.due_on == old, Assignment.due_on < due_on))
        .values(due_on=due_on)
    )
    note("course.due_date_changed", by, scope="training", on=("requirement", requirement_id),
         before=before, after=_state(requirement))
    db.session.flush()


def get(requirement_id: int) -> Requirement:
    """Return a rule or raise NotFound."""
    requirement = db.session.get(Requirement, requirement_id)
    if requirement is None or requirement.staged_at is not None:
        raise NotFound(_("This assignment does not exist."))
    return requirement


def get_course(slug: str) -> int:
    """Return the id of a course by its slug, or refuse."""
    found = db.session.scalar(sa.select(Course.id).where(Course.slug == slug))
    if found is None:
        raise Refusal(_("There is no course %(slug)s", slug=repr(slug)) if slug
                      else _("Choose a course"), "course")
    return found


def get_unit(code: str) -> int:
    """Return the id of a unit by its code, or refuse."""
    found = db.session.scalar(sa.select(Unit.id).where(Unit.code == code))
    if found is None:
        raise Refusal(_("There is no unit %(code)s", code=repr(code)) if code
                      else _("Choose a unit"), "unit")
    return found


def count_people(requirement_id: int) -> int:
    """Count the people bound by a rule."""
    query = sa.select(sa.func.count()).select_from(Assignment)
    query = query.where(Assignment.requirement_id == requirement_id, Assignment.ended_on.is_(None))
    return db.session.scalar(query) or 0
