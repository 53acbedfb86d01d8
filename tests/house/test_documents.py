"""Documents are true where a machine can tell: commands, options, variables, files, tables."""

from __future__ import annotations

import re

import click
import pytest

from isotrain.db import Base
from isotrain.settings.definitions import DEFINITIONS
from isotrain.timetable import JOBS
from tests.house import links
from tests.house.test_floors import PACKAGE, ROOT, modules

DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "isotrain" / "README.md",
             ROOT / "question_banks" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# `flask ...` of Flask itself, and the small script that docs/running.md lays out.
OF_FLASK = {"run", "shell", "routes"}
CODE = re.compile(r"```.*?```|^    .+?$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"(?:^|[\s`(])(?:flask(?: --app app)?|isotrain) ((?:[a-z][a-z-]*|[A-Z_]+|--).*)")


def said(path):
    """Return the pieces of a document that are code."""
    return CODE.findall(path.read_text("utf-8"))


def calls():
    """Yield every command that a document names, with its document."""
    for path in DOCUMENTS:
        for piece in said(path):
            for line in piece.strip("`").splitlines():
                found = CALL.search(line.rstrip("\\"))
                if found and not line.lstrip().startswith(("#", "useradd", "git")):
                    yield path.name, found[1].split("#")[0].strip("` ")


CALLS = sorted(set(calls()))


def command_of(root, words):
    """Follow the words of a call down to its command; return it and the words that are left."""
    found = root
    while words and isinstance(found, click.Group) and words[0] in found.commands:
        found, words = found.commands[words[0]], words[1:]
    return found, words


@pytest.mark.parametrize(("document", "call"), CALLS)
def test_every_command_in_a_document_exists_with_its_options(app, document, call):
    words = re.split(r"[\s|\[\]]+", call.split("  ")[0])
    if words[0] in OF_FLASK or not re.fullmatch(r"[a-z][a-z-]*", words[0]):
        return
    command, left = command_of(app.cli, words)
    assert command is not app.cli, f"there is no command {words[0]}"
    if isinstance(command, click.Group) and left and re.fullmatch(r"[a-z][a-z-]+", left[0]):
        pytest.fail(f"{words[0]} has no command {left[0]}")
    known = {option for parameter in command.params for option in parameter.opts}
    asked = {word.partition("=")[0] for word in left if word.startswith("--")}
    assert asked <= known | {"--help"}


def test_enough_commands_were_looked_at():
    assert len(CALLS) > 40


def variables(text):
    return set(re.findall(r"\bISOTRAIN_[A-Z_]+", text))


def test_every_variable_is_documented_and_every_documented_one_is_read():
    code = "\n".join(path.read_text("utf-8") for path in modules())
    installation = (PACKAGE / "config.py").read_text("utf-8")
    names = re.findall(r"(?<![.\w])get\(\"([A-Z_]+)\"", installation)
    read = variables(code) | {f"ISOTRAIN_{name}" for name in names}
    read |= {f"ISOTRAIN_{setting.variable}" for setting in DEFINITIONS}
    told = set().union(*(variables(path.read_text("utf-8")) for path in DOCUMENTS))
    assert told - read == set(), "documented, but nobody reads them"
    assert read - told - {"ISOTRAIN_"} == set(), "read, but not documented"


PATH = re.compile(r"(?<![\w/])(?:isotrain|tests|templates|static|docs|question_banks)/[\w./<>-]+")


def test_every_file_that_a_document_names_is_there():
    missing = {
        (path.name, name.rstrip("./")) for path in DOCUMENTS
        for name in PATH.findall(path.read_text("utf-8"))
        if "<" not in name and not (ROOT / name.rstrip("./")).exists()
    }
    assert missing == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(document):
    found = links.links(document.read_text("utf-8"))
    assert [fault for link in found if (fault := links.fault(document, link))] == []


def test_the_page_on_running_names_every_job_in_its_table():
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[a-z`, -]+`) \| every", page, re.M)
    named = [name for row in rows for name in re.findall(r"`([a-z-]+)`", row)]
    assert sorted(named) == sorted(job.name for job in JOBS.each)


def test_every_table_in_the_page_on_privacy_is_there():
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z_]+)`", page))
    assert named and named <= set(Base.metadata.tables)


def test_every_table_that_holds_something_about_a_person_is_in_the_page_on_privacy():
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z_]+)`", page))
    persons = {"user_id", "name", "email", "personnel_no", "holder"}
    about = {table.name for table in Base.metadata.sorted_tables
             if persons & {column.name for column in table.columns}}
    assert about - named - NO_PERSON == set()


# Tables with such a column that say nothing about a person beyond who looks after what.
NO_PERSON = {"job", "unit", "site", "bank_member", "course_member", "library_member", "user_role",
             "password", "one_time_link", "assignment", "certificate", "requirement"}
