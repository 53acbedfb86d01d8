"""Aiken: a question, lettered options, and a line ANSWER with the letter of the right one."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain

from isotrain.formats.contract import Export, Format, Rejected, check_count
from isotrain.formats.decoding import decoded, peek
from isotrain.formats.gift import count_signs
from isotrain.formats.losing import Losses
from isotrain.formats.model import Import
from isotrain.questions.draft import Draft, Option, equal_shares
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_, level, tidy

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_OPTION = re.compile(r"\(?([A-Za-zＡ-Ｚａ-ｚ])[.)．）、][ \t\u3000]*(.*)")
_KEY = re.compile(r"(?:correct\s)?answers?\s?[:：](.*)", re.IGNORECASE)
_NOTE = re.compile(r"(?:feedback|explanation|rationale|reason)\s?[:：]\s*(.*)", re.IGNORECASE)
_REMARK = re.compile(
    r"(?:difficulty|level|topic|category|tags?|points?|marks?|reference|source|page|objective|hint)"
    r"\s?[:：].*",
    re.IGNORECASE,
)
_LETTER_LIST = re.compile(r"\(?[A-Z][.)]?(?:(?:\s*(?:[,;/&+、]|AND|UND)\s*|\s+)\(?[A-Z][.)]?)*")
_LETTER_AND_TEXT = re.compile(r"\(?([A-Z])\s*[.):(\u2013-].*")
_KEY_LINE = re.compile(r"^[ \t]*(?:correct )?answers?\s?[:：]", re.IGNORECASE | re.MULTILINE)
_OPTION_LINE = re.compile(r"^[ \t]*\(?[aAＡ][.)．）、]", re.MULTILINE)
_LETTERING = N_(
    "Write the question, then options A) B) C), each on a line of its own, then ANSWER: A.")


@dataclass(frozen=True)
class Line:
    """One line that is not blank; options have a letter and a body, keys the text behind ANSWER."""

    number: int
    text: str
    letter: str = ""
    body: str = ""
    key: str | None = None
    after_blank: bool = False

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"line {self.number}"


@dataclass
class Question:
    """The lines of one question as far as they have been read; `extra` follow the last option."""

    stem: list[Line] = field(default_factory=list)
    options: list[list[Line]] = field(default_factory=list)
    extra: list[Line] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it begins."""
        return (self.stem or self.options[0])[0].place


def detect(data: bytes, filename: str) -> bool:
    """Whether there are lettered options and more ANSWER lines than signs of GIFT."""
    text = peek(data)
    keys = len(_KEY_LINE.findall(text))
    return keys > count_signs(text) and bool(_OPTION_LINE.search(text))


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    text, problems = decoded(data)
    reading = _Reading(list(problems))
    line = None
    for following in chain(_lines(text), [None]):
        if line is not None:
            reading.take(line, following)
        line = following
    reading.end()
    return Import("aiken", tuple(reading.drafts), tuple(reading.problems))


def _lines(text: str) -> Iterator[Line]:
    after_blank = True
    for number, raw in enumerate(text.split("\n"), 1):
        stripped = raw.strip(" \t\v\f\u3000\ufeff")
        if not stripped:
            after_blank = True
            continue
        yield _line(number, stripped, after_blank)
        after_blank = False


def _line(number: int, text: str, after_blank: bool) -> Line:
    option, key = _OPTION.fullmatch(text), _KEY.fullmatch(text)
    if key:
        return Line(number, text, key=key[1].strip(), after_blank=after_blank)
    if option:
        letter = unicodedata.normalize("NFKC", option[1]).upper()
        return Line(number, text, letter=letter, body=option[2], after_blank=after_blank)
    return Line(number, text, after_blank=after_blank)


class _Reading:
    """Goes through the lines once; questions that cannot be read become problems."""

    def __init__(self, problems: list[Problem]) -> None:
        self.drafts: list[Draft] = []
        self.problems = problems
        self._question = Question()
        self._after_key = False

    def take(self, line: Line, following: Line | None) -> None:
        """Read one line, seeing the next one."""
        if self._after_key and self._take_note(line):
            return
        self._after_key = False
        question = self._question
        if line.key is not None:
            self._finish(line, line.key)
        elif line.letter and (question.options or _is_first_option(line, following)):
            self._take_option(line)
        elif question.options:
            question.extra.append(line)
        else:
            question.stem.append(line)

    def _take_note(self, line: Line) -> bool:
        """Whether a line below an answer says something about its question."""
        note = _NOTE.fullmatch(line.text)
        draft = self.drafts[-1]
        if note:
            self.drafts[-1] = replace(draft, explanation=tidy(f"{draft.explanation}\n{note[1]}"))
        elif not line.after_blank and _REMARK.fullmatch(line.text):
            self.problems.append(
                warning(
                    line.place,
                    'The line "%(text)s" was not read.',
                    "Write it into the question if learners need it.",
                    text=line.text[:60],
                )
            )
        else:
            return False
        return True

    def end(self) -> None:
        """Note a question that is left over."""
        if self._question.options:
            self._leave_unfinished()
        elif self._question.stem:
            self._note(self._question.place, N_("This text is followed by no options."), _LETTERING)

    def _take_option(self, line: Line) -> None:
        if line.letter == "A" and self._question.options:
            self._leave_unfinished()
            self._question = Question(stem=self._question.extra)
        if self._question.extra:
            self._question.options[-1].extend(self._question.extra)
            self._question.extra = []
        self._question.options.append([line])

    def _finish(self, line: Line, key: str) -> None:
        question, self._question = self._question, Question()
        if not question.options:
            self._note(line.place, N_("There are no options above this ANSWER line."), _LETTERING)
            return
        question.options[-1].extend(question.extra)
        try:
            draft = _draft(question, line.place, key)
        except Rejected as rejection:
            self.problems.append(rejection.problem)
            return
        self.drafts.append(draft)
        self._after_key = True
        self.problems.extend(_joined(question))
        check_count(len(self.drafts))

    def _leave_unfinished(self) -> None:
        place = self._question.place
        self._note(place, N_("The question has no ANSWER line."),
                   N_("Add ANSWER: and the right letter."))

    def _note(self, place: str, template: str, hint: str) -> None:
        self.problems.append(error(place, template, hint))


def _is_first_option(line: Line, following: Line | None) -> bool:
    """Whether options begin here; a question may itself begin like one, such as "A. Smith is"."""
    return line.letter == "A" and not (following is not None and following.letter == "A")


def _joined(question: Question) -> Iterator[Problem]:
    """Warnings where several lines make one text."""
    for lines in (question.stem, *question.options):
        if len(lines) > 1:
            yield warning(
                question.place,
                "Lines %(first)s to %(last)s were joined into one text.",
                "Insert what is missing if they do not belong together.",
                first=lines[0].number,
                last=lines[-1].number,
            )


def _draft(question: Question, key_place: str, key: str) -> Draft:
    """The draft of a finished question; raises Rejected."""
    _check_letters(question)
    texts = [
        tidy("\n".join([lines[0].body, *(line.text for line in lines[1:])]))
        for lines in question.options
    ]
    right = right_options(key_place, key, texts)
    options = [Option(text, Fraction(index in right)) for index, text in enumerate(texts)]
    return Draft(
        place=question.place,
        type="single_choice" if len(right) == 1 else "multiple_choice",
        stem=tidy("\n".join(line.text for line in question.stem)),
        options=tuple(equal_shares(options)),
    )


def _check_letters(question: Question) -> None:
    if not question.stem:
        raise Rejected(
            error(question.place, "There is no question text before option A.", _LETTERING)
        )
    if len(question.options) > len(LETTERS):
        raise Rejected(
            error(question.place, "The question has more options than letters.", "Use fewer.")
        )
    for lines, expected in zip(question.options, LETTERS, strict=False):
        if lines[0].letter != expected:
            raise Rejected(
                error(
                    lines[0].place,
                    "Option %(expected)s is missing: this line begins with %(letter)s.",
                    "Letter the options A, B, C and so on without gaps.",
                    expected=expected,
                    letter=lines[0].letter,
                )
            )
    if len(question.options) < 2:
        raise Rejected(
            error(question.place, "The question has only one option.", "Give at least two options.")
        )


def right_options(place: str, key: str, texts: Sequence[str]) -> set[int]:
    """The indices of the options that the key names by letters or by text; raises Rejected."""
    known = LETTERS[: len(texts)]
    for letters in _readings(unicodedata.normalize("NFKC", key).upper().strip()):
        if letters and all(letter in known for letter in letters):
            return {known.index(letter) for letter in letters}
    right = {index for index, text in enumerate(texts) if text and level(text) == level(key)}
    if len(right) == 1:
        return right
    raise Rejected(
        error(
            place,
            'The answer "%(key)s" is not the letter of an option.',
            "Write a letter from A to %(last)s; several with commas between.",
            key=key[:60],
            last=known[-1],
        )
    )


def _readings(key: str) -> Iterator[list[str]]:
    """What a key such as B, "A, C", "A and C", AC or "B) text" may name, likeliest first."""
    if _LETTER_LIST.fullmatch(key):
        yield re.findall(r"\b[A-Z]\b", key)
    if key.isascii() and key.isalpha() and sorted(set(key)) == list(key):
        yield list(key)
    alone = _LETTER_AND_TEXT.fullmatch(key)
    if alone:
        yield [alone[1]]


def write(drafts: Sequence[Draft]) -> Export:
    """A file that we and Moodle read back; the problems name what it cannot carry."""
    losses = Losses("Aiken", drafts)
    losses.writable(("single_choice", "multiple_choice"))
    losses.leave_out("stem", lambda draft: not draft.stem)
    losses.leave_out("key_line", lambda draft: bool(_KEY.fullmatch(_on_one_line(draft.stem))))
    losses.leave_out("count", lambda draft: not 2 <= len(draft.options) <= len(LETTERS),
                     most=len(LETTERS))
    losses.note_fields("name", "external_id", "explanation", "tags", "category", "topic")
    losses.note_fields("difficulty", "module", "facts", "use", "language", "enemies", "shuffle")
    losses.note("feedback", lambda draft: any(option.feedback for option in draft.options))
    losses.note("share", lambda d: d.type == "single_choice" and any(o.share < 1 for o in d.right))
    losses.note("lines", lambda draft: "\n" in draft.stem + "".join(o.text for o in draft.options))
    losses.note("several", lambda d: d.type == "multiple_choice" and len(d.right) > 1)
    losses.note("one", lambda d: d.type == "multiple_choice" and len(d.right) == 1)
    blocks = map(_block, losses.drafts)
    return losses.export(("\n\n".join(blocks) + "\n").encode())


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ")


def _block(draft: Draft) -> str:
    keyed = list(zip(LETTERS, draft.options, strict=False))
    full = max(option.share for option in draft.right)
    right = ", ".join(letter for letter, option in keyed if option.share == full)
    texts = [draft.stem, *(f"{letter}) {option.text}" for letter, option in keyed)]
    return "\n".join([*map(_on_one_line, texts), f"ANSWER: {right}"])


AIKEN = Format("aiken", N_("Aiken"), (".txt",), detect, read, write, orders=False)
