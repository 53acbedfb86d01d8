"""What cannot be served is refused in a sentence, at the server's door and at the commands'."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from isotrain.config import ROOT

SENTENCES = [
    ({"ISOTRAIN_ENV": "production"}, "Set ISOTRAIN_SECRET_KEY"),
    ({"ISOTRAIN_ENV": "prod"}, "use development or production"),
    ({"ISOTRAIN_DATABASE_URL": "mysql://somebody:hush@there/db"}, "names no database"),
]


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
