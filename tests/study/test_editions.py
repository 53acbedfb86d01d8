"""Pages of study say where the editions stand that they speak about, and what is past review."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from isotrain.db import db
from isotrain.quizzes import loading as quizzes
from isotrain.settings.definitions import CERTIFIED_EDITIONS
from isotrain.standards.models import Edition
from isotrain.study import content, review
from isotrain.study.models import Library, LibraryMember
from tests.factories import BY, a_setting, a_user, client_of, committed
from tests.keeping import small_course
from tests.standards.test_pages import noon
from tests.study.shipped import FOLDER

COURSE = "/courses/iso-certification"


def words(client, address):
    return " ".join(client.get(address).text.split())


def a_fact_on(label):
    """The code of a fact of the course on an edition."""
    facts = content.facts_by_code(content.get_course("iso-certification"))
    return next(code for code, fact in sorted(facts.items()) if fact.edition_label == label)


@pytest.mark.parametrize(("day", "said"), [
    ("2026-09-15", "In force"), ("2026-09-16", "Being replaced"), ("2029-09-30", "Being replaced"),
    ("2029-10-01", "Withdrawn"),
])  # fmt: skip
def test_a_fact_says_where_its_edition_stands(studied, day, said):
    code = a_fact_on("ISO 9001:2015 + Amd 1:2024")
    with noon(day):
        text = words(client_of(studied, a_user()), f"{COURSE}/facts/{code}")
    assert "ISO 9001:2015 + Amd 1:2024" in text and said in text and "invalid" not in text


def test_a_fact_of_no_edition_says_nothing_of_one(studied):
    text = words(client_of(studied, a_user()), f"{COURSE}/facts/A12")
    assert "No single standard" in text and "In force" not in text


def test_a_module_says_where_each_of_its_editions_stands(studied):
    with noon("2026-11-27"):
        text = words(client_of(studied, a_user()), f"{COURSE}/quality-and-iso-9001")
    assert "Where these editions stand" in text
    assert "ISO 9001:2026 took its place on 16 Sep 2026." in text


@pytest.mark.parametrize("page", [
    "", "/benefits-challenges-editions", "/quality-and-iso-9001"])
def test_a_course_and_its_modules_say_so(studied, page):
    nobody = "Nobody has entered yet to which editions your organization is certified"
    browser = client_of(studied, a_user())
    with noon("2026-11-28"):
        assert nobody in words(browser, COURSE + page)
        a_setting(CERTIFIED_EDITIONS, "ISO 9001:2026")
        text = words(browser, COURSE + page)
    told = text.split("To which edition we are certified")[1]
    assert nobody not in text and "ISO 9001:2026</dt>" in told.split("</dl>")[0]


def test_an_edition_that_is_withdrawn_keeps_its_place_in_the_course(studied):
    def labels():
        return [label for _code, label in content.get_course("iso-certification").editions]

    before = labels()
    with noon("2029-10-01"), committed():
        quizzes.load_course(FOLDER, by=BY)
    assert labels() == before and "ISO 9001:2015 + Amd 1:2024" in before
    with noon("2029-10-01"):
        text = words(client_of(studied, a_user("auditor")), f"{COURSE}/versions/1")
    assert "ISO 9001:2015 + Amd 1:2024" in text and "Withdrawn" in text


def test_a_renamed_edition_changes_no_version_of_before(studied):
    with committed():
        db.session.execute(sa.update(Edition).where(Edition.code == "iso-9001-2015")
                           .values(label="ISO 9001:2015 + Amd 2:2030"))
    course = content.get_course("iso-certification")
    assert "ISO 9001:2015 + Amd 1:2024" in dict(course.editions).values()


@pytest.fixture
def two_libraries(each_app, tmp_path):
    """The shipped library and a small one, whose two facts were due on 31 May 2027 as well."""
    with committed():
        quizzes.load_course(FOLDER, by=BY)
        quizzes.load_course(small_course.write(tmp_path / "short", "short"), by=BY)
    return each_app


@pytest.mark.parametrize(("today", "count"), [
    (date(2027, 1, 31), 0), (date(2027, 2, 1), 2), (date(2027, 5, 31), 3), (date(2027, 6, 1), 136),
])  # fmt: skip
def test_facts_are_past_their_review_the_day_after(two_libraries, today, count):
    assert review.count_past(today) == len(review.list_past(today, member=None)) == count


def test_health_counts_what_is_past_its_review_and_leads_there(two_libraries):
    admin = a_user("admin")
    with noon("2027-05-31"):
        text = words(client_of(two_libraries, admin), "/health")
    assert "3 facts are past their review" in text and 'href="/facts-to-review"' in text
    with noon("2027-01-31"):
        assert "past their review" not in words(client_of(two_libraries, admin), "/health")


def test_a_trainer_sees_the_facts_of_the_own_libraries(two_libraries):
    trainer, other, admin = a_user("trainer"), a_user("trainer"), a_user("admin")
    with committed():
        short = db.session.scalar(sa.select(Library.id).where(Library.slug == "short"))
        db.session.add(LibraryMember(library_id=short, user_id=trainer))
    with noon("2027-06-01"):
        pages = [words(client_of(two_libraries, user), "/facts-to-review")
                 for user in (trainer, other, admin)]
    assert ["Certification bodies audit and certify" in page for page in pages] == [
        True, False, True]
    assert ["On a camera" in page for page in pages] == [False, False, True]
    assert "Nothing is past its review" in pages[1]
    assert "31 May 2027" in pages[0] and "common knowledge" in pages[0]


def test_loading_says_which_facts_are_past_their_review(app, tmp_path):
    folder = small_course.write(tmp_path / "short", "short")
    runner = app.test_cli_runner()
    with noon("2027-05-31"):
        assert "looked at again" not in runner.invoke(args=["course", "load", str(folder)]).output
    with noon("2027-06-01"):
        lines = runner.invoke(args=["course", "load", str(folder)]).output.splitlines()
    assert [line for line in lines if "looked at again" in line] == [
        f'facts.yaml line {line}, review_due: The fact "{code}" was to be looked at again by'
        " 2027-05-31. Check it against its source, then write the next day."
        for line, code in ((6, "A1"), (14, "A2"))]
