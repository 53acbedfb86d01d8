"""The one place where a request writes: begin, do, commit or roll back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from isotrain.db import db, writing

if TYPE_CHECKING:
    from collections.abc import Iterator


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
