"""The pages of study, as a learner opens them."""

from __future__ import annotations

import pytest

from isotrain.study import bookmarks, content
from isotrain.study.page import get_page
from tests.assignments.making import a_course
from tests.counting import counted
from tests.factories import a_user, client_of, post

COURSE = "/courses/iso-certification"


@pytest.fixture
def learner(studied):
    return client_of(studied, a_user())


def module_urls():
    course = content.get_course("iso-certification")
    return [f"{COURSE}/{m.slug}" for m in content.list_modules(course.version_id)]


def test_every_module_shows_its_goal_facts_terms_and_review_questions(learner):
    course = content.get_course("iso-certification")
    for module in content.list_modules(course.version_id):
        text = learner.get(f"{COURSE}/{module.slug}").text
        page = get_page(course, module.slug)
        for fact in page.facts:
            assert f'id="fact-{fact.code}"' in text
        for section in page.sections:
            assert f'id="{section.anchor}"' in text
        for question in page.review:
            assert f'id="review-{question["id"]}"' in text
        assert page.terms
        for term in page.terms:
            assert f'popovertarget="about-{term.code}"' in text, (module.code, term.code)


def test_a_place_is_remembered_and_offered_next_time(learner):
    url = module_urls()[0]
    page = get_page(content.get_course("iso-certification"), url.rsplit("/", 1)[1])
    section = page.sections[2]
    post(learner, url, {"paragraph": section.anchor})
    assert f"Go on where you left off: {section.title}" in learner.get(url).text
    assert f"{url}#{section.anchor}" in learner.get(COURSE).text


def test_a_rating_is_remembered(learner):
    url = module_urls()[0]
    answered = post(learner, url, {"M1-R1": "partly"})
    assert answered.status_code == 303
    assert "Your rating: Partly" in " ".join(learner.get(url).text.split())


def test_a_finished_module_is_shown_as_done(learner):
    url = module_urls()[0]
    post(learner, url, {"finished": "yes"})
    assert "You finished this module" in learner.get(url).text
    assert "1/6" in learner.get("/courses").text


def test_the_courses_take_as_many_queries_for_seven_as_for_two(learner):
    counts = []
    for more in (2, 5):
        for n in range(more):
            a_course(f"Course {more} {n}")
        with counted() as statements:
            assert "1/6" not in learner.get("/courses").text
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "data", [{"paragraph": "nowhere"}, {"M1-R1": "perfect"}, {"M9-R1": "knew"}, {}]
)
def test_what_a_module_does_not_have_is_refused_in_words(learner, data):
    answered = post(learner, module_urls()[0], data)
    assert answered.status_code == 422
    assert "section does not exist" in answered.text or "one of the three" in answered.text


def test_a_fact_has_an_address_with_edition_and_paragraph(learner):
    text = learner.get(f"{COURSE}/facts/A12").text
    assert "Read the paragraph in M1" in text
    assert learner.get(f"{COURSE}/facts/Z99").status_code == 404


def test_unknown_courses_and_modules_are_not_found(learner):
    for url in ("/courses/none", "/courses/none/m", f"{COURSE}/none", "/courses/none/glossary"):
        assert learner.get(url).status_code == 404


def test_ratings_and_places_belong_to_one_reader(studied, learner):
    url = module_urls()[0]
    post(learner, url, {"M1-R1": "knew"})
    other = a_user()
    text = client_of(studied, other).get(url).text
    assert "Your rating" not in text
    module = content.list_modules(content.get_course("iso-certification").version_id)[0]
    assert bookmarks.ratings_of(other, module.id) == {}
