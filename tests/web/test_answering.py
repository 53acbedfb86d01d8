"""Refusals are answered in one place; what is not found is no refusal; slow work holds nothing."""

from __future__ import annotations

import ast

import pytest
from flask import get_flashed_messages
from wtforms import StringField

from isotrain.db import db, end_reading, writing
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.web.answering import answered
from isotrain.web.forms import Form
from tests.house.test_floors import PACKAGE, floor, modules

# What answers differently than every other page, and why it may.
KNOWN = {
    "web/transaction.py",  # counts a try, then hands the refusal on
}


class TitleForm(Form):
    """Asks for a title."""

    title = StringField("Title")


@pytest.fixture
def sent(app):
    with app.test_request_context(method="POST", data={"title": "Twice"}):
        yield TitleForm.of_request()


def test_a_refusal_is_shown_at_its_field_and_gives_the_page_its_status(sent):
    with answered(sent):
        raise Conflict("There is one already")
    assert (sent.refusals, sent.status) == (("There is one already",), 409)
    with answered(sent):
        raise Refusal("Enter another title", "title")
    assert (list(sent.title.errors), sent.status) == (["Enter another title"], 422)


def test_what_more_there_is_to_say_stands_below_the_sentence(sent):
    refusal = Refusal("Too few")
    refusal.lines = ("two of A are missing", "one of B is missing")
    sent.refuse(refusal)
    assert sent.refusals == ("Too few", "two of A are missing", "one of B is missing")


def test_a_refusal_without_a_form_is_a_message_on_the_next_page(app):
    with app.test_request_context(method="POST"):
        with answered():
            raise Refusal("It is in use")
        assert get_flashed_messages(with_categories=True) == [("danger", "It is in use")]


@pytest.mark.parametrize("error", [NotFound("There is no such page"), RuntimeError("boom")])
def test_nothing_but_a_refusal_is_answered(sent, error):
    with pytest.raises(type(error)), answered(sent):
        raise error
    assert (sent.refusals, sent.refusal) == ((), None)


def test_a_form_says_what_the_page_that_shows_it_is_worth(app, sent):
    assert sent.status == 422
    for method in ("GET", "HEAD"):
        with app.test_request_context(method=method):
            assert TitleForm.of_request().status == 200


def test_what_is_not_found_is_no_refusal_and_answered_with_its_sentence(app):
    assert not issubclass(NotFound, Refusal)
    told = app.test_client().get("/verify/NOTHING")
    assert told.status_code == 404


def test_no_page_catches_a_refusal_itself():
    caught = {
        str(path.relative_to(PACKAGE)) for path in modules() if floor(path) == 4
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        and {"Refusal", "NotFound", "Conflict"} & {
            name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
    }
    assert caught <= KNOWN


def test_reading_ends_before_slow_work(each_app):
    db.session.connection()
    assert db.session().in_transaction()
    end_reading()
    assert not db.session().in_transaction()


def test_slow_work_inside_a_write_is_refused_and_undoes_nothing(each_app):
    with writing():
        db.session.connection()
        with pytest.raises(RuntimeError, match="slow work"):
            end_reading()
        assert db.session().in_transaction()
        db.session.rollback()
