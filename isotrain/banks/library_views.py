"""Pages of libraries: what is in one, and who looks after it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import directory, inventory
from isotrain.i18n import _
from isotrain.study import library, membership
from isotrain.study.library import LibraryView
from isotrain.study.membership import LIBRARY
from isotrain.web.forms import PersonForm
from isotrain.web.gate import actor, me, requires
from isotrain.web.members import added, oversees, removed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("libraries", __name__, url_prefix="/libraries")


@bp.get("")
@requires(Permission.LIBRARY_READ)
def index() -> ResponseReturnValue:
    """List the libraries and courses one looks after; who oversees them sees all of them."""
    return render_template(
        "libraries/index.html", libraries=library.list_libraries(_reach()),
        courses=library.list_kept_courses(_reach()), oversees=oversees(),
        unplaced=directory.list_unplaced() if oversees() else [],
        banks=directory.list_tended() if oversees() else [])


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
    add = partial(membership.add, LIBRARY, found.id, by=actor(), oversees=oversees())
    return added(form, add, said=_("Added. The library is in their list now."),
                 back=url_for("libraries.show", slug=slug)) or (_page(found, form), form.status)


@bp.post("/<slug>/members/owner")
@requires(Permission.LIBRARY_READ)
def name_owner(slug: str) -> ResponseReturnValue:
    """Name another owner of the library."""
    found, form = library.get_library(slug, member=_reach()), PersonForm.of_request()
    name = partial(membership.hand_over, LIBRARY, found.id, by=actor(), oversees=oversees())
    return added(form, name, said=_("Named."),
                 back=url_for("libraries.show", slug=slug)) or (_page(found, form), form.status)


@bp.post("/<slug>/members/<int:user_id>/remove")
@requires(Permission.BANK_EDIT)
def remove_member(slug: str, user_id: int) -> ResponseReturnValue:
    """Take the library out of a colleague's hands, or out of one's own."""
    found = library.get_library(slug, member=me().id)
    return removed(partial(membership.remove, LIBRARY, found.id, by=actor()), user_id,
                   back=url_for("libraries.show", slug=slug), away=url_for("libraries.index"))


def _reach() -> int | None:
    """Whose libraries count: one's own, or everybody's for who oversees them."""
    return None if oversees() else me().id


def _page(found: LibraryView, form: PersonForm) -> str:
    return render_template(
        "libraries/show.html", library=found, form=form,
        table=membership.table_for(LIBRARY, found.id, me().id, oversees=oversees()),
        modules=library.list_modules(found.id),
        courses=library.list_kept_courses(_reach(), library_id=found.id),
        banks=inventory.list_titles(found.id, member=me().id))
