"""The table of ASVS 5.0 has every requirement of levels 1 and 2 once, and nothing is left open."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.links import links
from tests.house.test_floors import ROOT

TABLE = ROOT / "docs" / "asvs.md"
# Ids and levels, of OWASP's list.
ASKED = dict(line.split() for line in
             Path(__file__).with_name("asvs.txt").read_text("utf-8").splitlines())
MET, DEPLOYED, NOT, OTHERWISE = "met", "met by deployment", "not applicable", "decided otherwise"


@dataclass(frozen=True)
class Row:
    """One requirement as the table has it."""

    id: str
    what: str
    status: str
    where: str

    @property
    def leads_to(self) -> list[str]:
        return [link.partition("#")[0] for link in links(self.where)]


ROWS = [Row(*(cell.strip() for cell in line.strip("|").split("|")))
        for line in TABLE.read_text("utf-8").splitlines() if re.match(r"\| V\d", line)]


def chapter(id_: str) -> list[int]:
    return [int(number) for number in id_[1:].split(".")]


def test_the_list_is_that_of_levels_1_and_2():
    assert Counter(ASKED.values()) == {"1": 70, "2": 183}


def test_every_requirement_stands_there_once_and_in_order():
    assert [row.id for row in ROWS] == sorted(ASKED, key=chapter)


def test_each_stands_in_its_chapter():
    found, here = {}, ""
    for line in TABLE.read_text("utf-8").splitlines():
        here = line.split()[1] if line.startswith("## ") else here
        if row := re.match(r"\| (V\d+)\.", line):
            found.setdefault(here, set()).add(row[1])
    assert found == {name: {name} for name in found} and len(found) == 17


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_how_it_stands_is_known_and_shown(row):
    assert 0 < len(row.what) <= 70
    code = [link for link in row.leads_to if link.startswith("../")]
    pages = [link for link in row.leads_to if not link.startswith(("../", "http"))]
    if row.status == MET:
        assert code
    elif row.status == DEPLOYED:
        assert pages
    else:
        assert row.status in (NOT, OTHERWISE)
        reason = re.sub(r"\]\([^)]*\)", "", row.where)
        assert len(reason) > (80 if row.status == OTHERWISE else 15)


def test_most_of_what_applies_is_met():
    """Whoever decides otherwise decides here, too."""
    assert [row.id for row in ROWS if row.status == OTHERWISE] == [
        "V6.2.8", "V6.3.3", "V6.5.5", "V7.2.4", "V7.4.4", "V11.4.1", "V14.2.1",
        "V14.3.1", "V14.3.3"]
