"""Two courses over one library: what one reads counts in both, and every version shows again."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.exc import DBAPIError

from isotrain import clock
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.standards import directory
from isotrain.standards import loading as editions
from isotrain.standards.models import Edition
from isotrain.standards.rules import Known, State
from isotrain.study import bookmarks, content, library, loading, rules
from isotrain.study.models import Course, CourseFact, TermVersion
from isotrain.study.page import get_page
from tests.counting import counted
from tests.factories import BY, a_user, client_of, committed
from tests.keeping import small_course
from tests.study.conftest import texts

LONG, SHORT = "iso-certification", "iso-in-15-minutes"


def load(files):
    with committed():
        return loading.load(files, by=BY)


def modules_of(slug):
    return content.list_modules(content.get_course(slug).version_id)


def test_two_courses_list_modules_of_one_library_each_in_its_order(studied):
    assert [m.code for m in modules_of(LONG)] == ["M1", "M2", "M3", "M4", "M6", "M12"]
    assert [(m.code, m.position) for m in modules_of(SHORT)] == [("M1", 1), ("M2", 2)]
    assert [m.id for m in modules_of(SHORT)] == [m.id for m in modules_of(LONG)[:2]]


def test_a_course_may_list_modules_in_an_order_of_its_own(studied, files):
    changed = copy.deepcopy(files)
    changed.courses[1]["modules"] = ["M6", "M1"]
    load(changed)
    assert [m.code for m in modules_of(SHORT)] == ["M6", "M1"]


def test_a_module_read_in_one_course_is_read_in_the_other(studied):
    user = a_user()
    with committed():
        bookmarks.finished(user, modules_of(LONG)[0])
    learner = client_of(studied, user)
    for slug in (LONG, SHORT):
        assert "Completed" in learner.get(f"/courses/{slug}").text
    assert "1/6" in learner.get("/courses").text and "1/2" in learner.get("/courses").text


def test_a_course_shows_the_facts_and_terms_of_its_modules_only(studied):
    long, short = content.get_course(LONG), content.get_course(SHORT)
    facts = content.facts_by_code(short)
    assert set(facts) < set(content.facts_by_code(long))
    assert [fact.code for fact in facts.values() if fact.module_code not in ("M1", "M2")] == ["J01"]
    assert facts["A12"].module_slug == "what-iso-is"
    assert facts["J01"].module_slug == "", "cited in M2, at home in a module of the other course"
    terms = {term.code for term in content.list_terms(short)}
    assert terms < {term.code for term in content.list_terms(long)}
    with pytest.raises(NotFound):
        content.get_fact(short, "D01")


def test_related_modules_outside_the_course_are_not_offered(studied):
    related = {slug: [m.code for m in get_page(content.get_course(slug), "what-iso-is").related]
               for slug in (LONG, SHORT)}
    assert related == {LONG: ["M2", "M6"], SHORT: ["M2"]}


def test_a_change_to_a_module_of_one_course_leaves_the_other_at_its_version(studied, files):
    before = content.get_course(SHORT).version_id
    changed = copy.deepcopy(files)
    next(m for m in changed.modules if m["id"] == "M6")["goal"] += " And more."
    load(changed)
    assert content.get_course(SHORT).version_id == before
    assert content.get_course(LONG).number == 2


def reworded(files):
    """The library with another wording of a fact, a term and a module that both courses show."""
    changed = copy.deepcopy(files)
    next(f for f in changed.facts if f["id"] == "A12")["statement"] = "ISO certifies nobody at all."
    next(t for t in changed.terms if t["id"] == "standard")["definition"] = "A new definition."
    changed.modules[0]["title"] = "Another title of M1"
    return changed


@pytest.fixture
def twice(each_app, files):
    """The application after the library was loaded, and loaded again in other words."""
    load(files)
    load(reworded(files))
    return each_app


def test_an_old_version_shows_what_it_said_and_the_present_one_what_it_says(twice, files):
    was = next(f for f in files.facts if f["id"] == "A12")["statement"]
    old, new = content.get_version(LONG, 1), content.get_version(LONG, 2)
    assert (old.current, new.current) == (False, True)
    said = [content.facts_by_code(course)["A12"].statement for course in (old, new)]
    assert said == [was, "ISO certifies nobody at all."]
    terms = [{t.code: t.definition for t in content.list_terms(course)}["standard"]
             for course in (old, new)]
    assert terms[0] != terms[1] == "A new definition."
    titles = [content.list_modules(course.version_id)[0].title for course in (old, new)]
    assert titles == ["What ISO is and is not", "Another title of M1"]
    page = get_page(old, "what-iso-is")
    assert {fact.code: fact.statement for fact in page.facts}["A12"] == was


def test_loading_the_first_words_again_takes_every_first_version_up_again(twice, files):
    load(files)
    assert content.get_course(LONG).number == 1
    count = sa.select(sa.func.count()).select_from(TermVersion)
    assert db.session.scalar(count) == len(files.terms) + 1


def test_a_fact_that_is_gone_from_the_files_stays_in_old_versions(each_app, files):
    load(files)
    changed = copy.deepcopy(files)
    gone = changed.facts.pop()["id"]
    for module in changed.modules:
        module["facts"] = [code for code in module["facts"] if code != gone]
        module["body"] = module["body"].replace(f"[{gone}]", "")
    load(changed)
    assert gone not in content.facts_by_code(content.get_course(LONG))
    assert gone not in library.facts_by_code(content.get_course(LONG).library_id)
    assert gone in content.facts_by_code(content.get_version(LONG, 1))


def test_a_pin_cannot_be_changed(each_app, files):
    load(files)
    with pytest.raises(DBAPIError, match="frozen"), committed():
        db.session.execute(sa.update(CourseFact).values(course_version_id=1))
    db.session.rollback()


def test_a_withdrawn_edition_keeps_its_place_in_every_version(each_app, files):
    load(files)
    first = dict(content.get_course(LONG).editions)
    assert "iso-9001-2015" in first
    withdrawn = datetime(2029, 10, 1, tzinfo=UTC)
    with clock.frozen_at(withdrawn):
        states = {each.code: each.state for each in directory.list_editions(withdrawn.date())}
        assert states["iso-9001-2015"] == State.WITHDRAWN
        load(reworded(files))
        now = content.get_course(LONG)
    assert now.number == 2 and dict(now.editions) == first
    assert dict(content.get_version(LONG, 1).editions) == first
    fact = next(f for f in files.facts if f.get("edition") == "iso-9001-2015")["id"]
    for number in (1, 2):
        shown = content.facts_by_code(content.get_version(LONG, number))[fact]
        assert shown.source.startswith("ISO 9001:2015")


def test_an_edition_is_called_in_an_old_version_what_it_was_called_then(each_app, files):
    load(files)
    with committed():
        db.session.execute(sa.update(Edition).where(Edition.code == "iso-9001-2015")
                           .values(label="ISO 9001:2015 + Amd 2:2027"))
    fact = next(f for f in files.facts if f.get("edition") == "iso-9001-2015")["id"]
    shown = content.facts_by_code(content.get_version(LONG, 1))[fact]
    assert shown.edition_label == "ISO 9001:2015 + Amd 1:2024"


# -- the pages of versions


def reader(app, *roles):
    return client_of(app, a_user(*roles))


@pytest.mark.parametrize("role", ["trainer", "auditor"])
def test_versions_are_listed_and_each_shows_its_modules_facts_and_terms(app, files, role):
    load(files)
    load(reworded(files))
    browser = reader(app, role)
    listed = browser.get(f"/courses/{LONG}/versions").text
    assert listed.index("Version 2") < listed.index("Version 1")
    old = browser.get(f"/courses/{LONG}/versions/1").text
    assert "What ISO is and is not" in old and "Learners see a newer version" in old
    assert "ISO certifies nobody at all" not in old
    new = browser.get(f"/courses/{LONG}/versions/2").text
    assert "ISO certifies nobody at all" in new and "what learners see now" in new


def test_a_module_of_an_old_version_is_shown_read_only_with_links_into_that_version(app, files):
    load(files)
    load(reworded(files))
    browser = reader(app, "auditor")
    text = browser.get(f"/courses/{LONG}/versions/1/what-iso-is").text
    assert "What ISO is and is not" in text and "<form" not in text.split("<main")[1]
    assert f'href="/courses/{LONG}/versions/1#fact-' in text
    assert browser.get(f"/courses/{LONG}/versions/1/no-such-module").status_code == 404


def test_links_of_the_present_version_stay_in_it_for_who_is_no_learner(studied):
    page = reader(studied, "auditor").get(f"/courses/{LONG}/versions/1/what-iso-is").text
    assert f"/courses/{LONG}/versions/1#fact-" in page and f"/courses/{LONG}/facts/" not in page


@pytest.mark.parametrize("role", ["employee", "hr", "manager", "admin"])
def test_nobody_else_sees_old_versions(studied, role):
    browser = reader(studied, role)
    for path in ("versions", "versions/1", "versions/1/what-iso-is"):
        assert browser.get(f"/courses/{LONG}/{path}").status_code == 403


def test_what_does_not_exist_is_not_found(studied):
    browser = reader(studied, "trainer")
    for path in ("no-such/versions", "no-such/versions/1", f"{LONG}/versions/9"):
        assert browser.get(f"/courses/{path}").status_code == 404


def test_pages_of_study_ask_the_database_a_fixed_number_of_times(studied):
    browser = reader(studied, "trainer")
    limits = {"": 3, "/what-iso-is": 4, "/facts/A12": 2, "/glossary": 2, "/versions": 3,
              "/versions/1": 3, "/versions/1/what-iso-is": 2}
    for path, limit in limits.items():
        browser.get(f"/courses/{LONG}{path}")
        with counted() as queries:
            assert browser.get(f"/courses/{LONG}{path}").status_code == 200
        assert len(queries) <= limit, (path, len(queries), queries)


# -- the folder


def small(tmp_path, **changes):
    """The files of a folder of one course in the short layout, with some keys changed."""
    folder = small_course.write(tmp_path / "short", "short")
    course = yaml.safe_load((folder / "course.yaml").read_text())
    course.update(changes)
    (folder / "course.yaml").write_text(
        yaml.safe_dump({key: value for key, value in course.items() if value is not None}))
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def parsed(files):
    return rules.parse(files, Known.of(editions.read()))


def said(files):
    return [f"{problem.place}: {problem.message}" for problem in parsed(files).problems]


def test_a_folder_with_course_yaml_is_a_library_of_one_course_of_its_name(app, tmp_path):
    read = parsed(small(tmp_path))
    assert read.problems == []
    loaded = load(read)
    assert loaded.library.slug == "short" and [c.slug for c in loaded.courses] == ["short"]
    assert [m.code for m in modules_of("short")] == ["M1"]


@pytest.mark.parametrize(("changes", "problem"), [
    ({"exam": "none"}, "exam: Fields with names are expected here."),
    ({"exam": None}, "exam: The key is missing."),
    ({"practice": ["x"]}, "practice: Fields with names are expected here."),
    ({"practice": None}, "practice: The key is missing."),
    ({"modules": []}, "modules: The course has no module."),
    ({"modules": ["m1-short.md", "m1-short.md"]}, 'm1-short.md line 2, id: The id "M1" stands'),
    ({"modules": ["nowhere.md"]}, "nowhere.md: The file is missing."),
    ({"bank": None}, "bank: The key is missing."),
    ({"topics": []}, '"iso" is not known here.'),
    ({"colour": "red"}, 'colour: The key "colour" is unknown'),
])
def test_a_misshapen_course_is_a_problem_and_never_an_error(tmp_path, changes, problem):
    found = said(small(tmp_path, **changes))
    assert any(problem in each for each in found), found


def test_a_library_may_describe_standards_of_its_own(app, tmp_path):
    own = {"id": "own-1", "reference": "Own 1", "title": "Ours", "certifiable": False,
           "editions": [{"id": "own-1-2026", "label": "Own 1:2026", "published": "2026-02-01",
                         "confirmed": "2026-05-01"}]}
    files = small(tmp_path, standards=[own])
    facts = yaml.safe_load(files["facts.yaml"])
    facts[0].update(standard="own-1", edition="own-1-2026")
    loaded = load(parsed({**files, "facts.yaml": yaml.safe_dump(facts).encode()}))
    assert content.get_course_by_id(loaded.courses[0].id).editions == (
        ("own-1-2026", "Own 1:2026"),)


def test_an_edition_may_be_named_by_another_of_its_ids(app, tmp_path):
    files = small(tmp_path)
    facts = yaml.safe_load(files["facts.yaml"])
    facts[0]["edition"] = "iso-9001-next"
    loaded = load(parsed({**files, "facts.yaml": yaml.safe_dump(facts).encode()}))
    assert content.get_course_by_id(loaded.courses[0].id).editions == (
        ("iso-9001-2026", "ISO 9001:2026"),)


SHORT_FILE = f"courses/{SHORT}.yaml"


def with_short(change):
    """The shipped files with a change to the short course."""
    course = yaml.safe_load(texts()[SHORT_FILE])
    change(course)
    return {**texts(), SHORT_FILE: yaml.safe_dump(course, sort_keys=False).encode()}


@pytest.mark.parametrize(("cell", "problem"), [
    ({"topic": "nowhere"}, 'topic: "nowhere" is not known here.'),
    ({"module": "M9"}, 'module: "M9" is not known here.'),
    ({"module": "M6"}, 'module: "M6" is not known here.'),
    ({"topic": "iso", "bank": "elsewhere"}, 'bank: "elsewhere" is not known here.'),
    ({"topic": "iso", "module": "M1"}, "A row names a topic or a module."),
    ({}, "A row names a topic or a module."),
])
@pytest.mark.parametrize("quiz", ["exam", "practice"])
def test_a_cell_names_what_its_course_can_draw(cell, problem, quiz):
    def change(course):
        changed = course["exam"] if quiz == "exam" else course["practice"][0]
        changed["cells"] = [{"difficulty": 1, "count": 1, **cell}]

    (found,) = said(with_short(change))
    assert found.startswith(f"{SHORT_FILE} line ") and problem in found


def test_a_course_lists_modules_of_its_library_each_once():
    found = said(with_short(lambda course: course.update(modules=["M1", "M9", "M1"])))
    assert any('"M9" is not known here.' in each for each in found)
    assert any('The id "M1" stands twice.' in each for each in found)


def test_a_course_of_another_library_is_refused(studied, files):
    foreign = copy.deepcopy(files)
    foreign.library["id"] = "another"
    with pytest.raises(Refusal, match="belongs to another library"):
        load(foreign)
    db.session.rollback()
    assert db.session.query(Course).count() == 2
