"""Settings of the production server, read by gunicorn: two processes, four threads each."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from typing import Any

from isotrain.config import read_environment, refuse_open_development
from isotrain.errors import Unready

MMAP_THRESHOLD, ARENA_MAX = -3, -8  # of malloc.h

bind = os.environ.get("ISOTRAIN_BIND", f"127.0.0.1:{os.environ.get('PORT', '5000')}")
workers = int(os.environ.get("ISOTRAIN_WORKERS", "2"))
threads = int(os.environ.get("ISOTRAIN_THREADS", "4"))
worker_class = "gthread"
# A request that saves an answer is never cut: workers finish what they do before they leave.
graceful_timeout = 20
timeout = 60
keepalive = 15
# Once for all workers, which share its pages: nothing of the database is open when they fork,
# because create_app closes what it looked through.
preload_app = True
accesslog = None
loglevel = "warning"
forwarded_allow_ips = os.environ.get("ISOTRAIN_FORWARDED_ALLOW_IPS", "127.0.0.1")


# A worker runs beside the server, unless it has a service of its own.
worker_beside = os.environ.get("ISOTRAIN_WORKER", "1") == "1"
_beside: list[int] = []


def when_ready(server: Any) -> None:
    """Start the worker and say where to go, once the address is really ours."""
    templates = server.app.wsgi().jinja_env
    for name in templates.list_templates():
        templates.get_template(name)
    gc.collect()
    gc.freeze()  # what is there stays where it is, so that workers share its pages
    if worker_beside:
        _start_worker(server)
    print(f"  Isotrain is at http://{bind}\n", flush=True)


def on_exit(_server: Any) -> None:
    """Stop the worker with the server."""
    from isotrain.jobs import beside

    for process in _beside:
        beside.stop(process)


def _start_worker(server: Any) -> None:
    from isotrain.jobs import beside
    from isotrain.web.transaction import transaction

    def leave() -> None:
        """The address stays the server's alone, so that another can have it afterwards."""
        for listener in server.LISTENERS:
            listener.close()

    _beside.append(beside.start(server.app.wsgi(), transaction=transaction, leave=leave))


def _give_back_large_blocks() -> None:
    """Have glibc return every block above 1 MiB to the system as soon as it is free.

    By itself it keeps them, and comparing a password takes 19 MiB in each thread.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(MMAP_THRESHOLD, 1024 * 1024)
        mallopt(ARENA_MAX, 2)


def _refuse_open_development() -> None:
    try:
        refuse_open_development(read_environment(), bind)
    except Unready as reason:
        print(f"Isotrain does not start: {reason}", file=sys.stderr)
        sys.exit(3)


_refuse_open_development()
_give_back_large_blocks()
