"""What a certificate and a record name is frozen; beside it stands where it is today."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain.db import db
from isotrain.records.models import CompletionRecord
from isotrain.standards import loading
from tests.assignments.making import a_course, sit
from tests.factories import BY, a_user, client_of, committed
from tests.standards.test_pages import noon


@pytest.fixture
def passed(each_app):
    """Somebody who passed the exam of a course on ISO 9001:2015, and the record of it."""
    with committed():
        loading.load(loading.read(), by=BY)
    with noon("2026-11-27"):
        sit(user := a_user(), a_course())
    return each_app, user, db.session.scalar(sa.select(CompletionRecord))


@pytest.mark.parametrize(("day", "said"), [
    ("2026-11-27", "Being replaced"), ("2029-10-01", "Withdrawn"),
])  # fmt: skip
def test_a_certificate_keeps_its_edition_and_says_where_it_stands(passed, day, said):
    app, user, record = passed
    with noon(day):
        text = client_of(app, user).get(f"/certificates/{record.certificate_id}").text
    assert "ISO 9001:2015" in text and "Where these editions stand today" in text
    assert said in text and "ISO 9001:2026 took its place on 16 Sep 2026." in " ".join(text.split())


@pytest.mark.parametrize(("day", "said"), [
    ("2026-11-27", "Being replaced"), ("2029-10-01", "Withdrawn"),
])  # fmt: skip
def test_a_record_keeps_its_edition_and_says_where_it_stands(passed, day, said):
    app, _user, record = passed
    with noon(day):
        text = client_of(app, a_user("auditor")).get(f"/records/{record.id}").text
    assert "ISO 9001:2015" in text and "Where these editions stand today" in text and said in text


def test_nothing_is_said_of_an_edition_that_nobody_loaded(app):
    sit(user := a_user(), a_course())
    record = db.session.scalar(sa.select(CompletionRecord))
    text = client_of(app, user).get(f"/certificates/{record.certificate_id}").text
    assert "ISO 9001:2015" in text and "Where these editions stand today" not in text
