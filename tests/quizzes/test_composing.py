"""Composing: drafts that nobody overwrites, published only when every cell can be filled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from isotrain import clock
from isotrain.accounts.directory import names_of
from isotrain.attempts import replaying
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.banks import versions
from isotrain.banks.models import Bank, BankMember
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.quizzes import composing, directory, loading, sampling, supply
from isotrain.quizzes.composing import Short
from isotrain.quizzes.composition import Composition
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules
from isotrain.settings.definitions import TWO_PERSON_QUIZZES, TWO_PERSON_WEAKENING
from isotrain.study import library
from isotrain.study.models import Course, CourseMember
from tests.attempts import sitting
from tests.banks.making import at_once
from tests.factories import BY, a_setting, a_user, committed
from tests.keeping import small_course
from tests.quizzes import editing
from tests.walking import rows_of

BANK = "iso-certification"


def a_trainer(*, member=True, bank=True) -> int:
    """Add a trainer who looks after the shipped course, and one of its bank."""
    user = a_user("trainer")
    with committed():
        if member:
            db.session.add(CourseMember(course_id=shipped_course().id, user_id=user))
        if bank:
            kept = db.session.query(Bank).filter_by(slug=BANK).one()
            db.session.add(BankMember(bank_id=kept.id, user_id=user))
    return user


def shipped_course() -> Course:
    return db.session.query(Course).filter_by(slug="iso-certification").one()


def cell(topic="iso", difficulty=1, count=1, bank=BANK):
    return {"bank": bank, "topic": topic, "difficulty": difficulty, "count": count}


def bench_of(user, quiz_id=None):
    db.session.rollback()
    return composing.workbench(directory.get(quiz_id or sitting.quiz_of().id, user))


def save(user, composition, base=None, quiz_id=None):
    bench = bench_of(user, quiz_id)
    with committed():
        return composing.save(bench.quiz.id, composition, base=base or bench.base,
                              by=Actor("user", user))


def publish(user, base=None, quiz_id=None):
    bench = bench_of(user, quiz_id)
    with committed():
        return composing.publish(bench.quiz.id, base=base or bench.base, by=Actor("user", user))


@pytest.fixture
def trainer(course_app):
    """A trainer of a house where one person may make an exam weaker."""
    a_setting(TWO_PERSON_WEAKENING, False)
    return a_trainer()


@pytest.fixture
def each_trainer(each_course_app):
    a_setting(TWO_PERSON_WEAKENING, False)
    return a_trainer()


def test_a_draft_leaves_what_is_published_alone(each_trainer):
    before = sitting.quiz_of().published_version_id
    draft = save(each_trainer, Composition("Other", [cell()], Rules(minutes=5)))
    assert (draft.state, draft.number) == ("draft", 2)
    assert sitting.quiz_of().published_version_id == before


def test_saving_again_changes_the_same_draft(trainer):
    first = save(trainer, Composition("One", [cell()]))
    second = save(trainer, Composition("Two", [cell(count=2)]))
    assert first.id == second.id
    assert bench_of(trainer).composition.title == "Two"


def test_publishing_makes_the_draft_what_new_attempts_follow(each_trainer):
    learner = a_user()
    running = sitting.start(learner)
    save(each_trainer, Composition("Short exam", [cell(), cell("audit")], Rules(minutes=5)))
    version = publish(each_trainer)
    assert version.state == "published" and version.blueprint_hash
    fresh = sitting.start(a_user())
    assert (len(sitting.items_of(fresh)), len(sitting.items_of(running))) == (2, 20)


def test_a_published_version_never_changes(each_trainer):
    save(each_trainer, Composition("Short exam", [cell()], Rules(minutes=5)))
    version = publish(each_trainer)
    with pytest.raises(DBAPIError), committed():
        db.session.get(QuizVersion, version.id).title = "Another"
    db.session.rollback()


def test_the_editor_begins_with_what_is_published(trainer):
    bench = bench_of(trainer)
    assert bench.draft is None
    assert bench.composition.cells == bench.published.cells


def test_a_colleagues_save_in_the_meantime_is_a_conflict(each_trainer):
    colleague = a_trainer()
    seen = bench_of(each_trainer).base
    save(colleague, Composition("Theirs", [cell()]))
    with pytest.raises(Conflict, match="A colleague has changed"):
        save(each_trainer, Composition("Mine", [cell()]), base=seen)
    assert bench_of(each_trainer).composition.title == "Theirs"


def test_publishing_something_else_than_was_seen_is_a_conflict(trainer):
    save(trainer, Composition("One", [cell()]))
    seen = bench_of(trainer).base
    save(trainer, Composition("Two", [cell()]))
    with pytest.raises(Conflict):
        publish(trainer, base=seen)


def test_without_a_draft_there_is_nothing_to_publish(trainer):
    with pytest.raises(Conflict, match="no draft"):
        publish(trainer)


def test_short_cells_are_each_named_when_publishing(trainer):
    save(trainer, Composition("Long", [cell(count=80), cell("audit", count=1),
                                       cell("people", count=70)]))
    with pytest.raises(Short) as refused:
        publish(trainer)
    assert len(refused.value.lines) == 2
    assert "What ISO is, difficulty 1 needs 80 questions" in refused.value.lines[0]
    db.session.rollback()
    assert bench_of(trainer).draft is not None


def test_an_empty_blueprint_can_be_saved_but_not_published(trainer):
    save(trainer, Composition("Empty", []))
    with pytest.raises(Refusal, match="Ask for 1 to 200 questions"):
        publish(trainer)


@pytest.mark.parametrize(("composition", "field"), [
    (Composition("", [cell()]), "title"),
    (Composition("x" * 121, [cell()]), "title"),
    (Composition("T", [cell()], Rules(pass_mark=0)), "pass_mark"),
    (Composition("T", [cell()], Rules(minutes=9999)), "minutes"),
    (Composition("T", [cell(count=-1)]), "cells"),
    (Composition("T", [cell(), cell()]), "cells"),
    (Composition("T", [cell(bank="somebody-elses")]), "cells"),
])
def test_what_cannot_be_composed_is_refused_at_its_field(trainer, composition, field):
    with pytest.raises(Refusal) as refused:
        save(trainer, composition)
    assert refused.value.field == field


def test_a_quiz_of_somebody_elses_course_does_not_exist(course_app):
    a_trainer()
    outsider = a_trainer(member=False)
    with pytest.raises(NotFound):
        bench_of(outsider)
    assert rows_of(directory.listing(outsider)) == []


def test_a_member_of_the_course_sees_its_quizzes_but_draws_from_own_banks_only(course_app):
    user = a_trainer(bank=False)
    assert len(rows_of(directory.listing(user))) == 2
    with pytest.raises(Refusal, match="own banks"):
        save(user, Composition("T", [cell()]))


def test_cells_of_colleagues_banks_stay_as_they_are(trainer):
    user = a_trainer(bank=False)
    before = bench_of(user).composition.cells
    save(user, Composition("Only the title", [], Rules()))
    assert bench_of(user).composition.cells == before
    stock = supply.stock(sitting.quiz_of(), bench_of(user).composition, user)
    assert stock.elsewhere == stock.total == 20


def test_two_people_are_needed_where_the_setting_says_so(trainer):
    a_setting(TWO_PERSON_QUIZZES, True)
    save(trainer, Composition("T", [cell()]))
    with pytest.raises(Refusal, match="Two people"):
        publish(trainer)
    version = publish(a_trainer())
    assert version.second_published_by == trainer


def test_who_saved_the_draft_last_is_who_needs_a_second_person(trainer):
    a_setting(TWO_PERSON_QUIZZES, True)
    colleague = a_trainer()
    save(trainer, Composition("T", [cell()]))
    draft = save(colleague, Composition("U", [cell()]))
    assert draft.created_by == colleague
    with pytest.raises(Refusal, match="Two people"):
        publish(colleague)
    version = publish(trainer)
    assert (version.published_by, version.second_published_by) == (trainer, colleague)


def test_one_person_alone_leaves_the_second_name_empty(trainer):
    save(trainer, Composition("T", [cell()]))
    version = publish(trainer)
    assert (version.published_by, version.second_published_by) == (trainer, None)


def test_composing_is_noted(trainer):
    save(trainer, Composition("T", [cell()]))
    publish(trainer)
    actions = [e.action for e in db.session.query(Event).order_by(Event.id)
               if e.object_type == "quiz" and e.actor_id == trainer]
    assert actions == ["quiz.draft_saved", "quiz.weakened", "quiz.published"]


def create(user, kind="practice", title="Second exam"):
    with committed():
        course_id = directory.list_courses(user)[0][0]
        return composing.create(course_id, kind, title, by=Actor("user", user))


def test_a_new_quiz_is_for_its_composer_until_it_is_published(each_trainer):
    quiz = create(each_trainer)
    assert quiz.slug == "second-exam"
    with pytest.raises(NotFound):
        sitting.start(a_user(), quiz.slug)
    save(each_trainer, Composition("Second exam", [cell()]), quiz_id=quiz.id)
    publish(each_trainer, quiz_id=quiz.id)
    assert sitting.start(a_user(), quiz.slug)


def test_a_course_has_one_exam(each_trainer):
    with pytest.raises(Refusal, match="has its exam") as refused:
        create(each_trainer, kind="exam")
    assert refused.value.field == "kind"


def test_the_database_holds_up_that_a_course_has_one_exam(each_trainer):
    with pytest.raises(IntegrityError), committed():
        db.session.add(Quiz(slug="second", course_id=shipped_course().id, kind="exam",
                            created_at=clock.now()))
    db.session.rollback()


def test_a_retired_exam_makes_room_for_another(each_trainer):
    with committed():
        sitting.quiz_of().retired_at = clock.now()
    assert create(each_trainer, kind="exam").kind == "exam"


def test_two_who_begin_the_exam_at_once_make_one(each_trainer, each_course_app):
    colleague = a_trainer()
    with committed():
        sitting.quiz_of().retired_at = clock.now()
        course_id = shipped_course().id
    done = at_once(each_course_app, [
        lambda user=user, title=title: composing.create(course_id, "exam", title,
                                                        by=Actor("user", user)).id
        for user, title in ((each_trainer, "One"), (colleague, "Two"))])
    assert [isinstance(each, Refusal) for each in done].count(True) == 1
    assert "has its exam" in str(next(each for each in done if isinstance(each, Refusal)))


def test_two_quizzes_may_share_a_title_but_not_an_address(each_trainer):
    assert [create(each_trainer).slug for _ in range(3)] == [
        "second-exam", "second-exam-2", "second-exam-3"]


@pytest.mark.parametrize(("kind", "title", "words"), [
    ("party", "T", "Choose"), ("practice", "", "Enter the title"),
    ("practice", "x" * 121, "at most 120"),
])
def test_a_new_quiz_needs_a_kind_and_a_title(trainer, kind, title, words):
    with pytest.raises(Refusal, match=words):
        create(trainer, kind, title)


def test_a_title_in_another_script_gets_an_address_all_the_same(trainer):
    assert create(trainer, title="試験").slug == "quiz"


def test_a_quiz_for_a_course_of_others_is_refused(course_app):
    outsider = a_trainer(member=False)
    course_id = shipped_course().id
    with pytest.raises(Refusal, match="one of your courses"), committed():
        composing.create(course_id, "exam", "T", by=Actor("user", outsider))


def stock_of(user, *cells, slug="iso-certification-exam"):
    quiz = sitting.quiz_of(slug)
    return supply.stock(quiz, Composition("T", list(cells)), user)


def test_the_grid_shows_what_is_wanted_beside_what_there_is(trainer):
    stock = stock_of(trainer, cell(count=2), cell("audit", 2, 500))
    (grid,) = stock.grids
    cells = {(c.subject.code, c.difficulty): c for row in grid.topics for c in row.cells}
    assert cells["iso", 1].count == 2 and cells["iso", 1].available > 2
    assert cells["audit", 2].short == 500 - cells["audit", 2].available
    assert (stock.total, stock.short, stock.by_band[2]) == (502, 1, 500)
    assert grid.topics[0].title == "What ISO is"


def test_practice_is_stocked_from_the_practice_pool(trainer):
    exam = stock_of(trainer).grids[0].topics
    practice = stock_of(trainer, slug="iso-certification-practice").grids[0].topics
    assert {(c.subject, c.difficulty, c.available) for r in exam for c in r.cells} != {
        (c.subject, c.difficulty, c.available) for r in practice for c in r.cells}


def few(topic, available, count):
    return (f"{topic}, difficulty 1: {available} questions for {count} in a form. A second attempt"
            " will meet some of them again.")


def test_a_form_that_must_repeat_in_a_retake_is_warned_about(trainer):
    available = stock_of(trainer).grids[0].topics[0].cells[0].available
    half = available // 2
    assert not stock_of(trainer, cell(count=half)).warnings
    assert stock_of(trainer, cell(count=half + 1)).warnings == [
        few("What ISO is", available, half + 1)]
    assert stock_of(trainer, cell(count=available)).warnings == [
        few("What ISO is", available, available)]


def test_every_cell_that_must_repeat_is_named_and_no_other(trainer):
    rows = {row.subject.code: row.cells[0].available for row in stock_of(trainer).grids[0].topics}
    found = stock_of(trainer, cell(count=rows["iso"]), cell("conformity", count=1),
                     cell("audit", count=rows["audit"])).warnings
    assert found == [few("What ISO is", rows["iso"], rows["iso"]),
                     few("Audits and the three-year cycle", rows["audit"], rows["audit"])]


def test_a_short_cell_is_not_warned_about_as_well(trainer):
    assert not stock_of(trainer, cell(count=150)).warnings


def test_practice_may_repeat_without_a_warning(trainer):
    rows = stock_of(trainer, slug="iso-certification-practice").grids[0].topics
    count = rows[0].cells[0].available
    stock = stock_of(trainer, cell(count=count), slug="iso-certification-practice")
    assert not any("second attempt" in warning for warning in stock.warnings)


def test_many_questions_that_can_be_guessed_are_warned_about(trainer, monkeypatch):
    monkeypatch.setattr(supply, "MANY_GUESSABLE", 0.0)
    topics = stock_of(trainer).grids[0].topics
    everything = [cell(row.subject.code, c.difficulty, 1) for row in topics
                  for c in row.cells if c.available]
    assert any("every second guess is" in w for w in stock_of(trainer, *everything).warnings)


def in_module(code="M1", difficulty=1, count=1):
    return {"bank": BANK, "module": code, "difficulty": difficulty, "count": count}


def test_the_grid_offers_the_modules_of_the_course_beside_its_topics(trainer):
    stock = stock_of(trainer, in_module(count=2), in_module("M3", 2, 500))
    (grid,) = stock.grids
    assert [row.subject.code for row in grid.modules] == ["M1", "M2", "M3", "M4", "M6", "M12"]
    assert grid.modules[0].title == "M1 What ISO is and is not"
    cells = {(c.subject.code, c.difficulty): c for row in grid.modules for c in row.cells}
    assert cells["M1", 1].count == 2 and cells["M1", 1].available == 6
    assert cells["M3", 2].short == 500 - cells["M3", 2].available
    assert (stock.total, stock.short, stock.by_band) == (502, 1, {1: 2, 2: 500, 3: 0})
    assert [row.subject.code for row in grid.modules if row.wanted] == ["M1", "M3"]


def test_a_course_is_offered_no_module_that_it_does_not_list(course_app):
    user = a_trainer(member=False)
    with committed():
        short = db.session.query(Course).filter_by(slug="iso-in-15-minutes").one()
        db.session.add(CourseMember(course_id=short.id, user_id=user))
    (grid,) = stock_of(user, slug="iso-in-15-minutes-exam").grids
    assert [row.subject.code for row in grid.modules] == ["M1", "M2"]


def test_a_blueprint_by_module_is_drawn_from_that_module(each_trainer):
    save(each_trainer, Composition("By module", [in_module(count=3), in_module("M3", 2, 2),
                                                 cell("people", 2)]))
    version = publish(each_trainer)
    attempt = sitting.start(a_user())
    items = [item[0] for item in sitting.items_of(attempt)]
    homes = library.fact_homes(shipped_course().library_id)
    kept = versions.contents(items).values()
    drawn = sorted((homes[each.fact], each.difficulty) for each in kept if each.topic != "people")
    assert drawn == [("M1", 1)] * 3 + [("M3", 2)] * 2 and len(items) == 6
    form = replaying.get_kept(attempt)
    assert replaying.replay(form) == () and form.form.algorithm == "isotrain-draw-2"
    assert form.form.receipt["blueprint"] == version.blueprint_hash


def test_a_short_module_is_named_when_publishing(trainer):
    save(trainer, Composition("T", [in_module("M4", 3, 60)]))
    with pytest.raises(Short) as refused:
        publish(trainer)
    (line,) = refused.value.lines
    assert line.startswith("M4 Nonconformity and corrective action, difficulty 3 needs 60")


def test_one_question_never_fills_two_rows_by_topic_and_by_module(trainer):
    """All easy questions of M1 are about what ISO is: both rows together ask for too many."""
    by_topic = stock_of(trainer).grids[0].topics[0].cells[0].available
    stock = stock_of(trainer, cell(count=by_topic), in_module(count=7))
    assert stock.short == 1


def test_a_module_row_may_repeat_and_is_warned_about(trainer):
    (warning,) = stock_of(trainer, in_module(count=4)).warnings
    assert warning.startswith("M1 What ISO is and is not, difficulty 1: 6 questions for 4")


# -- courses and banks of others


@pytest.fixture
def foreign(course_app, tmp_path):
    """A second library with its course and its bank, which the trainer has nothing to do with."""
    with committed():
        loading.load_course(small_course.write(tmp_path / "short", "short"), by=BY)
    return db.session.query(Course).filter_by(slug="short").one()


def member_of_bank(user, slug):
    with committed():
        bank = db.session.query(Bank).filter_by(slug=slug).one()
        db.session.add(BankMember(bank_id=bank.id, user_id=user))


def test_only_own_courses_are_offered(foreign, course_app):
    user = a_trainer()
    own = [(shipped_course().id, "ISO standards and certification awareness")]
    assert directory.list_courses(user) == own
    member_of_bank(user, "short")
    assert directory.list_courses(user) == own


def test_who_looks_after_a_bank_only_composes_nothing(foreign, course_app):
    user = a_trainer(member=False, bank=False)
    member_of_bank(user, "short")
    assert rows_of(directory.listing(user)) == [] and directory.list_courses(user) == []
    with pytest.raises(NotFound):
        directory.get(sitting.quiz_of("short-exam").id, user)
    with pytest.raises(Refusal, match="one of your courses"), committed():
        composing.create(foreign.id, "practice", "T", by=Actor("user", user))


def test_a_bank_of_another_library_is_neither_offered_nor_drawn_from(foreign, course_app):
    user = a_trainer()
    member_of_bank(user, "short")
    assert [grid.slug for grid in stock_of(user).grids] == [BANK]
    with pytest.raises(Refusal, match="own banks only"):
        save(user, Composition("T", [cell(bank="short")]))


def test_a_blueprint_with_a_bank_outside_the_library_is_not_published(foreign, course_app):
    user = a_trainer()
    save(user, Composition("T", [cell()]))
    with committed():
        draft = db.session.query(QuizVersion).filter_by(state="draft").one()
        draft.cells = [*draft.cells, cell(bank="short")]
    with pytest.raises(Refusal, match="not in the library of the course: short"):
        publish(user)


def test_a_retired_bank_is_short_everywhere(trainer):
    editing.retire_everything()
    assert stock_of(trainer, cell()).short == 1


def test_a_sample_is_drawn_from_the_draft_and_kept_nowhere(trainer):
    save(trainer, Composition("T", [cell(count=2), cell("audit")]))
    sample = sampling.sample(bench_of(trainer), seed="0" * 32)
    assert len(sample.items) == 3 and sum(sample.types.values()) == 3
    assert not hasattr(sample.items[0].asked, "right")


def test_a_sample_of_a_short_blueprint_is_refused_in_words(trainer):
    save(trainer, Composition("T", [cell(count=100)]))
    with pytest.raises(Refusal, match="enough questions"):
        sampling.sample(bench_of(trainer), seed="0" * 32)


def test_versions_are_listed_newest_first_with_who_made_them(trainer):
    save(trainer, Composition("T", [cell()]))
    with clock.moved_by(timedelta(hours=1)):
        publish(trainer)
    rows = composing.list_versions(directory.get(sitting.quiz_of().id, trainer))
    assert [(row.number, row.state, row.by is None) for row in rows] == [
        (2, "published", False), (1, "published", True)]


def test_a_version_names_who_published_it_and_a_draft_who_wrote_it(trainer):
    colleague = a_trainer()
    save(trainer, Composition("First", [cell()]))
    publish(colleague)
    save(trainer, Composition("Second", [cell(), cell("audit", count=2)]))
    rows = composing.list_versions(directory.get(sitting.quiz_of().id, trainer))
    names = names_of([trainer, colleague])
    assert [(row.number, row.state, row.title, row.size, row.by) for row in rows[:2]] == [
        (3, "draft", "Second", 3, names[trainer]), (2, "published", "First", 1, names[colleague])]
