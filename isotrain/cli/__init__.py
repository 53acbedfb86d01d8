"""Commands: one file per group; each commits once at its end."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING

import click

from isotrain.i18n import later

if TYPE_CHECKING:
    from flask import Flask

GROUPS = ("database", "settings", "users", "people", "mail", "banks", "certificates", "editions",
          "courses", "libraries", "attempts", "demo", "safekeeping", "assignments", "records",
          "jobs", "seconding", "linting")


def install(app: Flask) -> None:
    """Add every command group to `flask`."""
    for name in GROUPS:
        importlib.import_module(f"isotrain.cli.{name}").install(app)
    for command in app.cli.commands.values():
        if command.callback is None or command.callback.__module__.startswith("isotrain."):
            _translate_help(command)


def _say_when_asked(option: click.Option) -> None:
    """Have the help of an option be text where click measures it."""
    record = option.get_help_record

    def said(ctx: click.Context) -> tuple[str, str] | None:
        names_and_help = record(ctx)
        return names_and_help and (names_and_help[0], str(names_and_help[1]))

    option.get_help_record = said  # type: ignore[method-assign]


def _translate_help(command: click.Command) -> None:
    """Say what a command is for in the language of whoever asks, which nobody knows yet.

    Commands belong to the process: whatever another app made of them stays as it is.
    """
    if type(command.help) is str:
        command.help = later(inspect.cleandoc(command.help))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and type(parameter.help) is str:
            parameter.help = later(parameter.help)
            _say_when_asked(parameter)
    for part in getattr(command, "commands", {}).values():
        _translate_help(part)
