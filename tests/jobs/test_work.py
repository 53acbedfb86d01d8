"""Long work that a person asked for: done once, followed, cancelled, taken by nobody else."""

from __future__ import annotations

import io
import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import current_app
from python_calamine import CalamineWorkbook

from isotrain import clock, config
from isotrain.accounts.permissions import Permission, Role
from isotrain.assignments import assigning
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.jobs import asking, carrying_out, work
from isotrain.jobs.models import Work
from isotrain.jobs.rules import LEASE
from isotrain.jobs.stepping import inside
from isotrain.jobs.work import CANCELLED, DONE, FAILED, RUNNING, WAITING, Kind, Kinds
from isotrain.people import granting
from isotrain.records import exporting, preparing
from isotrain.scratch import PREFIX
from isotrain.settings import house
from isotrain.study.models import Course
from isotrain.timetable import JOBS
from isotrain.web.transaction import transaction
from isotrain.wired import KEY
from tests.dying import die, dies
from tests.factories import BY, a_user, client_of, committed, post
from tests.jobs.making import kept, work_off

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def no_results(request):
    """Each test begins without the files of the one before: the database is new, too."""
    apps = [name for name in ("each_app", "each_course_app", "app") if name in request.fixturenames]
    request.getfixturevalue(apps[0])
    yield
    shutil.rmtree(work.folder(), ignore_errors=True)


@pytest.fixture
def a_kind(each_app, monkeypatch):
    """Return what lets the app do one kind of work, in a way a test says."""
    before = each_app.extensions[KEY]

    def having(run, permission=Permission.PEOPLE_READ):
        kind = Kind("try", "Trying", permission, run)
        monkeypatch.setitem(each_app.extensions, KEY,
                            replace(before, work=Kinds((kind,), before.work.may)))
        return kind
    return having


def writing_a_file(task):
    task.progress(0, 3)
    (task.folder / "scrap").write_text("x")
    path = task.folder / "made.txt"
    path.write_text("made")
    task.progress(3, 3)
    return path


def asked(kind, user=None) -> int:
    with committed():
        return asking.ask(kind.name, {}, user_id=user or a_user("hr")).id


def lying() -> list[str]:
    return sorted(path.name for path in work.folder().iterdir()) if work.folder().exists() else []


def test_work_that_was_asked_for_is_done_once_and_leaves_its_file(a_kind):
    kind = a_kind(writing_a_file)
    first, second = asked(kind), asked(kind)
    assert kept(first).state == WAITING
    assert work_off() == 2 and work_off() == 0
    row = kept(first)
    assert (row.state, row.done, row.total, row.file_name, row.size) == (DONE, 3, 3, "made.txt", 4)
    assert row.asked_at <= row.began_at <= row.ended_at
    _row, path = asking.get_result(first, user_id=row.asked_by)
    assert path.read_text() == "made"
    assert len(lying()) == 2 and second != first
    carrying_out.sweep()
    assert len(lying()) == 2


def test_many_workers_do_each_piece_once(a_kind):
    done, together = [], threading.Barrier(4)
    app = current_app._get_current_object()

    def run(task):
        done.append(task.id)
        return writing_a_file(task)

    kind = a_kind(run)
    user = a_user("hr")
    pieces = [asked(kind, user) for _ in range(5)]

    def look():
        together.wait()
        with app.app_context():
            work_off()

    workers = [threading.Thread(target=look) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == pieces
    assert {kept(piece).state for piece in pieces} == {DONE}


def test_work_whose_worker_died_is_begun_again_and_nothing_is_left_of_the_first(a_kind):
    kind = a_kind(lambda task: die())
    piece = asked(kind)
    dies(work_off)
    assert kept(piece).state == RUNNING and len(lying()) == 1
    a_kind(writing_a_file)
    assert work_off() == 0, "its worker may be alive"
    with clock.moved_by(LEASE + timedelta(seconds=1)):
        assert work_off() == 1
    assert kept(piece).state == DONE and lying() == [kept(piece).held_by]


def test_a_worker_that_dies_with_its_file_in_place_leaves_nothing(a_kind, monkeypatch):
    kind = a_kind(writing_a_file)
    piece = asked(kind)
    with monkeypatch.context() as broken:
        broken.setattr(carrying_out, "_end", die)
        dies(work_off)
    assert len(lying()) == 1
    with clock.moved_by(LEASE + timedelta(seconds=1)):
        assert work_off() == 1
    sum(JOBS.get("sweep").run(transaction))
    assert lying() == [kept(piece).held_by]


def test_work_that_outlives_three_workers_is_given_up(a_kind):
    piece = asked(a_kind(lambda task: die()))
    for n in range(carrying_out.TRIES):
        with clock.moved_by(n * (LEASE + timedelta(seconds=1))):
            dies(work_off)
    with clock.moved_by(9 * LEASE):
        assert work_off() == 1
    row = kept(piece)
    assert row.state == FAILED and "three times" in row.sentence


def test_work_that_is_cancelled_before_it_begins_never_begins(a_kind):
    piece = asked(a_kind(lambda task: 1 / 0))
    user = kept(piece).asked_by
    with committed():
        assert asking.cancel(piece, user_id=user)
        assert not asking.cancel(piece, user_id=user)
    assert work_off() == 0 and kept(piece).state == CANCELLED


def test_work_that_is_cancelled_while_it_runs_stops_and_leaves_nothing(a_kind):
    went_on = []

    def run(task):
        with committed():
            asking.cancel(task.id, user_id=task.asked_by)
        (task.folder / "half").write_text("x")
        task.progress(1, 1)
        went_on.append(1)
        return task.folder / "half"

    piece = asked(a_kind(run))
    work_off()
    assert kept(piece).state == CANCELLED and went_on == [] and lying() == []


def test_work_that_is_cancelled_at_the_very_end_leaves_nothing_either(a_kind):
    def run(task):
        path = writing_a_file(task)
        with committed():
            asking.cancel(task.id, user_id=task.asked_by)
        return path

    piece = asked(a_kind(run))
    work_off()
    assert kept(piece).state == CANCELLED and lying() == []


def test_a_worker_that_is_told_to_stop_leaves_the_work_to_the_next(a_kind):
    stop = []

    def run(task):
        stop.append(1)
        task.progress(1, 2)
        return writing_a_file(task)

    piece = asked(a_kind(run))
    work_off(stopping=lambda: bool(stop))
    assert (kept(piece).state, kept(piece).tries) == (WAITING, 0) and lying() == []
    assert work_off() == 1 and kept(piece).state == DONE


@pytest.mark.parametrize(("error", "sentence"), [
    (Refusal("Too much of it."), "Too much of it."),
    (ZeroDivisionError(), "It broke off: ZeroDivisionError. Ask your administrator."),
])
def test_work_that_fails_says_why_and_leaves_nothing(a_kind, error, sentence):
    def run(task):
        (task.folder / "half").write_text("x")
        raise error

    piece = asked(a_kind(run))
    assert work_off() == 1
    assert (kept(piece).state, kept(piece).sentence) == (FAILED, sentence) and lying() == []


def test_work_of_somebody_who_may_no_longer_do_it_is_refused(a_kind):
    user = a_user("hr")
    piece = asked(a_kind(writing_a_file), user)
    with committed():
        granting.give_roles(user, frozenset(), by=BY)
    work_off()
    assert kept(piece).state == FAILED and "no longer" in kept(piece).sentence


def test_nobody_asks_for_more_than_five_pieces_at_once(a_kind):
    kind, user = a_kind(writing_a_file), a_user("hr")
    for _ in range(asking.AT_ONCE):
        asked(kind, user)
    with pytest.raises(Refusal, match="Wait for one"):
        asked(kind, user)
    asked(kind)
    work_off()
    asked(kind, user)


def test_work_of_nobody_of_somebody_else_and_of_no_kind_is_not_found(a_kind):
    user = a_user("hr")
    own = asked(a_kind(lambda task: None), user)
    for number, who in ((own + 1, user), (own, a_user("hr"))):
        with pytest.raises(NotFound):
            asking.get_own(number, user_id=who)
    work.result_of(asking.get_own(own, user_id=user)).parent.mkdir(parents=True, exist_ok=True)
    work.result_of(asking.get_own(own, user_id=user)).touch()
    with pytest.raises(NotFound):  # it is not done yet
        asking.get_result(own, user_id=user)
    with pytest.raises(NotFound), committed():
        asking.ask("else", {}, user_id=user)


def test_files_go_after_a_day(a_kind):
    piece = asked(a_kind(writing_a_file))
    work_off()
    with clock.moved_by(24 * HOUR - timedelta(minutes=1)):
        assert sum(JOBS.get("purge-work").run(transaction)) == 0
        assert len(lying()) == 1
    with clock.moved_by(24 * HOUR + timedelta(minutes=1)):
        assert sum(JOBS.get("purge-work").run(transaction)) == 1
    assert lying() == [] and kept(piece).purged_at is not None


def test_a_restored_place_waits_for_nothing_and_promises_no_file(a_kind):
    kind = a_kind(writing_a_file)
    done = asked(kind)
    work_off()
    waits = asked(kind)
    with committed():
        asking.forget_all()
    assert kept(waits).state == CANCELLED and kept(done).purged_at is not None


# -- pages

def taken(client, page: str) -> bytes:
    with client.get(f"{page}/file") as file:
        assert file.status_code == 200
        assert file.headers["Content-Disposition"].startswith("attachment")
        return file.data


def test_a_piece_of_work_is_followed_from_asking_to_its_file(each_app):
    hr = a_user("hr", name="Hedda;=Roe", number="0042")
    client = client_of(each_app, hr)
    answer = post(client, "/people", to="/people/export?state=all")
    page = answer.location
    waiting = client.get(page).text
    assert "Waiting" in waiting and "within a few seconds" in waiting and "<noscript>" in waiting
    assert "Long work" in client.get("/people").text
    work_off()
    shown = client.get(page).text
    assert "The file is ready" in shown and "<noscript>" not in shown
    assert "people.xlsx" in client.get("/work").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(taken(client, page)))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 2 and rows[1][0] == "0042" and rows[1][1] == "Hedda;=Roe"
    assert db.session.scalars(sa.select(Event.action).where(Event.actor_id == hr)).all().count(
        "list.exported") == 1


def test_every_state_has_its_page(a_kind, each_app):
    user = a_user("hr")
    kind, client = a_kind(writing_a_file), client_of(each_app, user)
    texts = {
        "running": "It has begun.", "counted": "1,000 of 4,000 rows", "failed": "Too much of it.",
        "cancelled": "This work was cancelled", "gone": "The file was deleted",
    }
    piece = asked(kind, user)
    for state, text in texts.items():
        with committed():
            row = db.session.get_one(Work, piece, populate_existing=True)
            over = state not in ("running", "counted")
            row.state = {"counted": "running", "gone": "done"}.get(state, state)
            row.held_by, row.began_at = "x", clock.now()
            row.done, row.total = (1000, 4000) if state == "counted" else (0, None)
            row.ended_at = clock.now() if over else None
            row.sentence = text if state == "failed" else None
            row.purged_at, row.file_name = (
                (clock.now(), "made.txt") if state == "gone" else (None, None))
        shown, listed = client.get(f"/work/{piece}"), client.get("/work")
        assert shown.status_code == listed.status_code == 200 and text in shown.text
    assert client.get(f"/work/{piece}/file").status_code == 404


def test_work_is_cancelled_on_its_page(each_app):
    client = client_of(each_app, a_user("hr"))
    page = post(client, "/people", to="/people/export").location
    answer = post(client, page, to=f"{page}/cancel")
    assert answer.status_code == 303 and "This work was cancelled" in client.get(page).text
    other = client_of(each_app, a_user("hr"))
    assert other.get(page).status_code == 404
    assert work_off() == 0


def test_nobody_who_lost_the_right_takes_the_file(each_app):
    user = a_user("hr", "admin")
    client = client_of(each_app, user)
    page = post(client, "/records/exports", {"format": "csv"}, to="/records/exports").location
    work_off()
    assert taken(client, page)
    with committed():
        granting.give_roles(user, frozenset({Role.ADMIN}), by=BY)
    assert client.get(f"{page}/file").status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_export_of_records_is_prepared_and_a_short_one_is_handed_out(
    each_course_app, monkeypatch, kind
):
    client = client_of(each_course_app, a_user("hr"))
    with client.get(f"/records/export?format={kind}") as short:
        assert short.mimetype == "application/zip"
    assert "Prepare an Excel workbook" not in client.get("/records/exports").text

    users = [a_user() for _ in range(3)]
    with committed():
        course = db.session.scalars(sa.select(Course.id)).first()
        for user in users:
            assigning.assign(course_id=course, target="person", user_id=user,
                             due_on=house.today(), by=BY, transaction=inside)
    monkeypatch.setattr(preparing, "AT_ONCE", 2)
    answer = client.get(f"/records/export?format={kind}&q=Person")
    assert answer.status_code == 303 and answer.location == "/records/exports?q=Person"
    assert "Prepare an Excel workbook" in client.get(answer.location).text
    page = post(client, "/account", {"format": kind}, to="/records/exports?q=Person").location
    work_off()
    with ZipFile(io.BytesIO(taken(client, page))) as archive:
        names = archive.namelist()
    assert len(names) == 2 and names[0].endswith(f".{kind}")
    assert kept(int(page.rpartition("/")[2])).done == 3


def test_an_export_of_no_known_kind_is_refused(app):
    client = client_of(app, a_user("hr"))
    answer = post(client, "/account", {"format": "docx"}, to="/records/exports")
    assert answer.status_code == 303 and "Choose CSV or XLSX" in client.get(answer.location).text


def test_a_killed_download_leaves_nothing_that_the_job_does_not_take(app, monkeypatch):
    client = client_of(app, a_user("hr"))
    here = config.current().instance
    with monkeypatch.context() as broken:
        broken.setattr(exporting, "signed_manifest", die)
        dies(lambda: client.get("/records/export?format=xlsx"))
    assert list(here.glob(f"{PREFIX}*"))
    assert sum(JOBS.get("sweep").run(transaction)) >= 1
    assert not list(here.glob(f"{PREFIX}*"))
