"""A shelf of question versions: each is read and put together once, however often it is asked for.

It holds keys as well, so it stands for the length of one run and no longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.banks import versions
from isotrain.banks.models import QuestionVersion
from isotrain.db import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from isotrain.exams.pools import Id
    from isotrain.ledger.canonical import JsonObject
    from isotrain.questions.contract import Question

HELD = 5_000
Name = tuple[int | str, ...]  # question, number, language, revision
_NAMES = sa.select(
    QuestionVersion.question_id, QuestionVersion.number, QuestionVersion.language,
    QuestionVersion.revision, QuestionVersion.id,
).where(QuestionVersion.question_id.in_(sa.bindparam("questions", expanding=True)))


class Shelf:
    """Question versions to ask and to mark."""

    def __init__(self) -> None:
        self._keys: dict[int, JsonObject] = {}
        self._asked: dict[Id, Question] = {}
        self._keyed: dict[int, Question] = {}
        self._named: dict[Name, int] = {}

    def fetch(self, version_ids: Iterable[int]) -> None:
        """Read the keys of these versions that are not here yet, in one query."""
        wanted = set(version_ids)
        if len(self._keys) > HELD:
            for kept in (self._keys, self._asked, self._keyed, self._named):
                kept.clear()
        missing = wanted - self._keys.keys()
        if missing:
            self._keys |= versions.keys(missing)

    def asked(self, version_ids: Iterable[int]) -> dict[Id, Question]:
        """Return versions without their keys, so that they can only be asked."""
        ids = list(version_ids)
        missing = [id_ for id_ in ids if id_ not in self._asked]
        if missing:
            self._asked |= {id_: kept.question()
                            for id_, kept in versions.contents(missing).items()}
        return {id_: self._asked[id_] for id_ in ids}

    def keyed(self, version_ids: Iterable[int]) -> dict[int, Question]:
        """Return versions with their keys, for marking; raises KeyError for one without a key."""
        ids = list(version_ids)
        missing = [id_ for id_ in ids if id_ not in self._keyed]
        if missing:
            self.fetch(missing)
            self._keyed |= {id_: kept.question(self._keys[id_])
                            for id_, kept in versions.contents(missing).items()}
        return {id_: self._keyed[id_] for id_ in ids}

    def as_named(
        self, version_ids: Sequence[int], language: str, names: Sequence[Sequence[int | str]]
    ) -> list[int]:
        """Return for each version the words that a receipt names, in its language or their own.

        Where it names another question, another language or words that do not exist, the version.
        """
        found = versions.contents(version_ids)
        wanted: dict[int, Name] = {}
        for id_, row in zip(version_ids, names, strict=False):  # a forged receipt may name fewer
            name, kept = tuple(row[:4]), found[id_]
            if (name[:2] == (kept.question_id, kept.number)
                    and name[2:3] in ((language,), (kept.language,)) and len(name) == 4):
                wanted[id_] = name
        self._learn(name for name in wanted.values() if name not in self._named)
        return [self._named.get(wanted[id_], id_) if id_ in wanted else id_ for id_ in version_ids]

    def _learn(self, names: Iterable[Name]) -> None:
        questions = {name[0] for name in names}
        if questions:
            rows = db.session.connection().execute(_NAMES, {"questions": list(questions)})
            self._named |= {(row[0], row[1], row[2], row[3]): row[4] for row in rows}
