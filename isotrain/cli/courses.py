"""flask course: courses from library folders, who looks after them, and closing their quizzes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.banks import directory, tending
from isotrain.cli.members import member_group
from isotrain.cli.running import reads, writes
from isotrain.cli.saying import sentence_of
from isotrain.errors import NotFound
from isotrain.i18n import _, say_place
from isotrain.quizzes import loading, retiring
from isotrain.study import content, library, membership
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.quizzes.loading import Outcome
    from isotrain.quizzes.models import Quiz

group = AppGroup("course", help="Load and update courses, and say who looks after them.")
group.add_command(member_group(membership.COURSE, lambda slug: content.get_course(slug).id))


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("load")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--member", metavar="PERSON",
              help="Personnel number or address of the trainer who is to look after it.")
@reads
def load(path: Path, member: str | None) -> None:
    """Load the library in the folder PATH with its courses, or bring a loaded one up to date.

    It is read and checked first. Then others wait while it is written, for a second at most.
    """
    found = loading.read(path)
    with transaction():
        outcome = loading.load_read(found, by=Actor.command())
        if member:
            _give(outcome, member)
    click.echo(outcome.sentence)
    for warning in outcome.warnings:
        click.echo(f"{say_place(warning.place)}: {sentence_of(warning)}")
    for course in outcome.courses:
        if not membership.list_members(membership.COURSE, course.id):
            click.echo(_("Nobody looks after the course %(slug)s. Say who with: flask course"
                         " member add %(slug)s PERSONNEL_NO", slug=course.slug))


def _give(outcome: Outcome, person: str) -> None:
    """Let somebody look after everything that was loaded."""
    things = [(membership.LIBRARY, outcome.library.id),
              *((membership.COURSE, course.id) for course in outcome.courses),
              *((tending.BANK, bank.id) for bank in outcome.banks)]
    for kind, id_ in things:
        membership.add(kind, id_, person, by=Actor.command(), oversees=True)


@group.command("list")
@click.option("--unplaced", is_flag=True,
              help="List instead the trainers with a bank but no course that can draw from it.")
@reads
def list_(unplaced: bool) -> None:
    """List the courses with how many trainers look after each."""
    if unplaced:
        for each in directory.list_unplaced():
            where = _("bank %(bank)s, library %(library)s", bank=each.bank, library=each.library)
            click.echo(f"{each.personnel_no:<12} {each.name}: {where}")
        return
    for course in library.list_kept_courses(None):
        click.echo(f"{course.slug:<28} {course.title}: {course.members or _('nobody')}")


def _state(quiz: Quiz) -> str:
    if quiz.retired_at is not None:
        return _("closed")
    return _("published") if quiz.published_version_id else _("never published")


@group.command("quizzes")
@reads
def quizzes() -> None:
    """List all quizzes, those that are closed at the end."""
    for quiz, title in retiring.list_titles():
        click.echo(f"{quiz.slug:<28} {title} ({_state(quiz)})")


@group.command("close-quiz")
@click.argument("slug")
@writes
def close_quiz(slug: str) -> None:
    """Close the quiz SLUG for good: nobody starts it any more, what is open goes on to its end."""
    found = next((quiz for quiz, _title in retiring.list_titles() if quiz.slug == slug), None)
    if found is None:
        raise NotFound(_("There is no quiz %(slug)s.", slug=slug))
    retiring.retire(found.id, by=Actor.command())
    click.echo(_("Closed."))
