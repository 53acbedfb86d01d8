"""What is wrong in a library folder is told with file, line and what to do."""

from __future__ import annotations

from datetime import date

import pytest

from isotrain.formats.yaml_folder import Folder
from isotrain.study import rules
from tests.keeping import small_course
from tests.study.shipped import contents, parsed

COURSE = "courses/iso-certification.yaml"
BANK = "banks/iso-certification.yaml"
MODULE = "modules/m02-certification-and-accreditation.md"


def changed(file, old, new):
    """Parse the shipped library with the first of some words changed in one of its files."""
    files = contents()
    text = files[file].decode()
    assert old in text
    at = text.index(old)
    files[file] = (text[:at] + new + text[at + len(old) :]).encode()
    return parsed(files), text.count("\n", 0, at) + 1


def said(read):
    return [(problem.place, problem.message) for problem in read.problems]


def test_the_shipped_library_has_no_problem():
    read = parsed()
    assert said(read) == []
    assert [course["id"] for course in read.courses] == ["iso-certification", "iso-in-15-minutes"]
    assert read.facts and read.terms and read.modules and read.banks[0]["questions"]


def test_a_course_alone_is_a_library_of_its_own(tmp_path):
    folder = small_course.write(tmp_path / "short", "short")
    read = parsed({file.name: file.read_bytes() for file in folder.iterdir()})
    assert said(read) == []
    assert (read.library["id"], read.library["language"]) == ("short", "en")
    assert read.courses[0]["modules"] == ["M1"]
    assert [quiz["id"] for quiz in read.courses[0]["practice"]] == ["short-practice"]
    assert read.courses[0]["exam"]["cells"][0]["bank"] == read.banks[0]["id"] == "short"


MISSPELT = [
    (COURSE, "pass_mark:", "pas_mark:", "pass_mark"),
    (COURSE, "  attempts:", "  atempts:", "attempts"),
    (COURSE, "difficulty:", "dificulty:", "difficulty"),
    ("library.yaml", "topics:", "topic:", "topics"),
    ("facts.yaml", "statement:", "statment:", "statement"),
    ("facts.yaml", "review_due:", "review_duo:", "review_due"),
    ("glossary.yaml", "also:", "alsoo:", "also"),
    (MODULE, "often_said:", "often_sayd:", "often_said"),
    (MODULE, "precise:", "precice:", "precise"),
    (BANK, "explanation:", "explantion:", "explanation"),
    (BANK, "feedback:", "fedback:", "feedback"),
    (BANK, "enemies:", "enemys:", "enemies"),
]


@pytest.mark.parametrize(("file", "old", "new", "meant"), MISSPELT)
def test_a_misspelt_key_is_told_with_its_line_and_the_key_that_is_meant(file, old, new, meant):
    read, line = changed(file, old, new)
    wrong = new.strip(" :")
    [(place, message)] = said(read)
    assert place == f"{file} line {line}, {wrong}"
    assert message == f'The key "{wrong}" is unknown: did you mean {meant}?'


NAMED = [
    ("facts.yaml", "  topic: iso\n", "  topic: nowhere\n", "topic", '"nowhere" is not known here.'),
    ("facts.yaml", "edition: iso-9001-2015", "edition: iso-9001-1990", "edition",
     '"iso-9001-1990" is not known here.'),
    ("facts.yaml", "standard: iso-9001", "standard: iso-1", "standard",
     '"iso-1" is not known here.'),
    ("facts.yaml", "standard: iso-9001\n  edition: iso-9001-2015",
     "standard: iso-14001\n  edition: iso-9001-2015", "standard",
     '"iso-14001" is not known here.'),
    ("facts.yaml", "module: M1", "module: M99", "module", '"M99" is not known here.'),
    ("facts.yaml", "paragraph: two-meanings", "paragraph: no-meaning", "paragraph",
     '"no-meaning" is not known here.'),
    ("facts.yaml", "- id: A05", "- id: A18", "id", 'The id "A18" stands twice.'),
    (BANK, "  fact: A05", "  fact: Z99", "fact", '"Z99" is not known here.'),
    (BANK, "  topic: iso\n", "  topic: nowhere\n", "topic", '"nowhere" is not known here.'),
    (BANK, "- id: Q-A05-1", "- id: Q-A12-1", "id", 'The id "Q-A12-1" stands twice.'),
    (COURSE, "modules: [M1, M2", "modules: [M1, M0", "modules", '"M0" is not known here.'),
    (COURSE, "modules: [M1, M2", "modules: [M1, M1", "modules", 'The id "M1" stands twice.'),
    (COURSE, "{topic: iso,", "{topic: nowhere,", "topic", '"nowhere" is not known here.'),
    (COURSE, "{topic: iso,", "{module: M99,", "module", '"M99" is not known here.'),
    (COURSE, "{topic: iso,", "{topic: iso, module: M1,", "cells",
     "A row names a topic or a module."),
    (COURSE, "{topic: iso,", "{bank: other, topic: iso,", "bank", '"other" is not known here.'),
    ("courses/iso-in-15-minutes.yaml", "id: iso-in-15-minutes", "id: iso-certification", "id",
     'The id "iso-certification" stands twice.'),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "message"), NAMED)
def test_a_name_that_leads_nowhere_is_told_with_its_line(file, old, new, key, message):
    read, line = changed(file, old, new)
    assert (f"{file} line {line}, {key}", message) in said(read)
    assert all(problem.hint for problem in read.problems)


@pytest.mark.parametrize(("old", "new", "key", "message"), [
    ("facts: [B01, B02", "facts: [B01, Z01", "facts", '"Z01" is not known here.'),
    ("  - third-party\n", "  - fourth-party\n", "terms", '"fourth-party" is not known here.'),
    ("related: [", "related: [M99, ", "related", '"M99" is not known here.'),
    ("iso-14001-2026", "iso-14001-1990", "standards", '"iso-14001-1990" is not known here.'),
    ("sites? To", "sites [Y01]? To", "facts", '"Y01" is not known here.'),
])  # fmt: skip
def test_what_a_module_names_is_told_with_the_line_where_it_stands(old, new, key, message):
    read, line = changed(MODULE, old, new)
    assert (f"{MODULE} line {line}, {key}", message) in said(read)


def test_a_clause_needs_an_edition():
    read, _line = changed("facts.yaml", '  edition: iso-9001-2015\n  clause', "  clause")
    assert ("facts.yaml", "A clause needs an edition.") in [
        (place.partition(" ")[0], message) for place, message in said(read)]


def test_editions_may_be_named_by_their_aliases():
    read, _line = changed("facts.yaml", "edition: iso-27001-2022", "edition: iso-iec-27001-2022")
    assert said(read) == []
    read, _line = changed(MODULE, "iso-27001-2022", "iso-iec-27001-2022")
    assert said(read) == []


OWN = """\
standards:
  - id: own-1
    reference: OWN 1
    title: Of the house
    certifiable: true
    editions:
      - {id: own-1-2026, aliases: [house-1], label: "OWN 1:2026", published: 2026-01-01,
         confirmed: 2026-01-01}
"""


def test_a_library_may_describe_editions_of_its_own():
    files = contents()
    files["library.yaml"] += OWN.encode()
    files["facts.yaml"] = files["facts.yaml"].replace(
        b"standard: iso-9001\n  edition: iso-9001-2015", b"standard: own-1\n  edition: house-1")
    read = parsed(files)
    assert said(read) == [] and "house-1" in {fact.get("edition") for fact in read.facts}


def test_an_edition_of_ones_own_with_a_day_that_cannot_be_is_told():
    files = contents()
    files["library.yaml"] += OWN.replace("published: 2026", "withdrawn: 2026").encode()
    [(place, message)] = said(parsed(files))
    assert place.startswith("library.yaml line ") and place.endswith(", withdrawn")
    assert message == "This day cannot be right: see published."


def test_every_file_that_is_missing_is_told():
    places = [place for place, _message in said(parsed({"library.yaml": b"id: x"}))]
    assert {"facts.yaml", "glossary.yaml"} <= set(places)
    assert [place for place, _message in said(parsed({"x": b""}))] == [
        "facts.yaml", "glossary.yaml", "course.yaml", "questions.yaml"]


@pytest.mark.parametrize(("today", "count"), [
    (date(2027, 1, 31), 0), (date(2027, 2, 1), 2), (date(2027, 5, 31), 3), (date(2027, 6, 1), 134),
])  # fmt: skip
def test_facts_past_their_review_are_warned_of_by_line(today, count):
    read = parsed()
    found = rules.past_review(read, today)
    assert len(found) == count and all(problem.severity == "warning" for problem in found)
    if found:
        line = int(found[0].place.removeprefix("facts.yaml line ").partition(",")[0])
        text = contents()["facts.yaml"].decode().split("\n")[line - 1]
        assert text.strip() == f"review_due: {found[0].params['day']}"


def test_a_word_is_found_where_a_file_has_it_first():
    folder = Folder({"a.md": b"one\nfact-A1 A12\nA1\n"})
    assert folder.place_of_word("a.md", "A1", "facts") == "a.md line 3, facts"
