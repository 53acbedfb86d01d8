"""Whether pages stay quick behind nginx and Caddy while many send slowly and some send much.

The proxies are set up as docs/running.md says, without TLS; one that is not installed is said and
left out.
"""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isotrain.config import ROOT
from isotrain.db import db
from tests.faults import people, serving
from tests.faults.serving import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.serving import Server

BY_NAME_ONLY = "about three minutes, and nginx and Caddy of the system"
DRIPPING, UPLOADS, ASKED, LIMIT = 200, 8, 150, 1.0
_NGINX = """worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{server} }}
"""


def run() -> Iterator[dict[str, Any]]:
    """Measure each proxy that is there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving.on_sqlite(folder) as server:
            for proxy, proxied in (("nginx", _nginx), ("caddy", _caddy)):
                if shutil.which(proxy) is None:
                    print(f"  (slow: {proxy} is not installed, nothing was measured behind it)")
                    continue
                with proxied(folder, server.port) as port:
                    yield _row(proxy, *_asked(server, port))


def _row(name: str, calm: float, late: float) -> dict[str, Any]:
    return {"name": f"p99 of a page while {DRIPPING} drip and {UPLOADS} upload, {name}",
            "value": round(late, 3), "limit": LIMIT, "unit": "s", "n": ASKED,
            "detail": f"{calm:.3f} s before"}


def _asked(server: Server, port: int) -> tuple[float, float]:
    """Return the 99th percentile of how long a page takes: before, and while others are slow."""
    calm = _percentile(port)
    stop = threading.Event()
    with server.inside().app_context():
        hr = people.made(server.inside(), UPLOADS, role="hr")
        db.session.remove()
        db.engine.dispose()
    others = [threading.Thread(target=_drip, args=(port, stop), daemon=True)
              for _ in range(DRIPPING)]
    others += [threading.Thread(target=_upload, args=(person, port, stop), daemon=True)
               for person in hr]
    for each in others:
        each.start()
    time.sleep(3)
    try:
        return calm, _percentile(port)
    finally:
        stop.set()
        for each in others:
            each.join(timeout=40)


def _percentile(port: int) -> float:
    took = []
    for _ in range(ASKED):
        began = time.monotonic()
        with suppress(OSError), urllib.request.urlopen(
                f"http://127.0.0.1:{port}/sign-in", timeout=30) as answer:
            answer.read()
        took.append(time.monotonic() - began)
        time.sleep(0.05)
    return sorted(took)[int(len(took) * 0.99)]


def _drip(port: int, stop: threading.Event) -> None:
    """Send the body of a form a byte at a time, and begin again when hung up on."""
    while not stop.is_set():
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=30) as end:
            end.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000\r\n"
                        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname=")
            while not stop.wait(0.5):
                end.sendall(b"x")


def _upload(person: people.Person, port: int, stop: threading.Event) -> None:
    """Send a file of ten million commas again and again."""
    head = (f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{person.csrf}\r\n'
            '--b\r\nContent-Disposition: form-data; name="file"; filename="wide.csv"\r\n\r\n')
    body = head.encode() + b"personnel_no,name\n" + b"," * 10_000_000 + b"\r\n--b--\r\n"
    headers = {"Cookie": person.cookie, "Content-Type": "multipart/form-data; boundary=b"}
    while not stop.is_set():
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/people/import", body, headers)
            connection.getresponse().read()


@contextmanager
def _nginx(folder: Path, port: int) -> Iterator[int]:
    here = free_port()
    server = _documented("nginx", "server {").replace("listen 443 ssl", f"listen 127.0.0.1:{here}")
    server = re.sub(r"^ *ssl_.*\n", "", server, flags=re.MULTILINE)
    server = server.replace("127.0.0.1:5000", f"127.0.0.1:{port}")
    server = server.replace("training.example.com", "127.0.0.1")
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, server=server))
    with _running(["nginx", "-c", str(config), "-g", "daemon off; user root;"], here):
        yield here


@contextmanager
def _caddy(folder: Path, port: int) -> Iterator[int]:
    here = free_port()
    site = _documented("Caddy", "training.example.com {")
    site = site.replace("training.example.com", f"http://127.0.0.1:{here}")
    site = site.replace("127.0.0.1:5000", f"127.0.0.1:{port}")
    version = subprocess.run(["caddy", "version"], capture_output=True, text=True).stdout
    found = re.match(r"v?2\.(\d+)", version)
    if found and int(found[1]) < 7:
        site = site.replace("request_buffers 21MB", "buffer_requests")
    config = folder / "Caddyfile"
    config.write_text("{\n  admin off\n}\n" + site)
    with _running(["caddy", "run", "--config", str(config), "--adapter", "caddyfile"], here):
        yield here


def _documented(proxy: str, begins: str) -> str:
    """Return the example for a proxy as docs/running.md prints it."""
    blocks = re.findall(r"```\n(.*?)```", (ROOT / "docs" / "running.md").read_text("utf-8"), re.S)
    found = [block for block in blocks if block.startswith(begins)]
    assert len(found) == 1, f"docs/running.md has {len(found)} examples for {proxy}"
    return found[0]


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        assert process.poll() is None, f"{command[0]} does not run"
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
