"""Error pages that help, in HTML or JSON as the browser asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import BadHost, HTTPException, SecurityError

from isotrain.db import db
from isotrain.errors import NotFound, Refusal, Unready
from isotrain.i18n import _, lazy
from isotrain.web import gate
from isotrain.web.answering import say_when

if TYPE_CHECKING:
    from flask import Flask, Response

WORDS = {
    400: (lazy("This request is not complete"),
          lazy("Go back, reload the page and try again.")),
    401: (lazy("Sign in to go on"), lazy("Your session has ended.")),
    403: (lazy("This page is not open to you"),
          lazy("Ask your administrator if you need it for your work.")),
    404: (lazy("Nothing here"),
          lazy("The address may be mistyped, or the page is not for your account.")),
    405: (lazy("This address does not take that request"), lazy("Go back and use the page.")),
    409: (lazy("This has changed in the meantime"), lazy("Reload the page to see how it stands.")),
    413: (lazy("The file is too large"), lazy("Split it, or ask for a higher limit.")),
    415: (lazy("This kind of file is not taken here"), lazy("Choose one of the listed kinds.")),
    422: (lazy("That did not work"), lazy("Go back and correct what is named here.")),
    429: (lazy("Too many tries"), lazy("Wait a few minutes, then try again.")),
    500: (lazy("Something broke on our side"),
          lazy("It has been logged. Try again; if it stays, quote the number below.")),
    503: (lazy("Busy right now"), lazy("Nothing is lost. Try again in a moment.")),
    507: (lazy("The disk is full"), lazy("Nothing was saved. Tell your administrator.")),
}


def install(app: Flask) -> None:
    """Answer every failure in words."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Unready, _unready)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(BadHost, _unknown_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_busy)
    app.register_error_handler(DataError, _out_of_range)
    app.register_error_handler(Exception, _broken)


def _page(status: int, sentence: str | None = None) -> Response:
    """Say what failed; needs no database, and does not ask who it is for."""
    gate.ask_no_more()
    title, text = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    if request.accept_mimetypes.best == "application/json":
        body = jsonify(code=status, message=sentence or str(title))
        return make_response(body, status)
    page = render_template(
        "errors/error.html", status=status, title=title, text=sentence or text,
        request_id=g.get("request_id"),
    )
    return make_response(page, status)


def _refused(refusal: Refusal) -> Response:
    say_when(refusal)
    return _page(refusal.status, refusal.sentence)


def _not_found(missing: NotFound) -> Response:
    return _page(404, missing.sentence)


def _unready(error: Unready) -> Response:
    """The installation lacks something, such as its signing key; nothing was written."""
    db.session.rollback()
    current_app.logger.error("not ready: %s", error)
    response = _page(503)
    response.headers["Retry-After"] = "60"
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()  # type: ignore[return-value]
    response = _page(status)
    for name in ("Allow", "Retry-After"):
        value = dict(error.get_headers()).get(name)
        if value:
            response.headers[name] = value
    return response


def _unknown_host(_error: SecurityError) -> Response:
    """This host goes by another name; of what called it so, no page can be made."""
    gate.ask_no_more()
    response = make_response(_("This address is not known here. Ask for the right one."), 400)
    response.mimetype = "text/plain"
    return response


def _database_busy(error: OperationalError) -> Response:
    db.session.rollback()
    current_app.logger.warning("database: %s", type(error.orig).__name__, exc_info=error)
    full = "full" in str(error.orig)
    response = _page(507 if full else 503)
    response.headers["Retry-After"] = "2"
    return response


def _out_of_range(error: DataError) -> Response:
    """What an address asks for and no row can hold is not there; what is sent must be checked."""
    if request.method not in ("GET", "HEAD"):
        return _broken(error)
    db.session.rollback()
    current_app.logger.warning("out of range", exc_info=error)
    return _page(404)


def _broken(error: Exception) -> Response:
    db.session.rollback()
    current_app.logger.error("unhandled", exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return _page(500)
