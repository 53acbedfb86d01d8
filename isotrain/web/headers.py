"""Security headers of every response, and the id of its request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g, make_response, request

from isotrain import config
from isotrain.web.compressing import UNTOUCHED

if TYPE_CHECKING:
    from flask import Flask

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " object-src 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


def install(app: Flask) -> None:
    """Give every response its headers."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.extend(FIXED)
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if config.current().secure_cookies:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if response.status_code < 400 and request.endpoint == "static":
        return response
    if "no-store" not in response.headers.get("Cache-Control", ""):
        response.headers["Cache-Control"] = "no-store"
    return response


def with_secret(page: str, status: int = 200) -> Response:
    """Answer with a page that shows a secret: kept nowhere, sent nowhere, of an honest length."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = f"no-store, {UNTOUCHED}"
    return response
