"""Sheets are proposed as the topics of their questions, and the trainer decides."""

from __future__ import annotations

import io

import openpyxl
import pytest
import sqlalchemy as sa

from isotrain.banks.models import QuestionVersion
from isotrain.banks.rules import Defaults, Vocabulary, proposed_topic, settle
from isotrain.db import db
from tests.banks.files.test_choosing import upload
from tests.banks.making import a_bank, a_draft
from tests.banks.test_command import run  # noqa: F401 - a fixture
from tests.factories import post

HEADER = ["Question", "Option A", "Option B", "Answer"]
SAVED = {"topic": "", "difficulty": "1", "use": "exam"}
LIBRARY = Vocabulary(topics={"audits": "Internal audits", "risk": "Risk"})


def weeks(*names, header=HEADER, more=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, name in enumerate(names, 1):
        sheet = book.create_sheet(name)
        sheet.append(header)
        sheet.append([f"Question {number}?", "yes", "no", "A", *more])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def topics():
    db.session.rollback()
    query = sa.select(QuestionVersion.topic).order_by(QuestionVersion.id)
    return list(db.session.scalars(query))


def test_the_sheets_are_proposed_on_the_page_and_taken(client, bank_id):
    check = upload(client, bank_id, weeks("Week 1", "Week 2"), "weeks.xlsx")
    page = client.get(check).text
    assert "Take the name of the sheet or category as the topic" in page
    assert "Proposed: Week 1, Week 2." in page and 'name="sheets" type="checkbox"' in page
    assert "Week 1 ·" in page and "no topic" not in page
    assert post(client, check, {**SAVED, "sheets": "y"}).status_code == 303
    assert topics() == ["Week 1", "Week 2"]


def test_a_trainer_can_decline_the_proposal(client, bank_id):
    check = upload(client, bank_id, weeks("Week 1", "Week 2"), "weeks.xlsx")
    assert post(client, check, {**SAVED, "topic": "Basics"}).status_code == 303
    assert topics() == ["Basics", "Basics"]


def test_a_declined_proposal_stays_declined_while_the_file_is_checked_again(client, bank_id):
    check = upload(client, bank_id, weeks("Week 1", "Week 2"), "weeks.xlsx")
    again = post(client, check, {**SAVED, "do": "show"}).text
    assert "no topic" in again
    taken = post(client, check, {**SAVED, "do": "show", "sheets": "y"}).text
    assert "no topic" not in taken


def test_a_topic_in_a_column_comes_before_the_sheet(client, bank_id):
    data = weeks("Week 1", "Week 2", header=[*HEADER, "Topic"], more=["Risk"])
    check = upload(client, bank_id, data, "weeks.xlsx")
    assert "Proposed:" not in client.get(check).text
    assert post(client, check, {**SAVED, "sheets": "y"}).status_code == 303
    assert topics() == ["Risk", "Risk"]


@pytest.mark.parametrize("names", [["Sheet1", "Sheet2"], ["Week 1"]])
def test_names_that_say_nothing_and_single_sheets_propose_nothing(client, bank_id, names):
    check = upload(client, bank_id, weeks(*names), "weeks.xlsx")
    assert "Proposed:" not in client.get(check).text


@pytest.mark.parametrize(("option", "taken"), [
    ([], ["Week 1", "Week 2"]), (["--no-sheets-as-topics"], ["Basics", "Basics"])])
def test_a_command_takes_the_sheets_unless_told_otherwise(run, tmp_path, option, taken):  # noqa: F811
    a_bank()
    (tmp_path / "weeks.xlsx").write_bytes(weeks("Week 1", "Week 2"))
    done = run("import", "audits", str(tmp_path / "weeks.xlsx"), "--topic", "Basics", *option)
    assert done.exit_code == 0, done.output
    assert topics() == taken


def test_categories_of_other_formats_are_taken_only_when_asked(run, tmp_path):  # noqa: F811
    a_bank()
    for option, stem in (([], "One"), (["--sheets-as-topics"], "Two")):
        file = tmp_path / f"{stem}.gift"
        file.write_text(f"$CATEGORY: ISO 9001/Risk\n\n{stem}? {{=a ~b}}\n")
        assert run("import", "audits", str(file), *option).exit_code == 0
    assert topics() == [None, "Risk"]


@pytest.mark.parametrize(("category", "topic"), [
    ("internal AUDITS", "audits"), ("risk", "risk"), ("Week 1", ""), ("", "")])
def test_a_library_gives_only_topics_that_it_has(category, topic):
    draft = a_draft(category=category, topic="")
    assert proposed_topic(draft, LIBRARY) == topic
    settled = settle(draft, LIBRARY, language="en", defaults=Defaults("risk", sheets=True))
    assert settled.written.topic == (topic or "risk")
