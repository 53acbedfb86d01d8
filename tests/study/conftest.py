"""The study part of the shipped course, loaded."""

from __future__ import annotations

import pytest

from isotrain.standards import loading as editions
from isotrain.standards.rules import Known
from isotrain.study import loading
from tests.conftest import ROOT
from tests.factories import BY, committed

FOLDER = ROOT / "question_banks" / "iso-certification"


@pytest.fixture(scope="session")
def files():
    """The shipped course folder, read once."""
    from isotrain.study import rules

    return rules.parse(texts(), Known.of(editions.read()))


def texts():
    """The files of the shipped folder by path."""
    return {file.relative_to(FOLDER).as_posix(): file.read_bytes()
            for file in FOLDER.rglob("*") if file.is_file()}


@pytest.fixture
def studied(app, files):
    """The application with the course's modules, facts and terms."""
    with committed():
        loading.load(files, by=BY)
    return app
