"""Editions come from files: loaded twice is loaded once, and who looked later is right."""

from __future__ import annotations

import copy
from datetime import date

import pytest
import sqlalchemy as sa

from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.standards import directory, loading
from isotrain.standards.models import Edition, EditionAlias, Standard
from isotrain.standards.rules import Known
from tests.factories import BY, committed

OWN = [
    {"id": "own-1", "reference": "OWN 1", "title": "Ours", "certifiable": True, "editions": [
        {"id": "own-1-2019", "aliases": ["own-one-2019"], "label": "OWN 1:2019",
         "published": "2019-02-01", "withdrawn": "2026-02-01", "certificates_until": "2028-02-01",
         "confirmed": "2026-05-01"},
        {"id": "own-1-2026", "label": "OWN 1:2026", "replaces": "own-1-2019",
         "published": "2026-02-01", "confirmed": "2026-05-01"}]},
    {"id": "own-2", "reference": "OWN 2", "title": "Advice", "certifiable": False, "editions": [
        {"id": "own-2-2019", "label": "OWN 2:2019", "published": "2019-02-01",
         "withdrawn": "2026-02-01", "confirmed": "2026-05-01"}]},
]  # fmt: skip


def load(described):
    with committed():
        return loading.load(described, by=BY)


def changed(standard, edition, **values):
    """The described standards with other values of one edition."""
    other = copy.deepcopy(OWN)
    other[standard]["editions"][edition].update(values)
    return other


def states(on):
    return {edition.code: str(edition.state) for edition in directory.list_editions(on)}


def test_the_shipped_editions_are_loaded_once(each_app):
    described = loading.read()
    first = load(described)
    assert len(first) == len(set(first)) == sum(len(each["editions"]) for each in described)
    assert load(described) == []
    [event] = db.session.scalars(sa.select(Event).where(Event.action == "editions.loaded"))
    assert event.details == {"changed": first}


def test_the_shipped_editions_stand_where_their_days_say(app):
    load(loading.read())
    on = states(date(2026, 11, 27))
    assert (on["iso-9001-2008"], on["iso-9001-2015"], on["iso-9001-2026"]) == (
        "withdrawn", "being_replaced", "in_force")
    assert (on["iso-14001-2015"], on["iso-45001-next"], on["iso-9000-2015"]) == (
        "being_replaced", "unpublished", "withdrawn")
    assert on["iso-37001-2016"] == "being_replaced"
    assert states(date(2029, 9, 30))["iso-9001-2015"] == "being_replaced"
    assert states(date(2029, 10, 1))["iso-9001-2015"] == "withdrawn"
    assert states(date(2026, 9, 15))["iso-9001-2026"] == "unpublished"


def test_two_standards_are_listed_with_what_replaces_what(each_app):
    load(OWN)
    listed = directory.list_editions(date(2026, 2, 1))
    assert [(e.standard, e.code, str(e.state), e.replaced_by) for e in listed] == [
        ("OWN 1", "own-1-2026", "in_force", ""),
        ("OWN 1", "own-1-2019", "being_replaced", "OWN 1:2026"),
        ("OWN 2", "own-2-2019", "withdrawn", "")]
    found = directory.by_label(["OWN 1:2019 + Amd 1:2024", "OWN 9"], date(2026, 1, 31))
    assert [(e.code, str(e.state)) for e in found] == [("own-1-2019", "in_force")]


def test_a_draft_stands_before_what_it_will_replace(each_app):
    load([{**OWN[0], "editions": [*OWN[0]["editions"], {
        "id": "own-1-next", "label": "OWN 1, draft", "confirmed": "2026-05-01"}]}])
    assert [e.code for e in directory.list_editions(date(2026, 5, 1))] == [
        "own-1-next", "own-1-2026", "own-1-2019"]


def test_files_may_name_an_edition_by_its_alias(each_app):
    load(OWN)
    assert loading.known() == Known(
        {"own-one-2019": "own-1-2019", "own-1-2019": "own-1-2019", "own-1-2026": "own-1-2026",
         "own-2-2019": "own-2-2019"},
        {"own-1-2019": "own-1", "own-1-2026": "own-1", "own-2-2019": "own-2"})


def test_the_ids_of_other_lists_are_aliases_of_the_shipped_editions(app):
    load(loading.read())
    codes = loading.known().codes
    assert codes["iso-iec-27001-2022"] == codes["iso-27001-2022"] == "iso-27001-2022"
    assert codes["iso-9001-next"] == "iso-9001-2026"


def test_a_changed_label_changes_one_edition(app):
    load(OWN)
    assert load(changed(0, 1, label="OWN 1:2026 + Amd 1")) == ["own-1-2026"]
    assert directory.by_label(["OWN 1:2026 + Amd 1"], date(2026, 5, 1))


def test_a_changed_day_changes_one_edition(each_app):
    load(OWN)
    assert load(changed(0, 0, certificates_until="2029-02-01")) == ["own-1-2019"]
    row = db.session.scalar(sa.select(Edition).where(Edition.code == "own-1-2019"))
    assert row.certificates_until == date(2029, 2, 1)


@pytest.mark.parametrize(("confirmed", "until"), [
    ("2026-04-30", date(2028, 2, 1)), ("2026-05-01", date(2029, 2, 1)),
    ("2026-05-02", date(2029, 2, 1)),
])  # fmt: skip
def test_who_looked_the_days_up_last_is_right(app, confirmed, until):
    load(OWN)
    load(changed(0, 0, certificates_until="2029-02-01", confirmed=confirmed))
    row = db.session.scalar(sa.select(Edition).where(Edition.code == "own-1-2019"))
    assert row.certificates_until == until


def test_an_edition_that_stood_under_an_alias_takes_its_code_and_keeps_its_row(each_app):
    former = {"id": "own-one-2019", "label": "One", "confirmed": "2026-01-01"}
    load([{**OWN[0], "editions": [former]}])
    before = db.session.scalar(sa.select(Edition.id).where(Edition.code == "own-one-2019"))
    load(OWN)
    assert db.session.scalar(sa.select(Edition.id).where(
        Edition.code == "own-1-2019")) == before
    assert loading.known().codes["own-one-2019"] == "own-1-2019"


def test_an_alias_that_is_the_code_of_another_edition_leads_to_that_one(app):
    both = [{**OWN[0], "editions": [
        {"id": "own-one-2019", "label": "One", "confirmed": "2026-01-01"},
        {"id": "own-1-2019", "label": "OWN 1:2019", "confirmed": "2026-01-01"}]}]
    load(both)
    load(OWN)
    assert loading.known().codes["own-one-2019"] == "own-one-2019"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EditionAlias)) == 0


def test_a_standard_has_its_latest_title(app):
    load(OWN)
    load([{**OWN[0], "title": "Another title"}])
    assert db.session.scalars(sa.select(Standard.title).order_by(Standard.code)).all() == [
        "Another title", "Advice"]


@pytest.mark.parametrize(("text", "said"), [
    ("- id: iso-1\n  refrence: ISO 1\n", "editions.yaml line 2, refrence: The key"),
    ("", "The file is empty."),
    ("- {id: a, reference: A, title: A, certifiable: true, editions: [{id: a-1, label: A,\n"
     "   withdrawn: 2020-01-01, confirmed: 2026-01-01}]}", "This day cannot be right"),
])  # fmt: skip
def test_a_file_with_problems_is_refused_with_every_one(app, tmp_path, text, said):
    file = tmp_path / "editions.yaml"
    file.write_text(text)
    with pytest.raises(Refusal, match="nothing was loaded") as refused:
        loading.read(file)
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_refused(app, tmp_path):
    with pytest.raises(Refusal, match=r"none.yaml: The file is missing"):
        loading.read(tmp_path / "none.yaml")
