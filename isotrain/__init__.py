"""Isotrain: training and exams on ISO standards, with proof. All wiring is on this page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.config import Installation
    from isotrain.wiring import Wiring

__version__ = "0.6.0"


def create_app(installation: Installation | None = None, *, wiring: Wiring | None = None,
               **overrides: Any) -> Flask:
    """Build the application; another `wiring`, and `overrides` of Flask's config, are for tests.

    Everything is imported here and not above, so that the file-reading child process, which
    imports isotrain.formats, does not load a web framework.
    """
    from isotrain.config import ROOT, read_environment
    from isotrain.settings import seeding
    from isotrain.web.application import Application
    from isotrain.wired import KEY
    from isotrain.wiring import WIRING

    installation = installation or read_environment()
    seeding.check(installation.seeds)
    app = Application(
        __name__, static_folder=None, template_folder=str(ROOT / "templates"),
        instance_path=str(installation.instance))
    _configure(app, installation)
    app.config.update(overrides)
    _connect_database(app, installation)
    _install_web(app, installation)
    _register_pages(app, installation)
    _register_commands(app)
    app.extensions[KEY] = wiring or WIRING
    _refuse_to_serve_unready(app, installation)
    return app


def _configure(app: Flask, installation: Installation) -> None:
    from isotrain.db import engine_options, normal_url
    from isotrain.web.bodies import LARGEST

    url = normal_url(installation.database_url)
    cookie = "__Host-isotrain" if installation.secure_cookies else "isotrain"
    app.config.update(
        INSTALLATION=installation,
        SECRET_KEY=installation.secret_key,
        SECRET_KEY_FALLBACKS=list(installation.former_keys),
        DURABLE=installation.environment != "testing",
        TESTING=installation.environment == "testing",
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
        SESSION_COOKIE_NAME=cookie,
        SESSION_COOKIE_SECURE=installation.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=1000,
        TEMPLATES_AUTO_RELOAD=installation.debug,
    )


def _connect_database(app: Flask, installation: Installation) -> None:
    from isotrain import private, schema
    from isotrain.db import db, wire

    private.close(installation.instance)
    schema.load_models()
    db.init_app(app)
    with app.app_context():
        wire(db.engine)


def _install_web(app: Flask, installation: Installation) -> None:
    from werkzeug.middleware.proxy_fix import ProxyFix

    from isotrain import i18n
    from isotrain.accounts import language_views, zone_views
    from isotrain.web import (
        addresses,
        application,
        bodies,
        compressing,
        csrf,
        failing,
        filters,
        gate,
        headers,
        journal,
        navigation,
        stepping_up,
    )
    from isotrain.web.assets import shelf

    if installation.proxies:
        n = installation.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n)  # type: ignore[method-assign]
    application.install(app)
    addresses.install(app)
    headers.install(app)
    journal.install(app)
    bodies.install(app)
    compressing.install(app)
    i18n.install(app)
    gate.install(app)
    language_views.install(app)
    zone_views.install(app)
    csrf.install(app)
    stepping_up.install(app)
    failing.install(app)
    filters.install(app)
    shelf.install(app, watched=installation.environment == "development")
    navigation.install(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _register_pages(app: Flask, installation: Installation) -> None:
    from isotrain.accounts import views as accounts
    from isotrain.assignments import views as assignments
    from isotrain.attempts import views as attempts
    from isotrain.attempts.extra import views as extra_attempts
    from isotrain.audit import views as audit
    from isotrain.banks import library_views as libraries
    from isotrain.banks import views as banks
    from isotrain.certificates import views as certificates
    from isotrain.jobs import views as work
    from isotrain.media import views as media
    from isotrain.people import views as people
    from isotrain.quizzes import views as quizzes
    from isotrain.records import views as records
    from isotrain.second_factor import views as second_factor
    from isotrain.seconding import views as seconding
    from isotrain.settings import security_views as security
    from isotrain.settings import views as settings
    from isotrain.standards import views as standards
    from isotrain.study import course_views as courses
    from isotrain.study import review_views as review
    from isotrain.study import views as study
    from isotrain.web import health
    from isotrain.web.assets import gallery

    if not installation.production:
        app.register_blueprint(gallery.bp)
    for module in (health, accounts, audit, settings, security, work, seconding, second_factor,
                   people, standards, study, courses, review, media, libraries, banks, quizzes,
                   attempts, extra_attempts, certificates, assignments, records):
        for blueprint in getattr(module, "blueprints", None) or (module.bp,):
            app.register_blueprint(blueprint)


def _register_commands(app: Flask) -> None:
    from isotrain import cli

    cli.install(app)


def _refuse_to_serve_unready(app: Flask, installation: Installation) -> None:
    """In production, do not start on a wrong schema or a database that may lose answers."""
    if not installation.production:
        return
    import sys

    if {"db", "backup", "restore", "verify"} & set(sys.argv):
        return
    from isotrain.db import db
    from isotrain.errors import Unready
    from isotrain.web import readiness

    with app.app_context():
        # The server gives up when it cannot start; a database that restarts is worth a wait.
        problems = readiness.problems(patience=30)
        db.session.remove()
        db.engine.dispose()  # the server forks after this, and no two processes share a connection
    if problems:
        raise Unready("; ".join(problems))
