"""What the tests of a bank's pages begin with: a trainer, their browser, their bank."""

from __future__ import annotations

import pytest

from tests.banks.making import a_bank, a_trainer
from tests.factories import client_of


@pytest.fixture
def trainer(app):
    return a_trainer(name="Tara")


@pytest.fixture
def client(app, trainer):
    return client_of(app, trainer)


@pytest.fixture
def bank_id(trainer):
    return a_bank(trainer)
