"""Practice that is narrowed to some topics: how it starts, what it keeps, and where it is met."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts import history, replaying, reviewing, starting, taking
from isotrain.attempts.models import Attempt, AttemptMark, Form
from isotrain.audit.noting import Actor
from isotrain.banks import versions
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.keeping import verifying
from isotrain.quizzes.models import Quiz, QuizVersion
from tests.attempts import sitting
from tests.attempts.browsing import begin, text_of
from tests.attempts.sitting import EXAM, PRACTICE
from tests.counting import counted
from tests.factories import a_user, client_of, committed, post
from tests.quizzes import editing

SHORT = "iso-in-15-minutes-practice"
COURSE = "iso-certification"
PRACTISED = {"iso", "conformity", "audit", "nonconformity", "iso9001", "iso14001", "iso45001",
             "iso27001", "people", "editions"}


def practise(user: int, *topics: str, slug: str = PRACTICE) -> int:
    with committed():
        return taking.start(slug, user, by=Actor("user", user), topics=topics).id


def topics_of(attempt: int) -> list[str]:
    contents = versions.contents(item[0] for item in sitting.items_of(attempt))
    return sorted(content.topic for content in contents.values())


def differences(attempt: int) -> list[str]:
    db.session.rollback()
    return [found.message for found in replaying.replay(replaying.get_kept(attempt))]


def all_topics(slug: str = PRACTICE) -> list[str]:
    course = starting.content.get_course_by_id(sitting.quiz_of(slug).course_id)
    return [topic for topic, _title in course.topics]


def test_two_topics_share_the_questions_and_stand_in_form_and_receipt(each_course_app):
    attempt = practise(a_user(), "iso", "audit")
    form = db.session.get(Form, attempt)
    assert topics_of(attempt) == ["audit"] * 5 + ["iso"] * 5
    assert form.narrowed == form.receipt["narrowed"] == ["audit", "iso"]
    assert differences(attempt) == []
    assert verifying.verify().sound


def test_one_topic_is_asked_alone_also_where_a_cell_names_a_module(each_course_app):
    user = a_user()
    assert set(topics_of(practise(user, "audit"))) == {"audit"}
    whole = sitting.start(a_user(), SHORT)
    topic = topics_of(whole)[0]
    attempt = practise(user, topic, slug=SHORT)
    assert set(topics_of(attempt)) == {topic}
    assert differences(attempt) == differences(whole) == []


def test_narrowed_to_every_topic_it_asks_what_the_whole_quiz_does(course_app, monkeypatch):
    monkeypatch.setattr(starting.secrets, "token_hex", lambda size: "0f" * size)
    whole, narrowed = sitting.start(a_user(), PRACTICE), practise(a_user(), *all_topics())
    assert sitting.items_of(whole) == sitting.items_of(narrowed)
    assert db.session.get(Form, whole).narrowed is None
    assert "narrowed" not in db.session.get(Form, whole).receipt
    assert differences(whole) == differences(narrowed) == []


def test_it_is_derived_again_after_bank_and_quiz_have_changed(course_app):
    attempt = practise(a_user(), "iso", "iso")
    editing.retire_everything()
    assert differences(attempt) == []


@pytest.mark.parametrize("slug, topics, words", [
    (PRACTICE, ["iso", "nothing"], "no topic “nothing”"), (PRACTICE, [""], "no topic “”"),
    (EXAM, ["iso"], "An exam cannot be narrowed"),
])
def test_an_unknown_topic_and_an_exam_are_refused(each_course_app, slug, topics, words):
    with pytest.raises(Refusal, match=words):
        practise(a_user(), *topics, slug=slug)
    db.session.rollback()
    assert not db.session.query(Attempt).count()


def test_where_no_question_is_left_nothing_is_started(each_course_app):
    editing.retire_everything()
    with pytest.raises(Refusal, match="no questions on these topics"):
        practise(a_user(), "iso")
    db.session.rollback()
    assert not db.session.query(Attempt).count()


def test_what_is_open_goes_on_as_it_was_begun(each_course_app):
    user, other = a_user(), a_user()
    whole = sitting.start(user, PRACTICE)
    assert practise(user, "iso") == whole != practise(other, "iso")
    assert db.session.get(Form, whole).narrowed is None


def forge(attempt: int, **values: object) -> None:
    with committed():
        db.session.execute(sa.text("DROP TRIGGER freeze_form"))
        db.session.execute(sa.update(Form).where(Form.attempt_id == attempt).values(**values))


@pytest.mark.parametrize("forged", [["audit"], None])
def test_other_topics_are_found_out(course_app, forged):
    attempt = practise(a_user(), "iso")
    forge(attempt, narrowed=forged)
    assert "The topics are not those that the form was narrowed to." in differences(attempt)[0]


def test_an_exam_that_was_narrowed_is_found_out(course_app):
    attempt = sitting.start(a_user())
    forge(attempt, narrowed=all_topics())
    assert differences(attempt) == ["An exam was narrowed to some topics."]


def missed(attempt: int, user: int) -> list[str]:
    return reviewing.review(taking.get(attempt, user)).to_practise


def button_of(page: str) -> str:
    found = re.search(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*Practise these topics', page, re.DOTALL)
    return unescape(found[1])


def test_the_result_of_an_exam_leads_to_practice_of_what_was_missed(course_app, monkeypatch):
    monkeypatch.setattr(starting.secrets, "token_hex", lambda size: "0a" * size)
    user = a_user()
    browser = client_of(course_app, user)
    attempt = sitting.sit(user, right=17)
    wrong = set(db.session.scalars(sa.select(AttemptMark.topic).where(
        AttemptMark.attempt_id == attempt, AttemptMark.share != "1")))
    assert 1 <= len(wrong) <= 3 and set(missed(attempt, user)) == wrong
    page = browser.get(button_of(browser.get(f"/attempt/{attempt}/result").text),
                       follow_redirects=True)
    assert "You practise only these topics: " in text_of(page)
    fields = re.findall(r'name="topics" value="([^"]+)"', page.text)
    assert set(fields) == wrong
    begun = post(browser, f"/quiz/{PRACTICE}", {"topics": fields})
    number = int(begun.location.rsplit("/", 1)[1])
    assert set(topics_of(number)) == wrong & PRACTISED


def test_the_first_page_of_what_is_open_is_about_that_and_not_about_other_topics(browser, learner):
    practise(learner, "people")
    titles = dict(starting.content.get_course_by_id(sitting.quiz_of().course_id).topics)
    for address in (f"/quiz/{PRACTICE}", f"/quiz/{PRACTICE}?topics=people"):
        assert f"Your open attempt asks only about: {titles['people']}." in text_of(
            browser.get(address))
    for address in (f"/quiz/{PRACTICE}", f"/quiz/{PRACTICE}?topics=iso"):
        assert "5 questions No time limit" in text_of(browser.get(address))
    text = text_of(browser.get(f"/quiz/{PRACTICE}?topics=iso"))
    assert "Your open attempt goes on as you began it." in text and "Only some topics" not in text
    assert f"practise only these topics: {titles['iso']}." in text


def test_where_nothing_was_missed_all_practice_is_offered(course_app):
    user = a_user()
    attempt = sitting.sit(user, right=20)
    page = client_of(course_app, user).get(f"/attempt/{attempt}/result").text
    assert "Practise these topics" not in page and "Practise with other questions" in page


def another_practice(cells: list[dict[str, object]]) -> None:
    with committed():
        quiz = Quiz(slug="more", course_id=sitting.quiz_of(PRACTICE).course_id, kind="practice",
                    created_at=clock.now())
        db.session.add(quiz)
        db.session.flush()
        version = QuizVersion(quiz_id=quiz.id, number=1, state="published", title="More",
                              cells=cells, rules={"order": "shuffled"}, created_at=clock.now(),
                              published_at=clock.now())
        db.session.add(version)
        db.session.flush()
        quiz.published_version_id = version.id


def test_of_several_practice_quizzes_the_one_that_asks_most_about_the_topics_is_led_to(browser):
    iso, audit = ({"bank": COURSE, "topic": topic, "difficulty": 1, "count": 1}
                  for topic in ("iso", "audit"))
    sitting.change_rules(PRACTICE, cells=[iso, audit])
    another_practice([{**iso, "count": 5}])
    course = sitting.quiz_of(PRACTICE).course_id
    sizes = {topic: history.practice_on(course, [topic]) for topic in ("iso", "audit")}
    assert [sizes[topic].slug for topic in ("iso", "audit")] == ["more", PRACTICE]
    assert browser.get(f"/courses/{COURSE}/practice?topics=audit").location == (
        f"/quiz/{PRACTICE}?topics=audit")
    assert browser.get(f"/courses/{COURSE}/practice?topics=iso&topics=audit").location == (
        "/quiz/more?topics=iso&topics=audit")


def test_the_first_page_says_how_few_questions_there_are(browser):
    another_practice([{"bank": COURSE, "topic": "iso", "difficulty": 1, "count": 90}])
    text = text_of(browser.get("/quiz/more?topics=iso"))
    count = history.practice_on(sitting.quiz_of(PRACTICE).course_id, ["iso"]).size
    assert 1 < count < 90
    assert f"This quiz has only {count} questions on them; it usually asks 90." in text
    text = text_of(browser.get("/quiz/more?topics=audit"))
    assert "There is nothing to practise on these topics" in text
    assert "Start practising" not in text


def test_the_first_page_names_topics_without_questions(browser):
    text = text_of(browser.get(f"/quiz/{PRACTICE}?topics=iso&topics=benefits&topics=audit"))
    titles = dict(starting.content.get_course_by_id(sitting.quiz_of().course_id).topics)
    assert f"There are none on: {titles['benefits']}." in text
    text = text_of(browser.get(f"/quiz/{PRACTICE}?topics=iso&topics=audit"))
    assert "There are none on" not in text and f"{titles['iso']}, " in text
    assert set(topics_of(practise(a_user(), "iso", "benefits"))) == {"iso"}


@pytest.mark.parametrize("address", [f"/quiz/{PRACTICE}?topics=nothing", f"/quiz/{EXAM}?topics=iso",
                                     f"/quiz/{PRACTICE}?topics=", f"/quiz/{PRACTICE}?topic=iso"])
def test_an_address_with_what_is_not_there_is_refused(browser, address):
    assert browser.get(address).status_code == 400


def test_a_form_with_what_is_not_there_is_refused(browser):
    answer = post(browser, f"/quiz/{PRACTICE}", {"topics": ["iso", "nothing"]},
                  follow_redirects=True)
    assert answer.status_code == 400
    assert not db.session.query(Attempt).count()


def queries_of(browser, path: str) -> int:
    browser.get(path)
    with counted() as queries:
        assert browser.get(path).status_code < 400
    return len(queries)


@pytest.mark.parametrize("page", [f"/quiz/{PRACTICE}", f"/courses/{COURSE}/practice"])
def test_as_many_queries_are_asked_for_one_topic_as_for_all(browser, page):
    few, many = (f"{page}?" + "&".join(f"topics={topic}" for topic in topics)
                 for topics in (["iso"], all_topics()))
    assert queries_of(browser, few) == queries_of(browser, many) <= 10


def test_the_receipt_says_in_words_to_what_it_was_narrowed(course_app):
    user = a_user()
    browser, auditor = client_of(course_app, user), client_of(course_app, a_user("auditor"))
    narrowed, whole = practise(user, "audit", "iso"), begin(client_of(course_app, a_user()),
                                                            PRACTICE)
    titles = dict(starting.content.get_course_by_id(sitting.quiz_of().course_id).topics)
    words = f"Narrowed to {titles['audit']}, {titles['iso']}"
    for page in (browser.get(f"/attempt/{narrowed}/receipt"), auditor.get(f"/receipts/{narrowed}")):
        assert words in text_of(page)
    assert "nothing: the whole blueprint" in text_of(auditor.get(f"/receipts/{whole}"))
    shown = course_app.test_cli_runner().invoke(args=["attempt", "show", str(narrowed)])
    assert "audit, iso" in shown.output
