"""Looking at every module or template at once: one test a rule, which names all that break it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "isotrain"


@cache
def tree(path: Path) -> ast.Module:
    """Return a module as Python reads it; nobody alters what is returned."""
    return ast.parse(path.read_text(encoding="utf-8"))


def broken(things: Iterable[Path | str], look: Callable[[object], object]) -> dict[str, object]:
    """Return what is wrong with each of these, for those with which something is."""
    return {str(thing.relative_to(PACKAGE) if isinstance(thing, Path) else thing): wrong
            for thing in things if (wrong := look(thing))}
