"""Keeping, serving and forgetting pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts.pages import emphasised
from isotrain.banks import approving, versions
from isotrain.banks.editing import Unsettled
from isotrain.banks.models import Question, QuestionPicture
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.media import forgetting, gallery, keeping
from isotrain.media.models import Picture
from isotrain.questions.pictured import lost, reference
from tests.banks.making import NOBODY, a_bank, a_draft, a_question
from tests.factories import a_user, client_of, committed
from tests.media.making import PICTURE, plain

SIGN = reference("A sign", PICTURE.address)


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Picture)) or 0


def with_sign() -> int:
    """Add a question that shows the picture; return its id."""
    with committed():
        keeping.keep([PICTURE])
    return a_question(a_bank(), a_draft(f"What is {SIGN}?"))


def test_a_picture_is_kept_once_by_its_content(each_app):
    with committed():
        keeping.keep([PICTURE])
    with committed():
        keeping.keep([PICTURE])
    assert count() == 1 and gallery.load([PICTURE.sha256]) == {PICTURE.sha256: PICTURE}
    assert gallery.get(PICTURE.sha256).data == PICTURE.data
    known = gallery.Known()
    assert PICTURE.sha256 in known and "0" * 64 not in known


def test_what_no_question_shows_is_forgotten_after_two_days_and_the_rest_stays(each_app):
    with_sign()
    other = replace(PICTURE, data=plain(colour="blue"))
    with committed():
        keeping.keep([other])
    with clock.moved_by(timedelta(days=1)), committed():
        assert forgetting.purge_some() == 0
    with clock.moved_by(timedelta(days=3)), committed():
        assert forgetting.purge_some() == 1
    assert gallery.load([PICTURE.sha256, other.sha256]).keys() == {PICTURE.sha256}


def test_a_version_notes_what_it_shows_and_its_hash_covers_it(each_app):
    question = db.session.get_one(Question, with_sign())
    version = question.latest_version_id
    noted = db.session.execute(sa.select(QuestionPicture.version_id, QuestionPicture.sha256)).all()
    assert noted == [(version, PICTURE.sha256)]
    written = versions.written([version])[version]
    other = replace(written.question, stem=written.question.stem.replace(PICTURE.sha256, "0" * 64))
    assert replace(written, question=other).hash != written.hash


def test_the_editor_takes_no_picture_that_is_kept_elsewhere(each_app):
    bank_id = a_bank()
    with pytest.raises(Unsettled, match="A picture is missing: A sign"):
        a_question(bank_id, a_draft(f"What is {SIGN}?"))


def test_a_question_whose_picture_is_missing_is_kept_and_cannot_be_approved(each_app):
    bank_id, sign = a_bank(), lost("signs/a sign.png", "A sign")
    question = db.session.get_one(Question, a_question(bank_id, a_draft(f"What is {sign}?")))
    with pytest.raises(Refusal) as refusal, committed():
        approving.approve(bank_id, question.id, question.latest_version_id, by=NOBODY)
    assert refusal.value.sentence == "A picture is missing: signs/a sign.png."
    written = versions.written([question.latest_version_id])[question.latest_version_id]
    shown = emphasised(written.draft().stem)
    assert "A picture is missing: " in shown and "<img" not in shown


def test_a_picture_is_served_as_what_it_is_and_to_nobody_outside(app):
    with committed():
        keeping.keep([PICTURE])
    address = f"/pictures/{PICTURE.sha256}"
    assert app.test_client().get(address).status_code in (302, 303, 401)
    client = client_of(app, a_user("employee"))
    answer = client.get(address)
    assert answer.data == PICTURE.data and answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "inline"
    assert "sandbox" in answer.headers.getlist("Content-Security-Policy")
    assert answer.headers["Cache-Control"] == "no-store"
    missing = client.get(f"/pictures/{'0' * 64}")
    assert missing.status_code == 404 and missing.headers["Cache-Control"] == "no-store"
    with pytest.raises(NotFound):
        gallery.get("0" * 64)


def test_a_picture_that_cannot_be_read_is_refused_with_a_sentence(app):
    with pytest.raises(Refusal, match="SVG") as refusal:
        keeping.read(b"<svg/>", reader=None)
    assert refusal.value.field == "picture"
