"""Question files that bring pictures and take them along."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from PIL import Image

from isotrain import formats
from isotrain.banks import storing
from isotrain.banks.batches import staging
from isotrain.banks.files import exporting, importing
from isotrain.banks.models import Bank, QuestionPicture, QuestionVersion
from isotrain.db import db
from isotrain.formats.moodle.files import carried
from isotrain.media import gallery
from isotrain.questions.pictured import reference
from isotrain.web.transaction import transaction
from tests.banks.making import NOBODY, a_bank, a_draft, applied, checked
from tests.factories import committed
from tests.formats.booklet import zipped
from tests.media.making import PICTURE, saved

SIGN = reference("A sign", PICTURE.address)
DRAFT = a_draft(f"What is {SIGN}?")
FILE = carried(formats.find_format("moodlexml").write([DRAFT]).data, {PICTURE.sha256: PICTURE})


def brought() -> int:
    """Import a file with a picture; return the bank."""
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, FILE.decode(), "quiz.xml"))
    return bank_id


def test_an_import_keeps_its_pictures_and_its_versions_note_them(each_app):
    brought()
    shown, = db.session.scalars(sa.select(QuestionPicture.sha256))
    content = db.session.scalars(sa.select(QuestionVersion.content)).one()
    assert shown in content["stem"] and gallery.get(shown).media_type == "image/png"
    assert "a sign" in db.session.scalars(sa.select(QuestionVersion.stem_text)).one()
    assert shown not in db.session.scalars(sa.select(QuestionVersion.stem_text)).one()


def test_what_is_read_is_kept_without_the_bytes_of_its_pictures(app):
    read = importing.File.of("quiz.xml", FILE, formats.read(FILE, "quiz.xml"))
    assert read.imported.pictures and "pictures" not in read.written.text


def test_an_import_that_was_broken_off_leaves_no_note_of_a_picture(each_app):
    bank_id = a_bank()
    token = checked(bank_id, FILE.decode(), "quiz.xml")
    upload = importing.get_upload(bank_id, token)
    review = importing.review(bank_id, token, importing.Defaults("audits", 1), member=None)
    from isotrain.banks.files.applying import _changes

    with committed():
        batch = staging.begin(bank_id, upload.id, by=NOBODY)
    with committed():
        staging.stage(batch, bank_id, list(_changes(bank_id, review)), by=NOBODY,
                      undone=storing.find_undone(bank_id))
    assert db.session.scalars(sa.select(QuestionPicture.sha256)).all()
    for _gone in staging.forget(batch, transaction=transaction):
        pass
    assert db.session.scalars(sa.select(QuestionPicture.sha256)).all() == []


def test_an_export_takes_pictures_along_or_says_that_it_does_not(app):
    bank_id = brought()
    whole = exporting.write(bank_id, "moodlexml", member=None)
    again = formats.read(whole.data, "quiz.xml")
    assert [each.sha256 for each in again.pictures] and again.errors == ()
    for name in ("qti12", "qti2"):
        package = exporting.write(bank_id, name, member=None)
        assert package.name.endswith(".zip")
        again = formats.read(package.data, package.name)
        assert again.pictures == formats.read(FILE, "quiz.xml").pictures and again.errors == ()
    poor = exporting.write(bank_id, "gift", member=None)
    assert any("pictures" in problem.message for problem in poor.problems)
    assert not any("pictures" in problem.message for problem in whole.problems)


def test_a_question_that_shows_a_picture_of_another_house_comes_in_incomplete(app):
    bank_id = a_bank()
    stranger = replace(DRAFT, stem=DRAFT.stem.replace(PICTURE.sha256, "0" * 64))
    text = formats.find_format("yaml").write([stranger]).data.decode()
    review = importing.review(bank_id, checked(bank_id, text, "bank.yaml"),
                              importing.Defaults("audits", 1), member=None)
    [step] = review.plan.steps
    assert (step.effect, step.complete, review.plan.incomplete) == ("new", False, 1)
    assert any("A picture is missing" in problem.message for problem in review.plan.problems)
    assert "0" * 64 not in step.written.draft().stem


@pytest.mark.parametrize("name", ["yaml", "csv"])
def test_a_text_format_takes_pictures_along_in_a_zip_that_changes_nothing(app, name):
    bank_id = brought()
    file = exporting.write(bank_id, name, member=None)
    assert file.name.endswith(".zip") and not any("pictures" in p.message for p in file.problems)
    with committed():
        token = importing.keep(bank_id, importing.File.of(
            file.name, file.data, formats.read(file.data, file.name)), by=NOBODY)
    plan = importing.review(bank_id, token, importing.Defaults("audits", 1), member=None).plan
    assert {effect for effect, count in plan.counts.items() if count} == {"unchanged"}


def test_a_command_writes_pictures_into_a_zip_alone(app, tmp_path):
    bank = db.session.get(Bank, brought())
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["bank", "export", bank.slug, str(tmp_path / "bank.yaml")])
    assert "zip archive" in refused.output and not (tmp_path / "bank.yaml").exists()
    file = tmp_path / "bank.zip"
    runner.invoke(args=["bank", "export", bank.slug, str(file), "--format", "yaml"])
    assert formats.read(file.read_bytes(), file.name).pictures


def test_what_loses_a_little_each_time_comes_back_as_it_was_kept(app):
    noise = Image.effect_noise((60, 40), 60).convert("RGB")
    text = formats.find_format("yaml").write([a_draft("What is ![A sign](a.jpg)?")]).data
    bank_id = a_bank()
    first = importing.read(zipped([("a.yaml", text), ("a.jpg", saved(noise, "JPEG"))]), "a.zip",
                           reader=None)
    with committed():
        token = importing.keep(bank_id, first, by=NOBODY)
    applied(bank_id, token)
    for name in ("yaml", "csv", "moodlexml", "qti12", "qti2"):
        file = exporting.write(bank_id, name, member=None)
        again = importing.read(file.data, file.name, reader=None)
        assert again.imported.pictures == () and again.imported.errors == ()
        assert again.imported.questions[0].pictures.keys() == (
            first.imported.questions[0].pictures.keys())
