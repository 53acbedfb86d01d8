"""Adding a picture where a question is written, and what pages make of it."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from isotrain.attempts.pages import emphasised
from isotrain.banks.models import QuestionVersion
from isotrain.db import db
from isotrain.formats.reencoding import reencoded
from isotrain.media.models import Picture
from isotrain.questions.pictured import named, reference
from tests.banks.making import a_bank, a_trainer
from tests.factories import client_of, post
from tests.media.making import PICTURE, plain

FIELDS = {"stem": "What is this?", "option-1": "A seal", "option-2": "A sign", "right": "1",
          "explanation": "It is a seal.", "topic": "audits", "difficulty": "1", "use": "exam"}
ADDED = reference("A seal", reencoded(plain()).address)


def sent(app, do, **more):
    trainer = a_trainer()
    page = f"/banks/{a_bank(trainer)}/questions/new/single_choice"
    fields = {**FIELDS, "do": do, "picture": (io.BytesIO(plain()), "seal.png"),
              "picture-alt": "A seal", "picture-to": "stem", **more}
    return post(client_of(app, trainer), page, fields, content_type="multipart/form-data")


def test_a_picture_goes_to_the_end_of_the_question_and_nothing_is_saved_yet(app):
    page = sent(app, "picture")
    assert page.status_code == 200 and f"What is this?\n\n{ADDED}" in page.text
    assert db.session.scalar(sa.select(Picture.media_type)) == "image/png"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(QuestionVersion)) == 0
    assert f'src="/pictures/{reencoded(plain()).sha256}"' in page.text  # it is shown


def test_who_saves_with_a_picture_chosen_loses_nothing(app):
    assert sent(app, "save", **{"picture-to": "explanation"}).status_code == 303
    content = db.session.scalars(sa.select(QuestionVersion.content)).one()
    assert content["stem"] == "What is this?"
    assert db.session.scalar(sa.text("SELECT sha256 FROM question_picture"))


def test_where_a_script_puts_it_the_server_leaves_the_texts_alone(app):
    page = sent(app, "picture", **{"picture-to": "cursor"})
    assert f'data-reference="{ADDED}"' in page.text and f"\n\n{ADDED}" not in page.text


@pytest.mark.parametrize(("file", "sentence"), [
    ((io.BytesIO(b"<svg/>"), "a.png"), "SVG drawings are not taken"),
    ((io.BytesIO(b""), ""), "Choose a picture."),
])
def test_a_picture_that_is_not_taken_is_said_at_its_field_and_nothing_is_saved(
        app, file, sentence):
    page = sent(app, "picture", picture=file)
    assert page.status_code == 422 and sentence in page.text and "What is this?" in page.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Picture)) == 0


def test_a_text_shows_its_picture_with_words_and_size():
    words = 'A <sign> & "more"'
    shown = emphasised(f"*Look:* {reference(words, PICTURE.address)}")
    assert shown == (f'<em>Look:</em> <img class="picture" src="/pictures/{PICTURE.sha256}"'
                     ' alt="A &lt;sign&gt; &amp; &#34;more&#34;" width="8" height="6">')
    assert 'loading="lazy"' in emphasised(reference("x", PICTURE.address), lazy=True)


@pytest.mark.parametrize("text", [
    "![x](https://evil.example/x.png)", "![x](javascript:alert(1))", named("x", "missing.png"),
    '<img src="/pictures/x">', "![x](picture:../../etc/passwd)",
    f"![x](picture:{PICTURE.sha256}/0x0)"])
def test_no_other_address_becomes_a_picture(text):
    assert "<img" not in emphasised(text)
