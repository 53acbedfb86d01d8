"""Folders for a moment are gone with whoever made them, however that ended."""

from __future__ import annotations

import stat

import pytest

from isotrain.scratch import PREFIX, scratch, sweep
from tests.dying import die, dies


def left(folder):
    return [path for path in folder.iterdir() if path.name.startswith(PREFIX)]


def broken_off(folder):
    def act():
        with scratch(folder) as mine:
            (mine / "half").write_bytes(b"x" * 1000)
            die()
    dies(act)


def test_a_folder_is_for_its_maker_alone_and_gone_at_the_end(tmp_path):
    with scratch(tmp_path) as one, scratch(tmp_path) as other:
        assert one != other and stat.S_IMODE(one.stat().st_mode) == 0o700
        (one / "deep").mkdir()
        (one / "deep" / "file").write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_gone_when_the_block_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), scratch(tmp_path):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_by_somebody_who_was_killed_is_swept(tmp_path):
    for _ in range(3):
        broken_off(tmp_path)
    assert len(left(tmp_path)) == 1, "each clears up after the one before"
    assert sweep(tmp_path) == 1 and left(tmp_path) == []


def test_whoever_comes_next_removes_what_is_left_and_keeps_what_is_in_use(tmp_path):
    with scratch(tmp_path) as mine:
        broken_off(tmp_path)
        with scratch(tmp_path) as other:
            assert sorted(left(tmp_path)) == sorted([mine, other])
        assert sweep(tmp_path) == 0 and mine.exists()


def test_nothing_else_is_swept(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    (tmp_path / f"{PREFIX}file").write_text("x")
    (tmp_path / ".other").mkdir()
    assert sweep(tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 4
