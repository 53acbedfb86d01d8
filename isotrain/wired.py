"""What the running app was wired with, for rooms that ask something of rooms above them.

Such a room declares a frozen value of functions, `wiring.py` fills it in, and the room finds it
here by its type. The app holds the values, so two apps in one process each keep their own.
"""

from __future__ import annotations

from typing import TypeVar

from flask import current_app

KEY = "isotrain"
Part = TypeVar("Part")


def wired(kind: type[Part]) -> Part:
    """Return the part of the running app's wiring that is of this type."""
    for part in vars(current_app.extensions[KEY]).values():
        if isinstance(part, kind):
            return part
    raise LookupError(f"the app is wired without {kind.__qualname__}")
