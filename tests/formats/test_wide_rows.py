"""A row of millions of cells costs the child that reads it, and nobody else."""

from __future__ import annotations

from isotrain.formats import child
from isotrain.formats.sheets.table import WIDTH, read_table


def test_what_stands_far_to_the_right_is_cut_and_said_once():
    wide = ",".join(["a"] * (WIDTH + 1))
    table = read_table(f"personnel_no,name\n{wide}\n{wide}\n1,Ada".encode())
    assert [len(row.cells) for row in table.rows] == [2, WIDTH, WIDTH, 2]
    assert [(each.place, each.severity) for each in table.problems] == [("row 2", "error")]


def test_empty_cells_at_the_end_are_cut_without_a_word():
    table = read_table(f"personnel_no,name{',' * 500}\n1,Ada{',' * 500}".encode())
    assert {len(row.cells) for row in table.rows} == {WIDTH} and table.problems == ()


def test_ten_million_commas_come_back_as_a_few_cells():
    table = child.table(b"personnel_no,name\n" + b"," * 10_000_000)
    assert sum(len(row.cells) for row in table.rows) <= 2 * WIDTH
