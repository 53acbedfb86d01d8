"""A question that moves between exam and practice: never unseen while exams use it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from isotrain.audit.models import Event
from isotrain.banks import approving, editing, flipping, versions
from isotrain.banks.models import Bank, BankMember, Question, QuestionVersion
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.jobs.stepping import inside
from tests.attempts import sitting
from tests.banks.making import NOBODY, a_bank, a_draft, a_question, a_trainer, actor, filled
from tests.factories import a_user, client_of, committed, post

SLUG = "iso-certification"


@pytest.fixture
def tara(course_app):
    """A trainer who looks after the shipped bank, from which two published exams draw."""
    return keeper()


@pytest.fixture
def each_tara(each_course_app):
    return keeper()


def keeper():
    user = a_trainer()
    with committed():
        db.session.add(BankMember(bank_id=bank_id(), user_id=user))
    return user


def bank_id():
    return db.session.query(Bank.id).filter_by(slug=SLUG).scalar()


def a_used(use="exam", asked_by=None):
    """Return a question in use for something, or one that an open attempt asks."""
    query = (sa.select(Question.id)
             .join(QuestionVersion, QuestionVersion.id == Question.approved_version_id)
             .where(Question.bank_id == bank_id(), QuestionVersion.use == use)
             .order_by(Question.id))
    if asked_by:
        query = query.where(QuestionVersion.id.in_([i[0] for i in sitting.items_of(asked_by)]))
    return db.session.scalars(query.limit(1)).one()


def move(question, use, by):
    """Write the version that moves a question; return its id."""
    db.session.rollback()
    latest = db.session.get_one(Question, question).latest_version_id
    draft = replace(versions.written([latest])[latest].draft(), use=use)
    with committed():
        editing.revise(bank_id(), question, draft, base=latest, by=actor(by))
    return db.session.get_one(Question, question).latest_version_id


def approve(question, version, by):
    with committed():
        approving.approve(bank_id(), question, version, by=actor(by))


def use_of(question):
    db.session.rollback()
    version = db.session.get_one(Question, question).approved_version_id
    return db.session.get_one(QuestionVersion, version).use


def test_an_exam_question_does_not_move_to_practice_while_an_open_exam_asks_it(each_tara):
    learner = a_user()
    attempt = sitting.start(learner)
    question = a_used(asked_by=attempt)
    version = move(question, "practice", each_tara)
    with pytest.raises(Refusal, match="An open exam asks"):
        approve(question, version, each_tara)
    assert use_of(question) == "exam"
    sitting.submit(attempt, learner)
    approve(question, version, each_tara)
    assert use_of(question) == "practice"


def test_open_practice_keeps_no_question_from_moving(tara):
    attempt = sitting.start(a_user(), sitting.PRACTICE)
    question = a_used("practice", asked_by=attempt)
    approve(question, move(question, "exam", tara), tara)
    assert use_of(question) == "exam"


def test_another_version_of_an_asked_question_may_be_approved(tara):
    question = a_used(asked_by=sitting.start(a_user()))
    latest = db.session.get_one(Question, question).latest_version_id
    draft = replace(versions.written([latest])[latest].draft(), explanation="Said better.")
    with committed():
        editing.revise(bank_id(), question, draft, base=latest, by=actor(tara))
    approve(question, db.session.get_one(Question, question).latest_version_id, tara)
    assert use_of(question) == "exam"


def test_each_move_is_an_event_with_what_it_touches(each_tara):
    question = a_used()
    approve(question, move(question, "practice", each_tara), each_tara)
    approve(question, move(question, "exam", each_tara), each_tara)
    events = db.session.query(Event).filter_by(action="question.use_changed").order_by(Event.id)
    told = [(e.scope, e.object_id, e.details["from"], e.details["to"]) for e in events]
    assert told == [("banks", str(question), "exam", "practice"),
                    ("banks", str(question), "practice", "exam")]
    assert events[0].details["published_exams"] == 2 and events[0].details["open_exams"] == 0


def test_many_at_once_leave_out_what_would_show_keys_of_a_published_exam(each_tara):
    question, other = a_used(), a_used("practice")
    move(other, "exam", each_tara)
    filled(bank_id(), [question], use="practice", by=actor(each_tara))
    with committed():
        outcome = approving.approve_many(bank_id(), None, by=actor(each_tara), transaction=inside)
    assert [each.question_id for each in outcome.delicate] == [question]
    assert (outcome.count, use_of(question), use_of(other)) == (1, "exam", "exam")


def test_where_no_exam_draws_from_the_bank_many_move_at_once(app):
    tara = a_trainer()
    bank = a_bank(tara)
    question = a_question(bank, by=actor(tara))
    with committed():
        approving.approve_many(bank, None, by=actor(tara), transaction=inside)
    filled(bank, [question], use="practice", by=actor(tara))
    with committed():
        outcome = approving.approve_many(bank, None, by=actor(tara), transaction=inside)
    assert (outcome.count, outcome.delicate, use_of(question)) == (1, (), "practice")


def test_a_first_version_moves_nowhere(app):
    bank = a_bank()
    question = a_question(bank, a_draft(use="practice"))
    version = db.session.get_one(Question, question).latest_version_id
    assert flipping.find({question: version}) == []
    with committed():
        approving.approve_many(bank, None, by=NOBODY, transaction=inside)
    assert not db.session.query(Event).filter_by(action="question.use_changed").count()


def test_the_page_says_what_moving_does_before_it_is_done(tara, course_app):
    client = client_of(course_app, tara)
    question, back = a_used(), a_used("practice")
    url = f"/banks/{bank_id()}/questions/{question}"
    assert "Approving moves" not in client.get(url).text
    move(question, "practice", tara)
    text = client.get(url).text
    assert "Approving moves this question to practice" in text
    assert "2 published exams draw from this bank." in text
    move(back, "exam", tara)
    text = client.get(f"/banks/{bank_id()}/questions/{back}").text
    assert "Approving moves this question to exams" in text


def test_the_page_does_not_offer_what_would_be_refused(tara, course_app):
    client = client_of(course_app, tara)
    question = a_used(asked_by=sitting.start(a_user()))
    version = move(question, "practice", tara)
    url = f"/banks/{bank_id()}/questions/{question}"
    text = client.get(url).text
    assert "1 open exam asks it now" in text and f'{url}/approve' not in text
    done = post(client, url, {"version": version}, to=f"{url}/approve")
    assert "An open exam asks" in client.get(done.location).text
    assert use_of(question) == "exam"


def test_many_approved_on_the_page_name_what_was_left_out(tara, course_app):
    client, url = client_of(course_app, tara), f"/banks/{bank_id()}"
    question = a_used()
    move(question, "practice", tara)
    done = post(client, url, {"do": "approve-all"})
    key = db.session.get_one(Question, question).key
    assert f"approve them one by one on their pages: {key}" in client.get(done.location).text


def test_files_do_not_move_what_an_open_exam_asks(tara, tmp_path):
    import shutil

    from isotrain.quizzes import loading
    from tests.conftest import ROOT
    from tests.factories import BY

    folder = shutil.copytree(ROOT / "question_banks" / SLUG, tmp_path / "course")
    key = db.session.get_one(Question, a_used(asked_by=sitting.start(a_user()))).key
    [file] = [path for path in folder.rglob("*.yaml") if f"id: {key}\n" in path.read_text()]
    before, _id, after = file.read_text().partition(f"id: {key}\n")
    file.write_text(before + _id + after.replace("use: exam", "use: practice", 1))
    with pytest.raises(Refusal, match=f"An open exam asks {key}"), committed():
        loading.load_course(folder, by=BY)
    db.session.rollback()
