"""Comparing what we read of a file with what another program read of it."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from isotrain.formats.model import Import
from isotrain.formats.scoring.told import Told, told
from isotrain.questions.draft import Draft

Pair = tuple[Told | None, Draft | None]


@dataclass
class Score:
    """How far we agree: `counts` by name, `disagreements` as lines to read."""

    counts: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        """Take in another score."""
        self.counts += other.counts
        self.disagreements += other.disagreements

    def part(self, name: str) -> float | None:
        """The part that agrees in this, 0 to 1, None where nothing was compared."""
        asked = self.counts[f"{name} asked"]
        return self.counts[name] / asked if asked else None


def compared(imported: Import, expected: Sequence[Told], known: Collection[str] = ()) -> Score:
    """The score of one file; `known` labels the questions at which the other program is wrong."""
    score = Score(Counter(files=1, questions=len(expected)))
    faulty = imported.faulty_places()
    for draft in imported.questions:
        _count(score, "kept", draft.place not in faulty)
    missing = 0
    for theirs, ours in _aligned(expected, imported.questions):
        title = theirs.label if theirs else told(ours).label if ours else ""
        if title in known:
            for name in _NAMES:
                _count(score, name, True)
        elif theirs and theirs.type == "":
            missing += ours is None
        else:
            missing += ours is None
            _compare(score, title, theirs, told(ours) if ours else None)
            score.counts["wrong keys"] += (theirs is not None and ours is not None
                                           and ours.place not in faulty
                                           and _is_wrong(theirs, told(ours)))
    named = len(faulty - {draft.place for draft in imported.questions})
    score.counts["silent losses"] += max(0, missing - named)
    return score


_NAMES = ("number", "type", "right", "shares")


def _compare(score: Score, title: str, theirs: Told | None, ours: Told | None) -> None:
    def count(name: str, agrees: bool, said: object = "", found: object = "") -> None:
        _count(score, name, agrees)
        if not agrees:
            score.disagreements.append(f"{title}: {name}: {said} / {found}")

    count("number", theirs is not None and ours is not None,
          "read" if theirs else "not read", "read" if ours else "not read")
    if theirs is None or ours is None:
        return
    if theirs.type is not None:
        count("type", ours.type == theirs.type, theirs.type, ours.type)
    if theirs.right is None:
        return
    count("right", ours.right == theirs.right, theirs.right, ours.right)
    if theirs.shares is not None:
        count("shares", ours.shares == theirs.shares, theirs.shares, ours.shares)


def _is_wrong(theirs: Told, ours: Told) -> bool:
    return theirs.right is not None and ours.type == theirs.type and ours.right != theirs.right


def _count(score: Score, name: str, agrees: bool) -> None:
    score.counts[f"{name} asked"] += 1
    score.counts[name] += agrees


def _aligned(expected: Sequence[Told], drafts: Sequence[Draft]) -> Iterator[Pair]:
    """Both sides in order, each question beside the other side's where it has it."""
    theirs, ours = [each.sign for each in expected], [told(each).sign for each in drafts]
    matcher = SequenceMatcher(None, theirs, ours, autojunk=False)
    for what, first, last, from_, to in matcher.get_opcodes():
        if what == "equal" or last - first == to - from_:
            yield from zip(expected[first:last], drafts[from_:to], strict=True)
        else:
            yield from ((each, None) for each in expected[first:last])
            yield from ((None, each) for each in drafts[from_:to])
