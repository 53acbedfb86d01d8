"""Receipts: a form derived again is equal, and whatever was changed is named."""

from hashlib import sha256

import pytest

from isotrain.exams.drawing import ALGORITHM, Cell, Form, arrangements, draw
from isotrain.exams.receipts import (
    NAMED,
    differences,
    form_data,
    history_data,
    named,
    narrowed,
    receipt,
)
from isotrain.ledger.canonical import canonical_bytes, parse
from isotrain.ledger.hashing import hash_of
from isotrain.questions import SingleChoice

from .blueprints import simple_pool

QUESTION = SingleChoice.examples()[0].question
CELLS = [Cell("iso", 1, 4), Cell("iso", 2, 3)]
POOLS = [simple_pool(20), simple_pool(20, difficulty=2, bank="own", first=21)]
SEED = "0f" * 16
HISTORY = {3: 1, 25: 2}


def derived(*, cells=CELLS, pools=POOLS, seed=SEED, history=HISTORY):
    """A receipt and its form, as they would be stored and as they are derived again."""
    form = draw(cells, pools, seed=seed, history=history)
    whole = form_data(form, arrangements(form, dict.fromkeys(form.items, QUESTION), seed))
    blueprint = hash_of([[cell.topic, cell.difficulty, cell.count] for cell in cells])
    paper = receipt(whole, algorithm=ALGORITHM, blueprint=blueprint, pools=pools, seed=seed,
                    history=history)
    return parse(canonical_bytes({**paper, **whole}))


def places(stored, again):
    return [problem.place for problem in differences(stored, again)]


def test_the_same_inputs_give_an_equal_form_and_receipt():
    assert derived() == derived(pools=POOLS[::-1], history={**dict(sorted(HISTORY.items())), 9: 0})
    assert differences(derived(), derived()) == ()


def test_the_hash_of_the_form_is_that_of_the_documented_text():
    whole = form_data(Form((7, 9), (0, 1)), (["b", "a"], ["true", "false"]))
    paper = receipt(whole, algorithm=ALGORITHM, blueprint="", pools=[], seed=SEED, history={})
    text = '{"arrangements":[["b","a"],["true","false"]],"cells":[0,1],"items":[7,9]}'
    assert paper["form"] == sha256(text.encode()).hexdigest()
    assert paper["history"] == sha256(b"[]").hexdigest()
    assert paper["algorithm"] == "isotrain-draw-2"


def test_a_receipt_names_every_pool_by_its_hash():
    assert derived()["pools"] == sorted(pool.hash for pool in POOLS)


def test_a_history_is_listed_by_question_without_those_never_met():
    assert history_data({25: 2, 3: 1, 4: 0}) == [[3, 1], [25, 2]]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"seed": "0e" * 16}, "seed"),
        ({"history": {3: 2, 25: 2}}, "history"),
        ({"pools": [POOLS[0], simple_pool(21, difficulty=2, bank="own", first=21)]}, "pools"),
        ({"cells": [Cell("iso", 1, 5), CELLS[1]]}, "blueprint"),
    ],
)
def test_another_input_is_named(changes, place):
    assert place in places(derived(), derived(**changes))


def test_another_algorithm_is_named():
    assert places({**derived(), "algorithm": "isotrain-draw-0"}, derived()) == ["algorithm"]


def test_other_topics_are_named_and_a_receipt_without_any_is_as_before():
    one, other = narrowed(derived(), ["audit"]), narrowed(derived(), ["audit", "iso"])
    assert places(one, other) == places(one, derived()) == places(derived(), one) == ["narrowed"]
    assert places(one, one) == [] and "narrowed" not in derived()


def test_a_history_that_changes_nothing_in_the_form_still_differs():
    assert places(derived(), derived(history={**HISTORY, 99: 1})) == ["history"]


def test_an_exchanged_question_is_named_with_both_versions():
    stored = derived()
    was = stored["items"][2]
    stored["items"][2] = 4_711
    (found,) = differences(stored, derived())
    assert found.place == "question 3"
    assert found.message == f"The question is version 4711; version {was} is derived."


def test_turned_options_are_named():
    stored = derived()
    stored["arrangements"][0].reverse()
    assert places(stored, derived()) == ["question 1"]


def test_a_question_of_another_cell_is_named():
    stored = derived()
    stored["cells"][6] = 1 - stored["cells"][6]
    assert places(stored, derived()) == ["question 7"]


def test_a_missing_question_is_named():
    stored = derived()
    for part in ("items", "cells", "arrangements"):
        stored[part].pop()
    (found,) = differences(stored, derived())
    assert found.message == "The form has 6 questions; 7 are derived."


def test_a_receipt_that_names_questions_is_held_against_one_that_does_too():
    rows = [[3, 1, "de", 2, "single_choice-1"]]
    stored, again = (
        parse(canonical_bytes(named(derived(), language="de", questions=each)))
        for each in (rows, [[3, 1, "en", 1, "single_choice-1"]])
    )
    assert (stored["receipt"], stored["language"], stored["questions"]) == (NAMED, "de", rows)
    assert differences(stored, stored) == ()
    assert places(stored, again) == ["questions"]
    assert NAMED not in derived().values(), "receipts of before have no name"
