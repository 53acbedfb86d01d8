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
from isotrain.formats import FORMATS, Unreadable, child
from isotrain.formats.sheets import XLSX
from tests.formats.damaging import mutant, old_workbook, valid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BY_NAME_ONLY = "about an hour, less with MUTANTS=1000"
MUTANTS, IN_CHILDREN = int(os.environ.get("MUTANTS", "20000")), 100


def run() -> Iterator[dict[str, Any]]:
    """Of each format: what came of it, the longest time, and what the children needed at most."""
    for format_ in FORMATS:
        name, data = format_.name, valid(format_)
        yield from _rows(name, data, name, MUTANTS, formats.read, seconds=5)
        yield from _rows(f"{name} in a child", data, name, IN_CHILDREN, child.parse,
                         seconds=child.WALL_SECONDS)
    # The library that reads these takes what they declare at its word: memory ends it in a child.
    yield from _rows(".xls in a child", old_workbook(), XLSX.name, IN_CHILDREN, child.parse,
                     seconds=child.WALL_SECONDS, by_limits=True)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield _row("memory of a child at most", round(megabytes), child.MEMORY_LIMIT / 1024**2, "MB",
               IN_CHILDREN * (len(FORMATS) + 1))


def _rows(name: str, data: bytes, format_name: str, count: int, read: Callable[..., Any], *,
          seconds: float, by_limits: bool = False) -> Iterator[dict[str, Any]]:
    dice = random.Random(name)
    wrong, refused, longest = 0, 0, 0.0
    for number in range(count):
        damaged, began = mutant(data, dice), perf_counter()
        try:
            read(damaged, format_name=format_name)
        except Unreadable as refusal:
            refused += 1
            fault = refusal.code == "parser_limit" and not by_limits
        except Exception as error:  # what is looked for
            print(f"  {name}, mutant {number}: {error!r:.200}", flush=True)
            fault = True
        else:
            fault = False
        wrong += fault
        longest = max(longest, perf_counter() - began)
    yield _row(f"{name}: neither read nor refused", wrong, 0, "", count,
               f"{refused} refused")
    yield _row(f"{name}: longest", round(longest, 2), seconds, "s", count)


def _row(name: str, value: float, limit: float, unit: str, n: int,
         detail: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "limit": limit, "unit": unit, "n": n, "detail": detail}
