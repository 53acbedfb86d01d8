"""Where one request ends and the next begins: the server takes no message that says it twice."""

from __future__ import annotations

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def read(*headers, body):
    """Read a request as the server does; return its bodies, one for each request that is found."""
    head = b"".join(b"%s\r\n" % line for line in (b"POST /sign-in HTTP/1.1", b"Host: localhost",
                                                  *headers))
    parser = RequestParser(Config(), [head + b"\r\n" + body], ("127.0.0.1", 1))
    return [each.body.read() for each in parser]


def test_a_body_has_the_length_that_is_said():
    assert read(b"Content-Length: 3", body=b"a=1" + HIDDEN) == [b"a=1", b""]
    assert read(b"Transfer-Encoding: chunked", body=b"3\r\na=1\r\n0\r\n\r\n") == [b"a=1"]


@pytest.mark.parametrize("headers", [
    (b"Content-Length: 3", b"Transfer-Encoding: chunked"),
    (b"Transfer-Encoding: chunked", b"Content-Length: 3"),
    (b"Content-Length: 3", b"Content-Length: 4"),
    (b"Content-Length: +3",), (b"Content-Length: 3, 4",), (b"Content-Length: 0x3",),
    (b"Transfer-Encoding: chunked, identity",), (b"Transfer-Encoding: xchunked",),
    (b"Content-Length : 3",), (b"X: a\rTransfer-Encoding: chunked",),
    (b" Transfer-Encoding: chunked",),
], ids=str)
def test_a_message_that_could_end_in_two_places_is_refused(headers):
    with pytest.raises(ParseException):
        read(*headers, body=b"0\r\n\r\n" + HIDDEN)
