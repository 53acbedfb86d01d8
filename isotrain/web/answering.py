"""The one place where a page answers a refusal: on the form that was sent, or in a message."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flask import after_this_request, flash

from isotrain.errors import Refusal

if TYPE_CHECKING:
    from types import TracebackType

    from flask import Response


    class Sent(Protocol):
        """What was sent, a form above all, that can say why it was refused."""

        def refuse(self, refusal: Refusal, /) -> None:
            """Note a refusal."""
            ...


def say_when(refusal: Refusal) -> None:
    """Say in the answer to this request how long to wait, where that helps."""
    if not refusal.retry_after:
        return

    @after_this_request
    def _add(response: Response) -> Response:
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response


@dataclass
class answered(AbstractContextManager[object]):
    """Let a block end at a refusal; say it on the form, or without one on the next page.

    Whoever gets past the block was refused, so the success is returned from inside of it:

        if form.sent():
            with answered(form):
                with transaction():
                    changed = naming.rename(unit_id, form.name.data, by=actor())
                return redirect(...)
        return render_template("units/rename.html", form=form), form.status
    """

    form: Sent | None = None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None,
        _trace: TracebackType | None, /,
    ) -> bool:
        if not isinstance(error, Refusal):
            return False
        say_when(error)
        if self.form is None:
            flash(error.sentence, "danger")
        else:
            self.form.refuse(error)
        return True
