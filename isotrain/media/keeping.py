"""Keeping pictures: made anew in a bounded process, once by their content."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from isotrain import clock
from isotrain.db import db, end_reading, upsert
from isotrain.errors import Refusal
from isotrain.formats import child, picture
from isotrain.formats.contract import Unreadable
from isotrain.i18n import say
from isotrain.media.models import Picture
from isotrain.turns import reading_turn

FILE_LIMIT = picture.FILE_LIMIT


def read(data: bytes, *, reader: int | None) -> picture.Picture:
    """Make a picture of a file, in a process of its own; holds no transaction. Raises Refusal."""
    end_reading()
    try:
        with reading_turn(reader):
            return child.picture(data)
    except Unreadable as unreadable:
        said = unreadable.problem
        sentence = f"{say(said.template, said.params)} {say(said.hint, said.params)}"
        raise Refusal(sentence.strip(), "picture") from unreadable


def keep(pictures: Iterable[picture.Picture]) -> None:
    """Keep pictures; one that is there already is kept on."""
    statement = upsert(Picture)
    statement = statement.on_conflict_do_update(
        index_elements=[Picture.sha256], set_={"kept_at": statement.excluded.kept_at})
    for each in sorted(pictures, key=lambda each: each.sha256):
        db.session.execute(statement.values(
            sha256=each.sha256, media_type=each.media_type, width=each.width, height=each.height,
            size=len(each.data), data=each.data, kept_at=clock.now()))


def keep_on(hashes: Collection[str]) -> set[str]:
    """Keep pictures from being forgotten while something begins to refer to them.

    Returns which of them there are.
    """
    if not hashes:
        return set()
    statement = (sa.update(Picture).where(Picture.sha256.in_(sorted(hashes)))
                 .values(kept_at=clock.now()).returning(Picture.sha256)
                 .execution_options(synchronize_session=False))
    return set(db.session.scalars(statement))
