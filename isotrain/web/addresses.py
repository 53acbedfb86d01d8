"""What stands in an address, and where an address that was given may lead.

A number or text that no row can hold is read as one that no row has. So it is answered like
everything that is missing, by every page, method and role alike, and no database is asked for a
value that it refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, RequestRedirect, UnicodeConverter

if TYPE_CHECKING:
    from flask import Flask

LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """The number of a row."""

    def to_python(self, value: str) -> int:
        return min(int(super().to_python(value)), LARGEST)


class Word(UnicodeConverter):
    """A part of an address; PostgreSQL holds no NUL."""

    def to_python(self, value: str) -> str:
        return str(super().to_python(value)).replace("\0", "\N{REPLACEMENT CHARACTER}")


def install(app: Flask) -> None:
    """Read the addresses of all pages that are registered from now on in this way."""
    app.url_map.converters |= {"int": RowNumber, "default": Word, "string": Word}


def safe_next(target: str | None) -> str | None:
    """Return a path of this application that answers GET, or None for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 0x21 or character == "\\" for character in target):
        return None
    path, _, query = target.partition("?")
    adapter = current_app.url_map.bind(request.host.partition(":")[0])
    try:
        adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return f"{path}?{query}" if query else path


def path_of(referrer: str | None) -> str | None:
    """Return the path of the page of ours that led here; None where another site did, or none."""
    if referrer is None or not referrer.startswith(request.host_url):
        return None
    return "/" + referrer[len(request.host_url):]
