"""A text with embedded answers is one question."""

import pytest

from isotrain import formats
from tests.formats.reading import missing, only, read, said

TEXT = "Plan first.\n\nThen {1:MC:=do~act}, and {2:SA:=check}.\n"


def test_the_whole_file_is_one_question():
    imported = formats.read(TEXT.encode(), "gaps.txt")
    assert imported.format == "cloze"
    assert only(imported).stem == TEXT.strip()
    assert (only(imported).type, only(imported).place) == ("cloze", "question 1")


@pytest.mark.parametrize(("text", "filename"), [
    (TEXT, "gaps.gift"), (f"::Title::{TEXT}", "gaps.txt"), (f"{TEXT}\n\nSo?{{T}}", "gaps.txt"),
    (f"$CATEGORY: a\n\n{TEXT}", ""),
])
def test_gift_with_gaps_stays_gift(text, filename):
    assert formats.detect(text.encode(), filename).name == "gift"


def test_html_around_and_inside_of_gaps_is_reduced():
    imported = read("<p>Then <b>{1:MC:=do~<i>act</i>}</b><img src=x></p>", "cloze")
    assert only(imported).stem == "Then **{1:MC:=do~act}**![](picture:x)"
    assert missing(imported) == [("question 1, stem", "x")]


@pytest.mark.parametrize(("text", "message"), [
    ("What grade? {3:NUMERICAL:=zero}", '"zero" is not a number.'),
    ("Choose.", "The text has no gap."),
    ("{1:MC:=a", "Gap 1 is not closed."),
])
def test_a_text_that_cannot_be_answered_is_refused(text, message):
    imported = read(text, "cloze")
    assert imported.questions == ()
    assert said(imported, "error") == [("stem", message)]
