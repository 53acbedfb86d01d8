"""A browser of few lines: one connection, kept open, and every answer with how long it took."""

from __future__ import annotations

import http.client
import time
import zlib
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import brotli

FORM = "application/x-www-form-urlencoded"
CHROMIUM = "gzip, deflate, br, zstd"  # what it says that it unpacks
UNPACK = {"br": brotli.decompress, "gzip": lambda data: zlib.decompress(data, 31)}


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    text: str
    location: str
    cookie: str


class Browser:
    """One person's connection to the server; a broken one is opened again at the next request."""

    def __init__(
        self, port: int, cookie: str = "", csrf: str = "", unpacks: str = CHROMIUM,
        address: str = "",
    ) -> None:
        self.port, self.cookie, self.csrf, self.unpacks = port, cookie, csrf, unpacks
        self.address = address
        self.connection: http.client.HTTPConnection | None = None
        self.times: list[float] = []

    def get(self, path: str, accept: str = "text/html") -> Reply:
        return self._ask("GET", path, None, accept)

    def post(self, path: str, data: dict[str, object], accept: str = "text/html") -> Reply:
        body = urlencode({"csrf_token": self.csrf, **data}, doseq=True)
        return self._ask("POST", path, body, accept)

    def _ask(self, method: str, path: str, body: str | bytes | None, accept: str,
             content_type: str = FORM) -> Reply:
        """Raise OSError or HTTPException when no whole answer came back."""
        began = time.perf_counter()
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=30, source_address=(self.address, 0))
        headers = {"Accept": accept, "Accept-Encoding": self.unpacks, "Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.getheader("Connection") == "close":
            self.close()
        self.times.append(time.perf_counter() - began)
        coding = answer.getheader("Content-Encoding")
        text = (UNPACK[coding](data) if coding else data).decode(errors="replace")
        cookies = [each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie") or ()]
        if cookies:
            named = {each.partition("=")[0]: each for each in (*self.cookie.split("; "), *cookies)}
            self.cookie = "; ".join(filter(None, named.values()))
        where = urlsplit(answer.getheader("Location") or "")
        return Reply(answer.status, text, where.path, self.cookie if cookies else "")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
