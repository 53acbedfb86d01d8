"""The page of what the checks find, and accepting it, as a trainer's browser meets them."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from isotrain.banks import directory
from isotrain.banks.checks import accepting, folders, looking
from isotrain.banks.models import Bank, BankMember, FindingAcceptance, Question
from isotrain.config import ROOT
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.linting.checking import WHY
from tests.attempts.browsing import text_of
from tests.banks.making import (
    a_bank,
    a_draft,
    a_question,
    a_trainer,
    actor,
    at_once,
    many_questions,
)
from tests.counting import counted
from tests.factories import a_user, client_of, committed, post

LONG = "A certification body that was accredited by the national accreditation body"
REASON = "The long option is the name of the body."


def finding(client, bank_id, key=""):
    return text_of(client.get(f"/banks/{bank_id}/checks{key}"))


def accept(client, bank_id, question_id, *, check="key-length", reason=REASON, **more):
    version = db.session.get_one(Question, question_id).latest_version_id
    db.session.rollback()
    return post(client, f"/banks/{bank_id}/checks", {
        "check": check, "question": question_id, "version": version, "reason": reason, **more})


def accepted():
    db.session.rollback()
    return db.session.scalars(sa.select(FindingAcceptance)).all()


@pytest.fixture
def flawed(bank_id):
    """A question of which the check `key-length` finds something."""
    return a_question(bank_id, a_draft(right=LONG))


def test_an_empty_bank_says_what_to_do(client, bank_id):
    page = client.get(f"/banks/{bank_id}/checks").text
    assert "No question yet" in page
    assert f"/banks/{bank_id}/uploads/new" in page


def test_findings_stand_by_question_with_why_and_a_link(client, bank_id, flawed):
    page = client.get(f"/banks/{bank_id}/checks")
    assert f'href="/banks/{bank_id}/questions/{flawed}"' in page.text
    assert "percent of the length of the wrong ones" in page.text
    assert "Who certifies?" in text_of(page)
    assert WHY["key-length"] in text_of(page)


def test_only_the_findings_of_one_s_own_bank_are_there(client, bank_id, flawed):
    other = a_bank(a_trainer(name="Tara"), title="Audits")
    foreign = a_question(other, a_draft("Which clause is it?", right=LONG))
    sent = {"check": "key-length", "reason": REASON}
    assert f"/questions/{foreign}" not in client.get(f"/banks/{bank_id}/checks").text
    for address in (f"/banks/{other}/checks", "/banks/4711/checks"):
        assert client.get(address).status_code == 404
        assert post(client, "/banks/new", sent, to=address).status_code == 404
    assert accepted() == []


def test_a_learner_is_refused(app, bank_id, flawed):
    learner = client_of(app, a_user("employee", name="Tara"))
    assert learner.get(f"/banks/{bank_id}/checks").status_code == 403


def test_the_address_narrows_by_severity_and_by_check(client, bank_id, flawed):
    a_question(bank_id, a_draft("Who audits?", explanation=""))
    errors = finding(client, bank_id, "?severity=error")
    assert "The explanation is missing" in errors
    assert "percent of the length" not in errors
    lengths = finding(client, bank_id, "?check=key-length")
    assert "percent of the length" in lengths
    assert "The explanation is missing" not in lengths
    assert "Nothing found" in finding(client, bank_id, "?check=article-cue")


@pytest.mark.parametrize("address", ["?severity=x", "?check=x", "?topic=x", "?sort=x", "?other=x"])
def test_what_is_not_on_offer_is_refused(client, bank_id, flawed, address):
    assert client.get(f"/banks/{bank_id}/checks{address}").status_code == 400


def test_retired_questions_are_not_looked_at(client, bank_id, flawed):
    page = f"/banks/{bank_id}/questions/{flawed}"
    post(client, page, to=f"{page}/retire")
    assert "No question yet" in finding(client, bank_id)


def test_a_larger_bank_costs_no_more_statements(client, bank_id):
    def cost():
        with counted() as statements:
            assert client.get(f"/banks/{bank_id}/checks").status_code == 200
        return len(statements)

    many_questions(bank_id, 5)
    cost()
    few = cost()
    many_questions(bank_id, 60)
    cost()
    assert cost() == few <= 15


def test_a_bank_too_large_for_a_page_is_looked_at_by_topic(client, bank_id, flawed, monkeypatch):
    a_question(bank_id)
    monkeypatch.setattr(looking, "MOST", 1)
    page = finding(client, bank_id)
    assert "Too many questions for a page" in page
    assert "percent of the length" not in page
    accept(client, bank_id, flawed)
    assert accepted() == []
    assert "Choose a topic first" in finding(client, bank_id)


def test_what_may_stay_stands_apart_with_reason_and_name(client, bank_id, trainer, flawed):
    assert accept(client, bank_id, flawed).status_code == 303
    page = finding(client, bank_id)
    apart = page[page.index("What may stay"):]
    assert REASON in apart
    assert "Tara" in apart
    assert "percent of the length" not in page[:page.index("What may stay")]
    [row] = accepted()
    assert (row.check_name, row.accepted_by, row.bank_id) == ("key-length", trainer, bank_id)


def test_accepting_on_the_page_of_the_question_leads_back_to_it(client, bank_id, flawed):
    page = client.get(f"/banks/{bank_id}/questions/{flawed}").text
    assert "percent of the length" in page
    answer = accept(client, bank_id, flawed, back="question")
    assert answer.location == f"/banks/{bank_id}/questions/{flawed}"
    assert REASON in client.get(answer.location).text


def test_another_question_and_a_newer_version_are_not_accepted_with_it(client, bank_id, trainer):
    first, second = (a_question(bank_id, a_draft(stem, right=LONG))
                     for stem in ("Who certifies a firm?", "Who issues what hangs in the hall?"))
    accept(client, bank_id, first)
    looked = looking.look(db.session.get_one(Bank, bank_id))
    spotted = {each.question_id: each for each in looked.spotted
               if each.finding.found_by == "key-length"}
    assert spotted[first].accepted
    assert not spotted[second].accepted


@pytest.mark.parametrize(("sent", "said"), [
    ({"reason": "short"}, "Enter the reason in a sentence"),
    ({"reason": "x" * 1001}, "at most 1000"),
    ({"check": "article-cue"}, "finds nothing there"),
    ({"check": "no-such-check"}, "finds nothing there"),
    ({"version": 1}, "newer version"),
])
def test_what_cannot_be_accepted_is_refused_in_words(client, bank_id, flawed, sent, said):
    a_question(bank_id)
    other = {"version": 0} if "version" in sent else {}
    answer = accept(client, bank_id, flawed, **{**sent, **other})
    assert answer.status_code == 303
    assert accepted() == []
    assert said in finding(client, bank_id)


def test_a_question_of_another_bank_is_not_accepted_through_one_s_own(client, bank_id, flawed):
    foreign = a_question(a_bank(a_trainer()), a_draft(right=LONG))
    assert accept(client, bank_id, foreign).status_code == 404
    assert accepted() == []


def test_of_two_at_once_one_accepts(app, bank_id, trainer, flawed):
    version = db.session.get_one(Question, flawed).latest_version_id

    def let_stay():
        accepting.accept(bank_id, "key-length", question_id=flawed, version_id=version,
                         reason=REASON, by=actor(trainer))

    results = at_once(app, [let_stay, let_stay])
    assert sorted(type(each).__name__ for each in results) == ["NoneType", "Refusal"]
    assert len(accepted()) == 1


def test_what_is_found_in_the_bank_is_accepted_once(client, bank_id, trainer):
    a_question(bank_id, a_draft())
    a_question(bank_id, a_draft("Who audits?", wrong=("ISO", "Nobody", "The law")))
    sent = {"check": "option-counts", "reason": "Some have three options for a reason."}
    post(client, f"/banks/{bank_id}/checks", sent)
    assert [row.version_id for row in accepted()] == [None]
    with pytest.raises(Refusal), committed():
        accepting.accept(bank_id, "option-counts", question_id=None, version_id=None,
                         reason=REASON, by=actor(trainer))


def test_the_page_of_the_shipped_bank_finds_what_the_folder_says(course_app):
    trainer = a_trainer()
    bank = directory.get_bank_by_slug("iso-certification", member=None)
    bank_id = bank.id
    [shipped] = folders.read(ROOT / "question_banks" / "iso-certification")
    by_folder, by_bank = looking.look_at(shipped.drafts), looking.look(bank)
    with committed():
        db.session.add(BankMember(bank_id=bank_id, user_id=trainer))
    assert by_folder.number == by_bank.number > 100
    assert ([(each.key, each.finding) for each in by_folder.spotted]
            == [(each.key, each.finding) for each in by_bank.spotted])
    assert by_folder.guesses == by_bank.guesses
    page = client_of(course_app, trainer).get(f"/banks/{bank_id}/checks")
    told = [int(number) for number in re.findall(r"(\d+) (?:error|warning|note)", text_of(page))]
    assert told[:3] == [by_folder.counts[name] for name in ("error", "warning", "note")]
