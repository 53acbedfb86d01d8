"""Commands about people: for whom they make sheets, and what they note."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain.accounts.models import OneTimeLink
from isotrain.audit.models import Event
from isotrain.db import db
from tests.factories import a_user
from tests.people.files.making import a_file, a_row, applied

WORDS = "correct horse battery"


@pytest.fixture
def run(app):
    return lambda *args: app.test_cli_runner().invoke(args=list(map(str, args)))


@pytest.fixture
def works(app):
    """Four people in two units, one under the other, and one who signs in already in each."""
    applied(a_file(a_row("1", "Ada", unit="Works"),
                   a_row("2", "Bo", unit="Paint", unit_parent="Works"), a_row("3", "Cy")))
    a_user(name="Di", number="4", password=WORDS)
    applied(a_file(a_row("4", "Di", unit="Paint", unit_parent="Works")))


def links() -> int:
    return db.session.scalar(sa.select(sa.func.count(OneTimeLink.id))) or 0


def test_sheets_are_for_those_in_the_unit_and_below_who_have_no_password(run, works, tmp_path):
    out = tmp_path / "sheets.html"
    for arguments, names in ((("--unit", "Works"), ("Ada", "Bo")), ((), ("Ada", "Bo", "Cy"))):
        done = run("people", "access-sheets", *arguments, "--out", out)
        assert f"{len(names)} sheets" in done.output
        text = out.read_text()
        assert [name for name in ("Ada", "Bo", "Cy", "Di") if f">{name}<" in text] == list(names)
    assert links() == 5


def test_where_everybody_has_a_password_no_sheet_is_made(run, app, tmp_path):
    a_user(name="Di", number="4", password=WORDS)
    done = run("people", "access-sheets", "--out", tmp_path / "sheets.html")
    assert done.exit_code == 1 and "Everybody there has a password" in done.output
    assert links() == 0 and not (tmp_path / "sheets.html").exists()


def test_where_the_file_cannot_be_written_links_stay_as_they_are(run, works, tmp_path):
    done = run("people", "access-sheets", "--out", tmp_path / "nowhere" / "sheets.html")
    assert done.exit_code == 1 and "No such file or directory." in done.output
    assert links() == 0


@pytest.mark.parametrize(("answer", "said"), [
    ("Production", "'Production' is no KEY=ANSWER."),
    ("unit:prodution=Paint", "'Paint' is no answer to unit:prodution. 1 question."),
    ("unit:other=Works", '1 question. Answer it, as with --answer "unit:prodution=...".'),
])
def test_an_answer_that_is_none_is_said(run, app, tmp_path, answer, said):
    applied(a_file(a_row("1", "Ada", unit="Production")))
    file = tmp_path / "people.csv"
    file.write_text("personnel_no,name,unit\n1,Ada,Prodution\n")
    done = run("people", "import", file, "--answer", answer)
    assert done.exit_code == 1 and said in done.output


def test_who_is_deactivated_by_command_is_so_for_the_reason_that_was_said(run, works):
    assert run("user", "deactivate", "1", "--reason", "Left the company").exit_code == 0
    assert run("user", "deactivate", "2").exit_code == 0
    events = db.session.scalars(sa.select(Event).where(
        Event.action == "user.deactivated").order_by(Event.id)).all()
    assert [(event.actor_kind, event.reason) for event in events] == [
        ("command", "Left the company"), ("command", None)]


def test_sites_are_listed_and_located_by_command(run):
    applied(a_file(a_row("1", site="North"), a_row("2", site="South")))
    done = run("people", "locate-site", "South", "australia/lord_howe")
    assert done.output == "South: days begin and end in Australia/Lord_Howe.\n"
    assert run("people", "locate-site", "South", "Australia/Lord_Howe").output == (
        "Nothing changed.\n")
    listed = [line.split() for line in run("people", "sites").output.splitlines()]
    assert listed == [["The", "organization's", "days", "are", "those", "of", "UTC."],
                      ["North", "-", "North"], ["South", "Australia/Lord_Howe", "South"]]
    assert run("people", "locate-site", "South").output == "South: days begin and end in UTC.\n"
    for arguments, said in ((("West", "UTC"), "There is no site 'West'."),
                            (("North", "Mars"), "Choose a time zone, such as Europe/Berlin")):
        done = run("people", "locate-site", *arguments)
        assert done.exit_code == 1 and said in done.output
