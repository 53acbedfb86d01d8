"""The words of the field are used as the field uses them."""

import re
from pathlib import Path

import pytest

from tests.content.shelf import FOLDER

MISUSED = {
    "certified by ISO": r"certified by ISO\b",
    "ISO certified": r"\bISO[- ]certified",
    "ISO certification": r"\bISO[- ]certification",
    "accredited to": r"\baccredited to (?:ISO|a standard)",
    "compliance": r"\bcomplian(?:ce|t)\b(?! obligation)",
    "continuous improvement": r"\bcontinuous(?:ly)? improv",
    "certifying body": r"\bcertifying bod",
}
QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')


def unquoted(text):
    return QUOTED.sub(" ", " ".join(text.split()))


def own_words(shipped):
    """Everything the course says in its own voice: no sayings, no wrong options, no quotations."""
    yield shipped.library["title"]
    for bank in shipped.library["banks"]:
        yield from (bank["title"], bank["description"])
    for course in shipped.courses.values():
        yield from (course["title"], course["summary"], course["exam"]["pass_mark_basis"])
        yield from (quiz["title"] for quiz in (course["exam"], *course["practice"]))
    for fact in shipped.facts.values():
        yield fact["statement"]
    for term in shipped.terms.values():
        yield from (term["term"], term["definition"])
    for module in shipped.modules.values():
        yield from (module.body, module.front["title"], module.front["goal"])
        yield from (part["precise"] for part in module.front["often_said"])
        for review in module.front["review"]:
            yield from (review["question"], review["answer"], *review["points"])
    for question in shipped.questions.values():
        yield question["explanation"]
        yield from (option.get("feedback", "") for option in question.get("options", []))
        yield from (o["text"] for o in question.get("options", []) if o.get("right"))
        if question["type"] != "true_false" or question["answer"]:
            yield question["stem"]


@pytest.mark.parametrize("name", MISUSED)
def test_a_misused_phrase_stands_in_quotation_marks_or_nowhere(shipped, name):
    for text in own_words(shipped):
        assert not re.search(MISUSED[name], unquoted(text), re.IGNORECASE), text


def test_the_scan_sees_a_phrase_outside_quotation_marks():
    assert re.search(MISUSED["compliance"], unquoted('We say "compliance" and mean compliance.'))
    assert not re.search(MISUSED["compliance"], unquoted('Some say "compliance".'))
    assert not re.search(MISUSED["compliance"], "its compliance obligations")


def test_no_person_is_called_certified(shipped):
    pattern = r"\bcertified (?:person|people|employee|auditor|worker|colleague)"
    for text in own_words(shipped):
        assert not re.search(pattern, text, re.IGNORECASE), text


def test_the_american_spelling_of_the_standards_is_kept():
    for path in filter(Path.is_file, FOLDER.rglob("*")):
        found = re.search(r"\borganis\w+|\bprogramme|\bnon-conform\w+", path.read_text("utf-8"))
        assert not found, (path.name, found)


def test_statements_that_move_with_time_name_their_date(shipped):
    for name in ("B09", "B15", "K02", "J02", "L08", "N01"):
        assert re.search(r"\b20\d\d\b", shipped.facts[name]["statement"]), name
