"""Random numbers that come out the same on every machine and in every year.

A stream is the SHA-256 of a tag, the seed and a counter; docs/form-generator.md gives the layout
byte by byte, test vectors, and a second implementation to check this one with. Nothing here may
change: another generator gets another tag, and the forms drawn with this one stay derivable.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")

_SEED = re.compile(r"[0-9a-f]{32}")
_BLOCK = b"isotrain-dice-1 block"
_CHILD = b"isotrain-dice-1 child"
_SPAN = 2**64


class Dice:
    """A stream of unbiased random choices, decided by its seed (32 lower-case hex digits)."""

    def __init__(self, seed: str) -> None:
        if not _SEED.fullmatch(seed):
            raise ValueError("a seed is 32 lower-case hexadecimal digits")
        self.seed = seed
        self._words = self._stream()

    def child(self, label: str) -> "Dice":
        """An independent stream: how much is drawn from one never shifts another."""
        digest = sha256(_CHILD + bytes.fromhex(self.seed) + label.encode("utf-8")).digest()
        return Dice(digest[:16].hex())

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each equally likely; n from 1 to 2**64."""
        if not 1 <= n <= _SPAN:
            raise ValueError("n must be between 1 and 2**64")
        # Words from the last, incomplete round of n are thrown away, or small numbers would win.
        fair = _SPAN - _SPAN % n
        while (word := next(self._words)) >= fair:
            pass
        return word % n

    def order(self, n: int) -> Iterator[int]:
        """The positions 0 to n - 1 in random order, each found in constant time when asked for.

        The Fisher-Yates shuffle from the front, keeping only the positions that moved.
        """
        moved: dict[int, int] = {}
        for front in range(n):
            place = front + self.below(n - front)
            at_front = moved.pop(front, front)
            if place == front:
                yield at_front
            else:
                found = moved.get(place, place)
                moved[place] = at_front
                yield found

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in random order."""
        return [things[place] for place in self.order(len(things))]

    def _stream(self) -> Iterator[int]:
        start = _BLOCK + bytes.fromhex(self.seed)
        counter = 0
        while True:
            yield from struct.unpack(">4Q", sha256(start + struct.pack(">Q", counter)).digest())
            counter += 1
