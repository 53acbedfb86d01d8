"""Settings of the production server, read by gunicorn: two processes, four threads each."""

from __future__ import annotations

import os
from typing import Any

bind = os.environ.get("ISOTRAIN_BIND", f"127.0.0.1:{os.environ.get('PORT', '5000')}")
workers = int(os.environ.get("ISOTRAIN_WORKERS", "2"))
threads = int(os.environ.get("ISOTRAIN_THREADS", "4"))
worker_class = "gthread"
# A request that saves an answer is never cut: workers finish what they do before they leave.
graceful_timeout = 20
timeout = 60
keepalive = 15
# Never preload: an open database connection must not be shared after a fork.
preload_app = False
accesslog = None
loglevel = "warning"
forwarded_allow_ips = os.environ.get("ISOTRAIN_FORWARDED_ALLOW_IPS", "127.0.0.1")


def when_ready(_server: Any) -> None:
    """Say where to go, once the address is really ours."""
    print(f"  Isotrain is at http://{bind}\n", flush=True)
