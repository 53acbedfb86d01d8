"""Files of every format, damaged 20,000 times each: read or refused, and how long at most.

MUTANTS says how many times; a few of them go through the bounded child, as uploads do.
"""

from __future__ import annotations

import os
import random
import resource
from time import perf_counter
from typing import TYPE_CHECKING, Any

from isotrain import formats
from isotrain.formats import FORMATS, Format, Unreadable, child
from tests.formats.damaging import mutant, valid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BY_NAME_ONLY = "about an hour, less with MUTANTS=1000"
MUTANTS, IN_CHILDREN = int(os.environ.get("MUTANTS", "20000")), 100


def run() -> Iterator[dict[str, Any]]:
    """Of each format: what came of it, the longest time, and what the children needed at most."""
    for format_ in FORMATS:
        yield from _rows(format_, "", MUTANTS, formats.read, seconds=5)
        yield from _rows(format_, " in a child", IN_CHILDREN, child.parse,
                         seconds=child.WALL_SECONDS)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield _row("memory of a child at most", round(megabytes), child.MEMORY_LIMIT / 1024**2, "MB",
               IN_CHILDREN * len(FORMATS))


def _rows(format_: Format, where: str, count: int, read: Callable[..., Any], *,
          seconds: float) -> Iterator[dict[str, Any]]:
    data, dice = valid(format_), random.Random(f"{format_.name}{where}")
    wrong, refused, longest = 0, 0, 0.0
    for number in range(count):
        damaged, began = mutant(data, dice), perf_counter()
        try:
            read(damaged, format_name=format_.name)
        except Unreadable as refusal:
            refused += 1
            fault = refusal.code == "parser_limit"
        except Exception as error:  # what is looked for
            print(f"  {format_.name}{where}, mutant {number}: {error!r:.200}", flush=True)
            fault = True
        else:
            fault = False
        wrong += fault
        longest = max(longest, perf_counter() - began)
    yield _row(f"{format_.name}{where}: neither read nor refused", wrong, 0, "", count,
               f"{refused} refused")
    yield _row(f"{format_.name}{where}: longest", round(longest, 2), seconds, "s", count)


def _row(name: str, value: float, limit: float, unit: str, n: int,
         detail: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "limit": limit, "unit": unit, "n": n, "detail": detail}
