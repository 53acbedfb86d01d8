"""Bodies of requests: as large as the page needs, and sent in a time that nobody waits for.

A proxy in front takes slow bodies off the server. Where it does not, or there is none, whoever
sends too slowly is hung up on, so that nobody keeps a thread by dripping.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, request

from isotrain.formats.contract import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask

View = TypeVar("View", bound="Callable[..., Any]")

USUAL = 1024 * 1024  # bytes of what is typed into a form
LARGEST = SIZE_LIMIT + USUAL
SECONDS, BYTES_A_SECOND = 15, 100_000  # how long a body may take, and longer by its length


def takes_file(view: View) -> View:
    """Mark a view to which a file may be sent."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def install(app: Flask) -> None:
    """Refuse what is too large for where it is sent, and hang up on what is too slow."""
    app.before_request(_limit)
    app.wsgi_app = _Timed(app.wsgi_app)  # type: ignore[assignment]


def _limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = LARGEST if getattr(view, "takes_file", False) else USUAL


class _Timed:
    """Gives each body its time; gunicorn hands over the socket that it comes by."""

    def __init__(self, inside: Callable[..., Iterable[bytes]]) -> None:
        self.inside, self.watch = inside, _Watch()

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        channel = environ.get("gunicorn.socket")
        length = environ.get("CONTENT_LENGTH") or "0"
        if channel is None or (length == "0" and "HTTP_TRANSFER_ENCODING" not in environ):
            return self.inside(environ, start)
        size = int(length) if length.isdigit() else 0
        seconds = SECONDS + min(size, LARGEST) / BYTES_A_SECOND
        body = _Body(environ["wsgi.input"], size, self.watch.begin(channel, seconds))
        environ["wsgi.input"] = body
        try:
            return self.inside(environ, start)
        finally:
            body.end()


class _Body:
    """The body of one request; its time is over once it was read whole."""

    def __init__(self, inside: Any, size: int, end: Callable[[], None]) -> None:
        self.inside, self.left, self.end = inside, size, end

    def read(self, size: int = -1) -> bytes:
        return self._counted(self.inside.read(size) if size >= 0 else self.inside.read())

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self.inside.readline(size) if size >= 0 else self.inside.readline())

    def _counted(self, data: bytes) -> bytes:
        self.left -= len(data)
        if self.left <= 0 or not data:
            self.end()
        return data


class _Watch:
    """One thread in each process, which hangs up where a body has had its time."""

    def __init__(self) -> None:
        self._due: dict[object, tuple[float, socket.socket]] = {}
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def begin(self, channel: socket.socket, seconds: float) -> Callable[[], None]:
        """Hang up on a socket after so many seconds, unless what is returned is called before."""
        key = object()
        with self._wake:
            self._due[key] = (time.monotonic() + seconds, channel)
            if self._thread is None:  # here, because a server forks after the application is made
                self._thread = threading.Thread(target=self._look, daemon=True, name="bodies")
                self._thread.start()
            elif len(self._due) == 1:
                self._wake.notify()
        return lambda: self._end(key)

    def _end(self, key: object) -> None:
        with self._wake:
            self._due.pop(key, None)

    def _look(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._due)
                now = time.monotonic()
                for key, (end, channel) in list(self._due.items()):
                    if end <= now:
                        del self._due[key]
                        with suppress(OSError):
                            channel.shutdown(socket.SHUT_RD)
            time.sleep(1)
