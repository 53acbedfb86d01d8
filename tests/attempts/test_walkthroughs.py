"""Whole sittings as tables: what is done step by step, and what comes of it.

A step is `time action`: `@12` moves to minute 12, `3=right`, `3=wrong`, `3=none` answer question 3
under the next number, `3=right#1` under number 1, `submit` hands in. A result is the state, the
score of the 4 questions, passed or failed at 75 %, and how many answers came too late.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from fractions import Fraction

import pytest

from isotrain import clock
from isotrain.attempts import closing
from isotrain.attempts.models import Attempt, LateAnswer
from isotrain.audit.noting import Actor
from isotrain.db import db
from tests.attempts import sitting
from tests.factories import a_user, committed

TABLE = """
name,steps,result
all right,1=right 2=right 3=right 4=right submit,submitted 4 passed 0
at the pass mark,1=right 2=right 3=right 4=wrong submit,submitted 3 passed 0
below it,1=right 2=right 3=wrong 4=wrong submit,submitted 2 failed 0
nothing answered,submit,submitted 0 failed 0
left out,1=right 3=right submit,submitted 2 failed 0
changed to wrong,1=right 1=wrong submit,submitted 0 failed 0
changed to right,1=wrong 1=right submit,submitted 1 failed 0
taken back,1=right 1=none submit,submitted 0 failed 0
old number loses,1=right 1=right 1=wrong#1 submit,submitted 1 failed 0
same twice,1=right#1 1=right#1 submit,submitted 1 failed 0
submitted twice,1=right submit submit,submitted 1 failed 0
after handing in,1=right submit 2=right,submitted 1 failed 1
in the last minute,@9 1=right @10 2=right submit,submitted 2 failed 0
in the grace,@10 1=right @10.2 2=right submit,submitted 2 failed 0
after the grace,1=right @10.3 2=right submit,expired 1 failed 1
two too late,1=right @11 2=right 3=right,expired 1 failed 2
came back late,1=right 2=right 3=right @60 submit,expired 3 passed 0
forgotten,1=right 2=right 3=right @60 close,expired 3 passed 0
late answer does not help,1=right 2=right @10.3 3=right close,expired 2 failed 1
late again and again,@10.3 1=right#1 1=right#1 1=right#1,expired 0 failed 1
"""
ROWS = list(csv.DictReader(io.StringIO(TABLE.strip())))
CELLS = [{"bank": "iso-certification", "topic": topic, "difficulty": 1, "count": 1}
         for topic in ("iso", "conformity", "audit", "nonconformity")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_walk(course_app, row):
    sitting.change_rules(cells=CELLS, minutes=10, pass_mark=75)
    user, begun = a_user(), clock.now()
    with clock.frozen_at(begun):
        attempt = sitting.start(user)
    minute, revs = 0.0, dict.fromkeys(range(1, 5), 0)
    for step in row["steps"].split():
        if step.startswith("@"):
            minute = float(step[1:])
            continue
        with clock.frozen_at(begun + timedelta(minutes=minute)):
            _act(step, attempt, user, revs)
    db.session.rollback()
    assert _outcome(attempt) == row["result"]


def _act(step: str, attempt: int, user: int, revs: dict[int, int]) -> None:
    if step == "submit":
        sitting.submit(attempt, user)
    elif step == "close":
        with committed():
            closing.close_overdue(attempt, by=Actor.command())
    else:
        place, _, told = step.partition("=")
        kind, _, number = told.partition("#")
        position = int(place)
        revs[position] += 1
        item = sitting.items_of(attempt)[position - 1]
        values = [] if kind == "none" else sitting.values_for(item, right=kind == "right")
        sitting.save(attempt, user, position, values, rev=int(number or revs[position]))


def _outcome(attempt: int) -> str:
    state = db.session.get(Attempt, attempt, populate_existing=True).state
    result = sitting.result_of(attempt)
    late = db.session.query(LateAnswer).filter_by(attempt_id=attempt).count()
    passed = "passed" if result.passed else "failed"
    return f"{state} {Fraction(result.score)} {passed} {late}"
