"""Inter for the browser, cut by script at set-up, so that a page loads no letters but its own."""

from __future__ import annotations

import sys
from pathlib import Path

# The ranges of the @font-face rules in static/css/fonts.css. The languages of Europe that are
# written in Latin need the first alone; Vietnamese needs that and its own.
RANGES = {
    "latin": ((0x20, 0x7E), (0xA0, 0x17F), (0x2C6, 0x2DD), (0x2010, 0x2027), (0x2030, 0x203A),
              (0x20AC, 0x20AC), (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212),
              (0x2260, 0x2265)),
    "more-latin": ((0x180, 0x19F), (0x1A2, 0x1AE), (0x1B1, 0x24F), (0x302, 0x302), (0x304, 0x308),
                   (0x30A, 0x322), (0x1E80, 0x1E9F)),
    "vietnamese": ((0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x300, 0x301), (0x303, 0x303), (0x309, 0x309),
                   (0x323, 0x323), (0x1EA0, 0x1EF9)),
    "greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "cyrillic": ((0x400, 0x52F),),
}  # fmt: skip
# Beside the installed font package, so that one set-up serves every installation.
FOLDER = Path(sys.prefix) / "share" / "isotrain" / "inter"


def read() -> dict[str, bytes]:
    """Return the cuts by the name of their static file; without one the system's letters show."""
    files = {f"fonts/inter-{name}.woff2": FOLDER / f"{name}.woff2" for name in RANGES}
    return {name: file.read_bytes() for name, file in files.items() if file.is_file()}
