"""What is tracked: only our own work, and nothing that belongs to one machine."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.house.test_floors import ROOT


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return done.stdout.split("\n")[:-1]


def texts():
    for name in tracked():
        path = ROOT / name
        if path.exists() and path.suffix not in (".png", ".ico", ".woff2", ".gz"):
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_no_file_names_a_package_registry():
    for name, text in texts():
        if name.startswith("tests/house/"):
            continue
        assert not re.search(r"index[-]url|https?://[^ ]*/simple\b|pypi\.org", text), name


def test_every_requirement_is_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-cjk.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[A-Za-z0-9._-]+(?:\[[a-z]+\])?==", text, re.MULTILINE)
        blocks = re.split(r"^(?=[A-Za-z0-9._-]+(?:\[[a-z]+\])?==)", text, flags=re.MULTILINE)[1:]
        assert pins and len(pins) == len(blocks)
        assert all("--hash=sha256:" in block for block in blocks)


def test_no_database_picture_or_large_file_is_tracked():
    for name in tracked():
        assert not name.endswith((".db", ".sqlite", ".png", ".jpg", ".pyc", ".pem")), name
        path = ROOT / name
        assert not path.exists() or path.stat().st_size < 500_000, name
