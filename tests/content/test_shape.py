"""Every file of the library has the shape of question_banks/README.md, and references resolve."""

import re
from datetime import date

import pytest

from tests.content.shelf import FOLDER, read_yaml

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
LIBRARY = {"id", "title", "language", "topics", "banks"}
COURSE = {"id", "title", "summary", "version", "author", "modules", "exam", "practice",
          "certificate"}
FACT = {"id", "topic", "statement", "reference", "difficulty", "review_due", "module", "paragraph"}
FRONT = {"id", "slug", "title", "goal", "minutes", "standards", "terms", "facts", "often_said",
         "review", "related"}
QUESTION = {"id", "type", "stem", "explanation", "topic", "difficulty", "fact", "use"}
OF_TYPE = {
    "single_choice": ({"options"}, {"shuffle"}),
    "multiple_choice": ({"options", "rule"}, {"shuffle"}),
    "true_false": ({"answer"}, set()),
}


def assert_keys(item, needed, optional=frozenset()):
    keys, label = set(item), item.get("id", item)
    assert needed <= keys, f"{label}: {needed - keys} missing"
    assert keys <= needed | optional, f"{label}: {keys - needed - optional} not known"


def editions(shipped):
    return {
        edition["id"]: (standard["id"], edition)
        for standard in shipped.standards
        for edition in standard["editions"]
    }


def test_an_alias_and_a_repeated_key_are_noticed():
    for text in ("a: &x 1\nb: *x", "a: 1\na: 2"):
        with pytest.raises(AssertionError):
            read_yaml(text)


def test_the_library_and_its_courses_have_their_keys(shipped):
    assert_keys(shipped.library, LIBRARY)
    for bank in shipped.library["banks"]:
        assert_keys(bank, {"id", "title", "description"})
        assert (FOLDER / "banks" / f"{bank['id']}.yaml").is_file()
    for course in shipped.courses.values():
        assert_keys(course, COURSE)
        assert_keys(course["exam"], {"id", "title", "minutes", "pass_mark", "pass_mark_basis",
                                     "attempts", "wait_hours", "cells"})
        assert isinstance(course["version"], str) and course["practice"]
        for quiz in course["practice"]:
            assert_keys(quiz, {"id", "title", "cells"})
        for quiz in (course["exam"], *course["practice"]):
            for cell in quiz["cells"]:
                assert_keys(cell, {"difficulty", "count"}, {"topic", "module", "bank"})
                assert ("topic" in cell) != ("module" in cell)
                assert cell.get("module") in {*course["modules"], None}


def test_every_module_is_in_the_course_over_the_whole_library(shipped):
    assert set(shipped.course["modules"]) == set(shipped.modules)
    for course in shipped.courses.values():
        assert set(course["modules"]) <= set(shipped.modules)
        assert len(course["modules"]) == len(set(course["modules"]))


def test_editions_have_their_keys_and_days_in_order(shipped):
    order = ("published", "withdrawn", "new_certificates_until", "certificates_until")
    codes = []
    for standard in shipped.standards:
        assert_keys(standard, {"id", "reference", "title", "certifiable", "editions"})
        for edition in standard["editions"]:
            assert_keys(edition, {"id", "label", "confirmed"},
                        {"aliases", "replaces", "bodies_ready_by", *order})
            days = [edition[key] for key in order if key in edition]
            assert all(isinstance(day, date) for day in days) and days == sorted(days)
            assert edition.get("replaces") in {None, *(e["id"] for e in standard["editions"])}
            codes += [edition["id"], *edition.get("aliases", ())]
    assert len(codes) == len(set(codes)) >= 50


def test_one_edition_takes_the_place_of_another_on_the_day_it_comes_out(shipped):
    for standard in shipped.standards:
        editions = {edition["id"]: edition for edition in standard["editions"]}
        for edition in editions.values():
            if "published" in edition and "replaces" in edition:
                assert editions[edition["replaces"]]["withdrawn"] == edition["published"]


def test_facts_have_their_keys_and_a_home(shipped):
    topics = {topic["id"] for topic in shipped.library["topics"]}
    known = editions(shipped)
    standards = {standard["id"] for standard in shipped.standards}
    for fact in shipped.facts.values():
        assert_keys(fact, FACT, {"standard", "edition", "clause"})
        assert fact["topic"] in topics and fact["difficulty"] in (1, 2, 3)
        assert isinstance(fact["review_due"], date)
        assert fact["paragraph"] in shipped.modules[fact["module"]].sections, fact["id"]
        assert fact.get("standard") in standards | {None}
        assert "clause" not in fact or ("edition" in fact and isinstance(fact["clause"], str))
        if "edition" in fact:
            standard, edition = known[fact["edition"]]
            assert standard == fact["standard"] and "published" in edition, fact["id"]


def test_topics_are_those_that_facts_use(shipped):
    used = {fact["topic"] for fact in shipped.facts.values()}
    assert {topic["id"] for topic in shipped.library["topics"]} == used


def test_terms_have_their_keys_and_facts(shipped):
    spellings = []
    for term in shipped.terms.values():
        assert_keys(term, {"id", "term", "definition", "facts"}, {"also"})
        assert term["facts"] and set(term["facts"]) <= set(shipped.facts)
        spellings += [word.casefold() for word in [term["term"], *term.get("also", [])]]
    assert len(spellings) == len(set(spellings))


def test_front_matter_has_its_keys_and_references(shipped):
    for module in shipped.modules.values():
        front = module.front
        assert_keys(front, FRONT)
        assert set(front["standards"]) <= set(editions(shipped))
        assert set(front["terms"]) <= set(shipped.terms)
        assert set(front["related"]) <= set(shipped.modules) - {module.id}
        for said in front["often_said"]:
            assert_keys(said, {"said", "precise", "facts"})
        for review in front["review"]:
            assert_keys(review, {"id", "question", "answer", "points", "facts"})
            assert review["id"].startswith(f"{module.id}-R") and len(review["points"]) >= 2
        cited = {fact for part in front["often_said"] + front["review"] for fact in part["facts"]}
        assert cited | set(front["facts"]) <= set(shipped.facts)


def test_questions_have_the_keys_of_their_type(shipped):
    for question in shipped.questions.values():
        needed, optional = OF_TYPE[question["type"]]
        assert_keys(question, QUESTION | needed, optional | {"enemies"})
        assert question["difficulty"] in (1, 2, 3) and question["use"] in ("exam", "practice")
        for option in question.get("options", []):
            assert_keys({"id": question["id"], **option}, {"id", "text"}, {"right", "feedback"})
            assert isinstance(option["text"], str) and option.get("right", True) is True
        if question["type"] == "true_false":
            assert isinstance(question["answer"], bool)


def test_a_question_takes_its_topic_from_its_fact(shipped):
    for question in shipped.questions.values():
        assert question["topic"] == shipped.facts[question["fact"]]["topic"], question["id"]
        assert question["id"].startswith(f"Q-{question['fact']}-")


def test_identifiers_are_plain(shipped):
    review_ids = [r["id"] for module in shipped.modules.values() for r in module.front["review"]]
    assert len(review_ids) == len(set(review_ids))
    for name in [*shipped.facts, *shipped.terms, *shipped.modules, *shipped.questions, *review_ids]:
        assert IDENTIFIER.fullmatch(name)


def test_the_example_file_in_the_readme_is_yaml():
    text = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 7 and all(read_yaml(block) for block in blocks)
