"""Compressing answers on their way out, quickly, but for those that show a secret.

The quickest setting makes a page a quarter of its size; the slower ones take three times as long to
save another tenth. What is compressed in itself (fonts, PDF, workbooks) or streamed stays as it is.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
from flask import request
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response

KINDS = frozenset({"text/html", "text/css", "text/javascript", "application/json",
                   "image/svg+xml"})
LEAST = 1000  # bytes; below that the header costs what compressing saves
# The better first. A page fits into a small window, which costs less to set up.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=1, lgwin=16),
    "gzip": lambda body: zlib.compress(body, 1, 31),
}
# What keeps an answer as it is, here and in every proxy that it passes.
UNTOUCHED = "no-transform"


def install(app: Flask) -> None:
    """Compress the answers of this application."""
    app.after_request(_compress)


def coding() -> str:
    """Return the best coding that this browser unpacks, or nothing."""
    return _best(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=64)
def _best(accepted: str) -> str:
    wanted = dict(parse_accept_header(accepted.lower()))
    others = wanted.get("*", 0)
    return next((name for name in CODINGS if wanted.get(name, others) > 0), "")


def _compress(response: Response) -> Response:
    headers = response.headers
    if response.mimetype not in KINDS or response.is_streamed:
        return response
    headers.add("Vary", "Accept-Encoding")
    if "Content-Encoding" in headers or UNTOUCHED in headers.get("Cache-Control", ""):
        return response
    body = response.get_data()
    if len(body) >= LEAST and (name := coding()):
        response.set_data(CODINGS[name](body))
        headers["Content-Encoding"] = name
    return response
