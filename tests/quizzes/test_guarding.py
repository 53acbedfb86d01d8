"""Between bank and exam: what would leave a published quiz short is said before it is so."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.banks import approving, directory, editing, versions
from isotrain.banks.batches import undoing
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.banks.pooling import EVERY, LeavesShort
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.mail.models import Outgoing
from isotrain.quizzes import guarding
from isotrain.quizzes.composition import Composition
from isotrain.quizzes.rules import Rules
from isotrain.settings.definitions import (
    MAIL_FROM,
    MAIL_HOST,
    TWO_PERSON_WEAKENING,
)
from isotrain.web.transaction import transaction
from tests.access.forms import forms_of
from tests.attempts import sitting
from tests.attempts.sitting import PRACTICE
from tests.banks.making import applied, checked
from tests.counting import counted
from tests.factories import BY, a_setting, a_user, client_of, committed, post
from tests.quizzes.test_composing import BANK, a_trainer, bench_of, cell, publish, save, stock_of

TOPIC, OTHER = "iso", "audit"


def of(topic: str = TOPIC, use: str = "exam", *, difficulty: int = 1) -> list[int]:
    """The questions of a topic that a form can hold and that may meet all others."""
    query = sa.select(Question.id).join(
        QuestionVersion, QuestionVersion.id == Question.approved_version_id)
    return list(db.session.scalars(query.where(
        Question.retired_at.is_(None), QuestionVersion.use == use,
        QuestionVersion.topic == topic, QuestionVersion.difficulty == difficulty,
        QuestionVersion.enemies.is_(None)).order_by(Question.id)))


def bank() -> int:
    return db.session.query(Bank).filter_by(slug=BANK).one().id


def available(user: int) -> int:
    """How many easy questions of the topic can stand in one form."""
    [found] = [row.cells[0].available for row in stock_of(user).grids[0].topics
               if row.subject.code == TOPIC and row.size == 1]
    return found


def needing_all(user: int) -> int:
    """Publish an exam that asks for every easy question of a topic there is; return its id."""
    save(user, Composition("Short exam", [cell(TOPIC, 1, available(user))], Rules(minutes=5)))
    publish(user)
    return sitting.quiz_of().id


@pytest.fixture
def tara(course_app):
    a_setting(TWO_PERSON_WEAKENING, False)
    return a_trainer()


@pytest.fixture
def each_tara(each_course_app):
    a_setting(TWO_PERSON_WEAKENING, False)
    return a_trainer()


def retire(user: int, question: int, agreed=()) -> None:
    with committed():
        approving.retire(bank(), question, by=Actor("user", user), agreed=agreed)


def is_retired(question: int) -> bool:
    db.session.rollback()
    return db.session.get_one(Question, question).retired_at is not None


def missing() -> dict[int, int]:
    db.session.rollback()
    return guarding.count_missing()


def test_what_a_published_exam_needs_is_retired_by_nobody_who_was_not_told(each_tara):
    exam, question = needing_all(each_tara), of()[0]
    needed = available(each_tara)
    with pytest.raises(LeavesShort) as refusal:
        retire(each_tara, question)
    [left] = refusal.value.quizzes
    assert (left.quiz_id, left.title, left.missing) == (exam, "Short exam", 1)
    assert left.lines == (f"What ISO is, difficulty 1 needs {needed} questions; {needed - 1} can be"
                          " drawn.",)
    assert refusal.value.status == 409 and "Short exam" in refusal.value.sentence
    assert not is_retired(question) and missing() == {}
    assert db.session.query(Event).filter_by(action="quiz.left_short").count() == 0


def test_who_was_told_may_and_all_who_look_after_the_course_hear_of_it(each_tara):
    colleague = a_trainer(bank=False)
    a_setting(MAIL_HOST, "mail.example")
    a_setting(MAIL_FROM, "training@example.com")
    exam, question = needing_all(each_tara), of()[0]
    retire(each_tara, question, agreed=[exam])
    assert is_retired(question) and missing() == {exam: 1}
    event = db.session.query(Event).filter_by(action="quiz.left_short").one()
    assert (event.scope, event.actor_id, event.details["missing"]) == ("training", each_tara, 1)
    letters = db.session.query(Outgoing).filter_by(kind=guarding.LETTER).all()
    assert {each.user_id for each in letters} == {each_tara, colleague}
    letter = guarding.write_letter(colleague, letters[0].params, False)
    assert letter.subject == "Short exam cannot be started: questions are missing"
    assert "What ISO is, difficulty 1 needs" in letter.text


def test_no_letter_says_what_is_no_longer_so(tara):
    exam, question = needing_all(tara), of()[0]
    retire(tara, question, agreed=[exam])
    with committed():
        approving.restore(bank(), question, by=Actor("user", tara))
    assert missing() == {}
    with pytest.raises(NotFound):
        guarding.write_letter(tara, {"quiz": exam}, False)


def test_agreeing_to_another_quiz_is_no_agreement(tara):
    needing_all(tara)
    with pytest.raises(LeavesShort):
        retire(tara, of()[0], agreed=[sitting.quiz_of(PRACTICE).id])
    retire(tara, of()[0], agreed=EVERY)


def test_a_quiz_that_is_short_already_stands_in_the_way_of_less_alone(tara):
    exam = needing_all(tara)
    first, second, *_more = of()
    retire(tara, first, agreed=[exam])
    retire(tara, of(difficulty=2)[0])  # not among those it needs
    with pytest.raises(LeavesShort) as refusal:
        retire(tara, second)
    assert refusal.value.quizzes[0].missing == 2
    with committed():
        approving.restore(bank(), first, by=Actor("user", tara))
    assert missing() == {}


def test_two_quizzes_that_would_be_short_are_both_named(tara):
    exam, practice = needing_all(tara), sitting.quiz_of(PRACTICE).id
    bench = bench_of(tara, practice)
    save(tara, replace(bench.composition, title="Warm up", cells=[
        cell(TOPIC, 1, len(of(use="practice")))]), quiz_id=practice)
    publish(tara, quiz_id=practice)
    with pytest.raises(LeavesShort) as refusal:
        retire(tara, of(use="practice")[0])
    assert [each.title for each in refusal.value.quizzes] == ["Warm up"]
    with pytest.raises(LeavesShort) as refusal, committed():
        pick = [of()[0], of(use="practice")[0]]
        db.session.execute(sa.update(Question).where(Question.id == pick[0]).values(
            retired_at=sa.func.current_timestamp()))
        approving.retire(bank(), pick[1], by=BY)
    assert {each.quiz_id for each in refusal.value.quizzes} == {exam, practice}
    assert "these published quizzes" in refusal.value.sentence


def moved(user: int, question: int) -> int:
    """Write a version of a question for another topic; return it."""
    row = db.session.get_one(Question, question)
    draft = versions.written([row.latest_version_id])[row.latest_version_id].draft(row.key)
    with committed():
        editing.revise(row.bank_id, question, replace(draft, topic=OTHER),
                       base=row.latest_version_id, by=Actor("user", user))
    return db.session.get_one(Question, question).latest_version_id


def test_a_question_that_moves_to_another_topic_is_missed_in_its_own(each_tara):
    exam, question = needing_all(each_tara), of()[0]
    version, by = moved(each_tara, question), Actor("user", each_tara)
    with pytest.raises(LeavesShort), committed():
        approving.approve(bank(), question, version, by=by)
    db.session.rollback()
    with pytest.raises(LeavesShort):
        approving.approve_many(bank(), [question], by=by, transaction=committed)
    db.session.rollback()
    assert missing() == {}
    with committed():
        approving.approve(bank(), question, version, by=by, agreed=[exam])
    assert missing() == {exam: 1}


def test_a_closed_quiz_and_a_draft_need_nothing(tara):
    save(tara, Composition("Draft", [cell(TOPIC, 1, available(tara))], Rules(minutes=5)))
    retire(tara, of()[0])
    assert missing() == {}


# -- pages


def agreeing(page: str, to: str) -> dict[str, list[str]]:
    """The fields of the form of a page by which it is agreed to go on."""
    [form] = [each for each in forms_of(page)
              if each.action.partition("?")[0] == to and "agreed" in each.names]
    data: dict[str, list[str]] = {}
    for name, value in form.values:
        data.setdefault(name, []).append(value)
    return data


def test_the_page_of_a_question_says_what_is_missing_and_asks_once_more(course_app, tara):
    exam, question = needing_all(tara), of()[0]
    client, page = client_of(course_app, tara), f"/banks/{bank()}/questions/{question}"
    stopped = post(client, page, {}, to=f"{page}/retire")
    assert stopped.status_code == 409 and not is_retired(question)
    assert "Nobody could start this published quiz any more: Short exam." in stopped.text
    assert "What ISO is, difficulty 1 needs" in stopped.text
    assert f'name="agreed" value="{exam}"' in stopped.text
    assert "Retire it all the same" in stopped.text and "get a mail" not in stopped.text
    done = post(client, page, {"agreed": str(exam)}, to=f"{page}/retire")
    assert done.status_code == 303 and is_retired(question)


def test_approving_a_moved_question_asks_once_more_as_well(course_app, tara):
    exam, question = needing_all(tara), of()[0]
    version = moved(tara, question)
    client, page = client_of(course_app, tara), f"/banks/{bank()}/questions/{question}"
    stopped = post(client, page, {"version": version}, to=f"{page}/approve")
    assert stopped.status_code == 409 and f'name="version" value="{version}"' in stopped.text
    done = client.post(f"{page}/approve", data=agreeing(stopped.text, f"{page}/approve"))
    assert done.status_code == 303 and missing() == {exam: 1}


def test_the_list_and_the_quiz_show_that_nobody_can_start_it(course_app, tara):
    exam = needing_all(tara)
    client = client_of(course_app, tara)
    assert "Cannot be started" not in client.get("/quizzes").text
    retire(tara, of()[0], agreed=[exam])
    listed = client.get("/quizzes").text
    assert listed.count("Cannot be started: 1 question is missing") == 1
    assert "Nobody can start the published version" in client.get(f"/quizzes/{exam}").text
    rows = client.get("/quizzes?as=csv").text.splitlines()
    assert [row.rpartition(",")[2] for row in rows if "Short exam" in row] == ["1"]


def test_what_is_missing_costs_the_list_the_same_for_one_quiz_as_for_many(course_app, tara):
    client = client_of(course_app, tara)
    client.get("/quizzes")
    with counted() as few:
        client.get("/quizzes?kind=exam")
    with counted() as many:
        client.get("/quizzes")
    assert len(many) == len(few)


def test_undoing_a_file_that_leaves_a_quiz_short_is_stopped_and_whoever_sits_keeps_the_form(
    each_tara,
):
    came = applied(bank(), checked(bank(), "Which gate opens first? {=North ~South}"),
                   Defaults(TOPIC, 1))
    approving.approve_many(bank(), came.question_ids(), by=BY, transaction=transaction)
    quiz, learner = needing_all(each_tara), a_user("employee")
    attempt = sitting.start(learner)
    form = sitting.items_of(attempt)
    with pytest.raises(LeavesShort), committed():
        undoing.undo(bank(), came.batch_id, by=BY)
    db.session.rollback()
    assert directory.get_question(bank(), came.question_ids()[0])
    with committed():
        undoing.undo(bank(), came.batch_id, by=BY, agreed=[quiz])
    assert guarding.count_missing() == {quiz: 1}
    assert sitting.items_of(attempt) == form
    sitting.answer_all(attempt, learner, right=len(form))
    sitting.submit(attempt, learner)
    assert sitting.result_of(attempt).passed


def test_undoing_on_the_page_and_by_command_asks_before_a_quiz_is_left_short(course_app, tara):
    came = applied(bank(), checked(bank(), "Which gate opens first? {=North ~South}"),
                   Defaults(TOPIC, 1))
    approving.approve_many(bank(), came.question_ids(), by=BY, transaction=transaction)
    exam, client = needing_all(tara), client_of(course_app, tara)
    page = f"/banks/{bank()}/batches/{came.batch_id}"
    stopped = post(client, page, to=f"{page}/undo")
    assert stopped.status_code == 409 and "Short exam" in stopped.text
    run = course_app.test_cli_runner().invoke
    refused = run(args=["bank", "undo", BANK, str(came.batch_id)])
    assert (refused.exit_code, "Short exam" in refused.output, missing()) == (1, True, {})
    data = agreeing(stopped.text, f"{page}/undo")
    assert data["agreed"] == [str(exam)]
    assert client.post(f"{page}/undo", data=data).status_code == 303
    assert missing() == {exam: 1}


def test_undoing_by_command_leaves_a_quiz_short_when_that_is_said(course_app, tara):
    came = applied(bank(), checked(bank(), "Which gate opens first? {=North ~South}"),
                   Defaults(TOPIC, 1))
    approving.approve_many(bank(), came.question_ids(), by=BY, transaction=transaction)
    exam = needing_all(tara)
    done = course_app.test_cli_runner().invoke(
        args=["bank", "undo", BANK, str(came.batch_id), "--leave-short"])
    assert (done.exit_code, missing()) == (0, {exam: 1})


def test_retiring_many_says_at_once_which_quiz_it_leaves_short(course_app, tara):
    exam, client, questions = needing_all(tara), client_of(course_app, tara), of()[:2]
    where = f"/banks/{bank()}"
    shown = post(client, where, {"do": "retire", "question": questions},
                 to=f"{where}/batches/preview")
    assert shown.status_code == 200 and "Short exam" in shown.text
    data = agreeing(shown.text, f"{where}/batches")
    assert data["agreed"] == [str(exam)]
    unsaid = {name: values for name, values in data.items() if name != "agreed"}
    assert client.post(f"{where}/batches", data=unsaid).status_code == 409
    assert not any(map(is_retired, questions)) and missing() == {}
    assert client.post(f"{where}/batches", data=data).status_code == 303
    assert all(map(is_retired, questions)) and missing() == {exam: 2}


def test_retiring_many_by_command_is_stopped_until_it_is_said(course_app, tara):
    exam, run = needing_all(tara), course_app.test_cli_runner().invoke
    keys = [db.session.get_one(Question, id_).key for id_ in of()[:2]]
    stopped = run(args=["bank", "retire", BANK, *keys])
    assert (stopped.exit_code, "Short exam" in stopped.output, missing()) == (1, True, {})
    done = run(args=["bank", "retire", BANK, *keys, "--leave-short"])
    assert (done.exit_code, missing()) == (0, {exam: 2})
