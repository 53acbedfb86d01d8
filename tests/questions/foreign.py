"""A type that only the tests have is brought into an application: its line, its templates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, FileSystemLoader

from isotrain import questions
from tests.questions.pairing import Pairing

if TYPE_CHECKING:
    import pytest
    from flask import Flask

TEMPLATES = Path(__file__).parent / "templates"


def register(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add Pairing to TYPES, wherever it was imported from there, and its folder of templates."""
    types = (*questions.TYPES, Pairing)
    for name, module in list(sys.modules.items()):
        if name.startswith("isotrain") and getattr(module, "TYPES", None) is questions.TYPES \
                and module is not questions:
            monkeypatch.setattr(module, "TYPES", types)
    monkeypatch.setattr(questions, "TYPES", types)
    assert app.jinja_env.loader is not None
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader(
        [app.jinja_env.loader, FileSystemLoader(TEMPLATES)]))
