"""Pages of banks and questions, as a trainer's browser meets them."""

from __future__ import annotations

import re
from gettext import NullTranslations

import pytest
import sqlalchemy as sa

from isotrain.banks import directory, tending, versions
from isotrain.banks.files import exporting
from isotrain.banks.models import Approval, BankMember, Question
from isotrain.db import db
from isotrain.i18n import SOURCE, speaking
from isotrain.questions.draft import Draft
from isotrain.settings.definitions import TWO_PERSON_QUESTIONS
from isotrain.study import membership
from tests.attempts.browsing import text_of
from tests.banks.making import a_bank, a_draft, a_question, a_trainer, actor, many_questions
from tests.catalogues import speak
from tests.counting import counted
from tests.factories import a_setting, a_user, client_of, committed, post

CHOICE = {"stem": "Who *certifies*?", "option-1": "A certification body",
          "option-2": "ISO", "option-2-feedback": "It writes standards.", "right": "1",
          "shuffle": "y", "explanation": "Bodies certify.", "topic": "audits", "difficulty": "2",
          "use": "practice", "fact": "", "enemies": "pair", "do": "save"}


@pytest.fixture
def course_bank(course_app):
    """A trainer's browser and the shipped bank."""
    trainer = a_trainer()
    bank_id = directory.get_bank_by_slug("iso-certification", member=None).id
    with committed():
        db.session.add(BankMember(bank_id=bank_id, user_id=trainer))
    return client_of(course_app, trainer), bank_id


def newest():
    db.session.rollback()
    return db.session.scalars(sa.select(Question).order_by(Question.id.desc())).first()


def written(question):
    return versions.written([question.latest_version_id])[question.latest_version_id]


def test_a_trainer_without_a_bank_is_told_what_to_do(app, client):
    page = client.get("/banks").text
    assert "You look after no bank yet" in page
    assert 'href="/banks/new"' in page


def test_opening_a_bank_leads_to_it(app, client, trainer):
    answer = post(client, "/banks/new", {"title": "Audits", "description": "", "course": ""})
    assert answer.status_code == 303
    assert "No question yet" in client.get(answer.location).text
    assert "Audits" in client.get("/banks").text


@pytest.mark.parametrize(("title", "said"), [("", "Enter the title"), ("  ", "Enter the title"),
                                             ("x" * 121, "120")])
def test_a_bank_without_a_proper_title_is_refused(app, client, title, said):
    answer = post(client, "/banks/new", {"title": title, "course": ""})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_course_that_is_not_on_offer_counts_as_none(app, client):
    answer = post(client, "/banks/new", {"title": "Audits", "course": "99"})
    assert answer.status_code == 303


def test_foreign_and_missing_banks_are_not_found(app, client):
    foreign = a_bank(a_trainer(), title="Secret")
    question = a_question(foreign)
    for bank in (foreign, 4711, 2**70):
        for path in ("", "/settings", "/export", "/uploads/new", f"/questions/{question}",
                     f"/questions/{question}/edit", "/questions/new/true_false", "/uploads/x"):
            answer = client.get(f"/banks/{bank}{path}")
            assert answer.status_code == 404, path
            assert "Secret" not in answer.text
        for path in ("", "/members", "/members/1/remove", "/export", "/settings",
                     f"/questions/{question}/approve", f"/questions/{question}/retire",
                     f"/questions/{question}/restore", f"/questions/{question}/edit",
                     "/questions/new/true_false", "/uploads/x"):
            answer = post(client, "/banks/new", {"name": "T", "title": "T", "question": question,
                                                 "format": "yaml", "version": "1"},
                          to=f"/banks/{bank}{path}")
            assert answer.status_code == 404, path


def test_questions_are_found_in_their_own_bank_only(app, client, trainer, bank_id):
    other = a_bank(trainer, title="Other")
    question = a_question(other)
    assert client.get(f"/banks/{bank_id}/questions/{question}").status_code == 404
    assert client.get(f"/banks/{bank_id}/questions/{2**70}").status_code == 404


@pytest.mark.parametrize("role", ["employee", "hr", "manager", "auditor", "admin"])
def test_nobody_but_trainers_gets_in(app, bank_id, role):
    browser = client_of(app, a_user(role))
    for path in ("", "/new", f"/{bank_id}", f"/{bank_id}/export"):
        assert browser.get(f"/banks{path}").status_code == 403


# -- the list


def test_the_list_searches_filters_and_sorts(course_bank):
    client, bank_id = course_bank
    here = f"/banks/{bank_id}"
    assert "1 question" in client.get(f"{here}?q=q-a12-1").text
    everything = _total(client.get(here).text)
    parts = [_total(client.get(f"{here}?difficulty={n}").text) for n in (1, 2, 3)]
    assert sum(parts) == everything > 100
    assert sum(_total(client.get(f"{here}?type={t}").text) for t in (
        "single_choice", "multiple_choice", "true_false")) == everything
    assert _total(client.get(f"{here}?state=draft").text) == 0
    assert _total(client.get(f"{here}?use=exam").text) < everything
    assert _total(client.get(f"{here}?fact=A12").text) >= 1
    first, last = (re.search(r"Q-\w+-\d", client.get(f"{here}?sort={s}").text).group()
                   for s in ("key", "-key"))
    assert first < last


def _total(page):
    return int(re.search(r'filter-count">(\d+) question', page).group(1))


@pytest.mark.parametrize("query", ["after=9999999999999999999", "before=-3", "q=%00%ff",
                                   "topic=" + "x" * 5000, "q=%25_\\"])
def test_nonsense_in_the_address_is_no_error(course_bank, query):
    client, bank_id = course_bank
    assert client.get(f"/banks/{bank_id}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["difficulty=9", "difficulty=x", "state=gone",
                                   "type='--", "use=both", "language=xx"])
def test_what_is_not_on_offer_is_refused_in_words(course_bank, query):
    client, bank_id = course_bank
    answer = client.get(f"/banks/{bank_id}?{query}")
    assert answer.status_code == 400 and query.partition("=")[0] in answer.text


def test_a_wildcard_is_searched_for_as_it_is(app, client, bank_id):
    a_question(bank_id, a_draft("Is 50% enough?"))
    a_question(bank_id, a_draft("Is 50 enough?"))
    assert _total(client.get(f"/banks/{bank_id}?q=50%25").text) == 1


def test_pages_cost_the_same_with_ten_and_with_three_hundred_questions(app, client, bank_id):
    def cost():
        seen = []
        for path in ("/banks", f"/banks/{bank_id}", f"/banks/{bank_id}/questions/1",
                     f"/banks/{bank_id}/export"):
            client.get(path)
            with counted() as statements:
                assert client.get(path).status_code == 200
            seen.append(len(statements))
        return seen

    many_questions(bank_id, 10)
    few = cost()
    many_questions(bank_id, 290)
    many = cost()
    # One more counts the rows once they fill more than a page.
    assert all(more - less <= 1 for less, more in zip(few, many, strict=True)) and max(many) <= 15


def test_many_are_approved_at_once_and_the_others_named(app, client, bank_id):
    complete = a_question(bank_id)
    half = a_question(bank_id, a_draft("Half?", topic=""))
    answer = post(client, f"/banks/{bank_id}", {"do": "approve", "question": [complete, half]})
    page = client.get(answer.location).text
    assert "1 question approved." in page
    assert "Not complete yet: Q-2." in page


def test_the_list_stays_filtered_after_an_act(app, client, bank_id):
    question = a_question(bank_id)
    answer = post(client, f"/banks/{bank_id}?state=draft&sort=-saved",
                  {"do": "approve", "question": question})
    assert answer.location == f"/banks/{bank_id}?state=draft&sort=-saved"


def test_information_is_approved_without_saying_that_a_form_draws_it(app, client, bank_id):
    question = a_question(bank_id, Draft("", "information", "Read this.", topic="t", difficulty=1))
    page = f"/banks/{bank_id}/questions/{question}"
    shown = client.get(page).text
    assert "Every form shows" not in shown and "Nothing is asked, so nothing is earned." in shown
    version = re.search(r'name="version" value="(\d+)"', shown).group(1)
    done = client.get(post(client, page, {"version": version}, to=f"{page}/approve").location).text
    assert "Approved. It asks nothing, so no quiz draws it." in done
    assert "New forms can draw it" not in done


@pytest.mark.parametrize("data", [{"do": "approve"}, {"do": "approve", "question": "x"},
                                  {"question": "1e9"}])
def test_acting_on_nothing_is_said(app, client, bank_id, data):
    a_question(bank_id)
    answer = post(client, f"/banks/{bank_id}", data)
    assert "Choose" in client.get(answer.location).text


# -- one question


def test_a_question_is_written_shown_edited_and_approved(app, client, bank_id):
    answer = post(client, f"/banks/{bank_id}/questions/new/single_choice", CHOICE)
    assert answer.status_code == 303
    question = newest()
    said = written(question)
    assert (said.topic, said.difficulty, said.use, said.enemies) == ("audits", 2, "practice",
                                                                     "pair")
    page = client.get(answer.location).text
    assert "Who <em>certifies</em>?" in page and "It writes standards." in page
    edit = f"/banks/{bank_id}/questions/{question.id}/edit"
    base = question.latest_version_id
    answer = post(client, edit, {**CHOICE, "stem": "Who audits?", "base": base})
    assert answer.status_code == 303
    latest = newest().latest_version_id
    answer = post(client, f"/banks/{bank_id}/questions/{question.id}", {"version": latest},
                  to=f"/banks/{bank_id}/questions/{question.id}/approve")
    page = client.get(answer.location).text
    assert "Approved. New forms can draw it." in page
    assert "<del>" in page and "<ins>audits</ins>" in page
    assert db.session.scalar(sa.select(sa.func.count(Approval.version_id))) == 1


def test_the_form_of_a_question_holds_all_it_says(app, client, bank_id):
    post(client, f"/banks/{bank_id}/questions/new/single_choice", CHOICE)
    question = newest()
    before = written(question).hash
    page = client.get(f"/banks/{bank_id}/questions/{question.id}/edit").text
    answer = client.post(f"/banks/{bank_id}/questions/{question.id}/edit", data=_fields(page))
    assert "Nothing was changed." in client.get(answer.location).text
    assert written(newest()).hash == before


def _fields(page):
    """What a browser would send of the editor's form."""
    form = re.search(r"<form[^>]*data-editor>(.*?)</form>", page, re.DOTALL).group(1)
    values = {}
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form,
                                  re.DOTALL):
        values[name] = value
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "radio" not in tag) or "checked" in tag):
            values[name.group(1)] = value.group(1) if value else "y"
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form,
                                    re.DOTALL):
        chosen = re.search(r'selected[^>]*value="([^"]*)"', options)
        values[name] = chosen.group(1) if chosen else ""
    return {**values, "do": "save"}


@pytest.mark.parametrize("type_name", ["multiple_choice", "true_false"])
def test_the_other_types_are_written_as_well(app, client, bank_id, type_name):
    more = {"answer": "false", "feedback_true": "No."} if type_name == "true_false" else {
        "option-3": "An accreditation body", "right": ["1", "3"]}
    answer = post(client, f"/banks/{bank_id}/questions/new/{type_name}", {**CHOICE, **more})
    assert answer.status_code == 303
    right = [option.text for option in written(newest()).question.draft().right]
    assert right == (["False"] if type_name == "true_false"
                     else ["A certification body", "An accreditation body"])


@pytest.mark.parametrize(("rule", "shares", "told", "guessed"), [
    ("", {}, "choosing everything earns nothing", "earns 28 % of the mark"),
    ("all_or_nothing", {}, "every right option and no other", "earns 14 % of the mark"),
    ("per_option", {}, "leave a wrong one", "earns 42 % of the mark"),
    ("weights", {"1": "1/2", "2": "-1", "3": "0.5"}, "own part of the mark", "earns 28 % of the"),
    ("guessing", {}, "choosing everything earns nothing", "earns 28 % of the mark"),
])
def test_a_trainer_chooses_how_ticks_are_marked(app, client, bank_id, rule, shares, told, guessed):
    sent = {**CHOICE, "option-3": "An accreditor", "right": ["1", "3"], "rule": rule}
    sent |= {f"option-{n}-share": share for n, share in shares.items()}
    answer = post(client, f"/banks/{bank_id}/questions/new/multiple_choice", sent)
    assert answer.status_code == 303
    page = text_of(client.get(answer.location))
    assert told in page and guessed in page
    question = written(newest()).question
    assert question.rule == (rule if shares or rule.startswith(("all", "per")) else "balanced")
    edited = client.get(answer.location + "/edit").text
    assert f'value="{question.rule}" checked' in edited
    assert 'value="equal_parts"' not in edited


def test_weights_that_do_not_come_to_one_are_said(app, client, bank_id):
    sent = {**CHOICE, "right": ["1"], "rule": "weights", "option-1-share": "1/2"}
    answer = post(client, f"/banks/{bank_id}/questions/new/multiple_choice", sent)
    assert answer.status_code == 422
    assert "All right options together earn only 1/2 of the mark." in answer.text


def test_an_option_that_keeps_its_place_is_said_and_kept(app, client, bank_id):
    sent = {**CHOICE, "option-2": "None of these", "option-2-stays": "yes"}
    post(client, f"/banks/{bank_id}/questions/new/single_choice", sent)
    question = newest()
    assert [option.stays for option in written(question).question.options] == [False, True]
    page = client.get(f"/banks/{bank_id}/questions/{question.id}/edit").text
    assert re.findall(r'name="option-(\d)-stays" value="yes" checked', page) == ["2"]
    post(client, f"/banks/{bank_id}/questions/{question.id}/edit",
         {**_fields(page), "option-2-stays": [], "base": question.latest_version_id})
    shown = client.get(f"/banks/{bank_id}/questions/{question.id}").text
    assert "keeps its place" in shown


def test_a_kind_that_does_not_exist_is_not_found(app, client, bank_id):
    assert client.get(f"/banks/{bank_id}/questions/new/hangman").status_code == 404


@pytest.mark.parametrize(("change", "said"), [
    ({"stem": ""}, "The text is empty."),
    ({"right": []}, "No option is right."),
    ({"option-2": ""}, "The text is empty."),
    ({"option-2": "", "option-2-feedback": ""}, "The question has 1 options."),
    ({"option-2": "a certification BODY"}, "same as that of option 1"),
    ({"stem": "x" * 20_001}, "20000 are allowed"),
])
def test_what_is_wrong_is_said_and_nothing_is_lost(app, client, bank_id, change, said):
    answer = post(client, f"/banks/{bank_id}/questions/new/single_choice", {**CHOICE, **change})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Bodies certify." in answer.text
    assert newest() is None


def test_rows_come_and_go_without_script(app, client, bank_id):
    page = f"/banks/{bank_id}/questions/new/multiple_choice"
    data = {**CHOICE, "option-3": "Third", "right": ["1", "3"]}
    added = post(client, page, {**data, "do": "add"}).text
    assert 'name="option-4"' in added and "Third</textarea>" in added
    removed = post(client, page, {**data, "do": "remove-2"}).text
    assert "ISO</textarea>" not in removed
    assert re.findall(r'name="right" value="(\d)"[^>]* checked', removed) == ["1", "2"]
    assert newest() is None


@pytest.mark.parametrize("act", ["remove-9", "remove-x", "remove-", "add-5"])
def test_a_row_that_is_not_there_cannot_be_removed(app, client, bank_id, act):
    answer = post(client, f"/banks/{bank_id}/questions/new/single_choice",
                  {**CHOICE, "do": act})
    assert answer.status_code == 200
    assert "ISO</textarea>" in answer.text


def test_checking_says_what_is_missing_and_saves_nothing(course_bank):
    client, bank_id = course_bank
    before = newest().id
    answer = post(client, f"/banks/{bank_id}/questions/new/single_choice",
                  {**CHOICE, "topic": "", "do": "check"})
    assert answer.status_code == 200
    for said in ("The topic is missing.", "The question cites no fact."):
        assert said in answer.text
    assert newest().id == before


def test_facts_and_clauses_are_at_hand(course_bank):
    client, bank_id = course_bank
    page = client.get(f"/banks/{bank_id}/questions/new/single_choice").text
    facts = directory.facts_of(directory.get_bank_by_slug("iso-certification", member=None))
    assert page.count("data-fact-statement") == len(facts)
    assert "ISO 9001:2015 + Amd 1:2024, 7.3" in page


def test_of_two_editors_the_second_keeps_both_texts(app, client, bank_id):
    question = a_question(bank_id)
    base = newest().latest_version_id
    edit = f"/banks/{bank_id}/questions/{question}/edit"
    post(client, edit, {**CHOICE, "stem": "The first one saves?", "base": base})
    answer = post(client, edit, {**CHOICE, "stem": "The second one waits?", "base": base})
    assert answer.status_code == 422
    assert "Somebody saved another version" in answer.text
    assert "The first one saves?" in answer.text and "The second one waits?" in answer.text
    again = re.search(r'name="base" value="(\d+)"', answer.text).group(1)
    answer = post(client, edit, {**CHOICE, "stem": "The second one waits?", "base": again})
    assert answer.status_code == 303
    assert written(newest()).question.stem == "The second one waits?"


def test_a_stale_or_incomplete_approval_is_refused_in_words(app, client, bank_id):
    question = a_question(bank_id, a_draft(topic=""))
    page = f"/banks/{bank_id}/questions/{question}"
    for version, said in ((newest().latest_version_id, "The topic is missing."),
                          (1234, "There is a newer version"), ("x", "There is a newer version")):
        answer = post(client, page, {"version": version}, to=f"{page}/approve")
        assert said in client.get(answer.location).text


def test_retiring_and_restoring_from_the_page(app, client, bank_id):
    question = a_question(bank_id)
    page = f"/banks/{bank_id}/questions/{question}"
    answer = post(client, page, to=f"{page}/retire")
    assert "Retired. No new form draws it." in client.get(answer.location).text
    assert "No question yet" in client.get(f"/banks/{bank_id}").text
    post(client, page, to=f"{page}/restore")
    assert newest().retired_at is None


# -- settings and members


def test_settings_change_the_description_and_members(app, client, trainer, bank_id):
    colleague = a_trainer(number="T55", name="Otto")
    page = f"/banks/{bank_id}/settings"
    post(client, page, {"title": "New title", "description": "New words", "library": ""})
    assert "New title" in client.get("/banks").text
    page = f"/banks/{bank_id}/members"
    post(client, page, {"name": "T55"}, to=f"/banks/{bank_id}/members")
    assert "Otto" in client.get(page).text
    post(client, page, to=f"/banks/{bank_id}/members/{colleague}/remove")
    assert "Otto" not in client.get(page).text


def test_a_wrong_member_is_refused_at_the_field(app, client, bank_id):
    page = f"/banks/{bank_id}/members"
    for name, said in (("nobody", "Nobody signs in"), ("", "Enter a personnel number")):
        answer = post(client, page, {"name": name}, to=f"/banks/{bank_id}/members")
        assert answer.status_code == 422
        assert said in answer.text


def test_the_last_member_cannot_leave(app, client, trainer, bank_id):
    done = post(client, f"/banks/{bank_id}/settings",
                to=f"/banks/{bank_id}/members/{trainer}/remove")
    assert done.location == f"/banks/{bank_id}/members"
    assert "Somebody must look after it" in client.get(done.location).text
    assert [m.user_id for m in membership.list_members(tending.BANK, bank_id)] == [trainer]


# -- export


def test_the_export_page_says_what_a_format_loses_and_notes_the_download(app, client, bank_id):
    a_question(bank_id)
    page = f"/banks/{bank_id}/export"
    assert "Everything is carried" in client.get(page).text
    assert "Aiken cannot carry" in client.get(f"{page}?format=aiken").text
    answer = post(client, page, {"format": "csv"})
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audits-')
    assert "Who certifies?" in answer.data.decode("utf-8-sig")
    assert post(client, page, {"format": "exe"}).status_code == 422


def test_a_csv_file_has_its_cells_parted_as_its_reader_chooses(app, client, bank_id):
    a_question(bank_id)
    page = f"/banks/{bank_id}/export"
    shown = client.get(f"{page}?format=csv").text
    assert '<option value="comma" selected>' in shown and "Between cells" in shown
    assert "Between cells" not in client.get(f"{page}?format=xlsx").text
    heads = {name: post(client, page, {"format": "csv", "separator": name}).data[3:].split(b"stem")
             for name in ("comma", "semicolon", "tab", "")}
    assert [heads[name][0][-1:] for name in heads] == [b",", b";", b"\t", b","]
    refused = post(client, page, {"format": "csv", "separator": "x"})
    assert refused.status_code == 422


def test_where_numbers_have_a_decimal_comma_cells_are_parted_by_semicolons(app, monkeypatch):
    speak(app, {SOURCE: NullTranslations(), "de": NullTranslations()}, monkeypatch)
    with app.test_request_context():
        for language, usual in (("de", "semicolon"), (SOURCE, "comma")):
            with speaking(language):
                assert exporting.usual_separator() == usual


def test_the_export_page_counts_what_is_in_the_file(app, client, bank_id):
    a_question(bank_id, Draft("", "essay", "Discuss.", topic="audits", difficulty=1))
    page = f"/banks/{bank_id}/export?format=aiken"
    none = client.get(page).text
    assert "0 questions, each in its latest version" in none
    assert "1 question is left out." in none and "Download" not in none
    a_question(bank_id)
    assert "1 question, in its latest version" in client.get(page).text


def test_an_empty_bank_has_nothing_to_export(app, client, bank_id):
    assert "Nothing to export" in client.get(f"/banks/{bank_id}/export").text


def test_two_persons_where_the_setting_asks_for_them(app, client, trainer, bank_id):
    question = a_question(bank_id, by=actor(trainer))
    page = f"/banks/{bank_id}/questions/{question}"
    a_setting(TWO_PERSON_QUESTIONS, True)
    answer = post(client, page, {"version": newest().latest_version_id}, to=f"{page}/approve")
    assert "Two persons are needed" in client.get(answer.location).text
    answer = post(client, f"/banks/{bank_id}", {"do": "approve-all"})
    assert "a colleague must approve: Q-1" in client.get(answer.location).text
