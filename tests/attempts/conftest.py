"""A learner with the shipped course at hand, and the learner's browser."""

from __future__ import annotations

import pytest

from tests.factories import a_user, client_of


@pytest.fixture
def learner(course_app):
    return a_user()


@pytest.fixture
def browser(course_app, learner):
    return client_of(course_app, learner)
