"""An application that has the face and nothing behind it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_wtf import CSRFProtect

from isotrain import i18n
from isotrain.accounts import language_views
from isotrain.web import application, assets, filters, fonts
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def face():
    app = Flask("face", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.update(SECRET_KEY="for tests", SEND_FILE_MAX_AGE_DEFAULT=3600, TESTING=True)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    for part in (i18n, application, filters, assets, fonts, language_views):
        part.install(app)
    return app
