"""A small second catalogue, compiled as a real one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from isotrain import i18n
from isotrain.translations import extracting
from tests import catalogues

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from flask import Flask

SENTENCES = {
    "Sign in": "Zaloguj się",
    "Password": "Hasło",
    "Language": "Język",
    "Choose": "Wybierz",
    "Your account": "Twoje konto",
    "Set a new password": "Ustaw nowe hasło",
    "Enter your password": "Wpisz hasło",
    "Certificate of completion": "Certyfikat ukończenia",
    "Nobody looks after the course %(slug)s.": "Nikt nie zajmuje się kursem %(slug)s.",
    "Who looks after a course.": "Kto zajmuje się kursem.",
}
COUNTED = {
    ("%(num)s question", "%(num)s questions"): (
        "%(num)s pytanie", "%(num)s pytania", "%(num)s pytań"),
}


def write(folder: Path) -> Path:
    """Write the translation as a .po and compile it; return the .po."""
    catalog = Catalog("pl", project="Isotrain")
    for english, polish in {**SENTENCES, **COUNTED}.items():
        catalog.add(english, polish)
    written = folder / "pl" / extracting.WRITTEN
    written.parent.mkdir(parents=True)
    with written.open("wb") as file:
        write_po(file, catalog)
    extracting.compile_catalogue(written)
    return written


def speak(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an application have both languages, as if it had been set up with them."""
    write(folder)
    monkeypatch.setattr(i18n, "FOLDER", folder)
    catalogues.speak(app, i18n.installed(), monkeypatch)
