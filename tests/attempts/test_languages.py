"""A form is drawn in questions and frozen in one language; its receipt names the words."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from isotrain.attempts import exposure, replaying, starting
from isotrain.attempts.models import Form
from isotrain.banks import translating, versions
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.db import db
from isotrain.exams.receipts import NAMED
from tests.attempts import sitting
from tests.attempts.sitting import EXAM
from tests.banks.making import NOBODY, a_translation
from tests.factories import a_user, client_of, committed

CELL = {"bank": "iso-certification", "topic": "iso", "difficulty": 1, "count": 3}


@pytest.fixture
def bilingual(each_course_app, monkeypatch):
    """An exam of three questions, all of whose cell but one stand in German too."""
    monkeypatch.setattr(starting, "chosen_language", lambda: "de")
    sitting.change_rules(EXAM, [CELL], attempts=0, wait_hours=0)
    translate(of_cell()[1:])
    return each_course_app


def of_cell():
    query = (
        sa.select(Question.id, QuestionVersion.id)
        .join(QuestionVersion, QuestionVersion.id == Question.approved_version_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(Bank.slug == CELL["bank"], QuestionVersion.topic == CELL["topic"],
               QuestionVersion.difficulty == 1, QuestionVersion.use == "exam")
        .order_by(Question.id)
    )
    return db.session.execute(query).all()


def translate(rows, words="Auf Deutsch:"):
    """Translate approved versions, and approve that."""
    for question_id, version_id in rows:
        draft = versions.written([version_id])[version_id].draft()
        draft = replace(draft, stem=f"{words} {draft.stem}", language="de")
        bank_id = db.session.get_one(Question, question_id).bank_id
        version = a_translation(bank_id, question_id, draft)
        with committed():
            translating.approve(bank_id, [version], by=NOBODY)


def receipt(attempt):
    db.session.rollback()
    return db.session.get_one(Form, attempt).receipt


def differences(attempt):
    return replaying.replay(replaying.get_kept(attempt))


def test_a_form_is_asked_in_its_language_and_in_their_own_what_has_no_translation(bilingual):
    user = a_user()
    untranslated = of_cell()[0][1]
    seen = set()
    while len(seen) < 2:
        attempt = sitting.sit(user, right=3)
        stems = {version: versions.contents([version])[version].question().stem
                 for version, _arrangement in sitting.items_of(attempt)}
        assert all(stem.startswith("Auf Deutsch:") != (version == untranslated)
                   for version, stem in stems.items())
        assert sitting.result_of(attempt).score == "3"
        assert differences(attempt) == () and replaying.is_intact(replaying.get_kept(attempt))
        seen.add(untranslated in stems)


def test_a_receipt_names_question_number_language_revision_and_marking_rule(bilingual):
    attempt = sitting.start(a_user())
    kept = receipt(attempt)
    assert (kept["receipt"], kept["language"]) == (NAMED, "de")
    for row, (version, _arrangement) in zip(kept["questions"], sitting.items_of(attempt),
                                            strict=True):
        said = versions.contents([version])[version]
        assert row == [said.question_id, said.number, said.language, 1, said.marking]


def test_what_was_asked_stays_whatever_is_corrected_later(bilingual):
    attempt = sitting.start(a_user())
    before = sitting.items_of(attempt)
    translate(of_cell()[1:], "Besser:")
    assert sitting.items_of(attempt) == before and differences(attempt) == ()
    page = client_of(bilingual, user_of(attempt)).get(f"/attempt/{attempt}/1").text
    assert "Besser" not in page
    fresh = sitting.start(a_user())
    assert {row[3] for row in receipt(fresh)["questions"] if row[2] == "de"} == {2}
    assert differences(fresh) == ()


def user_of(attempt):
    from isotrain.attempts.models import Attempt

    return db.session.get_one(Attempt, attempt).user_id


@pytest.mark.parametrize(("changes", "said"), [
    ({"language": "en"}, "The questions are not the versions that the receipt names."),
    ({"questions": []}, "The questions are not the versions that the receipt names."),
])
def test_a_receipt_that_names_something_else_is_found_out(bilingual, changes, said):
    attempt = sitting.start(a_user())
    forged = {**receipt(attempt), **changes}
    with committed():
        trigger = " ON form" if db.engine.dialect.name == "postgresql" else ""
        db.session.execute(sa.text(f"DROP TRIGGER freeze_form{trigger}"))
        db.session.execute(sa.update(Form).where(Form.attempt_id == attempt)
                           .values(receipt=forged))
    found = [problem.message for problem in differences(attempt)]
    assert said in found


def test_receipts_from_before_questions_were_named_go_on_verifying(each_course_app):
    attempt = sitting.start(a_user())
    old = {name: value for name, value in receipt(attempt).items()
           if name not in ("receipt", "language", "questions")}
    with committed():
        trigger = " ON form" if db.engine.dialect.name == "postgresql" else ""
        db.session.execute(sa.text(f"DROP TRIGGER freeze_form{trigger}"))
        db.session.execute(sa.update(Form).where(Form.attempt_id == attempt).values(receipt=old))
    assert differences(attempt) == ()


def test_meeting_a_question_counts_in_whichever_language(bilingual):
    user = a_user()
    attempt = sitting.sit(user, right=0)
    questions = {versions.contents([item[0]])[item[0]].question_id
                 for item in sitting.items_of(attempt)}
    met = exposure.seen_before(user, kind="exam", banks=[CELL["bank"]])
    assert set(met) == questions and set(met.values()) == {1}
