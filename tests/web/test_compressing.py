"""Pages are compressed as browsers take them; what is secret, streamed or small stays as it is."""

from __future__ import annotations

import zlib

import brotli
import pytest
from flask import Flask, Response, jsonify, redirect

from isotrain.web import compressing
from isotrain.web.headers import with_secret
from tests.factories import a_user, client_of, post

CHROMIUM = "gzip, deflate, br, zstd"
LONG = "<p>A page of many words, and äöü.</p>" * 200


@pytest.fixture(scope="module")
def client():
    app = Flask("pages")
    compressing.install(app)
    views = {
        "page": lambda: LONG,
        "json": lambda: jsonify(LONG),
        "short": lambda: LONG[:900],
        "pdf": lambda: Response(LONG, mimetype="application/pdf"),
        "stream": lambda: Response((part for part in (LONG, LONG)), mimetype="text/html"),
        "secret": lambda: with_secret(LONG),
        "gone": lambda: (LONG, 410),
        "away": lambda: redirect("/page"),
        "packed": lambda: Response(b"\x1f" * 2000, mimetype="text/html",
                                   headers={"Content-Encoding": "zstd"}),
    }
    for name, view in views.items():
        app.add_url_rule(f"/{name}", name, view)
    return app.test_client()


def get(client, name, accepted=CHROMIUM):
    return client.get(f"/{name}", headers={"Accept-Encoding": accepted})


@pytest.mark.parametrize(("accepted", "coding"), [
    (CHROMIUM, "br"), ("gzip, deflate", "gzip"), ("GZIP", "gzip"), ("br;q=0.1, gzip", "br"),
    ("br;q=0, gzip", "gzip"), ("gzip;q=0", ""), ("*", "br"), ("*;q=0", ""), ("br;q=0, *", "gzip"),
    ("identity", ""), ("", ""), ("deflate", ""), ("zstd", ""), ("br;q=x", ""), (",;=", ""),
    ("br" * 4000, ""),
])
def test_the_best_coding_that_the_browser_takes(client, accepted, coding):
    answer = get(client, "page", accepted)
    assert answer.headers.get("Content-Encoding", "") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["page", "json", "gone"])
@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_compressed_page_is_the_page_and_its_length_is_right(client, name, coding):
    plain, answer = client.get(f"/{name}"), get(client, name, coding)
    unpack = brotli.decompress if coding == "br" else lambda data: zlib.decompress(data, 31)
    assert unpack(answer.data) == plain.data and answer.status_code == plain.status_code
    assert answer.content_length == len(answer.data) < len(plain.data) / 5
    assert answer.content_type == plain.content_type and "ETag" not in answer.headers


@pytest.mark.parametrize("name", ["page", "json", "secret", "short"])
def test_the_headers_alone_are_those_of_the_page(client, name):
    whole, head = get(client, name), client.head(f"/{name}", headers={"Accept-Encoding": CHROMIUM})
    assert head.data == b"" and dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("name", ["short", "pdf", "stream", "secret", "away"])
def test_what_is_short_packed_streamed_or_secret_stays_as_it_is(client, name):
    plain, answer = client.get(f"/{name}"), get(client, name)
    assert "Content-Encoding" not in answer.headers and answer.data == plain.data


def test_what_is_compressed_already_is_not_compressed_again(client):
    answer = get(client, "packed")
    assert answer.headers["Content-Encoding"] == "zstd" and answer.data == b"\x1f" * 2000


def test_a_stream_stays_one(client):
    with get(client, "stream") as answer:
        assert answer.is_streamed and answer.content_length is None


def test_pages_of_the_application_are_compressed_and_still_say_what_they_did(app):
    client = client_of(app, a_user())
    plain, answer = client.get("/account"), get(client, "account")
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Vary"] == "Accept-Encoding, Cookie"
    assert answer.headers["Cache-Control"] == plain.headers["Cache-Control"] == "no-store"
    assert "Your account" in brotli.decompress(answer.data).decode()


def test_static_files_are_the_same_for_everybody(app):
    client = client_of(app, a_user())
    address = app.jinja_env.globals["asset"]("js/exam.js")
    for answer in (client.get(address), get(client, address[1:]), client.head(address)):
        assert answer.status_code == 200 and answer.headers["Vary"] == "Accept-Encoding"
        assert "Set-Cookie" not in answer.headers


def test_pages_that_show_a_link_are_never_compressed_by_us_or_a_proxy(app):
    hr, other = client_of(app, a_user("hr")), a_user()
    page = post(hr, f"/people/{other}", to=f"/people/{other}/access-link",
                headers={"Accept-Encoding": CHROMIUM})
    assert page.status_code == 200 and "/access/" in page.text
    link = page.text.split("/access/")[1].split("<")[0].split('"')[0]
    used = get(app.test_client(), f"access/{link}")
    assert used.status_code == 200
    sheets = post(hr, "/people/access-sheets", headers={"Accept-Encoding": CHROMIUM})
    assert "/access/" in sheets.text
    for answer in (page, used, sheets):
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store, no-transform"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
