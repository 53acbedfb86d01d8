"""Moodle's cloze source text: questions of several kinds inside a text, such as {1:MC:=a~b}.

The grammar is that of the regular expressions in Moodle's question/type/multianswer, except that
a sign after a backslash is always that sign.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from isotrain.questions.draft import Option
from isotrain.questions.percent import percent, snapped
from isotrain.questions.problem import Problem, error
from isotrain.questions.writing.numbers import number_of, plain
from isotrain.text import N_

PART_LIMIT = 100
"""The most parts of a text, and alternatives of a part."""

Kind = Literal["choice", "short_text", "numeric", "several"]

_START = re.compile(
    r"\{([0-9]{0,9}):(SHORTANSWER(?:_C)?|SAC?|MWC?|NUMERICAL|NM"
    r"|MULTICHOICE(?:_[VH]?S?)?|MC[VH]?S?|MULTIRESPONSE(?:_H?S?)?|MRH?S?):"
)
_END = re.compile(r"(?<!\\)\}")
_BETWEEN = re.compile(r"(?<!\\)~")
_FEEDBACK = re.compile(r"(?<![\\&])(?<!&amp;)#")
_SHARE = re.compile(r"=|%(-?[0-9]{1,3}(?:[.,][0-9]{0,18})?)%")
_ESCAPED = re.compile(r"\\([~#}])")
_SPECIAL = re.compile(r"[~#}]")
_NAMES: dict[str, str] = {"choice": "MC", "several": "MR", "short_text": "SA", "numeric": "NM"}
_SHOWN = {"V": "vertical", "H": "horizontal"}
_LETTERS = {shown: letter for letter, shown in _SHOWN.items()}


class BadSource(ValueError):
    """The text has a part that cannot be answered; `problem` says which and why."""

    def __init__(self, template: str, hint: str, **params: object) -> None:
        self.problem: Problem = error("stem", template, hint, **params)
        super().__init__(self.problem.message)


@dataclass(frozen=True)
class Part:
    """One question inside a text.

    A `choice` takes one alternative, `several` any number. `shown` is empty for a list that opens,
    else vertical or horizontal. `case` says that upper and lower case count in a short_text.
    """

    weight: int
    kind: Kind
    shown: str = ""
    case: bool = False
    shuffle: bool = False
    alternatives: tuple[Option, ...] = ()


def has_parts(text: str) -> bool:
    """Whether a text holds the beginning of a part."""
    return _START.search(text) is not None


def count_parts(text: str) -> int:
    """How many parts seem to begin in a text."""
    return len(_START.findall(text))


def parsed(source: str) -> tuple[str | Part, ...]:
    """The texts and parts of a source, in order; raises BadSource."""
    pieces: list[str | Part] = []
    at = count = 0
    while start := _START.search(source, at):
        count += 1
        end = _END.search(source, start.end())
        if end is None:
            raise BadSource(N_("Gap %(number)s is not closed."), N_("Write } where it ends."),
                            number=count)
        if count > PART_LIMIT:
            raise BadSource(N_("The text has more than %(limit)s gaps."),
                            N_("Split the question."), limit=PART_LIMIT)
        if start.start() > at:
            pieces.append(source[at : start.start()])
        part = _part(start[1], start[2], source[start.end() : end.start()])
        _check(part, count)
        pieces.append(part)
        at = end.end()
    return (*pieces, source[at:]) if at < len(source) else tuple(pieces)


def right_values(source: str) -> list[str | list[str]]:
    """What is right in each part, in order: one text, or a list where several are.

    Empty where the source cannot be read.
    """
    try:
        parts = [piece for piece in parsed(source) if isinstance(piece, Part)]
    except BadSource:
        return []
    return [[o.text for o in part.alternatives if o.share > 0] if part.kind == "several"
            else next(o.text for o in part.alternatives if o.share == 1) for part in parts]


def written(pieces: Iterable[str | Part]) -> str:
    """The source of these texts and parts."""
    return "".join(piece if isinstance(piece, str) else _written(piece) for piece in pieces)


def number_text(text: str) -> str | None:
    """A number as people type it, in plain digits; None when the text is no number."""
    number = number_of(text)
    return None if number is None else plain(number)


def _part(weight: str, name: str, body: str) -> Part:
    kind, letters = _kind(name)
    shown = next((shown for letter, shown in _SHOWN.items() if letter in letters),
                 "vertical" if kind == "several" else "")
    pieces = [piece.strip() for piece in _BETWEEN.split(body)]
    found = [_alternative(piece, kind) for piece in pieces if piece]
    if kind == "several":
        found = _balanced(found)
    return Part(int(weight or 1), kind, shown, "C" in letters, "S" in letters,
                tuple(option for _, option in found))


def _kind(name: str) -> tuple[Kind, str]:
    """The kind of a type's name, and the letters by which it says more."""
    beginnings: dict[str, Kind] = {
        "SHORTANSWER": "short_text", "SA": "short_text", "MW": "short_text",
        "NUMERICAL": "numeric", "NM": "numeric", "MULTIRESPONSE": "several", "MR": "several",
        "MULTICHOICE": "choice", "MC": "choice",
    }
    beginning = next(begin for begin in beginnings if name.startswith(begin))
    return beginnings[beginning], name.removeprefix(beginning)


def _alternative(piece: str, kind: Kind) -> tuple[str, Option]:
    """How a piece of a part says its share (=, % or not at all), and the alternative."""
    match = _SHARE.match(piece)
    sign = match[0][0] if match else ""
    share = Fraction(sign == "=")
    if match and sign == "%":
        share = snapped(Fraction(match[1].replace(",", ".")) / 100)
    told = _FEEDBACK.split(piece[match.end() :] if match else piece, maxsplit=1)
    text, feedback = (_shown(each) for each in [*told, ""][:2])
    if kind != "numeric" or text == "*":
        return sign, Option(text, share, feedback)
    number, _, tolerance = text.partition(":")
    value, margin = number_text(number), number_text(tolerance) if tolerance else ""
    if value is None or margin is None or margin.startswith("-"):
        raise BadSource(N_('"%(text)s" is not a number.'),
                        N_("Write it in digits with a decimal point, such as 3.14."),
                        text=text[:60])
    return sign, Option(value, share, feedback, margin)


def _shown(text: str) -> str:
    return _ESCAPED.sub(r"\1", text.strip())


def _balanced(found: list[tuple[str, Option]]) -> list[tuple[str, Option]]:
    """Among several right ones each earns an equal part, and each wrong one takes it away."""
    part = Fraction(1, max(1, sum(sign == "=" for sign, _ in found)))
    signed = part if any(sign == "=" for sign, _ in found) else Fraction(0)
    shares = {"=": signed, "": -signed}
    return [(sign, option._replace(share=shares.get(sign, option.share)))
            for sign, option in found]


def _check(part: Part, number: int) -> None:
    """Raise BadSource for a part that nobody can answer."""
    if len(part.alternatives) > PART_LIMIT:
        raise BadSource(N_("Gap %(number)s has more than %(limit)s answers."),
                        N_("Split the question."), number=number, limit=PART_LIMIT)
    if part.kind in ("choice", "several") and len(part.alternatives) < 2:
        raise BadSource(N_("Gap %(number)s has fewer than two options."),
                        N_("Give at least two options, with ~ between them."), number=number)
    best = max((option.share for option in part.alternatives), default=Fraction(0))
    if best > 1 or min((o.share for o in part.alternatives), default=Fraction(0)) < -1:
        raise BadSource(N_("Gap %(number)s has an answer that is worth more than 100%%."),
                        N_("Write a weight such as %%50%%."), number=number)
    if best <= 0 or (best < 1 and part.kind != "several"):
        raise BadSource(N_("Gap %(number)s has no answer that is wholly right."),
                        N_("Write = before the right answer."), number=number)


def _written(part: Part) -> str:
    several = part.kind == "several"
    letters = "C" if part.case else "" if several and part.shown == "vertical" else (
        _LETTERS.get(part.shown, ""))
    name = _NAMES[part.kind] + letters + ("S" if part.shuffle else "")
    signs = _signs(part.alternatives) if several else {Fraction(1): "=", Fraction(0): ""}
    told = (_told(option, signs) for option in part.alternatives)
    return f"{{{part.weight}:{name}:{'~'.join(told)}}}"


def _signs(options: tuple[Option, ...]) -> dict[Fraction, str]:
    """How the shares of several are written without a number, where they divide the mark."""
    right = [option.share for option in options if option.share > 0]
    part = Fraction(1, max(1, len(right)))
    return {part: "=", -part: ""} if right and set(right) == {part} else {}


def _told(option: Option, signs: dict[Fraction, str]) -> str:
    text = _escaped(f"{option.text}:{option.tolerance}" if option.tolerance else option.text)
    sign = signs.get(option.share, f"%{percent(option.share)}%")
    if not sign and (_SHARE.match(text) or not text):
        sign = f"%{percent(option.share)}%"
    feedback = f"#{_escaped(option.feedback)}" if option.feedback else ""
    return f"{sign}{text}{feedback}"


def _escaped(text: str) -> str:
    """A text as a part writes it; a space keeps a backslash at its end from hiding what follows."""
    told = _SPECIAL.sub(lambda match: f"\\{match[0]}", text)
    return f"{told} " if told.endswith(("\\", "&")) else told
