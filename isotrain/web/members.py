"""Pages on which colleagues add and remove those who look after something, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect

from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.web.answering import answered
from isotrain.web.forms import PersonForm, given
from isotrain.web.gate import me
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response


def oversees() -> bool:
    """Say whether the reader appoints somebody where nobody looks after anything."""
    return me().may(Permission.MEMBERS_APPOINT)


def added(
    form: PersonForm, add: Callable[[str], None], *, said: str, back: str
) -> Response | None:
    """Let `add` take up whom the form names, then go back; None where that was refused."""
    if form.sent():
        with answered(form):
            with transaction():
                add(given(form.name, str))
            flash(said, "success")
            return redirect(back, 303)
    return None


def removed(remove: Callable[[int], None], user_id: int, *, back: str, away: str) -> Response:
    """Let `remove` let somebody go, then go back; who removed themselves has nothing to see."""
    with answered():
        with transaction():
            remove(user_id)
        flash(_("Removed."), "success")
        return redirect(away if user_id == me().id else back, 303)
    return redirect(back, 303)
