"""Pages of study: courses, modules, facts and the glossary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.settings import house
from isotrain.standards import certified
from isotrain.standards import directory as editions
from isotrain.study import bookmarks, content
from isotrain.study.bookmarks import Progress
from isotrain.study.page import get_page
from isotrain.web.gate import me, requires
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("study", __name__, url_prefix="/courses")


@bp.get("")
@requires(Permission.LEARN)
def courses() -> str:
    """List the courses with how far one is."""
    found = content.list_courses()
    modules = content.modules_of([course.version_id for course in found])
    progress = bookmarks.progress_of(me().id, {m.id for each in modules.values() for m in each})
    done = {module_id for module_id, each in progress.items() if each.finished_at}
    listed = [(course, sum(m.id in done for m in modules[course.version_id]),
               len(modules[course.version_id]),
               sum(m.minutes for m in modules[course.version_id])) for course in found]
    return render_template("study/courses.html", listed=listed)


@bp.get("/<slug>")
@requires(Permission.LEARN)
def course(slug: str) -> str:
    """Show a course: its modules, where one left off, and what comes after."""
    found = content.get_course(slug)
    modules = content.list_modules(found.version_id)
    progress = bookmarks.progress_of(me().id, [m.id for m in modules])
    return render_template(
        "study/course.html", course=found, modules=modules, progress=progress,
        untouched=Progress(), resume=_resume(modules, progress),
        certified=certified.list_certified(),
        may_see_versions=Permission.COURSE_VERSIONS in me().permissions)


def _resume(
    modules: tuple[content.ModuleView, ...], progress: dict[int, Progress]
) -> content.ModuleView | None:
    """Return the module to go on with: the one opened last, or the first that is not done."""
    opened = {m: at for m in modules if m.id in progress and not progress[m.id].finished_at
              and (at := progress[m.id].opened_at)}
    if opened:
        return max(opened, key=opened.__getitem__)
    return next((m for m in modules if not progress.get(m.id, Progress()).finished_at), None)


@bp.get("/<slug>/<module_slug>")
@requires(Permission.LEARN)
def module(slug: str, module_slug: str) -> str:
    """Show a module and note that it was opened."""
    found = content.get_course(slug)
    page = get_page(found, module_slug)
    progress = bookmarks.progress_of(me().id, [page.module.id]).get(page.module.id, Progress())
    ratings = bookmarks.ratings_of(me().id, page.module.id)
    if bookmarks.worth_noting(progress):
        with transaction():
            bookmarks.opened(me().id, page.module.id)
    return render_template("study/module.html", course=found, page=page, progress=progress,
                           ratings=ratings, count=len(content.list_modules(found.version_id)))


@bp.post("/<slug>/<module_slug>")
@requires(Permission.LEARN)
def remember(slug: str, module_slug: str) -> ResponseReturnValue:
    """Remember a place, a rating, or that the module is done."""
    page = get_page(content.get_course(slug), module_slug)
    asked = request.form
    anchor = ""
    with transaction():
        if "paragraph" in asked:
            bookmarks.left_off(me().id, page, asked["paragraph"])
            anchor = asked["paragraph"]
        elif "finished" in asked:
            bookmarks.finished(me().id, page.module)
        else:
            question = next((r["id"] for r in page.review if r["id"] in asked), "")
            bookmarks.rate(me().id, page, question=question, rating=asked.get(question, ""))
            anchor = f"review-{question}"
    if request.accept_mimetypes.best == "application/json":
        return jsonify(status="ok")
    if "finished" in asked:
        flash(_("Module %(code)s is done.", code=page.module.code), "success")
        return redirect(url_for("study.course", slug=slug), 303)
    here = url_for("study.module", slug=slug, module_slug=module_slug, _anchor=anchor)
    return redirect(here, 303)


@bp.get("/<slug>/facts/<code>")
@requires(Permission.LEARN)
def fact(slug: str, code: str) -> str:
    """Show one fact with its edition, clause and the paragraph that explains it."""
    found = content.get_course(slug)
    shown = content.get_fact(found, code)
    return render_template("study/fact.html", course=found, fact=shown,
                           editions=editions.by_label([shown.edition_label], house.today()))


@bp.get("/<slug>/glossary")
@requires(Permission.LEARN)
def glossary(slug: str) -> str:
    """Show the glossary of a course."""
    found = content.get_course(slug)
    return render_template("study/glossary.html", course=found, terms=content.list_terms(found))
