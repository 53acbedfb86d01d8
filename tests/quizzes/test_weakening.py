"""Making a published exam weaker takes two persons, is told, and stands in records."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from isotrain.accounts import registering
from isotrain.accounts.permissions import Role
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.mail.models import Outgoing
from isotrain.quizzes import confirming, loading, weakening
from isotrain.quizzes.models import QuizVersion
from isotrain.records.exporting import Export, csv_parts
from isotrain.records.filters import Filter
from isotrain.records.models import CompletionRecord
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST, TWO_PERSON_WEAKENING
from tests.attempts import sitting
from tests.attempts.sitting import EXAM, PRACTICE
from tests.factories import BY, a_setting, a_user, client_of, committed, csrf, post
from tests.quizzes.test_composing import a_trainer, bench_of, publish, save
from tests.quizzes.test_loading import SHIPPED, edit, folder, load

__all__ = ["folder"]
ALONE = "two persons are needed"


@pytest.fixture
def tara(course_app):
    return a_trainer()


@pytest.fixture
def each_tara(each_course_app):
    return a_trainer()


def weaken(user, **rules):
    """Save a draft that asks for less."""
    composition = bench_of(user).composition
    changed = replace(composition.rules, **(rules or {"pass_mark": 1}))
    return save(user, replace(composition, rules=changed))


def confirm(user, base=None):
    [waiting] = confirming.list_waiting()
    with committed():
        return confirming.confirm(waiting.quiz_id, base=base or waiting.base,
                                  by=Actor("user", user))


def published():
    db.session.rollback()
    return db.session.get_one(QuizVersion, sitting.quiz_of().published_version_id)


@pytest.mark.parametrize("rules", [
    {"pass_mark": 1}, {"attempts": 0}, {"wait_hours": 0}, {"feedback": "answers"}, {"minutes": 0}])
def test_nobody_makes_an_exam_weaker_alone(tara, rules):
    a_trainer()
    weaken(tara, **rules)
    with pytest.raises(Refusal, match=f"{ALONE}: ask a colleague"):
        publish(tara)
    assert published().number == 1


def test_fewer_or_easier_questions_are_weaker_as_well(tara):
    a_trainer()
    whole = bench_of(tara).composition
    easy = [{**cell, "count": 1} for cell in whole.cells if cell["difficulty"] == 1]
    for cells, word in ((whole.cells[1:], "Questions"), (easy, "Average difficulty")):
        save(tara, replace(whole, cells=cells))
        bench = bench_of(tara)
        lines = weakening.lines_of(bench.quiz, bench.published, bench.draft)
        assert any(line.label.startswith(word) for line in lines)
        with pytest.raises(Refusal, match=ALONE):
            publish(tara)


def test_a_colleague_publishes_it_and_the_version_says_two_persons_did(each_tara):
    colleague = a_trainer()
    weaken(each_tara, pass_mark=60)
    version = publish(colleague)
    assert (version.published_by, version.second_published_by) == (colleague, each_tara)
    assert version.weakened == [
        {"rule": "pass_mark", "before": 80, "after": 60, "alone": False}]


def test_stronger_or_as_strong_needs_nobody_else(tara):
    for rules in ({"pass_mark": 90}, {"pass_mark_basis": "Because"}):
        weaken(tara, **rules)
        assert publish(tara).weakened == []


def test_practice_and_an_exam_never_published_need_nobody_else(tara):
    bench = bench_of(tara, sitting.quiz_of(PRACTICE).id)
    save(tara, replace(bench.composition, rules=replace(bench.composition.rules, pass_mark=1)),
         quiz_id=bench.quiz.id)
    assert publish(tara, quiz_id=bench.quiz.id).weakened == []


def test_where_the_setting_is_off_one_does_and_the_version_says_so(each_tara):
    a_setting(TWO_PERSON_WEAKENING, False)
    weaken(each_tara)
    version = publish(each_tara)
    assert [each["alone"] for each in version.weakened] == [True]
    event = db.session.query(Event).filter_by(action="quiz.weakened").one()
    assert event.scope == "training"
    assert event.details == {"version": 2, "alone": True, "rules": [["pass_mark", 80, 1]]}
    weaken(each_tara, pass_mark_basis="Nothing else")
    assert [each["alone"] for each in publish(each_tara).weakened] == [True]
    assert db.session.query(Event).filter_by(action="quiz.weakened").count() == 1


# -- where nobody else looks after the course


def test_an_administrator_confirms_where_there_is_no_colleague(each_tara):
    weaken(each_tara)
    with pytest.raises(Refusal, match="an administrator finds it"):
        publish(each_tara)
    db.session.rollback()
    [waiting] = confirming.list_waiting()
    assert [(line.label, line.before, line.after) for line in waiting.lines] == [
        ("Pass mark", "80 %", "1 %")]
    admin = a_user("admin")
    version = confirm(admin)
    assert (version.published_by, version.second_published_by) == (admin, each_tara)
    assert published().weakened[0]["alone"] is False
    assert confirming.list_waiting() == []


def test_a_colleague_who_cannot_act_is_none(tara):
    """Somebody who left or teaches no more is no second person."""
    colleague = a_trainer()
    weaken(tara)
    assert confirming.list_waiting() == []
    with committed():
        registering.set_roles(colleague, frozenset({Role.EMPLOYEE}), by=BY, second=None)
    assert len(confirming.list_waiting()) == 1


def test_an_administrator_does_not_confirm_the_own_draft(tara):
    with committed():
        registering.set_roles(tara, frozenset({Role.TRAINER, Role.ADMIN}), by=BY, second=None)
    weaken(tara)
    with pytest.raises(Refusal, match="Another administrator"):
        confirm(tara)
    db.session.rollback()
    assert published().number == 1


def test_an_administrator_confirms_nothing_but_what_waits(tara):
    admin = Actor("user", a_user("admin"))
    weaken(tara, pass_mark=90)
    for quiz_id in (sitting.quiz_of().id, sitting.quiz_of(PRACTICE).id, 4711):
        with pytest.raises(NotFound), committed():
            confirming.confirm(quiz_id, base=bench_of(tara).base, by=admin)
    weaken(tara)
    a_trainer()
    with pytest.raises(NotFound), committed():
        confirming.confirm(sitting.quiz_of().id, base=bench_of(tara).base, by=admin)
    db.session.rollback()
    assert published().number == 1


def test_what_is_confirmed_is_what_was_seen(tara):
    weaken(tara, pass_mark=79)
    seen = bench_of(tara).base
    weaken(tara, pass_mark=1)
    with pytest.raises(Conflict):
        confirm(a_user("admin"), base=seen)
    db.session.rollback()
    assert published().number == 1


def test_the_page_shows_what_becomes_weaker_and_no_question(tara, course_app):
    weaken(tara)
    admin = client_of(course_app, a_user("admin"))
    text = admin.get("/weaker-exams").text
    assert "80 %" in text and "1 %" in text and "Confirm and publish" in text
    for path in ("", "/sample", "/versions/1"):
        assert admin.get(f"/quizzes/{sitting.quiz_of().id}{path}").status_code == 403
    [waiting] = confirming.list_waiting()
    stale = post(admin, "/weaker-exams", {"base": "old"}, to=f"/weaker-exams/{waiting.quiz_id}")
    assert stale.status_code == 409
    done = post(admin, "/weaker-exams", {"base": waiting.base},
                to=f"/weaker-exams/{waiting.quiz_id}")
    assert done.status_code == 303 and published().number == 2
    assert "No exam waits for you" in admin.get("/weaker-exams").text


def test_the_composer_sees_what_becomes_weaker_before_publishing(tara, course_app):
    client, url = client_of(course_app, tara), f"/quizzes/{sitting.quiz_of().id}"
    assert "makes the exam weaker" not in client.get(url).text
    weaken(tara)
    text = client.get(url).text
    assert "This draft makes the exam weaker" in text and "80 %" in text
    refused = post(client, url, {"base": bench_of(tara).base}, to=f"{url}/publish")
    assert refused.status_code == 422 and ALONE in refused.text


@pytest.mark.parametrize("role", ["employee", "trainer", "hr", "manager", "auditor"])
def test_nobody_but_administrators_confirms(tara, course_app, role):
    weaken(tara)
    client = client_of(course_app, a_user(role))
    token = {"csrf_token": csrf(client, "/account"), "base": bench_of(tara).base}
    assert client.get("/weaker-exams").status_code == 403
    url = f"/weaker-exams/{sitting.quiz_of().id}"
    assert client.post(url, data=token).status_code == 403
    assert published().number == 1


# -- who is told


def test_everybody_who_looks_after_the_course_is_written_to_once(tara):
    a_setting(MAIL_HOST, "mail.invalid")
    a_setting(MAIL_FROM, "isotrain@works.example")
    colleague, outsider = a_trainer(), a_trainer(member=False)
    weaken(tara, pass_mark=60)
    publish(colleague)
    told = {letter.user_id: letter for letter in
            db.session.query(Outgoing).filter_by(kind=weakening.LETTER)}
    assert set(told) == {tara, colleague} and outsider not in told
    letter = weakening.write_letter(tara, told[tara].params, False)
    assert "ISO standards and certification awareness has become weaker" in letter.subject
    assert "- Pass mark: 80 % > 60 %" in letter.text
    assert "Two persons decided this." in letter.text


def test_a_letter_says_when_one_person_decided_it(tara):
    a_setting(TWO_PERSON_WEAKENING, False)
    weaken(tara)
    version = publish(tara)
    params = {"version": version.id, "rules": ["pass_mark"]}
    assert "One person decided this alone." in weakening.write_letter(tara, params, False).text
    with pytest.raises(NotFound):
        weakening.write_letter(tara, {"version": version.id + 99, "rules": []}, False)


def test_without_mail_nobody_is_written_to(tara):
    weaken(tara)
    publish(a_trainer())
    assert db.session.query(Outgoing).count() == 0


# -- records


def test_records_say_what_had_been_made_weaker(each_tara):
    a_setting(TWO_PERSON_WEAKENING, False)
    before, after = a_user(name="Before"), a_user(name="After")
    sitting.submit(sitting.start(before), before)
    weaken(each_tara, pass_mark=60, attempts=0)
    publish(each_tara)
    sitting.submit(sitting.start(after), after)
    kept = {record.user_id: record.frozen["quiz"]["weakened"]
            for record in db.session.query(CompletionRecord)}
    assert not kept[before]
    assert sorted((each["rule"], each["alone"]) for each in kept[after]) == [
        ("attempts", True), ("pass_mark", True)]
    db.session.rollback()
    with Export(Filter()) as export:
        text = b"".join(csv_parts(export)).decode()
    told = {row["person_name"]: row["exam_weakened"] for row in csv.DictReader(io.StringIO(text))}
    assert told["Before"] == ""
    assert told["After"] == "pass_mark 80 > 60 alone; attempts 3 > 0 alone"


def test_the_page_of_a_record_says_it(tara, course_app):
    weaken(tara, pass_mark=60)
    publish(a_trainer())
    user = a_user()
    sitting.submit(sitting.start(user), user)
    record = db.session.query(CompletionRecord.id).scalar()
    text = client_of(course_app, a_user("hr")).get(f"/records/{record}").text
    assert "What had been made weaker in the exam" in text and "60 %" in text


# -- files


def test_files_make_no_exam_weaker_by_themselves(tara, folder):
    edit(folder, lambda course: course["exam"].update(pass_mark=50))
    with committed():
        outcome = loading.load_course(folder, by=BY)
    assert [problem.place for problem in outcome.warnings][-1] == EXAM
    assert published().number == 1 and bench_of(tara).draft.rules["pass_mark"] == 50
    assert "nothing changed" in load(folder)
    version = publish(tara)
    assert (version.rules["pass_mark"], version.weakened[0]["alone"]) == (50, False)
    assert "nothing changed" in load(folder)


def test_files_that_are_strong_again_take_their_draft_back(tara, folder):
    edit(folder, lambda course: course["exam"].update(pass_mark=50))
    load(folder)
    load(SHIPPED)
    assert published().rules["pass_mark"] == 80 and bench_of(tara).draft is None


def test_a_trainers_draft_is_not_overwritten_by_weaker_files(tara, folder):
    weaken(tara, pass_mark=90)
    edit(folder, lambda course: course["exam"].update(pass_mark=50))
    load(folder)
    assert bench_of(tara).draft.rules["pass_mark"] == 90 and published().number == 1


def test_where_the_setting_is_off_files_are_published_and_the_version_says_alone(tara, folder):
    a_setting(TWO_PERSON_WEAKENING, False)
    edit(folder, lambda course: course["exam"].update(pass_mark=50))
    load(folder)
    assert published().weakened == [
        {"rule": "pass_mark", "before": 80, "after": 50, "alone": True}]
