"""Commands: one file per group; each commits once at its end."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

GROUPS = ("database", "settings", "users", "people", "mail", "banks", "certificates", "editions",
          "courses", "libraries", "attempts", "demo", "safekeeping", "assignments", "records",
          "jobs")


def install(app: Flask) -> None:
    """Add every command group to `flask`."""
    for name in GROUPS:
        importlib.import_module(f"isotrain.cli.{name}").install(app)
