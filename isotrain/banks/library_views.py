"""Pages of libraries: what is in one, who looks after it and after banks; none shows questions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import directory, inventory
from isotrain.banks.tending import BANK
from isotrain.i18n import _
from isotrain.study import library, membership
from isotrain.study.library import LibraryView
from isotrain.study.membership import LIBRARY
from isotrain.web.forms import PersonForm
from isotrain.web.gate import actor, me, requires
from isotrain.web.members import added, oversees, removed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from isotrain.banks.models import Bank

bp = Blueprint("libraries", __name__, url_prefix="/libraries")
bank_members = Blueprint("members", __name__, url_prefix="/<int:bank_id>/members")


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


@bank_members.get("", endpoint="index")
@requires(Permission.LIBRARY_READ)
def of_bank(bank_id: int) -> ResponseReturnValue:
    """Show who looks after a bank."""
    return _bank_page(_reached_bank(bank_id), PersonForm(None))


@bank_members.post("", endpoint="add")
@requires(Permission.LIBRARY_READ)
def add_to_bank(bank_id: int) -> ResponseReturnValue:
    """Let a colleague look after the bank as well."""
    bank, form = _reached_bank(bank_id), PersonForm.of_request()
    act = partial(membership.add, BANK, bank.id, by=actor(), oversees=oversees())
    return added(form, act, said=_("Added. The bank is in their list now."),
                 back=_bank_url(bank)) or (_bank_page(bank, form), form.status)


@bank_members.post("/owner", endpoint="name_owner")
@requires(Permission.LIBRARY_READ)
def name_owner_of_bank(bank_id: int) -> ResponseReturnValue:
    """Name another owner of the bank."""
    bank, form = _reached_bank(bank_id), PersonForm.of_request()
    act = partial(membership.hand_over, BANK, bank.id, by=actor(), oversees=oversees())
    return added(form, act, said=_("Named."),
                 back=_bank_url(bank)) or (_bank_page(bank, form), form.status)


@bank_members.post("/<int:user_id>/remove", endpoint="remove")
@requires(Permission.BANK_EDIT)
def remove_from_bank(bank_id: int, user_id: int) -> ResponseReturnValue:
    """Take the bank out of a colleague's hands, or out of one's own."""
    bank = directory.get_bank(bank_id, member=me().id)
    return removed(partial(membership.remove, BANK, bank.id, by=actor()), user_id,
                   back=_bank_url(bank), away=url_for("banks.index"))


def _reached_bank(bank_id: int) -> Bank:
    """Return a bank that one looks after, or any bank for who oversees them."""
    return directory.get_bank(bank_id, member=None if oversees() else me().id)


def _bank_url(bank: Bank) -> str:
    return url_for("banks.members.index", bank_id=bank.id)


def _bank_page(bank: Bank, form: PersonForm) -> str:
    table = membership.table_for(BANK, bank.id, me().id, oversees=oversees())
    return render_template("banks/members.html", bank=inventory.get_view(bank), form=form,
                           table=table)
