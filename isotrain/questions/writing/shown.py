"""A cloze as its pages show it: texts and gaps, in order."""

from dataclasses import dataclass
from fractions import Fraction

from isotrain.questions.cloze_source import Part
from isotrain.questions.contract import Asked, Fields, Reviewed
from isotrain.questions.draft import Option
from isotrain.questions.wire import AskedOption
from isotrain.questions.writing import gaps
from isotrain.questions.writing.comparing import readable
from isotrain.questions.writing.gaps import Given
from isotrain.questions.writing.numbers import answer_of


@dataclass(frozen=True)
class AskedGap:
    """A gap as it is asked; without options it is typed into."""

    number: int
    name: str
    kind: str
    shown: str
    options: tuple[AskedOption, ...]


@dataclass(frozen=True, kw_only=True)
class AskedCloze(Asked):
    """Texts and gaps, in order."""

    pieces: tuple[str | AskedGap, ...]

    def unread(self, fields: Fields) -> list[int]:
        """The numbers of the gaps that want a number and hold another text."""
        return [gap.number for gap in self.pieces if isinstance(gap, AskedGap)
                for text in fields.get(gap.name, []) if gap.kind == "numeric" and text
                and answer_of(text) is None]


@dataclass(frozen=True)
class ReviewedGap:
    """A gap with what was given; the rest is of the key, None where not told."""

    number: int
    given: str
    share: Fraction | None
    feedback: str
    accepted: tuple[Option, ...] | None
    several: bool = False


@dataclass(frozen=True, kw_only=True)
class ReviewedCloze(Reviewed):
    """Texts and gaps, in order."""

    pieces: tuple[str | ReviewedGap, ...]


def reviewed_gap(number: int, part: Part, value: Given | None, *, key: bool) -> ReviewedGap:
    """A gap with what was given, and what that earns and what is right only with `key`."""
    text = gaps.told(part, value)
    if not key:
        return ReviewedGap(number, text, None, "", None)
    met = [] if value is None else gaps.met(part, value)
    feedback = "\n".join(each.feedback for each in met if each.feedback)
    right = (each._replace(text=readable(each.text)) if part.kind == "short_text" else each
             for each in part.alternatives if each.share > 0)
    return ReviewedGap(number, text, gaps.earned(part, value), feedback, tuple(right),
                       several=part.kind == "several")
