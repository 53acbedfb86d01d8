"""What cannot be served is refused in a sentence, at the server's door and at the commands'."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.config import (
    ROOT,
    Installation,
    read_environment,
    refuse_open_development,
    weak,
)
from isotrain.errors import Unready

KEY = "one of the keys of these tests"
EARNEST = {"ISOTRAIN_ENV": "production", "ISOTRAIN_SECRET_KEY": f"{KEY}, present",
           "ISOTRAIN_PUBLIC_URL": "https://training.example.com"}
SENTENCES = [
    ({"ISOTRAIN_ENV": "production"}, "Set ISOTRAIN_SECRET_KEY"),
    ({"ISOTRAIN_ENV": "prod"}, "use development or production"),
    ({"ISOTRAIN_DATABASE_URL": "mysql://somebody:hush@there/db"}, "names no database"),
]
REFUSED = [
    ({**EARNEST, "ISOTRAIN_SECRET_KEY": "short"}, "ISOTRAIN_SECRET_KEY"),
    ({**EARNEST, "ISOTRAIN_SECRET_KEY": "ab" * 20}, "ISOTRAIN_SECRET_KEY"),
    ({**EARNEST, "ISOTRAIN_SECRET_KEY": "0123456789abcdef" * 3}, "ISOTRAIN_SECRET_KEY"),
    ({**EARNEST, "ISOTRAIN_FORMER_SECRET_KEYS": f"{'x' * 40}"}, "FORMER_SECRET_KEYS"),
    ({**EARNEST, "ISOTRAIN_DEBUG": "1"}, "Debug"),
    ({**EARNEST, "FLASK_DEBUG": "1"}, "Debug"),
    ({**EARNEST, "ISOTRAIN_PUBLIC_URL": "http://training.example.com"}, "ISOTRAIN_PLAIN_HTTP=1"),
    ({**EARNEST, "ISOTRAIN_PUBLIC_URL": ""}, "ISOTRAIN_PLAIN_HTTP=1"),
    ({**EARNEST, "ISOTRAIN_PUBLIC_URL": "training.example.com"}, "use an address with a name"),
    ({**EARNEST, "ISOTRAIN_PUBLIC_URL": "https://[::1]"}, "use an address with a name"),
    ({"ISOTRAIN_ENV": "testing"}, "use development or production"),
    ({"ISOTRAIN_PUBLIC_URL": "http://training.example.com"}, "its own machine alone"),
]


@pytest.mark.parametrize("surroundings, sentence", REFUSED)
def test_an_installation_that_would_stand_open_is_refused(tmp_path, surroundings, sentence):
    with pytest.raises(Unready, match=re.escape(sentence)):
        read_environment({"ISOTRAIN_INSTANCE": str(tmp_path), **surroundings})


@pytest.mark.parametrize("more", [
    {}, {"ISOTRAIN_PUBLIC_URL": "http://10.0.0.7:8000", "ISOTRAIN_PLAIN_HTTP": "1"},
    {"ISOTRAIN_FORMER_SECRET_KEYS": f"{'0123456789abcdef' * 2}x {'fedcba9876543210' * 2}y"},
])
def test_an_installation_that_is_closed_is_read(tmp_path, more):
    read = read_environment({"ISOTRAIN_INSTANCE": str(tmp_path), **EARNEST, **more})
    assert read.production
    assert read.hosts == [read.host]
    assert len(read.former_keys) == (2 if "ISOTRAIN_FORMER_SECRET_KEYS" in more else 0)


@given(st.text("0123456789abcdef", min_size=1, max_size=40), st.integers(2, 5))
def test_a_key_that_repeats_a_shorter_one_is_weak_however_long(part, times):
    assert weak(part * times)


@pytest.mark.parametrize("bind, taken", [
    ("127.0.0.1:5000", True), ("localhost:80", True), ("[::1]:5000", True),
    ("unix:/run/isotrain.sock", True), ("0.0.0.0:5000", False), ("[::]:5000", False),
    (":5000", False), ("10.0.0.7:5000", False), ("training.example.com:5000", False),
])
def test_a_development_installation_listens_to_its_own_machine_alone(bind, taken):
    with nullcontext() if taken else pytest.raises(Unready, match="its own machine alone"):
        refuse_open_development(Installation(), bind)
    refuse_open_development(Installation(environment="production"), bind)


def test_a_server_that_would_listen_to_others_in_development_does_not_start(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "isotrain/server.py", "app:app"], cwd=ROOT,
        env={**os.environ, "ISOTRAIN_ENV": "development", "ISOTRAIN_BIND": "0.0.0.0:0",
             "ISOTRAIN_INSTANCE": str(tmp_path)}, timeout=60, capture_output=True, text=True)
    assert done.returncode != 0
    assert "Isotrain does not start: ISOTRAIN_BIND is 0.0.0.0:0" in done.stderr


@pytest.mark.parametrize("surroundings, sentence", SENTENCES)
def test_settings_that_cannot_be_served_are_refused_in_one_line(tmp_path, surroundings, sentence):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ISOTRAIN_")}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "db", "status"], cwd=ROOT, timeout=60,
        env={**clean, "ISOTRAIN_INSTANCE": str(tmp_path), **surroundings},
        capture_output=True, text=True,
    )
    assert done.returncode == 3  # gunicorn takes 3 as: do not try again
    assert done.stderr.startswith("Isotrain does not start: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert "hush" not in done.stderr


def test_a_database_that_is_not_there_is_said_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "bank", "list"], cwd=ROOT, timeout=60,
        env={**os.environ, "ISOTRAIN_INSTANCE": str(tmp_path), "ISOTRAIN_ENV": "development",
             "ISOTRAIN_DATABASE_URL": "postgresql+psycopg://somebody:hush@127.0.0.1:1/none"},
        capture_output=True, text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The database reports: ")
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_an_attempt_number_that_no_row_can_have_is_refused(app, number):
    told = app.test_cli_runner().invoke(args=["attempt", "replay", number])
    assert told.exit_code == 2
    assert "is not in the range" in told.output
