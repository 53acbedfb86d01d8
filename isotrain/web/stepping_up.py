"""Stepping up: before an act of consequence, whoever is signed in shows once more that it is them.

What was sent is kept in the page that asks for the password, and goes on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import current_app, render_template, request

from isotrain.accounts import signing_in
from isotrain.i18n import lazy
from isotrain.web import csrf
from isotrain.web.addresses import path_of, safe_next
from isotrain.web.answering import answered
from isotrain.web.forms import Form, given, password_field
from isotrain.web.gate import actor, me
from isotrain.web.transaction import committed_even_if_refused, transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

View = TypeVar("View", bound="Callable[..., ResponseReturnValue]")
ASKED = 403


class ProofForm(Form):
    """Asks for the present password."""

    current = password_field(lazy("Password"), lazy("Enter your password"), "current-password")


def steps_up(method: str) -> Callable[[View], View]:
    """Mark a view whose answer to a method needs a fresh proof of who asks."""

    def mark(view: View) -> View:
        view.steps_up = method  # type: ignore[attr-defined]
        return view

    return mark


def install(app: Flask) -> None:
    """Stand behind the gate, which knows who asks, and the tokens of forms."""
    app.before_request(_ask_again)


def _ask_again() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    method = "GET" if request.method == "HEAD" else request.method
    if getattr(view, "steps_up", None) != method or signing_in.is_proved(me()):
        return None
    form = ProofForm(None)
    if "current" in request.form:
        form = ProofForm.of_request()
        if form.sent():
            with answered(form):
                prove(given(form.current, str))
                return None
    return _page(form), form.refusal.status if form.refusal else ASKED


def prove(password: str) -> None:
    """Take the password as proof that this session is still its owner's, or raise Refusal."""
    committed_even_if_refused(signing_in.admit_confirming, me().id)
    signing_in.confirm(me().id, password)
    with transaction():
        signing_in.prove(me(), by=actor())


def _page(form: ProofForm) -> str:
    sent = [(name, value) for name, value in request.form.items(multi=True)
            if name not in (csrf.FIELD, "current")]
    return render_template("accounts/prove.html", form=form, sent=sent,
                           target=request.full_path.rstrip("?"),
                           reading=request.method != "POST",
                           back=safe_next(path_of(request.referrer)))
