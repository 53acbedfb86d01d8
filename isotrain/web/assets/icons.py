"""Inline icons: Lucide's drawings, told apart by name."""

from __future__ import annotations

import re
from functools import lru_cache

from lucide import lucide_icon
from markupsafe import Markup

# They point along the line, so they turn where text runs from right to left.
DIRECTED = {"arrow-left", "arrow-right", "chevron-left", "chevron-right", "chevrons-left",
            "chevrons-right", "log-out", "list-checks"}


@lru_cache(maxsize=512)
def icon(name: str, size: int = 20, label: str = "") -> Markup:
    """Return the SVG of an icon, `size` pixels square; without a label it is decoration only.

    Raises LookupError for a name that Lucide does not have, so that a misspelt name shows in tests.
    """
    told = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    look = "icon directed" if name in DIRECTED else "icon"
    svg = (
        f'<svg class="{look}" width="{size}" height="{size}" viewBox="0 0 24 24" '
        f'focusable="false" {told}>{_drawing(name)}</svg>'
    )
    return Markup(svg)  # noqa: S704  (made of Lucide's own drawing and an escaped label)


@lru_cache(maxsize=512)
def _drawing(name: str) -> str:
    """Return what stands inside the svg element; colours and strokes are the stylesheet's."""
    svg = lucide_icon(name)
    if "data-missing-icon" in svg:
        raise LookupError(f"Lucide has no icon named {name!r}")
    inside = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", svg, flags=re.DOTALL)
    return re.sub(r">\s+<", "><", inside).strip()
