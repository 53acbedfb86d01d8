"""The modules: what a learner reads."""

import re

from tests.content.shelf import CITATION, HEADING, count_words

SLOWEST, FASTEST = 160, 240
"""Words a minute that make the stated reading time honest."""


def said_words(module):
    parts = module.front["often_said"]
    return sum(count_words(part["said"]) + count_words(part["precise"]) for part in parts)


def test_every_fact_is_cited_in_its_home_paragraph(shipped):
    for fact in shipped.facts.values():
        section = shipped.modules[fact["module"]].sections[fact["paragraph"]]
        assert fact["id"] in CITATION.findall(section), fact["id"]


def test_every_citation_names_a_fact(shipped):
    for module in shipped.modules.values():
        assert set(CITATION.findall(module.body)) <= set(shipped.facts), module.id
        assert not re.search(r"\[[A-Z]+\d+(?!\d?\])", module.body), module.id


def test_must_know_facts_live_in_their_module_and_stand_once(shipped):
    for module in shipped.modules.values():
        listed = module.front["facts"]
        assert len(listed) == len(set(listed)) and 8 <= len(listed) <= 16
        assert all(shipped.facts[fact]["module"] == module.id for fact in listed), module.id


def test_every_must_know_fact_is_asked(shipped):
    asked = {question["fact"] for question in shipped.questions.values()}
    for module in shipped.modules.values():
        asked_here = {fact for review in module.front["review"] for fact in review["facts"]}
        assert set(module.front["facts"]) <= asked | asked_here, module.id


def test_a_module_has_four_to_seven_sections_and_nothing_before_them(shipped):
    for module in shipped.modules.values():
        anchors = [anchor for _, anchor in HEADING.findall(module.body)]
        assert 4 <= len(anchors) <= 7 and len(anchors) == len(set(anchors))
        assert len(anchors) == len(re.findall(r"^#", module.body, re.MULTILINE)), module.id
        assert not HEADING.split(module.body)[0].strip()


def test_the_stated_minutes_are_honest(shipped):
    for module in shipped.modules.values():
        facts = sum(count_words(shipped.facts[f]["statement"]) for f in module.front["facts"])
        words = count_words(module.body) + facts + said_words(module)
        assert 5 <= module.front["minutes"] <= 10
        assert SLOWEST <= words / module.front["minutes"] <= FASTEST, (module.id, words)
        assert 700 <= count_words(module.body) <= 1300, module.id


def test_every_term_occurs_in_the_text_of_its_module(shipped):
    for module in shipped.modules.values():
        for name in module.front["terms"]:
            term = shipped.terms[name]
            words = "|".join(re.escape(word) for word in [term["term"], *term.get("also", [])])
            assert re.search(rf"\b(?:{words})\b", module.body, re.IGNORECASE), (module.id, name)


def test_every_term_belongs_to_a_module(shipped):
    used = {name for module in shipped.modules.values() for name in module.front["terms"]}
    assert used == set(shipped.terms)


def test_the_text_holds_no_html_and_no_links(shipped):
    for module in shipped.modules.values():
        assert not re.search(r"<[a-zA-Z/!]|\]\(|https?:", module.body), module.id


def test_paragraphs_are_short(shipped):
    for module in shipped.modules.values():
        for paragraph in re.split(r"\n\s*\n|\n(?=- |\d\. )", module.body):
            assert count_words(paragraph) <= 90, paragraph


def test_the_first_module_opens_with_the_two_meanings_of_iso(shipped):
    first = shipped.modules["M1"]
    opening = next(iter(first.sections.values()))
    assert "camera" in opening and "A18" in CITATION.findall(opening)


def test_each_module_puts_some_common_sayings_right(shipped):
    for module in shipped.modules.values():
        assert 3 <= len(module.front["often_said"]) <= 6 and 3 <= len(module.front["review"]) <= 4


def test_every_module_is_related_to_by_another(shipped):
    named = {to for module in shipped.modules.values() for to in module.front["related"]}
    assert named == set(shipped.modules)
