"""Where somebody stands with a module: opened, left off, finished, rated; each of one reader."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from isotrain import clock
from isotrain.errors import Refusal
from isotrain.study import bookmarks, content
from isotrain.study.bookmarks import REOPENED_AFTER, Progress
from isotrain.study.page import get_page
from tests.factories import a_user, committed

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minutes: int):
    return clock.frozen_at(NINE + timedelta(minutes=minutes))


@pytest.fixture
def pages(studied):
    """The pages of the first two modules of the course."""
    course = content.get_course("iso-certification")
    first, second, *_more = content.list_modules(course.version_id)
    return get_page(course, first.slug), get_page(course, second.slug)


def progress(user: int, page) -> Progress:
    return bookmarks.progress_of(user, [page.module.id]).get(page.module.id, Progress())


def do(act, *arguments, **more) -> None:
    with committed():
        act(*arguments, **more)


def test_a_module_goes_from_not_started_to_completed_for_its_reader_alone(pages):
    first, second = pages
    user, other = a_user(), a_user()
    states = [progress(user, first).state]
    for act, thing in ((bookmarks.opened, first.module.id), (bookmarks.finished, first.module)):
        do(act, user, thing)
        states.append(progress(user, first).state)
    assert states == ["not_started", "in_progress", "completed"]
    assert progress(user, second) == progress(other, first) == Progress()
    assert progress(user, first).finished_version_id == first.module.version_id


def test_what_is_opened_again_stays_finished_where_one_left_off(pages):
    first, _second = pages
    user, anchor = a_user(), first.sections[-1].anchor
    for minutes, act, arguments in ((0, bookmarks.opened, (first.module.id,)),
                                    (5, bookmarks.left_off, (first, anchor)),
                                    (8, bookmarks.finished, (first.module,)),
                                    (90, bookmarks.opened, (first.module.id,))):
        with at(minutes):
            do(act, user, *arguments)
    assert progress(user, first) == Progress(
        opened_at=NINE + timedelta(minutes=90), paragraph=anchor,
        finished_at=NINE + timedelta(minutes=8), finished_version_id=first.module.version_id)


def test_opening_again_is_worth_a_note_after_ten_minutes_and_not_within(pages):
    first, _second = pages
    user = a_user()
    assert bookmarks.worth_noting(progress(user, first))
    with at(0):
        do(bookmarks.opened, user, first.module.id)
    opened = progress(user, first)
    for later, worth in ((timedelta(0), False), (REOPENED_AFTER, False),
                         (REOPENED_AFTER + timedelta(microseconds=1), True)):
        with clock.frozen_at(NINE + later):
            assert bookmarks.worth_noting(opened) == worth


def test_the_latest_rating_of_a_question_counts_for_its_reader_and_module(pages):
    first, second = pages
    user, other = a_user(), a_user()
    question, *_more = (review["id"] for review in first.review)
    elsewhere = second.review[0]["id"]
    for reader, page, name, rating in (
            (user, first, question, "not_yet"), (user, first, question, "knew"),
            (user, second, elsewhere, "partly"), (other, first, question, "partly")):
        do(bookmarks.rate, reader, page, question=name, rating=rating)
    assert bookmarks.ratings_of(user, first.module.id) == {question: "knew"}
    assert bookmarks.ratings_of(user, second.module.id) == {elsewhere: "partly"}
    assert bookmarks.ratings_of(other, first.module.id) == {question: "partly"}
    assert bookmarks.ratings_of(other, second.module.id) == {}


@pytest.mark.parametrize(("question", "rating"), [("", "great"), ("none", "knew"), ("none", "")])
def test_what_is_no_question_of_the_module_or_no_rating_is_refused(pages, question, rating):
    first, _second = pages
    name = question or first.review[0]["id"]
    with pytest.raises(Refusal, match="three ratings"), committed():
        bookmarks.rate(a_user(), first, question=name, rating=rating)


def test_a_section_of_another_module_is_no_place_to_leave_off(pages):
    first, second = pages
    user = a_user()
    strange = {each.anchor for each in second.sections} - {each.anchor for each in first.sections}
    with pytest.raises(Refusal, match="section"), committed():
        bookmarks.left_off(user, first, min(strange))
    assert progress(user, first) == Progress()
