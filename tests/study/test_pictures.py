"""Pictures of modules: files of the folder, kept by content, shown on the page."""

from __future__ import annotations

import re
import shutil

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.banks.files import loading as bank_loading
from isotrain.banks.models import QuestionPicture, QuestionVersion
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.formats.picture import FILE_LIMIT
from isotrain.formats.reencoding import reencoded
from isotrain.media import forgetting
from isotrain.media.models import Picture
from isotrain.study import loading, rendering
from isotrain.study.models import ModulePicture, ModuleVersion
from tests.factories import BY, a_user, client_of, committed
from tests.media.making import plain
from tests.study.conftest import FOLDER

RED = plain()
KEPT = reencoded(RED)
SHOWN = f'<img class="picture" src="/pictures/{KEPT.sha256}" alt="A sign" width="8" height="6"'


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped folder with a picture beside its modules."""
    copied = shutil.copytree(FOLDER, tmp_path / "library")
    (copied / "modules" / "red sign.png").write_bytes(RED)
    return copied


def write(folder, text):
    """Put a text below the first heading of the first module."""
    module = sorted((folder / "modules").glob("*.md"))[0]
    body = module.read_text()
    heading = re.search(r"^## .*$", body, re.MULTILINE)[0]
    module.write_text(body.replace(heading, f"{heading}\n\n{text}", 1))
    return module.name


def test_a_picture_beside_a_module_is_kept_shown_and_not_forgotten(each_app, folder):
    write(folder, "Look: ![A sign](red%20sign.png)")
    files = loading.read(folder)
    for _again in range(2):
        with committed():
            loading.load(files, by=BY)
    [(sha256, content)] = db.session.execute(sa.select(ModulePicture.sha256, ModuleVersion.content)
                                             .join(ModuleVersion)).all()
    assert sha256 == KEPT.sha256 and "![A sign](picture:" in content["body"]
    with clock.moved_by(forgetting.KEPT_FOR * 2), committed():
        forgetting.purge_some()
    assert db.session.scalar(sa.select(Picture.data)) == KEPT.data
    client = client_of(each_app, a_user())
    course, slug = files.courses[0]["id"], content["slug"]
    page = client.get(f"/courses/{course}/{slug}")
    assert SHOWN in page.text


def ask(folder, text):
    """Put a text behind the stem of the first question."""
    file = sorted((folder / "banks").glob("*.yaml"))[0]
    stem = re.search(r"^  stem: .*$", file.read_text(), re.MULTILINE)[0]
    file.write_text(file.read_text().replace(stem, f"{stem} {text}", 1))
    return file.name


def test_a_picture_beside_a_bank_is_kept_and_shown_with_its_question(app, folder):
    (folder / "banks" / "signs").mkdir()
    (folder / "banks" / "signs" / "red.png").write_bytes(RED)
    ask(folder, "![A sign](signs/red.png)")
    files = loading.read(folder)
    wanted = bank_loading.read(files)
    for _again in range(2):
        with committed():
            bank_loading.load(files, wanted, loading.load(files, by=BY).library, by=BY)
    [(sha256, content)] = db.session.execute(
        sa.select(QuestionPicture.sha256, QuestionVersion.content).join(QuestionVersion)).all()
    assert sha256 == KEPT.sha256
    assert content["stem"].endswith(f" ![A sign](picture:{KEPT.address})")


def test_a_picture_of_a_question_that_is_not_in_the_folder_is_refused_with_its_line(app, folder):
    name = ask(folder, "![A sign](signs/blue.png)")
    with pytest.raises(Refusal) as refusal:
        loading.read(folder)
    assert "A picture is missing: signs/blue.png." in str(refusal.value)
    assert f"banks/{name} line " in str(refusal.value)


@pytest.mark.parametrize(("text", "words"), [
    ("![A sign](blue.png)", "A picture is missing: blue.png."),
    ("![A sign](https://x.example/red.png)", "A picture is missing: https:"),
    ("![A sign](../../../etc/hostname)", "A picture is missing: ../.."),
    ("![](red%20sign.png)", "no words for who cannot see it"),
    ("![A sign](bad.png)", "This is no picture"),
    ("![A sign](large.png)", "larger than 5 MB"),
])
def test_a_picture_that_cannot_be_shown_is_refused_with_its_line(app, folder, text, words):
    (folder / "modules" / "bad.png").write_bytes(b"<html>")
    (folder / "modules" / "large.png").write_bytes(RED + bytes(FILE_LIMIT))
    name = write(folder, text)
    with pytest.raises(Refusal) as refusal:
        loading.read(folder)
    assert words in str(refusal.value) and f"modules/{name} line " in str(refusal.value)


def test_only_pictures_of_ours_are_shown_and_words_cannot_break_out():
    links = rendering.Links({}, {})
    shown = rendering.section_html(f"![A sign](picture:{KEPT.address})", links)
    assert SHOWN in shown
    for text in ("![A sign](https://x.example/a.png)", "![A sign](a.png)", "![A sign](picture:x)"):
        assert rendering.section_html(text, links) == "<p>A sign</p>\n"
    hostile = rendering.section_html(f'![" onload="x" <b>](picture:{KEPT.address})', links)
    assert "<b>" not in hostile and 'alt="&quot; onload=&quot;x&quot; &lt;b&gt;"' in hostile
