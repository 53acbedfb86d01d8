"""Static files: held in memory, at addresses that carry a digest of what a file holds.

A file that changes gets another address, so every browser keeps each for a year. One style sheet is
made of many: a page asks once, and writing them stays a matter of files.
"""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, abort, request

from isotrain.config import ROOT
from isotrain.web import compressing
from isotrain.web.assets import fonts
from isotrain.web.gate import public

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

YEAR = 365 * 24 * 3600
FOLDER = ROOT / "static"
# What pressing.py makes at set-up. A file is found there by its digest, so none can be outdated.
PRESSED = Path(sys.prefix) / "share" / "isotrain" / "pressed"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
         ".woff2": "font/woff2"}
SHEET = "css/isotrain.css"
# In order: names first, pages last, print over all.
SHEETS = ("fonts", "tokens", "base", "layout", "components", "forms", "tables", "pictures", "study",
          "exam", "sitting", "banks", "people", "training", "settings", "print")
# A worker may look after no more than its own folder, unless this is said.
WORKER, WORKER_SCOPE = "js/sitting-worker.js", "/attempt/"
REFERENCE = re.compile(r'(?<=url\("\.\./)[\w./-]+(?="\))')
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
DIGEST = re.compile(r"\.[0-9a-f]{10}(?=\.\w+$)")


@dataclass(frozen=True)
class Asset:
    """A static file: its name, what it holds, and by coding what that was pressed to."""

    name: str
    body: bytes
    digest: str
    pressed: Mapping[str, bytes]

    @property
    def kind(self) -> str:
        return KINDS[Path(self.name).suffix]

    @property
    def address(self) -> str:
        stem, _dot, suffix = self.name.rpartition(".")
        return f"{stem}.{self.digest}.{suffix}"


class Shelf:
    """The static files by name; where they are being edited, each look finds them as they are."""

    def __init__(self, *, watched: bool) -> None:
        self._watched = watched
        self._stamps = _stamps() if watched else {}
        self._assets = read()

    def find(self, name: str) -> Asset | None:
        """Return the file of a name."""
        if self._watched and self._stamps != (stamps := _stamps()):
            self._stamps, self._assets = stamps, read()
        return self._assets.get(name)

    def url(self, name: str) -> str:
        """Return where a file is; what is not there, as a font that was not cut, is not found."""
        asset = self.find(name)
        return f"/static/{asset.address if asset else name}"

    def answer(self, filename: str) -> Response:
        """Answer with a file. Another version's address gets what there is, and is not kept."""
        asset = self.find(DIGEST.sub("", filename))
        if asset is None:
            abort(404)
        coding = compressing.coding()
        response = Response(asset.pressed.get(coding, asset.body), mimetype=asset.kind)
        if coding in asset.pressed:
            response.headers["Content-Encoding"] = coding
        lasting = filename == asset.address
        response.headers["Cache-Control"] = (
            f"public, max-age={YEAR}, immutable" if lasting else "no-cache")
        if asset.name == WORKER:
            response.headers["Service-Worker-Allowed"] = WORKER_SCOPE
        response.set_etag(asset.digest, weak=True)  # of all its codings
        response.make_conditional(request)
        return response


def install(app: Flask, *, watched: bool) -> None:
    """Serve the static files; give the templates `asset(name)`, which says where one is."""
    shelf = Shelf(watched=watched)
    app.add_url_rule("/static/<path:filename>", "static",
                     public(lambda filename: shelf.answer(filename)))
    app.jinja_env.globals["asset"] = shelf.url


def read() -> dict[str, Asset]:
    """Read every static file, the one style sheet and the fonts that were cut."""
    bodies = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in _files()
              if path.suffix in KINDS.keys() - {".css"}}
    bodies |= fonts.read()
    assets = {name: _asset(name, body) for name, body in bodies.items()}

    def address(found: re.Match[str]) -> str:
        asset = assets.get(found[0])
        return asset.address if asset else found[0]

    sheet = "\n".join((FOLDER / "css" / f"{name}.css").read_text("utf-8") for name in SHEETS)
    assets[SHEET] = _asset(SHEET, REFERENCE.sub(address, COMMENT.sub("", sheet)).encode())
    return assets


def _asset(name: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:10]
    files = {coding: PRESSED / f"{digest}.{coding}" for coding in compressing.CODINGS}
    pressed = {coding: file.read_bytes() for coding, file in files.items() if file.is_file()}
    return Asset(name, body, digest, pressed)


def _files() -> list[Path]:
    return [path for path in sorted(FOLDER.rglob("*")) if path.is_file()]


def _stamps() -> dict[Path, int]:
    """Say of every file when it was last written."""
    return {path: path.stat().st_mtime_ns for path in _files()}
