"""Searching for people: by beginnings of the words of a name, a number or an address.

Each word stands in a row, so that a search reads a range of an index, on every database the same.
`registering` keeps the rows; `flask verify` compares them with the names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from isotrain.accounts.models import Identity, SearchWord
from isotrain.accounts.rules import asked_words, initials, is_initial, search_words
from isotrain.db import db
from isotrain.lists import FEW, chunks

_LAST = "\U0010ffff"  # no word goes on with it: what is not assigned was folded away


def found(text: str) -> sa.Select[int]:
    """Select the ids of who is found by a text, some more than once; nobody by one without words.

    The longest word is looked up, since the fewest people are likely to have it.
    """
    query = sa.select(SearchWord.user_id)
    words = sorted(asked_words(text), key=len, reverse=True)
    if not words:
        return query.where(sa.false())
    return query.where(_begins(SearchWord, words[0]), *_have(
        words[1:], SearchWord.user_id, SearchWord.initials))


def first_ids(text: str, most: int = FEW) -> tuple[Sequence[int], bool]:
    """Return the ids of who is found by a text, some of them where that are many; say whether.

    They are read by word: told to leave out doubles, PostgreSQL would read all words by person.
    A few doubles are allowed for; where more are, as of numbers in addresses, more is read.
    """
    query, bound = found(text).order_by(SearchWord.word), most + most // 3
    rows = db.session.scalars(query.limit(bound + 1)).all()
    if len(rows) > bound and len(set(rows)) <= most:
        bound = 2 * most
        rows = db.session.scalars(query.limit(bound + 1)).all()
    ids = sorted(set(rows))
    return ids[:most], len(rows) > bound or len(ids) > most


def matches(
    user_id: sa.SQLColumnExpression[int | None], text: str,
    letters: sa.SQLColumnExpression[int] | None = None,
) -> sa.ColumnElement[bool]:
    """Return the condition that one person is found by a text, to be asked person by person.

    With the initials of a person's words, most of those who are not found need no look-up.
    """
    words = asked_words(text)
    return sa.and_(*_have(words, user_id, letters)) if words else sa.false()


def _have(
    words: Sequence[str], user_id: sa.SQLColumnExpression[int | None],
    letters: sa.SQLColumnExpression[int] | None,
) -> Iterator[sa.ColumnElement[bool]]:
    """Yield conditions that one person has words of these beginnings."""
    if letters is not None and words:
        asked = initials(words)
        # No less than what is asked for is all of it; a planner would take "equal" for rare.
        yield letters.bitwise_and(asked) >= asked
    for word in words:
        if letters is None or not is_initial(word):
            yield _has(user_id, word)


def _has(user_id: sa.SQLColumnExpression[int | None], word: str) -> sa.ColumnElement[bool]:
    """Look a word up for one person; as a value, which no planner turns into reading them all."""
    each = sa.orm.aliased(SearchWord)
    return sa.select(sa.literal(1)).where(
        each.user_id == user_id, _begins(each, word)).limit(1).scalar_subquery().is_not(None)


def _begins(row: type[SearchWord], word: str) -> sa.ColumnElement[bool]:
    return sa.and_(row.word >= word, row.word < word + _LAST)


def rewrite(user_ids: Collection[int]) -> None:
    """Write down anew by which words these people are found."""
    for ids in chunks(user_ids):
        db.session.execute(sa.delete(SearchWord).where(SearchWord.user_id.in_(ids)))
        rows = [{"user_id": user_id, "word": word, "initials": initials(words)}
                for user_id, words in _meant(ids).items() for word in sorted(words)]
        if rows:
            db.session.execute(sa.insert(SearchWord), rows)


def list_wrong(user_ids: Sequence[int]) -> list[int]:
    """List those of these people whose words are not those of their names."""
    kept: dict[int, set[tuple[str, int]]] = {user_id: set() for user_id in user_ids}
    query = sa.select(SearchWord.user_id, SearchWord.word, SearchWord.initials).where(
        SearchWord.user_id.in_(user_ids))
    for user_id, word, letters in db.session.execute(query):
        kept[user_id].add((word, letters))
    meant = _meant(user_ids)
    return [user_id for user_id in user_ids if kept[user_id] != {
        (word, initials(words)) for words in [meant.get(user_id, set())] for word in words}]


def _meant(user_ids: Sequence[int]) -> dict[int, set[str]]:
    query = sa.select(Identity.user_id, Identity.name_folded, Identity.personnel_no,
                      Identity.email).where(Identity.user_id.in_(user_ids))
    return {user_id: search_words(*texts) for user_id, *texts in db.session.execute(query)}
