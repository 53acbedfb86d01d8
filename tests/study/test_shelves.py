"""What a library holds at present, for whom, and which of its courses say it."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain.db import db
from isotrain.study import content, library, loading, review
from isotrain.study.models import Course, Fact, LibraryMember, Module, Term
from isotrain.study.page import get_page
from tests.assignments.making import a_course
from tests.factories import BY, a_user, committed

LONG, SHORT = "iso-certification", "iso-in-15-minutes"


def the_library() -> int:
    return library.get_library(LONG, member=None).id


def test_courses_of_one_library_are_told_from_those_of_another(studied):
    other = a_course("Another course")
    elsewhere = db.session.get_one(Course, other.course).library_id
    assert {each.slug for each in library.list_kept_courses(None, library_id=the_library())} == {
        LONG, SHORT}
    assert [each.slug for each in library.list_kept_courses(None, library_id=elsewhere)] == [
        other.slug]
    assert len(library.list_kept_courses(None)) == 3


def test_what_is_gone_from_the_files_is_gone_from_the_shelf_and_comes_back(studied, files):
    fewer = copy.deepcopy(files)
    modules = set(fewer.courses[1]["modules"])
    fewer.courses = fewer.courses[1:]
    fewer.modules = [module for module in fewer.modules if module["id"] in modules]
    fewer.facts = [fact for fact in fewer.facts if fact["module"] in modules]
    fewer.terms = fewer.terms[1:]
    gone = files.terms[0]["id"]
    with committed():
        loading.load(fewer, by=BY)
    assert {title.code for title in library.list_modules(the_library())} == modules
    assert set(library.facts_by_code(the_library())) == {fact["id"] for fact in fewer.facts}
    assert set(library.fact_homes(the_library()).values()) == modules
    for table, kept in ((Module, len(fewer.modules)), (Fact, len(fewer.facts)),
                        (Term, len(fewer.terms))):
        query = sa.select(sa.func.count()).select_from(table)
        assert db.session.scalar(query.where(table.current_version_id.is_not(None))) == kept
    assert db.session.query(Term).filter_by(code=gone).one().current_version_id is None
    with committed():
        loading.load(files, by=BY)
    assert len(library.list_modules(the_library())) == len(files.modules)


def test_versions_of_a_course_come_newest_first_and_one_of_them_is_current(studied, files):
    changed = copy.deepcopy(files)
    changed.courses[0]["summary"] += " More."
    with committed():
        loading.load(changed, by=BY)
    assert [(each.number, each.current) for each in content.list_versions(LONG)] == [
        (2, True), (1, False)]
    assert [each.number for each in content.list_versions(SHORT)] == [1]
    assert content.get_version(LONG, 1).summary + " More." == content.get_course(LONG).summary


def test_modules_of_a_course_lead_to_those_before_and_after_them(studied):
    course = content.get_course(LONG)
    modules = content.list_modules(course.version_id)
    pages = [get_page(course, module.slug) for module in modules]
    assert [page.before for page in pages] == [None, *modules[:-1]]
    assert [page.after for page in pages] == [*modules[1:], None]


def test_a_fact_names_the_oldest_course_that_says_it(studied):
    said = library.courses_with_facts(the_library(), ["A12", "D01", "none"])
    assert said == {"A12": LONG, "D01": LONG}
    assert library.courses_with_facts(the_library() + 1, ["A12"]) == {}


@pytest.mark.parametrize(("later", "listed"), [(0, 0), (1, 1)])
def test_a_fact_is_past_its_review_the_day_after_for_who_looks_after_it(studied, later, listed):
    tara, other = a_user("trainer"), a_user("trainer")
    with committed():
        db.session.add(LibraryMember(library_id=the_library(), user_id=tara))
    first = min(fact.review_due for fact in library.facts_by_code(the_library()).values())
    due = [fact for fact in library.facts_by_code(the_library()).values()
           if fact.review_due == first]
    day = first + timedelta(days=later)
    expected = len(due) * listed
    assert len(review.list_past(day, member=tara)) == review.count_past(day) == expected
    assert review.list_past(day, member=other) == []
