"""Stands in a copy of the code from which checks can be removed: says which one is gone.

It also writes down which test comes by which check, where it is asked to.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SEEN = os.environ.get("CHECKS_SEEN")  # a folder to write down in
gone = int(os.environ.get("CHECKS_GONE", "-1"))
EVERYBODYS = "enrol"  # a permission that every person has
noted: set[tuple[int, str]] = set()


def stands(number: int) -> bool:
    """Say whether a check is still there."""
    if SEEN is not None:
        place = (number, os.environ.get("PYTEST_CURRENT_TEST", ""))
        if place not in noted:
            noted.add(place)
            # A reader of foreign files may write none.
            with suppress(OSError), Path(SEEN, str(os.getpid())).open("a") as file:
                file.write(f"{number}\t{place[1].rpartition(' (')[0]}\n")
    return number != gone


def guarded(number: int, held):
    """Do what only refuses, and hold back its refusal where the check is gone."""
    try:
        return held()
    except Exception:
        if stands(number):
            raise


def marked(number: int, name: str, mark):
    """Mark a view so that its mark can be gone."""
    def marking(view):
        mark(view)
        setattr(view, name, _Mark(number, getattr(view, name)))
        return view
    return marking


class _Mark:
    def __init__(self, number: int, value) -> None:
        self.number, self.value = number, value

    def now(self) -> object:
        return self.value if stands(self.number) else EVERYBODYS

    def __eq__(self, other: object) -> bool:
        return self.now() == other

    def __hash__(self) -> int:
        return hash(self.now())

    def __getattr__(self, name: str):
        return getattr(self.value, name)
