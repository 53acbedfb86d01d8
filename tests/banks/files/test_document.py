"""The examples of the page on question files are true."""

from __future__ import annotations

import re

import pytest

from isotrain import formats
from isotrain.questions import question_of
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "question-files.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(yaml|csv|gift|aiken)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
COUNTS = {"yaml": [2, 1], "csv": [2], "gift": [3], "aiken": [1]}


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_an_example_is_read_as_what_it_says_it_is(name, text):
    read = formats.read(text.encode())
    assert (read.format, read.errors) == (name, ()) and len(read.questions) in COUNTS[name]
    assert all(question_of(draft) is not None for draft in read.questions)


def test_the_examples_that_carry_everything_read_without_a_warning():
    for name, text in EXAMPLES:
        if name in ("yaml", "csv"):
            assert formats.read(text.encode()).problems == ()


def test_the_page_has_every_example():
    counted = {name: [len(formats.read(text.encode()).questions) for each, text in EXAMPLES
                      if each == name] for name in COUNTS}
    assert counted == COUNTS
