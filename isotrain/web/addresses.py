"""What stands in an address, what of it a page asked for, and where an address may lead.

A number or text that no row can hold is read as one that no row has. So it is answered like
everything that is missing, by every page, method and role alike, and no database is asked for a
value that it refuses. What nobody asked for is a filter that does not exist: a page that left it
out would show more than was asked for, and look as if it had not.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Request, Response, current_app, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, RequestRedirect, UnicodeConverter
from werkzeug.utils import cached_property

from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.text import whole

if TYPE_CHECKING:
    from collections.abc import Collection

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


class Given(ImmutableMultiDict[str, str]):
    """The names and values of an address; it remembers of which names the value was asked for."""

    def __init__(self, values: MultiDict[str, str]) -> None:
        self.asked: set[str] = set()
        super().__init__(values)

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    @property
    def unasked(self) -> list[str]:
        """The names that nobody asked for."""
        return sorted(dict.keys(self) - self.asked)


class Reading(Request):
    """A request that knows what of its address was read."""

    @cached_property
    def args(self) -> Given:
        return Given(super().args)


def refuse_unasked(answer: Response) -> None:
    """Refuse an address that names what the page it leads to did not ask for.

    Pages for everybody are let be: programs that hand links on add names of their own.
    """
    reads = request.method in ("GET", "HEAD") and answer.status_code == 200
    view = current_app.view_functions[request.endpoint or ""]
    if not reads or getattr(view, "permission", None) == "public":
        return
    if isinstance(request.args, Given) and request.args.unasked:
        answer.close()
        raise _unknown(request.args.unasked[0])


def _unknown(name: str) -> Refusal:
    return Refusal(_("This page cannot be asked for “%(name)s” as the address does. Take it out of"
                     " the address.", name=name[:60]), status=400)


def chosen(name: str, offered: Collection[str], usual: str = "") -> str:
    """Return what the address chooses of what is on offer; refuse what is not."""
    value = request.args.get(name, "")
    if value and value not in offered:
        raise _unknown(f"{name}={value}")
    return value or usual


def several(name: str) -> list[str]:
    """Return every value that the address gives under a name."""
    return request.args.getlist(name) if name in request.args else []


def numbered(name: str) -> int | None:
    """Return the number that the address gives; refuse what is none."""
    value = request.args.get(name, "")
    if value and whole(value) is None:
        raise _unknown(f"{name}={value}")
    return whole(value)


def dated(name: str) -> date | None:
    """Return the day that the address gives; refuse what is none."""
    value = request.args.get(name, "")
    try:
        day = date.fromisoformat(value) if value else None
    except ValueError:
        raise _unknown(f"{name}={value}") from None
    if day is not None and not 2000 <= day.year <= 2100:
        raise _unknown(f"{name}={value}")
    return day


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
