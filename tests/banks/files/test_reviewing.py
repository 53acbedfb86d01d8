"""Deciding about a file and undoing it: on the pages, by commands, by who may."""

from __future__ import annotations

import csv
import io
import re

import pytest
import sqlalchemy as sa

from isotrain.banks.models import BankDecision, BatchUndo, Question
from isotrain.db import db
from tests.banks.files.test_deciding import PUT_RIGHT, TYPO, stems
from tests.banks.files.test_upload_pages import upload
from tests.banks.making import a_bank, a_trainer, applied, checked
from tests.banks.test_command import run  # noqa: F401 - a fixture
from tests.factories import client_of, post

MEANT = {"topic": "audits", "difficulty": "1", "use": "exam"}


@pytest.fixture
def address(client, bank_id):
    """The check of a file with one word put right, in a bank that has the slip."""
    applied(bank_id, checked(bank_id, TYPO))
    return upload(client, bank_id, PUT_RIGHT).location


def decide(client, address, **values):
    answer = post(client, address, values, to=f"{address}/decisions")
    assert answer.status_code == 303
    return client.get(answer.location).text


def test_what_looks_alike_is_shown_word_by_word_and_decided_by_a_press(client, bank_id, address):
    page = client.get(address).text
    assert "1 question of the file looks like one that the bank has." in page
    assert "Q-1, 97\xa0% alike" in page and 'value="Apply"' not in page
    assert re.search(r"<del>recieves</del>\s*<ins>receives</ins>", page)
    page = decide(client, address, place="line 1", decision="change")
    assert "0 new and 1 changed questions come in as drafts." in page
    assert 'value="change" aria-pressed="true">Change Q-1' in page
    done = post(client, address, MEANT)
    assert "0 new questions, 1 new version, 2 unchanged" in client.get(done.location).text
    assert stems(bank_id)["Q-1"] == ("Who receives the alarm first?", 2)


def test_nothing_is_applied_while_something_looks_alike(client, bank_id, address):
    refused = post(client, address, MEANT)
    assert refused.status_code == 422
    assert "Decide first whether it changes that one." in refused.text
    assert len(stems(bank_id)) == 3


def test_one_press_decides_about_all_that_look_alike(client, address):
    page = decide(client, address, effect="alike", decision="add")
    assert "1 new and 0 changed questions come in as drafts." in page


def test_what_cannot_be_decided_is_said(client, address):
    for values in ({"place": "line 3", "decision": "change"}, {"place": "line 1"},
                   {"effect": "unchanged", "decision": "leave"}, {}):
        assert "This cannot be decided about that question." in decide(client, address, **values)
    assert db.session.scalar(sa.select(sa.func.count(BankDecision.id))) == 0


def test_the_list_is_filtered_by_what_becomes_of_a_question(client, address):
    def shown(**query):
        page = client.get(address, query_string=query).text
        return re.findall(r'<span class="preview-stem"><bdi>(.*?)</bdi>', page)

    assert shown(show="alike") == shown(show="look") == ["Who receives the alarm first?"]
    assert len(shown(show="unchanged")) == 2 and len(shown()) == 3
    assert shown(show="new") == []
    assert "None of these any more." in client.get(address, query_string={"show": "new"}).text
    assert client.get(address, query_string={"show": "strange"}).status_code == 400
    assert client.get(address, query_string={"open": "all"}).text.count("<details open>") == 3


def test_a_decision_keeps_the_filter_and_the_defaults(client, address):
    query = "?topic=audits&difficulty=1&use=exam&do=show&show=look"
    answer = post(client, address, {"place": "line 1", "decision": "leave"},
                  to=f"{address}/decisions{query}")
    assert answer.location.endswith(query)


def test_questions_that_the_file_lacks_are_named(client, bank_id, address):
    page = client.get(upload(client, bank_id, PUT_RIGHT.partition("\n\n")[0]).location).text
    assert "2 questions of the bank are not in the file. They stay as they are." in page
    assert "Where is the muster point?" in page


def test_what_came_in_is_listed_and_undone(client, bank_id, address):
    decide(client, address, place="line 1", decision="change")
    post(client, address, MEANT)
    listing = f"/banks/{bank_id}/batches"
    listed = client.get(listing).text
    links = re.findall(rf"/banks/{bank_id}/batches/\d+", listed)
    assert len(links) == 2
    page = client.get(links[0]).text
    assert "Undo this" in page and "Who receives the alarm first?" in page
    answer = post(client, links[0], to=f"{links[0]}/undo")
    page = client.get(answer.location).text
    assert "Undone. The bank is as it was before." in page
    assert "Undo this" not in page
    assert stems(bank_id)["Q-1"] == ("Who recieves the alarm first?", 1)
    page = client.get(post(client, listing, to=f"{links[0]}/undo").location).text
    assert "This was undone before." in page
    assert db.session.scalar(sa.select(sa.func.count(BatchUndo.batch_id))) == 1


def test_where_nothing_came_in_it_says_how_it_would(client, bank_id):
    page = client.get(f"/banks/{bank_id}/batches").text
    assert "Nothing was done together yet" in page


def test_other_trainers_see_and_undo_nothing(app, client, bank_id, address):
    stranger = client_of(app, a_trainer())
    [batch] = re.findall(r"/batches/(\d+)", client.get(f"/banks/{bank_id}/batches").text)
    for path in (f"{bank_id}/batches", f"{bank_id}/batches/{batch}"):
        assert stranger.get(f"/banks/{path}").status_code == 404
    for path, values in ((f"/banks/{bank_id}/batches/{batch}/undo", {}),
                         (f"{address}/decisions", {"place": "line 1", "decision": "add"})):
        assert post(stranger, "/banks", values, to=path).status_code == 404
    assert client.get(f"/banks/{bank_id}/batches/{batch}7").status_code == 404
    other = a_bank()
    assert client.get(f"/banks/{other}/batches/{batch}").status_code == 404


# -- by commands


@pytest.fixture
def first(run):  # noqa: F811
    run("import", "b", "file_gift", "--create", "B", file_gift=TYPO)
    return lambda *words, **files: run("import", "b", "file_gift", *words,
                                       **{"file_gift": PUT_RIGHT, **files})


def count(table):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_command_stops_where_something_looks_alike_and_says_how_to_go_on(first):
    stopped = first()
    assert stopped.exit_code == 1
    assert "line 1 looks like Q-1 (97 %): Who receives the alarm first?" in stopped.stderr
    assert "--alike" in stopped.stderr and count(Question) == 3
    done = first("--alike", "change")
    assert "0 new questions, 1 new version, 2 unchanged" in done.stdout


def test_a_command_writes_what_would_become_and_does_what_the_table_says(first, tmp_path):
    table = tmp_path / "plan.csv"
    said = first("--plan", str(table))
    assert "3 questions written" in said.stdout and count(Question) == 3
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"))))
    assert [(row["place"], row["effect"], row["key"], row["decision"]) for row in rows] == [
        ("line 1", "alike", "Q-1", ""), ("line 3", "unchanged", "Q-2", ""),
        ("line 5", "unchanged", "Q-3", "")]
    decided = "place;decision\nline 1;change\nline 3;\n"
    done = first("--decisions", "decided_csv", decided_csv=decided)
    assert "1 new version" in done.stdout, done.stderr


@pytest.mark.parametrize(("table", "said"), [
    ("place,decision\nline 1,burn\n", "line 2: 'burn' is none of: change, add, leave"),
    ("place,decision\nline 9,leave\n", "This cannot be decided about: line 9."),
    ("place,decision\nline 3,change\n", "This cannot be decided about: line 3."),
    ("where,what\n", "needs the columns place and decision"),
    ("", "needs the columns place and decision"),
], ids=["word", "place", "offer", "columns", "empty"])
def test_a_table_that_cannot_be_followed_is_refused(first, table, said):
    done = first("--decisions", "decided_csv", decided_csv=table)
    assert (done.exit_code, said in done.stderr) == (1, True), done.stderr


def test_commands_list_what_came_in_and_undo_it(first, run):  # noqa: F811
    first("--alike", "change")
    listed = run("batches", "b").stdout.splitlines()
    assert len(listed) == 2 and "file.gift: 0 new questions, 1 new version" in listed[0]
    batch = listed[0].split()[0]
    assert run("undo", "b", batch).stdout == "Undone.\n"
    assert "undone 20" in run("batches", "b").stdout
    again = run("undo", "b", batch)
    assert (again.exit_code, "undone before" in again.stderr) == (1, True)
    assert "does not exist" in run("undo", "b", "4711").stderr
    assert run("undo", "b", "9" * 30).exit_code == 2


def test_what_the_bank_said_before_is_put_back_only_when_that_is_said(first):
    first("--alike", "change")
    older = first("--plan", "out_csv", file_gift=TYPO, out_csv="")
    assert older.exit_code == 0
    done = first(file_gift=TYPO + "\n")
    assert "0 new questions, 0 new versions, 2 unchanged, 1 left out." in done.stdout, done.stderr
