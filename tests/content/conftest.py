"""The shipped library as a fixture."""

import pytest

from tests.content.shelf import Shelf, open_shelf


@pytest.fixture(scope="session")
def shipped() -> Shelf:
    return open_shelf()
