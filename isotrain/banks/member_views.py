"""Pages of who looks after a bank, for its members and who oversees it: they show no question."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from isotrain.accounts.permissions import Permission
from isotrain.banks import directory, inventory
from isotrain.banks.tending import BANK
from isotrain.i18n import _
from isotrain.study import membership
from isotrain.web.forms import PersonForm
from isotrain.web.gate import actor, me, requires
from isotrain.web.members import added, oversees, removed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from isotrain.banks.models import Bank

bp = Blueprint("members", __name__, url_prefix="/<int:bank_id>/members")


@bp.get("")
@requires(Permission.LIBRARY_READ)
def index(bank_id: int) -> ResponseReturnValue:
    """Show who looks after a bank."""
    return _page(_reached(bank_id), PersonForm(None))


@bp.post("")
@requires(Permission.LIBRARY_READ)
def add(bank_id: int) -> ResponseReturnValue:
    """Let a colleague look after the bank as well."""
    bank, form = _reached(bank_id), PersonForm.of_request()
    act = partial(membership.add, BANK, bank.id, by=actor(), oversees=oversees())
    return added(form, act, said=_("Added. The bank is in their list now."),
                 back=_here(bank)) or (_page(bank, form), form.status)


@bp.post("/owner")
@requires(Permission.LIBRARY_READ)
def name_owner(bank_id: int) -> ResponseReturnValue:
    """Name another owner of the bank."""
    bank, form = _reached(bank_id), PersonForm.of_request()
    act = partial(membership.hand_over, BANK, bank.id, by=actor(), oversees=oversees())
    return added(form, act, said=_("Named."),
                 back=_here(bank)) or (_page(bank, form), form.status)


@bp.post("/<int:user_id>/remove")
@requires(Permission.BANK_EDIT)
def remove(bank_id: int, user_id: int) -> ResponseReturnValue:
    """Take the bank out of a colleague's hands, or out of one's own."""
    bank = directory.get_bank(bank_id, member=me().id)
    return removed(partial(membership.remove, BANK, bank.id, by=actor()), user_id,
                   back=_here(bank), away=url_for("banks.index"))


def _reached(bank_id: int) -> Bank:
    """Return a bank that one looks after, or any bank for who oversees them."""
    return directory.get_bank(bank_id, member=None if oversees() else me().id)


def _here(bank: Bank) -> str:
    return url_for("banks.members.index", bank_id=bank.id)


def _page(bank: Bank, form: PersonForm) -> str:
    table = membership.table_for(BANK, bank.id, me().id, oversees=oversees())
    return render_template("banks/members.html", bank=inventory.get_view(bank), form=form,
                           table=table)
