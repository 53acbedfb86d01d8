"""Words of a question in other languages: one identity, one key, a number, revisions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain.banks import approving, directory, editing, profile, translating, versions
from isotrain.banks.files import exporting, importing
from isotrain.banks.models import Approval, BankUpload, Question, QuestionVersion
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.jobs.stepping import inside
from isotrain.questions.draft import Option
from isotrain.settings.definitions import TWO_PERSON_QUESTIONS
from tests.banks.making import (
    NOBODY,
    a_bank,
    a_draft,
    a_question,
    a_trainer,
    a_translation,
    actor,
    applied,
    checked,
)
from tests.factories import a_setting, client_of, committed, post

GERMAN = a_draft("Wer zertifiziert?", right="Eine Zertifizierungsstelle",
                 wrong=("ISO", "Eine Akkreditierungsstelle"), explanation="So ist es.",
                 language="de")


@pytest.fixture
def asked(each_app):
    """A bank with an approved question: the ids of both."""
    bank_id = a_bank()
    question_id = a_question(bank_id)
    with committed():
        approving.approve_many(bank_id, [question_id], by=NOBODY, transaction=inside)
    return bank_id, question_id


def approve(bank_id, *version_ids, by=NOBODY):
    with committed():
        return translating.approve(bank_id, version_ids, by=by)


def approved_of(question_id):
    db.session.rollback()
    question = db.session.get_one(Question, question_id)
    assert question.approved_version_id is not None
    return question.approved_version_id


def test_a_translation_shares_question_number_and_key_and_what_it_is_about(asked):
    bank_id, question_id = asked
    original = approved_of(question_id)
    version = a_translation(bank_id, question_id, replace(GERMAN, topic="other", difficulty=3))
    kept, said = (versions.contents([id_])[id_] for id_ in (version, original))
    assert kept.identity == [question_id, said.number, "de", 1, said.marking]
    assert (kept.topic, kept.difficulty) == (said.topic, said.difficulty)
    words = versions.questions([version, original])
    assert words[version].judging() == words[original].judging()
    assert words[version].explanation == "So ist es."
    assert approved_of(question_id) == original


def test_a_corrected_translation_is_the_next_revision(asked):
    bank_id, question_id = asked
    first = a_translation(bank_id, question_id, GERMAN)
    second = a_translation(bank_id, question_id, replace(GERMAN, stem="Wer zertifiziert denn?"))
    french = a_translation(bank_id, question_id, replace(GERMAN, language="fr"))
    found = versions.contents([first, second, french])
    assert [found[id_].identity[2:4] for id_ in (first, second, french)] == [
        ["de", 1], ["de", 2], ["fr", 1]]


@pytest.mark.parametrize(("changes", "said"), [
    ({"options": GERMAN.options[::-1]}, "another key"),
    ({"options": GERMAN.options[:2]}, "another key"),
    ({"options": (*GERMAN.options[:2], Option("Teils", Fraction(1, 2)))}, "another key"),
    ({"type": "multiple_choice"}, "another key"),
    ({"options": (*GERMAN.options[:2], Option("iso"))}, "option"),
    ({"stem": "Was ist ![ein Schild](picture:schild.png)?"}, "picture is missing"),
])
def test_what_is_no_translation_of_the_question_is_left_out(asked, changes, said):
    bank_id, question_id = asked
    with pytest.raises(Refusal, match="has an error"):
        a_translation(bank_id, question_id, replace(GERMAN, **changes))
    token = db.session.scalar(sa.select(BankUpload.token))
    plan = importing.review(bank_id, token, importing.Defaults(), member=None).plan
    assert [step.effect for step in plan.steps] == ["faulty"]
    assert said in plan.problems[-1].message or said in plan.problems[-1].place


def test_a_foreign_bank_is_not_translated_and_its_translations_not_approved(asked):
    bank_id, question_id = asked
    stranger = actor(a_trainer())
    with pytest.raises(NotFound):
        a_translation(bank_id, question_id, GERMAN, by=stranger)
    version = a_translation(bank_id, question_id, GERMAN)
    with pytest.raises(NotFound):
        approve(bank_id, version, by=stranger)
    with pytest.raises(NotFound):
        approve(a_bank(title="Other"), version)


def test_an_original_is_not_approved_as_a_translation(asked):
    bank_id, question_id = asked
    with pytest.raises(NotFound):
        approve(bank_id, approved_of(question_id))


def test_two_persons_approve_a_translation_where_two_are_needed(each_app):
    author, colleague = a_trainer(), a_trainer()
    bank_id = a_bank(author, colleague)
    version = a_translation(bank_id, a_question(bank_id), GERMAN, by=actor(author))
    a_setting(TWO_PERSON_QUESTIONS, True)
    with pytest.raises(Refusal, match="Two persons are needed"):
        approve(bank_id, version, by=actor(author))
    assert approve(bank_id, version, by=actor(colleague)) == 1
    kept = db.session.get_one(Approval, version)
    assert (kept.approved_by, kept.second_approved_by) == (colleague, author)
    a_setting(TWO_PERSON_QUESTIONS, False)
    assert approve(bank_id, version, by=actor(author)) == 1


def test_only_the_newest_approved_words_are_used_and_else_its_own(asked):
    bank_id, question_id = asked
    original = approved_of(question_id)
    first = a_translation(bank_id, question_id, GERMAN)
    assert versions.in_language([original], "de") == [original]
    approve(bank_id, first)
    second = a_translation(bank_id, question_id, replace(GERMAN, stem="Wer denn?"))
    assert versions.in_language([original], "de") == [first]
    approve(bank_id, second)
    assert versions.in_language([original, original], "de") == [second, second]
    assert versions.in_language([original], "fr") == versions.in_language([original], "") == [
        original]


def test_the_next_version_of_a_question_begins_without_translations(asked):
    bank_id, question_id = asked
    approve(bank_id, a_translation(bank_id, question_id, GERMAN))
    base = approved_of(question_id)
    with committed():
        editing.revise(bank_id, question_id, a_draft("Who certifies now?"), base=base, by=NOBODY)
        approving.approve_many(bank_id, [question_id], by=NOBODY, transaction=inside)
    after = approved_of(question_id)
    assert versions.contents([after])[after].number == 2
    assert versions.in_language([after, base], "de")[0] == after


def test_the_database_lets_nothing_be_the_same_revision_twice(asked):
    bank_id, question_id = asked
    version = a_translation(bank_id, question_id, GERMAN)
    row = dict(db.session.execute(sa.select(QuestionVersion.__table__).where(
        QuestionVersion.id == version)).mappings().one())
    del row["id"]
    with pytest.raises(IntegrityError), committed():
        db.session.execute(sa.insert(QuestionVersion), [row])
    db.session.rollback()


def test_a_version_marked_by_a_rule_nobody_knows_is_refused(asked):
    _bank_id, question_id = asked
    row = dict(db.session.execute(sa.select(QuestionVersion.__table__).where(
        QuestionVersion.question_id == question_id)).mappings().one())
    del row["id"]
    with committed():
        unknown = db.session.scalar(sa.insert(QuestionVersion).returning(QuestionVersion.id), [
            {**row, "number": 9, "marking": "single_choice-99"}])
    assert unknown is not None
    with pytest.raises(KeyError, match="single_choice-99"):
        versions.contents([unknown])[unknown].question()


def test_the_page_of_a_question_shows_translations_beside_their_version(asked):
    bank_id, question_id = asked
    a_translation(bank_id, question_id, GERMAN)
    second = a_translation(bank_id, question_id, replace(GERMAN, stem="Wer denn?"))
    page = profile.question_page(directory.get_bank(bank_id, member=None),
                                 directory.get_question(bank_id, question_id))
    [past] = page.history
    assert [(each.id, each.language, each.revision) for each in past.translations] == [
        (second, "de", 2)]
    assert page.written.language == "en" and past.differences == ()


def test_a_translation_is_approved_on_the_page_of_its_question(app):
    trainer = a_trainer()
    bank_id = a_bank(trainer)
    question_id = a_question(bank_id)
    version = a_translation(bank_id, question_id, GERMAN)
    client, page = client_of(app, trainer), f"/banks/{bank_id}/questions/{question_id}"
    assert "Translation: de, revision 1" in client.get(page).text
    done = post(client, page, {"translation": version}, to=f"{page}/approve")
    assert "Forms in this language can use it." in client.get(done.location).text
    assert "Approve the translation" not in client.get(page).text


YAML = """\
- id: {key}
  type: single_choice
  stem: Wer zertifiziert?
  options: [{{text: Eine Stelle, right: true}}, {{text: ISO}}, {{text: Niemand}}]
  explanation: Darum.
  language: {language}
"""


def of(bank_id):
    return db.session.scalars(sa.select(Question).where(Question.bank_id == bank_id)).one()


def test_a_file_in_another_language_translates_what_it_names(asked):
    bank_id, question_id = asked
    text = YAML.format(key="Q-1", language="de")
    done = applied(bank_id, checked(bank_id, text, "de.yaml"))
    assert [step.effect for step in done.plan.steps] == ["translated"]
    assert "1 new version" in done.sentence and done.question_ids() == []
    [version] = done.translation_ids()
    assert versions.contents([version])[version].identity[:4] == [question_id, 1, "de", 1]
    again = importing.review(bank_id, checked(bank_id, text + "\n", "de.yaml"),
                             importing.Defaults(), member=None)
    assert [step.effect for step in again.plan.steps] == ["unchanged"]
    revised = text.replace("Darum.", "Genau darum.")
    done = applied(bank_id, checked(bank_id, revised, "de.yaml"))
    [version] = done.translation_ids()
    assert versions.contents([version])[version].revision == 2
    assert of(bank_id).latest_version_id == approved_of(question_id)


def test_a_file_with_another_key_or_twice_the_same_is_no_translation(asked):
    bank_id, _question_id = asked
    text = YAML.format(key="Q-1", language="de")
    other = text.replace("right: true", "feedback: Nein").replace(
        "{text: ISO}", "{text: ISO, right: true}")
    plan = importing.review(bank_id, checked(bank_id, other, "de.yaml"), importing.Defaults(),
                            member=None).plan
    assert [step.effect for step in plan.steps] == ["faulty"]
    assert "another key" in plan.problems[-1].message
    twice = text + YAML.format(key="Q-1", language="fr") + text.replace("Wer", "Wer auch")
    plan = importing.review(bank_id, checked(bank_id, twice, "de.yaml"), importing.Defaults(),
                            member=None).plan
    assert [step.effect for step in plan.steps] == ["translated", "translated", "faulty"]
    assert 'The id "Q-1" was used before (line 1).' in [p.message for p in plan.problems]


def test_translations_leave_under_their_ids_and_come_back_unchanged(asked):
    bank_id, question_id = asked
    a_question(bank_id, a_draft("Only in English?"))
    a_translation(bank_id, question_id, GERMAN)
    exported = exporting.write(bank_id, "yaml", member=None, language="de")
    assert exported.count == 1 and b"language: de" in exported.data
    plan = importing.review(bank_id, checked(bank_id, exported.data.decode(), "de.yaml"),
                            importing.Defaults(), member=None).plan
    assert [step.effect for step in plan.steps] == ["unchanged"]
    assert exporting.write(bank_id, "yaml", member=None, language="fr").count == 0
    assert b"language" not in exporting.write(bank_id, "yaml", member=None).data


def test_the_command_translates_and_exports(app, tmp_path):
    bank_id = a_bank()
    a_question(bank_id)
    file, out = tmp_path / "de.yaml", tmp_path / "out.yaml"
    file.write_text(YAML.format(key="Q-1", language="de"))
    runner = app.test_cli_runner()
    slug = directory.get_bank(bank_id, member=None).slug
    told = runner.invoke(args=["bank", "import", slug, str(file), "--approve"])
    assert "1 approved" in told.output, told.output
    told = runner.invoke(args=["bank", "export", slug, str(out), "--language", "de"])
    assert told.exit_code == 0 and "Wer zertifiziert?" in out.read_text()
