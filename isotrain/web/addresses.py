"""What stands in an address: a number or text that no row can hold is read as one that no row has.

So it is answered like everything that is missing, by every page, method and role alike, and no
database is asked for a value that it refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.routing import IntegerConverter, UnicodeConverter

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
