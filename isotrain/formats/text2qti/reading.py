"""text2qti files, part by part: each question is read, each thing that is not is named."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from isotrain.formats.contract import Format, Rejected, Unreadable, check_count
from isotrain.formats.decoding import decoded, peek
from isotrain.formats.gift import count_signs
from isotrain.formats.model import Import
from isotrain.formats.text2qti.answers import Answer, typed
from isotrain.formats.text2qti.elements import Element, elements
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_, tidy

_QUESTION = re.compile(r"^\d+\.[ \t]+\S", re.MULTILINE)
_OWN = re.compile(
    r"^(?:\[[ *]?\][ \t]+\S|\.\.\.[ \t]+\S|=[ \t]+[\[\d.+-]|_{3,}[ \t]*$|\^{3,}[ \t]*$"
    r"|(?:END_)?GROUP[ \t]*$|Quiz (?:title|description):|```[^\n]*\.run\b)"
    r"|^\d+\.[ \t]+\S[^\n]*\n\*[ \t]+\S", re.MULTILINE)
_OTHER = re.compile(r"^[ \t]+- !\S", re.MULTILINE)
_OTHER_STEM = re.compile(r"^\*[ \t]+\S", re.MULTILINE)
_TEXT = re.compile(r"^[Tt]ext(?: title)?:[ \t]*\S", re.MULTILINE)
_ANSWERS = ("right", "wrong", "ticked", "unticked", "short", "number", "essay", "upload")

_WHOLE = {
    "points": (N_("Points of questions were not read: %(count)s."),
               N_("Say in a blueprint how questions are weighed.")),
    "quiz": (N_("Lines about the whole quiz were not read: %(count)s."),
             N_("Set them where you make the exam.")),
    "outcome": (N_("Feedback for right or wrong answers was put into explanations: %(count)s."),
                N_("Check that it is true for everybody.")),
}


def detect(data: bytes, filename: str) -> bool:
    """Whether there are numbered questions with signs that only text2qti has."""
    text = peek(data)
    if _is_other(text):
        return True
    if count_signs(text) > 0:
        return False
    if _TEXT.match(text.lstrip("\ufeff\n")):
        return True
    return bool(_QUESTION.search(text) and _OWN.search(text))


def _is_other(text: str) -> bool:
    """Whether this is another dialect, in which - ! begins what is right."""
    return bool(_OTHER.search(text) and _OTHER_STEM.search(text)) and not _QUESTION.search(text)


@dataclass
class _Question:
    """The parts of one question as far as they have been read."""

    line: int
    stem: Element
    name: str = ""
    given: list[Answer] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it begins."""
        return f"line {self.line}"


class _Reading:
    """Goes through the parts once; what cannot be read becomes a problem."""

    def __init__(self, problems: list[Problem]) -> None:
        self.drafts: list[Draft] = []
        self.problems = problems
        self.told: Counter[str] = Counter()
        self._question: _Question | None = None
        self._title: Element | None = None
        self._group: Element | None = None
        self._pick = "1"

    def take(self, part: Element) -> None:
        """Read one part."""
        if part.kind == "question":
            self.finish()
            begins = min(part.line, self._title.line if self._title else part.line)
            name = self._title.text if self._title else ""
            self._question, self._title = _Question(begins, part, name), None
        elif part.kind in _ANSWERS or part.kind in ("feedback", "outcome", "solution"):
            self._take_answer(part)
        else:
            self._take_other(part)

    def _take_answer(self, part: Element) -> None:
        question = self._question
        if question is None:
            self._note_stray(part)
        elif part.kind in _ANSWERS:
            question.given.append(Answer(part))
        elif part.kind == "feedback" and question.given:
            question.given[-1].feedback.append(part.text)
        else:
            question.notes.append(part.text)
            self.told["outcome"] += part.kind == "outcome"

    def _take_other(self, part: Element) -> None:
        self.finish()
        if part.kind == "title":
            self._title = part
        elif part.kind in ("points", "each", "quiz"):
            self.told[part.kind] += 1
        elif part.kind == "group":
            self._group, self._pick = part, "1"
        elif part.kind == "pick":
            self._pick = part.text
        elif part.kind == "end":
            self._end_group(part)
        elif part.kind == "code":
            self.problems.append(error(
                f"line {part.line}", "Code is never run here, so what it writes is not read.",
                "Run it yourself and paste what it writes."))
        elif part.kind == "text":
            self.problems.append(warning(
                f"line {part.line}", 'The text "%(text)s" between questions was not read.',
                "Write it into the questions if learners need it.", text=part.text[:60]))
        else:
            self._note_stray(part)

    def _end_group(self, part: Element) -> None:
        if self._group is not None:
            self.problems.append(warning(
                f"line {self._group.line}", "The group of which %(pick)s are asked was read as"
                " single questions.", "Say in a blueprint how many are asked.",
                pick=self._pick[:10]))
        else:
            self._note_stray(part)
        self._group = None

    def _note_stray(self, part: Element) -> None:
        self.problems.append(error(
            f"line {part.line}", 'The line "%(text)s" belongs to no question.',
            "Indent it if it goes on with the line above.", text=f"{part.sign}{part.text}"[:60]))

    def finish(self) -> None:
        """Make a draft of the question that ends here."""
        question, self._question = self._question, None
        if question is None:
            return
        try:
            type_, parts = typed(question.given, question.place)
        except Rejected as rejection:
            self.problems.append(rejection.problem)
            return
        draft = Draft(question.place, type_, question.stem.text, question.name,
                      explanation=tidy("\n".join(question.notes)), **parts)
        self.drafts.append(draft)
        check_count(len(self.drafts))

    def said(self) -> list[Problem]:
        """What holds for the whole file."""
        told = {**self.told, "points": self.told["points"] + self.told["each"]}
        return [warning("file", template, hint, count=told[name])
                for name, (template, hint) in _WHOLE.items() if told.get(name)]


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    text, problems = decoded(data)
    if _is_other(text):
        raise Unreadable("This is a Markdown list whose right answers begin with !, which is not"
                         " read here.", "Number the questions, letter the options and put * before"
                         " right ones.", code="named")
    reading = _Reading(list(problems))
    for part in elements(text):
        reading.take(part)
    reading.finish()
    return Import("text2qti", tuple(reading.drafts), (*reading.problems, *reading.said()))


TEXT2QTI = Format("text2qti", N_("text2qti (Markdown)"), (".md", ".txt"), detect, read,
                  orders=False)
