"""Every statement of the original study guide is covered, and the map says where."""

import pytest

from tests.content.shelf import CITATION

STATEMENTS = [f"D{n}" for n in range(1, 7)] + [f"F{n}" for n in range(1, 6)] + ["Q1", "Q2", "Q3"]


def reviews(shipped):
    return {r["id"]: r for module in shipped.modules.values() for r in module.front["review"]}


def test_the_map_holds_exactly_the_statements(shipped):
    assert list(shipped.seed) == STATEMENTS


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_leads_to_facts_questions_and_paragraphs(shipped, name):
    entry = shipped.seed[name]
    assert set(entry) == {"facts", "questions", "paragraphs"} and all(entry.values())
    assert set(entry["facts"]) <= set(shipped.facts)
    assert set(entry["questions"]) <= set(shipped.questions) | set(reviews(shipped))
    for place in entry["paragraphs"]:
        module, anchor = place.split("#")
        assert anchor in shipped.modules[module].sections, place


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_facts_of_a_statement_are_told_in_its_paragraphs(shipped, name):
    entry = shipped.seed[name]
    told = set()
    for place in entry["paragraphs"]:
        module, anchor = place.split("#")
        told |= set(CITATION.findall(shipped.modules[module].sections[anchor]))
    assert set(entry["facts"]) <= told, set(entry["facts"]) - told


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_is_asked_about_by_one_of_its_facts(shipped, name):
    entry = shipped.seed[name]
    banked = [shipped.questions[q]["fact"] for q in entry["questions"] if q in shipped.questions]
    assert banked and set(banked) <= set(entry["facts"])


@pytest.mark.parametrize("name", ["Q1", "Q2", "Q3"])
def test_the_open_questions_have_a_model_answer_with_points(shipped, name):
    first = reviews(shipped)[shipped.seed[name]["questions"][0]]
    assert len(first["points"]) >= 5 and len(first["answer"].split()) >= 40
