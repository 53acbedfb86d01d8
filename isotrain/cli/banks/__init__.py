"""flask bank: question files and banks from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain.cli.banks.changing import approve, restore, retire, set_
from isotrain.cli.banks.checking import check, score
from isotrain.cli.banks.commands import group
from isotrain.cli.banks.importing import import_
from isotrain.cli.banks.reverting import go_back, take_back, versions_
from isotrain.cli.banks.undoing import batches_, undo

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["group", "install"]


def install(app: Flask) -> None:
    for command in (check, score, import_, set_, approve, retire, restore, batches_, undo,
                    versions_, take_back, go_back):
        group.add_command(command)
    app.cli.add_command(group)
