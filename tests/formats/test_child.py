"""Reading in a child process: the same answer, and a refusal when the child does not live."""

import json
import os
import subprocess
import sys

import pytest

from isotrain import formats
from isotrain.formats import Unreadable, child
from tests.formats.test_formats import AIKEN, CSV, GIFT, YAML

MOODLE_XML = ('<?xml version="1.0" encoding="iso-8859-1"?><quiz><question type="cloze">'
              "<questiontext><text>&lt;p&gt;A {1:MC:=b~c}&lt;/p&gt;</text></questiontext>"
              "</question></quiz>")


@pytest.mark.parametrize("text", [AIKEN, GIFT, CSV, YAML, "Q{T}\n\nBad{"])
def test_the_child_says_what_reading_says(text):
    assert child.parse(text.encode(), "bank.txt") == formats.read(text.encode(), "bank.txt")


def test_the_child_reads_xml():
    assert child.parse(MOODLE_XML.encode(), "bank.xml") == formats.read(MOODLE_XML.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp1252", "utf-8-sig"])
def test_the_child_knows_all_encodings_before_it_gives_up_opening_files(encoding):
    data = "Wofür {T}".encode(encoding)
    assert child.parse(data, format_name="gift").questions[0].stem == "Wofür"


def test_a_refusal_comes_through_with_code_place_and_words():
    data = b'Question,A,B,Answer\nQ,"x,y,A\nQ,x,y,A\n'
    with pytest.raises(Unreadable) as here:
        formats.read(data, "bank.csv")
    with pytest.raises(Unreadable) as there:
        child.parse(data, "bank.csv")
    assert there.value.problem == here.value.problem
    assert (there.value.code, there.value.hint) == (here.value.code, here.value.hint)


@pytest.mark.parametrize(
    ("limit", "value"),
    [("WALL_SECONDS", 0.01), ("_COMMAND", (sys.executable, "-c", "raise MemoryError"))],
)
def test_a_child_that_dies_or_dawdles_is_a_refusal(monkeypatch, limit, value):
    monkeypatch.setattr(child, limit, value)
    with pytest.raises(Unreadable) as refusal:
        child.parse(GIFT.encode())
    assert refusal.value.code == "parser_limit"


def in_child(code):
    """What a process prints that has given up what the reading child gives up."""
    program = f"from isotrain.formats import child; child._limit(); {code}"
    command = [sys.executable, "-B", "-c", program]
    return subprocess.run(command, capture_output=True, env={}, text=True, check=False)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import socket; socket.socket()", "OSError"),
        ("open('/etc/hostname')", "OSError"),
        ("import subprocess; subprocess.run(['true'])", "OSError"),
        ("bytearray(600 * 1024**2)", "MemoryError"),
    ],
)
def test_the_child_can_open_nothing_and_has_little_memory(code, fault):
    done = in_child(code)
    assert done.returncode != 0
    assert fault in done.stderr


def test_a_child_that_reckons_too_long_is_ended():
    code = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"
    assert in_child(code).returncode < 0


def test_the_child_sees_no_secret_of_its_parent(monkeypatch):
    monkeypatch.setenv("ISOTRAIN_SECRET_KEY", "secret")
    seen = []
    run = subprocess.run
    monkeypatch.setattr(
        child.subprocess, "run", lambda *args, **more: seen.append(more) or run(*args, **more)
    )
    child.parse(GIFT.encode())
    assert seen[0]["env"] == {}
    assert os.environ["ISOTRAIN_SECRET_KEY"] == "secret"


def test_the_child_loads_neither_web_nor_database():
    code = "import isotrain.formats.child, sys, json; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True).stdout)
    assert not {"flask", "sqlalchemy", "wtforms", "socket", "ssl", "urllib.request"} & set(modules)
