"""Workers are forked from one process that has loaded everything and opened nothing."""

from __future__ import annotations

import urllib.request

import psutil
import pytest

from isotrain import create_app, schema
from isotrain.config import Installation
from isotrain.db import db
from tests.conftest import make_settings
from tests.faults import serving


def databases(process: psutil.Process, folder) -> list[str]:
    """Return what a process holds open of the databases in a folder."""
    return [file.path for file in process.open_files() if file.path.startswith(str(folder))
            and ".db" in file.path]


def test_an_application_that_looked_whether_it_is_ready_holds_no_connection(tmp_path):
    here = make_settings(tmp_path)
    with create_app(here).app_context():
        schema.upgrade(db.engine)
        assert databases(psutil.Process(), tmp_path)
        db.engine.dispose()
    app = create_app(Installation(environment="production", instance=tmp_path,
                              database_url=here.database_url, secret_key=here.secret_key,
                              public_url="http://localhost"))
    with app.app_context():
        assert db.engine.pool.checkedin() == db.engine.pool.checkedout() == 0
    assert databases(psutil.Process(), tmp_path) == []


@pytest.mark.slow
def test_the_server_forks_with_nothing_open_and_each_worker_opens_its_own(tmp_path):
    with serving.on_sqlite(tmp_path) as server:
        for _ in range(20):
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz", timeout=10):
                pass
        master, *workers = server.processes()
        assert databases(master, tmp_path) == []
        assert len(workers) == 2 and any(databases(worker, tmp_path) for worker in workers)
