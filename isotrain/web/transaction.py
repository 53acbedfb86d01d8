"""The one place where a request writes: begin, do, commit or roll back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from isotrain.db import db, writing
from isotrain.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def transaction() -> Iterator[None]:
    """Run a block as the request's write transaction; whatever is raised rolls it back.

    What was read before is closed first, so that nothing is decided on a stale view: load what
    the decision needs inside the block.
    """
    db.session.rollback()
    with writing():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def committed_even_if_refused(service: Callable[..., None], *arguments: object) -> None:
    """Call a service that counts tries: what it wrote stays, also when it then refuses."""
    refusal = None
    with transaction():
        try:
            service(*arguments)
        except Refusal as too_many:
            refusal = too_many
    if refusal:
        raise refusal
