"""What the course says of editions agrees with their days, and "replaced" is not "invalid"."""

import re
from datetime import date, datetime

import pytest

from isotrain.standards.rules import Dates, State, days_of
from tests.content.test_wording import own_words, unquoted

DAY = re.compile(
    r"\b(\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December) \d{4})\b")
ELSEWHERE = {date(2026, 1, 1)}
"""Days that are of no edition: the accreditation cooperation began to work."""

ENDED = re.compile(r"\b(?:invalid|void|worthless|no longer (?:valid|good|counts?)|withdrawn)\b")
DENIED = re.compile(r"\b(?:not|never|no|nothing|without)\b")


def sentences(text):
    return re.split(r"(?<=[.?!;])\s+", unquoted(text))


def editions(shipped):
    """Each edition with whether its standard is certified to, and its days."""
    for standard in shipped.standards:
        for edition in standard["editions"]:
            days = days_of({key: str(value) for key, value in edition.items()})
            days.pop("confirmed_on")
            yield edition, Dates(**days, certifiable=standard["certifiable"])


def being_replaced(shipped):
    """The editions in transition on the day on which they were looked up, without amendments."""
    return {edition["label"].partition(" + ")[0]: edition for edition, dates in editions(shipped)
            if dates.state(edition["confirmed"]) is State.BEING_REPLACED}


def told(shipped):
    """What the course states: no stems and options, in which days are made up."""
    yield from ((fact["id"], fact["statement"]) for fact in shipped.facts.values())
    yield from ((term["id"], term["definition"]) for term in shipped.terms.values())
    for module in shipped.modules.values():
        yield module.id, module.body
        yield from ((module.id, part["precise"]) for part in module.front["often_said"])
        yield from ((review["id"], review["answer"]) for review in module.front["review"])
    yield from ((question["id"], question["explanation"])
                for question in shipped.questions.values())


def days_in(text):
    return {datetime.strptime(day, "%d %B %Y").date() for day in DAY.findall(text)}


def test_an_edition_in_transition_is_nowhere_called_invalid(shipped):
    names = [*being_replaced(shipped), "old edition", "old certificate", "replaced"]
    assert "ISO 9001:2015" in names
    for text in own_words(shipped):
        for sentence in sentences(text):
            if any(name in sentence for name in names) and ENDED.search(sentence):
                assert DENIED.search(ENDED.sub("", sentence)), sentence


@pytest.mark.parametrize(("said", "wrong"), [
    ("After it the old certificate is void.", True),
    ("A replaced edition is not invalid.", False),
])
def test_the_scan_tells_a_false_sentence_from_a_true_one(said, wrong):
    assert bool(ENDED.search(said) and not DENIED.search(ENDED.sub("", said))) is wrong


def test_every_day_that_the_course_states_stands_with_an_edition(shipped):
    known = {day for edition, _ in editions(shipped)
             for day in edition.values() if isinstance(day, date)} | ELSEWHERE
    for name, text in told(shipped):
        assert days_in(text) <= known, (name, days_in(text) - known)


@pytest.mark.parametrize("standard", ["ISO 9001", "ISO 14001"])
def test_a_transition_is_told_with_its_days(shipped, standard):
    label, old = next((label, edition) for label, edition in being_replaced(shipped).items()
                      if label.startswith(standard))
    stated = [fact["statement"] for fact in shipped.facts.values()
              if standard in fact["statement"]]
    days = {day for text in stated for day in days_in(text)}
    assert {old["withdrawn"], old["new_certificates_until"], old["certificates_until"]} <= days
    lesson = shipped.modules["M12"].body
    assert f"{standard}:2026" in lesson and old["certificates_until"] in days_in(lesson), label


def test_a_day_on_which_bodies_are_to_be_ready_is_said_to_be_expected(shipped):
    ready = {edition["bodies_ready_by"] for edition, _ in editions(shipped)
             if "bodies_ready_by" in edition}
    found = [(name, sentence) for name, text in told(shipped)
             for sentence in sentences(text) if days_in(sentence) & ready]
    assert found
    assert all("expected" in sentence for _, sentence in found), found


def test_no_draft_is_spoken_of_where_the_edition_is_out(shipped):
    for name, text in told(shipped):
        assert not re.search(r"\bdraft of the next edition|\bfinal vote in", unquoted(text)), name


def test_the_newest_edition_of_iso_9001_is_asked_about_in_practice_and_exam(shipped):
    asked = {use: " ".join(
        " ".join([q["stem"], q["explanation"]]) for q in shipped.questions.values()
        if q["use"] == use) for use in ("exam", "practice")}
    assert "ISO 9001:2026" in asked["exam"] and "ISO 9001:2026" in asked["practice"]


def test_a_record_names_no_edition_that_nobody_can_be_certified_to_yet(shipped):
    """Records name the editions of the facts: the old one of ISO 9001 until the course moves."""
    named = {fact["edition"] for fact in shipped.facts.values() if "edition" in fact}
    assert "iso-9001-2015" in named and "iso-9001-2026" not in named
    assert "iso-27001-2013" not in named
    assert shipped.facts["L08"].get("edition") != "iso-27001-2022"


def test_surveillance_is_not_said_to_come_each_year(shipped):
    for text in own_words(shipped):
        for sentence in sentences(text):
            assert not re.search(r"surveillance[^.]*\beach year|\b[Yy]early surveillance"
                                 r"|come back each year", sentence), sentence


def test_the_camera_is_no_question_of_an_exam(shipped):
    uses = {q["use"] for q in shipped.questions.values() if q["fact"] == "A18"}
    assert uses == {"practice"}
