"""The study part of the shipped course, loaded."""

from __future__ import annotations

import pytest

from isotrain.study import loading
from tests.conftest import ROOT
from tests.factories import BY, committed

FOLDER = ROOT / "question_banks" / "iso-certification"


@pytest.fixture(scope="session")
def files():
    """The shipped course folder, read once."""
    from isotrain.study import rules

    return rules.parse({file.name: file.read_bytes() for file in FOLDER.iterdir()})


@pytest.fixture
def studied(app, files):
    """The application with the course's modules, facts and terms."""
    with committed():
        loading.load(files, by=BY)
    return app
