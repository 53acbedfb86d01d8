"""What a server keeps in memory: large libraries are loaded when they are used, not before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.house.test_floors import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Drivers of the other database, spreadsheets, printing, migrations, fonts: no ordinary page's.
UNUSED = ("psycopg", "xlsxwriter", "python_calamine", "openpyxl", "typst", "segno", "alembic",
          "fontTools")
PAGE = """
import json, sys
from isotrain import create_app, schema
from isotrain.db import db
app = create_app()
first = sorted(set(sys.modules))
with app.app_context():
    print(schema.head(), file=sys.stderr)
answer = app.test_client().get("/sign-in")
assert answer.status_code == 200, answer.text
json.dump([first, sorted(set(sys.modules))], sys.stdout)
"""


def test_neither_starting_nor_an_ordinary_page_loads_what_it_does_not_need(tmp_path: Path):
    environment = {**os.environ, "ISOTRAIN_ENV": "development", "ISOTRAIN_DATABASE_URL": "",
                   "ISOTRAIN_INSTANCE": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", PAGE], cwd=ROOT, env=environment, text=True,
                          capture_output=True)
    assert said.returncode == 0, said.stderr
    for loaded in json.loads(said.stdout):
        assert not set(loaded) & set(UNUSED)
