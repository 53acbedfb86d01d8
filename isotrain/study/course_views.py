"""Pages of courses for those who teach or audit: what every version said, who looks after one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.settings import house
from isotrain.standards import directory as editions
from isotrain.study import content, membership
from isotrain.study.membership import COURSE
from isotrain.study.page import get_page
from isotrain.web.forms import PersonForm
from isotrain.web.gate import actor, me, requires
from isotrain.web.members import added, oversees, removed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("courses", __name__, url_prefix="/courses")


@bp.get("/<slug>/versions")
@requires(Permission.COURSE_VERSIONS)
def versions(slug: str) -> ResponseReturnValue:
    """List the versions of a course, newest first."""
    return render_template("courses/versions.html", course=content.get_course(slug),
                           versions=content.list_versions(slug))


@bp.get("/<slug>/versions/<int:number>")
@requires(Permission.COURSE_VERSIONS)
def version(slug: str, number: int) -> ResponseReturnValue:
    """Show what a version of a course said: its modules, facts and terms."""
    course = content.get_version(slug, number)
    return render_template(
        "courses/version.html", course=course, modules=content.list_modules(course.version_id),
        facts=content.facts_by_code(course), terms=content.list_terms(course),
        editions=editions.by_label([label for _code, label in course.editions], house.today()))


@bp.get("/<slug>/versions/<int:number>/<module_slug>")
@requires(Permission.COURSE_VERSIONS)
def module(slug: str, number: int, module_slug: str) -> ResponseReturnValue:
    """Show a module as a version of a course had it."""
    course = content.get_version(slug, number)
    # Who looks back need not be a learner: links stay within the version, be it the present one.
    page = get_page(replace(course, current=False), module_slug)
    return render_template("courses/module.html", course=course, page=page)


@bp.get("/<slug>/members")
@requires(Permission.LIBRARY_READ)
def members(slug: str) -> ResponseReturnValue:
    """Show who looks after a course."""
    return _page(_course_of_mine(slug), PersonForm(None))


@bp.post("/<slug>/members")
@requires(Permission.LIBRARY_READ)
def add_member(slug: str) -> ResponseReturnValue:
    """Let a colleague look after the course as well."""
    course, form = _course_of_mine(slug), PersonForm.of_request()
    add = partial(membership.add, COURSE, course.id, by=actor(), oversees=oversees())
    return added(
        form, add, said=_("Added. The quizzes of the course are in their list now."),
        back=url_for("courses.members", slug=slug)) or (_page(course, form), form.status)


@bp.post("/<slug>/members/owner")
@requires(Permission.LIBRARY_READ)
def name_owner(slug: str) -> ResponseReturnValue:
    """Name another owner of the course."""
    course, form = _course_of_mine(slug), PersonForm.of_request()
    name = partial(membership.hand_over, COURSE, course.id, by=actor(), oversees=oversees())
    return added(form, name, said=_("Named."),
                 back=url_for("courses.members", slug=slug)) or (_page(course, form), form.status)


@bp.post("/<slug>/members/<int:user_id>/remove")
@requires(Permission.QUIZ_COMPOSE)
def remove_member(slug: str, user_id: int) -> ResponseReturnValue:
    """Take the course out of a colleague's hands, or out of one's own."""
    course = content.get_course(slug)
    return removed(partial(membership.remove, COURSE, course.id, by=actor()), user_id,
                   back=url_for("courses.members", slug=slug), away=url_for("libraries.index"))


def _course_of_mine(slug: str) -> content.CourseView:
    """Return a course that one looks after, or any course for who oversees them."""
    course = content.get_course(slug)
    if not oversees():
        membership.check_member(COURSE, course.id, by=actor())
    return course


def _page(course: content.CourseView, form: PersonForm) -> str:
    table = membership.table_for(COURSE, course.id, me().id, oversees=oversees())
    return render_template("courses/members.html", course=course, form=form, table=table)
