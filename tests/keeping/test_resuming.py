"""Verifying in pieces: a run that is killed goes on where it was, and finds the same."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from itertools import islice

import pytest
from flask import current_app

from isotrain.banks.models import QuestionVersion
from isotrain.errors import Refusal
from isotrain.keeping import progress, proving_database, rounds, verifying
from isotrain.keeping.rules import Sample
from tests.keeping.test_verifying import findings, tamper


@pytest.fixture
def broken(past, monkeypatch):
    """A place with findings in several rounds, looked at in few pieces."""
    some = rounds._some
    monkeypatch.setattr(rounds, "_some", lambda rows, last, most: some(
        rows, last, 50 if rows is QuestionVersion else 2 if most == rounds.AT_ONCE else most))
    monkeypatch.setattr(verifying, "AT_ONCE", 2)
    for slow in ("constraints_stand", "triggers_stand", "is_intact"):
        monkeypatch.setattr(proving_database, slow, lambda: iter(((),)))
    monkeypatch.setattr(proving_database, "tables", lambda: ("attempt", "result"))
    tamper(f"UPDATE result SET score = '19' WHERE attempt_id = {past.passed}",
           f"UPDATE form SET hash = 'x' WHERE attempt_id = {past.open}",
           "UPDATE question_version SET topic = 'other' WHERE id < 3",
           "UPDATE record_person SET name = 'Somebody Else'")
    yield past
    progress.forget()


def told(report) -> dict[str, tuple[int, list[str]]]:
    return {check.name: (check.seen, [f"{f.place}: {f.message}" for f in check.findings])
            for check in report.checks}


def all_pieces() -> list[int]:
    with verifying.resumed() as run:
        return list(run.pieces())


def test_a_run_broken_off_after_any_piece_finds_what_a_whole_one_finds(broken):
    whole = told(verifying.verify())
    assert {name for name, (_seen, found) in whole.items() if found} == {
        "CONTENT", "FORM", "SCORE", "RECORD"}
    pieces = all_pieces()
    for done in range(len(pieces)):
        with verifying.resumed() as run:
            assert sum(1 for _piece in islice(run.pieces(), done)) == done
        with verifying.resumed() as run:
            left = list(run.pieces())
            assert run.is_over and told(run.report()) == whole
        assert pieces == [*pieces[:done], *left]
        assert not progress.path().exists()


def test_a_run_broken_off_again_and_again_comes_to_its_end(broken):
    whole, times = told(verifying.verify()), 0
    while True:
        with verifying.resumed() as run:
            times += 1
            list(islice(run.pieces(), 7))
            if run.is_over:
                break
    assert told(run.report()) == whole and times > 2


def _die_in_the_middle(app, after):
    with app.app_context(), verifying.resumed() as run:
        list(islice(run.pieces(), after))
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("after", [0, 5, 15])
def test_a_killed_run_goes_on(broken, after):
    whole = told(verifying.verify())
    app = current_app._get_current_object()
    child = multiprocessing.get_context("fork").Process(
        target=_die_in_the_middle, args=(app, after))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert len(progress.path().read_text().splitlines()) == 1 + after
    with verifying.resumed() as run:
        list(run.pieces())
    assert told(run.report()) == whole


@pytest.mark.parametrize("torn", ['{"round": 9, "last": 4, "seen": {"FOR', "\0\0\0\0\n", "null"])
def test_a_line_that_a_kill_cut_short_is_none(broken, torn):
    whole = told(verifying.verify())
    with verifying.resumed() as run:
        list(islice(run.pieces(), 14))
    with progress.path().open("a") as file:
        file.write(torn)
    with verifying.resumed() as run:
        list(islice(run.pieces(), 3))
    with verifying.resumed() as run:
        list(run.pieces())
    assert told(run.report()) == whole


def test_a_run_goes_on_only_with_the_plan_it_began_with(broken):
    with verifying.resumed() as run:
        list(islice(run.pieces(), 14))
    with verifying.resumed(Sample(2, "other")) as run:
        assert not any(check.seen for check in run.report().checks)
        list(run.pieces())
    assert told(run.report()) == told(verifying.verify(Sample(2, "other")))


def test_two_at_once_do_not_write_over_each_other(broken):
    with verifying.resumed() as run:
        list(islice(run.pieces(), 3))
        with pytest.raises(Refusal, match="Another process"), verifying.resumed():
            pass
        list(run.pieces())
    assert run.is_over


def test_a_sample_looks_at_what_was_drawn_and_at_the_same_again(broken):
    first, again = (told(verifying.verify(Sample(2, "Anna"))) for _ in range(2))
    assert first == again
    assert (first["CONTENT"][0], first["FORM"][0]) == (2 + 1 + 1, 2)
    found = [told(verifying.verify(Sample(1, seed)))["FORM"][1] for seed in "abcdefghij"]
    assert [] in found and any(found), "each draws another attempt"


def test_a_sample_that_is_broken_off_goes_on_with_what_was_drawn(broken):
    sample = Sample(2, "Anna")
    whole = told(verifying.verify(sample))
    with verifying.resumed(sample) as run:
        pieces = list(run.pieces())
    for done in range(len(pieces)):
        with verifying.resumed(sample) as run:
            list(islice(run.pieces(), done))
        with verifying.resumed(sample) as run:
            list(run.pieces())
        assert told(run.report()) == whole


def test_a_schema_that_is_not_ours_ends_a_run_that_is_resumed_too(past):
    tamper("UPDATE alembic_version SET version_num = '0000'")
    with verifying.resumed() as run:
        list(islice(run.pieces(), 1))
    with verifying.resumed() as run:
        assert list(run.pieces()) == [] and run.is_over
    assert [check.name for check in run.report().checks] == ["SCHEMA"]
    assert "SCHEMA" in findings()


def invoke(*arguments):
    return current_app.test_cli_runner().invoke(args=["verify", *arguments])


def test_the_command_stops_after_so_many_pieces_and_goes_on(broken):
    first = invoke("--resume", "--pieces", "6")
    assert first.exit_code == 0 and "go on with --resume" in first.output
    second = invoke("--resume", "--pieces", "8")
    assert "go on with --resume" in second.output and second.exit_code == 1
    last = invoke("--resume")
    assert last.exit_code == 1 and last.output == invoke().output
    assert f"attempt {broken.passed}: score is 19, the answers give 20." in last.output


def test_the_command_prints_how_to_draw_its_sample_again(broken):
    shown = invoke("--sample", "2", "--seed", "a word")
    assert "at most 2 were drawn by the seed “a word”" in shown.output
    as_json = json.loads(invoke("--sample", "2", "--seed", "a word", "--json").output)
    assert as_json["sample"] == {"size": 2, "seed": "a word"}


@pytest.mark.parametrize("options", [("--sample", "5"), ("--seed", "x"), ("--pieces", "5"),
                                     ("--sample", "0", "--seed", "x")])
def test_options_that_make_no_sense_alone_are_refused(sqlite_past, options):
    assert invoke(*options).exit_code == 2
