"""The examples of the page on question files are true."""

from __future__ import annotations

import re

import pytest

from isotrain import formats
from isotrain.questions import question_of
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "question-files.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^```(yaml|csv|gift|aiken)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize(("name", "count"), [("yaml", 2), ("csv", 2), ("gift", 3), ("aiken", 1)])
def test_an_example_is_read_as_what_it_says_it_is(name, count):
    read = formats.read(EXAMPLES[name].encode())
    assert (read.format, len(read.questions), read.errors) == (name, count, ())
    assert all(question_of(draft) is not None for draft in read.questions)


def test_the_examples_that_carry_everything_read_without_a_warning():
    for name in ("yaml", "csv"):
        assert formats.read(EXAMPLES[name].encode()).problems == ()
