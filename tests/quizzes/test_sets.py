"""Blueprints that ask for sets: composed by a trainer, supplied, sampled, brought by files."""

from __future__ import annotations

import re

import pytest

from isotrain.banks import approving, editing
from isotrain.banks.models import Bank
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.quizzes.models import QuizVersion
from isotrain.quizzes.rules import Rules, count_questions, demands, problems
from isotrain.settings.definitions import TWO_PERSON_WEAKENING
from tests.banks.making import NOBODY, a_set
from tests.factories import a_setting, client_of, committed, post
from tests.quizzes.test_composing import BANK, a_trainer, cell, stock_of
from tests.quizzes.test_composing_pages import CELL, save, text_of

SETS = "cell-3:iso-certification:1:iso"


def two_sets():
    """Put two approved sets of three questions about ISO into the shipped bank."""
    bank = db.session.query(Bank).filter_by(slug=BANK).one().id
    with committed():
        ids = [editing.add(bank, a_set(stem, topic="iso"), by=NOBODY).id
               for stem in ("A depot.", "A hall.")]
    with committed():
        approving.approve_many(bank, ids, by=NOBODY, transaction=inside)


@pytest.fixture
def trainer(course_app):
    two_sets()
    return a_trainer()


@pytest.fixture
def browser(course_app, trainer):
    a_setting(TWO_PERSON_WEAKENING, False)
    return client_of(course_app, trainer)


def test_sets_have_rows_of_their_own_and_counts_are_of_questions(trainer):
    before = stock_of(trainer, cell(count=2))
    stock = stock_of(trainer, cell(count=2), {**cell(count=2), "set": 3})
    rows = {(row.subject.code, row.size): row for row in stock.grids[0].topics}
    single, sets = (rows["iso", size].cells[0] for size in (1, 3))
    assert (sets.count, sets.available, sets.short) == (2, 2, 0)
    assert single.available == before.grids[0].topics[0].cells[0].available > 2
    assert (stock.total, stock.by_band[1]) == (8, 8)
    assert [each for each in stock.warnings if "2 sets of 3 questions for 2" in each]


def test_a_row_of_sets_is_offered_filled_in_published_and_read(browser):
    page = browser.get("/quizzes/1").text
    assert f'name="{SETS}"' in page and "What ISO is: sets of 3 questions" in page
    led = save(browser, **{SETS: "1"})
    assert led.status_code == 303, text_of(led)
    draft = db.session.query(QuizVersion).filter_by(state="draft").one()
    assert {**cell(), "set": 3} in draft.cells and count_questions(draft.cells) == 23
    page = browser.get(led.location).text
    assert re.search(rf'name="{SETS}"[^>]*value="1"', page)
    assert "23 questions" in text_of(browser.get(led.location))
    base = re.search(r'name="base" type="hidden" value="(\w+)"', page).group(1)
    done = post(browser, "/quizzes/1", {"base": base}, to="/quizzes/1/publish")
    assert done.status_code == 303, text_of(done)
    assert "1 × a set of 3 questions" in text_of(browser.get("/quizzes/1/versions/2"))


def test_too_many_sets_are_said_to_be_short(browser):
    led = save(browser, **{SETS: "5"})
    assert "3 short: 2 available" in text_of(browser.get(led.location))
    base = re.search(r'name="base" type="hidden" value="(\w+)"',
                     browser.get(led.location).text).group(1)
    refused = post(browser, "/quizzes/1", {"base": base}, to="/quizzes/1/publish")
    assert refused.status_code == 422
    assert "5 sets of 3 questions are needed; 2 can be drawn" in text_of(refused)


def test_a_sample_numbers_the_questions_of_a_set(browser):
    save(browser, title="With a set", **{SETS: "1"}, order="blueprint")
    page = browser.get("/quizzes/1/sample").text
    firsts = [int(n) for n in re.findall(r'<li value="(\d+)"', page)]
    parts = [int(n) for n in re.findall(r'class="part-number">(\d+)', page)]
    assert len(firsts) == 21 and len(parts) == 3 and parts[0] in firsts
    assert parts == list(range(parts[0], parts[0] + 3)) and parts[0] + 1 not in firsts
    assert len(set(re.findall(r'\sid="(stem-[^"]+)"', page))) == len(
        re.findall(r'\sid="(stem-[^"]+)"', page))


@pytest.mark.parametrize("size", ["1", "99", "x"])
def test_a_field_of_no_size_that_sets_have_asks_for_no_set(browser, size):
    save(browser, **{CELL.format(1, "iso"): "", SETS.replace("3", size): "2"})
    draft = db.session.query(QuizVersion).filter_by(state="draft").one()
    assert not any("set" in each for each in draft.cells)


@pytest.mark.parametrize(("size", "said"), [
    (1, "A set has 2 to 10 questions"), (11, "A set has 2 to 10 questions"),
    (True, "A set has 2 to 10 questions"), ("3", "A set has 2 to 10 questions")])
def test_a_size_that_no_set_has_is_refused(size, said):
    found = problems(Rules(pass_mark=80), [{**cell(), "set": size}])
    assert said in [each.message for each in found]


def test_single_questions_and_sets_of_one_topic_are_two_rows():
    rules = Rules(pass_mark=80)
    twice = "A topic or module stands twice with the same difficulty"
    assert twice not in [p.message for p in problems(rules, [cell(), {**cell(), "set": 3}])]
    assert twice in [p.message for p in problems(rules, [{**cell(), "set": 3}] * 2)]


def test_a_set_asks_as_much_as_its_questions():
    one = demands(Rules(pass_mark=80), [{**cell(difficulty=2), "set": 3}])
    three = demands(Rules(pass_mark=80), [cell(difficulty=2, count=3)])
    assert one == three and one["questions"] == 3
