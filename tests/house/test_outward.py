"""Nothing goes out that nobody knows of: who opens connections, what scripts may do."""

from __future__ import annotations

import re

import pytest

from tests.house.test_floors import PACKAGE, ROOT, imports, modules

WAYS_OUT = {"socket", "ssl", "smtplib", "http", "urllib.request", "ftplib", "imaplib", "poplib",
            "xmlrpc", "asyncio", "requests", "urllib3", "httpx", "aiohttp"}
# Letters; hanging up on who comes in too slowly; what this machine is called.
KNOWN = {"mail/delivering.py", "web/bodies.py", "jobs/leasing.py"}
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))


def test_letters_are_the_only_thing_that_goes_out():
    found = {str(path.relative_to(PACKAGE)) for path in modules()
             for name, _line in imports(path)
             if {name.split(".")[0], ".".join(name.split(".")[:2])} & WAYS_OUT}
    assert found == KNOWN


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_or_code_of_a_text_or_talks_to_others(script):
    text = re.sub(r"^\s*//.*$", "", script.read_text("utf-8"), flags=re.MULTILINE)
    for banned in (r"(inner|outer)HTML\s*\+?=[^=]", r"insertAdjacentHTML", r"document\.write",
                   r"\beval\(", r"new Function", r"postMessage", r"WebSocket", r"EventSource",
                   r"https?://", r"__proto__", r"\bimport\("):
        assert not re.search(banned, text), banned
