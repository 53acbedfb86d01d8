"""A crawl in the language nobody speaks: whatever a page shows was translated, or is data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
import sqlalchemy as sa

from isotrain.accounts import directory, inviting
from isotrain.accounts.models import Password
from isotrain.db import db
from isotrain.keeping import verifying
from isotrain.settings.definitions import BY_NAME
from isotrain.wired import KEY as WIRED
from tests.access.crawling import crawl
from tests.access.payloads import payload
from tests.access.test_matrix import address, cells
from tests.access.test_pages import STARTS
from tests.access.unmarked import WORD, Known, outside, unmarked
from tests.access.world import COURSE, PEOPLE_FILE, ROLES
from tests.catalogues import PSEUDO, Pseudo, speak
from tests.factories import committed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.access.conftest import Watch
    from tests.access.test_matrix import Cell
    from tests.access.world import World

# A file of questions in which every second thing is wrong.
DRILL = "What does ISO write?\nA. Standards\nB. Certificates\n\nWhat is it?\nA. One\nANSWER: A\n"
# What click says itself: "Error: ", "Usage: ".
CLICK = re.compile(r"^(Error|Usage|Try|Options):?")


@pytest.fixture
def foreign(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The seeded company, its pages in the language that nobody speaks."""
    speak(world.app, {PSEUDO: Pseudo()}, monkeypatch)
    return world


@pytest.fixture
def known(world: World) -> Known:
    """What the rows of the company hold."""
    if "known" not in world.kept:
        with world.app.app_context():
            world.kept["known"] = Known()
    return world.kept["known"]


@pytest.mark.parametrize("name", ["anon", *ROLES])
def test_nothing_on_any_page_is_untranslated(foreign: World, known: Known, name: str):
    found: dict[str, str] = {}
    for visit in crawl(foreign, foreign.people[name], STARTS, each=1):
        if visit.is_html and not 300 <= visit.status < 400:
            for text in unmarked(visit.text, known):
                found.setdefault(text, visit.url)
    fail_with(foreign, found, known)


def test_no_answer_to_a_form_is_untranslated(foreign: World, known: Known, watch: Watch):
    """Each form once empty and once filled in, by the first who may send it."""
    sent: set[str] = set()
    found: dict[str, str] = {}
    for cell in cells(foreign):
        if cell.method != "POST" or not cell.allowed or cell.endpoint in sent:
            continue
        sent.add(cell.endpoint)
        for filled in (False, True):
            for text in answer_to(foreign, cell, filled=filled, known=known):
                found.setdefault(text, str(cell))
            if watch.touched():
                watch.restore()
    assert len(sent) > 40
    fail_with(foreign, found, known)


def answer_to(world: World, cell: Cell, *, filled: bool, known: Known) -> list[str]:
    """Send a form; return what is not translated of the page that answers or that follows."""
    browser = world.browser(cell.who)
    data = payload(world, cell.endpoint, cell.who, cell.values) if filled else {}
    for value in data.values():
        known.learn(str(value))
    response = browser.post(address(world, cell), data={**data, "csrf_token": cell.who.token},
                            follow_redirects=True)
    shown = unmarked(response.text, known) if response.mimetype == "text/html" else []
    response.close()
    return shown


def fail_with(world: World, found: dict[str, str], known: Known) -> None:
    """Fail for what is no data; what was asked for may have left rows."""
    if not found:
        return
    with world.app.app_context():
        known = Known(known)
    left = [f"{where}: {text}" for text, where in found.items()
            if text.partition("> ")[2] not in known]
    if left:
        pytest.fail("\n".join(left), pytrace=False)


def test_no_letter_is_untranslated(foreign: World):
    user = foreign.people["other"].user_id
    with foreign.app.app_context():
        identity = directory.get_identity(user)
        for purpose in ("reset", "first_access"):
            with committed():
                if purpose == "first_access":
                    db.session.execute(sa.delete(Password).where(Password.user_id == user))
                letter = inviting.write_access_letter(user, {}, False)
            for text in (letter.subject, letter.text):
                assert WORD.findall(outside(text).replace(identity.name, "")) == [], text


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """Walk through every command of ours."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        yield (*path, name)


def test_no_help_of_a_command_is_untranslated(foreign: World):
    ours = [path for path in commands(foreign.app.cli) if path[0] not in ("run", "shell", "routes")]
    assert len(ours) > 50
    found = {}
    with foreign.app.app_context():
        for path in ours:
            command: click.Command = foreign.app.cli
            for name in path:
                command = command.commands[name]
            texts = [command.help, *(option.help for option in command.params
                                     if isinstance(option, click.Option))]
            # The lines that click adds are its own.
            left = [str(text) for text in texts if text and WORD.search(outside(str(text)))
                    and "Show this message" not in str(text)]
            if left or not command.help:
                found[" ".join(path)] = left
    assert found == {}


def test_every_command_says_what_it_is_for_when_it_is_asked(foreign: World):
    runner, failed = foreign.app.test_cli_runner(), {}
    for path in commands(foreign.app.cli):
        told = runner.invoke(args=[*path, "--help"])
        if told.exit_code or "--help" not in told.output:
            failed[" ".join(path)] = repr(told.exception)
    assert failed == {}


SAID = (
    ("settings", "list"), ("settings", "show", "language"), ("bank", "list"), ("course", "list"),
    ("course", "list", "--unplaced"), ("library", "list"), ("edition", "list"),
    ("mail", "status"), ("db", "status"), ("jobs", "list"), ("attempt", "show", "1"),
    ("attempt", "replay", "1"),
    ("attempt", "close-overdue"), ("course", "member", "list", COURSE), ("verify",),
    ("user", "access-link", "W001"), ("user", "role", "W001"), ("user", "role", "nobody"),
    ("course", "member", "remove", COURSE, "nobody"), ("certificate", "revoke", "26-0000-0000",
     "--reason", "Issued in error"), ("assign", COURSE, "--due", "2027-01-31"),
    ("bank", "member", "add", COURSE, "nobody"), ("bank", "member", "owner", COURSE, "nobody"),
    ("people", "access-sheets", "--unit", "nowhere", "--out", "{folder}/sheets.html"),
    ("people", "access-sheets", "--out", "{folder}/sheets.html"),
    ("people", "import", "--check", "{people}"), ("people", "import", "{wrong}"),
    ("bank", "check", "{questions}"), ("bank", "check", "{wrong}"),
    ("records", "export", "{folder}/records.csv"),
    ("records", "verify", "{folder}/records.csv", "{folder}/records.csv.manifest.json"),
    ("mail", "send"), ("bank", "import", "nowhere", "{questions}"), ("restore", "{wrong}"),
)


def test_nothing_a_command_says_is_untranslated(
    foreign: World, known: Known, watch: Watch, tmp_path: Path
):
    files = {"people": PEOPLE_FILE, "wrong": "personnel_no,name\n,\n=1,Nova\n", "questions": DRILL}
    places = {"folder": str(tmp_path)}
    for name, text in files.items():
        places[name] = str(tmp_path / f"{name}.{'txt' if name == 'questions' else 'csv'}")
        Path(places[name]).write_text(text, encoding="utf-8")
    jobs = [job.name for job in foreign.app.extensions[WIRED].jobs.each]
    for name in (*BY_NAME, *verifying.CHECKS, *jobs, "two_person_questions off",
                 "two_person_weakening on", "off", "on", "en",
                 "Nova Lind"):
        known.learn(name)
    said = []
    for arguments in SAID:
        done = foreign.app.test_cli_runner().invoke(
            args=[part.format(**places) for part in arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        for line in done.output.splitlines():
            left = CLICK.sub("", outside(line))
            for place in places.values():
                left = left.replace(place, "")
            said.append((f"{' '.join(arguments)}: {line}", left.strip()))
    with foreign.app.app_context():
        now = Known(known)
    found = [line for line, left in said if left not in now]
    if found:
        pytest.fail("\n".join(found), pytrace=False)
