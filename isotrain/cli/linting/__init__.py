"""flask bank lint and accept-finding: looking questions over from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain.cli import banks
from isotrain.cli.linting.commands import accept_finding, lint

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    for command in (lint, accept_finding):
        banks.group.add_command(command)
    app.cli.add_command(banks.group)
