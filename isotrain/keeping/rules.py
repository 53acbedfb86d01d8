"""Pure rules of verifying: which things a sample draws, so that anybody can draw it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from heapq import nsmallest

TAG = "isotrain-sample-1"


@dataclass(frozen=True)
class Sample:
    """So many things of each kind, drawn by a word that somebody said."""

    size: int
    seed: str

    def drawn(self, kind: str, ids: Iterable[int]) -> list[int]:
        """Draw from the ids of a kind of thing, whatever order they come in; return them sorted.

        Each id has a number, the SHA-256 of the line "isotrain-sample-1 SEED KIND ID"; the
        smallest numbers are drawn. So a thing that is new takes the place of one other at most.
        """
        return sorted(nsmallest(self.size, ids, key=lambda id_: self.number(kind, id_)))

    def number(self, kind: str, id_: int) -> bytes:
        """Return the number of one thing in this sample."""
        return sha256(f"{TAG} {self.seed} {kind} {id_}".encode()).digest()
