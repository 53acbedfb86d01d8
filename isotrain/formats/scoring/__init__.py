"""How far our reading of files agrees with that of other programs.

What another program made of a file is an oracle; adding one means a function that tells its
questions and a line in ORACLES.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isotrain.formats import Unreadable, read
from isotrain.formats.model import Import
from isotrain.formats.scoring import moodle, qti, text2qti
from isotrain.formats.scoring.comparing import Score, compared
from isotrain.formats.scoring.told import Told


@dataclass(frozen=True)
class Oracle:
    """A program, the folders of files it read, and how what it wrote down becomes questions."""

    name: str
    formats: tuple[str, ...]
    tell: Callable[[Any], Sequence[Told]]


ORACLES: tuple[Oracle, ...] = (
    Oracle("moodle", ("gift", "aiken", "moodlexml", "cloze", "missingword"), moodle.tell),
    Oracle("canvas-qti", ("qti12", "qti12_pkg", "qti2_pkg"), qti.tell_canvas),
    Oracle("qti-sdk", ("qti2", "qti3"), qti.tell_sdk),
    Oracle("text2qti-preview", ("text2qti",), text2qti.tell),
)


def known_bugs(file: Path) -> dict[str, list[str]]:
    """The titles of the questions, by file, at which an oracle is known to be wrong.

    The file holds {file: {title: reason}}; there are none where there is no file.
    """
    if not file.exists():
        return {}
    return {name: list(titles) for name, titles in json.loads(file.read_bytes()).items()}


def scores(folder: Path, known: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Score]]:
    """The score of each folder of files that an oracle has read.

    `known` names, by file, the titles of questions at which the oracle is known to be wrong.
    """
    for oracle in ORACLES:
        for name in oracle.formats:
            score = Score()
            for said in sorted((folder / "expected" / name).glob(f"**/*.{oracle.name}.json")):
                score.add(_score(folder, said, oracle, known))
            if score.counts["files"]:
                yield name, score


def _score(
    folder: Path, said: Path, oracle: Oracle, known: Mapping[str, Sequence[str]]
) -> Score:
    inside = said.relative_to(folder / "expected")
    file = inside.with_name(inside.name.removesuffix(f".{oracle.name}.json"))
    try:
        imported = read((folder / file).read_bytes(), file.name)
    except Unreadable as refusal:
        imported = Import("", (), (refusal.problem,))
    expected = oracle.tell(json.loads(said.read_text(encoding="utf-8")))
    score = compared(imported, expected, known.get(file.as_posix(), ()))
    score.disagreements = [f"{file}: {line}" for line in score.disagreements]
    return score
