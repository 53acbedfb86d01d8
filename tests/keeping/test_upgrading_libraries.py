"""The step that makes libraries: what two old courses had, every version of them shows again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from isotrain import schema
from isotrain.exams.pools import FIRST, SECOND, Entry, Pool
from isotrain.ledger.hashing import hash_of

DAY = datetime(2026, 3, 1, tzinfo=UTC)
ADA, BEN, CLEO, DAN, EVA = range(1, 6)


class Old:
    """A database of the schema before, filled row by row."""

    def __init__(self, engine: sa.Engine, revision: str = "0003") -> None:
        schema.upgrade(engine, revision)
        self.engine, self.tables = engine, sa.MetaData()
        self.tables.reflect(engine)
        self.sqlite = engine.dialect.name == "sqlite"

    def at(self, day: int) -> Any:
        moment = DAY + timedelta(days=day)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if self.sqlite else moment

    def add(self, table: str, **values: Any) -> int:
        from isotrain.db import writing

        columns = self.tables.tables[table]
        with writing(), self.engine.begin() as connection:
            done = connection.execute(sa.insert(columns).values(**values))
        return done.inserted_primary_key[0]

    def set(self, table: str, id_: int, **values: Any) -> None:
        from isotrain.db import writing

        columns = self.tables.tables[table]
        with writing(), self.engine.begin() as connection:
            connection.execute(sa.update(columns).where(columns.c.id == id_).values(**values))


def two_attempts(old: Old, kind: str, *, state: str, **marking: str) -> list[int]:
    """Add a course, a quiz of it, and an attempt of Ada and one of Ben; return the attempts."""
    library = old.add("library", slug="one", title="One", language="en", topics=[],
                      created_at=old.at(0))
    course = old.add("course", slug="one", library_id=library, certificate_months=24,
                     created_at=old.at(0))
    taught = old.add("course_version", course_id=course, number=1, label="1", title="One",
                     summary="", language="en", topics=[], editions=[], content_hash="1",
                     created_at=old.at(0))
    quiz = old.add("quiz", slug="one", course_id=course, kind=kind, created_at=old.at(0))
    version = old.add("quiz_version", quiz_id=quiz, number=1, state="published", title="One",
                      cells=[], rules={}, created_at=old.at(0), **marking)
    closed = {"closed_at": old.at(0)} if state != "open" else {}
    for user in (ADA, BEN):
        old.add("user", id=user, created_at=old.at(0), is_demo=False)
    return [old.add("attempt", user_id=user, quiz_id=quiz, quiz_version_id=version, number=1,
                    course_version_id=taught, state=state, started_at=old.at(0), **closed)
            for user in (ADA, BEN)]


def a_course(old: Old, slug: str, *, versions: int) -> dict[str, Any]:
    """Add a course whose one fact and one module change with every version, a day apart."""
    course = old.add("course", slug=slug, certificate_months=24, created_at=old.at(0))
    module = old.add("module", course_id=course, code="M1", slug=f"{slug}-module")
    fact = old.add("fact", course_id=course, code="A01")
    old.add("term", course_id=course, code="body", term="body", also=["bodies"], facts=["A01"],
            definition=f"A body of {slug}.")
    made = {"course": course, "versions": [], "fact_versions": []}
    for n in range(1, versions + 1):
        fact_version = old.add(
            "fact_version", fact_id=fact, statement=f"{slug} {n}", topic="iso", clause="",
            reference="", difficulty=1, module_code="M1", paragraph="p",
            content_hash=f"{slug} fact {n}", created_at=old.at(n))
        module_version = old.add(
            "module_version", module_id=module, number=n, title=f"{slug} {n}", minutes=5,
            content={}, content_hash=f"{slug} module {n}", created_at=old.at(n))
        version = old.add(
            "course_version", course_id=course, number=n, label=str(n), title=f"{slug} {n}",
            summary="", language="en", topics=[{"id": "iso", "title": "ISO"}], editions=[],
            content_hash=f"{slug} {n}", created_at=old.at(n))
        old.add("course_module", course_version_id=version, module_version_id=module_version,
                position=1)
        old.set("course", course, current_version_id=version)
        old.set("fact", fact, current_version_id=fact_version)
        made["versions"].append(version)
        made["fact_versions"].append(fact_version)
    return made


def a_bank(old: Old, slug: str, course: int | None, *members: int) -> int:
    bank = old.add("bank", slug=slug, title=slug, description="", language="en", course_id=course,
                   created_at=old.at(0))
    for user in members:
        old.add("bank_member", bank_id=bank, user_id=user)
    return bank


def an_exam(old: Old, slug: str, course: int, *, banks: tuple[str, ...], by: int | None) -> int:
    quiz = old.add("quiz", slug=slug, course_id=course, kind="exam", created_at=old.at(0))
    cells = [{"bank": bank, "topic": "iso", "difficulty": 1, "count": 1} for bank in banks]
    version = old.add("quiz_version", quiz_id=quiz, number=1, state="published", title=slug,
                      cells=cells, rules={}, created_at=old.at(0), published_at=old.at(0),
                      published_by=by)
    old.set("quiz", quiz, published_version_id=version)
    return quiz


def a_pool(old: Old, bank: int, slug: str) -> str:
    """Add a question about A01 and one about nothing, in a pool written in the first way."""
    entries = []
    for n, fact in enumerate(("A01", None), 1):
        question = old.add("question", bank_id=bank, key=f"Q{n}", created_at=old.at(0))
        version = old.add(
            "question_version", question_id=question, number=1, type="true_false", content={},
            stem_text="", content_hash="", topic="iso", difficulty=1, use="exam",
            facts=[fact] if fact else [],
            revision=1, marking="true_false-1", language="en", source="", created_at=old.at(0))
        old.set("question", question, approved_version_id=version, latest_version_id=version)
        entries.append(Entry(question, version))
    pool = Pool.of({(slug, "iso", 1, "exam"): entries}, FIRST)
    snapshot = old.add("pool_snapshot", hash=pool.hash, bank_id=bank, size=2, pool=pool.to_data(),
                       created_at=old.at(0))
    old.set("bank", bank, current_pool_id=snapshot)
    return pool.hash


@pytest.fixture
def upgraded(engine):
    """Two courses with banks and exams, upgraded; the first has three versions and two exams."""
    old = Old(engine)
    for user in (ADA, BEN, CLEO, DAN, EVA):
        old.add("user", id=user, created_at=old.at(0), is_demo=False)
    one, two = a_course(old, "one", versions=3), a_course(old, "two", versions=1)
    drawn = a_bank(old, "drawn", one["course"], ADA)
    a_bank(old, "aside", one["course"], BEN)
    a_bank(old, "loose", None, CLEO)
    a_bank(old, "second", two["course"], DAN)
    an_exam(old, "one-exam", one["course"], banks=("drawn",), by=EVA)
    an_exam(old, "one-again", one["course"], banks=("aside",), by=BEN)
    an_exam(old, "two-exam", two["course"], banks=("second", "loose"), by=None)
    pool = a_pool(old, drawn, "drawn")
    old.add("course_member", course_id=two["course"], user_id=BEN)
    schema.upgrade(engine, "0004")
    with engine.connect() as connection:
        def ask(text: str, **values: Any) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in connection.execute(sa.text(text), values)]

        yield ask, one, two, pool


def test_every_course_has_a_library_of_its_name_that_holds_what_it_had(upgraded):
    ask, *_rest = upgraded
    assert ask("SELECT slug, title FROM library ORDER BY id") == [
        ("one", "one 3"), ("two", "two 1")]
    for table in ("module", "fact", "term"):
        assert ask(f"SELECT library.slug FROM {table} JOIN library ON library.id = library_id"
                   f" ORDER BY {table}.id") == [("one",), ("two",)]
    assert ask("SELECT bank.slug, library.slug FROM bank LEFT JOIN library"
               " ON library.id = library_id ORDER BY bank.id") == [
        ("drawn", "one"), ("aside", "one"), ("loose", None), ("second", "two")]
    assert ask("SELECT course.slug, library.slug FROM course JOIN library"
               " ON library.id = library_id ORDER BY course.id") == [("one", "one"), ("two", "two")]


def test_every_version_pins_the_wording_it_had_when_it_was_made(upgraded):
    ask, one, two, _pool = upgraded
    pinned = ask("SELECT course_version_id, fact_version_id FROM course_fact ORDER BY 1")
    assert pinned == [*zip(one["versions"], one["fact_versions"], strict=True),
                      *zip(two["versions"], two["fact_versions"], strict=True)]
    terms = ask("SELECT course_version_id, term, definition FROM course_term JOIN term_version"
                " ON term_version.id = term_version_id ORDER BY 1")
    assert [term[0] for term in terms] == [*one["versions"], *two["versions"]]
    assert {term[1:] for term in terms[:3]} == {("body", "A body of one.")}
    assert terms[3][1:] == ("body", "A body of two.")


def test_a_module_is_at_the_version_that_its_course_shows_now(upgraded):
    ask, *_rest = upgraded
    assert ask("SELECT module_version.title FROM module JOIN module_version"
               " ON module_version.id = module.current_version_id ORDER BY module.id") == [
        ("one 3",), ("two 1",)]


def test_a_term_is_known_again_when_its_files_are_loaded(upgraded):
    ask, *_rest = upgraded
    said = {"id": "body", "term": "body", "also": ["bodies"], "definition": "A body of two.",
            "facts": ["A01"]}
    assert (hash_of(said),) in ask("SELECT content_hash FROM term_version")


def test_members_are_those_of_drawn_banks_and_who_published_and_nobody_else(upgraded):
    ask, *_rest = upgraded
    wanted = [("one", ADA), ("one", EVA), ("two", BEN), ("two", CLEO), ("two", DAN)]
    assert ask("SELECT course.slug, user_id FROM course_member JOIN course"
               " ON course.id = course_id ORDER BY 1, 2") == wanted
    assert ask("SELECT library.slug, user_id FROM library_member JOIN library"
               " ON library.id = library_id ORDER BY 1, 2") == wanted


def test_of_two_exams_the_one_that_was_offered_stays(upgraded):
    ask, *_rest = upgraded
    assert ask("SELECT slug FROM quiz WHERE retired_at IS NULL ORDER BY id") == [
        ("one-exam",), ("two-exam",)]


def test_the_present_pool_says_modules_and_the_old_one_stays(upgraded):
    ask, _one, _two, old = upgraded
    found = dict(ask("SELECT pool_snapshot.hash, pool_snapshot.hash FROM bank JOIN pool_snapshot"
                     " ON pool_snapshot.id = current_pool_id"))
    assert old not in found and len(found) == 1
    pools = {hash_: Pool.from_data(json.loads(data) if isinstance(data, str) else data)
             for hash_, data in ask("SELECT hash, pool FROM pool_snapshot")}
    assert {hash_: pool.hash for hash_, pool in pools.items()} == {h: h for h in pools}
    assert {pool.written for pool in pools.values()} == {FIRST, SECOND}
    (new,) = (pool for pool in pools.values() if pool.written == SECOND)
    (entries,) = new.cells.values()
    assert [entry.module for entry in entries] == ["M1", ""]


def test_what_is_pinned_never_changes(upgraded, engine):
    for table in ("course_fact", "course_term", "course_module", "term_version"):
        with pytest.raises(sa.exc.DBAPIError, match="frozen"), engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only=OFF")
            column = "term_id" if table == "term_version" else "course_version_id"
            connection.exec_driver_sql(f"UPDATE {table} SET {column} = {column}")
