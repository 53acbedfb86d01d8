"""Questions beside each other and a bank as a whole: twins, cues, places, words."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.linting.checking import CHECKS, lint
from isotrain.linting.comparing import ALIKE, close_pairs
from tests.linting.test_checks import single

STEM = "Who signs the report after the last visit of the auditors to the depot in the north?"


def named(*drafts):
    return [replace(draft, external_id=f"Q-{n}") for n, draft in enumerate(drafts, 1)]


def found(drafts, name):
    report = lint(drafts)
    return [finding for finding in report.findings if finding.found_by == name]


def many(count, **about):
    return [single(f"Question {n} about part {n}?", **about) for n in range(count)]


def kept_in_order(*places):
    """Return questions whose key stands at these places, the same in every form."""
    drafts = []
    for n, place in enumerate(places):
        draft = single(f"Question {n} about part {n}?", shuffle=False)
        key, *others = draft.options
        drafts.append(replace(draft, options=(*others[:place], key, *others[place:])))
    return named(*drafts)


ALWAYS = ("It is always the body", ("It is the ministry", "It is the customer"))
EXAMPLES = {
    "missing-fact": (named(single(STEM, facts=()), single()),
                     named(single(STEM, facts=()), single(facts=()))),
    "near-twin": (named(single(STEM), single(STEM.replace("north", "south"))),
                  named(single(STEM, enemies="x"), single(STEM, enemies="x"))),
    "answered-elsewhere": (
        named(single(), single("A body that certifies others sends a letter. What is it?",
                               "An offer of work", ("A bill of costs", "A plan of audits"))),
        named(single(enemies="x"),
              single("A body that certifies others sends a letter. What is it?",
                     "An offer of work", ("A bill of costs", "A plan of audits"), enemies="x"))),
    "absolutes-in-keys": (
        named(*(single(f"Question {n}?", *ALWAYS) for n in range(6))),
        named(*(single(f"Question {n}?", "It is always the body",
                       ("It is always the ministry", "It is always the customer"))
                for n in range(6)))),
    "key-position": (kept_in_order(*[0] * 10, 1, 2), kept_in_order(*[0, 1, 2] * 4)),
    "option-counts": (named(*many(2), single(STEM, wrong=("A", "B", "C"))), named(*many(3))),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_check_of_many_finds_what_it_is_for_and_lets_the_rest_be(name):
    fires, lets_be = EXAMPLES[name]
    assert found(fires, name), "it finds nothing"
    assert found(lets_be, name) == [], "it finds something in what is right"


def test_every_check_of_many_has_examples():
    assert {check.name for check in CHECKS if not check.one} == set(EXAMPLES)


def test_what_was_counted_over_a_bank_is_told_with_its_limit():
    [finding] = found(EXAMPLES["key-position"][0], "key-position")
    assert finding.measured.number == 12
    assert finding.measured.figure > finding.measured.limit == 5.991


def test_twins_name_each_other():
    drafts = named(single(STEM), single(STEM.replace("north", "south")), single())
    told = {checked.draft.external_id: [finding.params["other"] for finding in checked.findings
                                        if finding.found_by == "near-twin"]
            for checked in lint(drafts).questions}
    assert told == {"Q-1": ["Q-2"], "Q-2": ["Q-1"], "Q-3": []}


def test_shuffled_options_have_no_place():
    drafts = [replace(draft, shuffle=True) for draft in EXAMPLES["key-position"][0]]
    assert found(drafts, "key-position") == []


@given(st.lists(st.frozensets(st.sampled_from("abcdefghijkl"), max_size=12), max_size=12))
def test_close_pairs_are_those_that_comparing_all_would_find(sets):
    close = [(one, other) for one, other in combinations(range(len(sets)), 2)
             if 2 * len(sets[one] & sets[other]) > ALIKE * (len(sets[one]) + len(sets[other]))]
    assert list(close_pairs(sets)) == close


def test_the_order_of_the_questions_makes_no_difference():
    drafts = [draft for fires, _lets_be in EXAMPLES.values() for draft in fires]
    drafts = [replace(draft, external_id=f"Q-{n}") for n, draft in enumerate(drafts)]
    assert lint(drafts) == lint(drafts[::-1])
