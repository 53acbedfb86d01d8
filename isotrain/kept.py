"""What a process keeps of the database for some seconds, since pages ask for it at every request.

A change holds at once in the process that made it, and in every other within `REREAD_SECONDS`.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from isotrain.db import db, is_writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

REREAD_SECONDS = 5.0
T = TypeVar("T")
_CHANGED = "isotrain.kept"


class Kept(Generic[T]):
    """Something that is read now and then.

    While the database does not answer, what was read before goes on, or else `without`: an error
    page shows the name of the organization and must not fail for it.
    """

    def __init__(self, read: Callable[[], T], *, without: Callable[[], T]) -> None:
        self._read, self._without = read, without
        # By database, since one process may serve two.
        self._found: WeakKeyDictionary[Engine, tuple[T, float]] = WeakKeyDictionary()

    def get(self) -> T:
        """Return what was read last; this process may be some seconds behind another."""
        found = self._found.get(db.engine)
        if found is None or monotonic() - found[1] > REREAD_SECONDS:
            found = self._found[db.engine] = self._reread(found), monotonic()
        return found[0]

    def forget(self) -> None:
        """Let the next who asks read it again."""
        self._found.pop(db.engine, None)

    def forget_once_committed(self) -> None:
        """Forget it when the caller's change holds, so that no other thread keeps what was before.
        """
        db.session().info.setdefault(_CHANGED, set()).add(self)

    def _reread(self, found: tuple[T, float] | None) -> T:
        try:
            return self._read()
        except SQLAlchemyError:
            if not is_writing():
                db.session.rollback()
            return found[0] if found is not None else self._without()


def _forget_changed(session: Session) -> None:
    for kept in session.info.pop(_CHANGED, ()):
        kept.forget()


sa.event.listen(db.session, "after_commit", _forget_changed)
