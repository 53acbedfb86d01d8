"""To be written."""

from __future__ import annotations

from typing import Any


def on_placements_changed(sender: Any, **news: Any) -> None:
    """Act on the news."""
