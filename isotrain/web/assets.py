"""Static files: one style sheet made of many, at addresses that change when a file does."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, request, url_for

from isotrain.web.gate import public

if TYPE_CHECKING:

    from flask import Flask

YEAR = 365 * 24 * 3600
# In order: names first, pages last, print over all.
SHEETS = ("fonts", "tokens", "base", "layout", "components", "forms", "tables", "pictures", "study",
          "exam", "sitting", "banks", "people", "training", "settings", "print")


def install(app: Flask) -> None:
    """Put the version of all static files into their addresses; such answers are kept a year."""
    version = digest(Path(app.static_folder or ""))

    @cache
    def asset(filename: str) -> str:
        return url_for("static", filename=filename, v=version)

    usual = app.get_send_file_max_age

    def max_age(filename: str | None) -> int | None:
        versioned = request.args.get("v") == version and not app.debug
        return YEAR if versioned else usual(filename)

    app.get_send_file_max_age = max_age  # type: ignore[method-assign]
    _serve_stylesheet(app, version)
    app.jinja_env.globals["asset"] = asset


def _serve_stylesheet(app: Flask, version: str) -> None:
    """Serve all style sheets as one: a page asks once, and writing them stays a matter of files."""
    folder = Path(app.static_folder or "") / "css"

    @public
    def stylesheet() -> Response:
        text = "\n".join((folder / f"{name}.css").read_text() for name in SHEETS)
        response = Response(text, mimetype="text/css")
        age = YEAR if request.args.get("v") == version and not app.debug else 0
        response.headers["Cache-Control"] = f"public, max-age={age}"
        return response

    app.add_url_rule("/static/css/isotrain.css", "stylesheet", stylesheet)


def digest(folder: Path) -> str:
    """Return ten hex digits over the names and contents of all files below a folder."""
    whole = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            whole.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:10]
