"""Where two persons are needed: nobody approves their own, and who runs commands is a person."""

from __future__ import annotations

import pytest

from isotrain.banks import approving, translating
from isotrain.banks.models import Approval, Question
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.jobs.stepping import inside
from isotrain.settings.definitions import TWO_PERSON_QUESTIONS
from tests.banks.making import (
    NOBODY,
    a_bank,
    a_draft,
    a_question,
    a_trainer,
    a_translation,
    actor,
)
from tests.factories import a_setting, client_of, committed, post

GERMAN = a_draft("Wer zertifiziert?", right="Eine Stelle", wrong=("ISO", "Niemand"), language="de")


@pytest.fixture
def people(app):
    """Two trainers with a bank, and whoever runs commands; two persons are needed."""
    a_setting(TWO_PERSON_QUESTIONS, True)
    one, other = a_trainer(), a_trainer()
    return {"one": actor(one), "other": actor(other), "command": NOBODY}, a_bank(one, other)


def approve_question(bank_id, by, *, author):
    question_id = a_question(bank_id, by=author)
    version = db.session.get_one(Question, question_id).latest_version_id
    with committed():
        approving.approve(bank_id, question_id, version, by=by)
    return version


def approve_all(bank_id, by, *, author):
    question_id = a_question(bank_id, by=author)
    with committed():
        outcome = approving.approve_many(bank_id, None, by=by, transaction=inside)
    if outcome.own:
        raise Refusal("Two persons")
    return db.session.get_one(Question, question_id).approved_version_id


def approve_translation(bank_id, by, *, author):
    version = a_translation(bank_id, a_question(bank_id), GERMAN, by=author)
    with committed():
        assert translating.approve(bank_id, [version], by=by) == 1
    return version


@pytest.mark.parametrize("approve", [approve_question, approve_all, approve_translation])
@pytest.mark.parametrize(("author", "approver"), [
    ("one", "other"), ("command", "one"), ("one", "command")])
def test_two_of_them_are_enough(people, approve, author, approver):
    who, bank_id = people
    version = approve(bank_id, who[approver], author=who[author])
    kept = db.session.get_one(Approval, version)
    # The second name is the author's, where both have one.
    second = who[author].user_id if "command" not in (author, approver) else None
    assert (kept.approved_by, kept.second_approved_by) == (who[approver].user_id, second)


@pytest.mark.parametrize("approve", [approve_question, approve_all, approve_translation])
@pytest.mark.parametrize("author", ["one", "command"])
def test_one_alone_is_not(people, approve, author):
    who, bank_id = people
    with pytest.raises(Refusal, match="Two persons"):
        approve(bank_id, who[author], author=who[author])
    db.session.rollback()
    assert db.session.query(Approval).count() == 0


@pytest.mark.parametrize("language", ["", "de"])
def test_a_trainer_approves_on_the_page_what_a_command_wrote_and_not_their_own(
        app, people, language):
    who, bank_id = people
    client = client_of(app, who["one"].user_id)
    for author, said in (("command", "Approved."), ("one", "Two persons are needed")):
        question_id = a_question(bank_id, a_draft(f"By {author}?"), by=who[author])
        page = f"/banks/{bank_id}/questions/{question_id}"
        asked = {"version": db.session.get_one(Question, question_id).latest_version_id}
        if language:
            asked = {"translation": a_translation(bank_id, question_id, GERMAN, by=who[author])}
        answer = post(client, page, asked, to=f"{page}/approve")
        assert said in client.get(answer.location).text


def test_a_command_does_not_approve_the_translation_it_imports(app, people, tmp_path):
    _who, bank_id = people
    a_question(bank_id)
    file = tmp_path / "de.yaml"
    file.write_text("- {id: Q-1, type: single_choice, stem: Wer?, language: de, options: ["
                    "{text: Eine Stelle, right: true}, {text: ISO}, {text: Niemand}]}\n")
    told = app.test_cli_runner().invoke(args=["bank", "import", "audits", str(file), "--approve"])
    assert told.exit_code == 0, told.output
    assert "0 approved" in told.output and "1 waits for a second" in told.output, told.output
    assert db.session.query(Approval).count() == 0
