"""Static files are kept a year, under addresses that change when a file does."""

from __future__ import annotations

from isotrain.web import assets


def test_the_version_changes_with_any_file(tmp_path):
    (tmp_path / "css").mkdir()
    file = tmp_path / "css" / "a.css"
    file.write_text("a{}")
    before = assets.digest(tmp_path)
    file.write_text("b{}")
    assert assets.digest(tmp_path) != before
    changed = assets.digest(tmp_path)
    file.rename(tmp_path / "css" / "b.css")
    assert assets.digest(tmp_path) != changed


def kept(face, address):
    """Return for how many seconds a browser may keep the answer."""
    with face.test_client() as client, client.get(address) as answer:
        return answer.cache_control.max_age


def test_only_a_versioned_address_is_kept_a_year(face):
    with face.test_request_context():
        address = face.jinja_env.globals["asset"]("css/tokens.css")
    assert kept(face, address) == 365 * 24 * 3600
    assert kept(face, "/static/css/tokens.css") == kept(face, "/static/css/tokens.css?v=0") == 3600
