"""Choosing a language in the middle of a quiz: the answer is kept, the question stays itself."""

from __future__ import annotations

import re

import pytest

from isotrain.attempts import taking
from tests.accounts import polish
from tests.attempts import sitting
from tests.factories import a_user, client_of, post


@pytest.fixture
def sat(course_app, tmp_path, monkeypatch):
    polish.speak(course_app, tmp_path / "translations", monkeypatch)
    user = a_user()
    return client_of(course_app, user), sitting.start(user), user


def chosen(client, attempt: int, language: str, answer: str = "0"):
    page = client.get(f"/attempt/{attempt}/2").text
    fields = dict(re.findall(r'name="(rev|was|flagged)" value="([^"]*)"', page))
    return post(client, f"/attempt/{attempt}/2",
                {**fields, "answer": answer, "go": f"speak-{language}"})


def test_the_answer_is_saved_and_the_same_question_comes_back_in_the_language(sat):
    client, attempt, user = sat
    before = client.get(f"/attempt/{attempt}/2").text
    assert 'value="speak-pl"' in before and 'value="speak-en"' not in before
    assert 'action="/language"' not in before, "it would lose what was not sent yet"
    answer = chosen(client, attempt, "pl")
    assert answer.location == f"/attempt/{attempt}/2"
    after = client.get(answer.location).text
    assert '<html lang="pl"' in after and 'value="speak-en"' in after
    assert taking.get(attempt, user).given[2].answered
    stem = re.compile(r'<h1 class="stem".*?</h1>', re.S)
    assert stem.search(before)[0] == stem.search(after)[0]


def test_where_all_answers_are_checked_a_language_is_chosen_as_on_other_pages(sat):
    client, attempt, _user = sat
    page = client.get(f"/attempt/{attempt}/check").text
    assert 'action="/language"' in page and f'value="/attempt/{attempt}/check"' in page


def test_a_language_that_is_not_here_is_refused_and_the_answer_kept(sat):
    client, attempt, user = sat
    answer = chosen(client, attempt, "xx")
    assert answer.status_code == 422 and "Choose one of the listed languages" in answer.text
    assert taking.get(attempt, user).given[2].answered
    assert '<html lang="en"' in client.get(f"/attempt/{attempt}/2").text


def test_with_one_language_a_question_offers_none(course_app):
    user = a_user()
    page = client_of(course_app, user).get(f"/attempt/{sitting.start(user)}/2").text
    assert "speak-" not in page and 'action="/language"' not in page
