"""The files of a folder are read together, and every problem names file and line."""

from __future__ import annotations

import pytest

from isotrain.formats.yaml_folder import LARGEST_FILE, Folder

KIND = {"id": "id", "title": "text", "minutes?": "number"}


def folder(**files):
    return Folder({name.replace("_", "."): data if isinstance(data, bytes) else data.encode()
                   for name, data in files.items()})


def said(read):
    return [(problem.place, problem.message) for problem in read.problems]


def test_a_file_is_read_and_every_value_has_a_place():
    read = folder(list_yaml="# first\n- id: A\n  title: One\n\n- id: B\n  title: Two\n")
    assert read.read("list.yaml", [KIND]) == [
        {"id": "A", "title": "One"}, {"id": "B", "title": "Two"}]
    assert read.problems == []
    assert read.place("list.yaml", 1, "title") == "list.yaml line 6, title"
    assert read.place("list.yaml", 1) == "list.yaml line 5"
    assert read.place("list.yaml", 1, "minutes") == "list.yaml line 5, minutes"
    assert read.place("other.yaml", 0, "id") == "other.yaml line 1, id"


def test_front_matter_keeps_the_lines_of_its_file():
    read = folder(m1_md="---\nid: M1\ntitel: One\n---\n\n## Text {#text}\n---\nmore\n")
    front, body = read.read_page("m1.md", KIND)
    assert (front, body) == ({"id": "M1"}, "## Text {#text}\n---\nmore")
    assert said(read) == [
        ("m1.md line 3, titel", 'The key "titel" is unknown: did you mean title?')]


@pytest.mark.parametrize("text", ["", "id: M1\n", "---\nid: M1\n", "\n---\nid: M1\n---\n", "--- x"])
def test_a_page_without_front_matter_is_told(text):
    read = folder(m1_md=text)
    assert read.read_page("m1.md", KIND) == (None, "")
    assert said(read) == [("m1.md line 1", "The front matter is missing.")]


@pytest.mark.parametrize(("data", "place", "message"), [
    (b"id: A\r\ntitle: caf\xe9\r\n", "a.yaml line 2", "A letter is not UTF-8."),
    (b"\nid: caf\xe9", "a.yaml line 2", "A letter is not UTF-8."),
    (b"x" * (LARGEST_FILE + 1), "a.yaml", "The file is larger than 4 MiB."),
    (b"id: A\nid: B\n", "a.yaml line 2", 'The field "id" is given twice.'),
    (b"# nothing\n", "a.yaml", "The file is empty."),
    (b"id: a: b\n", "a.yaml line 1", "This is not valid YAML: mapping values are not allowed"),
    (b"- id: A\n", "a.yaml line 1", "Fields with names are expected here."),
])  # fmt: skip
def test_a_file_that_says_nothing_is_told_and_nothing_is_made_of_it(data, place, message):
    read = folder(a_yaml=data)
    assert read.read("a.yaml", KIND) is None
    [(where, what)] = said(read)
    assert where == place and what.startswith(message)
    assert read.problems[0].hint


def test_a_missing_file_is_told_by_name():
    read = folder()
    assert read.read("facts.yaml", [KIND]) is None and read.read_page("m1.md", KIND) == (None, "")
    assert said(read) == [("facts.yaml", "The file is missing."), ("m1.md", "The file is missing.")]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    read = folder(m1_md=b"\xef\xbb\xbf---\r\nid: M1\r\ntitle: One\r\n---\r\nText\r\n")
    assert read.read_page("m1.md", KIND) == ({"id": "M1", "title": "One"}, "Text")
    assert read.problems == []


def test_a_fault_found_later_stands_where_its_value_does():
    read = folder(a_yaml="- id: A\n  title: One\n")
    read.read("a.yaml", [KIND])
    read.fault("a.yaml", (0, "title"), 'The title "%(title)s" is taken.', "Choose.", title="One")
    assert said(read) == [("a.yaml line 2, title", 'The title "One" is taken.')]


@pytest.mark.parametrize(("word", "line"), [("one", 2), ("two", 3), ("tw", 1), ("two-fold", 4)])
def test_a_word_stands_in_the_first_line_that_has_it_whole(word, line):
    read = folder(m1_md=b"\xef\xbb\xbf---\nid: one\nx: two\n---\ntwo-fold one\n")
    found = folder(a_md="# one-two\nid: one\nx: two\ny: two-fold\n")
    assert found.place_of_word("a.md", word, "key") == f"a.md line {line}, key"
    assert read.place_of_word("m1.md", "id", "") == "m1.md line 2"
