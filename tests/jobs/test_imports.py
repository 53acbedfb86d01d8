"""Large files are applied by a worker: once, whole or not at all, with an outcome in words."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Identity
from isotrain.banks.files import applying as bank_files
from isotrain.banks.models import Question
from isotrain.db import db
from isotrain.errors import Conflict
from isotrain.jobs import asking
from isotrain.jobs.carrying_out import Held
from isotrain.jobs.rules import LEASE
from isotrain.jobs.work import CANCELLED, DONE, FAILED
from isotrain.people.files import applying, writing
from isotrain.people.models import PeopleImport
from isotrain.settings import house
from tests.banks.making import a_bank, a_trainer
from tests.dying import die, dies
from tests.factories import a_user, client_of, committed, post
from tests.jobs.making import kept, work_off

PEOPLE = "personnel_no,name,unit\n7001,Ada Nowak,Press shop\n7002,Ben Nowak,Press shop\n"
QUESTIONS = "::One:: Who? {=A body ~ISO}\n\n::Two:: When? {=Now ~Never}\n\nNo key {~one ~two}\n"


@pytest.fixture(autouse=True)
def long(monkeypatch):
    """What this file brings is more than somebody waits for."""
    monkeypatch.setattr(applying, "AT_ONCE", 1)
    monkeypatch.setattr(bank_files, "AT_ONCE", 1)


def rows(table) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def ask_for_people(client) -> str:
    """Upload a people file, apply what it would do, and return the page of that work."""
    sent = {"file": (io.BytesIO(PEOPLE.encode()), "people.csv")}
    preview = post(client, "/people/import", sent, content_type="multipart/form-data").location
    return post(client, preview, {"effective_on": house.today().isoformat()},
                to=preview.partition("?")[0]).location


def ask_for_questions(client, bank_id: int, **chosen: str):
    sent = {"file": (io.BytesIO(QUESTIONS.encode()), "two.gift")}
    check = post(client, f"/banks/{bank_id}/uploads/new", sent,
                 content_type="multipart/form-data").location
    return post(client, check, {"do": "apply", "use": "exam", **chosen})


def number_of(page: str) -> int:
    return int(page.rpartition("/")[2])


def test_a_large_people_file_is_applied_by_a_worker_and_says_what_came_of_it(each_app):
    client = client_of(each_app, a_user("hr"))
    page, before = ask_for_people(client), rows(Identity)
    assert page.startswith("/work/") and "begins as soon as" in client.get(page).text
    assert work_off() == 1
    assert (rows(Identity), rows(PeopleImport)) == (before + 2, 1)
    shown = client.get(page).text
    assert "Applied: 2 new, 0 changed, 0 left. 2 new people need a way in" in shown
    assert 'href="/people"' in shown
    assert "Download" not in shown and "Import of a people file" in client.get("/work").text
    assert client.get(f"{page}/file").status_code == 404
    again = ask_for_people(client)
    work_off()
    assert "Nothing was changed" in client.get(again).text


def test_a_large_question_file_is_applied_by_a_worker_for_a_trainer(each_app):
    trainer = a_trainer(name="Tara")
    client, bank = client_of(each_app, trainer), a_bank(trainer)
    page = ask_for_questions(client, bank, skip_faulty="y").location
    assert work_off() == 1 and rows(Question) == 2
    shown = client.get(page).text
    assert "2 new questions" in shown and "1 left out" in shown and f'href="/banks/{bank}"' in shown
    twice = ask_for_questions(client, bank, skip_faulty="y")
    assert twice.status_code == 422 and "already applied" in twice.text and rows(Question) == 2


def test_faults_are_told_before_anybody_waits(each_app):
    trainer = a_trainer(name="Tara")
    client, bank = client_of(each_app, trainer), a_bank(trainer)
    answer = ask_for_questions(client, bank)
    assert answer.status_code == 422 and "has an error" in answer.text
    assert work_off() == 0 and rows(Question) == 0


def test_each_step_is_told_while_it_lasts(each_app, monkeypatch):
    client, told, read = client_of(each_app, a_user("hr")), [], applying.importing.read
    page = ask_for_people(client)

    def look(data, **more):
        db.session.rollback()  # what is read from here on is new
        told.extend((client.get(page).text, client.get("/work").text))
        return read(data, **more)

    monkeypatch.setattr(applying.importing, "read", look)
    work_off()
    assert "Step 1 of 2" in told[0] and "The file is read." in told[0]
    assert re.search(r'data-label="Rows" class="num"></td>', told[1]), "steps are no rows"


@pytest.mark.parametrize("at", ["before", "meanwhile"])
def test_an_import_that_is_cancelled_changes_nothing(each_app, monkeypatch, at):
    client = client_of(each_app, a_user("hr"))
    page, before = ask_for_people(client), rows(Identity)
    owner, read = kept(number_of(page)).asked_by, applying.importing.read

    def cancel():
        with committed():
            assert asking.cancel(number_of(page), user_id=owner)

    def reading(data, **more):
        file = read(data, **more)
        cancel()
        return file

    if at == "before":
        cancel()
    else:
        monkeypatch.setattr(applying.importing, "read", reading)
    work_off()
    assert kept(number_of(page)).state == CANCELLED and rows(Identity) == before
    assert "who were written already stay" in client.get(page).text


def test_one_that_was_cancelled_after_the_last_look_is_taken_back_whole(each_app, monkeypatch):
    client = client_of(each_app, a_user("hr"))
    ask_for_people(client)
    before, finish = rows(Identity), Held.finish

    def too_late(self, sentence):
        asking.cancel(self.id, user_id=self.asked_by)  # as if committed by another a moment ago
        finish(self, sentence)

    monkeypatch.setattr(Held, "finish", too_late)
    work_off()
    assert rows(Identity) == before and rows(PeopleImport) == 0


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_does_it_once(each_app):
    client = client_of(each_app, a_user("hr"))
    page, before = ask_for_people(client), rows(Identity)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Held, "finish", die)
        dies(work_off)
    assert rows(Identity) == before
    with clock.moved_by(LEASE + timedelta(seconds=1)):
        assert work_off() == 1
    assert kept(number_of(page)).state == DONE and rows(Identity) == before + 2


@pytest.mark.parametrize("gone", ["applied", "old"])
def test_a_file_that_is_gone_meanwhile_is_told(each_app, gone):
    client = client_of(each_app, a_user("hr"))
    page = ask_for_people(client)
    with clock.moved_by(timedelta(hours=25 if gone == "old" else 0)):
        if gone == "applied":
            token = kept(number_of(page)).params["token"]
            with committed():
                db.session.execute(sa.delete(applying.PeopleUpload).where(
                    applying.PeopleUpload.token == token))
        work_off()
        row = kept(number_of(page))
    assert row.state == FAILED and "more than a day old" in row.sentence


def test_what_cannot_be_applied_says_why_and_changes_nothing(each_app, monkeypatch):
    client = client_of(each_app, a_user("hr"))
    page = ask_for_people(client)
    monkeypatch.setattr(writing, "_write", lambda *args, **values: (_ for _ in ()).throw(
        Conflict("Somebody else was quicker.")))
    work_off()
    assert kept(number_of(page)).state == FAILED and rows(PeopleImport) == 0
    assert "Somebody else was quicker." in client.get(page).text
