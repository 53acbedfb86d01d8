"""The page for operators names all variables and settings, and no command that is not there."""

from __future__ import annotations

import re

import click
import pytest
from flask import current_app

from isotrain.keeping import verifying
from isotrain.settings.definitions import DEFINITIONS
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def test_every_variable_is_in_the_table():
    read = re.findall(r'(?<!\.)get\("([A-Z_]+)"', (ROOT / "isotrain" / "config.py").read_text())
    server = (ROOT / "isotrain" / "server.py").read_text()
    names = {f"ISOTRAIN_{name}" for name in read} | set(re.findall(r'"(ISOTRAIN_\w+)"', server))
    assert len(names) > 10
    assert names - set(re.findall(r"`(ISOTRAIN_[A-Z_]+)`", PAGE)) == set()


@pytest.mark.parametrize("setting", DEFINITIONS, ids=lambda setting: setting.name)
def test_every_setting_is_in_its_table(setting):
    assert re.search(rf"^\|.*`{setting.name}`.*\|$", PAGE, re.MULTILINE)


def test_every_command_exists(app):
    used = re.findall(r"^(?:.*\* \* \*    |.*`|)(?:isotrain|flask --app app) ([a-z][a-z-]*)"
                      r"(?: ([a-z][a-z-]*))?", PAGE, re.MULTILINE)
    assert len(used) > 10
    for first, second in used:
        if first == "run":  # Flask's own
            continue
        command = current_app.cli.get_command(click.Context(current_app.cli), first)
        assert command is not None, first
        if isinstance(command, click.Group):
            assert second in command.commands, f"{first} {second}"


@pytest.mark.parametrize("name", verifying.CHECKS)
def test_every_check_is_explained(name):
    assert re.search(rf"\| .*\b{name}\b.* \|", PAGE)
