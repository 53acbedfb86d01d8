"""The exam and the practice can be drawn, again and again, as the course promises."""

from collections import Counter, defaultdict

import pytest

from isotrain.exams.drawing import availability, draw
from isotrain.exams.pools import Cell, Entry, Pool

RETAKES = 3
"""How many forms without a repeated question the exam pool must give."""


def cells(shipped, quiz, use):
    return [Cell(**cell, use=use) for cell in shipped.course[quiz]["cells"]]


def pool(shipped):
    places = defaultdict(list)
    for q in shipped.questions.values():
        place = (shipped.course["bank"]["id"], q["topic"], q["difficulty"], q["use"])
        places[place].append(Entry(q["id"], q["id"], q.get("enemies", "")))
    return Pool.of(places)


def test_the_exam_has_twenty_questions_and_the_practice_ten(shipped):
    assert sum(cell["count"] for cell in shipped.course["exam"]["cells"]) == 20
    assert sum(cell["count"] for cell in shipped.course["practice"]["cells"]) == 10


def test_half_of_the_exam_is_easy_and_a_tenth_hard(shipped):
    counts = Counter()
    for cell in shipped.course["exam"]["cells"]:
        counts[cell["difficulty"]] += cell["count"]
    assert counts == {1: 10, 2: 8, 3: 2}


def test_each_cell_of_the_exam_has_three_times_what_it_draws(shipped):
    for supply in availability(cells(shipped, "exam", "exam"), [pool(shipped)]):
        asked = (supply.cell.topic, supply.cell.difficulty)
        stored = sum((q["topic"], q["difficulty"], q["use"]) == (*asked, "exam")
                     for q in shipped.questions.values())
        assert not supply.short and stored >= 3 * supply.need, asked


@pytest.mark.parametrize(("quiz", "use"), [("exam", "exam"), ("practice", "practice")])
def test_every_question_belongs_to_a_cell(shipped, quiz, use):
    drawn = {(cell["topic"], cell["difficulty"]) for cell in shipped.course[quiz]["cells"]}
    for q in shipped.questions.values():
        assert q["use"] != use or (q["topic"], q["difficulty"]) in drawn, q["id"]


def test_the_practice_can_be_drawn(shipped):
    form = draw(cells(shipped, "practice", "practice"), [pool(shipped)], seed="0" * 32, history={})
    assert len(form.items) == 10
    assert {shipped.questions[item]["use"] for item in form.items} == {"practice"}


@pytest.mark.parametrize("seed", range(40))
def test_all_attempts_at_the_exam_can_have_new_questions(shipped, seed):
    assert shipped.course["exam"]["attempts"] <= RETAKES
    questions, seen = pool(shipped), Counter()
    for attempt in range(RETAKES):
        form = draw(cells(shipped, "exam", "exam"), [questions],
                    seed=f"{seed * RETAKES + attempt:032x}", history=seen)
        seen.update(form.items)
    assert max(seen.values()) == 1, [q for q, times in seen.items() if times > 1]
