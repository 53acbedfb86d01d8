"""Lists on pages: what an address asks for, the links to what stands beside it, the file of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request, stream_with_context, url_for

from isotrain.audit.noting import note
from isotrain.lists import Asked, Page
from isotrain.spreadsheet import csv_parts
from isotrain.web.addresses import chosen
from isotrain.web.gate import actor
from isotrain.web.transaction import transaction

NAMING = ("q", "who")  # they may hold a name, and events are never erased


def asked() -> Asked:
    """Return the order and the place that the address asks for."""
    get = request.args.get
    return Asked(sort=get("sort", ""), after=get("after", ""), before=get("before", ""))


@dataclass(frozen=True)
class Links:
    """The addresses of one list: its other pages and orders, and the same rows as a file.

    `wanted` is the filter as its address carries it, `path` what stands before the question mark.
    """

    endpoint: str
    page: Page[object]
    wanted: Mapping[str, object] = field(default_factory=dict)
    path: Mapping[str, object] = field(default_factory=dict)

    @property
    def filter(self) -> dict[str, str]:
        """What narrows the list, without what is not asked for."""
        return {name: str(value) for name, value in self.wanted.items() if value}

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form that filters anew has to keep."""
        sort = self.page.sort
        return [("sort", sort)] if sort and sort == request.args.get("sort") else []

    def url(self, **changed: str) -> str:
        """Return the address of the same rows in the same order, but for what is changed."""
        return self.at(self.endpoint, **changed)

    def at(self, endpoint: str, **changed: str) -> str:
        """Return the address of another page about the same rows in the same order."""
        return _address(endpoint, {**self.path, **self.filter, **dict(self.kept), **changed})

    @property
    def place(self) -> dict[str, str]:
        """Where in the list the reader is, to come back to."""
        return {name: request.args[name] for name in ("after", "before") if request.args.get(name)}

    @property
    def action(self) -> str:
        """The whole list, where a form that filters anew is sent."""
        return _address(self.endpoint, self.path)

    @property
    def clear(self) -> str:
        """The whole list; empty where nothing is filtered."""
        return self.action if self.filter else ""

    @property
    def first(self) -> str:
        """The first page; empty on it."""
        return self.url() if self.page.previous else ""

    @property
    def previous(self) -> str:
        """The page before this one; empty on the first."""
        return self.url(before=self.page.previous) if self.page.previous else ""

    @property
    def next(self) -> str:
        """The page after this one; empty on the last."""
        return self.url(after=self.page.next) if self.page.next else ""

    @property
    def file(self) -> str:
        """The rows of all pages as a file."""
        return self.url(**{"as": "csv"})

    def column(self, label: str, name: str) -> dict[str, str]:
        """Return the header of a column that the list can be sorted by."""
        here = self.page.sort.removeprefix("-") == name
        turned = f"-{name}" if self.page.sort == name else name
        return {"label": label, "url": self.url(sort=turned),
                "sorted": ("descending" if self.page.descending else "ascending") if here else ""}


def _address(endpoint: str, values: Mapping[str, Any]) -> str:
    return url_for(endpoint, **values)


def file_asked() -> bool:
    """Say whether the address asks for the rows as a file."""
    return chosen("as", ("csv",)) == "csv"


def as_file(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, scope: str,
    wanted: Mapping[str, object],
) -> Response:
    """Hand out rows as CSV, read while they are sent; it is noted before anything leaves."""
    noted = {key: "given" if key in NAMING else str(value)
             for key, value in wanted.items() if value}
    with transaction():
        note("list.exported", actor(), scope=scope, on=("list", name), details={"filter": noted})
    cells = (["" if cell is None else str(cell) for cell in row] for row in rows)
    return Response(stream_with_context(csv_parts(header, cells, mark=True)), mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})
