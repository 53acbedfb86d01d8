"""The lists of banks and questions: walked, filtered, counted."""

from __future__ import annotations

import pytest

from isotrain.banks import approving, directory, inventory
from isotrain.banks.directory import Unplaced
from isotrain.banks.inventory import BankTitle, Filter
from isotrain.banks.models import Bank, BankMember, Question
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.study.models import Course, CourseMember
from tests.assignments.making import a_course
from tests.banks.making import NOBODY, a_bank, a_draft, a_question, a_trainer
from tests.factories import a_library, committed
from tests.walking import rows_of, walk


@pytest.fixture
def shelf(each_app):
    """Two banks of one title and two others; one of them and its questions is somebody else's."""
    tara, other = a_trainer(), a_trainer()
    banks = [a_bank(tara, title=title) for title in ("Risks", "Audits", "Audits")]
    banks.append(a_bank(other, title="Basics"))
    return tara, other, banks


@pytest.fixture
def asked(shelf):
    """Questions with ties and gaps in topic and difficulty, one of them in another bank."""
    _tara, _other, (bank, *_more, foreign) = shelf
    a_question(foreign, a_draft("Elsewhere?"))
    return bank, [a_question(bank, a_draft(f"Question {n}?", topic=topic, difficulty=difficulty))
                  for n, (topic, difficulty) in enumerate((
                      ("risk", 2), ("", 1), ("audits", 3), ("risk", None), ("audits", 3)))]


def test_a_walk_through_the_banks_meets_each_once_by_title(shelf):
    tara, other, banks = shelf
    a_question(banks[0])
    assert [view.id for view in walk(lambda _sort: inventory.banks(tara))] == [
        banks[1], banks[2], banks[0]]
    assert [view.id for view in rows_of(inventory.banks(other))] == [banks[3]]
    assert len(rows_of(inventory.banks(None))) == 4
    assert [view.id for view in rows_of(inventory.banks(tara, text="AUD"))] == banks[1:3]
    assert rows_of(inventory.banks(tara, text="%")) == []


def test_a_walk_through_the_questions_meets_each_once_in_every_order(asked):
    bank, questions = asked
    found = walk(lambda _sort: inventory.listing(bank, Filter()))
    assert [view.id for view in found] == questions


@pytest.mark.parametrize(("sort", "order"), [
    ("key", [0, 1, 2, 3, 4]), ("-key", [4, 3, 2, 1, 0]), ("-saved", [4, 3, 2, 1, 0]),
    ("topic", [2, 4, 0, 3, 1]), ("difficulty", [1, 0, 2, 4, 3]),
])
def test_questions_are_sorted_and_their_ids_stand_in_the_same_order(asked, sort, order):
    bank, questions = asked
    expected = [questions[n] for n in order]
    assert [view.id for view in rows_of(inventory.listing(bank, Filter()), sort)] == expected
    ids = inventory.list_ids(bank, Filter(sort=sort))
    assert [id_ for id_, _key, _version in ids] == expected


def test_a_bank_is_counted_by_state_and_type_and_what_is_retired_is_no_part_of_it(shelf):
    tara, _other, (bank, *_more) = shelf
    ready, old, *_drafts = [a_question(bank, a_draft(f"Question {n}?")) for n in range(4)]
    with committed():
        approving.approve_many(bank, [ready], by=NOBODY, transaction=inside)
        approving.retire(bank, old, by=NOBODY)
    view = next(view for view in rows_of(inventory.banks(tara)) if view.id == bank)
    assert view.states == {"approved": 1, "draft": 2, "retired": 1}
    assert (view.size, view.types) == (3, {"single_choice": 3})
    kept = inventory.get_view(db.session.get_one(Bank, bank))
    assert (kept.states, kept.size) == (view.states, 3)


def test_a_retired_question_is_listed_when_it_is_asked_for_and_waits_for_nobody(asked):
    bank, questions = asked
    with committed():
        approving.retire(bank, questions[0], by=NOBODY)
    assert [view.id for view in rows_of(inventory.listing(bank, Filter()))] == questions[1:]
    assert [view.id for view in rows_of(inventory.listing(bank, Filter(state="retired")))] == [
        questions[0]]
    assert [each.question_id for each in approving.list_waiting(bank)] == questions[1:]
    with committed():
        done = approving.approve_many(bank, None, by=NOBODY, transaction=inside)
    assert (done.count, [each.question_id for each in done.incomplete]) == (
        2, [questions[1], questions[3]])
    assert db.session.get_one(Question, questions[0]).approved_version_id is None


def test_titles_of_a_library_say_which_of_its_banks_are_ones_own(each_app):
    tara, other = a_trainer(), a_trainer()
    with committed():
        here, elsewhere = a_library(), a_library()
    shared, foreign = (a_bank(title=title, library_id=here) for title in ("B", "A"))
    a_bank(tara, title="C", library_id=elsewhere)
    with committed():
        for bank, user in ((shared, tara), (shared, other), (foreign, other)):
            db.session.add(BankMember(bank_id=bank, user_id=user))
    assert inventory.list_titles(here, member=tara) == [
        BankTitle(None, "A"), BankTitle(shared, "B")]


def test_who_tends_a_bank_and_no_course_of_its_library_is_named(each_app):
    ann, bo, loose = (a_trainer(name=name, number=name) for name in ("Ann", "Bo", "Cy"))
    made, elsewhere = a_course(), a_course()
    library = db.session.get_one(Course, made.course).library_id
    for user, title in ((ann, "Audits"), (bo, "Basics")):
        a_bank(user, title=title, library_id=library)
    a_bank(loose, title="In no library")
    with committed():
        db.session.add(CourseMember(course_id=made.course, user_id=ann))
        db.session.add(CourseMember(course_id=elsewhere.course, user_id=bo))
    assert directory.list_unplaced() == [Unplaced("Bo", "Bo", "Basics", "A library")]
