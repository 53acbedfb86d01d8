"""A type nobody knows goes the whole way: written, approved, asked, saved, marked, exported."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from isotrain import formats
from isotrain.banks import approving, directory, editing, versions
from isotrain.banks.files import exporting, planning
from isotrain.banks.models import Bank
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.keeping import verifying
from isotrain.study.models import Course
from tests.attempts import sitting
from tests.attempts.browsing import begin, form_fields, rows, text_of
from tests.attempts.sitting import EXAM, PRACTICE
from tests.banks.making import NOBODY, a_bank, a_trainer, applied, checked
from tests.factories import a_user, client_of, committed, csrf, post
from tests.questions.foreign import register
from tests.questions.pairing import Pairing

WRITTEN = {"stem": "Who *does* what?", "pair-1-left": "ISO", "pair-1-right": "writes",
           "pair-2-left": "A body", "pair-2-right": "certifies", "pair-3-left": "An accreditor",
           "pair-3-right": "accredits", "explanation": "canary why", "topic": "roles",
           "difficulty": "1", "use": "exam", "do": "save"}


@pytest.fixture
def foreign_app(each_course_app, monkeypatch):
    register(each_course_app, monkeypatch)
    return each_course_app


@pytest.fixture
def desk(foreign_app):
    """A trainer's browser and the trainer's own bank."""
    trainer = a_trainer()
    return client_of(foreign_app, trainer), a_bank(trainer)


def a_pairing(bank_id, *, use="exam", **changes):
    """Write and approve the question through the services; return its version's id."""
    sent = {name: [value] for name, value in {**WRITTEN, **changes}.items()}
    draft = replace(Pairing.edited(sent).draft(), topic="roles", difficulty=1, use=use)
    with committed():
        question = editing.add(bank_id, draft, by=NOBODY)
        version = question.latest_version_id
        approving.approve_many(bank_id, [question.id], by=NOBODY, transaction=inside)
        return version


def test_it_is_written_checked_changed_and_approved(desk):
    client, bank_id = desk
    new = f"/banks/{bank_id}/questions/new/pairing"
    assert 'href="' + new in client.get(f"/banks/{bank_id}").text
    assert client.get(new).text.count('name="pair-') == 4
    assert 'name="pair-4-right"' in post(client, new, {**WRITTEN, "do": "add"}).text
    refused = post(client, new, {**WRITTEN, "pair-2-right": " "})
    assert refused.status_code == 422
    assert '<a href="#pair-2-right">The text is empty.</a>' in refused.text
    assert re.search(r'id="pair-2-right"[^>]*aria-describedby="pair-2-right-error"', refused.text)
    saved = post(client, new, WRITTEN)
    assert saved.status_code == 303
    page = text_of(client.get(saved.location))
    assert "Right answer : certifies" in page and "canary why" in page
    edit = f"{saved.location}/edit"
    base = re.search(r'name="base" value="(\d+)"', client.get(edit).text).group(1)
    assert "Nothing was changed." in client.get(
        post(client, edit, {**WRITTEN, "base": base}).location).text
    post(client, edit, {**WRITTEN, "pair-1-right": "publishes", "strict": "y", "base": base})
    page = client.get(saved.location).text
    assert "<ins>publishes</ins>" in page and "<dt>strict</dt>" in page
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    done = post(client, saved.location, {"version": version}, to=f"{saved.location}/approve")
    assert "Approved. New forms can draw it." in client.get(done.location).text


@pytest.fixture
def browser(foreign_app, desk):
    """Somebody before an exam that asks nothing but this question, twice."""
    _client, bank_id = desk
    for use in ("exam", "practice"):
        a_pairing(bank_id, use=use)
        a_pairing(bank_id, use=use, stem="And who *else*?")
    with committed():  # a course draws from banks of its library
        course = db.session.get_one(Course, sitting.quiz_of().course_id)
        db.session.get_one(Bank, bank_id).library_id = course.library_id
    slug = db.session.get(Bank, bank_id).slug
    for quiz in (EXAM, PRACTICE):
        sitting.change_rules(quiz, [{"bank": slug, "topic": "roles", "difficulty": 1, "count": 2}],
                             feedback="answers")
    return client_of(foreign_app, a_user())


def right(attempt, position):
    """Return what a browser sends of the right answer to a question."""
    version, arrangement = sitting.items_of(attempt)[position - 1]
    question = versions.questions([version])[version]
    return {name: values[0] for name, values in
            question.filled(question.solution(), arrangement).items()}


def chosen(page):
    """Return the fields of a page that have something chosen, as a browser would send them."""
    found = {}
    for name, within in re.findall(r'<select name="([^"]+)">(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'value="(\d+)" selected', within)
        found[name] = picked.group(1) if picked else ""
    return found


def press(browser, attempt, position, go, changes=None):
    """Fill in the page and press a button without script."""
    url = f"/attempt/{attempt}/{position}"
    page = browser.get(url).text
    return browser.post(url, data={**form_fields(page), **chosen(page), **(changes or {}),
                                   "go": go})


def tell(browser, attempt, position, fields, *, rev):
    """Send an answer as the script does."""
    token = csrf(browser, f"/attempt/{attempt}/{position}")
    return browser.post(f"/attempt/{attempt}/{position}", headers={"Accept": "application/json"},
                        data={"csrf_token": token, "rev": rev, "flagged": "0", **fields})


def test_it_is_asked_saved_resumed_checked_marked_and_reviewed(browser):
    attempt = begin(browser)
    page = browser.get(f"/attempt/{attempt}/1").text
    assert len(chosen(page)) == 3 and "canary" not in page
    key = right(attempt, 1)
    names = sorted(key)
    one_wrong = {**key, names[0]: key[names[1]]}
    assert press(browser, attempt, 1, "next").location.endswith("/2")
    assert rows(attempt) == {}, "leafing saves nothing"
    assert press(browser, attempt, 1, "next", one_wrong).location.endswith("/2")
    assert chosen(browser.get(f"/attempt/{attempt}/1").text) == one_wrong
    assert tell(browser, attempt, 2, right(attempt, 2), rev=1).get_json()["state"] == "saved"
    told = tell(browser, attempt, 2, {"answer-0": "0"}, rev=1)
    assert told.status_code == 409
    assert {name: values[0] for name, values in told.get_json()["fields"].items()} == right(
        attempt, 2)
    assert tell(browser, attempt, 2, {"answer-0": "7"}, rev=2).status_code == 422
    assert "2 of 2 answered" in text_of(browser.get(f"/attempt/{attempt}/check"))
    post(browser, f"/attempt/{attempt}/check", to=f"/attempt/{attempt}/submit")
    sitting.close_exams()
    page = browser.get(f"/attempt/{attempt}/result")
    text = text_of(page)
    assert "1/3 of the mark" in text or "2/3 of the mark" in text
    assert "Your answer" in text and "Right answer" in text and "canary why" in text
    assert verifying.verify().sound


def test_an_older_window_is_shown_both_answers(browser):
    attempt = begin(browser)
    tell(browser, attempt, 1, right(attempt, 1), rev=5)
    url = f"/attempt/{attempt}/1"
    data = {**form_fields(browser.get(url).text), "rev": "1", "answer-0": "1", "go": "next"}
    page = browser.post(url, data=data)
    assert page.status_code == 409
    assert 'name="answer-0" value="1"' in page.text and "writes" in page.text


def test_an_exam_that_shows_no_answers_shows_none_of_its_key(browser):
    sitting.change_rules(EXAM, feedback="explanations")
    attempt = begin(browser)
    press(browser, attempt, 1, "next", {"answer-0": "1"})
    post(browser, f"/attempt/{attempt}/check", to=f"/attempt/{attempt}/submit")
    sitting.close_exams()
    page = unescape(browser.get(f"/attempt/{attempt}/result").text)
    assert "canary why" in page and "Right answer" not in page


def test_practice_shows_its_solution_after_an_answer(browser):
    attempt = begin(browser, PRACTICE)
    assert "Right answer" not in browser.get(f"/attempt/{attempt}/1?solution=yes").text
    led = press(browser, attempt, 1, "reveal", right(attempt, 1))
    page = browser.get(led.location).text
    assert re.search(r'<h2 id="solution-title"[^>]*>Right</h2>', page) and "Right answer" in page


def test_it_leaves_as_yaml_and_comes_back_as_it_was(desk):
    _client, bank_id = desk
    version = a_pairing(bank_id, strict="y")
    exported = exporting.write(bank_id, "yaml", member=None)
    assert exported.problems == ()
    bank = directory.get_bank(bank_id, member=None)
    again = formats.read(exported.data)
    assert [step.effect for step in planning.plan(bank, again, Defaults()).steps] == ["unchanged"]
    other = a_bank(title="Other")
    done = applied(other, checked(other, exported.data.decode(), "bank.yaml"))
    [step] = done.plan.steps
    assert step.written.question == versions.questions([version])[version]
    told = exporting.write(bank_id, "csv", member=None)
    assert "CSV has no questions of the type Pairs" in told.problems[0].message


def test_a_file_is_checked_on_its_page(desk):
    client, bank_id = desk
    text = ("- type: pairing\n  stem: Who?\n  pairs: [{left: a, right: b}, {left: c, rigth: d}]\n"
            "- type: pairing\n  stem: What?\n  pairs: [{left: a, right: b}, {left: c, right: d}]\n"
            "  explanation: So.\n")
    token = checked(bank_id, text, "bank.yaml")
    page = text_of(client.get(f"/banks/{bank_id}/uploads/{token}"))
    assert 'rigth on line 3 The key "rigth" is unknown: did you mean right?' in page
    assert "Right answer : d" in page
