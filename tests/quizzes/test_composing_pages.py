"""The pages of composing, for trainers."""

from __future__ import annotations

import re
from html import unescape

import pytest

from isotrain.db import db
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.settings.definitions import TWO_PERSON_WEAKENING
from tests.attempts import sitting
from tests.counting import counted
from tests.factories import a_setting, a_user, client_of, csrf, post
from tests.quizzes.test_composing import a_trainer

CELL = "cell:iso-certification:{}:{}"
MODULE = "module:iso-certification:{}:{}"


@pytest.fixture
def browser(course_app):
    return client_of(course_app, a_trainer())


def text_of(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def fields_of(page: str) -> dict[str, str]:
    """Return what the blueprint form holds, as a browser would send it back."""
    form = page.split('<section class="card" aria-labelledby="publish">')[0]
    inputs = re.findall(r"<input[^>]*>", form)
    fields = {}
    for tag in inputs:
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") == "radio" and "checked" not in tag:
            continue
        if "name" in found:
            fields[unescape(found["name"])] = unescape(found.get("value", ""))
    fields["pass_mark_basis"] = "because"
    return fields


def save(browser, quiz_id=1, **changes):
    page = browser.get(f"/quizzes/{quiz_id}").text
    return browser.post(f"/quizzes/{quiz_id}", data={**fields_of(page), **changes})


def test_the_list_shows_quizzes_with_their_state(browser):
    text = text_of(browser.get("/quizzes"))
    assert "2 quizzes" in text and "Published, version 1" in text
    assert "1 quiz" in text_of(browser.get("/quizzes?kind=exam"))
    assert "No quiz matches" in text_of(browser.get("/quizzes?q=zzz"))


def test_a_trainer_without_banks_is_told_where_to_begin(course_app):
    browser = client_of(course_app, a_trainer(member=False))
    assert "No quizzes yet" in text_of(browser.get("/quizzes"))
    assert "You look after no course yet" in text_of(browser.get("/quizzes/new"))


def test_a_draft_is_saved_and_published(browser):
    a_setting(TWO_PERSON_WEAKENING, False)
    led = save(browser, title="New title", **{CELL.format(1, "iso"): "3"})
    assert led.status_code == 303, text_of(led)
    page = browser.get(led.location)
    assert "Draft of version 2" in text_of(page)
    done = post(browser, "/quizzes/1", {"base": _base(page.text)}, to="/quizzes/1/publish")
    assert done.status_code == 303
    assert "Version 2 is published" in text_of(browser.get(done.location))
    assert sitting.quiz_of().published_version_id == db.session.query(QuizVersion.id).filter_by(
        title="New title").scalar()


def _base(page):
    return re.search(r'name="base" type="hidden" value="(\w+)"', page).group(1)


def test_saving_without_a_change_keeps_every_cell(browser):
    before = db.session.get(QuizVersion, sitting.quiz_of().published_version_id).cells
    save(browser)
    draft = db.session.query(QuizVersion).filter_by(state="draft").one()
    assert sorted(draft.cells, key=str) == sorted(before, key=str)


def test_rows_by_module_are_saved_shown_open_and_kept(browser):
    assert '<details class="by-module">' in browser.get("/quizzes/1").text
    led = save(browser, **{MODULE.format(2, "M3"): "2"})
    page = browser.get(led.location).text
    assert '<details class="by-module" open>' in page
    draft = db.session.query(QuizVersion).filter_by(state="draft").one()
    wanted = {"bank": "iso-certification", "module": "M3", "difficulty": 2, "count": 2}
    assert wanted in draft.cells and len(draft.cells) == 19
    done = post(browser, "/quizzes/1", {"base": _base(page)}, to="/quizzes/1/publish")
    assert done.status_code == 303
    assert "M3 Audits" in text_of(browser.get("/quizzes/1/versions/2"))


@pytest.mark.parametrize("name", [CELL.format(1, ""), MODULE.format(1, ""), "module:x", "cell:"])
def test_a_row_without_a_name_asks_for_nothing(browser, name):
    assert save(browser, **{name: "3"}).status_code == 303


def test_a_short_cell_is_red_and_says_how_short(browser):
    led = save(browser, **{CELL.format(3, "iso"): "90"})
    page = browser.get(led.location)
    assert re.search(r"\d+ short: \d+ available", text_of(page))
    assert 'class="short"' in page.text
    refused = post(browser, "/quizzes/1", {"base": _base(page.text)}, to="/quizzes/1/publish")
    assert refused.status_code == 422
    assert "What ISO is, difficulty 3 needs 90 questions" in text_of(refused)


@pytest.mark.parametrize(("changes", "words"), [
    ({"title": ""}, "Enter the title"),
    ({"minutes": "long"}, "Not a valid integer value"),
    ({"minutes": ""}, "Enter a whole number"),
    ({"pass_mark": "101"}, "Enter a whole number from 1 to 100"),
    ({"order": "other"}, "Not a valid choice"),
    ({CELL.format(1, "iso"): "many"}, "Enter whole numbers of questions"),
    ({CELL.format(1, "iso"): "-4"}, "Enter whole numbers of questions"),
    ({CELL.format(1, "iso"): "9" * 30}, "Enter whole numbers of questions"),
    ({"cell:other-bank:1:iso": "3"}, "Draw from your own banks only"),
    ({CELL.format(7, "iso"): "3"}, "A difficulty is 1, 2 or 3"),
    ({MODULE.format(1, "M1"): "some"}, "Enter whole numbers of questions"),
    ({"module:other-bank:1:M1": "3"}, "Draw from your own banks only"),
])
def test_a_wrong_entry_is_named_and_nothing_is_saved(browser, changes, words):
    refused = save(browser, **changes)
    assert refused.status_code == 422
    assert words in text_of(refused)
    assert not db.session.query(QuizVersion).filter_by(state="draft").count()


def test_a_conflict_keeps_what_was_typed(course_app, browser):
    mine = fields_of(browser.get("/quizzes/1").text)
    colleague = client_of(course_app, a_trainer())
    save(colleague, title="Theirs")
    refused = browser.post("/quizzes/1", data={**mine, "title": "Mine"})
    assert refused.status_code == 409
    assert "A colleague has changed this quiz" in text_of(refused)
    assert 'value="Mine"' in refused.text
    again = browser.post("/quizzes/1", data={**fields_of(refused.text), "title": "Mine"})
    assert again.status_code == 303
    assert db.session.query(QuizVersion).filter_by(state="draft").one().title == "Mine"


def test_a_new_quiz_is_begun(browser):
    course = re.search(r'<option[^>]*value="(\d+)"', browser.get("/quizzes/new").text).group(1)
    led = post(browser, "/quizzes/new", {"course": course, "kind": "practice", "title": "Drill"})
    assert led.status_code == 303
    assert "Drill" in text_of(browser.get(led.location))
    assert db.session.query(Quiz).filter_by(slug="drill").one().kind == "practice"


@pytest.mark.parametrize("data", [{}, {"course": "999", "kind": "exam", "title": "T"},
                                  {"course": "x", "kind": "exam", "title": "T"},
                                  {"course": "1", "kind": "exam", "title": ""}])
def test_a_new_quiz_that_is_incomplete_is_refused(browser, data):
    assert post(browser, "/quizzes/new", data).status_code == 422


def test_a_published_version_can_be_read(browser):
    text = text_of(browser.get("/quizzes/1/versions/1"))
    assert "It never changes." in text and "30 minutes" in text and "80 %" in text
    assert browser.get("/quizzes/1/versions/9").status_code == 404


def test_a_sample_form_is_drawn(browser):
    page = browser.get("/quizzes/1/sample")
    assert page.status_code == 200
    assert page.text.count('class="sample-stem"') == 20
    assert browser.get("/quizzes/1/sample").text != page.text


@pytest.mark.parametrize("path", ["", "/versions/1", "/sample"])
def test_a_foreign_quiz_does_not_exist(course_app, path):
    outsider = client_of(course_app, a_trainer(member=False))
    assert outsider.get(f"/quizzes/1{path}").status_code == 404
    assert outsider.get(f"/quizzes/999999999999999999999{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/publish"])
def test_a_foreign_quiz_takes_nothing(course_app, path):
    outsider = client_of(course_app, a_trainer(member=False))
    token = csrf(outsider, "/account")
    assert outsider.post(f"/quizzes/1{path}", data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize("role", ["employee", "hr", "manager", "auditor", "admin"])
def test_only_trainers_compose(course_app, role):
    browser = client_of(course_app, a_user(role))
    for path in ("/quizzes", "/quizzes/new", "/quizzes/1", "/quizzes/1/sample"):
        assert browser.get(path).status_code == 403


def test_markup_in_titles_stays_text(browser):
    led = save(browser, title="<script>alert(1)</script>{{7*7}}")
    page = browser.get(led.location).text
    assert "<script>alert(1)" not in page and "{{7*7}}" in page


def test_pages_of_composing_ask_the_database_a_fixed_number_of_times(browser):
    for path, limit in (("/quizzes", 4), ("/quizzes/1", 11), ("/quizzes/1/versions/1", 4),
                        ("/quizzes/1/sample", 9)):
        browser.get(path)
        with counted() as queries:
            browser.get(path)
        assert len(queries) <= limit, (path, len(queries), queries)
