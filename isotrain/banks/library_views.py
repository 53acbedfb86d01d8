"""Pages of libraries: what is in one, and who looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import directory, inventory
from isotrain.i18n import _
from isotrain.study import library, membership
from isotrain.study.library import LibraryView
from isotrain.study.membership import LIBRARY
from isotrain.web.answering import answered
from isotrain.web.forms import PersonForm, given
from isotrain.web.gate import actor, me, requires
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("libraries", __name__, url_prefix="/libraries")


@bp.get("")
@requires(Permission.LIBRARY_READ)
def index() -> ResponseReturnValue:
    """List the libraries and courses one looks after; who oversees them sees all of them."""
    return render_template(
        "libraries/index.html", libraries=library.list_libraries(_reach()),
        courses=library.list_kept_courses(_reach()), oversees=_oversees(),
        unplaced=directory.list_unplaced() if _oversees() else [])


@bp.get("/<slug>")
@requires(Permission.LIBRARY_READ)
def show(slug: str) -> ResponseReturnValue:
    """Show what is in a library and who looks after it."""
    return _page(library.get_library(slug, member=_reach()), PersonForm(None))


@bp.post("/<slug>/members")
@requires(Permission.LIBRARY_READ)
def add_member(slug: str) -> ResponseReturnValue:
    """Let a colleague look after the library as well."""
    found, form = library.get_library(slug, member=_reach()), PersonForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                membership.add(LIBRARY, found.id, given(form.name, str), by=actor(),
                               oversees=_oversees())
            flash(_("Added. The library is in their list now."), "success")
            return redirect(url_for("libraries.show", slug=slug), 303)
    return _page(found, form), form.status


@bp.post("/<slug>/members/<int:user_id>/remove")
@requires(Permission.BANK_EDIT)
def remove_member(slug: str, user_id: int) -> ResponseReturnValue:
    """Take the library out of a colleague's hands, or out of one's own."""
    found = library.get_library(slug, member=me().id)
    with answered():
        with transaction():
            membership.remove(LIBRARY, found.id, user_id, by=actor())
        flash(_("Removed."), "success")
    if user_id == me().id:
        return redirect(url_for("libraries.index"), 303)
    return redirect(url_for("libraries.show", slug=slug), 303)


def _oversees() -> bool:
    return Permission.MEMBERS_APPOINT in me().permissions


def _reach() -> int | None:
    """Whose libraries count: one's own, or everybody's for who oversees them."""
    return None if _oversees() else me().id


def _page(found: LibraryView, form: PersonForm) -> str:
    listed = membership.list_members(LIBRARY, found.id)
    own = any(member.user_id == me().id for member in listed)
    return render_template(
        "libraries/show.html", library=found, form=form, members=listed, own_id=me().id,
        may_change=own, may_add=own or not listed, modules=library.list_modules(found.id),
        courses=library.list_kept_courses(_reach(), library_id=found.id),
        banks=inventory.list_titles(found.id, member=me().id))
