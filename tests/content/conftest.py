"""The shipped course as a fixture."""

import pytest

from tests.content.shelf import Course, open_course


@pytest.fixture(scope="session")
def shipped() -> Course:
    return open_course()
