"""Texts with numbered questions and lettered options, however they were typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from isotrain.formats.contract import Format, check_count
from isotrain.formats.decoding import decoded, peek
from isotrain.formats.gift import count_signs
from isotrain.formats.markup import is_xml
from isotrain.formats.model import Import
from isotrain.formats.numbered.grouping import Grouping
from isotrain.formats.numbered.item import Item
from isotrain.formats.numbered.lines import Line, plain_lines
from isotrain.formats.numbered.questions import draft_of
from isotrain.formats.numbered.words import START
from isotrain.questions.cloze_source import has_parts
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_

Place = Callable[[int, Line], str]
"""Where the question of this count stands, which begins on this line."""

_FIRST = re.compile(r"^[ \t]*[*✓✔√]?[ \t]*\(?[aAＡ][.)．）][ \t]*\S", re.MULTILINE)
_SECOND = re.compile(r"^[ \t]*[*✓✔√]?[ \t]*\(?[bBＢ][.)．）][ \t]*\S", re.MULTILINE)
_STAR = re.compile(r"^[ \t]*[*✓✔√][ \t]*\(?[A-Za-z][.)．）][ \t]*\S", re.MULTILINE)
_KEY = re.compile(
    r"^[ \t]*(?:answer|antwort|correct|réponse|respuesta|risposta|答案)\w*[ \t]?[:：]",
    re.IGNORECASE | re.MULTILINE)


def detect(data: bytes, filename: str) -> bool:
    """Whether there are numbers that run on with options or answers, or options without keys.

    What has keys in Aiken's manner and no numbers is left to Aiken.
    """
    text = peek(data)
    if count_signs(text) > 0 or has_parts(text) or is_xml(text):
        return False
    options = bool(_FIRST.search(text) and _SECOND.search(text))
    keys = bool(_KEY.search(text))
    return (options or keys) and (not keys or bool(_STAR.search(text)) or _runs(text))


def _runs(text: str) -> bool:
    """Whether some question's number is followed by the next one."""
    seen: set[int] = set()
    for line in text.split("\n"):
        match = START.fullmatch(line.strip()[:40])
        if match and match["end"]:
            if int(match["n"]) - 1 in seen:
                return True
            seen.add(int(match["n"]))
    return False


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    return choose(data, {})


def choose(data: bytes, readings: Mapping[str, str]) -> Import:
    """Read a whole file with what was chosen where its signs differ; raises Unreadable."""
    text, problems = decoded(data)
    imported = read_lines("numbered", plain_lines(text), readings,
                          place=lambda _count, line: line.place)
    return Import("numbered", imported.questions, (*problems, *imported.problems))


def read_lines(
    format_name: str, lines: Iterable[Line], readings: Mapping[str, str], *, place: Place
) -> Import:
    """Read the questions of some lines; raises Unreadable where there are too many."""
    grouping = Grouping()
    grouping.take_all(lines)
    check_count(len(grouping.items))
    problems = [*grouping.problems, *_unread(grouping, place), *_listed(grouping)]
    drafts: list[Draft] = []
    for count, item in enumerate(grouping.items, 1):
        draft, said = draft_of(item, place(count, item.line), readings)
        drafts += [draft] if draft else []
        problems += said
    problems += [*_numbers(grouping.items), *_gaps(grouping.items, place)]
    return Import(format_name, tuple(drafts), tuple(problems))


def _unread(grouping: Grouping, place: Place) -> Iterable[Problem]:
    for lines in grouping.unread:
        where = place(0, lines[0])
        if len(lines) == 1:
            yield warning(where, 'The line "%(text)s" was not read.',
                          "Write it into the question if learners need it.",
                          text=lines[0].text[:60])
        else:
            yield warning(where, 'Lines that belong to no question were not read: %(count)s, from '
                          '"%(first)s" to "%(last)s".',
                          "Write them into the question if learners need them.",
                          count=len(lines), first=lines[0].text[:60], last=lines[-1].text[:60])


def _listed(grouping: Grouping) -> Iterable[Problem]:
    """Give the answers of a list at the end to their questions; name those that fit none."""
    of: dict[int, list[Item]] = {}
    for item in grouping.items:
        if item.number is not None:
            of.setdefault(item.number, []).append(item)
    for number, answers in grouping.listed.items():
        items = of.get(number, [])
        if len(items) == 1:
            items[0].keys += answers
        elif items:
            yield error(answers[0][0].place, "Several questions have the number %(number)s, so the"
                        " list of answers does not say which one is meant.",
                        "Write the answer below each question.", number=number)
        else:
            yield error(answers[0][0].place, "The list of answers names question %(number)s, which"
                        " was not found.", "Check the numbers.", number=number)


def _numbers(items: list[Item]) -> Iterable[Problem]:
    marks = [item.mark for item in items if item.mark]
    if marks:
        yield warning("file", 'Numbers such as "%(number)s" were taken off the question texts: '
                      "%(count)s.", "Questions are numbered anew in every exam.",
                      number=marks[0], count=len(marks))


def _gaps(items: list[Item], place: Place) -> Iterable[Problem]:
    """Say where a number is missing, since a question may be."""
    for count, (before, item) in enumerate(pairwise(items), 2):
        if before.number and item.number and item.number > before.number + 1:
            yield warning(place(count, item.line), "After question %(before)s comes question"
                          " %(number)s.", "Check that no question is missing.",
                          before=before.number, number=item.number)


NUMBERED = Format("numbered", N_("Text or Word"), (".txt", ".md"), detect, read, orders=False,
                  choose=choose)
