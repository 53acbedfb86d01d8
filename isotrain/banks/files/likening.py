"""Likening: which questions of a file look like questions that the bank has, though none names one.

A corrected word makes another text of a question; without an id only its likeness tells which it
was. How alike two texts are is the share of their letters that stay when one is made of the other
(normalized indel similarity, as rapidfuzz has it).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz

ALIKE = 80  # per cent from which two questions look alike
_CANDIDATES = 12  # texts that one is compared with at most
_RARE = 8  # words by which those are found
_OFTEN = 40  # texts that share a word: in more it says nothing
_COMPARED = 2_000  # letters; comparing takes the square of the length
_WORD = re.compile(r"[^\W\u3040-\u9fff]+|[\u3040-\u9fff]")  # of Chinese and Japanese each sign


class Near:
    """Texts, and which of them share the rarest words of another: those worth comparing."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            for word in set(_WORD.findall(text)):
                self._having[word].append(number)

    def to(self, text: str) -> list[int]:
        """Return the numbers of the texts that share most of the rarest words of this one."""
        counts = {word: len(self._having[word]) for word in set(_WORD.findall(text))
                  if word in self._having}
        rarest = sorted(counts, key=lambda word: (counts[word], word))
        votes: Counter[int] = Counter()
        for word in [each for each in rarest[:_RARE] if counts[each] <= _OFTEN] or rarest[:1]:
            votes.update(self._having[word][:_OFTEN])
        best = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        return [number for number, _count in best[:_CANDIDATES]]


def likeness(one: str, other: str) -> int:
    """Return how alike the beginnings of two texts are, in whole per cent; 0 below ALIKE."""
    return int(fuzz.ratio(one[:_COMPARED], other[:_COMPARED], score_cutoff=ALIKE))


def pairs(found: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield of (per cent, one, other) those over ALIKE, the most alike first and each side once."""
    taken: set[tuple[str, int]] = set()
    for percent, one, other in sorted(found, key=lambda pair: (-pair[0], *pair[1:])):
        sides = {("one", one), ("other", other)}
        if percent >= ALIKE and not sides & taken:
            taken |= sides
            yield percent, one, other
