"""Weather: what a bad network does to a browser, by a proxy between it and the server."""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("dropped", "cut", "doubled", "delayed", "refused")
LONG = 60.0


class Weather:
    """A proxy in front of a server; `bad` is how likely a request meets something."""

    def __init__(self, port: int, seed: int) -> None:
        self.server_port, self.dice, self.bad = port, random.Random(seed), 0.0
        self.met = dict.fromkeys(KINDS, 0)
        self.lock = threading.Lock()
        self.listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.listener.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.listener.server_port}"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def __enter__(self) -> Weather:
        return self

    def __exit__(self, *_error: object) -> None:
        self.listener.shutdown()
        self.listener.server_close()

    def meets(self, path: str) -> str:
        """Say what happens to a request; style and scripts always come through."""
        with self.lock:
            if path.startswith("/static/") or self.dice.random() >= self.bad:
                return ""
            kind = self.dice.choice(KINDS)
            self.met[kind] += 1
            return kind

    def forward(self, method: str, path: str, headers: Any, body: bytes) -> Any:
        """Ask the server; its status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=LONG)
        try:
            connection.request(method, path, body, dict(headers.items()))
            answer = connection.getresponse()
            return answer.status, list(_passed_on(answer.getheaders())), answer.read()
        finally:
            connection.close()


def _passed_on(headers: Any) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name.lower() not in ("connection", "transfer-encoding", "content-length"):
            yield name, value


def _handler(weather: Weather) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass()

        def do_POST(self) -> None:
            self._pass()

        def log_message(self, *_about: object) -> None:
            """Say nothing."""

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind = weather.meets(self.path)
            if kind == "dropped":
                self._hang_up()
                return
            if kind == "delayed":
                time.sleep(weather.dice.uniform(0.2, 1.5))
            answer: Any = 502, [("Content-Type", "text/html")], b"<h1>Bad gateway</h1>"
            with suppress(OSError, http.client.HTTPException):
                for _time in range(2 if kind == "doubled" else 0 if kind == "refused" else 1):
                    answer = weather.forward(self.command, self.path, self.headers, body)
            if kind == "cut":
                self._hang_up()
            else:
                self._answer(*answer)

        def _answer(self, status: int, headers: Any, body: bytes) -> None:
            with suppress(OSError):
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def _hang_up(self) -> None:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    return Handler
