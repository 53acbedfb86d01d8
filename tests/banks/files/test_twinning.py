"""Questions that ask nearly the same: told at the import, kept apart at a touch."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.banks import inventory, versions
from isotrain.banks.files import importing, twinning
from isotrain.banks.inventory import Filter
from isotrain.banks.models import Bank
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.study.models import Library
from tests.banks.making import a_bank, a_draft, a_question, applied, checked
from tests.factories import committed

TWINS = """Question,Option A,Option B,Option C,Correct,Topic,Difficulty
What colour is the gas line?,Yellow,Green,Red,A,audits,1
What is the colour of the gas line?,Yellow,Blue,Red,A,audits,1
Which colour does the gas line have?,Yellow,Black,Red,A,audits,1
Where is the muster point?,Car park,Roof,Cellar,A,audits,1
"""
APART = Defaults("audits", 1, apart=True)


def plan_of(bank_id, text, name="x.csv", defaults=APART):
    return importing.review(bank_id, checked(bank_id, text, name), defaults, member=None).plan


def enemies(bank_id):
    db.session.rollback()
    ids = inventory.list_ids(bank_id, Filter())
    written = versions.written(version for _id, _key, version in ids)
    return {key: written[version].enemies for _id, key, version in ids}


def told(plan):
    return [f"{p.place}: {p.message}" for p in plan.problems if "same question" in p.message
            or "asks nearly" in p.message or "the id" in p.message]


def test_questions_of_a_file_that_ask_nearly_the_same_are_named(app):
    plan = plan_of(a_bank(), TWINS, defaults=Defaults())
    assert plan.twins == 1
    assert told(plan)[0] == ("row 2: Another question of the file asks nearly the same:"
                             " What is the colour of the gas line?")
    assert {line.partition(":")[0] for line in told(plan)} == {"row 2", "row 3"}
    assert {step.written.enemies for step in plan.steps} == {None}


def test_at_a_touch_they_never_stand_together(each_app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, TWINS, "x.csv"), APART)
    [first, second, third, fourth] = enemies(bank_id).values()
    assert first == second == third and first.startswith("twins-") and fourth is None


def test_a_question_of_the_bank_gets_a_new_version_for_it(each_app):
    bank_id = a_bank()
    a_question(bank_id, a_draft("What colour is a gas line?", right="Yellow", wrong=("Green",)))
    text = "What is the colour of the gas line here? {=Blue ~Red ~Pink ~Violet}"
    plan = plan_of(bank_id, text, "x.gift")
    assert told(plan) == []  # another word in it: they ask something else
    text = text.replace(" here", "")
    plan = plan_of(bank_id, text, "x.gift")
    assert told(plan) == ["line 1: The bank has nearly the same question as Q-1."]
    assert [(step.effect, step.draft.place) for step in plan.steps] == [
        ("new", "line 1"), ("changed", "Q-1")]
    applied(bank_id, checked(bank_id, text, "x.gift"), APART)
    [one, other] = enemies(bank_id).values()
    assert one == other and one.startswith("twins-")


def test_who_stands_in_a_group_stays_there_and_others_join(app):
    bank_id = a_bank()
    a_question(bank_id, a_draft("What colour is a gas line?", enemies="pipes"))
    applied(bank_id, checked(bank_id, "What is the colour of the gas line? {=Blue ~Red}\n"),
            APART)
    assert enemies(bank_id) == {"Q-1": "pipes", "Q-2": "pipes"}


def test_a_question_that_the_file_changes_joins_with_its_new_version(app):
    bank_id = a_bank()
    row = "Q-1,What colour is a gas line?,Yellow,Green,A\n"
    applied(bank_id, checked(bank_id, "id,Question,Option A,Option B,Correct\n" + row, "x.csv"))
    text = ("id,Question,Option A,Option B,Correct\n" + row.replace("Green", "Red")
            + "Q-2,What is the colour of the gas line?,Blue,Pink,A\n")
    plan = plan_of(bank_id, text)
    assert [step.effect for step in plan.steps] == ["changed", "new"]
    assert len({step.written.enemies for step in plan.steps}) == 1


@pytest.fixture
def neighbours(app):
    """Two banks of one library, and one that stands in none."""
    with committed():
        library = Library(slug="works", title="Works", language="en", topics=[],
                          created_at=clock.now())
        db.session.add(library)
        db.session.flush()
        number = library.id
    made = [a_bank(title="Pipes"), a_bank(title="Alarms"), a_bank(title="Apart")]
    with committed():
        db.session.execute(sa.update(Bank).where(Bank.id.in_(made[:2])).values(library_id=number))
    return made


def test_other_banks_of_the_library_are_looked_at_too(neighbours):
    pipes, alarms, apart = neighbours
    applied(pipes, checked(pipes, TWINS.replace("Question", "id,Question", 1).replace(
        "What colour", "P-1,What colour").replace("What is", "P-2,What is").replace(
        "Which", "P-3,Which").replace("Where", "P-4,Where"), "x.csv"))
    text = "id,Question,Option A,Option B,Correct\nP-4,What colour is a gas line?,Blue,Red,A\n"
    said = told(plan_of(alarms, text))
    assert any("The bank “Pipes” has nearly the same question as P-1." in line for line in said)
    assert "row 2: The bank “Pipes” has a question with the id P-4 as well." in said
    assert told(plan_of(apart, text)) == []
    assert plan_of(alarms, text).twins == 0


def test_what_hangs_together_is_one_group():
    assert twinning.hanging_together([(0, 3), (1, 2), (3, 5), (2, 6)]) == [[0, 3, 5], [1, 2, 6]]
    assert twinning.hanging_together([]) == []
