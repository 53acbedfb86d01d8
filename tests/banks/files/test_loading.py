"""Loading the banks of a shipped library."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.banks import approving, directory, editing, versions
from isotrain.banks.files import loading
from isotrain.banks.models import Approval, Bank, PoolSnapshot, Question, QuestionVersion
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.standards import loading as editions
from isotrain.standards.rules import Known
from isotrain.study import loading as study
from isotrain.study import rules
from tests.banks.making import NOBODY, pool_of
from tests.conftest import ROOT
from tests.factories import a_library, committed

FOLDER = ROOT / "question_banks" / "iso-certification"


@pytest.fixture(scope="module")
def shipped():
    texts = {file.relative_to(FOLDER).as_posix(): file.read_bytes()
             for file in FOLDER.rglob("*") if file.is_file()}
    return rules.parse(texts, Known.of(editions.read()))


@pytest.fixture
def files(shipped):
    return copy.deepcopy(shipped)


def load(files):
    with committed():
        library = study.load(files, by=NOBODY).library
        (bank,) = loading.load(files, loading.read(files), library, by=NOBODY)
        return bank.id


def count(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def question(key):
    return db.session.scalars(sa.select(Question).where(Question.key == key)).one()


def test_every_question_comes_in_approved_by_nobody(each_app, files):
    bank_id = load(files)
    told = len(files.banks[0]["questions"])
    assert count(Question) == count(QuestionVersion) == count(Approval) == told
    assert db.session.scalar(sa.select(sa.func.count(Approval.approved_by))) == 0
    assert pool_of(bank_id).size == told


def test_the_same_files_again_change_nothing(each_app, files):
    bank_id = load(files)
    pool = pool_of(bank_id).hash
    assert load(files) == bank_id
    assert count(QuestionVersion) == len(files.banks[0]["questions"])
    assert count(PoolSnapshot) == 1
    assert pool_of(bank_id).hash == pool


def test_a_changed_question_gets_a_new_version_and_the_old_one_stays(app, files):
    load(files)
    first = files.banks[0]["questions"][0]
    before = question(first["id"]).approved_version_id
    first["stem"] += " Think twice."
    load(files)
    after = question(first["id"])
    assert after.approved_version_id != before
    assert after.approved_version_id == after.latest_version_id
    texts = {id_: content.question().stem
             for id_, content in versions.contents([before, after.latest_version_id]).items()}
    assert texts[after.latest_version_id] == texts[before] + " Think twice."


def test_a_question_that_is_gone_is_retired_and_not_drawn(app, files):
    bank_id = load(files)
    gone = files.banks[0]["questions"].pop()
    load(files)
    assert question(gone["id"]).retired_at is not None
    assert pool_of(bank_id).size == len(files.banks[0]["questions"])


def test_a_question_that_comes_back_with_other_words_is_drawn_again(app, files):
    bank_id = load(files)
    back = files.banks[0]["questions"].pop()
    load(files)
    files.banks[0]["questions"].append({**back, "stem": f"{back['stem']} Think twice."})
    load(files)
    kept = question(back["id"])
    assert kept.retired_at is None and kept.approved_version_id == kept.latest_version_id
    assert pool_of(bank_id).size == len(files.banks[0]["questions"])


def test_what_a_trainer_changed_added_or_retired_stays(app, files):
    bank_id = load(files)
    edited, retired = files.banks[0]["questions"][0]["id"], files.banks[0]["questions"][1]["id"]
    target = question(edited)
    draft = versions.written([target.latest_version_id])[target.latest_version_id].draft()
    with committed():
        editing.revise(bank_id, target.id, replace(draft, stem="Mine?"),
                       base=target.latest_version_id, by=NOBODY)
        approving.retire(bank_id, question(retired).id, by=NOBODY)
        own = editing.add(bank_id, replace(draft, stem="A question of our own?"), by=NOBODY).key
    load(files)
    latest = question(edited).latest_version_id
    assert versions.contents([latest])[latest].question().stem == "Mine?"
    assert question(retired).retired_at is not None
    assert question(own).retired_at is None


def test_files_that_change_after_a_trainer_did_get_the_next_number(app, files):
    bank_id = load(files)
    target = question(files.banks[0]["questions"][0]["id"])
    draft = versions.written([target.latest_version_id])[target.latest_version_id].draft()
    with committed():
        editing.revise(bank_id, target.id, replace(draft, stem="Mine?"),
                       base=target.latest_version_id, by=NOBODY)
    files.banks[0]["questions"][0]["stem"] = "Theirs, anew?"
    load(files)
    again = question(files.banks[0]["questions"][0]["id"])
    content = versions.contents([again.latest_version_id])[again.latest_version_id]
    assert (content.number, content.question().stem) == (3, "Theirs, anew?")
    assert again.approved_version_id == again.latest_version_id


def test_a_question_of_the_banks_own_is_never_taken_over(app, files):
    added = files.banks[0]["questions"].pop()
    bank_id = load(files)
    with committed():
        db.session.add(Question(bank_id=bank_id, key=added["id"],
                                created_at=directory.get_question(bank_id, 1).created_at))
    files.banks[0]["questions"].append(added)
    with pytest.raises(Refusal, match=added["id"]):
        load(files)


def test_a_question_without_a_right_answer_is_refused_and_nothing_is_loaded(app, files):
    for option in files.banks[0]["questions"][0]["options"]:
        option.pop("right", None)
    with pytest.raises(Refusal, match="No option is right"):
        load(files)
    db.session.rollback()
    assert count(Bank) == 0


def test_a_bank_that_belongs_to_something_else_is_not_taken_over(app, files):
    with committed():
        library = a_library("own")
        db.session.add(Bank(slug=files.banks[0]["id"], title="Own", description="", language="en",
                            library_id=library, created_at=clock.now()))
    with pytest.raises(Refusal, match="belongs to something else"):
        load(files)
    db.session.rollback()
    bank = db.session.scalars(sa.select(Bank)).one()
    assert (bank.title, bank.library_id) == ("Own", library)


def test_a_question_of_an_unknown_type_is_refused(app, files):
    files.banks[0]["questions"][0]["type"] = "hangman"
    with pytest.raises(Refusal, match="hangman"):
        load(files)
