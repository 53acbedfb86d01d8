"""Structured logs: one JSON line per request, never with answers, keys, passwords or tokens."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from typing import TYPE_CHECKING

from flask import g, has_request_context, request

from isotrain import clock
from isotrain.web import gate

if TYPE_CHECKING:
    from flask import Flask, Response

logger = logging.getLogger("isotrain")
FORWARDED = "X-Forwarded-For"


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = g.get("request_id")
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)  # in ASCII: nothing breaks the line or turns it


def install(app: Flask) -> None:
    """Log to standard error: one line, by its id, for every request but static files."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
    app.logger.handlers = [handler]
    app.logger.propagate = False
    app.before_request(_start)
    if not app.config["INSTALLATION"].proxies:
        app.before_request(_Forwarded())
    app.after_request(_log)


def _start() -> None:
    g.request_id, g.started = secrets.token_hex(8), time.perf_counter()


class _Forwarded:
    """Warns, once in a process, that a proxy stands in front of which nobody told the server."""

    def __init__(self) -> None:
        self.said = False

    def __call__(self) -> None:
        if not self.said and FORWARDED in request.headers:
            self.said = True
            logger.warning("a request was forwarded and ISOTRAIN_PROXIES is 0: whoever comes"
                           " through the proxy counts as one address")


def _log(response: Response) -> Response:
    """Name the route, not the path: a path can hold a code or a token."""
    if request.endpoint == "static":
        return response
    fields = {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.get("started", 0)) * 1000, 1),
        "user": gate.known_id(),
    }
    logger.info("request", extra={"fields": fields})
    return response
