"""Static files are kept a year, each at an address that changes when the file does."""

from __future__ import annotations

import re
import shutil
import zlib

import brotli
import pytest
from flask import Flask

from isotrain.web import compressing
from isotrain.web.assets import pressing, shelf

FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the static files that a test may change, and nothing pressed yet."""
    copy = tmp_path / "static"
    shutil.copytree(shelf.FOLDER, copy)
    monkeypatch.setattr(shelf, "FOLDER", copy)
    monkeypatch.setattr(shelf, "PRESSED", tmp_path / "pressed")
    return copy


def serve(*, watched=False):
    """Return where files are, and a browser that asks for them."""
    app = Flask("files", static_folder=None)
    compressing.install(app)
    shelf.install(app, watched=watched)
    return app.jinja_env.globals["asset"], app.test_client()


def test_a_file_that_changes_gets_another_address_and_no_other_does(folder):
    asset, _client = serve()
    before = {name: asset(name) for name in ("js/copy.js", "js/theme.js")}
    (folder / "js" / "copy.js").write_text("// another")
    asset, _client = serve()
    assert asset("js/copy.js") != before["js/copy.js"]
    assert asset("js/theme.js") == before["js/theme.js"]


def test_the_style_sheet_is_one_and_names_others_by_their_addresses(folder):
    (folder / "css" / "print.css").write_text(".last { color: red }")
    asset, client = serve()
    sheet = client.get(asset("css/isotrain.css")).text
    assert sheet.endswith(".last { color: red }") and sheet.count("@font-face") == 5
    for name in ("fonts/inter-latin.woff2", "rosette.svg"):
        assert f'url("..{asset(name).removeprefix("/static")}")' in sheet
    assert not re.search(r'url\("\.\./[\w/-]+\.\w+"\)', sheet)


def test_a_style_sheet_changes_its_address_with_what_it_names(folder):
    asset, _client = serve()
    before = asset("css/isotrain.css")
    (folder / "rosette.svg").write_text("<svg/>")
    asset, _client = serve()
    assert asset("css/isotrain.css") != before


@pytest.mark.parametrize("name", ["css/isotrain.css", "js/exam.js", "favicon.svg"])
def test_only_its_own_address_is_kept(folder, name):
    asset, client = serve()
    own, (stem, _digest, suffix) = asset(name), asset(name).rsplit(".", 2)
    assert client.get(own).headers["Cache-Control"] == FOREVER
    for other in (f"/static/{name}", f"{stem}.0123456789.{suffix}"):
        answer = client.get(other)
        assert answer.data == client.get(own).data
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", [
    "css/base.css", "css/none.css", "../app.py", "..%2fapp.py", "js", "", "0123456789",
    "js/exam.0123456789", "fonts/inter-klingon.woff2",
])
def test_nothing_else_is_served(folder, name):
    _asset, client = serve()
    assert client.get(f"/static/{name}").status_code == 404


def test_where_files_are_edited_each_page_has_them_as_they_are(folder):
    asset, client = serve(watched=True)
    before = asset("js/copy.js")
    (folder / "js" / "copy.js").write_text("// edited and saved")
    (folder / "css" / "base.css").write_text(".edited {}")
    assert asset("js/copy.js") != before
    assert client.get(asset("js/copy.js")).text == "// edited and saved"
    assert ".edited {}" in client.get(asset("css/isotrain.css")).text


def test_where_nothing_is_edited_what_the_server_began_with_stays(folder):
    asset, client = serve()
    before = asset("js/copy.js")
    (folder / "js" / "copy.js").write_text("// the next version")
    assert asset("js/copy.js") == before
    assert "the next version" not in client.get(before).text


UNPACK = {"br": brotli.decompress, "gzip": lambda data: zlib.decompress(data, 31),
          "": lambda data: data}


@pytest.mark.parametrize("coding", UNPACK)
@pytest.mark.parametrize("pressed", [True, False])
def test_every_coding_holds_the_same_pressed_at_set_up_or_not(folder, coding, pressed):
    if pressed:
        pressing.press_all(shelf.PRESSED)
    asset, client = serve()
    address = asset("css/isotrain.css")
    answer = client.get(address, headers={"Accept-Encoding": coding})
    assert UNPACK[coding](answer.data).decode() == client.get(address).text
    assert answer.headers.get("Content-Encoding", "") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content_length == len(answer.data)
    smallest = {"br": 14_500, "gzip": 17_000}.get(coding, 0)
    assert not pressed or not smallest or len(answer.data) < smallest


def test_pressing_writes_what_is_smaller_and_removes_what_nobody_asks_for(folder):
    shelf.PRESSED.mkdir()
    (shelf.PRESSED / "0123456789.br").write_bytes(b"of a version before")
    (folder / "js" / "copy.js").write_text("1")
    pressing.press_all(shelf.PRESSED)
    assets = shelf.read()
    for name, asset in assets.items():
        few = name == "js/copy.js" or name.endswith(".woff2")
        assert set(asset.pressed) == (set() if few else {"br", "gzip"}), name
        assert all(len(data) < len(asset.body) for data in asset.pressed.values())
    assert {file.stem for file in shelf.PRESSED.iterdir()} <= {
        asset.digest for asset in assets.values()}


def test_what_a_browser_has_is_not_sent_again(folder):
    pressing.press_all(shelf.PRESSED)
    asset, client = serve()
    address = asset("js/exam.js")
    for coding in UNPACK:
        known = client.get(address, headers={"Accept-Encoding": coding}).headers["ETag"]
        again = client.get(address, headers={"Accept-Encoding": coding, "If-None-Match": known})
        assert again.status_code == 304 and again.data == b""
        assert again.headers["Cache-Control"] == FOREVER
    known = client.get("/static/js/exam.js").headers["ETag"]
    (folder / "js" / "exam.js").write_text("// another")
    _asset, client = serve()
    assert client.get("/static/js/exam.js", headers={"If-None-Match": known}).status_code == 200


def test_the_headers_alone_are_those_of_the_file(folder):
    asset, client = serve()
    for coding in UNPACK:
        asked = {"Accept-Encoding": coding}
        whole, head = (ask(asset("js/exam.js"), headers=asked) for ask in (client.get, client.head))
        assert head.data == b"" and dict(head.headers) == dict(whole.headers)
