"""To be written."""

from __future__ import annotations

from typing import Any


def on_attempt_finished(sender: Any, **news: Any) -> None:
    """Act on the news."""
