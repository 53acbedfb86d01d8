"""An app with the editions that come with the house."""

import pytest

from isotrain.standards import loading
from tests.factories import BY, committed


@pytest.fixture
def shipped(app):
    with committed():
        loading.load(loading.read(), by=BY)
    return app
