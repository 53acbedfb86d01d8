"""Addresses of static files that change when a file does, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from flask import Flask

YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Put the version of all static files into their addresses; such answers are kept a year."""
    version = digest(Path(app.static_folder or ""))

    def stamp(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("v", version)

    usual = app.get_send_file_max_age

    def max_age(filename: str | None) -> int | None:
        versioned = request.args.get("v") == version and not app.debug
        return YEAR if versioned else usual(filename)

    app.url_defaults(stamp)
    app.get_send_file_max_age = max_age  # type: ignore[method-assign]


def digest(folder: Path) -> str:
    """Return ten hex digits over the names and contents of all files below a folder."""
    whole = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            whole.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:10]
