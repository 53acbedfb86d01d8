"""A real server with the demo company, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from isotrain import create_app, schema
from isotrain.accounts import directory, signing_in
from isotrain.cli.demo import PASSWORD
from isotrain.db import db
from tests.access.crawling import crawl
from tests.catalogues import Strict
from tests.conftest import make_settings
from tests.factories import committed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, BrowserContext, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PEOPLE = {"employee": "1005", "trainer": "1003", "hr": "1004", "manager": "1002",
          "auditor": "9001", "admin": "9002"}
ROLES = ("anon", *PEOPLE)
STARTS = ("/", "/forgotten", "/verify", "/no-such-page", "/attempts")
# What a browser says of an answer that is no success, or of a worker that it cannot look up anew
# without a connection; a journey may want to meet either.
NOISE = ("Failed to load resource", "when fetching the script")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker("browser")


class Site:
    """The application, the address it is served at, and how to get in."""

    def __init__(self, app: Flask, url: str, folder: Path) -> None:
        self.app, self.url, self.folder = app, url, folder
        self.down = False
        self.adapter = app.url_map.bind(url.removeprefix("http://"))
        self.cookie_name = app.config["SESSION_COOKIE_NAME"]

    def __call__(self, environ: Any, start: Any) -> Any:
        """Answer as the application, or as the proxy before one that is down."""
        if not self.down:
            return self.app(environ, start)
        start("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"down"]

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Be out of reach for a while, whatever becomes of it."""
        self.down = True
        try:
            yield
        finally:
            self.down = False

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Work with the services as the application does."""
        with self.app.app_context():
            yield
            db.session.remove()

    def cookie(self, number: str) -> str:
        """Begin a session without a password; return the cookie that carries it."""
        with self.inside():
            user = directory.find_by_name(number)
            assert user is not None
            with committed():
                token = signing_in.start(user.id, browser="Chromium",
                                         by_request=None).signed_in.token
        client = self.app.test_client()
        with client.session_transaction() as stored:
            stored["_user_id"], stored["_fresh"] = token, True
        kept = client.get_cookie(self.cookie_name)
        assert kept is not None
        return kept.value

    def browser(self, who: Any) -> FlaskClient:
        """Return a client for crawling; `who` has a cookie."""
        client = self.app.test_client()
        if who.cookie:
            client.set_cookie(self.cookie_name, who.cookie)
        return client


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application on the demo company, served on a free port."""
    folder: Path = tmp_path_factory.mktemp("site")
    with _served(folder) as site:
        with site.inside():
            schema.upgrade(db.engine)
        told = site.app.test_cli_runner().invoke(args=["demo", "--quiet"])
        assert told.exit_code == 0, told.output
        yield site


@pytest.fixture(scope="session")
def stretched(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same company, in which everybody and everything bears a name of 120 letters in a row."""
    folder: Path = tmp_path_factory.mktemp("stretched")
    with site.inside(), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(site.folder, folder, dirs_exist_ok=True)
    with closing(sqlite3.connect(folder / "test.db")) as database:
        _stretch(database)
        database.commit()
    with _served(folder) as long_named:
        yield long_named


def _stretch(database: sqlite3.Connection) -> None:
    triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (trigger,) in triggers:
        database.execute(f'DROP TRIGGER "{trigger}"')
    columns = database.execute(
        "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p"
        " WHERE m.type = 'table' AND p.name IN ('name', 'title', 'email', 'file_name')")
    for table, column in columns.fetchall():
        value = (f"iif({column} IS NULL, NULL, 'x' || user_id || ? || '@example.com')"
                 if column == "email" else f"substr(replace({column}, ' ', '') || ?, 1, 120)")
        database.execute(f'UPDATE "{table}" SET {column} = {value}', ("Wm" * 60,))


@contextmanager
def _served(folder: Path) -> Iterator[Site]:
    server_socket = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://127.0.0.1:{server_socket.server_port}"
    app = create_app(_settings(folder, url), CATALOGUES={"en": Strict()})
    site = Site(app, url, folder)
    server_socket.app = site
    thread = threading.Thread(target=server_socket.serve_forever, daemon=True)
    thread.start()
    yield site
    server_socket.shutdown()
    thread.join()
    server_socket.server_close()
    with app.app_context():
        db.engine.dispose()


def _settings(folder: Path, url: str) -> Any:
    from dataclasses import replace

    return replace(make_settings(folder), public_url=url)


@dataclass(frozen=True)
class Reader:
    cookie: str


@pytest.fixture(scope="session")
def addresses(site: Site) -> dict[str, list[str]]:
    """One address of each page, with the first role that reaches it by links."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for role in ROLES:
        who = Reader(site.cookie(PEOPLE[role]) if role in PEOPLE else "")
        pages = [visit for visit in crawl(site, who, STARTS, each=1)
                 if visit.is_html and visit.status in (200, 404)]
        first = {visit.endpoint: visit.url for visit in reversed(pages)}
        found[role] = [url for endpoint, url in first.items() if endpoint not in seen]
        seen |= first.keys()
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all journeys; each gets contexts of its own."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def visitor(site: Site, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Make pages of browsers of their own; at the end none may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def visit(number: str = "", at: Site = site, **options: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = chromium.new_context(base_url=at.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if number:
            context.add_cookies([{"name": at.cookie_name, "value": at.cookie(number),
                                  "url": at.url}])
        page = context.new_page()
        watch(page, complaints)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def watch(page: Page, complaints: list[str]) -> None:
    """Note what the console says and what breaks; a breach of the page's policy is said there."""

    def heard(message: Any) -> None:
        if message.type in ("error", "warning") and not any(
                noise in message.text for noise in NOISE):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))


def sign_in(page: Page, number: str, password: str = PASSWORD) -> None:
    """Sign in as people do."""
    page.goto("/sign-in")
    page.get_by_label("Personnel number or e-mail").fill(number)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def menu(page: Page, name: str) -> None:
    """Go where an item of the menu leads."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()
