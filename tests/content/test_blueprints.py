"""The exam and the practice can be drawn, again and again, as the course promises."""

from collections import Counter, defaultdict

import pytest

from isotrain.exams.drawing import availability, draw
from isotrain.exams.pools import Cell, Entry, Pool

RETAKES = 3
"""How many forms without a repeated question the exam pool must give."""


def cells(quiz, use):
    return [Cell(**{"topic": "", **cell}, use=use) for cell in quiz["cells"]]


def pool(shipped):
    places = defaultdict(list)
    for q in shipped.questions.values():
        place = (shipped.library["banks"][0]["id"], q["topic"], q["difficulty"], q["use"])
        home = shipped.facts[q["fact"]]["module"]
        places[place].append(Entry(q["id"], q["id"], q.get("enemies", ""), home))
    return Pool.of(places)


def test_the_exam_has_twenty_questions_and_the_practice_ten(shipped):
    assert sum(cell["count"] for cell in shipped.course["exam"]["cells"]) == 20
    (practice,) = shipped.course["practice"]
    assert sum(cell["count"] for cell in practice["cells"]) == 10


def test_half_of_the_exam_is_easy_and_a_tenth_hard(shipped):
    counts = Counter()
    for cell in shipped.course["exam"]["cells"]:
        counts[cell["difficulty"]] += cell["count"]
    assert counts == {1: 10, 2: 8, 3: 2}


def test_each_cell_of_the_exam_has_three_times_what_it_draws(shipped):
    for supply in availability(cells(shipped.course["exam"], "exam"), [pool(shipped)]):
        asked = (supply.cell.topic, supply.cell.difficulty)
        stored = sum((q["topic"], q["difficulty"], q["use"]) == (*asked, "exam")
                     for q in shipped.questions.values())
        assert not supply.short and stored >= 3 * supply.need, asked


@pytest.mark.parametrize("use", ["exam", "practice"])
def test_every_question_belongs_to_a_cell(shipped, use):
    quizzes = [shipped.course["exam"]] if use == "exam" else shipped.course["practice"]
    drawn = {(cell["topic"], cell["difficulty"]) for quiz in quizzes for cell in quiz["cells"]}
    for q in shipped.questions.values():
        assert q["use"] != use or (q["topic"], q["difficulty"]) in drawn, q["id"]


def test_every_practice_can_be_drawn(shipped):
    for course in shipped.courses.values():
        for quiz in course["practice"]:
            form = draw(cells(quiz, "practice"), [pool(shipped)], seed="0" * 32, history={})
            assert len(form.items) == sum(cell["count"] for cell in quiz["cells"])
            assert {shipped.questions[item]["use"] for item in form.items} == {"practice"}


def test_the_short_exam_asks_only_about_its_modules_and_leaves_others_for_a_retake(shipped):
    course = shipped.courses["iso-in-15-minutes"]
    wanted = cells(course["exam"], "exam")
    form = draw(wanted, [pool(shipped)], seed="0" * 32, history={})
    homes = {shipped.facts[shipped.questions[item]["fact"]]["module"] for item in form.items}
    assert homes == set(course["modules"])
    for supply in availability(wanted, [pool(shipped)]):
        assert supply.available >= 2 * supply.need


def test_a_course_takes_as_long_as_it_says(shipped):
    course = shipped.courses["iso-in-15-minutes"]
    minutes = sum(shipped.modules[id_].front["minutes"] for id_ in course["modules"])
    assert 10 <= minutes <= 15


@pytest.mark.parametrize("seed", range(40))
def test_all_attempts_at_the_exam_can_have_new_questions(shipped, seed):
    assert shipped.course["exam"]["attempts"] <= RETAKES
    questions, seen = pool(shipped), Counter()
    for attempt in range(RETAKES):
        form = draw(cells(shipped.course["exam"], "exam"), [questions],
                    seed=f"{seed * RETAKES + attempt:032x}", history=seen)
        seen.update(form.items)
    assert max(seen.values()) == 1, [q for q, times in seen.items() if times > 1]
