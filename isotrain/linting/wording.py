"""Checks of the language: plain words, fair words, and what is true of ISO."""

import re
from collections.abc import Iterator
from math import ceil

from isotrain.linting.finding import Finding, remark, warning
from isotrain.linting.seen import Seen
from isotrain.linting.words import grade, words
from isotrain.text import N_

EASY_GRADE, HIGHEST_GRADE = 8, 12
FEWEST_WORDS = 12
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|„[^“”]*[“”]|«[^»]*»|\*[^*]*\*")
_ISO = re.compile(
    r"\bISO[- ]certified\b|\bcertified by ISO\b|\bISO (?:certifies|accredits)\b(?! no| nobody)"
    r"|\baccredited (?:to|for|by) ISO(?:/IEC)? ?(?:9001|14001|45001|27001)\b", re.IGNORECASE)
_COMPLIANCE = re.compile(
    r"\b(?:(?:non-?)?compliance|comply|complies) with (?:the )?(?:standard|ISO)\w*", re.IGNORECASE)
_CONTINUOUS = re.compile(r"\bcontinuous improvement\b", re.IGNORECASE)
_SHALL = re.compile(r"(?:\"[^\"]*\bshall\b[^\"]*\"|“[^”]*\bshall\b[^”]*”)", re.IGNORECASE)
# What to write in the place of words that many readers at level B1 do not know.
PLAIN = {
    "breach": "break", "in the sense of": "", "subject to": "", "prior to": "before",
    "commence": "start", "ensure": "make sure", "pursuant": "", "thereof": "", "whose": "",
    "whereas": "", "henceforth": "", "with regard to": "about", "stand on": "appear on",
    "stand in": "", "count among": "belong to", "the answer escapes you": "you do not know",
    "dressed up": "", "dusted off": "", "swept under the carpet": "",
    "cut corners": "skip steps", "rule of thumb": "", "on the same page": "", "tick the box": "",
    "a frame on the wall": "", "at stake": "", "as surely as": "", "and otherwise not": "",
    "for nobody": "", "no act of": "", "turns no standard into": "", "bring about": "",
    "carry out": "do", "come up with": "",
}
_PLAIN = re.compile(rf"\b({'|'.join(sorted(PLAIN, key=len, reverse=True))})\b", re.IGNORECASE)
NEUTRAL = {
    "chairman": "chair", "manpower": "staff", "man-hours": "working hours", "foreman": "supervisor",
    "workman": "worker", "workmen": "workers", "salesman": "seller", "mankind": "people",
    "housewife": "", "businessman": "", "spokesman": "speaker", "he or she": "they",
    "his or her": "their", "s/he": "they", "girls in the office": "staff",
}
_GENDERED = re.compile(rf"\b({'|'.join(sorted(NEUTRAL, key=len, reverse=True))})\b", re.IGNORECASE)


def iso_wording(seen: Seen) -> Iterator[Finding]:
    """Words about ISO that are not so, where the writer speaks and quotes nobody."""
    for text in seen.said:
        spoken = _QUOTED.sub(" ", text)
        if match := _ISO.search(spoken):
            yield warning("", "“%(words)s”: ISO certifies and accredits nobody.",
                          "Write “certified to ISO 9001” and name who certified.", words=match[0])
        if match := _COMPLIANCE.search(spoken):
            yield warning("", "“%(words)s”: of standards one says conformity.",
                          "Write “conformity”; “compliance” is for law.", words=match[0])
        if match := _CONTINUOUS.search(spoken):
            yield warning("", "“%(words)s”: the standards say “continual improvement”.",
                          "Write “continual improvement”.", words=match[0])


def quoted_shall(seen: Seen) -> Iterator[Finding]:
    """A quotation with “shall”, which may be the text of a standard that is under licence."""
    for place, text in seen.texts():
        if _SHALL.search(text):
            yield warning(place, "A quotation with “shall” may be copied from a standard.",
                          "Say it in words of your own.")


def hard_words(seen: Seen) -> Iterator[Finding]:
    """Words that readers at level B1 do not know."""
    for place, text in seen.texts():
        for word in dict.fromkeys(match[0].lower() for match in _PLAIN.finditer(text)):
            better = PLAIN[word]
            yield remark(place, "“%(word)s” is hard to read.", "Write “%(better)s”." if better
                         else "Say it in plainer words.", word=word, better=better)


def gendered(seen: Seen) -> Iterator[Finding]:
    """Words that leave out half of the readers."""
    for place, text in seen.texts():
        for word in dict.fromkeys(match[0].lower() for match in _GENDERED.finditer(text)):
            better = NEUTRAL[word]
            yield remark(place, "“%(word)s” speaks of one sex.", "Write “%(better)s”." if better
                         else "Name the work, not the sex.", word=word, better=better)


def reading_grade(seen: Seen) -> Iterator[Finding]:
    """A text that takes more schooling than the reader may have."""
    for place, text in (("stem", seen.stem), ("explanation", seen.draft.explanation)):
        found = grade(text) if len(words(text)) >= FEWEST_WORDS else 0.0
        if found > EASY_GRADE:
            say = warning if found > HIGHEST_GRADE else remark
            yield say(place, N_("The text reads at school grade %(grade)s."),
                      N_("Use shorter sentences and shorter words; aim at grade %(aim)s."),
                      grade=ceil(found), aim=EASY_GRADE)
