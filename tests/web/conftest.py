"""An application that has the face and nothing behind it."""

from __future__ import annotations

import pytest
from flask import Flask

from isotrain import i18n
from isotrain.accounts import language_views
from isotrain.web import application, csrf, filters
from isotrain.web.assets import shelf
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def face():
    app = Flask("face", root_path=str(ROOT), static_folder=None, template_folder="templates")
    app.config.update(SECRET_KEY="for tests", TESTING=True)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for part in (i18n, application, csrf, filters, language_views):
        part.install(app)
    shelf.install(app, watched=False)
    return app
