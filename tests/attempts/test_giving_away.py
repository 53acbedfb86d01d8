"""What a learner sees after an exam gives its key away no more than chance would."""

from __future__ import annotations

import re
from fractions import Fraction
from html import unescape
from itertools import count
from math import sqrt

import pytest
import sqlalchemy as sa

from isotrain.attempts import reviewing, starting, taking
from isotrain.banks import versions
from isotrain.db import db
from isotrain.mail.models import Outgoing
from isotrain.questions.single_choice import SingleChoice
from tests.attempts import sitting
from tests.factories import a_user, client_of

MORE = Fraction(1, 20)  # what may come on top of chance
COMMON = re.compile(
    r"\b(an?|and|are|as|at|be|by|can|do|does|for|from|has|have|how|if|in|is|its?|may|no|not|of|on|or"
    r"|should|that|the|their|them|they|this|to|was|what|when|where|which|who|why|will|with|your?)\b")
SITTINGS = 6


def words(text: str) -> set[str]:
    """Return the beginnings of the words of a text that mean something."""
    return {word[:6] for word in re.findall(r"\w+", COMMON.sub("", text.lower()))}


def guessed(question: SingleChoice, seen: str) -> Fraction:
    """Pick the option that shares most words with what was seen; return the chance to be right."""
    known = words(seen)
    shares = [Fraction(len(words(option.text) & known), len(words(option.text)) or 1)
              for option in question.options]
    best = [option for option, share in zip(question.options, shares, strict=True)
            if share == max(shares)]
    return Fraction(sum(option.right for option in best), len(best))


def asked(attempt: int) -> list[SingleChoice]:
    ids = [version for version, _arrangement in sitting.items_of(attempt)]
    return [question for question in versions.questions(ids).values()
            if isinstance(question, SingleChoice)]


def told_with(question: SingleChoice, pages: list[str]) -> str:
    """Return the card of a question without its options, or all that is shown if it has none."""
    page = re.sub(r'<ul class="reviewed.*?</ul>', "", pages[0], flags=re.DOTALL)
    cards = re.findall(r"<article.*?</article>", page, re.DOTALL)
    own = [card for card in cards if question.stem[:40] in unescape(card)]
    return " ".join(words_of(page) for page in own or pages)


def words_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page))


def beyond_chance(told: list[tuple[SingleChoice, str]]) -> float:
    """Return by how much guesses are better than what is allowed; below zero they are not."""
    chance = sum(Fraction(1, len(question.options)) for question, _seen in told) / len(told)
    right = sum(guessed(question, seen) for question, seen in told) / len(told)
    limit = chance + max(MORE, Fraction(1.96 * sqrt(chance * (1 - chance) / len(told))))
    return float(right - limit)


def shown(course_app, *, closed: bool) -> list[tuple[SingleChoice, str]]:
    """Let people miss everything, and gather each question with all that they are shown after."""
    told = {}
    people = [a_user() for _ in range(SITTINGS)]
    attempts = [sitting.sit(person, right=0) for person in people]
    if closed:
        sitting.close_exams()
    for person, attempt in zip(people, attempts, strict=True):
        browser = client_of(course_app, person)
        pages = [browser.get(address).text for address in (
            f"/attempt/{attempt}/result", f"/attempt/{attempt}/receipt", "/attempts",
            "/my-training", "/attempts?export=csv")]
        missed = reviewing.review(taking.get(attempt, person)).to_practise
        to_practise = {"topics": missed}
        pages.append(browser.get("/courses/iso-certification/practice", query_string=to_practise,
                                 follow_redirects=True).text)
        mails = db.session.scalars(sa.select(Outgoing.params).where(Outgoing.user_id == person))
        pages += map(str, mails)
        told.update((question.stem, (question, told_with(question, pages)))
                    for question in asked(attempt))
    return list(told.values())


@pytest.fixture(autouse=True)
def _same_forms(monkeypatch):
    """Draw the same forms every time: what is measured is what is shown, not the luck of a draw."""
    numbers = count(1)
    monkeypatch.setattr(starting.secrets, "token_hex", lambda size: f"{next(numbers):0{2 * size}x}")


@pytest.mark.parametrize("feedback", ["topics", "explanations", "answers"])
def test_after_an_exam_in_use_its_key_cannot_be_guessed_from_what_is_shown(course_app, feedback):
    sitting.change_rules(feedback=feedback)
    told = shown(course_app, closed=False)
    assert len(told) > 40 and beyond_chance(told) <= 0


def test_the_measure_finds_keys_where_explanations_are_shown(course_app):
    told = shown(course_app, closed=True)
    assert beyond_chance(told) > 0
