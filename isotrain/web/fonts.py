"""Inter for the browser: cut to the letters a page needs when the application is set up."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, abort

from isotrain.web.assets import YEAR
from isotrain.web.gate import public

if TYPE_CHECKING:
    from flask import Flask

# The ranges of the @font-face rules in static/css/fonts.css.
RANGES = {
    "latin": ((0x20, 0x7E), (0xA0, 0x17F), (0x2C6, 0x2DD), (0x2010, 0x2027), (0x2030, 0x203A),
              (0x20AC, 0x20AC), (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212),
              (0x2260, 0x2265)),
    "more-latin": ((0x180, 0x24F), (0x300, 0x323), (0x1E80, 0x1EF9)),
    "greek-cyrillic": ((0x370, 0x3FF), (0x400, 0x52F), (0x1F00, 0x1FFF)),
}  # fmt: skip
# Beside the installed font package, so that one set-up serves every installation.
FOLDER = Path(sys.prefix) / "share" / "isotrain" / "fonts"


def install(app: Flask) -> None:
    """Serve the cut fonts below /static/fonts/."""
    app.add_url_rule("/static/fonts/inter-4-<name>.woff2", "font", public(serve))


def serve(name: str) -> Response:
    """Answer with one of the cuts; a page without it shows the system's letters."""
    file = FOLDER / f"{name}.woff2"
    if name not in RANGES or not file.is_file():
        abort(404)
    response = Response(file.read_bytes(), mimetype="font/woff2")
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
