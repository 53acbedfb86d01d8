"""Upgrading a place that has pictures: they and what shows them stay byte by byte."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa

from isotrain import schema
from tests.keeping.test_upgrading_libraries import Old
from tests.media.making import PICTURE


def test_pictures_stay_and_so_does_what_shows_them(engine):
    old = Old(engine, "0022")
    library = old.add("library", slug="one", title="One", language="en", topics=[],
                      created_at=old.at(0))
    bank = old.add("bank", slug="one", library_id=library, title="One", language="en",
                   description="", created_at=old.at(0))
    question = old.add("question", bank_id=bank, key="Q1", created_at=old.at(0))
    version = old.add("question_version", question_id=question, number=1, revision=1,
                      language="en", type="single_choice", content={"stem": "x"}, stem_text="x",
                      topic="t", use="exam", marking="x", facts=[], content_hash="h", source="s",
                      created_at=old.at(0))
    old.add("picture", sha256=PICTURE.sha256, media_type="image/png", width=8, height=6,
            size=len(PICTURE.data), kept_at=old.at(0), data=PICTURE.data)
    old.add("question_picture", version_id=version, sha256=PICTURE.sha256)
    schema.upgrade(engine)
    with engine.connect() as connection:
        data, shown_by = connection.execute(sa.text(
            "SELECT data, version_id FROM picture JOIN question_picture USING (sha256)")).one()
    assert sha256(bytes(data)).hexdigest() == PICTURE.sha256 and shown_by == version
