"""The page and the command say where every edition stands, with the days behind it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from isotrain import clock
from isotrain.standards import loading
from tests.factories import BY, a_user, client_of, committed
from tests.standards.test_loading import OWN


def noon(day):
    return clock.frozen_at(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC))


def words(client):
    return " ".join(client.get("/editions").text.split())


@pytest.fixture
def loaded(app):
    with committed():
        loading.load(OWN, by=BY)
    return app


def test_an_edition_that_is_being_replaced_is_never_called_invalid(shipped):
    with noon("2026-11-27"):
        text = words(client_of(shipped, a_user("auditor")))
    assert "ISO 9001:2026 took its place on 16 Sep 2026." in text
    assert ("Certificates to this edition are still valid, and new ones are issued until"
            " 31 Mar 2028.") in text
    assert "The last ones end on 30 Sep 2029." in text
    assert "When they end is not known here: ask your certification body." in text
    assert "Its text may still change; nobody is certified to it." in text
    assert "Certificates to this edition ended on 31 Oct 2025." in text


@pytest.mark.parametrize(("day", "said"), [
    ("2028-03-31", "still valid, and new ones are issued until 31 Mar 2028."),
    ("2028-04-01", "still valid; new ones were issued until 31 Mar 2028."),
    ("2029-09-30", "still valid; new ones were issued until 31 Mar 2028."),
    ("2029-10-01", "Certificates to this edition ended on 30 Sep 2029."),
])  # fmt: skip
def test_the_page_changes_with_the_day(shipped, day, said):
    with noon(day):
        assert said in words(client_of(shipped, a_user()))


@pytest.mark.parametrize(("day", "said"), [
    ("2019-01-31", "It comes out on 1 Feb 2019."),
    ("2019-02-01", "Published on 1 Feb 2019. A newer edition takes its place on 1 Feb 2026."),
    ("2026-02-01", "Certificates to this edition may still be valid. The last ones end on 1 Feb"),
    ("2026-02-01", "A newer edition took its place on 1 Feb 2026."),
])  # fmt: skip
def test_editions_of_others_are_told_as_far_as_their_days_are_known(loaded, day, said):
    with noon(day):
        assert said in words(client_of(loaded, a_user()))


def test_the_page_says_when_the_days_were_looked_up(loaded):
    assert "Looked up on 1 May 2026." in words(client_of(loaded, a_user()))


def test_an_empty_page_says_where_editions_come_from(app):
    assert "flask edition load" in words(client_of(app, a_user()))


def test_the_command_lists_and_loads(app, tmp_path):
    runner = app.test_cli_runner()
    assert "iso-9001-2026" in runner.invoke(args=["edition", "load"]).output
    assert runner.invoke(args=["edition", "load"]).output == "Nothing changed.\n"
    with noon("2026-11-27"):
        lines = runner.invoke(args=["edition", "list"]).output.splitlines()
    assert ("iso-9001-2015      being replaced  ISO 9001:2015 + Amd 1:2024, certificates until"
            " 2029-09-30") in lines
    assert "iso-9001-2026      in force        ISO 9001:2026" in lines
    file = tmp_path / "mine.yaml"
    file.write_text("- id: own\n")
    refused = runner.invoke(args=["edition", "load", str(file)])
    assert refused.exit_code == 1 and "mine.yaml line 1, reference" in refused.output
