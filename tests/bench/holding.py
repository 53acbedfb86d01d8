"""How long write transactions hold what others wait for: watched from below, whoever opened them.

On SQLite there is one write lock: it is held from BEGIN IMMEDIATE to the end of COMMIT. (Moving
pages of the log into the file, which a commit may do at its end, is counted although others write
meanwhile.) On PostgreSQL there is none: what is timed is from the first statement that writes or
locks rows to the end of COMMIT, the time in which those rows are locked. Only who wants the same
rows waits for that, or who adds the same key: two who change one bank, one person, one rule. An
answer in an exam is a row of its own, and waits for none of these.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db, is_writing

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b|.*\bFOR\b.*\b(UPDATE|SHARE)\b", re.S)


@contextmanager
def watched() -> Iterator[list[float]]:
    """Yield a list that gets the seconds of each write transaction of this thread's session."""
    held: list[float] = []
    began: list[float] = []

    def begin(_connection: Any) -> None:
        began.clear()
        if db.engine.dialect.name == "sqlite" and is_writing():
            began.append(perf_counter())

    def send(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not began and is_writing() and WRITES.match(statement):
            began.append(perf_counter())

    def commit(_session: Any) -> None:
        if began:
            held.append(perf_counter() - began.pop())

    listening = ((db.engine, "begin", begin), (db.engine, "before_cursor_execute", send),
                 (db.session, "after_commit", commit))
    for target, name, told in listening:
        sa.event.listen(target, name, told)
    try:
        yield held
    finally:
        for target, name, told in listening:
            sa.event.remove(target, name, told)
