"""What the reading child does, done here: its limits, its wishes, and how it answers."""

import io
import json
import resource
import sys
from types import SimpleNamespace

import pytest

from isotrain import formats
from isotrain.formats import Unreadable, child
from isotrain.formats.model import Import
from isotrain.formats.reencoding import reencoded
from isotrain.formats.sheets.table import read_table
from tests.formats.booklet import lying, workbook
from tests.formats.test_annotating import told
from tests.formats.test_formats import CSV, GIFT
from tests.formats.test_workbooks import row
from tests.media.making import plain

BOOK = workbook(row(2, "Who?", "x", "y", "Q"), formats=("d-mmm",))


@pytest.fixture
def limits(monkeypatch):
    """The limits that the child would set, collected instead."""
    found = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limit: found.append((what, limit)))
    return found


@pytest.fixture
def inside(monkeypatch, limits):
    """Have what is asked of a child done in this process."""
    def run(command, *, input, **more):
        out = io.StringIO()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(input)))
        monkeypatch.setattr(sys, "stdout", out)
        try:
            child.main()
        except SystemExit as gone:
            return SimpleNamespace(returncode=1, stderr=str(gone.code).encode(), stdout=b"")
        return SimpleNamespace(returncode=0, stdout=out.getvalue().encode(), stderr=b"")

    monkeypatch.setattr(child.subprocess, "run", run)


def test_files_are_read_with_their_names_formats_and_choices(inside):
    for data, more in ((GIFT, {}), (CSV, {"format_name": "csv"}), ("a ~ b", {"filename": "x.gift"}),
                       ("Question,A,B,Answer\nN?,2,4,2\n", {"readings": {"x": "y"}})):
        here = formats.read(data.encode(), **more)
        more = {"filename": more.pop("filename", ""), **more}
        assert child.parse(data.encode(), **more) == here
    keyed = b"Question,A,B,C,Answer\nHow many?,2,4,6,2\n"
    [problem] = child.parse(keyed, "x.csv").open
    chosen = child.parse(keyed, "x.csv", readings={problem.asks: "text"})
    assert chosen == formats.read(keyed, "x.csv", readings={problem.asks: "text"})
    assert [option.text for option in chosen.questions[0].right] == ["2"]


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_tables_notes_and_pictures_are_wishes_of_their_own(inside, limits):
    for data in (b"a;b\n1;2\n", BOOK):
        assert child.table(data) == read_table(data)
    notes = [("row 2", "error", "One."), ("row 2, column Correct", "warning", "Two.")]
    copy = child.annotated(BOOK, notes)
    assert told(copy, []) == told(BOOK, notes) and len(told(copy, [])) == 2
    assert child.picture(plain()) == reencoded(plain())


def test_only_who_writes_rehearses_writing(monkeypatch, limits):
    played = []
    monkeypatch.setattr(child.annotating, "rehearse", lambda: played.append("writing"))
    child._limit()
    assert not played
    child._limit(writes=True)
    assert played == ["writing"]


def test_everything_that_reading_does_not_need_is_given_up(limits):
    child._limit()
    assert dict(limits) == {
        what: (limit, limit) for what, limit in (
            (resource.RLIMIT_AS, child.MEMORY_LIMIT), (resource.RLIMIT_CPU, child.CPU_SECONDS),
            (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, 0), (resource.RLIMIT_CORE, 0))}


def test_what_reading_needs_is_loaded_before(monkeypatch, limits):
    loaded = []
    monkeypatch.setattr(child.importlib, "import_module", loaded.append)
    monkeypatch.setattr(child.codecs, "lookup", loaded.append)
    child._limit()
    assert {"python_calamine", "PIL.PngImagePlugin", "PIL.WebPImagePlugin", "utf-16",
            "cp1252"} <= set(loaded)


@pytest.mark.parametrize(("data", "name", "code"), [
    (b"", "", "empty"), (b"PK\x03\x04 broken", "x.xlsx", "zip_broken"),
    (b"PK\x03\x04 broken", "x.csv", "wrong_name"),
    (b'Question,A,B,Answer\nQ,"x,y,A\nQ,x,y,A\n', "x.csv", "csv_quote")])
def test_a_refusal_comes_out_with_all_that_it_says(inside, data, name, code):
    with pytest.raises(Unreadable) as here:
        formats.read(data, name)
    with pytest.raises(Unreadable) as there:
        child.parse(data, name)
    assert there.value.problem == here.value.problem
    assert there.value.code == here.value.code == code


def test_a_fault_is_told_by_its_place_and_never_by_its_words(inside, monkeypatch, caplog):
    def fails(data, **wish):
        raise KeyError("a secret of the file")

    monkeypatch.setattr(child, "read", fails)
    with pytest.raises(Unreadable) as refusal:
        child.parse(GIFT.encode())
    assert refusal.value.code == "parser_limit"
    assert "KeyError in fails, line" in caplog.text and "secret" not in caplog.text


@pytest.mark.parametrize("ask", [child.table, child.parse, child.picture])
def test_no_process_is_started_for_what_is_refused_anyway(ask, monkeypatch):
    monkeypatch.setattr(child.subprocess, "run", lambda *args, **more: 1 / 0)
    with pytest.raises(Unreadable):
        ask(b"")


def test_what_was_read_survives_json_with_its_pictures():
    data = workbook(row(2, "Who?", "x", "y", "A"), more=lying(((2, 0), plain(), "A sign")))
    imported = formats.read(data, "bank.xlsx")
    assert imported.pictures and imported.problems
    assert Import.from_data(json.loads(json.dumps(imported.to_data()))) == imported
