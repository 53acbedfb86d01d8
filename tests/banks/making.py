"""Banks, drafts and files that the tests of banks need, and acts that happen at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from itertools import cycle, islice
from threading import Barrier
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import formats
from isotrain.audit.noting import Actor
from isotrain.banks import editing, storing, tending
from isotrain.banks.batches import changing
from isotrain.banks.batches.wish import Changed, Filling, Wish
from isotrain.banks.files import applying, importing
from isotrain.banks.inventory import Filter, Selection
from isotrain.banks.models import Bank, PoolSnapshot, Question
from isotrain.banks.rules import Defaults, Vocabulary, settle
from isotrain.banks.storing import Change
from isotrain.banks.tending import Described
from isotrain.db import db, writing
from isotrain.errors import Refusal
from isotrain.formats import yaml_bank
from isotrain.questions import Numeric, Scenario, SingleChoice, TrueFalse
from isotrain.questions.draft import Draft, Option
from isotrain.web.transaction import transaction
from tests.factories import a_user, committed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask

NOBODY = Actor.command()


def actor(user_id: int) -> Actor:
    return Actor("user", user_id)


def a_bank(*members: int, title: str = "Audits", library_id: int | None = None) -> int:
    """Open a bank that these trainers look after."""
    with committed():
        bank = tending.create(Described(title, library_id=library_id), by=NOBODY)
        for user_id in members:
            db.session.add(tending.BankMember(bank_id=bank.id, user_id=user_id))
        return bank.id


def a_trainer(**who: Any) -> int:
    return a_user("trainer", **who)


def a_draft(stem: str = "Who certifies?", *, right: str = "A certification body",
            wrong: Sequence[str] = ("ISO", "An accreditation body"), **about: Any) -> Draft:
    """A single choice question, complete for a bank without a course; `fact` is its only one."""
    if "fact" in about:
        about["facts"] = tuple(filter(None, [about.pop("fact")]))
    return Draft(**{
        "place": "", "type": "single_choice", "stem": stem, "topic": "audits", "difficulty": 1,
        "explanation": "Certification bodies audit and certify.",
        "options": (Option(right, Fraction(1)), *map(Option, wrong)), **about,
    })


def a_set(stem: str = "Read about a depot.", *, size: int = 3, **about: Any) -> Draft:
    """A text with so many questions, complete for a bank without a course."""
    kinds = islice(cycle((SingleChoice, Numeric, TrueFalse)), size)
    parts = tuple(replace(kind.examples()[0].question, stem=f"Question {n}?",
                          explanation=f"Canary {n}.") for n, kind in enumerate(kinds, 1))
    return replace(Scenario(stem, parts, "So it is.").draft(),
                   **{"topic": "audits", "difficulty": 1, **about})


def a_question(bank_id: int, draft: Draft | None = None, *, by: Actor = NOBODY) -> int:
    """Add a draft question to a bank."""
    with committed():
        return editing.add(bank_id, draft or a_draft(), by=by).id


def a_translation(bank_id: int, question_id: int, draft: Draft, *, by: Actor = NOBODY) -> int:
    """Let a file say a question in another language; return the id of that version."""
    key = db.session.get_one(Question, question_id).key
    text = yaml_bank.write([replace(draft, external_id=key)]).data.decode()
    token = checked(bank_id, text, f"{draft.language}.yaml", by=by)
    [version] = applied(bank_id, token, by=by).translation_ids()
    return version


def pool_of(bank_id: int) -> PoolSnapshot | None:
    """Return the snapshot that new forms are drawn from."""
    query = sa.select(PoolSnapshot).join(Bank, Bank.current_pool_id == PoolSnapshot.id)
    return db.session.scalar(query.where(Bank.id == bank_id))


def many_questions(bank_id: int, count: int) -> None:
    """Add draft questions all at once."""
    with committed():
        keys = storing.unused_keys(bank_id)
        written = {key: settle(a_draft(f"Question {key}?"), Vocabulary(), language="en").written
                   for key in islice(keys, count)}
        storing.store(bank_id, [Change(text, key=key) for key, text in written.items()], by=NOBODY)


def checked(bank_id: int, text: str, name: str = "file.gift", *, by: Actor = NOBODY) -> str:
    """Upload a file as far as the check, read in this process; return its token."""
    data = text.encode()
    read = importing.File.of(name, data, formats.read(data, name))
    with committed():
        return importing.keep(bank_id, read, by=by)


def applied(bank_id: int, token: str, defaults: Defaults | None = None, *, by: Actor = NOBODY,
            **more: Any) -> applying.Applied:
    """Review and apply an upload."""
    review = importing.review(bank_id, token, defaults or Defaults("audits", 1),
                              member=by.user_id)
    return applying.apply(bank_id, review, by=by, transaction=transaction, **more)


def at_once(app: Flask, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run acts at the same time, each in a transaction of its own; refusals are results."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            try:
                with writing():
                    result = act()
                    db.session.commit()
                    return result
            except Refusal as refusal:
                db.session.rollback()
                return refusal
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def filled(bank_id: int, ids: Sequence[int] | None, *, by: Actor = NOBODY,
           asked: Filter | None = None, **filling: Any) -> Changed:
    """Set the same on many questions, or on all that a filter finds."""
    return together(bank_id, "set", ids, by=by, asked=asked, filling=Filling(**filling))


def together(bank_id: int, act: str, ids: Sequence[int] | None = None, *, by: Actor = NOBODY,
             asked: Filter | None = None, **more: Any) -> Changed:
    """Do something to many questions at once; `agreed` are quizzes that may be left short."""
    agreed = more.pop("agreed", ())
    selection = Selection(asked or Filter(), None if ids is None else tuple(ids))
    outlook = changing.foresee(bank_id, Wish(act, selection, **more), by=by)
    return changing.change(bank_id, outlook, by=by, transaction=transaction, agreed=agreed)
