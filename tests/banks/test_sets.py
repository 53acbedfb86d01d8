"""Writing a text with questions that travel together, as a trainer's browser meets it."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa

from isotrain.banks import versions
from isotrain.banks.difference import differences
from isotrain.banks.models import Question
from isotrain.db import db
from isotrain.questions import TrueFalse
from isotrain.questions.scenario.parts import PARTS
from tests.attempts.browsing import text_of
from tests.banks.making import a_bank, a_set, a_trainer
from tests.factories import client_of, post

FIRST = {"question-1-type": "single_choice", "question-1-stem": "What <now>?",
         "question-1-right": "1", "question-1-option-1": "Stop", "question-1-option-2": "Go on",
         "question-1-shuffle": "y", "question-1-explanation": "Nobody could be freed."}
WRITTEN = {"stem": "Belt 4.", "explanation": "It must stop.", **FIRST,
           "question-2-type": "numeric", "question-2-stem": "How long?",
           "question-2-answer-1": "2", "question-2-answer-1-share": "1",
           "topic": "audits", "difficulty": "2", "use": "exam", "do": "save"}


@pytest.fixture
def desk(app):
    """A trainer's browser, and where a set is written in a bank of the trainer's own."""
    trainer = a_trainer()
    return client_of(app, trainer), f"/banks/{a_bank(trainer)}/questions/new/scenario"


def names_of(page):
    """The names of the fields of a page, with what each button says."""
    return set(re.findall(r'\sname="(question-[^"]+)"', page)), set(
        re.findall(r'name="do" value="(\S+)"', page))


def test_an_editor_begins_with_two_questions_each_with_fields_of_its_own(desk):
    client, new = desk
    assert f'href="{new}"' in client.get(new.partition("/questions")[0]).text
    page = client.get(new).text
    names, acts = names_of(page)
    assert {f"question-{n}-{what}" for n in (1, 2) for what in (
        "type", "stem", "option-1", "right", "explanation", "shuffle")} <= names
    assert {"add", "drop-1", "up-2", "question-1-add", "question-2-remove-1"} <= acts
    assert "up-1" not in acts
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for label in re.findall(r'<label for="([^"]+)"', page):
        assert label in ids


def test_a_set_is_written_read_and_approved(desk):
    client, new = desk
    saved = post(client, new, WRITTEN)
    assert saved.status_code == 303, text_of(saved)
    page = client.get(saved.location)
    text = text_of(page)
    assert "1 What <now>?" in text and "2. " not in text and "1. Nobody could be freed." in text
    question = db.session.scalar(sa.select(Question).order_by(Question.id.desc()))
    kept = versions.written([question.latest_version_id])[question.latest_version_id].question
    assert [part.solution() for part in kept.parts] == ["a", "2"]
    edit = client.get(f"{saved.location}/edit").text
    assert "What &lt;now&gt;?</textarea>" in edit
    assert re.search(r'value="1"\s+id="question-1-right-1" checked', edit)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    done = post(client, saved.location, {"version": version}, to=f"{saved.location}/approve")
    assert "Approved" in text_of(client.get(done.location))


@pytest.mark.parametrize(("act", "stems"), [
    ("up-2", ["How long?", "What <now>?"]), ("drop-1", ["How long?"]),
    ("add", ["What <now>?", "How long?", ""]), ("question-1-add", ["What <now>?", "How long?"]),
])
def test_buttons_bring_the_page_with_the_questions_changed(desk, act, stems):
    client, new = desk
    page = post(client, new, {**WRITTEN, "do": act, "question-type": "true_false"}).text
    found = re.findall(r'name="question-\d-stem"[^>]*>\n(.*?)</textarea>', page)
    assert [unescape(stem) for stem in found] == stems
    rows = re.findall(r'name="question-1-option-(\d)"', page)
    assert len(rows) == {"question-1-add": 3, "up-2": 0, "drop-1": 0}.get(act, 2)
    assert ('name="question-3-answer"' in page) == (act == "add")
    assert len(re.findall(r"\sautofocus", page)) <= 1


def test_what_is_wrong_stands_at_the_field_of_its_question(desk):
    client, new = desk
    refused = post(client, new, {**WRITTEN, "question-1-option-2": "", "question-2-stem": " ",
                                 "question-2-answer-1": ""})
    assert refused.status_code == 422
    page = refused.text
    for name in ("question-1-options", "question-2-stem", "question-2-answers"):
        assert f'href="#{name}"' in page and f'id="{name}"' in page, name
        assert f'id="{name}-error"' in page
    assert re.search(r'id="question-2-stem"[^>]*aria-describedby="question-2-stem-error"', page)


def test_too_few_questions_are_said_and_no_more_than_ten_are_offered(desk):
    client, new = desk
    fewer = {name: value for name, value in WRITTEN.items() if not name.startswith("question-2")}
    refused = post(client, new, fewer)
    assert "Give between 2 and 10 questions." in text_of(refused)
    assert 'href="#questions"' in refused.text and 'id="questions-error"' in refused.text
    ten = {f"question-{n}-type": "true_false" for n in range(1, 11)}
    page = post(client, new, {**ten, "do": "up-2"}).text
    assert 'value="add" data-rows' not in page and page.count('value="drop-') == 10


@pytest.mark.parametrize("type_", PARTS)
def test_every_type_can_be_written_within_a_set(desk, type_):
    client, new = desk
    page = post(client, new, {**WRITTEN, "do": "add", "question-type": type_.name}).text
    added = page.split('id="question-3"')[1].split('class="add-part"')[0]
    named = re.findall(r'\s(?:name|id|for)="([^"]*)"', added)
    assert all(name == "do" or name.startswith("question-3-") for name in named), named
    if type_ is not TrueFalse:  # whose two options no button changes
        _names, acts = names_of(added)
        assert any(act.startswith("question-3-") for act in acts), acts


def test_differences_are_told_of_each_question():
    before, after = a_set(), a_set(size=2)
    labels = [each.label for each in differences(before, after)]
    assert "Question 3: Question" in labels and not any("Question 1" in each for each in labels)
    assert "Question 3: Explanation" in labels
